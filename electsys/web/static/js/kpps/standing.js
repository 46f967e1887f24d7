// Where everything of this TPS stands: on the phone, on its way, received. Read from the queue each time, so
// that a page that was killed at any moment shows the truth when it is opened again.

// { belum | aman | dikirim | diterima | ditolak } of the numbers of a contest, and of each page of its form.
export class Standing {
  static async of(queue, kept) {
    const [waiting, conflicts, receipts, photos] = await Promise.all([queue.waiting(), queue.conflicts(), queue.receipts(), queue.photos()]);
    return new Standing(kept, {
      waiting: new Map(waiting.map((row) => [row.key, row])),
      conflicts: new Map(conflicts.map((row) => [row.key, row])),
      packets: new Map(receipts.filter((row) => !row.photo).map((row) => [row.key, row])),
      pictures: new Map(receipts.filter((row) => row.photo).map((row) => [row.key, row])),
      files: new Map(photos.map((row) => [row.packet, row])),
      progress: queue.progress,
    });
  }

  constructor(kept, found) {
    this.kept = kept;
    Object.assign(this, found);
  }

  // When the newest photo was received.
  get newest() {
    return Math.max(0, ...[...this.pictures.values()].map(({ at }) => at));
  }

  numbers(p) {
    const key = this.kept[p]?.angka;
    if (!key) return { state: "belum" };
    if (this.packets.has(key)) return { state: "diterima", key, ...this.packets.get(key) };
    if (this.conflicts.has(key)) return { state: "ditolak", key, answer: this.conflicts.get(key).answer };
    const row = this.waiting.get(key);
    return row ? { state: row.tried ? "dikirim" : "aman", key } : { state: "belum" };
  }

  page(p, h) {
    const packet = this.kept[p]?.foto?.[h]?.packet;
    if (!packet) return { state: "belum" };
    const done = this.pictures.get(packet);
    if (done) return { state: done.outcome === "foto" ? "diterima" : "ditolak", packet, at: done.at, receipt: done.receipt, message: done.message };
    if (this.conflicts.has(packet)) {
      const { message, hint } = this.conflicts.get(packet).answer;
      return { state: "ditolak", packet, message: [message, hint].filter(Boolean).join(" ") };
    }
    const file = this.files.get(packet);
    if (!file) return { state: "belum" };
    const share = Math.round(((this.progress.get(file.key) ?? 0) / file.length) * 100);
    return { state: file.state === "siap" && this.progress.has(file.key) ? "dikirim" : "aman", packet, share, tried: this.waiting.get(packet)?.tried ?? file.state === "siap" };
  }

  pages(contest) {
    return Array.from({ length: contest.halaman }, (_, i) => ({ h: i + 1, ...this.page(contest.p, i + 1) }));
  }
}
