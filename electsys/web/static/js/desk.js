// The desk by keys. One item lies on it, the next is fetched beside it (its pictures too) and shown as soon as
// the server has taken the verdict. Nothing happens here that the forms of the page do not do without a script.

const desk = document.querySelector("[data-desk]");
const status = document.querySelector("[data-status]");
const shortcuts = document.querySelector("[data-shortcuts]");
const help = document.querySelector("[data-help]");
const taking = document.querySelector("[data-take]");
const undoPlace = document.querySelector("[data-undo-place]");
const undoForm = document.querySelector("template[data-undo-form]");
const KEPT = "electsys.meja.tombol";
const HOLD = 120_000;
const ZOOMS = [1, 1.25, 1.5, 2, 3];

let next = null; // the promise of the item after this one
let busy = false;

if (shortcuts) {
  shortcuts.checked = localStorage.getItem(KEPT) !== "mati";
  shortcuts.addEventListener("change", () => localStorage.setItem(KEPT, shortcuts.checked ? "hidup" : "mati"));
}

async function post(address, fields) {
  const answer = await fetch(address, {
    method: "POST",
    body: fields,
    headers: { Accept: "application/json" },
    credentials: "same-origin",
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error([said.title, said.hint ?? said.detail].filter(Boolean).join(" "));
  return said;
}

const current = () => desk?.querySelector("[data-item]");

// --- the next item ---------------------------------------------------------------------------------

function fetchNext() {
  const fields = new FormData(taking);
  fields.delete("ulang");
  if (current()) fields.append("samping", current().dataset.item);
  next = post(taking.action, fields).then(prepare);
  next.catch(() => {}); // told when it is asked for
  return next;
}

// A page that may not be shown (the budget of personal data is spent) says so in its place.
async function refused(picture, answer) {
  const told = await answer.json().catch(() => ({}));
  const said = document.createElement("p");
  said.className = "notice notice-stop";
  said.textContent = [told.title, told.hint].filter(Boolean).join(" ") || picture.alt;
  picture.replaceWith(said);
}

// Parse the sheet and load its first page, so that it stands at once.
async function prepare(said) {
  if (!said.html) return { ...said, sheet: null };
  const holder = document.createElement("template");
  holder.innerHTML = said.html;
  const sheet = holder.content.firstElementChild;
  const first = sheet.querySelector("img.desk-page");
  if (first) {
    const answer = await fetch(first.getAttribute("src"), {
      credentials: "same-origin",
      headers: { Accept: "image/jpeg, application/json" },
    }).catch(() => null);
    if (answer?.ok) first.src = URL.createObjectURL(await answer.blob());
    else if (answer) await refused(first, answer);
  }
  return { ...said, sheet };
}

function show(found) {
  const old = desk.querySelector("img.desk-page[src^='blob:']");
  if (old) URL.revokeObjectURL(old.src);
  desk.replaceChildren(...(found.sheet ? [found.sheet] : []));
  history.replaceState(null, "", found.link);
  taking.hidden = Boolean(found.sheet);
  if (!found.sheet) {
    location.assign(found.link); // the page says what is left elsewhere
    return;
  }
  dress();
  fetchNext();
}

function dress() {
  const sheet = current();
  if (!sheet) return;
  sheet.querySelector("[data-tools]").hidden = false;
  sheet.dataset.level = "0";
  sheet.dataset.turned = "0";
  for (const radio of sheet.querySelectorAll("input[name=putusan]")) radio.addEventListener("change", narrow);
  narrow();
  if (matchMedia("(min-width: 60rem)").matches) sheet.scrollIntoView({ block: "start" });
}

// Reasons that do not go with the verdict are out of reach.
function narrow() {
  const sheet = current();
  const verdict = sheet.querySelector("input[name=putusan]:checked")?.value;
  for (const label of sheet.querySelectorAll("[data-for]")) {
    const radio = label.querySelector("input");
    radio.disabled = Boolean(verdict) && !label.dataset.for.split(" ").includes(verdict);
    if (radio.disabled) radio.checked = false;
  }
}

// --- steps -----------------------------------------------------------------------------------------

async function decide(form) {
  if (busy) return;
  busy = true;
  try {
    const said = await post(form.action, new FormData(form));
    tell(said);
    await advance();
  } catch (problem) {
    complain(problem.message);
  } finally {
    busy = false;
  }
}

async function advance() {
  let found = await (next ?? fetchNext());
  if (found.sheet === null) found = await fetchNext(); // something may have come back meanwhile
  show(found);
}

function tell(said) {
  status.textContent = said.said;
  if (said.waiting !== undefined) document.querySelector("[data-waiting]").textContent = said.waiting;
  if (said.undo === undefined) return;
  const done = document.querySelector("[data-done]");
  done.textContent = String(Number(done.textContent) + 1);
  if (!said.undo) return;
  const form = undoForm.content.firstElementChild.cloneNode(true);
  form.action = said.undo;
  form.querySelector("[data-undo-said]").textContent = said.said;
  undoPlace.replaceChildren(form);
}

function complain(words) {
  const place = current()?.querySelector("[data-said]");
  if (!place) return;
  place.textContent = words;
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
}

async function takeBack(form) {
  if (busy) return;
  busy = true;
  try {
    const found = await prepare(await post(form.action, new FormData(form)));
    const done = document.querySelector("[data-done]");
    done.textContent = String(Math.max(0, Number(done.textContent) - 1));
    document.querySelector("[data-waiting]").textContent = found.waiting;
    undoPlace.replaceChildren();
    show(found);
    status.textContent = form.querySelector("[data-undo-said]").textContent;
  } catch (problem) {
    complain(problem.message);
  } finally {
    busy = false;
  }
}

async function putOff(form) {
  if (busy) return;
  busy = true;
  try {
    tell(await post(form.action, new FormData(form)));
    await advance();
  } catch (problem) {
    complain(problem.message);
  } finally {
    busy = false;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const step = form.matches("[data-decide]")
    ? decide
    : form.matches("[data-undo]")
      ? takeBack
      : form.matches("[data-later]")
        ? putOff
        : null;
  if (!step || !desk) return;
  event.preventDefault();
  event.stopPropagation();
  step(form);
}, true);

// --- the document ----------------------------------------------------------------------------------

function zoom(by) {
  const sheet = current();
  const level = Math.min(ZOOMS.length - 1, Math.max(0, Number(sheet.dataset.level) + by));
  sheet.dataset.level = String(level);
}

function turn() {
  const sheet = current();
  sheet.dataset.turned = String((Number(sheet.dataset.turned) + 90) % 360);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-zoom], [data-turn]");
  if (!button || !current()) return;
  if (button.dataset.zoom) zoom(Number(button.dataset.zoom));
  else turn();
});

