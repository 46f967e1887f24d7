// Compare a chosen PDF with the hash on record, on the reader's own device. Where the browser cannot
// (no crypto.subtle outside a secure context), the form sends the file instead.

const hex = (buffer) => Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, "0")).join("");

for (const form of document.querySelectorAll("form[data-compare]")) {
  if (!globalThis.crypto?.subtle) continue;
  const said = form.querySelector("[data-compare-said]");
  form.addEventListener("submit", async (event) => {
    const file = form.querySelector("input[type=file]").files[0];
    if (!file) return; // the server says what is missing
    event.preventDefault();
    event.stopPropagation();
    const digest = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const scan = form.dataset.scans.split(" ").includes(digest);
    const same = scan || digest === form.dataset.compare;
    said.textContent = scan ? form.dataset.scan : same ? form.dataset.same : form.dataset.other;
    said.classList.toggle("notice-ok", same);
    said.classList.toggle("notice-stop", !same);
    said.hidden = false;
  });
}
