// The wall of the plenary: arrow keys, page keys and presenters turn to the next TPS or back.
const go = { ArrowRight: "next", PageDown: "next", ArrowLeft: "prev", PageUp: "prev" };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, textarea, select, [role=region]")) return;
  const link = document.querySelector(`a[rel="${go[event.key]}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
