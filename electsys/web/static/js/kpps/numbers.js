// The numbers of one form, in the order of the paper. What is typed is kept while it is typed; sums run along;
// a sum that does not hold never stops anybody: what stands on the paper is sent as it stands there.

import { byId, failed, moment } from "../offline/util.js";
import { judge, labelsOf, namesOf } from "./rules.js";
import { button, make, number, say, show, wrong } from "./words.js";

const KEEP = 500; // milliseconds after the last key
const DIGITS = 6;

const read = (text) => (/^[0-9]+$/.test(text) ? Number(text) : null);

export class Numbers {
  constructor(station) {
    this.station = station;
    this.field = station.field;
    this.over = new AbortController();
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.over.signal });
    on(byId("formulir"), "submit", (event) => {
      event.preventDefault();
      this.save().catch(failed);
    });
    on(byId("formulir"), "input", (event) => this.typed(event));
    on(byId("formulir"), "keydown", (event) => this.key(event));
    on(byId("formulir"), "focusin", ({ target }) => target.matches("input[data-number]") && target.select());
    on(window, "pagehide", () => this.keep());
    on(document, "visibilitychange", () => document.visibilityState === "hidden" && this.keep());
  }

  async show(contest) {
    this.contest = contest;
    this.form = this.station.bundle.formulir[contest.formulir];
    this.names = namesOf(this.form, contest);
    this.labels = labelsOf(this.form, contest, { l: say("l"), p: say("p"), j: say("j"), suara: say("votes"), jumlah: say("party_total") });
    this.draft = (await this.field.vault.get(`isian/${contest.p}`)) ?? {};
    this.unchecked();
    byId("judul-angka").textContent = contest.nama;
    byId("kertas").textContent = [contest.judul, this.station.bundle.tempat, this.station.bundle.kode].filter(Boolean).join(" · ");
    byId("isi-formulir").replaceChildren(...this.form.map((section) => this.section(section)));
    await this.refresh(await this.station.standing());
    this.add();
    show("angka", "judul-angka");
  }

  // --- the form --------------------------------------------------------------------------------------------

  section({ ref, judul, suara, baris }) {
    const box = make("fieldset", "voter kpps-part", make("legend", "", `${ref}. ${judul}`));
    if (baris.some(([name]) => name === "pemilih_dpt") && this.station.bundle.dpt) {
      const [l, p] = this.station.bundle.dpt;
      box.append(make("p", "field-hint", say("dpt", { l: number(l), p: number(p), j: number(l + p) })));
    }
    if (suara) box.dataset.votes = "";
    box.append(...(suara ? this.votes() : baris.map((row) => this.row(row))));
    return box;
  }

  row([name, ref, label, columns]) {
    if (columns.length === 1 && !columns[0]) return this.single(name, `${ref} ${label}`);
    const row = make("div", "kpps-row", make("p", "kpps-label", make("span", "field-ref", ref), ` ${label}`));
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", label);
    for (const column of columns) row.append(make("label", "kpps-cell", make("span", "", say(`short_${column}`)), this.input(`${name}_${column}`)));
    return row;
  }

  single(name, label) {
    return make("label", "kpps-single", make("span", "", label), this.input(name));
  }

  votes() {
    const made = [];
    const lists = new Set(this.contest.suara.filter(([, , candidate]) => candidate !== null).map(([, party]) => party));
    this.contest.suara.forEach(([name, party, candidate, who, struck], i, all) => {
      if (lists.has(party) && candidate === null) made.push(make("h4", "kpps-party", `${party}. ${who}`), this.single(name, say("party_alone")));
      else made.push(this.single(name, `${candidate ?? party}. ${who}${struck ? ` (${say("struck")})` : ""}`));
      if (!lists.has(party) || all[i + 1]?.[1] === party) return;
      const sum = make("p", "kpps-sum");
      sum.dataset.party = party;
      const total = `suara_${party}_jumlah`;
      made.push(...(this.contest.jumlah.includes(total) ? [this.single(total, say("party_total"))] : []), sum);
    });
    return made;
  }

  input(name) {
    const input = make("input", "form-control");
    Object.assign(input, { id: name, type: "text", inputMode: "numeric", maxLength: DIGITS, autocomplete: "off", enterKeyHint: "next", value: this.draft[name] ?? "" });
    input.dataset.number = name;
    return input;
  }

  inputs() {
    return [...byId("isi-formulir").querySelectorAll("input[data-number]")];
  }

  key(event) {
    if (event.key !== "Enter" || !event.target.matches("input[data-number]")) return;
    event.preventDefault(); // Enter goes on; it never sends by accident
    const all = this.inputs();
    (all[all.indexOf(event.target) + 1] ?? byId("simpan-angka")).focus();
  }

  typed({ target }) {
    if (!target.matches("input[data-number]")) return;
    const clean = target.value.replace(/[^0-9]/g, "").slice(0, DIGITS);
    if (clean !== target.value) target.value = clean;
    this.draft[target.dataset.number] = clean;
    if (this.checked) this.unchecked();
    this.add();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), KEEP);
  }

  // Other numbers: what was confirmed of the old ones is not taken for these.
  unchecked() {
    this.checked = "";
    byId("temuan").replaceChildren();
    byId("simpan-angka").textContent = say("save");
    wrong("salah-angka", "");
  }

  keep() {
    clearTimeout(this.timer);
    if (!this.contest || this.field.vault.locked) return;
    this.field.vault.put(`isian/${this.contest.p}`, this.draft).catch(failed);
  }

  // --- sums ------------------------------------------------------------------------------------------------

  values() {
    return Object.fromEntries(this.names.map((name) => [name, read(this.draft[name] ?? "")]));
  }

  judged() {
    return judge(this.station.bundle, this.contest, this.names, this.values());
  }

  // The line at the foot: how many numbers are missing, which sums do not hold, the votes so far.
  add() {
    const { sums, blank } = this.judged();
    const values = this.values();
    const votes = this.contest.suara.reduce((sum, [name]) => sum + (values[name] ?? 0), 0);
    for (const sum of byId("isi-formulir").querySelectorAll("[data-party]")) {
      const own = this.contest.suara.filter(([, party]) => String(party) === sum.dataset.party);
      sum.textContent = say("party_sum", { n: number(own.reduce((all, [name]) => all + (values[name] ?? 0), 0)) });
    }
    const touched = new Set(sums.flatMap(({ left, right }) => [...left, ...right]));
    for (const input of this.inputs()) {
      input.classList.toggle("kpps-off", touched.has(input.dataset.number) || Boolean(touched.has("suara") && input.closest("[data-votes]")));
    }
    byId("jumlah").textContent = [say("sum_votes", { n: number(votes) }), blank ? say("blank", { n: blank }) : say("all_filled"), sums.length ? say("off", { n: sums.length }) : blank ? "" : say("fits")].filter(Boolean).join(" · ");
    byId("jumlah").dataset.off = String(sums.length > 0);
  }

  sentence({ left, op, right, known }) {
    const side = (names) => names.map((name) => `${this.labels[name]} ${number(known[name])}`).join(" + ");
    const total = left.length > 1 ? ` = ${number(left.reduce((a, name) => a + known[name], 0))}` : "";
    return say(op === "=" ? "should_equal" : "at_most", { left: side(left) + total, right: side(right) });
  }

  // Everything that a person must look at before the form is kept: sums to confirm as written, the rest by a reason.
  findings({ sums, looks, blank }) {
    const box = make("section", "kpps-findings");
    const heading = make("h3", "", say("check_first"));
    heading.tabIndex = -1;
    box.append(heading);
    if (blank) box.append(make("p", "finding finding-w", say("blank_sure", { n: blank })));
    for (const finding of sums) box.append(make("p", "finding finding-f", make("strong", "", `${finding.code} ${finding.title}. `), this.sentence(finding)));
    const faults = looks.filter(({ key }) => key.startsWith("F."));
    for (const { key, sentence } of faults) box.append(make("p", "finding finding-f", make("strong", "", `${key.split(":")[0]} `), sentence));
    if (sums.length + faults.length + blank) {
      const tick = make("input");
      Object.assign(tick, { type: "checkbox", id: "tertulis" });
      box.append(make("label", "check", tick, ` ${say("as_written")}`));
    }
    for (const { key, sentence } of looks.filter(({ key: k }) => k.startsWith("W."))) {
      const choice = make("select", "form-select");
      choice.dataset.reason = key;
      choice.append(new Option(say("choose_reason"), ""), ...["reason_paper", "reason_note", "reason_counted"].map((name) => new Option(say(name), say(name))));
      box.append(make("div", "finding finding-w", make("label", "", make("strong", "", `${key.split(":")[0]} `), `${sentence} `, choice)));
    }
    return [box, heading];
  }

  // --- keeping and sending -----------------------------------------------------------------------------------

  async save() {
    wrong("salah-angka", "");
    const found = this.judged();
    if (found.blank === this.names.length) return wrong("salah-angka", say("empty"));
    const now = JSON.stringify(this.values());
    const asks = found.blank || found.sums.length || found.looks.length;
    if (asks && this.checked !== now) {
      this.checked = now;
      const [box, heading] = this.findings(found);
      byId("temuan").replaceChildren(box);
      byId("simpan-angka").textContent = say("save_anyway");
      heading.focus();
      heading.scrollIntoView({ block: "start" });
      return undefined;
    }
    const tick = byId("temuan").querySelector("#tertulis");
    if (tick && !tick.checked) return this.missed(tick, "tick_first");
    const reasons = [...byId("temuan").querySelectorAll("[data-reason]")];
    const open = reasons.find((choice) => !choice.value);
    if (open) return this.missed(open, "reason_first");
    await this.send(Object.fromEntries(reasons.map((choice) => [choice.dataset.reason, choice.value])));
    return undefined;
  }

  // What is still to be answered is told, and the reader is led to it.
  missed(field, word) {
    wrong("salah-angka", say(word));
    field.focus();
    field.scrollIntoView({ block: "center" });
  }

  async send(w) {
    const { p, susunan } = this.contest;
    const values = this.values();
    const payload = { p, b: susunan, n: this.names.map((name) => values[name]), w };
    await this.forget();
    const key = crypto.randomUUID();
    const kept = this.station.changed(p, { angka: key });
    await this.field.queue.add(payload, { key, values: { kpps: kept, [`isian/${p}`]: this.draft } });
    this.station.kept = kept;
    this.field.tell(say("saved"));
    this.station.go(this.station.pages, this.contest);
  }

  // An older packet of this form that the server has not taken goes.
  async forget() {
    const old = this.station.kept[this.contest.p]?.angka;
    if (old && !(await this.field.queue.dismiss(old))) await this.field.queue.withdraw(old);
  }

  // --- where it stands ---------------------------------------------------------------------------------------

  async refresh(there) {
    const found = there.numbers(this.contest.p);
    const fixed = ["aman", "dikirim", "diterima"].includes(found.state);
    for (const input of this.inputs()) input.disabled = fixed;
    byId("kaki-angka").hidden = byId("cara-angka").hidden = fixed;
    if (fixed) byId("temuan").replaceChildren();
    const text = [found.receipt ? say("receipt_at", { when: moment(found.receipt.received_at) }) : say(`n_${found.state}`), found.state === "diterima" ? say("settled") : ""];
    const place = byId("nasib-angka");
    place.replaceChildren(make("p", "", found.answer ? [found.answer.message, found.answer.hint].filter(Boolean).join(" ") : `${text.filter(Boolean).join(". ")}.`));
    if (found.state === "aman") place.append(make("p", "", button(say("change"), "btn-outline-primary", () => this.change().catch(failed))));
    place.hidden = found.state === "belum";
    place.className = `notice ${{ diterima: "notice-ok", ditolak: "notice-stop" }[found.state] ?? "notice-wait"}`;
  }

  // Take the packet back that has not left the phone, to change what was typed.
  async change() {
    const { p } = this.contest;
    const kept = this.station.changed(p, { angka: undefined });
    if (await this.field.queue.withdraw(this.station.kept[p].angka, { kpps: kept })) this.station.kept = kept;
    else this.field.tell(say("too_late"));
    this.unchecked();
    await this.refresh(await this.station.standing());
  }

  close() {
    this.over.abort();
    clearTimeout(this.timer);
    this.contest = null;
    for (const id of ["isi-formulir", "temuan"]) byId(id).replaceChildren();
    for (const id of ["judul-angka", "kertas", "jumlah"]) byId(id).textContent = "";
  }
}
