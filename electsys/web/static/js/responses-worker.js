// Solves one challenge: a number for which SHA-256 of "challenge:number" begins with so many zero bits.

const BATCH = 256;
const encoder = new TextEncoder();

function zeroBits(bytes) {
  let bits = 0;
  for (const byte of bytes) {
    if (byte === 0) {
      bits += 8;
      continue;
    }
    return bits + Math.clz32(byte) - 24;
  }
  return bits;
}

async function solve(challenge, wanted) {
  for (let first = 0; ; first += BATCH) {
    const numbers = Array.from({ length: BATCH }, (_, n) => first + n);
    const digests = await Promise.all(
      numbers.map((n) => crypto.subtle.digest("SHA-256", encoder.encode(`${challenge}:${n}`))),
    );
    const found = digests.findIndex((digest) => zeroBits(new Uint8Array(digest)) >= wanted);
    if (found >= 0) return String(first + found);
    if (first % (BATCH * 16) === 0) postMessage({ tries: first + BATCH });
  }
}

addEventListener("message", async (event) => {
  try {
    postMessage({ answer: await solve(event.data.challenge, event.data.bits) });
  } catch (problem) {
    postMessage({ failed: String(problem) });
  }
});
