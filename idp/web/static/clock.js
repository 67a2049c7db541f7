// Tells the server what time it is here, so that it can say whether the two clocks agree.
for (const field of document.querySelectorAll("[data-clock]")) {
  field.form.addEventListener("submit", () => { field.value = String(Math.floor(Date.now() / 1000)); });
}
