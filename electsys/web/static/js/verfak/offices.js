// Visits to offices and boards: one line a party and aspect, its questions as boxes to tick, photos, a note.
// `patches` hold what was recorded here and what the server said of it, until newer data come.

import { byId } from "../offline/util.js";
import { put, say, show, wrong } from "./words.js";

const PHOTOS = 2;
const LOOKS = { menunggu: "state-wait", tercatat: "state-info", ms: "state-ok", bms: "state-info", tms: "state-stop" };

const keyOf = ({ partai, aspek }) => `${partai}/${aspek}`;

export class Offices {
  constructor(field, back) {
    this.field = field;
    this.bundle = field.bundle;
    this.back = back;
  }

  async begin() {
    this.patches = (await this.field.vault.get("kunjungan")) ?? {};
    await this.reopen();
    byId("kunjungan-daftar").open = !this.bundle.orang.length;
    byId("kembali-kunjungan").onclick = () => this.back();
    byId("simpan-kunjungan").onclick = () => {
      this.save().catch((problem) => wrong("salah-kunjungan", problem.message));
    };
  }

  visit(visit) {
    return { ...visit, ...(this.patches[keyOf(visit)] ?? {}) };
  }

  list() {
    const all = (this.bundle.kunjungan ?? []).map((visit) => this.visit(visit));
    byId("daftar-kunjungan").replaceChildren(...all.map((visit) => this.line(visit)));
    const n = all.filter((visit) => visit.status !== "menunggu").length;
    byId("maju-kunjungan").textContent = say("visits", { n, m: all.length });
    const empty = byId("kunjungan-kosong");
    empty.hidden = all.length > 0;
    empty.textContent = say("none_visits");
  }

  line(visit) {
    const item = byId("t-kunjungan").content.firstElementChild.cloneNode(true);
    put(item, "nama", visit.nama);
    put(item, "judul", visit.judul);
    put(item, "status", say({ menunggu: "due", tercatat: "kept" }[visit.status] ?? visit.status));
    item.querySelector(".state").classList.add(LOOKS[visit.status]);
    const button = item.querySelector("button");
    button.dataset.visit = keyOf(visit);
    button.onclick = () => this.open(visit);
    return item;
  }

  open(visit) {
    this.open_ = visit;
    show("kunjungan");
    wrong("salah-kunjungan", "");
    byId("judul-kunjungan").textContent = `${visit.judul}: ${visit.nama}`;
    const seen = visit.status !== "menunggu";
    byId("kunjungan-sudah").hidden = !seen;
    byId("kunjungan-sudah").textContent = seen ? say(visit.status === "tercatat" ? "kept" : visit.status) : "";
    byId("data-kunjungan").replaceChildren(...this.facts(visit));
    byId("pertanyaan").replaceChildren(...this.bundle.pertanyaan[visit.aspek].map(([name, text]) => this.box(name, text)));
    byId("catatan-kunjungan").value = "";
    byId("foto-kunjungan").value = "";
    byId("judul-kunjungan").focus();
    scrollTo(0, 0);
  }

  // What stands in Sipol, as lines of a list of facts.
  facts({ aspek, kantor, sk, inti, orang, perempuan }) {
    const lines =
      aspek === "kantor"
        ? [[say("address"), kantor ? kantor.alamat : say("office_none")], ...(kantor ? [[say("tenure"), kantor.status]] : [])]
        : [...inti.map(([office, name]) => [office, name || say("unknown")]), [say("officers"), say("people", { n: perempuan, m: orang })], [say("decree"), sk || say("unknown")]];
    return lines.map(([term, text]) => {
      const box = document.createElement("div");
      const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
      dt.textContent = term;
      dd.textContent = text;
      box.append(dt, dd);
      return box;
    });
  }

  box(name, text) {
    const label = document.createElement("label");
    label.className = "check";
    const input = document.createElement("input");
    input.type = "checkbox";
    input.name = name;
    label.append(input, ` ${text}`);
    return label;
  }

  async save() {
    wrong("salah-kunjungan", "");
    const visit = this.open_;
    const files = [...byId("foto-kunjungan").files].slice(0, PHOTOS);
    if (!files.length) throw new Error(say("photo_visit"));
    const photos = [];
    for (const file of files) photos.push(await this.field.shrink(file));
    const boxes = [...byId("pertanyaan").querySelectorAll("input")];
    const benar = Object.fromEntries(boxes.map((box) => [box.name, box.checked]));
    const { partai, aspek, tahap, dasar } = visit;
    const payload = { partai, aspek, tahap, dasar, benar, catatan: byId("catatan-kunjungan").value.trim() };
    const key = crypto.randomUUID();
    const patches = { ...this.patches, [keyOf(visit)]: { status: "tercatat", dasar: key } };
    await this.field.queue.add(payload, { photos, key, values: { kunjungan: patches } });
    this.patches = patches;
    this.back();
    byId("kunjungan-daftar").open = true;
    byId("maju-kunjungan").focus();
    const { packets } = await this.field.queue.count();
    this.field.tell(say("visit_saved", { n: packets }));
  }

  // Visits that were not taken are due again, as the server last told.
  async reopen() {
    const refused = (await this.field.queue.conflicts()).filter(({ payload }) => payload.aspek);
    const before = Object.keys(this.patches).length;
    for (const { payload } of refused) delete this.patches[keyOf(payload)];
    if (Object.keys(this.patches).length === before) return false;
    await this.field.vault.put("kunjungan", this.patches);
    return true;
  }

  // The server's word about a visit; whether something is to be recorded again.
  async answered({ outcome, values }) {
    if (outcome !== "ok") return this.reopen();
    const patch = values?.aspek && this.patches[keyOf(values)];
    if (patch) {
      patch.status = values.status;
      await this.field.vault.put("kunjungan", this.patches);
    }
    return false;
  }

  // A visit is taken back before it was sent: as it was before, which an earlier one of this phone may have made.
  withdraw(row, rows) {
    const same = rows.filter(({ payload }) => payload.aspek && keyOf(payload) === keyOf(row.payload));
    if (same.at(-1).key !== row.key) throw new Error(say("later_first"));
    const patches = { ...this.patches };
    if (same.length > 1) patches[keyOf(row.payload)] = { status: "tercatat", dasar: row.payload.dasar };
    else delete patches[keyOf(row.payload)];
    return {
      values: { kunjungan: patches },
      then: () => {
        this.patches = patches;
        this.list();
      },
    };
  }

  async update(bundle, waiting) {
    this.bundle = bundle;
    if (!waiting) {
      this.patches = {};
      await this.field.vault.put("kunjungan", this.patches);
    }
  }

  title({ partai, aspek }) {
    const visit = (this.bundle.kunjungan ?? []).find((each) => each.partai === partai && each.aspek === aspek);
    return visit ? `${visit.judul}: ${visit.nama}` : "";
  }

  close() {
    for (const id of ["daftar-kunjungan", "data-kunjungan", "pertanyaan"]) byId(id).replaceChildren();
    for (const id of ["judul-kunjungan", "kunjungan-sudah"]) byId(id).textContent = "";
    byId("catatan-kunjungan").value = "";
    byId("foto-kunjungan").value = "";
  }
}
