// A board keeps itself fresh: it asks for its small file and, when that changed, takes the changed sections of
// the page. What a reader is in, by focus or by an opened table, stays until they leave it.

const box = document.querySelector("[data-board]");
const QUIET = 4; // polls are this many times rarer while nobody looks

async function fresh() {
  const answer = await fetch(box.dataset.board, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  const board = await answer.json();
  if (board.pada === box.dataset.seen) return;
  const page = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!page.ok) throw new Error(page.status);
  const next = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[data-board]");
  if (!next) return;
  for (const part of next.querySelectorAll(":scope > [id]")) take(part);
  box.dataset.seen = next.dataset.seen;
  live();
  box.querySelector("[data-spoken]").textContent = box.dataset.said;
}

function take(part) {
  const old = document.getElementById(part.id);
  if (!old) box.append(part);
  else if (old.innerHTML !== part.innerHTML && !old.contains(document.activeElement) && !old.querySelector("details[open]")) {
    old.replaceWith(part);
  }
}

function live() {
  for (const note of box.querySelectorAll("[data-live]")) note.hidden = false;
}

async function follow() {
  const every = Number(box.dataset.every) * 1000;
  for (let pause = every; ; ) {
    await new Promise((done) => setTimeout(done, document.hidden ? pause * QUIET : pause));
    try {
      await fresh();
      pause = every;
    } catch {
      pause = Math.min(pause * 2, every * 8); // the server is away: ask more rarely, and keep what is shown
    }
  }
}

if (box) {
  live();
  follow();
}
