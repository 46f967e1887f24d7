// The encrypted store of one task.
//
// Values are encrypted with AES-GCM under a key that lies on the phone wrapped twice: by a key derived from
// the PIN (PBKDF2), and by a non-extractable key of this browser. The open key lives in memory only, until
// the page is closed, the screen is locked, or nobody touches it for ten minutes. A short PIN does not
// withstand somebody who copies the phone's storage and has time: hence little stands here, for a short
// time, and the server can erase it.

import { STORES, meta, reading, result, setMeta, writing } from "./db.js";
import { utf8 } from "./util.js";

const ITERATIONS = 600000;
const IDLE = 10 * 60 * 1000;
const FREE_TRIES = 5; // then 30 s, 60 s, ... up to an hour
const AES = { name: "AES-GCM", length: 256 };

export class Locked extends Error {}

export class WrongPin extends Error {
  constructor(wait) {
    super("wrong PIN");
    this.wait = wait; // seconds until the next try
  }
}

const random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));

async function encrypt(key, bytes, place) {
  const iv = random(12);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(place) }, key, bytes);
  return { iv, data };
}

const decrypt = (key, { iv, data }, place) =>
  crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: utf8(place) }, key, data);

async function fromPin(pin, salt, iterations) {
  const base = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, base, AES, false, ["encrypt", "decrypt"]);
}

const usable = (raw) => crypto.subtle.importKey("raw", raw, AES, false, ["encrypt", "decrypt"]);

// What is wrong with a PIN, as the name of a sentence; nothing for a good one.
export function weakness(pin) {
  if (!/^[0-9]{6,12}$/.test(pin)) return "pin_short";
  const steps = new Set([...pin].slice(1).map((digit, i) => (Number(digit) - Number(pin[i]) + 10) % 10));
  if (steps.size === 1 && [0, 1, 9].includes([...steps][0])) return "pin_simple"; // 111111, 123456, 654321
  return "";
}

export class Vault {
  #key = null;
  #touched = 0;

  constructor(kind) {
    this.kind = kind;
  }

  static async exists(kind) {
    return Boolean(await meta(kind, "vault"));
  }

  // A new vault in place of whatever stood there, with its first values, in one step; it is open.
  static async create(kind, pin, { pair, facts, values }) {
    const vault = new Vault(kind);
    const salt = random(16);
    const own = await crypto.subtle.generateKey(AES, false, ["encrypt", "decrypt"]);
    const raw = random(32);
    const inner = await encrypt(await fromPin(pin, salt, ITERATIONS), raw, "pin");
    const outer = await encrypt(own, new Uint8Array([...inner.iv, ...new Uint8Array(inner.data)]), "perangkat");
    vault.#key = await usable(raw);
    raw.fill(0);
    vault.touch();
    const sealed = await Promise.all(Object.entries(values).map(async ([name, value]) => [name, await vault.seal(value, `values/${name}`)]));
    await writing(kind, STORES, (...stores) => {
      for (const store of stores) store.clear();
      const [metaStore, valueStore] = stores;
      metaStore.put({ own, salt, iterations: ITERATIONS, wrapped: outer }, "vault");
      metaStore.put(pair, "pair");
      metaStore.put(facts, "facts");
      for (const [name, value] of sealed) valueStore.put(value, name);
    });
    return vault;
  }

  get locked() {
    if (this.#key && Date.now() - this.#touched > IDLE) this.lock();
    return !this.#key;
  }

  // Somebody is here: the ten minutes begin again.
  touch() {
    this.#touched = Date.now();
  }

  lock() {
    this.#key = null;
  }

  async unlock(pin) {
    const tries = (await meta(this.kind, "tries")) ?? { count: 0, until: 0 };
    const wait = Math.ceil((tries.until - Date.now()) / 1000);
    if (wait > 0) throw new WrongPin(wait);
    const how = await meta(this.kind, "vault");
    if (!how) throw new Locked();
    // Counted before it is tried: whoever kills the page at the right moment gains no try.
    const count = tries.count + 1;
    const delay = count < FREE_TRIES ? 0 : Math.min(30 * 2 ** (count - FREE_TRIES), 3600);
    await setMeta(this.kind, "tries", { count, until: Date.now() + delay * 1000 });
    let raw;
    try {
      const inner = new Uint8Array(await decrypt(how.own, how.wrapped, "perangkat"));
      const key = await fromPin(pin, how.salt, how.iterations);
      raw = await decrypt(key, { iv: inner.slice(0, 12), data: inner.slice(12) }, "pin");
    } catch {
      throw new WrongPin(delay);
    }
    this.#key = await usable(raw);
    new Uint8Array(raw).fill(0);
    this.touch();
    await setMeta(this.kind, "tries", { count: 0, until: 0 });
  }

  #open() {
    if (this.locked) throw new Locked();
    return this.#key;
  }

  // An encrypted value; it opens only in the place that it was sealed for.
  seal(value, place) {
    return this.sealBytes(utf8(JSON.stringify(value)), place);
  }

  async unseal(sealed, place) {
    return JSON.parse(new TextDecoder().decode(await this.unsealBytes(sealed, place)));
  }

  async sealBytes(bytes, place) {
    return encrypt(this.#open(), bytes, `${this.kind}/${place}`);
  }

  async unsealBytes(sealed, place) {
    return decrypt(this.#open(), sealed, `${this.kind}/${place}`);
  }

  async get(name) {
    const sealed = await reading(this.kind, ["values"], (store) => result(store.get(name)));
    return sealed === undefined ? undefined : this.unseal(sealed, `values/${name}`);
  }

  async put(name, value) {
    const sealed = await this.seal(value, `values/${name}`);
    await writing(this.kind, ["values"], (store) => void store.put(sealed, name));
  }

  remove(name) {
    return writing(this.kind, ["values"], (store) => void store.delete(name));
  }

  // The names of values that begin so.
  names(prefix = "") {
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    return reading(this.kind, ["values"], (store) => result(store.getAllKeys(range)));
  }

  // Everything of the task but what waits to be sent, and the token that it needs.
  async eraseData() {
    await writing(this.kind, ["values"], async (store) => {
      const names = await result(store.getAllKeys());
      for (const name of names) if (name !== "token") store.delete(name);
    });
  }

  async erase() {
    this.lock();
    await writing(this.kind, STORES, (...stores) => stores.forEach((store) => void store.clear()));
  }
}
