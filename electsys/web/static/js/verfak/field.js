// Factual verification on a phone: the people to visit, one attempt at a time; offices.js has the offices and
// boards. Everything is kept by the shell (encrypted, queued); these modules only show and read a form. What was
// recorded but not yet taken by the server is shown as recorded: `patches` hold what each person will be after it.

import { start } from "../offline/shell.js";
import { byId } from "../offline/util.js";
import { Offices } from "./offices.js";
import { put, say, show, wrong } from "./words.js";

class Visits {
  constructor(field) {
    this.field = field;
    this.bundle = field.bundle;
    this.offices = new Offices(field, () => this.back());
  }

  async begin() {
    this.patches = (await this.field.vault.get("upaya")) ?? {};
    await this.reopen();
    await this.offices.begin();
    byId("cari-orang").oninput = () => this.list();
    byId("hanya-belum").onchange = () => this.list();
    byId("kembali").onclick = () => this.back();
    byId("simpan-upaya").onclick = () => {
      this.save().catch((problem) => wrong("salah-upaya", problem.message));
    };
    this.back();
  }

  person(person) {
    return { ...person, ...(this.patches[person.id] ?? {}) };
  }

  // --- the list ----------------------------------------------------------------------------------------

  back() {
    this.open_ = this.offices.open_ = null;
    show("daftar");
    this.list();
    this.offices.list();
  }

  list() {
    const wanted = byId("cari-orang").value.trim().toLowerCase();
    const open = byId("hanya-belum").checked;
    const all = this.bundle.orang.map((person) => this.person(person));
    const shown = all.filter((person) => {
      if (open && person.status !== "menunggu") return false;
      return !wanted || [person.nama, person.alamat, person.desa].some((text) => text.toLowerCase().includes(wanted));
    });
    const n = all.filter((person) => person.status !== "menunggu").length;
    byId("maju").textContent = say("done", { n, m: all.length });
    byId("batang").max = Math.max(1, all.length);
    byId("batang").value = n;
    byId("daftar-orang").replaceChildren(...shown.map((person) => this.line(person)));
    const empty = byId("daftar-kosong");
    empty.hidden = shown.length > 0;
    empty.textContent = say(all.length ? "none" : "no_task");
  }

  line(person) {
    const item = byId("t-orang").content.firstElementChild.cloneNode(true);
    put(item, "nama", person.nama);
    put(item, "alamat", `${person.alamat}, ${person.desa}`);
    put(item, "partai", person.partai);
    put(item, "status", person.status === "menunggu" ? say("attempt", { n: person.upaya + 1, method: say(this.method(person)) }) : say(person.status));
    item.querySelector(".state").classList.add({ menunggu: "state-wait", ms: "state-ok", tms: "state-stop" }[person.status]);
    const button = item.querySelector("button");
    button.dataset.person = person.id;
    button.onclick = () => this.open(person);
    return item;
  }

  method(person) {
    return this.bundle.upaya[Math.min(person.upaya, this.bundle.upaya.length - 1)];
  }

  // --- one person --------------------------------------------------------------------------------------

  open(person) {
    this.open_ = person;
    show("orang");
    wrong("salah-upaya", "");
    byId("judul-orang").textContent = person.nama;
    const box = byId("data-orang");
    put(box, "nik", person.nik);
    put(box, "kta", person.kta);
    put(box, "alamat", `${person.alamat}, ${person.desa}`);
    put(box, "partai", person.partai);
    const waits = person.status === "menunggu";
    byId("upaya").hidden = !waits;
    byId("sudah").hidden = waits;
    byId("sudah").textContent = waits ? "" : say(person.status);
    byId("judul-upaya").textContent = say("attempt", { n: person.upaya + 1, method: say(this.method(person)) });
    for (const radio of byId("upaya").querySelectorAll('input[type="radio"]')) radio.checked = false;
    byId("catatan").value = "";
    byId("foto").value = "";
    byId("judul-orang").focus();
    scrollTo(0, 0);
  }

