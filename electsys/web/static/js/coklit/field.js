// Coklit on a phone: the route of houses, one screen a household. Everything is kept by the shell (encrypted,
// queued); this module only shows and reads forms. What was recorded but not yet taken by the server is shown
// as recorded: `patches` hold what each voter will be after it.

import { start } from "../offline/shell.js";
import { byId } from "../offline/util.js";
import { comparison } from "./conflicts.js";
import { clone, put, say } from "./words.js";

const REQUIRED = ["name", "nik", "birth_place", "birth_date", "sex", "marital_status", "address", "rt", "rw"];

class Coklit {
  constructor(field) {
    this.field = field;
    this.take(field.bundle);
  }

  async begin() {
    this.patches = (await this.field.vault.get("tambalan")) ?? {};
    this.done = (await this.field.vault.get("selesai")) ?? {};
    // Of each packet that is not taken yet: its house as it was shown, and what these screens held before.
    this.traces = (await this.field.vault.get("jejak")) ?? {};
    await this.reopen();
    byId("cari-rumah").oninput = () => this.route();
    byId("hanya-belum").onchange = () => this.route();
    byId("kembali").onclick = () => this.back();
    byId("tambah").onclick = () => this.addFresh();
    byId("semua-sesuai").onclick = () => {
      for (const radio of byId("daftar-pemilih").querySelectorAll('[data-due] input[value="sesuai"]')) radio.click();
      byId("simpan-rumah").focus();
    };
    byId("simpan-rumah").onclick = () => {
      this.save().catch((problem) => this.wrong(problem.message));
    };
    this.back();
  }

  take(bundle) {
    this.bundle = bundle;
    this.houses = new Map(bundle.rumah.map((house) => [house.rumah, house]));
  }

  voter(voter) {
    return { ...voter, ...(this.patches[voter.id] ?? {}) };
  }

  finished(house) {
    return house.selesai || house.rumah in this.done;
  }

  // --- the route ---------------------------------------------------------------------------------------

  back() {
    this.house = null;
    byId("rumah").hidden = true;
    byId("rute").hidden = false;
    byId("daftar-pemilih").replaceChildren();
    byId("daftar-baru").replaceChildren();
    this.route();
  }

  route() {
    const wanted = byId("cari-rumah").value.trim().toLowerCase();
    const open = byId("hanya-belum").checked;
    const all = this.bundle.rumah;
    const shown = all.filter((house) => {
      if (open && this.finished(house)) return false;
      if (!wanted) return true;
      return [house.alamat, ...house.pemilih.map((v) => v.nama)].some((text) => text.toLowerCase().includes(wanted));
    });
    const n = all.filter((house) => this.finished(house)).length;
    byId("maju").textContent = say("done", { n, m: all.length });
    byId("batang").max = Math.max(1, all.length);
    byId("batang").value = n;
    byId("daftar-rumah").replaceChildren(...shown.map((house) => this.line(house)));
    const empty = byId("rute-kosong");
    empty.hidden = shown.length > 0;
    empty.textContent = all.length ? say("none") : say("no_task");
  }

  line(house) {
    const item = clone("t-rumah");
    const button = item.querySelector("button");
    put(item, "alamat", house.alamat);
    put(item, "rt", `RT ${house.rt} / RW ${house.rw}`);
    put(item, "isi", say("house", { n: house.pemilih.length }));
    const done = this.finished(house);
    put(item, "status", say(done ? "finished" : "left"));
    item.querySelector(".state").classList.add(done ? "state-ok" : "state-wait");
    button.dataset.house = house.rumah;
    button.onclick = () => this.open(house);
    return item;
  }

  // --- one household -----------------------------------------------------------------------------------

  open(house) {
    this.house = house;
    byId("rute").hidden = true;
    byId("rumah").hidden = false;
    this.wrong("");
    byId("judul-rumah").textContent = `${house.alamat}, RT ${house.rt} / RW ${house.rw}`;
    const cards = house.pemilih.map((v) => this.voter(v)).filter((v) => !v.pindah).map((v) => this.card(v));
    byId("daftar-pemilih").replaceChildren(...cards);
    byId("daftar-baru").replaceChildren();
    byId("semua-sesuai").hidden = !cards.some((card) => "due" in card.dataset);
    byId("judul-rumah").focus();
    scrollTo(0, 0);
  }

