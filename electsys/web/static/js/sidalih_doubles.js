// The desk of doubles by keys: each key presses the button that names it. Nothing happens here that the buttons
// do not do; the switch on the page turns the keys off.

const form = document.querySelector("[data-keys]");
const buttons = new Map(
  [...document.querySelectorAll("button[data-key]")].map((button) => [button.dataset.key, button]),
);
const shortcuts = document.querySelector("[data-shortcuts]");
const KEPT = "electsys.ganda.tombol";

if (shortcuts) {
  shortcuts.checked = localStorage.getItem(KEPT) !== "mati";
  shortcuts.addEventListener("change", () => localStorage.setItem(KEPT, shortcuts.checked ? "hidup" : "mati"));
}

let sent = false;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || sent) return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
  if (shortcuts && !shortcuts.checked) return;
  const button = buttons.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  if (!button || button.disabled) return;
  event.preventDefault();
  sent = true;
  button.click();
});
form?.addEventListener("submit", () => {
  sent = true;
});
