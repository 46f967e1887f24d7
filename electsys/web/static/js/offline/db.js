// IndexedDB with promises. One database a task, so that one task's end erases nothing of another's.
//
//   meta    how the vault is locked, the signing key, what the task is called; nothing personal
//   values  encrypted: the token, the task's data, what a module's screens remember
//   queue   encrypted packets in the order of their making, with key and state in clear
//   files   photos of packets (key, size, state); blobs has their encrypted bytes
//   sent    receipts of what was answered

const SHAPE = {
  meta: {},
  values: {},
  queue: { keyPath: "seq", autoIncrement: true },
  files: { keyPath: "key" },
  blobs: {},
  sent: { keyPath: "seq", autoIncrement: true },
};
export const STORES = Object.keys(SHAPE);
const opened = new Map();

export const result = (request) =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });

function database(kind) {
  if (!opened.has(kind)) {
    const asked = indexedDB.open(`electsys-lapangan-${kind}`, 1);
    asked.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(SHAPE)) asked.result.createObjectStore(name, options);
    };
    opened.set(
      kind,
      result(asked).then((db) => {
        db.onversionchange = () => db.close();
        db.onclose = () => opened.delete(kind);
        return db;
      }),
    );
    opened.get(kind).catch(() => opened.delete(kind));
  }
  return opened.get(kind);
}

// Read several stores as they are at one moment: work(store, ...) may await requests of these stores only.
export async function reading(kind, names, work) {
  const tx = (await database(kind)).transaction(names, "readonly");
  return work(...names.map((name) => tx.objectStore(name)));
}

// Write several stores: all of it is on disk when this returns, or nothing of it ever was.
export async function writing(kind, names, work) {
  const tx = (await database(kind)).transaction(names, "readwrite", { durability: "strict" });
  const ended = new Promise((done, fail) => {
    tx.oncomplete = done;
    tx.onabort = () => fail(tx.error ?? new DOMException("aborted", "AbortError"));
  });
  let value;
  try {
    value = await work(...names.map((name) => tx.objectStore(name)));
  } catch (problem) {
    ended.catch(() => {});
    try {
      tx.abort();
    } catch {
      // it has ended already
    }
    throw problem;
  }
  await ended;
  return value;
}

export const meta = (kind, name) => reading(kind, ["meta"], (store) => result(store.get(name)));
export const setMeta = (kind, name, value) => writing(kind, ["meta"], (store) => void store.put(value, name));
