// The secret link of a receipt carries number and code behind "#", which never leaves the browser: put them
// into the form, take them out of the address, and send.

const [number, code] = decodeURIComponent(location.hash.slice(1)).split("/");
if (number && code) {
  const form = document.querySelector("form[data-track]");
  form.elements.nomor.value = number;
  form.elements.kode.value = code;
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}
