// QR codes drawn without a network (ISO/IEC 18004): bytes, level L, versions 1 to 20, the mask that scans best.

const ECC = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28]; // words a block
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8];
const DATA = [19, 34, 55, 80, 108, 136, 156, 194, 232, 274, 324, 370, 428, 461, 523, 589, 647, 721, 795, 861];
const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

// --- Reed-Solomon over GF(256) -----------------------------------------------------------------------

const EXP = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i += 1) {
  EXP[i] = EXP[i + 255] = x;
  LOG[x] = i;
  x = x & 128 ? (x << 1) ^ 0x11d : x << 1;
}
const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);

function generator(degree) {
  let poly = [1];
  for (let i = 0; i < degree; i += 1) {
    const next = [...poly, 0];
    poly.forEach((c, j) => {
      next[j + 1] ^= times(c, EXP[i]);
    });
    poly = next;
  }
  return poly.slice(1);
}

function remainder(words, poly) {
  const rest = new Uint8Array(poly.length);
  for (const word of words) {
    const factor = word ^ rest[0];
    rest.copyWithin(0, 1);
    rest[poly.length - 1] = 0;
    poly.forEach((c, i) => {
      rest[i] ^= times(c, factor);
    });
  }
  return rest;
}

// --- words ---------------------------------------------------------------------------------------------

function dataWords(bytes, version) {
  const bits = [];
  const put = (value, n) => {
    for (let i = n - 1; i >= 0; i -= 1) bits.push((value >> i) & 1);
  };
  put(4, 4);
  put(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  const most = DATA[version - 1] * 8;
  put(0, Math.min(4, most - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < most; pad ^= 0xec ^ 0x11) put(pad, 8);
  return Uint8Array.from({ length: most / 8 }, (_, i) => bits.slice(i * 8, i * 8 + 8).reduce((a, b) => (a << 1) | b, 0));
}

function interleaved(words, version) {
  const [n, degree] = [BLOCKS[version - 1], ECC[version - 1]];
  const short = Math.floor(words.length / n);
  const poly = generator(degree);
  const blocks = [];
  for (let i = 0, at = 0; i < n; i += 1) {
    const size = short + (i >= n - (words.length % n) ? 1 : 0);
    const data = words.subarray(at, at + size);
    blocks.push({ data, check: remainder(data, poly) });
    at += size;
  }
  const out = [];
  for (let i = 0; i <= short; i += 1) for (const { data } of blocks) if (i < data.length) out.push(data[i]);
  for (let i = 0; i < degree; i += 1) for (const { check } of blocks) out.push(check[i]);
  return out;
}

// --- the square ------------------------------------------------------------------------------------------

function alignment(version, size) {
  if (version === 1) return [];
  const n = Math.floor(version / 7) + 2;
  const step = Math.ceil((size - 13) / (2 * n - 2)) * 2;
  return [6, ...Array.from({ length: n - 1 }, (_, i) => size - 7 - (n - 2 - i) * step)];
}

function bch(value, poly, length) {
  let rest = value << length;
  for (let i = 20; i >= length; i -= 1) if ((rest >> i) & 1) rest ^= poly << (i - length);
  return (value << length) | rest;
}

function frame(version) {
  const size = version * 4 + 17;
  const cells = Array.from({ length: size }, () => new Int8Array(size).fill(-1)); // -1: free for data
  const set = (x, y, dark) => {
    if (x >= 0 && y >= 0 && x < size && y < size) cells[y][x] = dark ? 1 : 0;
  };
  for (let i = 0; i < size; i += 1) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [cx, cy] of [[3, 3], [size - 4, 3], [3, size - 4]]) {
    for (let dy = -4; dy <= 4; dy += 1)
      for (let dx = -4; dx <= 4; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        set(cx + dx, cy + dy, ring !== 2 && ring !== 4);
      }
  }
  const at = alignment(version, size);
  const last = at.at(-1);
  for (const cx of at)
    for (const cy of at) {
      if ((cx === 6 && cy === 6) || (cx === 6 && cy === last) || (cx === last && cy === 6)) continue;
      for (let dy = -2; dy <= 2; dy += 1) for (let dx = -2; dx <= 2; dx += 1) set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
    }
  if (version >= 7) {
    const bits = bch(version, 0x1f25, 12);
    for (let i = 0; i < 18; i += 1) {
      const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)];
      set(a, b, (bits >> i) & 1);
      set(b, a, (bits >> i) & 1);
    }
  }
  format(cells, 0);
  return cells;
}

function format(cells, mask) {
  const size = cells.length;
  const bits = bch((1 << 3) | mask, 0x537, 10) ^ 0x5412; // 01 is level L
  const bit = (i) => (bits >> i) & 1;
  for (let i = 0; i < 6; i += 1) cells[i][8] = bit(i);
  cells[7][8] = bit(6);
  cells[8][8] = bit(7);
  cells[8][7] = bit(8);
  for (let i = 9; i < 15; i += 1) cells[8][14 - i] = bit(i);
  for (let i = 0; i < 8; i += 1) cells[8][size - 1 - i] = bit(i);
  for (let i = 8; i < 15; i += 1) cells[size - 15 + i][8] = bit(i);
  cells[size - 8][8] = 1;
}

function filled(words, version, mask) {
  const cells = frame(version);
  const free = cells.map((row) => row.map((c) => (c === -1 ? 1 : 0)));
  const size = cells.length;
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1)
      for (const x of [right, right - 1]) {
        const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
        if (!free[y][x]) continue;
        const dark = at < words.length * 8 ? (words[at >> 3] >> (7 - (at & 7))) & 1 : 0;
        cells[y][x] = dark ^ (MASKS[mask](x, y) ? 1 : 0);
        at += 1;
      }
  }
  format(cells, mask);
  return cells;
}

// How hard a square is to scan: runs, blocks, what looks like a finder, too much of one colour.
function penalty(cells) {
  const size = cells.length;
  const lines = [...cells.map((row) => [...row].join("")), ...cells.map((_, x) => cells.map((row) => row[x]).join(""))];
  let sum = 0;
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
    for (const like of ["10111010000", "00001011101"]) for (let i = line.indexOf(like); i >= 0; i = line.indexOf(like, i + 1)) sum += 40;
  }
  let dark = 0;
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      dark += cells[y][x];
      if (x && y && cells[y][x] === cells[y - 1][x] && cells[y][x] === cells[y][x - 1] && cells[y][x] === cells[y - 1][x - 1]) sum += 3;
    }
  return sum + Math.floor(Math.abs((dark * 20) / (size * size) - 10)) * 10;
}

// The square of a text, rows of 0 and 1; RangeError where it does not fit.
export function qr(text) {
  const bytes = new TextEncoder().encode(text);
  const version = DATA.findIndex((words, i) => bytes.length + (i < 9 ? 2 : 3) <= words) + 1;
  if (!version) throw new RangeError(`${bytes.length} bytes do not fit a QR of version 20`);
  const words = interleaved(dataWords(bytes, version), version);
  const all = MASKS.map((_, mask) => filled(words, version, mask));
  return all.map((cells) => [penalty(cells), cells]).sort(([a], [b]) => a - b)[0][1];
}

// Draw it with its quiet zone, black on white whatever the page looks like.
export function drawQr(canvas, text, scale = 6) {
  const cells = qr(text);
  const quiet = 4;
  canvas.width = canvas.height = (cells.length + 2 * quiet) * scale;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  cells.forEach((row, y) =>
    row.forEach((dark, x) => {
      if (dark) pen.fillRect((x + quiet) * scale, (y + quiet) * scale, scale, scale);
    }),
  );
}
