// Public forms: the browser solves a small riddle while people type, and the form carries its answer. There is
// nothing to see, to hear or to click, so it stops nobody. Where it cannot be solved (an old browser, a page
// without https) the form goes without it, into the stricter limit.

const SPARE = 15000; // an answer younger than its challenge by this much is made anew

class Riddle {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-work]");
  }

  // The answered challenge; one at a time, and a new one when the old one is about to expire.
  solved() {
    if (!this.running || Date.now() > this.until) {
      this.until = Infinity;
      this.running = this.solve().catch(() => null);
    }
    return this.running;
  }

  async solve() {
    if (!window.Worker || !window.crypto?.subtle) return null;
    const answer = await fetch(this.form.dataset.challenge, { headers: { Accept: "application/json" } });
    if (!answer.ok) return null;
    const { tantangan, bit, detik } = await answer.json();
    this.until = Date.now() + detik * 1000 - SPARE;
    const worker = new Worker(new URL("./responses-worker.js", import.meta.url));
    const usual = 2 ** bit;
    try {
      return await new Promise((done, fail) => {
        worker.addEventListener("error", fail);
        worker.addEventListener("message", ({ data }) => {
          if (data.answer) done({ tantangan, jawaban: data.answer });
          else if (data.failed) fail(data.failed);
          else this.tell(Math.min(99, Math.round((100 * data.tries) / (data.tries + usual))));
        });
        worker.postMessage({ challenge: tantangan, bits: bit });
      });
    } finally {
      worker.terminate();
    }
  }

  // Said once to screen readers, when somebody waits for it; the number beside it is for the eye.
  wait() {
    this.waiting = true;
    this.status.hidden = false;
    this.status.querySelector("[data-work-text]").textContent = this.status.dataset.busy;
  }

  tell(percent) {
    if (this.waiting) this.status.querySelector("[data-work-percent]").textContent = ` ${percent}%`;
  }

  fill(proof) {
    for (const name of ["tantangan", "jawaban"]) this.form.elements[name].value = proof?.[name] ?? "";
  }
}

for (const form of document.querySelectorAll("form[data-challenge]")) {
  const riddle = new Riddle(form);
  let ready = false;
  form.addEventListener("focusin", () => riddle.solved(), { once: true });
  form.addEventListener("submit", async (event) => {
    if (ready) {
      ready = false;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (riddle.waiting) return;
    riddle.wait();
    riddle.fill(await riddle.solved());
    await new Promise((done) => setTimeout(done)); // a form that is being sent cannot be sent again
    riddle.waiting = false;
    ready = true;
    form.requestSubmit();
  });
}
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // a page out of the back cache holds a spent answer
});
