// Passkeys: ask the browser, then send its answer. The two helpers come from Flask-Security's own script.

const form = document.querySelector("form[data-passkey]");
if (form) {
  const ask = { register: window.handleRegister, signin: window.handleSignin }[form.dataset.passkey];
  const result = window.PublicKeyCredential ? await ask(form.dataset.options) : {};
  if (result.credential) {
    form.elements.credential.value = result.credential;
    form.submit();
  } else {
    form.querySelector("[data-passkey-wait]").hidden = true;
    form.querySelector("[data-passkey-failed]").hidden = false;
  }
}
