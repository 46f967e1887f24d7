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
const SHORTEST = 5000;
const LONGEST = 5 * 60 * 1000;

export class Queue extends EventTarget {
  #timer = 0;
  #failures = 0;
  #running = null;

  constructor(vault, client) {
    super();
    this.vault = vault;
    this.client = client;
    this.kind = vault.kind;
    this.nextTry = 0;
  }

  // Keep a packet; its key. `photos` are what shrink() gave, `values` are written to the vault in the same
  // step (undefined removes one), so that a screen never shows what the queue does not have.
  async add(payload, { photos = [], values = {} } = {}) {
    const key = crypto.randomUUID();
    const made_at = new Date().toISOString();
    const files = photos.map(() => crypto.randomUUID());
    const packet = { key, made_at, files, body: JSON.stringify(payload) };
    packet.signature = await this.client.sign(signedText(packet));
    const sealed = await this.vault.seal(packet, `queue/${key}`);
    const blobs = await Promise.all(photos.map((photo, i) => this.vault.sealBytes(photo.bytes, `blobs/${files[i]}`)));
    const kept = await Promise.all(
      Object.entries(values).map(async ([name, value]) => [name, value === undefined ? undefined : await this.vault.seal(value, `values/${name}`)]),
    );
    await writing(this.kind, ["queue", "files", "blobs", "values"], (queue, fileStore, blobStore, valueStore) => {
      queue.add({ key, made_at, state: "menunggu", size: packet.body.length, sealed });
      photos.forEach((photo, i) => {
        fileStore.put({ key: files[i], packet: key, length: photo.length, sha256: photo.sha256, state: "tertahan" });
        blobStore.put(blobs[i], files[i]);
      });
      for (const [name, value] of kept) value === undefined ? valueStore.delete(name) : valueStore.put(value, name);
    });
    this.#changed();
    this.soon();
    return key;
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
  async conflicts() {
    const rows = await reading(this.kind, ["queue"], (queue) => result(queue.getAll()));
    const held = rows.filter((row) => row.state === "bentrok");
    return Promise.all(
      held.map(async ({ key, made_at, answer, sealed }) => {
        const packet = await this.vault.unseal(sealed, `queue/${key}`);
        return { key, made_at, answer, payload: JSON.parse(packet.body) };
      }),
    );
  }

  // The reader has decided: a packet that was not taken goes, with its photos.
  async dismiss(key) {
    await writing(this.kind, ["queue", "files", "blobs"], async (queue, files, blobs) => {
      const row = (await result(queue.getAll())).find((r) => r.key === key && r.state === "bentrok");
      if (!row) return;
      queue.delete(row.seq);
      for (const photo of await result(files.getAll())) {
        if (photo.packet !== key) continue;
        files.delete(photo.key);
        blobs.delete(photo.key);
      }
    });
    this.#changed();
  }

  // Receipts, newest first: { key, outcome, receipt, values, at }.
  async receipts() {
    const rows = await reading(this.kind, ["sent"], (sent) => result(sent.getAll()));
    return rows.reverse();
  }

  // --- sending -----------------------------------------------------------------------------------------

  // Try at once, whatever the last pause was.
  soon() {
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
    let later = false;
    let after = 0;
    for (;;) {
      const rows = await this.#next(after);
      if (!rows.length) break;
      this.#say("sending");
      const packets = await Promise.all(rows.map((row) => this.vault.unseal(row.sealed, `queue/${row.key}`)));
      const { packets: waiting, photos } = await this.count();
      const { answers } = await this.client.send(packets, waiting + photos);
      later = (await this.#settle(rows, answers)) || later;
      after = rows.at(-1).seq;
    }
    later = (await this.#sendPhotos()) || later;
    await writing(this.kind, ["meta"], (store) => void store.put(Date.now(), "sync"));
    return !later;
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

  async #sendPhotos() {
    const photos = await reading(this.kind, ["files"], (files) => result(files.getAll()));
    let later = false;
    for (const photo of photos.filter((p) => p.state === "siap")) {
      this.#say("sending");
      const sealed = await reading(this.kind, ["blobs"], (blobs) => result(blobs.get(photo.key)));
      try {
        await upload(this.client, photo, await this.vault.unsealBytes(sealed, `blobs/${photo.key}`));
      } catch (problem) {
        // A photo that the server will never take must not stand in the way of the others.
        if (!(problem instanceof Refusal) || [401, 403, 409, 507].includes(problem.status)) {
          if (!(problem instanceof Refusal) || problem.status === 401 || problem.status === 403) throw problem;
          later = true;
          continue;
        }
        this.#say("photo", problem);
      }
      await writing(this.kind, ["files", "blobs"], (files, blobs) => {
        files.delete(photo.key);
        blobs.delete(photo.key);
      });
      this.#changed();
    }
    return later;
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #changed() {
    this.#say("change");
  }
}

export const lastSync = (kind) => meta(kind, "sync");
