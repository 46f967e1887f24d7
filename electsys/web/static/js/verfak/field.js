// Factual verification on a phone: the people to visit, one attempt at a time. Everything is kept by the shell
// (encrypted, queued); this module only shows and reads a form. What was recorded but not yet taken by the server
// is shown as recorded: `patches` hold what each person will be after it.

import { start } from "../offline/shell.js";
import { byId } from "../offline/util.js";

const words = JSON.parse(byId("kata").dataset.words);
const say = (name, values = {}) => Object.entries(values).reduce((text, [k, v]) => text.replaceAll(`{${k}}`, String(v)), words[name] ?? name);
const put = (box, name, text) => {
  box.querySelector(`[data-x="${name}"]`).textContent = text;
};

class Visits {
  constructor(field) {
    this.field = field;
    this.bundle = field.bundle;
  }

  async begin() {
    this.patches = (await this.field.vault.get("upaya")) ?? {};
    await this.reopen();
    byId("cari-orang").oninput = () => this.list();
    byId("hanya-belum").onchange = () => this.list();
    byId("kembali").onclick = () => this.back();
    byId("simpan-upaya").onclick = () => {
      this.save().catch((problem) => this.wrong(problem.message));
    };
    this.back();
  }

  person(person) {
    return { ...person, ...(this.patches[person.id] ?? {}) };
  }

  // --- the list ----------------------------------------------------------------------------------------

  back() {
    this.open_ = null;
    byId("orang").hidden = true;
    byId("daftar").hidden = false;
    this.list();
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
    byId("daftar").hidden = true;
    byId("orang").hidden = false;
    this.wrong("");
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

  wrong(text) {
    const place = byId("salah-upaya");
    place.textContent = text;
    place.hidden = !text;
    if (text) {
      place.tabIndex = -1;
      place.focus();
    }
  }

  // What a person will be once the server has taken the attempt (electsys/verification/rules/sampling.py).
  after(person, result) {
    const upaya = person.upaya + 1;
    const state = { membenarkan: "ms", menyangkal: "tms", tidak_cocok: "tms" }[result];
    return { upaya, status: state ?? (upaya >= this.bundle.upaya.length ? "tms" : "menunggu") };
  }

  async save() {
    this.wrong("");
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

  async answered({ outcome }) {
    if (outcome === "ok" || !(await this.reopen())) return;
    if (!this.open_) this.list();
    this.field.tell(say("redo"));
  }

  // Newer data: what the server knows by now needs no patch any more.
  async update(bundle) {
    this.bundle = bundle;
    const { packets } = await this.field.queue.count();
    if (!packets) {
      this.patches = {};
      await this.field.vault.put("upaya", this.patches);
    }
    if (!this.open_) this.list();
  }
}

start(async (field) => {
  const visits = new Visits(field);
  await visits.begin();
  return {
    update: (bundle) => visits.update(bundle),
    answered: (answer) => visits.answered(answer),
    close() {
      byId("daftar-orang").replaceChildren();
      for (const id of ["judul-orang", "sudah"]) byId(id).textContent = "";
      for (const part of byId("data-orang").querySelectorAll("[data-x]")) part.textContent = "";
      byId("cari-orang").value = "";
      byId("catatan").value = "";
      byId("orang").hidden = true;
    },
    title: (payload) => visits.bundle.orang.find((person) => person.id === payload.orang)?.nama ?? "",
  };
});
