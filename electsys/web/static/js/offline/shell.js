// The page of one task: the lock, the status line, what wants a decision, and the module's screens.
//
//   import { start } from "../offline/shell.js";
//   start((field) => {
//     show(field.bundle);                       // the task's data, as the module's `bundle` gave it
//     await field.queue.add(payload, { photos: [await field.shrink(file)], values: { name: value } });
//     await field.vault.get(name);              // what these screens remember, encrypted
//     return { update(bundle) {}, answered(answer) {}, close() {} };
//   });
//
// `close` must take people's data off the page: it is called when the screen is locked.

import { Away, Client, Ended, Refusal } from "./client.js";
import { meta, setMeta } from "./db.js";
import { shrink } from "./photos.js";
import { Queue, lastSync } from "./queue.js";
import { byId, failed, keepShell, moment, say, supported, tell } from "./util.js";
import { Vault, WrongPin } from "./vault.js";

const STALE = 30 * 60 * 1000; // task data older than this are asked for again when there is a network
const kind = byId("keadaan").dataset.kind;

class Shell {
  constructor(screens) {
    this.screens = screens;
    this.vault = new Vault(kind);
    this.queue = null;
    this.open = null; // what the module gave
    this.note = "";
  }

  async begin() {
    if (!(await Vault.exists(kind))) {
      byId("belum-aktif").hidden = false;
      return;
    }
    this.facts = await meta(kind, "facts");
    byId("tempat").textContent = this.facts.place;
    byId("keadaan").hidden = false;
    if (Date.now() > Date.parse(this.facts.erase_at)) return this.ended(say("erased"));
    this.listen();
    await this.status();
    this.showLock();
    return undefined;
  }

