// Small things that the modules of the field shell share.

const body = document.body;
export const words = JSON.parse(body.dataset.words);
export const api = body.dataset.api;
export const PROTOCOL = 2;

// A sentence of the page's own words, with {n} and the like filled in.
export const say = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, String(value)), words[name] ?? name);

const encoder = new TextEncoder();
export const utf8 = (text) => encoder.encode(text);
export const hex = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");
export const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));
export const base64 = (bytes) => btoa(Array.from(new Uint8Array(bytes), (b) => String.fromCharCode(b)).join(""));
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const clock = new Intl.DateTimeFormat("id-ID", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
export const moment = (when) => clock.format(new Date(when));
const hour = new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit" });
export const lately = (when) => (new Date(when).toDateString() === new Date().toDateString() ? hour.format(new Date(when)) : moment(when));

export const supported = () => Boolean(globalThis.isSecureContext && globalThis.indexedDB && crypto.subtle && crypto.randomUUID);

export const byId = (id) => document.getElementById(id);

// Text of the page by id; an empty one is hidden.
export function tell(id, text, look = "") {
  const place = byId(id);
  place.textContent = text;
  place.hidden = !text;
  if (look) place.className = `notice ${look}`;
}

// What went wrong and was not foreseen: the reader is told, the console has the details.
export function failed(problem) {
  console.warn(problem?.name ?? "Error", problem?.message ?? problem);
  tell("galat", say("failed"));
}

// The shell is stored for use without a network; a new release waits until no page of the old one is open.
export function keepShell() {
  navigator.serviceWorker?.register(body.dataset.worker, { scope: body.dataset.home }).catch(() => {});
}
