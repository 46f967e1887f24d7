// Which tasks this phone has. With just one, the reader is there already.

import { meta } from "./db.js";
import { Queue } from "./queue.js";
import { byId, failed, keepShell, say, supported, tell } from "./util.js";
import { Vault } from "./vault.js";

async function show() {
  const here = [];
  for (const line of document.querySelectorAll("[data-kind]")) {
    if (!(await Vault.exists(line.dataset.kind))) continue;
    const { packets, photos } = await Queue.count(line.dataset.kind);
    const facts = await meta(line.dataset.kind, "facts");
    const told = [facts.place, packets + photos ? say("waiting", { n: packets + photos }) : say("none_waiting")];
    line.querySelector(".task-due").textContent = told.join(" · ");
    line.hidden = false;
    here.push(line);
  }
  byId("tugas").hidden = !here.length;
  byId("kosong").hidden = here.length > 0;
  if (here.length === 1 && matchMedia("(display-mode: standalone)").matches) location.replace(here[0].querySelector("a").href);
}

if (!supported()) tell("galat", say("no_support"));
else {
  keepShell();
  show().catch(failed);
}
