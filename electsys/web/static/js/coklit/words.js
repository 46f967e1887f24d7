// The words of the coklit page, and its templates.

import { byId } from "../offline/util.js";

const words = JSON.parse(byId("kata").dataset.words);

export const say = (name, values = {}) => Object.entries(values).reduce((text, [k, v]) => text.replaceAll(`{${k}}`, String(v)), words[name] ?? name);

export const put = (box, name, text) => {
  box.querySelector(`[data-x="${name}"]`).textContent = text;
};

export const clone = (id) => byId(id).content.firstElementChild.cloneNode(true);
