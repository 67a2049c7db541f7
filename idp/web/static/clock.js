// Compares this device's clock with the server's: tells it when a form is sent, or shows what the page says about a difference.
const LEEWAY = 60; // seconds

for (const field of document.querySelectorAll("[data-clock]")) {
  field.form.addEventListener("submit", () => { field.value = String(Math.floor(Date.now() / 1000)); });
}

for (const warning of document.querySelectorAll("[data-server-clock]")) {
  warning.hidden = Math.abs(Date.now() / 1000 - Number(warning.dataset.serverClock)) <= LEEWAY;
}
