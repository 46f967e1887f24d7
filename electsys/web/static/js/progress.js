// The progress of background jobs, kept fresh by asking for a small JSON. When a job ends, the page loads
// again once and shows the outcome. Without this file the page reloads by itself (noscript refresh).

const SHORT = 1000;
const LONG = 15000;

function show(box, job) {
  const bar = box.querySelector("progress");
  const put = (name, text) => {
    const place = box.querySelector(`[data-job-${name}]`);
    if (place && place.textContent !== text) place.textContent = text;
  };
  if (bar) {
    if (job.percent === null) bar.removeAttribute("value");
    else bar.value = job.percent;
  }
  const number = new Intl.NumberFormat(document.documentElement.lang);
  put("label", job.label);
  box.querySelector("[data-job-label]").className = `state ${job.look}`;
  put("stage", job.stage);
  put("count", job.total ? `${number.format(job.done)} / ${number.format(job.total)}` : "");
  put("left", job.left);
  put("waits", job.waits_for);
  // Read aloud at each tenth only, not at each number.
  const tenth = job.percent === null ? "" : ` ${Math.floor(job.percent / 10) * 10}%`;
  put("spoken", `${job.label}. ${job.stage}${tenth}`);
}

async function follow(box) {
  let pause = SHORT;
  for (;;) {
    await new Promise((done) => setTimeout(done, document.hidden ? LONG : pause));
    try {
      const answer = await fetch(box.dataset.job, { headers: { Accept: "application/json" } });
      if (answer.status === 401 || answer.status === 403 || answer.status === 404) return;
      if (!answer.ok) throw new Error(answer.status);
      const job = await answer.json();
      show(box, job);
      if (job.finished) {
        location.reload();
        return;
      }
      pause = Math.min(pause * 1.1, 5000);
    } catch {
      pause = Math.min(pause * 2, LONG); // the network or the server is away: keep asking, more rarely
    }
  }
}

document.querySelectorAll("[data-job]:not([data-finished])").forEach(follow);
