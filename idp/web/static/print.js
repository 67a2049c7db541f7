// Owns the "Print" buttons: without script they stay hidden, and the browser's own menu prints as well.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.addEventListener("click", () => window.print());
  button.hidden = false;
}
