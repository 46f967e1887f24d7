// Photos: shrunk on the phone to at most 300 kB, freed of place and camera data, sent in resumable pieces.

import { Away, Refusal } from "./client.js";
import { pause, sha256 } from "./util.js";

const GOAL = 300000;
const LONGEST_SIDE = 1600;
const PIECE = 64 * 1024; // the most that the server takes at once
const LEAST = 8 * 1024; // on a line that is cut all the time
const BREATHS = [500, 1000, 2500]; // pauses before the line is tried again after a cut
let size = PIECE; // of the next piece, as the line of late allows: halved by a cut, then growing slowly

export class BadPhoto extends Error {} // its message is the name of a sentence

const encoded = (canvas, quality) => new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));

// A photo as it will be sent: { bytes, length, sha256 }. Drawing it anew leaves nothing of its EXIF.
export async function shrink(file, goal = GOAL) {
  let image;
  try {
    image = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new BadPhoto("photo_bad");
  }
  try {
    for (let side = LONGEST_SIDE; side >= 400; side = Math.round(side * 0.75)) {
      const scale = Math.min(1, side / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(image.width * scale));
      canvas.height = Math.max(1, Math.round(image.height * scale));
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      for (const quality of [0.82, 0.7, 0.55]) {
        const blob = await encoded(canvas, quality);
        if (blob && blob.size <= goal) {
          const bytes = await blob.arrayBuffer();
          return { bytes, length: bytes.byteLength, sha256: await sha256(bytes) };
        }
      }
    }
  } finally {
    image.close();
  }
  throw new BadPhoto("photo_big");
}

// Send a photo from where the server has it on; the server's receipt, or null where `interrupted` says that
// something else goes first. A cut line is taken up again at once as long as bytes get through, in smaller
// pieces; what has arrived stays, so that it is resumable for a day.
export async function upload(client, { key, packet, length, sha256: digest }, bytes, { progress, interrupted }) {
  const headers = {
    "Content-Type": "application/octet-stream",
    "Packet-Key": packet,
    "Upload-Length": String(length),
    "Upload-SHA256": digest,
  };
  let offset = await reached(client, key);
  let cut = null;
  for (let stuck = 0; stuck < 3; ) {
    progress(offset);
    if (await interrupted()) return null;
    const before = offset;
    try {
      const state = await client.json("PUT", `/berkas/${key}?offset=${offset}`, { body: bytes.slice(offset, offset + size), headers });
      if (state.receipt) return state.receipt;
      offset = state.offset;
      size = Math.min(PIECE, size + LEAST);
      cut = null;
    } catch (problem) {
      cut = problem instanceof Away ? problem : null;
      if (!cut && problem.code !== "tidak_sambung") throw problem;
      if (cut) size = Math.max(LEAST, size / 2);
      offset = await (cut ? again(client, key) : reached(client, key));
    }
    stuck = offset > before ? 0 : stuck + 1;
  }
  throw cut ?? new Refusal({ title: "stuck" }, 409);
}

// Where the server has a photo, asked until the line is there again.
async function again(client, key) {
  for (const breath of BREATHS) {
    await pause(breath);
    try {
      return await reached(client, key);
    } catch (problem) {
      if (!(problem instanceof Away) || breath === BREATHS.at(-1)) throw problem;
    }
  }
  return undefined;
}

async function reached(client, key) {
  try {
    return Number((await client.ask("HEAD", `/berkas/${key}`)).headers.get("Upload-Offset"));
  } catch (problem) {
    if (problem instanceof Refusal && problem.status === 404) return 0;
    throw problem;
  }
}
