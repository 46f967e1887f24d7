// A scanned or typed code makes this phone a device. The code stays in the fragment, the PIN on the phone.

import { Away, Client, Refusal } from "./client.js";
import { meta, setMeta, writing } from "./db.js";
import { Queue } from "./queue.js";
import { base64, byId, failed, keepShell, say, supported, tell } from "./util.js";
import { Vault, weakness } from "./vault.js";

const NEW = "baru"; // where a key pair waits for its answer
const form = byId("aktivasi");
const LETTERS = Number(form.dataset.letters);
const tidy = (text) => text.replace(/[\s-]/g, "").toUpperCase();
let scanned = tidy(decodeURIComponent(location.hash.slice(1)));

// The same pair for the same code until it is a device: an answer that got lost can be asked for again.
async function pairFor(code) {
  const digest = base64(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code)));
  const waiting = await meta(NEW, "pair");
  if (waiting?.digest === digest) return waiting.pair;
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  await setMeta(NEW, "pair", { digest, pair });
  return pair;
}

// Beside the field that is wrong: on a small screen nobody sees the head of the page while typing.
function complain(id, sentence) {
  if (id === "kode") askCode();
  tell(`${id}-salah`, sentence);
  byId(id).setAttribute("aria-invalid", "true");
  byId(id).focus();
}

// A scanned code that will not do is typed instead.
function askCode() {
  scanned = "";
  byId("isian-kode").hidden = false;
  byId("terpindai").hidden = true;
}

async function activate() {
  const code = scanned || tidy(byId("kode").value);
  const pin = byId("pin").value;
  tell("galat", "");
  for (const id of ["kode", "pin", "pin2"]) {
    tell(`${id}-salah`, "");
    byId(id).removeAttribute("aria-invalid");
  }
  if (code.length !== LETTERS) return complain("kode", say("code_short", { n: LETTERS }));
  const weak = weakness(pin);
  if (weak) return complain("pin", say(weak));
  if (pin !== byId("pin2").value) return complain("pin2", say("pin_differs"));
  byId("kabar").textContent = say("activating");
  const pair = await pairFor(code);
  const client = new Client(null, pair);
  const point = base64(await crypto.subtle.exportKey("raw", pair.publicKey));
  const proof = await client.sign(`aktivasi\n${code}`);
  const { token, device } = await client.activate(code, byId("nama").value, point, proof);
  const before = await Queue.count(device.kind);
  if (before.packets + before.photos + before.conflicts && (await meta(device.kind, "facts"))?.id !== device.id) {
    return tell("galat", say("busy", { n: before.packets + before.photos + before.conflicts }));
  }
  const vault = await Vault.create(device.kind, pin, { pair, facts: device, values: { token } });
  await writing(NEW, ["meta"], (store) => void store.clear());
  navigator.storage?.persist?.().catch(() => {});
  byId("kabar").textContent = say("fetching");
  client.token = token;
  try {
    const got = await client.bundle();
    await vault.put("bundle", { content: got.bundle, tag: got.tag, at: Date.now() });
  } catch (problem) {
    if (!(problem instanceof Away || problem instanceof Refusal)) throw problem; // the shell asks again
  }
  location.replace(new URL(`${device.kind}/`, new URL(document.body.dataset.home, location.origin)));
  return undefined;
}

if (!supported()) {
  tell("galat", say("no_support"));
  form.hidden = true;
} else {
  keepShell();
  if (scanned) {
    byId("isian-kode").hidden = true;
    byId("terpindai").hidden = false;
    history.replaceState(null, "", location.pathname); // nobody who takes the phone later finds it in the history
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    try {
      await activate();
    } catch (problem) {
      if (problem instanceof Away) tell("galat", say("no_network"));
      else if (problem instanceof Refusal) {
        if (problem.code.startsWith("kode_")) complain("kode", problem.message);
        else tell("galat", problem.message);
      } else failed(problem);
    } finally {
      button.disabled = false;
      byId("kabar").textContent = "";
    }
  });
}