  // What a person will be once the server has taken the attempt (electsys/verification/rules/sampling.py).
  after(person, result) {
    const upaya = person.upaya + 1;
    const state = { membenarkan: "ms", menyangkal: "tms", tidak_cocok: "tms" }[result];
    return { upaya, status: state ?? (upaya >= this.bundle.upaya.length ? "tms" : "menunggu") };
  }

  async save() {
    wrong("salah-upaya", "");
    const person = this.open_;
    const chosen = byId("upaya").querySelector('input[type="radio"]:checked');
    if (!chosen) throw new Error(say("choose"));
    const [file] = byId("foto").files;
    if (!file && chosen.value !== "tidak_bertemu") throw new Error(say("photo"));
    const photos = file ? [await this.field.shrink(file)] : [];
    const payload = { orang: person.id, upaya: person.upaya + 1, cara: this.method(person), hasil: chosen.value, catatan: byId("catatan").value.trim() };
    const patches = { ...this.patches, [person.id]: this.after(person, chosen.value) };
    await this.field.queue.add(payload, { photos, values: { upaya: patches } });
    this.patches = patches;
    this.back();
    byId("judul-daftar").focus();
    const { packets } = await this.field.queue.count();
    this.field.tell(say("saved", { n: packets }));
  }

  // An attempt that was not taken makes its person open again, as the server last told.
  async reopen() {
    const refused = await this.field.queue.conflicts();
    const before = Object.keys(this.patches).length;
    for (const { payload } of refused) delete this.patches[payload.orang];
    if (Object.keys(this.patches).length === before) return false;
    await this.field.vault.put("upaya", this.patches);
    return true;
  }

  async answered(answer) {
    if (await this.offices.answered(answer)) this.field.tell(say("redo_visit"));
    else if (answer.outcome !== "ok" && (await this.reopen())) this.field.tell(say("redo"));
    this.refresh();
  }

  // An attempt is taken back before it was sent: the person is as before it.
  withdraw(row, rows) {
    if (row.payload.aspek) return this.offices.withdraw(row, rows);
    const { orang, upaya } = row.payload;
    if (rows.some(({ payload }) => payload.orang === orang && payload.upaya > upaya)) throw new Error(say("later_first"));
    const patches = { ...this.patches, [orang]: { upaya: upaya - 1, status: "menunggu" } };
    return {
      values: { upaya: patches },
      then: () => {
        this.patches = patches;
        this.refresh();
      },
    };
  }

  // The list again, where it is what the reader sees.
  refresh() {
    if (this.open_ || this.offices.open_) return;
    this.list();
    this.offices.list();
  }

  // Newer data: what the server knows by now needs no patch any more.
  async update(bundle) {
    this.bundle = bundle;
    const { packets } = await this.field.queue.count();
    if (!packets) {
      this.patches = {};
      await this.field.vault.put("upaya", this.patches);
    }
    await this.offices.update(bundle, packets);
    this.refresh();
  }

  close() {
    byId("daftar-orang").replaceChildren();
    for (const id of ["judul-orang", "sudah"]) byId(id).textContent = "";
    for (const part of byId("data-orang").querySelectorAll("[data-x]")) part.textContent = "";
    byId("cari-orang").value = "";
    byId("catatan").value = "";
    this.offices.close();
    show("");
  }

  title(payload) {
    if (payload.aspek) return this.offices.title(payload);
    return this.bundle.orang.find((person) => person.id === payload.orang)?.nama ?? "";
  }
}

start(async (field) => {
  const visits = new Visits(field);
  await visits.begin();
  return {
    update: (bundle) => visits.update(bundle),
    answered: (answer) => visits.answered(answer),
    withdraw: (row, rows) => visits.withdraw(row, rows),
    close: () => visits.close(),
    title: (payload) => visits.title(payload),
  };
});
