// What waits to be sent. A packet is on disk before its screen says so, keeps the key that makes sending it
// again harmless, and goes only in the same step that keeps its receipt. The page, the phone or the network
// may end between any two steps.

import { Away, Refusal, signedText } from "./client.js";
import { meta, reading, result, writing } from "./db.js";
import { upload } from "./photos.js";
import { Locked } from "./vault.js";

const BATCH = 50;
const BATCH_BYTES = 60000; // a batch of packets still passes a 2G line within a minute
const RECEIPTS = 500;
const SHORTEST = 2000;
const LONGEST = 5 * 60 * 1000;

export class Queue extends EventTarget {
  #timer = 0;
  #failures = 0;
  #running = null;
  #asked = false;

  constructor(vault, client) {
    super();
    this.vault = vault;
    this.client = client;
    this.kind = vault.kind;
    this.nextTry = 0;
    this.progress = new Map(); // key of a photo on its way -> bytes that have arrived
  }

  // Keep a packet; its key. `photos` are what shrink() gave, `values` are written to the vault in the same
  // step (undefined removes one), so that a screen never shows what the queue does not have.
  async add(payload, { photos = [], values = {}, key = crypto.randomUUID() } = {}) {
    const files = photos.map(() => crypto.randomUUID());
    const row = await this.#sealedPacket(key, payload, files);
    const blobs = await Promise.all(photos.map((photo, i) => this.vault.sealBytes(photo.bytes, `blobs/${files[i]}`)));
    const kept = await this.#sealedValues(values);
    await writing(this.kind, ["queue", "files", "blobs", "values"], (queue, fileStore, blobStore, valueStore) => {
      queue.add(row);
      photos.forEach((photo, i) => {
        fileStore.put({ key: files[i], packet: key, length: photo.length, sha256: photo.sha256, state: "tertahan", at: Date.now() });
        blobStore.put(blobs[i], files[i]);
      });
      keep(valueStore, kept);
    });
    this.#changed();
    this.soon();
    return key;
  }

