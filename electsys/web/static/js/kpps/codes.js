// Without any network: the signed numbers as QR codes, which somebody with a network scans and hands in
// (electsys/devices/carried.py). The phone sends them itself, too, when it can: they count once.

import { PROTOCOL, base64, byId, failed, sha256, utf8 } from "../offline/util.js";
import { drawQr } from "../offline/qr.js";
import { say, show } from "./words.js";

const PART = 560; // letters of one code: a square that an old camera still reads from a small screen

export class Codes {
  constructor(station) {
    this.station = station;
    this.field = station.field;
    byId("kode-maju").onclick = () => this.turn(1);
    byId("kode-mundur").onclick = () => this.turn(-1);
    byId("salin-kode").onclick = () => this.copy().catch(failed);
  }

  async show(contest) {
    this.contest = contest;
    const packet = await this.field.queue.signed(this.station.kept[contest.p]?.angka);
    if (!packet) return this.station.back();
    const { key: k, made_at: m, files: f, signature: s, body: b } = packet;
    const shown = base64(utf8(JSON.stringify({ d: this.field.task.id, v: PROTOCOL, k, m, f, s, b })));
    const text = shown.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const check = (await sha256(utf8(text))).slice(0, 8);
    const of = Math.ceil(text.length / PART);
    this.parts = Array.from({ length: of }, (_, i) => `EK1.${check}.${i + 1}.${of}.${text.slice(i * PART, (i + 1) * PART)}`);
    this.at = 0;
    byId("judul-kode").textContent = say("title_code", { contest: contest.nama });
    byId("kode-tombol").hidden = of === 1;
    byId("teks-kode").value = this.parts.join("\n");
    this.draw();
    show("kode", "judul-kode");
    byId("kode-qr").scrollIntoView({ block: "center" });
    return undefined;
  }

  turn(step) {
    this.at = (this.at + step + this.parts.length) % this.parts.length;
    this.draw();
  }

  draw() {
    drawQr(byId("kode-qr"), this.parts[this.at]);
    byId("kode-ke").textContent = say("code_of", { n: this.at + 1, of: this.parts.length });
  }

  async copy() {
    const field = byId("teks-kode");
    field.select();
    await navigator.clipboard?.writeText(field.value).then(
      () => this.field.tell(say("copied")),
      () => {},
    );
  }

  // Received meanwhile: nothing is left to show.
  async refresh(there) {
    if (there.numbers(this.contest.p).state === "diterima") await this.station.back();
  }

  close() {
    this.parts = [];
    byId("teks-kode").value = "";
    byId("kode-qr").width = byId("kode-qr").height = 0;
  }
}
