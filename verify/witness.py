#!/usr/bin/env python3
"""Menjadi saksi log publik: ikut menandatangani hanya log yang bertambah, tidak pernah yang berubah.

    python3 witness.py --new-key NAMA KUNCI            buat kunci saksi; cetak bagian umumnya
    python3 witness.py --key KUNCI --log KUNCI_LOG --state BERKAS ALAMAT [--out BERKAS]

ALAMAT adalah folder terbitan atau alamat http(s)-nya (folder yang memuat log/). Program mengingat
ukuran dan akar yang terakhir dilihat di BERKAS. Ia menolak, dengan kata-kata, bila log menyusut, bila
bercabang, atau bila tidak ditandatangani; buktinya dihitung sendiri dari ubin yang diterbitkan. Keluar 0
bila ditandatangani, 1 bila ditolak, 2 bila pemakaiannya salah. Kirim hasilnya (--out) kepada penerbit.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

sys.path.insert(0, str(Path(__file__).resolve().parent))
from log import WIDTH, Key, Wrong, checkpoint, fold, tile_path


def fetch(address: str, path: str) -> bytes:
    """Satu berkas dari folder atau dari http(s)."""
    try:
        if address.startswith(("http://", "https://")):
            with urllib.request.urlopen(f"{address.rstrip('/')}/{path}", timeout=30) as answer:  # noqa: S310
                return answer.read()
        return (Path(address) / path).read_bytes()
    except (OSError, urllib.error.URLError) as problem:
        raise Wrong(f"{path} tidak dapat diambil ({problem})") from None


class Tree:
    """Pohon yang dibaca dari ubin: sidik sebarang bagian, tanpa mengunduh semuanya."""

    def __init__(self, address: str, size: int):
        self.address, self.size = address, size
        self.tiles: dict[tuple[int, int], list[bytes]] = {}

    def row(self, level: int, first: int, count: int) -> list[bytes]:
        index = first // WIDTH
        if (level, index) not in self.tiles:
            width = min(WIDTH, self.size // WIDTH**level - index * WIDTH)
            raw = fetch(self.address, f"log/{tile_path(level, index, width)}")
            if len(raw) != 32 * width:
                raise Wrong(f"ubin {level}/{index} tidak memuat {width} sidik")
            self.tiles[level, index] = [raw[i : i + 32] for i in range(0, len(raw), 32)]
        return self.tiles[level, index][first % WIDTH : first % WIDTH + count]

    def root(self, size: int) -> bytes:
        """Akar dari ``size`` catatan pertama."""
        peaks, start = [], 0
        while start < size:
            width = 1 << (size - start).bit_length() - 1
            level = (width.bit_length() - 1) // 8
            whole = WIDTH**level
            peaks.append(fold(self.row(level, start // whole, width // whole)))
            start += width
        running = peaks.pop() if peaks else hashlib.sha256(b"").digest()
        while peaks:
            running = hashlib.sha256(b"\x01" + peaks.pop() + running).digest()
        return running


def judge(address: str, log_key: Key, state: Path) -> tuple[str, int, bytes]:
    """Checkpoint yang patut ditandatangani: (teks, ukuran, akar); :class:`Wrong` bila tidak patut."""
    raw = fetch(address, "log/checkpoint").decode()
    body, _, tail = raw.partition("\n\n")
    own = "".join(f"{line}\n" for line in tail.split("\n") if line.startswith(f"— {log_key.name} "))
    if not own:
        raise Wrong(f"checkpoint tidak ditandatangani {log_key.name}")
    size, root, _ = checkpoint(f"{body}\n\n{own}", log_key, [])
    seen = json.loads(state.read_text()) if state.exists() else {"size": 0, "root": ""}
    if seen.get("origin", log_key.name) != log_key.name:
        raise Wrong(f"{state} mengingat log lain: {seen['origin']}")
    if size < seen["size"]:
        raise Wrong(f"log menyusut: dahulu {seen['size']} catatan, sekarang {size}")
    tree = Tree(address, size)
    if tree.root(size) != root:
        raise Wrong("ubin yang diterbitkan tidak menuju ke akar yang ditandatangani")
    if seen["size"] and tree.root(seen["size"]).hex() != seen["root"]:
        raise Wrong(f"log bercabang: {seen['size']} catatan pertama bukan yang dahulu dilihat")
    return f"{body}\n", size, root


def cosign(name: str, private: Ed25519PrivateKey, body: str, at: int) -> str:
    """Baris tanda tangan saksi (C2SP cosignature/v1)."""
    raw = b"\x04" + private.public_key().public_bytes_raw()
    key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    signature = private.sign(f"cosignature/v1\ntime {at}\n{body}".encode())
    return f"— {name} {base64.b64encode(key_id + at.to_bytes(8, 'big') + signature).decode()}\n"


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """Ganti sekaligus: berkas lama atau berkas baru, tidak pernah setengah."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)


def new_key(name: str, place: Path) -> int:
    private = Ed25519PrivateKey.generate()
    raw = b"\x04" + private.public_key().public_bytes_raw()
    digits = hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8]
    if place.exists() or not name or "+" in name or any(c.isspace() for c in name):
        print("DITOLAK: berkas kunci sudah ada, atau nama memuat spasi atau +.")
        return 1
    write(place, json.dumps({"name": name, "ed25519": private.private_bytes_raw().hex()}), 0o600)
    print(f"{name}+{digits}+{base64.b64encode(raw).decode()}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address", nargs="?", metavar="ALAMAT")
    parser.add_argument("--new-key", nargs=2, metavar=("NAMA", "KUNCI"))
    parser.add_argument("--key", type=Path, help="berkas kunci saksi")
    parser.add_argument("--log", help="kunci log: nama+sidik+base64, dari sumber yang dipercaya")
    parser.add_argument("--state", type=Path, help="ingatan saksi")
    parser.add_argument("--out", type=Path, help="checkpoint dengan tanda tangan saksi")
    asked = parser.parse_args()
    if asked.new_key:
        return new_key(asked.new_key[0], Path(asked.new_key[1]))
    if not (asked.address and asked.key and asked.log and asked.state):
        parser.error("sebutkan ALAMAT, --key, --log, dan --state")
    try:
        stored = json.loads(asked.key.read_text())
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(stored["ed25519"]))
        log_key = Key(asked.log)
        body, size, root = judge(asked.address, log_key, asked.state)
    except (Wrong, OSError, ValueError, KeyError) as problem:
        print(f"DITOLAK: {problem}")
        return 1
    # Yang dilihat diingat sebelum tanda tangan keluar: saksi yang mati di antaranya tidak pernah mundur.
    write(asked.state, json.dumps({"origin": log_key.name, "size": size, "root": root.hex()}))
    note = fetch(asked.address, "log/checkpoint").decode()
    if not note.startswith(body):
        print("DITOLAK: checkpoint berganti selagi diperiksa; jalankan lagi.")
        return 1
    own = "".join(
        f"{ln}\n" for ln in note.partition("\n\n")[2].split("\n") if ln.startswith(f"— {log_key.name} ")
    )
    line = cosign(stored["name"], private, body, int(time.time()))
    if asked.out:
        write(asked.out, f"{body}\n{own}{line}")
    print(f"DITANDATANGANI: {size} catatan, akar {root.hex()}")
    print(line, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