  listen() {
    byId("gembok").addEventListener("submit", (event) => {
      event.preventDefault();
      this.unlock(byId("pin").value).catch(failed);
    });
    for (const event of ["pointerdown", "keydown", "input"]) document.addEventListener(event, () => this.vault.touch(), { passive: true });
    for (const event of ["online", "offline"]) addEventListener(event, () => this.network());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      this.closeIfIdle();
      this.network();
    });
    setInterval(() => this.closeIfIdle(), 15000);
    byId("kirim").addEventListener("click", () => this.menu(() => this.queue.soon()));
    byId("perbarui").addEventListener("click", () => this.menu(() => this.refresh(true)));
    byId("kunci-layar").addEventListener("click", () => this.menu(() => this.lock()));
    byId("keluar").addEventListener("click", () => this.leave().catch(failed));
    byId("buka-bentrok").addEventListener("click", () => this.showConflicts(true).catch(failed));
  }

  menu(work) {
    byId("menu").open = false;
    Promise.resolve(work()).catch(failed);
  }

  // --- the lock ----------------------------------------------------------------------------------------

  showLock() {
    byId("gembok").hidden = false;
    byId("layar").hidden = byId("menu").hidden = byId("bentrok").hidden = byId("buka-bentrok").hidden = true;
    tell("pesan", say("locked"));
    byId("pin").focus();
  }

  async unlock(pin) {
    tell("pin-salah", "");
    tell("pesan", say("opening"));
    try {
      await this.vault.unlock(pin);
    } catch (problem) {
      if (!(problem instanceof WrongPin)) throw problem;
      byId("pin-salah").textContent = problem.wait > 0 ? say("pin_wait", { n: problem.wait }) : say("pin_wrong");
      byId("pin-salah").hidden = false;
      byId("pin").value = "";
      byId("pin").focus();
      tell("pesan", say("locked"));
      return;
    }
    byId("pin").value = "";
    byId("gembok").hidden = true;
    byId("menu").hidden = false;
    tell("pesan", "");
    const client = new Client(await this.vault.get("token"), await meta(kind, "pair"));
    this.queue = new Queue(this.vault, client);
    this.queue.addEventListener("change", () => this.status().catch(failed));
    this.queue.addEventListener("sending", () => this.line(say("sending")));
    this.queue.addEventListener("waiting", ({ detail }) => this.line(navigator.onLine ? say("retry", { n: detail }) : ""));
    this.queue.addEventListener("answered", ({ detail }) => this.open?.answered?.(detail));
    this.queue.addEventListener("photo", ({ detail }) => tell("pesan", detail.message, "notice-stop"));
    this.queue.addEventListener("trouble", ({ detail }) => this.trouble(detail));
    if (Date.now() > Date.parse(this.facts.until)) {
      await this.vault.eraseData();
      tell("pesan", say("task_over", { when: moment(this.facts.erase_at) }), "notice-wait");
    } else {
      if (!(await this.vault.get("bundle"))) await this.refresh(false);
      await this.showScreens();
    }
    await this.status();
    this.network();
  }

  async showScreens() {
    const kept = await this.vault.get("bundle");
    if (!kept || this.vault.locked) {
      if (!this.vault.locked) tell("pesan", say("no_bundle"), "notice-wait");
      return;
    }
    this.open?.close?.();
    byId("layar").hidden = false;
    this.open = (await this.screens({ bundle: kept.content, task: this.facts, vault: this.vault, queue: this.queue, shrink, say, tell: (text) => tell("pesan", text) })) ?? {};
  }

  closeIfIdle() {
    if (this.queue && this.vault.locked) this.lock();
  }

  lock() {
    this.queue?.stop();
    this.vault.lock();
    this.queue = null;
    this.open?.close?.();
    this.open = null;
    byId("daftar-bentrok").replaceChildren();
    this.showLock();
  }

  // --- the network -------------------------------------------------------------------------------------

  network() {
    this.status().catch(failed);
    if (!this.queue || !navigator.onLine) return;
    this.queue.soon();
    this.refresh(false).catch(failed);
  }

  // Ask for the task's data again; unasked only where they are old.
  async refresh(asked) {
    if (this.vault.locked || Date.now() > Date.parse(this.facts.until)) return;
    const kept = await this.vault.get("bundle");
    if (!asked && kept && Date.now() - kept.at < STALE) return;
    try {
      const got = await this.queue.client.bundle(kept?.tag);
      if (got) {
        this.facts = got.device;
        await setMeta(kind, "facts", got.device);
        await this.vault.put("bundle", { content: got.bundle, tag: got.tag, at: Date.now() });
        tell("pesan", "");
        if (this.open?.update) this.open.update(got.bundle);
        else if (asked || kept) await this.showScreens();
      } else {
        await this.vault.put("bundle", { ...kept, at: Date.now() });
        if (asked) tell("pesan", say("fresh"));
      }
    } catch (problem) {
      await this.trouble(problem, asked);
    }
  }

  async trouble(problem, asked = false) {
    if (problem instanceof Ended) return this.ended(problem.message);
    if (problem instanceof Away) return asked ? tell("pesan", say("no_network"), "notice-wait") : undefined;
    if (problem instanceof Refusal) return tell("pesan", problem.message, "notice-stop");
    if (!this.vault.locked) failed(problem);
    return undefined;
  }

  // The server, or the calendar, has ended this device: everything on it goes.
  async ended(message) {
    this.queue?.stop();
    this.open?.close?.();
    this.queue = this.open = null;
    await this.vault.erase();
    for (const id of ["gembok", "layar", "menu", "bentrok", "keadaan"]) byId(id).hidden = true;
    byId("daftar-bentrok").replaceChildren();
    byId("belum-aktif").hidden = false;
    tell("pesan", message, "notice-stop");
  }

  async leave() {
    const { packets, photos, conflicts } = await Queue.count(kind);
    const n = packets + photos + conflicts;
    const button = byId("keluar");
    if (!button.dataset.sure) {
      button.dataset.sure = "yes";
      button.textContent = n ? say("leave_sure", { n }) : say("leave_plain");
      return;
    }
    byId("menu").open = false;
    await this.queue.client.leave().catch((problem) => {
      if (!(problem instanceof Away || problem instanceof Refusal || problem instanceof Ended)) throw problem;
    });
    await this.ended(say("erased"));
  }

  // --- the status line ---------------------------------------------------------------------------------

  line(note) {
    this.note = note;
    this.status().catch(failed);
  }

  async status() {
    const { packets, photos, conflicts } = await Queue.count(kind);
    const when = await lastSync(kind);
    const waiting = [packets ? say("waiting", { n: packets }) : "", photos ? say("waiting_photos", { n: photos }) : ""].filter(Boolean);
    if (!packets && !photos) this.note = "";
    const parts = [
      waiting.join(", ") || (conflicts ? "" : say("none_waiting")),
      say(navigator.onLine ? "online" : "offline"),
      when ? say("last_sync", { when: moment(when) }) : say("never_sync"),
      this.note,
    ].filter(Boolean);
    const line = byId("baris-keadaan");
    const text = parts.join(" · ");
    if (line.textContent !== text) line.textContent = text;
    line.dataset.waiting = String(packets + photos);
    const button = byId("buka-bentrok");
    button.hidden = !conflicts || !this.queue;
    button.textContent = say("conflicts", { n: conflicts });
    if (!byId("bentrok").hidden) await this.showConflicts(false);
  }

  async showConflicts(asked) {
    if (!this.queue || this.vault.locked) return;
    const rows = await this.queue.conflicts();
    byId("bentrok").hidden = !rows.length;
    byId("daftar-bentrok").replaceChildren(...rows.map((row) => this.conflict(row)));
    if (asked) byId("judul-bentrok").focus();
  }

  conflict({ key, made_at, answer, payload }) {
    const line = document.createElement("li");
    line.className = answer.outcome === "refused" ? "finding finding-f" : "finding";
    line.dataset.key = key;
    const head = document.createElement("strong");
    head.textContent = say(answer.outcome === "refused" ? "refused" : "conflict");
    const title = this.open?.title?.(payload) ?? "";
    const when = document.createElement("span");
    when.textContent = [title, say("made", { when: moment(made_at) })].filter(Boolean).map((part) => ` · ${part}`).join("");
    const why = document.createElement("p");
    why.textContent = [answer.message, answer.hint].filter(Boolean).join(" ");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-outline-danger";
    button.textContent = say("dismiss");
    button.addEventListener("click", () => {
      if (!button.dataset.sure) {
        button.dataset.sure = "yes";
        button.textContent = say("dismiss_sure");
        return;
      }
      this.queue.dismiss(key).then(() => this.showConflicts(false)).catch(failed);
    });
    line.append(head, when, why, button);
    return line;
  }
}

// Called once by the page's own module with its screens.
export function start(screens) {
  if (!supported()) {
    tell("galat", say("no_support"));
    return;
  }
  keepShell();
  new Shell(screens).begin().catch(failed);
}

