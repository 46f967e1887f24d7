// A visit that did not fit the list any more: what was fetched, what was recorded, what stands now, side by
// side; the reader chooses. The same rules as modules/sidalih/rules/visits.py, on what a phone may know.

import { clone, put, say } from "./words.js";

// Field of a packet -> field of the bundle.
const FIELDS = { name: "nama", nik: "nik", nkk: "nkk_akhir", birth_place: "tempat_lahir", birth_date: "umur", sex: "jk", marital_status: "kawin", address: "alamat", rt: "rt", rw: "rw", disability: "disabilitas", ktp_el: "ktp_el" };
// The phone knows these in part only: what it does not know it cannot put back.
const IN_PART = ["nik", "nkk", "birth_date"];
const RESULT = "hasil";
const MINE = "gawai";

const judges = ({ hasil }) => hasil === "sesuai" || hasil === "ubah";
const same = (a, b) => String(a ?? "").trim().toUpperCase() === String(b ?? "").trim().toUpperCase();

// The lines of one voter: { field, base, said, now, open }.
function lines(found, seen, now) {
  const struck = now.status === "tms";
  const rows = [{ field: RESULT, base: seen?.status, said: found.hasil, now: now.status, open: judges(found) ? struck : !(found.hasil === "tms" && struck) }];
  for (const [field, name] of Object.entries(FIELDS)) {
    const typed = found.ubah?.[field];
    const before = seen?.[name];
    const judged = judges(found) && (typed !== undefined || before !== undefined);
    const said = typed ?? before;
    if (same(before ?? now[name], now[name]) && (!judged || same(said, before ?? now[name]))) continue;
    const whole = typed !== undefined || (before && !IN_PART.includes(field));
    rows.push({ field, base: before, said: judged ? said : undefined, now: now[name], open: Boolean(judged && whole) && !same(said, now[name]) });
  }
  return rows;
}

// What is sent of a voter, fitted to what stands now; null for nothing.
function resolved(found, rows, chosen, now) {
  const fitted = { ...found, versi: now.versi, status: now.status };
  if (!judges(found)) return chosen(RESULT) ? fitted : null;
  if (now.status === "tms" && !chosen(RESULT)) return null;
  const ubah = Object.fromEntries(rows.filter((row) => row.open && row.field !== RESULT && chosen(row.field)).map((row) => [row.field, row.said]));
  delete fitted.ubah;
  if (Object.keys(ubah).length) return { ...fitted, hasil: "ubah", ubah };
  return now.status === "potensial" || now.status === "tms" ? { ...fitted, hasil: "sesuai" } : null;
}

function text(bundle, field, value) {
  if (value === undefined || value === null || value === "") return "–";
  if (field === "birth_date") return typeof value === "number" ? say("years", { n: value }) : value;
  if (field === "nik" && /^\d{16}$/.test(value)) return `${value.slice(0, 4)}${"*".repeat(10)}${value.slice(-2)}`;
  if (field === "nkk") return `**${value.slice(-2)}`;
  if (field === "disability") return bundle.disabilitas.find((row) => row.kode === value)?.nama ?? value;
  return ["sex", "marital_status", "ktp_el", RESULT].includes(field) ? say(field === RESULT ? value : `${field}_${value}`) : value;
}

function outcome(bundle, found) {
  const more = bundle.tms.find((row) => row.kode === found.kode)?.nama ?? bundle.tps.find((row) => row.kode === found.tps)?.nama;
  return [say(found.hasil), more].filter(Boolean).join(": ");
}

// The node of one conflict; `decide` gets the packet that settles it.
export function comparison({ row, seen, now, bundle, decide }) {
  const box = clone("t-bentrok");
  const changed = new Set(row.answer.values?.pemilih ?? []);
  const parts = [];
  for (const found of row.payload.pemilih.filter(({ id }) => changed.has(id))) {
    const before = seen?.pemilih.find(({ id }) => id === found.id);
    const base = before && { alamat: seen.alamat, rt: seen.rt, rw: seen.rw, ...before };
    const stands = now.get(found.id);
    const rows = stands ? lines(found, base, stands) : [];
    const part = clone("t-banding");
    put(part, "nama", (stands ?? base)?.nama ?? "");
    part.querySelector('[data-x="pergi"]').hidden = Boolean(stands);
    part.append(...rows.map((line) => threeway(bundle, found, line)));
    parts.push({ found, rows, stands, part });
  }
  box.querySelector('[data-x="daftar"]').append(...parts.map(({ part }) => part));
  box.querySelector("button").onclick = () => {
    const wrong = box.querySelector(".field-error");
    const reason = box.querySelector('[name="alasan"]').value.trim();
    const open = [...box.querySelectorAll(".threeway:has(input)")];
    wrong.textContent = open.some((line) => !line.querySelector(":checked")) ? say("choose_each") : reason ? "" : say("reason");
    wrong.hidden = !wrong.textContent;
    if (!wrong.hidden) return;
    const fitted = parts.flatMap(({ found, rows, stands, part }) => {
      const chosen = (field) => part.querySelector(`[data-field="${field}"] :checked`)?.value === MINE;
      return stands ? (resolved(found, rows, chosen, stands) ?? []) : [];
    });
    const others = row.payload.pemilih.filter(({ id }) => !changed.has(id));
    decide({ ...row.payload, pemilih: [...fitted, ...others], bentrok: row.key, alasan: reason }).catch((problem) => {
      wrong.textContent = problem.message;
      wrong.hidden = false;
    });
  };
  return box;
}

function threeway(bundle, found, { field, base, said, now, open }) {
  const line = clone("t-baris");
  line.dataset.field = field;
  put(line, "judul", say(`f_${field}`));
  put(line, "dulu", text(bundle, field, base));
  put(line, "kata", field === RESULT ? outcome(bundle, found) : text(bundle, field, said));
  put(line, "kini", text(bundle, field, now));
  for (const radio of line.querySelectorAll("input")) {
    radio.name = `pilih-${found.id}-${field}`;
    if (open) continue;
    const label = radio.closest("label");
    const plain = document.createElement("p");
    radio.remove();
    plain.append(...label.childNodes);
    label.replaceWith(plain);
  }
  return line;
}
