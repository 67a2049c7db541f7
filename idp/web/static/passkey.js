// Owns passkeys in the browser: asks for one and sends what it answers, or says in plain words why that can't work.

const forms = [...document.querySelectorAll("form[data-passkey]")];
let underWay = new AbortController(); // browsers allow one request at a time

// For browsers that can't read and write the JSON of WebAuthn Level 3 themselves.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const withBytes = (known) => known?.map((each) => ({ ...each, id: toBytes(each.id) }));

function optionsOf(form) {
  const json = JSON.parse(form.dataset.options);
  if (form.dataset.passkey === "create") {
    return PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? {
      ...json,
      challenge: toBytes(json.challenge),
      user: { ...json.user, id: toBytes(json.user.id) },
      excludeCredentials: withBytes(json.excludeCredentials),
    };
  }
  return PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? {
    ...json,
    challenge: toBytes(json.challenge),
    allowCredentials: withBytes(json.allowCredentials),
  };
}

function asJSON(credential) {
  try {
    return credential.toJSON();
  } catch {
    // An older browser; or a password manager's own object, on which the browser's toJSON doesn't work.
  }
  const { response } = credential;
  const parts = { transports: response.getTransports?.() };
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = toText(response[name]);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: parts,
    clientExtensionResults: { credProps: credential.getClientExtensionResults().credProps },
  };
}

function obstacle(form) {
  if (location.origin !== form.dataset.origin) return "elsewhere";
  if (!isSecureContext) return "insecure";
  return window.PublicKeyCredential ? null : "unsupported";
}

const WORDS = {
  NotAllowedError: "cancelled",
  InvalidStateError: "known",
  ConstraintError: "no_lock",
  NotSupportedError: "other_kind",
};

function say(form, word) {
  const sentence = word ? JSON.parse(form.dataset.words)[word].replace("{here}", location.origin) : "";
  form.querySelector(".passkey-says").textContent = sentence;
  form.hidden = false;
}

async function ask(form, more = {}) {
  underWay.abort();
  underWay = new AbortController();
  const asked = { publicKey: optionsOf(form), signal: underWay.signal, ...more };
  const credential = await (form.dataset.passkey === "create"
    ? navigator.credentials.create(asked)
    : navigator.credentials.get(asked));
  form.elements.passkey.value = JSON.stringify(asJSON(credential));
  if (form.elements.keep) form.elements.keep.value = document.querySelector("[data-keep]:checked")?.value ?? "";
  form.submit();
}

async function askAtAutofill(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  try {
    await ask(form, { mediation: "conditional" });
  } catch {
    // Nobody has asked for it, so nobody is told.
  }
}

for (const form of forms) {
  form.querySelector("[data-passkey-without]")?.remove();
  if (form.dataset.obstacle) continue; // the page says it
  const hindrance = obstacle(form);
  if (hindrance) {
    say(form, hindrance);
    continue;
  }
  const button = form.querySelector("button");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say(form, null);
    try {
      await ask(form);
    } catch (error) {
      button.disabled = false;
      button.focus();
      say(form, error.name === "AbortError" ? null : WORDS[error.name] ?? "failed");
      if ("autofill" in form.dataset) askAtAutofill(form);
    }
  });
  form.hidden = form.querySelector("[data-passkey-controls]").hidden = false;
  if ("autofill" in form.dataset) askAtAutofill(form);
  else if (form.dataset.passkey === "get") button.focus();
}

addEventListener("pagehide", () => underWay.abort());
// A page that comes back as it was asks for what has been answered already.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
