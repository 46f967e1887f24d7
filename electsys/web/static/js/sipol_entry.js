// The form of an officer: Enter goes to the next field, Shift+Enter saves; the share of women as it will be.
// Without this file the form is filled and sent as any other.

const form = document.querySelector("form[data-quick]");
const fields = [...form.querySelectorAll("input:not([type=hidden]), select")];
const wrong = form.querySelector("[aria-invalid=true]");
(wrong ?? form.querySelector("#name")).focus();

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName === "BUTTON" || event.target.tagName === "A") return;
  event.preventDefault();
  if (event.shiftKey) return form.requestSubmit(form.querySelector("[type=submit]"));
  const at = fields.indexOf(event.target);
  let next = at + 1;
  while (fields[next]?.type === "radio" && fields[next].name === event.target.name) next += 1; // out of the group
  const group = fields[next]?.type === "radio" ? fields.filter((f) => f.name === fields[next].name) : [];
  const goal = group.find((f) => f.checked) ?? fields[next] ?? form.querySelector("[type=submit]");
  goal.focus();
  goal.select?.();
});

const live = document.querySelector("[data-share]");
const tell = () => {
  const sex = form.querySelector("input[name=sex]:checked")?.value;
  if (!sex) return;
  const own = live.dataset.own;
  const women = Number(live.dataset.women) + (sex === "P") - (own === "P");
  const all = Number(live.dataset.officers) + (own ? 0 : 1);
  const share = Math.floor((women * 100) / all);
  live.textContent = form.dataset.shareWords.replace("{women}", women).replace("{all}", all).replace("{share}", share);
};
form.querySelectorAll("input[name=sex]").forEach((radio) => radio.addEventListener("change", tell));