// --- keys ------------------------------------------------------------------------------------------

const KEYS = {
  n: () => current().querySelector("input[name=catatan]").focus(),
  u: () => undoPlace.querySelector("form")?.requestSubmit(),
  l: () => current().querySelector("[data-later]").requestSubmit(),
  z: () => zoom(1),
  "+": () => zoom(1),
  "=": () => zoom(1),
  "-": () => zoom(-1),
  r: turn,
  "?": () => {
    help.open = !help.open;
    if (help.open) help.querySelector("summary").focus();
    else document.activeElement.blur(); // Enter belongs to the verdict again
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !desk) return;
  if (shortcuts && !shortcuts.checked) return;
  const writing = event.target.matches?.("input[type=text], select, textarea");
  if (writing) {
    if (event.key === "Escape") event.target.blur();
    return; // Enter in the note sends the form, as everywhere
  }
  const sheet = current();
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!sheet) {
    if (key === "Enter" && !event.target.closest?.("a, button, summary")) taking?.requestSubmit();
    if (key === "u") undoPlace?.querySelector("form")?.requestSubmit();
    return;
  }
  const radio = /^[0-9]$/.test(key)
    ? sheet.querySelector(`input[data-digit="${key}"]:not(:disabled)`)
    : sheet.querySelector(`input[name=putusan][data-key="${CSS.escape(key)}"]`);
  if (radio) {
    event.preventDefault();
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    return;
  }
  if (key === "Enter") {
    if (event.target.closest?.("a, button, summary")) return;
    event.preventDefault();
    sheet.querySelector("[data-decide]").requestSubmit();
    return;
  }
  if (!KEYS[key]) return;
  event.preventDefault();
  KEYS[key]();
});

// --- what lies open stays ours ---------------------------------------------------------------------

async function holdAll() {
  if (document.hidden) return;
  const open = [current(), (await next?.catch(() => null))?.sheet].filter(Boolean);
  for (const sheet of open) {
    const fields = new FormData();
    fields.append("csrf_token", taking.querySelector("[name=csrf_token]").value);
    post(sheet.dataset.hold, fields).catch((problem) => sheet === current() && complain(problem.message));
  }
}

if (desk) {
  setInterval(holdAll, HOLD);
  if (current()) {
    dress();
    fetchNext();
  }
}
