// The words of the page, and small things that its screens share.

import { byId } from "../offline/util.js";

const words = JSON.parse(byId("kata").dataset.words);

export const say = (name, values = {}) => Object.entries(values).reduce((text, [k, v]) => text.replaceAll(`{${k}}`, String(v)), words[name] ?? name);

export const put = (box, name, text) => {
  box.querySelector(`[data-x="${name}"]`).textContent = text;
};

// What is wrong, beside the form; it gets the focus. Nothing wrong hides it.
export function wrong(id, text) {
  const place = byId(id);
  place.textContent = text;
  place.hidden = !text;
  if (text) {
    place.tabIndex = -1;
    place.focus();
  }
}

// One of the screens; the others are hidden.
export function show(id) {
  for (const name of ["daftar", "orang", "kunjungan"]) byId(name).hidden = name !== id;
}
