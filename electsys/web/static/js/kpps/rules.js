// The rules of a form as a phone can judge them; the server judges again and decides (modules/situng/rules.py).

const DPT = ["pemilih_dpt_l", "pemilih_dpt_p", "pemilih_dpt_j"];
const sum = (values) => values.reduce((a, b) => a + b, 0);

// The names of a form's numbers in the order of a packet: cells as on the paper, then votes.
export function namesOf(form, contest) {
  const cells = form.flatMap(({ baris }) => baris.flatMap(([name, , , columns]) => columns.map((c) => (c ? `${name}_${c}` : name))));
  return [...cells, ...contest.suara.map(([name]) => name)];
}

// What each number is called.
export function labelsOf(form, contest, words) {
  const cells = form.flatMap(({ baris }) =>
    baris.flatMap(([name, , label, columns]) => columns.map((c) => [c ? `${name}_${c}` : name, c ? `${label} (${words[c]})` : label])),
  );
  const votes = contest.suara.map(([name, party, candidate, who]) => [name, candidate === null ? `${party}. ${who}` : `${party}.${candidate} ${who}`]);
  return { ...Object.fromEntries([...cells, ...votes]), suara: words.suara };
}

// Findings of what was typed: { sums: [{ code, title, left, op, right }], looks: [{ key, sentence }], blank }.
// `values` has a whole number or null for each name.
export function judge(bundle, contest, names, values) {
  const known = { ...values };
  const unknown = values.pemilih_dpt_j === 0 && (values.pengguna_total_j ?? 0) > 0;
  if (unknown) for (const name of DPT) known[name] = null;
  const votes = contest.suara.map(([name]) => values[name]);
  const total = votes.includes(null) ? null : sum(votes);
  known.suara = total;
  const there = new Set([...names, "suara"]);
  const sums = [];
  for (const [code, title, left, op, right] of bundle.aturan) {
    const all = [...left, ...right];
    if (!all.every((name) => there.has(name)) || all.some((name) => known[name] === null)) continue;
    const [a, b] = [sum(left.map((name) => known[name])), sum(right.map((name) => known[name]))];
    if (op === "=" ? a !== b : a > b) sums.push({ code, title, left, op, right, known });
  }
  const [most, [part, whole]] = [bundle.batas.pemilih, bundle.batas.cadangan];
  const [dpt, received, used, invalid] = ["pemilih_dpt_j", "surat_suara_diterima", "pengguna_dpt_j", "suara_tidak_sah"].map((name) => known[name] ?? null);
  const sidalih = bundle.dpt && [...bundle.dpt, sum(bundle.dpt)];
  const broken = {
    "F.111:pemilih_dpt": Boolean(sidalih) && DPT.some((name, i) => (known[name] ?? null) !== null && known[name] !== sidalih[i]),
    "W.109:dpt_nol": unknown,
    "W.112:cadangan": dpt !== null && received !== null && received !== dpt + Math.ceil((dpt * part) / whole),
    "W.114:dpt": dpt !== null && dpt > most,
    "W.119:suara_besar": total !== null && total > most,
    "W.119:partisipasi_penuh": dpt !== null && dpt > 0 && used === dpt,
    "W.119:tanpa_tidak_sah": invalid === 0 && (total ?? 0) > 0,
    "W.119:satu_peserta": Boolean(total) && votes.length > 1 && Math.max(...votes) === total,
    "W.119:nihil": total === 0,
  };
  const looks = Object.entries(bundle.petunjuk)
    .filter(([key]) => broken[key])
    .map(([key, [sentence]]) => ({ key, sentence }));
  return { sums, looks, blank: names.filter((name) => values[name] === null).length };
}
