// The order of a list: move rows by keys or by dragging; what the law says of the new order, before it is saved.
// Without this file each button saves its one step.

const form = document.querySelector("form[data-order]");
const list = form.querySelector(".slate");
const live = form.querySelector("[data-live]");
const save = form.querySelector("[data-save]");
const rows = () => [...list.querySelectorAll(".slate-row")];

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const judge = () => {
  const zipper = Number(form.dataset.zipper);
  const sexes = rows().map((row) => row.dataset.sex);
  const empty = [];
  for (let at = 0; zipper > 0 && at + zipper <= sexes.length; at += zipper) {
    if (!sexes.slice(at, at + zipper).includes("P")) {
      empty.push(fill(form.dataset.wordsZipper, { first: at + 1, last: at + zipper }));
    }
  }
  return empty.join(" ");
};

const settle = (moved) => {
  const all = rows();
  all.forEach((row, at) => {
    row.querySelector(".slate-number").textContent = at + 1;
    row.querySelector('[data-move="-1"]').disabled = at === 0;
    row.querySelector('[data-move="1"]').disabled = at === all.length - 1;
  });
  save.hidden = false;
  save.querySelector("[data-save-order]").value = all.map((row) => row.dataset.id).join(",");
  const told = fill(form.dataset.wordsMoved, { name: moved.dataset.name, n: all.indexOf(moved) + 1 });
  live.textContent = `${told} ${judge()}`.trim();
};

list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest(".slate-row");
  const up = button.dataset.move === "-1";
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (up) other.before(row);
  else other.after(row);
  settle(row);
  const same = row.querySelector(`[data-move="${button.dataset.move}"]`);
  (same.disabled ? row.querySelector("[data-move]:not(:disabled)") : same).focus();
});

let held = null;
for (const row of rows()) {
  row.draggable = true;
  row.addEventListener("dragstart", (event) => {
    held = row;
    row.classList.add("slate-held");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.id);
  });
  row.addEventListener("dragend", () => {
    row.classList.remove("slate-held");
    if (held) settle(held);
    held = null;
  });
  row.addEventListener("dragover", (event) => {
    if (!held || held === row) return;
    event.preventDefault();
    const box = row.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) row.before(held);
    else row.after(held);
  });
  row.addEventListener("drop", (event) => event.preventDefault());
}
