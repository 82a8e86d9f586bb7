/** Passkeys at the desk: asks the browser for one, and sends its answer with the form. Without it the forms stay hidden. */

const able =
  "PublicKeyCredential" in window &&
  "parseRequestOptionsFromJSON" in PublicKeyCredential &&
  "parseCreationOptionsFromJSON" in PublicKeyCredential;

for (const form of document.querySelectorAll("[data-passkey], [data-passkey-new]")) {
  if (!able) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    prove(form);
  });
}

for (const hint of document.querySelectorAll(".without-script")) hint.hidden = able;

/** Fetch what is asked, let the browser answer, and send the form. A person who cancels finds it as it was. */
async function prove(form) {
  const told = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  told.hidden = true;
  button.disabled = true;
  try {
    const isNew = "passkeyNew" in form.dataset;
    const { token, options } = await ask(form, form.dataset.passkey ?? form.dataset.passkeyNew);
    const credential = isNew
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    form.elements.token.value = token;
    form.elements.answer.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch {
    told.hidden = false;
  } finally {
    button.disabled = false;
  }
}

async function ask(form, path) {
  const body = new URLSearchParams();
  if (form.elements.form_token) body.set("form_token", form.elements.form_token.value);
  const answer = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}
