// Many documents at once: names are matched first, files go up in pieces two at a time, and each is placed as
// soon as it has arrived. Without this file the same form sends the files themselves.

import { Upload } from "./upload.js";

const AT_ONCE = 2;
const NAMES = 100; // names matched in one request; the server takes up to 500

const form = document.querySelector("form[data-drop]");
const words = JSON.parse(form.dataset.words);
const csrf = form.querySelector("input[name=csrf_token]").value;
const picker = form.querySelector("input[type=file]");
const out = document.querySelector("[data-drop-out]");
const list = out.querySelector("[data-drop-list]");
const count = out.querySelector("[data-drop-count]");
const waiting = [];
let total = 0;
let done = 0;
let running = 0;

form.querySelector(".actions").hidden = true; // choosing is enough

async function post(url, body) {
  for (let pause = 1000; ; pause = Math.min(pause * 2, 30000)) {
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
        body: JSON.stringify(body),
      });
      if (answer.status < 500) {
        const told = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Error([told.title ?? told.message, told.hint].filter(Boolean).join(" ") || words.failed);
        return told;
      }
    } catch (problem) {
      if (!(problem instanceof TypeError)) throw problem; // only a lost connection is waited out
    }
    await new Promise((go) => setTimeout(go, pause));
  }
}

function line(file) {
  const item = document.createElement("li");
  const name = document.createElement("strong");
  const bar = document.createElement("progress");
  const text = document.createElement("small");
  name.textContent = file.name;
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  text.textContent = words.queue;
  item.append(name, bar, text);
  list.append(item);
  return {
    progress(sent, size, word) {
      bar.value = (sent * 100) / size;
      text.textContent = word;
    },
    waiting(word) {
      text.textContent = word;
    },
    end(word, look, link) {
      bar.remove();
      const badge = document.createElement("span");
      badge.className = `state state-${look}`;
      badge.textContent = look === "ok" ? words.placed : look === "wait" ? words.by_hand : words.refused;
      const said = document.createElement(link ? "a" : "span");
      if (link) said.href = link;
      said.textContent = word;
      text.replaceChildren(document.createElement("br"), badge, " ", said);
    },
  };
}

async function send({ file, match, show }) {
  try {
    if (match.refused) throw new Error(match.why);
    if (file.size > Number(form.dataset.limit)) throw new Error(words.large);
    const field = { form, dataset: { upload: form.dataset.begin, uploadKind: form.dataset.kind, uploadWords: form.dataset.words } };
    const state = await new Upload(field, file, show).run();
    const place = match.sure ? (match.place ?? { kind: match.kind, region: match.region }) : {};
    const told = await post(form.dataset.file, { token: state.token, ...place });
    const where = told.placed ? `${match.kind_label}, ${match.region_label}.` : match.why;
    show.end(`${where} ${words.receipt} ${told.receipt}, ${told.at}, SHA-256 ${told.sha256.slice(0, 12)}…`, told.placed ? "ok" : "wait", told.document);
  } catch (problem) {
    show.end(problem.message || words.failed, "stop");
  }
  done += 1;
  running -= 1;
  step();
}

function step() {
  count.textContent = words.all.replace("{done}", done).replace("{total}", total);
  while (running < AT_ONCE && waiting.length) {
    running += 1;
    send(waiting.shift());
  }
}

async function take(files) {
  out.hidden = false;
  const chosen = [...files];
  total += chosen.length;
  const lines = chosen.map((file) => ({ file, show: line(file) }));
  step();
  for (let at = 0; at < lines.length; at += NAMES) {
    const part = lines.slice(at, at + NAMES);
    try {
      const told = await post(form.dataset.match, { names: part.map(({ file }) => file.name) });
      part.forEach((each, n) => waiting.push({ ...each, match: told.matches[n] }));
    } catch (problem) {
      part.forEach(({ show }) => show.end(problem.message, "stop"));
      done += part.length;
    }
    step();
  }
}

picker.addEventListener("change", () => {
  if (picker.files.length) take(picker.files);
  picker.value = "";
});
// On a slow line the files may have been chosen before this script came.
if (picker.files.length) picker.dispatchEvent(new Event("change"));
for (const name of ["dragenter", "dragover"]) {
  form.addEventListener(name, (event) => {
    event.preventDefault();
    form.classList.add("drop-over");
  });
}
for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("drop-over"));
form.addEventListener("drop", (event) => {
  event.preventDefault();
  take(event.dataTransfer.files);
});
addEventListener("beforeunload", (event) => {
  if (running || waiting.length) event.preventDefault();
});
