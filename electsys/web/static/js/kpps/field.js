// C.Hasil at the polling station: the forms of one TPS, their numbers, their photos, what KPU has of them.
// Everything is kept by the shell (encrypted, signed, queued); these modules show it and read a form.

import { start } from "../offline/shell.js";
import { byId, failed, moment } from "../offline/util.js";
import { Codes } from "./codes.js";
import { Numbers } from "./numbers.js";
import { Pages } from "./pages.js";
import { Standing } from "./standing.js";
import { button, make, say, show } from "./words.js";

const LOOKS = { belum: "state-wait", aman: "state-info", dikirim: "state-info", diterima: "state-ok", ditolak: "state-stop" };

class Station {
  constructor(field) {
    this.field = field;
    this.bundle = field.bundle;
    this.numbers = new Numbers(this);
    this.pages = new Pages(this);
    this.codes = new Codes(this);
  }

  async begin() {
    await this.dated();
    this.asked = this.fetched;
    this.kept = (await this.field.vault.get("kpps")) ?? {}; // contest -> { angka: key, foto: { page: { packet, sha } } }
    for (const back of document.querySelectorAll("[data-kembali]")) back.onclick = () => this.leave().catch(failed);
    this.field.queue.addEventListener("change", () => this.soon());
    this.field.queue.addEventListener("progress", () => {
      this.field.vault.touch(); // nobody's data is here: the screen stays open as long as photos get through
      this.soon();
    });
    byId("simulasi").hidden = !this.bundle.simulasi;
    await this.back();
  }

  contest(p) {
    return this.bundle.kontes.find((contest) => contest.p === p);
  }

  // What is kept of a contest, changed; not written yet: the queue writes it together with what it is about.
  changed(p, change) {
    return { ...this.kept, [p]: { ...this.kept[p], ...change } };
  }

  standing() {
    return Standing.of(this.field.queue, this.kept);
  }

  // The reader goes back: what was told about the screen before is over.
  leave() {
    this.field.tell("");
    return this.back();
  }

  async back() {
    this.open = null;
    await this.list();
    show("daftar", "judul-daftar");
  }

