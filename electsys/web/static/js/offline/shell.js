// The page of one task: the lock, the status line, what wants a decision, and the module's screens.
//
//   import { start } from "../offline/shell.js";
//   start((field) => {
//     show(field.bundle);                       // the task's data, as the module's `bundle` gave it
//     await field.queue.add(payload, { photos: [await field.shrink(file)], values: { name: value } });
//     await field.vault.get(name);              // what these screens remember, encrypted
//     return { update(bundle) {}, answered(answer) {}, close() {}, title(payload) {},
//       withdraw(row, rows) {},                 // values to keep when a packet is taken back, and then()
//       compare(row) {} };                      // what wants a decision of a packet that was not taken
//   });
//
// `close` must take people's data off the page: it is called when the screen is locked.

import { Away, Client, Ended, Refusal } from "./client.js";
import { meta, setMeta } from "./db.js";
import { shrink } from "./photos.js";
import { Queue, lastSync } from "./queue.js";
import { byId, failed, keepShell, lately, moment, say, supported, tell } from "./util.js";
import { Vault, WrongPin } from "./vault.js";

const STALE = 30 * 60 * 1000; // task data older than this are asked for again when there is a network
const CLOCK = 10 * 60 * 1000; // a phone's clock that is further off is told
const kind = byId("keadaan").dataset.kind;

class Shell {
  constructor(screens) {
    this.screens = screens;
    this.vault = new Vault(kind);
    this.queue = null;
    this.open = null; // what the module gave
    this.note = "";
    this.skew = 0; // how far the server's clock is ahead of this phone's
  }

  // Whether a moment of the server is over. A clock that runs ahead must not end a task before its time.
  over(moment) {
    return Math.min(Date.now(), Date.now() + this.skew) > Date.parse(moment);
  }

  async begin() {
    if (!(await Vault.exists(kind))) {
      byId("belum-aktif").hidden = false;
      return;
    }
    this.facts = await meta(kind, "facts");
    this.skew = (await meta(kind, "skew")) ?? 0;
    byId("tempat").textContent = this.facts.place;
    byId("keadaan").hidden = false;
    if (this.over(this.facts.erase_at)) return this.ended(say("erased"));
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
    byId("kirim").addEventListener("click", () => this.menu(() => this.queue.soon(true)));
    byId("perbarui").addEventListener("click", () => this.menu(() => this.refresh(true)));
    byId("kunci-layar").addEventListener("click", () => this.menu(() => this.lock()));
    byId("keluar").addEventListener("click", () => this.leave().catch(failed));
    byId("buka-bentrok").addEventListener("click", () => this.showConflicts(true).catch(failed));
    byId("buka-antrean").addEventListener("click", () => this.showQueue(true).catch(failed));
    byId("tutup-antrean").addEventListener("click", () => {
      byId("antrean").hidden = true;
      byId("buka-antrean").focus();
    });
  }

  menu(work) {
    byId("menu").open = false;
    Promise.resolve(work()).catch(failed);
  }

  // --- the lock ----------------------------------------------------------------------------------------

