// Resumable upload: a file goes up in pieces as soon as it is chosen, goes on after a lost connection, a
// reload or a restart of the server, and leaves its token in the form. Without this file the form sends
// the file itself. The protocol is that of electsys/documents/views/uploads.py.

const PIECE = 4 * 1024 * 1024;
const HASH_UP_TO = 64 * 1024 * 1024; // crypto.subtle wants the whole file in memory
const LONGEST_PAUSE = 30000;

const hex = (buffer) => Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, "0")).join("");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

class Refusal extends Error {}

export class Upload {
  constructor(field, file, show) {
    this.file = file;
    this.show = show;
    this.begin = field.dataset.upload;
    this.kind = field.dataset.uploadKind;
    this.words = JSON.parse(field.dataset.uploadWords);
    this.csrf = field.form.querySelector("input[name=csrf_token]").value;
    this.key = `upload ${this.kind} ${file.name} ${file.size} ${file.lastModified}`;
    this.stopped = new AbortController();
  }

  async ask(method, url, headers = {}, body = undefined) {
    const answer = await fetch(url, {
      method,
      headers: { Accept: "application/json", "X-CSRFToken": this.csrf, ...headers },
      body,
      signal: this.stopped.signal,
    });
    if (answer.status >= 500 && answer.status !== 507) throw new TypeError("server away");
    return answer;
  }

  async refuse(answer) {
    const problem = await answer.json().catch(() => ({}));
    throw new Refusal([problem.title, problem.hint].filter(Boolean).join(" ") || this.words.failed);
  }

  // Where to go on: an upload that this browser began before, or a new one.
  async start() {
    const known = localStorage.getItem(this.key);
    if (known) {
      const answer = await this.ask("GET", known);
      if (answer.ok) return { url: known, ...(await answer.json()) };
      localStorage.removeItem(this.key);
    }
    const asked = { kind: this.kind, name: this.file.name, length: this.file.size };
    if (this.file.size <= HASH_UP_TO && globalThis.crypto?.subtle) {
      asked.sha256 = hex(await crypto.subtle.digest("SHA-256", await this.file.arrayBuffer()));
    }
    const answer = await this.ask("POST", this.begin, { "Content-Type": "application/json" }, JSON.stringify(asked));
    if (!answer.ok) await this.refuse(answer);
    const url = answer.headers.get("Location");
    localStorage.setItem(this.key, url);
    return { url, ...(await answer.json()) };
  }

  async send(state) {
    const last = state.offset + PIECE >= this.file.size;
    this.show.progress(state.offset, this.file.size, last ? this.words.checking : this.words.sending);
    const answer = await this.ask(
      "PATCH",
      state.url,
      { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(state.offset) },
      this.file.slice(state.offset, state.offset + PIECE),
    );
    if (answer.status === 409 || answer.status === 423) {
      if (answer.status === 423) await pause(1000);
      return this.look(state);
    }
    if (!answer.ok) await this.refuse(answer);
    return { ...state, ...(await answer.json()) };
  }

  async look(state) {
    const answer = await this.ask("GET", state.url);
    if (!answer.ok) await this.refuse(answer);
    return { ...state, ...(await answer.json()) };
  }

  // The state with the stored file. Only a refusal ends it early; a lost connection is waited out.
  async run() {
    let state = null;
    let wait = 1000;
    try {
      for (;;) {
        try {
          state = state ? await this.send(state) : await this.start();
          if (state.file) return state;
          wait = 1000;
        } catch (problem) {
          if (problem instanceof Refusal || problem.name === "AbortError") throw problem;
          this.show.waiting(this.words.waiting);
          await pause(wait);
          wait = Math.min(wait * 2, LONGEST_PAUSE);
          if (state) state = await this.look(state).catch(() => state);
        }
      }
    } finally {
      localStorage.removeItem(this.key); // closing the page does not come here: the next visit goes on
    }
  }

  stop() {
    const url = localStorage.getItem(this.key);
    this.stopped.abort();
    localStorage.removeItem(this.key);
    if (url) fetch(url, { method: "DELETE", headers: { "X-CSRFToken": this.csrf } }).catch(() => {});
  }
}

// What stands under the field while a file goes up.
function display(field, words) {
  const box = document.createElement("div");
  box.className = "upload-state";
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", words.sending);
  const text = document.createElement("p");
  text.className = "field-hint";
  text.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-outline-secondary";
  button.textContent = words.cancel;
  box.append(bar, text, button);
  field.after(box);
  const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  let tenth = -1;
  return {
    box,
    button,
    progress(done, total, word) {
      bar.hidden = button.hidden = false;
      bar.value = (done * 100) / total;
      const now = Math.floor((done * 10) / total);
      if (now === tenth && word === words.sending) return; // read aloud at each tenth only
      tenth = now;
      text.textContent = `${word}: ${size.format(done / 1e6)} / ${size.format(total / 1e6)} MB`;
    },
    waiting(word) {
      tenth = -1;
      text.textContent = word;
    },
    end(word, refused = false) {
      bar.hidden = button.hidden = true;
      text.className = refused ? "field-error" : "field-hint";
      text.textContent = word;
    },
  };
}

function enhance(field) {
  const words = JSON.parse(field.dataset.uploadWords);
  const form = field.form;
  let running = null;
  let box = null;
  let pressed = null; // the button that was pressed while the file was still on its way
  const token = document.createElement("input");
  token.type = "hidden";
  token.disabled = true;
  token.name = field.name;
  field.after(token);

  const reset = () => {
    running?.stop();
    running = null;
    pressed = null;
    box?.remove();
    box = null;
    token.disabled = true;
    field.name = token.name;
  };

  field.addEventListener("change", async () => {
    reset();
    field.setCustomValidity("");
    const file = field.files[0];
    if (!file) return;
    const show = display(field, words);
    box = show.box;
    if (file.size > Number(field.dataset.uploadLimit)) {
      show.end(words.large, true);
      field.value = "";
      return;
    }
    const upload = (running = new Upload(field, file, show));
    show.button.addEventListener("click", () => {
      reset();
      field.value = "";
      field.focus();
    });
    try {
      const state = await upload.run();
      if (running !== upload) return;
      token.value = state.token;
      token.disabled = false;
      field.parentElement.querySelectorAll(`input[type=hidden][name="${token.name}"]`).forEach((other) => {
        if (other !== token) other.remove(); // one that came with a refused form
      });
      field.removeAttribute("name"); // the token stands for the file
      show.end(`${words.done} ${state.file.receipt}`);
    } catch (problem) {
      if (running !== upload) return;
      show.end(problem instanceof Refusal ? problem.message : words.failed, true);
      field.value = "";
      pressed = null;
    }
    running = null;
    if (pressed) form.requestSubmit(pressed);
  });

  form.addEventListener("submit", (event) => {
    if (!running) return;
    event.preventDefault();
    event.stopPropagation();
    pressed = event.submitter ?? form.querySelector("[type=submit]");
    const hold = box.querySelector("[role=status]");
    hold.textContent = words.hold;
  });
  // On a slow line the file may have been chosen before this script came.
  if (field.files.length) field.dispatchEvent(new Event("change"));
}

document.querySelectorAll("input[type=file][data-upload]").forEach(enhance);
