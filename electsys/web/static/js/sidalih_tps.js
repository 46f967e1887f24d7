// Families of a polling station: dragged onto another TPS, or walked through with the keys. Whatever is done
// here ends in the form of the page, which works without this script.

const form = document.querySelector("[data-families]");
const target = form?.querySelector("select[name=tps]");

const boxes = () => [...form.querySelectorAll("input[name=keluarga]")];

// --- dragging ------------------------------------------------------------------------------------

for (const row of form?.querySelectorAll("tr[draggable]") ?? []) {
  row.addEventListener("dragstart", (event) => {
    const box = row.querySelector("input[name=keluarga]");
    // A row that is not ticked is dragged alone; a ticked one takes all that are ticked with it.
    if (!box.checked) for (const other of boxes()) other.checked = other === box;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", boxes().filter((b) => b.checked).length);
  });
}

for (const place of document.querySelectorAll("[data-drop]")) {
  const allowed = () => [...target.options].some((option) => option.value === place.dataset.drop);
  place.addEventListener("dragover", (event) => {
    if (!allowed()) return;
    event.preventDefault();
    place.classList.add("tps-target");
  });
  place.addEventListener("dragleave", () => place.classList.remove("tps-target"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("tps-target");
    if (!allowed()) return;
    target.value = place.dataset.drop;
    form.requestSubmit();
  });
}

// --- keys ----------------------------------------------------------------------------------------

form?.addEventListener("keydown", (event) => {
  if (event.target.name !== "keluarga" || event.ctrlKey || event.altKey || event.metaKey) return;
  const all = boxes();
  const at = all.indexOf(event.target);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    all[Math.max(0, Math.min(all.length - 1, at + step))].focus();
  } else if (event.key.toLowerCase() === "t") {
    event.preventDefault();
    target.focus();
  }
});