  showLock() {
    byId("gembok").hidden = false;
    for (const id of ["layar", "menu", "bentrok", "buka-bentrok", "antrean", "buka-antrean"]) byId(id).hidden = true;
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
    this.queue.addEventListener("clock", ({ detail }) => this.clock(detail).catch(failed));
    this.queue.addEventListener("trouble", ({ detail }) => this.trouble(detail));
    if (this.over(this.facts.until)) {
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
    this.open = (await this.screens({ bundle: kept.content, task: this.facts, vault: this.vault, queue: this.queue, shrink, say, tell: (text) => tell("pesan", text), refresh: () => this.refresh(true), renew: () => this.refresh(false, 0) })) ?? {};
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
    this.clearLists();
    this.showLock();
  }

  // --- the network -------------------------------------------------------------------------------------

  network() {
    this.status().catch(failed);
    if (!this.queue || !navigator.onLine) return;
    this.queue.soon();
    this.refresh(false).catch(failed);
  }

  // Ask for the task's data again; unasked only where they are older than so many milliseconds.
  async refresh(asked, stale = STALE) {
    if (this.vault.locked || this.over(this.facts.until)) return;
    const kept = await this.vault.get("bundle");
    if (!asked && kept && Date.now() - kept.at < stale) return;
    try {
      const got = await this.queue.client.bundle(kept?.tag);
      if (got) {
        await this.clock(got.server_time);
        this.facts = got.device;
        await setMeta(kind, "facts", got.device);
        await this.vault.put("bundle", { content: got.bundle, tag: got.tag, at: Date.now() });
        tell("pesan", "");
        if (this.open?.update) {
          await this.open.update(got.bundle);
          if (!byId("bentrok").hidden) await this.showConflicts(false);
        } else if (asked || kept) await this.showScreens();
      } else {
        await this.vault.put("bundle", { ...kept, at: Date.now() });
        if (asked) tell("pesan", say("fresh"));
      }
    } catch (problem) {
      await this.trouble(problem, asked);
    }
  }

  // What the server's clock says: kept, and told where this phone's is wrong. Nothing depends on the phone's.
  async clock(now) {
    const skew = Date.parse(now) - Date.now();
    if (Number.isNaN(skew)) return;
    tell("jam", Math.abs(skew) < CLOCK ? "" : say("clock", { phone: moment(Date.now()), server: moment(now) }));
    if (Math.abs(skew - this.skew) < CLOCK / 10) return;
    this.skew = skew;
    await setMeta(kind, "skew", skew);
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
    for (const id of ["gembok", "layar", "menu", "bentrok", "antrean", "keadaan"]) byId(id).hidden = true;
    this.clearLists();
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
    const waiting = packets && photos ? say("waiting_with", { n: packets, m: photos }) : packets ? say("waiting", { n: packets }) : photos ? say("waiting_photos", { n: photos }) : "";
    if (!packets && !photos) this.note = "";
    const parts = [
      waiting || (conflicts ? "" : say("none_waiting")),
      say(navigator.onLine ? "online" : "offline"),
      when ? say("last_sync", { when: lately(when) }) : say("never_sync"),
      this.note,
    ].filter(Boolean);
    const line = byId("baris-keadaan");
    const text = parts.join(" · ");
    if (line.textContent !== text) line.textContent = text;
    line.dataset.waiting = String(packets + photos);
    const button = byId("buka-bentrok");
    button.hidden = !conflicts || !this.queue;
    button.textContent = say("conflicts", { n: conflicts });
    const queue = byId("buka-antrean");
    queue.hidden = !packets || !this.queue;
    if (!byId("bentrok").hidden) await this.showConflicts(false);
    if (!byId("antrean").hidden) await this.showQueue(false);
  }

  clearLists() {
    for (const id of ["daftar-bentrok", "daftar-antrean"]) byId(id).replaceChildren();
    byId("daftar-antrean").dataset.shown = this.shown = "";
  }

  // The list is made anew only where it differs: somebody may be choosing in it.
  async showConflicts(asked) {
    if (!this.queue || this.vault.locked) return;
    const rows = await this.queue.conflicts();
    const shown = [(await this.vault.get("bundle"))?.tag, ...rows.map((row) => row.key)].join();
    byId("bentrok").hidden = !rows.length;
    if (asked || shown !== this.shown) byId("daftar-bentrok").replaceChildren(...rows.map((row) => this.conflict(row)));
    this.shown = shown;
    if (asked) byId("judul-bentrok").focus();
  }

  // What waits to be sent, newest first; what has not left the phone can be taken back.
  async showQueue(asked) {
    if (!this.queue || this.vault.locked) return;
    const rows = await this.queue.waiting();
    byId("antrean").hidden = !rows.length;
    const lines = rows.map((row) => this.waits(row, rows)).reverse();
    const list = byId("daftar-antrean");
    const text = rows.map((row) => `${row.key}${row.tried}`).join();
    if (list.dataset.shown !== text) list.replaceChildren(...lines);
    list.dataset.shown = text;
    if (asked) byId("judul-antrean").focus();
  }

  waits(row, rows) {
    const line = document.createElement("li");
    line.className = "waits";
    line.dataset.key = row.key;
    const what = document.createElement("span");
    what.textContent = [this.open?.title?.(row.payload) ?? "", say("made", { when: moment(row.made_at) })].filter(Boolean).join(" · ");
    line.append(what);
    if (row.tried) {
      const note = document.createElement("small");
      note.textContent = say("tried");
      line.append(note);
    } else {
      line.append(this.twice(say("withdraw"), say("withdraw_sure"), () => this.withdraw(row, rows)));
    }
    return line;
  }

  async withdraw(row, rows) {
    try {
      const { values = {}, then } = this.open?.withdraw?.(row, rows) ?? {};
      const gone = await this.queue.withdraw(row.key, values);
      if (gone) then?.();
      tell("pesan", say(gone ? "withdrawn" : "tried"));
    } catch (problem) {
      tell("pesan", problem.message, "notice-wait");
    }
    await this.showQueue(false);
  }

  // A button that asks once more before it does what cannot be undone.
  twice(text, sure, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-outline-danger";
    button.textContent = text;
    button.addEventListener("click", () => {
      if (button.dataset.sure) {
        act().catch(failed);
        return;
      }
      button.dataset.sure = "yes";
      button.textContent = sure;
    });
    return button;
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
    const compared = this.open?.compare?.({ key, made_at, answer, payload });
    const way = compared ?? this.twice(say("dismiss"), say("dismiss_sure"), () => this.queue.dismiss(key).then(() => this.showConflicts(false)));
    line.append(head, when, why, way);
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