  card(voter) {
    const card = clone("t-pemilih");
    card.dataset.voter = voter.id;
    if (voter.status === "potensial") card.dataset.due = ""; // the others may be left as they are
    put(card, "nama", voter.nama);
    put(card, "ket", `${say(voter.jk)}, ${say("years", { n: voter.umur })}`);
    put(card, "nik", `NIK ${voter.nik}`);
    put(card, "status", say(voter.status));
    this.fill(card);
    for (const radio of card.querySelectorAll('input[type="radio"]')) {
      radio.name = `hasil-${voter.id}`;
      if (voter.status === "tms" && (radio.value === "tms" || radio.value === "tempat")) radio.disabled = true;
      radio.addEventListener("click", () => {
        for (const part of card.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== radio.value;
      });
    }
    return card;
  }

  fill(card) {
    for (const select of card.querySelectorAll("select[data-codes]")) {
      const rows = this.bundle[select.dataset.codes].filter((row) => select.dataset.codes !== "tps" || row.kode !== this.house.tps);
      for (const row of rows) select.add(new Option(row.bukti ? `${row.nama} (${row.bukti})` : row.nama, row.kode));
    }
  }

  addFresh() {
    const card = clone("t-baru");
    this.fill(card);
    for (const [name, value] of [["address", this.house.alamat], ["rt", this.house.rt], ["rw", this.house.rw]]) card.querySelector(`[name="${name}"]`).value = value;
    card.querySelector('[data-x="buang"]').onclick = () => card.remove();
    byId("daftar-baru").append(card);
    card.querySelector("input").focus();
  }

  wrong(text) {
    const place = byId("salah-rumah");
    place.textContent = text;
    place.hidden = !text;
    if (text) {
      place.tabIndex = -1;
      place.focus();
    }
  }

  // --- saving ------------------------------------------------------------------------------------------

  values(box) {
    const found = {};
    for (const input of box.querySelectorAll("input[name]:not([type=file]):not([type=radio]), select[name]")) {
      if (input.closest("[hidden]")) continue;
      const value = input.value.trim();
      if (value) found[input.name] = value;
    }
    if (found.nik && !/^\d{16}$/.test(found.nik)) throw new Error(say("nik"));
    if (found.nkk && !/^\d{16}$/.test(found.nkk)) throw new Error(say("nkk"));
    return found;
  }

  async finding(card, photos) {
    const voter = this.voter(this.house.pemilih.find((v) => String(v.id) === card.dataset.voter));
    const chosen = card.querySelector('input[type="radio"]:checked');
    if (!chosen && "due" in card.dataset) throw new Error(say("choose", { name: voter.nama }));
    if (!chosen) return null;
    const found = { id: voter.id, versi: voter.versi, status: voter.status, hasil: chosen.value };
    const values = this.values(card);
    if (chosen.value === "ubah") {
      if (!Object.keys(values).length) throw new Error(say("change", { name: voter.nama }));
      found.ubah = values;
    } else if (chosen.value === "tms") {
      if (!values.kode) throw new Error(say("code", { name: voter.nama }));
      found.kode = values.kode;
      found.alasan = values.alasan ?? "";
      const [file] = card.querySelector('input[type="file"]').files;
      if (file) found.foto = photos.push(await this.field.shrink(file)) - 1;
    } else if (chosen.value === "tempat") {
      if (!values.tps) throw new Error(say("place", { name: voter.nama }));
      found.tps = values.tps;
    }
    return found;
  }

  fresh(card) {
    const values = this.values(card);
    for (const name of REQUIRED) {
      if (values[name]) continue;
      const input = card.querySelector(`[name="${name}"]`);
      throw new Error(say("fresh", { field: input.closest("label").firstChild.textContent.trim() }));
    }
    return values;
  }

  // What a voter will be once the server has taken the finding (modules/sidalih/workflow/voters.py).
  after(found) {
    if (found.hasil === "tempat") return { status: found.status, versi: found.versi, pindah: true };
    if (found.hasil === "tms") return { status: "tms", versi: found.versi };
    const status = found.status === "baru" ? "baru" : found.hasil;
    return { status, versi: found.hasil === "ubah" ? found.versi + 1 : found.versi };
  }

  async save() {
    this.wrong("");
    const photos = [];
    const pemilih = [];
    for (const card of byId("daftar-pemilih").children) {
      const found = await this.finding(card, photos);
      if (found) pemilih.push(found);
    }
    const baru = [...byId("daftar-baru").children].map((card) => this.fresh(card));
    if (!pemilih.length && !baru.length) throw new Error(say("nothing"));
    const house = this.house;
    const patches = { ...this.patches };
    for (const found of pemilih) patches[found.id] = this.after(found);
    const done = { ...this.done, [house.rumah]: new Date().toISOString() };
    const payload = { tps: house.tps, rumah: house.rumah, pemilih, baru };
    const key = crypto.randomUUID();
    const traces = { ...this.traces, [key]: this.trace(house, pemilih) };
    await this.field.queue.add(payload, { key, photos, values: { tambalan: patches, selesai: done, jejak: traces } });
    Object.assign(this, { patches, done, traces });
    this.back();
    byId("judul-rute").focus();
    const { packets } = await this.field.queue.count();
    this.field.tell(say("saved", { n: packets }));
  }

  trace(house, pemilih) {
    return {
      house: { ...house, pemilih: house.pemilih.map((v) => this.voter(v)) },
      patches: Object.fromEntries(pemilih.map(({ id }) => [id, this.patches[id] ?? null])),
      done: this.done[house.rumah] ?? null,
    };
  }

  // Taking a packet back: the house is as it was before. Of several of one house the newest goes first.
  withdraw(row, rows) {
    const { rumah } = row.payload;
    const newest = rows.filter(({ payload }) => payload.rumah === rumah).at(-1);
    if (newest.key !== row.key) throw new Error(say("newest_first"));
    const { [row.key]: trace, ...traces } = this.traces;
    const patches = restored(this.patches, trace?.patches ?? Object.fromEntries(row.payload.pemilih.map(({ id }) => [id, null])));
    const done = restored(this.done, { [rumah]: trace?.done ?? null });
    const then = () => {
      Object.assign(this, { patches, done, traces });
      if (!this.house) this.route();
    };
    return { values: { tambalan: patches, selesai: done, jejak: traces }, then };
  }

  // What wants a decision of a packet that was not taken; nothing for one that the server can never take.
  compare(row) {
    if (row.answer.code !== "berubah") return null;
    return comparison({
      row,
      seen: this.traces[row.key]?.house,
      now: this.current(),
      bundle: this.bundle,
      decide: (payload) => this.decide(row, payload),
    });
  }

  // Every voter that the list holds now, with the address.
  current() {
    const all = this.bundle.rumah.flatMap(({ alamat, rt, rw, tps, pemilih }) => pemilih.map((v) => ({ alamat, rt, rw, tps, ...v })));
    return new Map(all.map((v) => [v.id, v]));
  }

  async decide(row, payload) {
    const key = crypto.randomUUID();
    const patches = { ...this.patches };
    for (const found of payload.pemilih) patches[found.id] = this.after(found);
    const done = { ...this.done, [payload.rumah]: new Date().toISOString() };
    const { [row.key]: trace, ...traces } = this.traces;
    if (trace) traces[key] = trace;
    await this.field.queue.replace(row.key, payload, { key, values: { tambalan: patches, selesai: done, jejak: traces } });
    Object.assign(this, { patches, done, traces });
    if (!this.house) this.route();
    const { packets } = await this.field.queue.count();
    this.field.tell(say("decided", { n: packets }));
  }

  // A record that was not taken makes its house open again, unless it was recorded anew since.
  async reopen() {
    const refused = (await this.field.queue.conflicts()).filter(({ payload, made_at }) => this.done[payload.rumah] <= made_at);
    for (const { payload } of refused) {
      for (const found of payload.pemilih) delete this.patches[found.id];
      delete this.done[payload.rumah];
    }
    if (!refused.length) return false;
    await this.keep();
    return true;
  }

  async keep() {
    await this.field.vault.put("tambalan", this.patches);
    await this.field.vault.put("selesai", this.done);
    await this.field.vault.put("jejak", this.traces);
  }

  // The server has answered a packet; what changed there is fetched, to be shown beside what was recorded.
  async answered({ outcome, code }) {
    if (outcome === "ok" || !(await this.reopen())) return;
    if (!this.house) this.route();
    this.field.tell(say("redo"));
    if (code === "berubah") await this.field.refresh();
  }

  // Newer data: what the server knows by now needs no patch any more.
  async update(bundle) {
    this.take(bundle);
    const gone = await this.field.queue.settled(new Map(bundle.diputus.map(({ kunci, putusan }) => [kunci, putusan === "dicatat"])));
    if (gone) this.field.tell(say("settled", { n: gone }));
    const { packets } = await this.field.queue.count();
    if (!packets) {
      this.patches = {};
      this.done = {};
      const held = new Set((await this.field.queue.conflicts()).map(({ key }) => key));
      this.traces = Object.fromEntries(Object.entries(this.traces).filter(([key]) => held.has(key)));
      await this.keep();
    }
    if (!this.house) return this.route();
    // An open house without a choice shows the newer data; one being filled in stays as its visitor saw it.
    const newer = this.houses.get(this.house.rumah);
    const begun = byId("hasil-rumah").querySelector("input:checked, .fresh");
    if (newer && !begun) this.open(newer);
    return undefined;
  }
}

// A record with some entries as they were; null was none.
function restored(record, before) {
  const found = { ...record };
  for (const [key, value] of Object.entries(before)) {
    if (value === null) delete found[key];
    else found[key] = value;
  }
  return found;
}

start(async (field) => {
  const coklit = new Coklit(field);
  await coklit.begin();
  return {
    update: (bundle) => coklit.update(bundle),
    answered: (answer) => coklit.answered(answer),
    withdraw: (row, rows) => coklit.withdraw(row, rows),
    compare: (row) => coklit.compare(row),
    close() {
      for (const id of ["daftar-rumah", "daftar-pemilih", "daftar-baru"]) byId(id).replaceChildren();
      byId("judul-rumah").textContent = "";
      byId("cari-rumah").value = "";
      byId("rumah").hidden = true;
    },
    title: (payload) => coklit.houses.get(payload.rumah)?.alamat ?? "",
  };
});