  // Events come in bursts; one picture of them is enough.
  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh().catch(failed), 150);
  }

  async refresh() {
    if (this.field.vault.locked) return;
    const there = await this.list();
    if (this.open) await this.open.refresh(there);
    await this.awake(there.files.size > 0 && navigator.onLine);
    // A photo has arrived since KPU's word on them was fetched: ask for it, once.
    if (there.newest > this.asked && navigator.onLine && !there.files.size) {
      this.asked = Date.now();
      await this.renew();
    }
  }

  // The screen stays on while photos are sent: a phone that sleeps sends nothing.
  async awake(sending) {
    if (!sending) {
      await this.wake?.release();
      this.wake = null;
    } else if (!this.wake || this.wake.released) {
      this.wake = await navigator.wakeLock?.request("screen").catch(() => null);
    }
  }

  // When what this page knows of KPU was last known to be true.
  async dated() {
    this.fetched = (await this.field.vault.get("bundle"))?.at ?? 0;
  }

  async renew() {
    await this.field.renew();
    if (this.field.vault.locked) return;
    await this.dated();
    this.soon();
  }

  // --- the list ----------------------------------------------------------------------------------------

  async list() {
    const there = await this.standing();
    const all = this.bundle.kontes;
    let [n, m] = [0, 0];
    for (const contest of all) {
      const parts = [there.numbers(contest.p), ...there.pages(contest)];
      m += parts.length;
      n += parts.filter(({ state }) => state === "diterima").length;
    }
    byId("maju").textContent = say("progress", { n, m });
    byId("batang").max = Math.max(1, m);
    byId("batang").value = n;
    const done = m > 0 && n === m && all.every((contest) => !there.pages(contest).some((page) => this.word(contest, page).again));
    byId("selesai").hidden = !done;
    byId("cara").hidden = done || !all.length;
    byId("daftar-kontes").replaceChildren(...all.map((contest) => this.card(contest, there)));
    byId("kontes-kosong").hidden = all.length > 0;
    return there;
  }

  card(contest, there) {
    const numbers = there.numbers(contest.p);
    const pages = there.pages(contest);
    const item = make("li", "voter kpps-form");
    item.dataset.contest = contest.p;
    const heading = make("h3", "", contest.nama, ...(contest.dapil ? [make("small", "", ` ${contest.dapil}`)] : []));
    const elsewhere = numbers.state === "belum" && contest.keadaan !== "kosong";
    const lines = [
      this.line(say("numbers"), numbers.state, elsewhere ? say("elsewhere", { state: contest.kata }) : say(`n_${numbers.state}`)),
      this.line(say("photos"), ...this.photos(contest, pages)),
    ];
    if (numbers.answer) lines.push(make("p", "field-error", [numbers.answer.message, numbers.answer.hint].filter(Boolean).join(" ")));
    if (numbers.receipt) lines.push(this.receipt(numbers));
    const ways = make("p", "actions");
    const taken = pages.every((page) => !["belum", "ditolak"].includes(page.state) && !this.word(contest, page).again);
    const fill = { belum: "fill", ditolak: "fill_again" }[numbers.state] ?? "see";
    ways.append(button(say(fill), numbers.state === "belum" && !elsewhere ? "btn-primary" : "btn-outline-primary", () => this.go(this.numbers, contest)));
    ways.append(button(say("take"), numbers.state === "belum" || taken ? "btn-outline-primary" : "btn-primary", () => this.go(this.pages, contest)));
    if (["aman", "dikirim"].includes(numbers.state)) ways.append(button(say("show_code"), "btn-outline-primary", () => this.go(this.codes, contest)));
    item.append(heading, ...lines, ways);
    return item;
  }

  // Where the photos of a form stand, all of them together.
  photos(contest, pages) {
    const count = (state) => pages.filter((page) => page.state === state).length;
    const again = count("ditolak") + pages.filter((page) => this.word(contest, page).again).length;
    const [n, m, k] = [count("diterima"), pages.length, count("aman") + count("dikirim")];
    if (again) return ["ditolak", say("photo_again", { n: again })];
    if (n === m) return ["diterima", say("photo_done", { n, m })];
    if (count("belum") === m) return ["belum", say("p_belum")];
    return k ? ["aman", say("photo_line", { n, m, k })] : ["belum", say("photo_done", { n, m })];
  }

  // What is to be said of the photo of a page that KPU has, and whether it is to be taken again.
  word(contest, page) {
    if (page.state !== "diterima") return { text: "", again: false };
    const seen = this.contest(contest.p)?.foto.find((photo) => photo.h === page.h);
    if (!seen) return this.fetched > page.at ? { text: say("not_this_page", { n: page.h }), again: true } : { text: "", again: false };
    if (seen.tps) return { text: say("other_tps", { tps: seen.tps }), again: true };
    return { text: seen.qr ? seen.kata.join(" ") : say("no_qr"), again: false };
  }

  line(what, state, text) {
    return make("p", "kpps-line", make("span", "", what), make("span", `state ${LOOKS[state]}`, text));
  }

  receipt({ receipt, at }) {
    const box = make("details", "kpps-receipt", make("summary", "", say("receipt", { number: receipt.number })));
    box.append(make("p", "", say("receipt_at", { when: moment(receipt.received_at ?? at) })), make("code", "kpps-hash", receipt.digest));
    return box;
  }

  go(screen, contest) {
    this.open = screen;
    screen.show(contest).catch(failed);
  }

  // --- what the shell tells ------------------------------------------------------------------------------

  async answered({ outcome, message, hint }) {
    const text = [message, hint].filter(Boolean).join(" ");
    if (text) this.field.tell(text);
    if (outcome === "ok") this.soon();
  }

  // Something is taken back before it was sent: the numbers stay as they were typed, a photo is to be taken again.
  withdraw(row) {
    const { p, h } = row.payload;
    const before = this.kept[p] ?? {};
    const kept = h ? this.changed(p, { foto: { ...before.foto, [h]: undefined } }) : this.changed(p, { angka: undefined });
    return {
      values: { kpps: kept },
      then: () => {
        this.kept = kept;
        this.soon();
      },
    };
  }

  async update(bundle) {
    this.bundle = bundle;
    await this.dated();
    await this.refresh();
  }

  title({ p, h }) {
    const contest = this.contest(p);
    const name = contest?.nama ?? p;
    return h ? say("title_photo", { contest: name, n: h }) : say("title_numbers", { contest: name });
  }

  close() {
    clearTimeout(this.timer);
    this.awake(false).catch(failed);
    this.numbers.close();
    this.pages.close();
    this.codes.close();
    byId("daftar-kontes").replaceChildren();
    show("");
  }
}

start(async (field) => {
  const station = new Station(field);
  await station.begin();
  return {
    update: (bundle) => station.update(bundle),
    answered: (answer) => station.answered(answer),
    withdraw: (row) => station.withdraw(row),
    close: () => station.close(),
    title: (payload) => station.title(payload),
  };
});
