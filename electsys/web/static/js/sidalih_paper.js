// Entering paper by keyboard: Enter is the next field, Shift+Enter saves, 1 to 4 choose what was found.

const form = document.querySelector("[data-paper]");
const save = form.querySelector("[data-save]");
for (const hint of form.querySelectorAll(".paper-keys, .paper-all")) hint.hidden = false;

// What Enter stops at: one stop a group of radio buttons, nothing that is folded away.
function stops() {
  const fields = [...form.querySelectorAll("input:not([type=hidden]), select")].filter((f) => !f.disabled && f.getClientRects().length);
  return fields.filter((field) => {
    if (field.type !== "radio") return true;
    const group = fields.filter((other) => other.name === field.name);
    return field === (group.find((other) => other.checked) ?? group[0]);
  });
}

function next(field) {
  const all = stops();
  const here = all.findIndex((other) => other === field || (field.type === "radio" && other.name === field.name));
  (all[here + 1] ?? save).focus();
}

form.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Enter" && event.shiftKey) {
    event.preventDefault();
    form.requestSubmit(save);
  } else if (event.key === "Enter" && field.matches("input, select")) {
    event.preventDefault();
    next(field);
  } else if (field.type === "radio" && /^[1-4]$/.test(event.key)) {
    const chosen = field.closest(".outcomes").querySelectorAll("input")[Number(event.key) - 1];
    if (chosen.disabled) return;
    event.preventDefault();
    chosen.checked = true;
    chosen.focus();
  }
});

form.addEventListener("focusin", ({ target }) => {
  if (target.matches("input:not([type=radio]):not([type=date])")) target.select?.();
});

form.querySelector("[data-all]").addEventListener("click", () => {
  for (const part of form.querySelectorAll("[data-due]")) {
    if (!part.querySelector('.outcomes input:checked')) part.querySelector('.outcomes input[value="sesuai"]').checked = true;
  }
  save.focus();
});

// Where to begin: at the mistake, the newest empty part, else the first field that is still empty.
const wrong = document.querySelector(".error-summary");
const fresh = form.dataset.paper === "tambah" ? [...form.querySelectorAll(".fresh")].at(-1) : null;
const first = fresh?.querySelector("input") ?? stops().find((field) => field.type === "radio" || !field.value);
if (!wrong) first?.focus();
