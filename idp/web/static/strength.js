// Owns the live strength meter: asks the server while the password is typed.
const PAUSE_MS = 350; // long enough that a word typed in one go is one question

const form = document.querySelector("form[data-strength]");
const password = form.elements.namedItem("password");
const part = (name) => document.getElementById(`strength-${name}`);
const panel = document.getElementById("strength");

let timer;
let question = new AbortController();

function show({ score, label, warning, suggestions }) {
  part("meter").value = score;
  part("label").textContent = label;
  part("warning").textContent = warning ?? "";
  part("suggestions").replaceChildren(...(suggestions ?? []).map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
  part("again")?.remove();
  panel.hidden = false;
}

async function ask() {
  const fields = new URLSearchParams(new FormData(form));
  const token = fields.get("csrf_token");
  fields.delete("csrf_token"); // travels in the header
  question = new AbortController();
  try {
    const answer = await fetch(form.dataset.strength, {
      method: "POST",
      headers: { "X-CSRFToken": token, Accept: "application/json" },
      body: fields,
      signal: question.signal,
    });
    if (answer.ok) show(await answer.json());
  } catch {
    // Overtaken by the next key, or offline: the form itself still says what is wrong.
  }
}

password.addEventListener("input", () => {
  clearTimeout(timer);
  question.abort();
  if (password.value) timer = setTimeout(ask, PAUSE_MS);
  else panel.hidden = true;
});

// What is still being asked when the form goes off would arrive after its link is used up, or for nothing.
form.addEventListener("submit", () => {
  clearTimeout(timer);
  question.abort();
});

part("check").hidden = true; // the button is for browsers without script
