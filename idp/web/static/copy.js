// Owns the "Copy" buttons: without script, or outside a secure context, they stay hidden.
const CONFIRMATION_MS = 2000;

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const label = button.querySelector("[data-copied]");
    const usual = label.textContent;
    let timer;

    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      } catch {
        return; // refused by the browser: the text can still be selected by hand
      }
      label.textContent = label.dataset.copied;
      clearTimeout(timer);
      timer = setTimeout(() => { label.textContent = usual; }, CONFIRMATION_MS);
    });
    button.hidden = false;
  }
}
