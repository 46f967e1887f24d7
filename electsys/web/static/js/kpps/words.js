// The words of the page, and small things that its screens share.

import { byId } from "../offline/util.js";

const words = JSON.parse(byId("kata").dataset.words);
const format = new Intl.NumberFormat("id-ID");

export const say = (name, values = {}) => Object.entries(values).reduce((text, [k, v]) => text.replaceAll(`{${k}}`, String(v)), words[name] ?? name);
export const number = (value) => format.format(value);

// An element with a class and what stands in it.
export function make(tag, className = "", ...inside) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...inside);
  return element;
}

export function button(text, className, act) {
  const made = make("button", `btn ${className}`, text);
  made.type = "button";
  made.onclick = act;
  return made;
}

// What is wrong, beside the form; it gets the focus. Nothing wrong hides it.
export function wrong(id, text) {
  const place = byId(id);
  place.textContent = text;
  place.hidden = !text;
  if (!text) return;
  place.tabIndex = -1;
  place.focus();
}

const SCREENS = ["daftar", "angka", "foto", "kode"];

// One of the screens; the others are hidden.
export function show(id, heading = "") {
  for (const name of SCREENS) byId(name).hidden = name !== id;
  if (!heading) return;
  byId(heading).focus();
  scrollTo(0, 0);
}