  async #sealedPacket(key, payload, files) {
    const packet = { key, made_at: new Date().toISOString(), files, body: JSON.stringify(payload) };
    packet.signature = await this.client.sign(signedText(packet));
    const sealed = await this.vault.seal(packet, `queue/${key}`);
    return { key, made_at: packet.made_at, state: "menunggu", size: packet.body.length, sealed };
  }

  #sealedValues(values) {
    return Promise.all(
      Object.entries(values).map(async ([name, value]) => [name, value === undefined ? undefined : await this.vault.seal(value, `values/${name}`)]),
    );
  }

  // How much waits, and how much wants a decision; known while the screen is locked, too.
  static async count(kind) {
    return reading(kind, ["queue", "files"], async (queue, files) => {
      const [rows, photos] = await Promise.all([result(queue.getAll()), result(files.getAll())]);
      const conflicts = rows.filter((row) => row.state === "bentrok").length;
      const held = new Set(rows.filter((row) => row.state === "bentrok").map((row) => row.key));
      return { packets: rows.length - conflicts, photos: photos.filter((p) => !held.has(p.packet)).length, conflicts };
    });
  }

  count() {
    return Queue.count(this.kind);
  }

  // What was not taken: [{ key, made_at, answer, payload }], oldest first.
  conflicts() {
    return this.#opened("bentrok");
  }

  // What waits: the same, and `tried` once it may have left the phone.
  waiting() {
    return this.#opened("menunggu");
  }

  async #opened(state) {
    const rows = await reading(this.kind, ["queue"], (queue) => result(queue.getAll()));
    return Promise.all(
      rows
        .filter((row) => row.state === state)
        .map(async ({ key, made_at, answer, tried = false, sealed }) => {
          const packet = await this.vault.unseal(sealed, `queue/${key}`);
          return { key, made_at, answer, tried, payload: JSON.parse(packet.body) };
        }),
    );
  }

  // The reader has decided: a packet that was not taken goes, with its photos.
  dismiss(key, values = {}) {
    return this.#remove(key, (row) => row.state === "bentrok", values);
  }

  // Take a packet back that never left the phone; false where it may have. `values` as in add().
  withdraw(key, values = {}) {
    return this.#remove(key, (row) => row.state === "menunggu" && !row.tried, values);
  }

  async #remove(key, allowed, values) {
    const kept = await this.#sealedValues(values);
    const gone = await writing(this.kind, ["queue", "files", "blobs", "values"], async (queue, files, blobs, valueStore) => {
      const row = (await result(queue.getAll())).find((r) => r.key === key);
      if (!row || !allowed(row)) return false;
      queue.delete(row.seq);
      for (const photo of await result(files.getAll())) {
        if (photo.packet !== key) continue;
        files.delete(photo.key);
        blobs.delete(photo.key);
      }
      keep(valueStore, kept);
      return true;
    });
    if (gone) this.#changed();
    return gone;
  }

  // Put a new packet in the place of one that was not taken; it takes its photos over.
  async replace(old, payload, { values = {}, key = crypto.randomUUID() } = {}) {
    const rows = await reading(this.kind, ["queue"], (queue) => result(queue.getAll()));
    const before = rows.find((row) => row.key === old && row.state === "bentrok");
    if (!before) return undefined;
    const { files } = await this.vault.unseal(before.sealed, `queue/${old}`);
    const row = await this.#sealedPacket(key, payload, files);
    const kept = await this.#sealedValues(values);
    await writing(this.kind, ["queue", "files", "values"], async (queue, fileStore, valueStore) => {
      queue.delete(before.seq);
      queue.add(row);
      for (const photo of await result(fileStore.getAll())) if (photo.packet === old) fileStore.put({ ...photo, packet: key });
      keep(valueStore, kept);
    });
    this.#changed();
    this.soon();
    return key;
  }

  // Somebody else decided about packets that were not taken: Map of key to whether it was written after all.
  // Those go; the photos of a written one are sent. How many.
  async settled(decided) {
    const gone = await writing(this.kind, ["queue", "files", "blobs"], async (queue, files, blobs) => {
      const rows = (await result(queue.getAll())).filter((row) => row.state === "bentrok" && decided.has(row.key));
      const keys = new Set(rows.map((row) => row.key));
      for (const row of rows) queue.delete(row.seq);
      for (const photo of await result(files.getAll())) {
        if (!keys.has(photo.packet)) continue;
        if (decided.get(photo.packet)) files.put({ ...photo, state: "siap" });
        else {
          files.delete(photo.key);
          blobs.delete(photo.key);
        }
      }
      return rows.length;
    });
    if (gone) {
      this.#changed();
      this.soon();
    }
    return gone;
  }

  // Photos that have not arrived: [{ key, packet, length, sha256, state }], oldest first.
  async photos() {
    const rows = await reading(this.kind, ["files"], (files) => result(files.getAll()));
    return rows.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  }

  // A packet that has not been taken yet, as it was signed; undefined once it is gone.
  async signed(key) {
    const rows = await reading(this.kind, ["queue"], (queue) => result(queue.getAll()));
    const row = rows.find((each) => each.key === key);
    return row && this.vault.unseal(row.sealed, `queue/${key}`);
  }

  // Receipts, newest first; `photo` is the key of a photo, whose outcome is "foto" or "foto_ditolak": { key, outcome, receipt, values, at }.
  async receipts() {
    const rows = await reading(this.kind, ["sent"], (sent) => result(sent.getAll()));
    return rows.reverse();
  }

  // --- sending -----------------------------------------------------------------------------------------

  // Try at once, whatever the last pause was; `asked` by the reader, even where the phone sees no network.
  soon(asked = false) {
    this.#asked = asked;
    this.#failures = 0;
    this.#plan(0);
  }

  #plan(ms) {
    clearTimeout(this.#timer);
    this.nextTry = Date.now() + ms;
    this.#timer = setTimeout(() => this.sync().catch((problem) => this.#say("trouble", problem)), ms);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  // Send what waits, one sender at a time over all pages of this phone; true when nothing is left.
  sync() {
    this.#running ??= this.#exclusive().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #exclusive() {
    if (this.vault.locked) return false;
    try {
      const done = navigator.locks
        ? await navigator.locks.request(`electsys-lapangan-${this.kind}`, { ifAvailable: true }, (lock) => lock && this.#drain())
        : await this.#drain();
      if (!done) return this.#again();
      this.#failures = 0;
      return true;
    } catch (problem) {
      if (problem instanceof Away) return this.#again();
      if (problem instanceof Locked) return false;
      throw problem;
    } finally {
      this.#changed();
    }
  }

  #again() {
    const wait = Math.min(SHORTEST * 2 ** this.#failures, LONGEST) * (0.8 + Math.random() * 0.4);
    this.#failures += 1;
    this.#plan(wait);
    this.#say("waiting", Math.round(wait / 1000));
    return false;
  }

  async #drain() {
    // Without a network nothing is tried, so that what waits can still be taken back.
    if (!navigator.onLine && !this.#asked) throw new Away("offline");
    this.#asked = false;
    const round = { later: false, after: 0 };
    // Packets are small and carry what counts: one that is made while a photo is on its way goes before the rest of it.
    do await this.#sendPackets(round);
    while (await this.#sendPhotos(round));
    await writing(this.kind, ["meta"], (store) => void store.put(Date.now(), "sync"));
    return !round.later;
  }

  async #sendPackets(round) {
    for (;;) {
      const rows = await this.#tried(await this.#next(round.after));
      if (!rows.length) return;
      this.#say("sending");
      const packets = await Promise.all(rows.map((row) => this.vault.unseal(row.sealed, `queue/${row.key}`)));
      const { packets: waiting, photos } = await this.count();
      const { answers, server_time: now } = await this.client.send(packets, waiting + photos);
      this.#say("clock", now);
      round.later = (await this.#settle(rows, answers)) || round.later;
      round.after = rows.at(-1).seq;
      this.#failures = 0;
    }
  }

  // The oldest packets that wait, beyond one that was asked in this round.
  #next(after) {
    return reading(this.kind, ["queue"], async (queue) => {
      const rows = await result(queue.getAll(IDBKeyRange.lowerBound(after, true)));
      const found = [];
      let bytes = 0;
      for (const row of rows) {
        if (row.state !== "menunggu") continue;
        bytes += row.size;
        if (found.length && (found.length === BATCH || bytes > BATCH_BYTES)) break;
        found.push(row);
      }
      return found;
    });
  }

  // From now on these may have arrived, whatever becomes of the answer; what was taken back meanwhile is out.
  #tried(rows) {
    return writing(this.kind, ["queue"], async (queue) => {
      const there = new Set(await result(queue.getAllKeys()));
      const found = rows.filter((row) => there.has(row.seq));
      for (const row of found) {
        row.tried = true;
        queue.put(row);
      }
      return found;
    });
  }

  // Keep the answers; whether some packet is to come again.
  async #settle(rows, answers) {
    const byKey = new Map(answers.map((answer) => [answer.key, answer]));
    const told = [];
    let later = false;
    await writing(this.kind, ["queue", "files", "sent"], async (queue, files, sent) => {
      const photos = await result(files.getAll());
      for (const row of rows) {
        const answer = byKey.get(row.key);
        if (!answer || answer.outcome === "later") {
          later = true;
          if (answer) queue.put({ ...row, tried: false }); // the server says that it took nothing
        } else if (answer.outcome === "ok") {
          queue.delete(row.seq);
          for (const photo of photos) if (photo.packet === row.key) files.put({ ...photo, state: "siap" });
          sent.add({ key: row.key, outcome: "ok", receipt: answer.receipt, values: answer.values, at: Date.now() });
          told.push(answer);
        } else {
          queue.put({ ...row, state: "bentrok", answer });
          told.push(answer);
        }
      }
      const old = (await result(sent.getAllKeys())).slice(0, -RECEIPTS);
      for (const seq of old) sent.delete(seq);
    });
    for (const answer of told) this.#say("answered", answer);
    this.#changed();
    return later;
  }

  // True where it stopped because a packet waits.
  async #sendPhotos(round) {
    const how = (photo) => ({
      interrupted: async () => (await this.#next(round.after)).length > 0,
      progress: (offset) => {
        if (offset > (this.progress.get(photo.key) ?? 0)) this.#failures = 0;
        this.progress.set(photo.key, offset);
        this.#say("progress", { ...photo, offset });
      },
    });
    for (const photo of (await this.photos()).filter((p) => p.state === "siap")) {
      this.#say("sending");
      const sealed = await reading(this.kind, ["blobs"], (blobs) => result(blobs.get(photo.key)));
      const kept = { key: photo.packet, photo: photo.key, outcome: "foto" };
      try {
        kept.receipt = await upload(this.client, photo, await this.vault.unsealBytes(sealed, `blobs/${photo.key}`), how(photo));
        if (kept.receipt === null) return true;
      } catch (problem) {
        // A photo that the server will never take must not stand in the way of the others.
        if (!(problem instanceof Refusal) || [401, 403, 409, 507].includes(problem.status)) {
          if (!(problem instanceof Refusal) || problem.status === 401 || problem.status === 403) throw problem;
          round.later = true;
          continue;
        }
        Object.assign(kept, { outcome: "foto_ditolak", message: problem.message });
        this.#say("photo", problem);
      }
      await writing(this.kind, ["files", "blobs", "sent"], (files, blobs, sent) => {
        files.delete(photo.key);
        blobs.delete(photo.key);
        sent.add({ ...kept, at: Date.now() });
      });
      this.progress.delete(photo.key);
      this.#failures = 0;
      this.#changed();
    }
    return false;
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #changed() {
    this.#say("change");
  }
}

function keep(store, sealed) {
  for (const [name, value] of sealed) value === undefined ? store.delete(name) : store.put(value, name);
}

export const lastSync = (kind) => meta(kind, "sync");
