// Owns "Show password": without script the button stays hidden.
for (const button of document.querySelectorAll("button[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);

  const show = (visible) => {
    input.type = visible ? "text" : "password";
    button.textContent = visible ? button.dataset.hide : button.dataset.show;
  };

  button.addEventListener("click", () => show(input.type === "password"));
  // Browsers offer to keep a password only if the field still is one when the form leaves.
  input.form.addEventListener("submit", () => show(false));
  button.hidden = false;
}
