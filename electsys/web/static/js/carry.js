// Scans the QR codes of a phone with this one's camera, where the browser can; the form works without.

const byId = (id) => document.getElementById(id);
const text = byId("text");
const video = byId("kamera");
const news = byId("kabar-pindai");
const PIECE = /EK1\.([0-9a-f]{8})\.(\d+)\.(\d+)\.[A-Za-z0-9_-]+/;
const EVERY = 250;
let stream = null;

const fill = (sentence, values) => Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), sentence);

function take(found) {
  const seen = text.value.split(/\s+/).filter(Boolean);
  const [, check, , of] = PIECE.exec(found) ?? [];
  if (!check || seen.includes(found)) return;
  text.value = [...seen, found].join("\n");
  const n = new Set([...seen, found].filter((each) => PIECE.exec(each)?.[1] === check)).size;
  news.textContent = n < Number(of) ? fill(news.dataset.found, { n, of }) : news.dataset.ready;
  if (n >= Number(of)) {
    stop();
    byId("submit").focus();
  }
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  video.hidden = byId("henti").hidden = true;
  byId("mulai").hidden = false;
}

async function start(detector) {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    news.textContent = news.dataset.none;
    return;
  }
  video.srcObject = stream;
  video.hidden = byId("henti").hidden = false;
  byId("mulai").hidden = true;
  await video.play();
  while (stream) {
    for (const code of await detector.detect(video).catch(() => [])) take(code.rawValue);
    await new Promise((done) => setTimeout(done, EVERY));
  }
}

const able = navigator.mediaDevices?.getUserMedia && "BarcodeDetector" in globalThis && (await BarcodeDetector.getSupportedFormats().catch(() => [])).includes("qr_code");
if (able) {
  byId("pindai").hidden = false;
  byId("mulai").addEventListener("click", () => start(new BarcodeDetector({ formats: ["qr_code"] })));
  byId("henti").addEventListener("click", stop);
}
