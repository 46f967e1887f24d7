// Entry by keys: Enter goes on, Shift+Enter sends, sums run along, the lens shows the row on the photo, what
// is typed is kept as a draft. The form works without any of it.

const form = document.querySelector("[data-entry]");
const numbers = [...(form?.querySelectorAll("input[data-number]") ?? [])];
const lens = document.querySelector("[data-lens]");
const view = document.querySelector("[data-view]");
const tools = document.querySelector("[data-tools]");
const AUTOSAVE = 1200;

// --- keys ------------------------------------------------------------------------------------------

const stops = () =>
  [...form.querySelectorAll("input:not([type=hidden]):not([type=radio])")].filter((i) => !i.disabled);

form?.addEventListener("keydown", (event) => {
  if (event.target.tagName !== "INPUT") return;
  if (event.key === "Enter" && event.shiftKey) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[name=berikut]") ?? form.querySelector("button[type=submit]"));
  } else if (event.key === "Enter" || event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault(); // Enter never sends by accident
    const all = stops();
    const at = all.indexOf(event.target) + (event.key === "ArrowUp" ? -1 : 1);
    (all[at] ?? (event.key === "Enter" ? form.querySelector("button[type=submit]") : null))?.focus();
  }
});
form?.addEventListener("focusin", (event) => {
  if (event.target.matches("input[data-number]")) event.target.select();
  show(event.target.closest("[data-box]"));
});

// --- sums ------------------------------------------------------------------------------------------

const out = document.querySelector("[data-sums]");
const rules = out ? JSON.parse(out.dataset.sums) : [];
const format = new Intl.NumberFormat("id-ID");

function value(name) {
  const typed = form.elements[name]?.value.replaceAll(".", "").trim() ?? "";
  return /^\d+$/.test(typed) ? Number(typed) : null;
}

function side(names) {
  const all = names.map(value);
  return all.includes(null) ? null : all.reduce((a, b) => a + b, 0);
}

function add() {
  if (!out) return;
  const wrong = [];
  let known = 0;
  for (const rule of rules) {
    const [left, right] = [side(rule.left), side(rule.right)];
    if (left === null || right === null) continue;
    known += 1;
    if (rule.op === "=" ? left !== right : left > right) wrong.push([rule, left, right]);
  }
  const good = document.createElement("p");
  good.textContent = `${out.dataset.fits}: ${known - wrong.length}/${rules.length}`;
  out.replaceChildren(
    good,
    ...wrong.map(([rule, left, right]) => {
      const line = document.createElement("p");
      line.className = "capture-wrong";
      line.textContent = `${rule.code} ${rule.title}: ${format.format(left)} ${rule.op === "=" ? "≠" : ">"} ${format.format(right)}`;
      return line;
    }),
  );
}

// --- the lens ---------------------------------------------------------------------------------------

const straight = new Map(); // photo -> the picture that the places refer to

function picture(photo) {
  if (!straight.has(photo)) {
    const image = new Image();
    const shown = document.querySelector(`img[data-photo="${photo}"]`);
    image.src = `${shown.src}?lurus=1`;
    straight.set(photo, image.decode().then(() => image).catch(() => null));
  }
  return straight.get(photo);
}

async function show(holder) {
  if (!lens) return;
  const box = holder?.dataset.box;
  const image = box ? await picture(holder.dataset.photo) : null;
  lens.hidden = !image;
  if (!image) return;
  const [x, y, w, h] = box.split(" ").map(Number);
  const [width, height] = [image.naturalWidth, image.naturalHeight];
  lens.height = Math.min(260, Math.round((lens.width * h * height) / (w * width)));
  lens.getContext("2d").drawImage(image, x * width, y * height, w * width, h * height, 0, 0, lens.width, lens.height);
}

if (tools && view) {
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const step = Number(event.target.closest("[data-zoom]")?.dataset.zoom ?? 0);
    view.dataset.level = String(Math.max(0, Math.min(4, Number(view.dataset.level) + step)));
  });
}

// --- the draft --------------------------------------------------------------------------------------

const saved = document.querySelector("[data-saved]");
let timer = null;

async function keep() {
  if (!form.dataset.draft) return;
  const answer = await fetch(form.dataset.draft, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    credentials: "same-origin",
  }).catch(() => null);
  if (answer?.ok && saved) saved.textContent = saved.dataset.words;
}

form?.addEventListener("input", (event) => {
  if (!event.target.matches("input[data-number]")) return;
  add();
  if (saved) saved.textContent = "";
  clearTimeout(timer);
  timer = setTimeout(keep, AUTOSAVE);
});
form?.addEventListener("submit", () => clearTimeout(timer));

add();
const first = document.querySelector("[data-findings]") ? form.querySelector("#tertulis, [name^=alasan-]") : numbers.find((i) => !i.value);
if (!document.querySelector(".error-summary")) first?.focus();
