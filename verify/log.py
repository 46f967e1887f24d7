"""Log publik: pohon RFC 6962, catatan bertanda tangan, ubin C2SP, dan bukti satu catatan.

Hanya pustaka baku dan ``cryptography``. Log dibaca ubin demi ubin, tidak pernah seluruhnya sekaligus.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256


class Wrong(Exception):
    """Sesuatu tidak seperti seharusnya; pesannya untuk dibaca orang."""


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(row: list[bytes]) -> bytes:
    """Akar dari satu baris sidik."""
    if not row:
        return hashlib.sha256(b"").digest()
    while len(row) > 1:
        row = [node(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)] + row[len(row) & ~1 :]
    return row[0]


def included(index: int, size: int, leaf: bytes, root: bytes, proof: list[bytes]) -> bool:
    """Apakah bukti menuju dari catatan ke akar."""
    here, last = index, size - 1
    if not 0 <= index < size:
        return False
    for part in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            leaf = node(part, leaf)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            leaf = node(leaf, part)
        here, last = here >> 1, last >> 1
    return last == 0 and leaf == root


def decoded(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Wrong("ada base64 yang rusak") from None
    if base64.b64encode(raw).decode() != text:
        raise Wrong("ada base64 yang tidak baku")
    return raw


class Key:
    """Kunci umum: nama+sidik+base64."""

    def __init__(self, text: str):
        name, _, rest = text.partition("+")
        digits, _, coded = rest.partition("+")
        raw = decoded(coded)
        self.name, self.kind, self.raw = name, raw[:1], raw[1:]
        self.id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if len(raw) != 33 or self.kind not in (b"\x01", b"\x04") or self.id.hex() != digits:
            raise Wrong(f"kunci {name} tidak sesuai dengan sidiknya sendiri")

    def accepts(self, body: str, signature: bytes) -> bool:
        message = body.encode()
        if self.kind == b"\x04":  # saksi: waktunya ikut ditandatangani
            stamp, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {stamp}\n{body}".encode()
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def checkpoint(text: str, log_key: Key, witnesses: list[Key]) -> tuple[int, bytes, list[str]]:
    """Ukuran, akar, dan nama saksi dari checkpoint yang semua tanda tangannya sah."""
    body, _, tail = text.partition("\n\n")
    lines = body.split("\n")
    if len(lines) != 3 or not tail.endswith("\n") or str(int(lines[1])) != lines[1]:
        raise Wrong("checkpoint tidak berbentuk asal, ukuran, akar, tanda tangan")
    if lines[0] != log_key.name:
        raise Wrong(f"checkpoint dari {lines[0]}, bukan dari {log_key.name}")
    signed = []
    for line in tail[:-1].split("\n"):
        dash, name, coded = ([*line.split(" "), "", ""])[:3]
        raw = decoded(coded)
        key = next((k for k in (log_key, *witnesses) if k.name == name and k.id == raw[:4]), None)
        if dash != "—" or line.count(" ") != 2 or key is None or not key.accepts(body + "\n", raw[4:]):
            raise Wrong(f"tanda tangan {name or '(kosong)'} pada checkpoint tidak sah")
        signed.append(name)
    if signed[0] != log_key.name:
        raise Wrong("log tidak menandatangani checkpointnya sendiri")
    return int(lines[1]), decoded(lines[2]), signed[1:]


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    return f"tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < WIDTH else "")


def plain(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        raise Wrong(f"{path.name}: hilang") from None
    except UnicodeDecodeError:
        raise Wrong(f"{path.name}: bukan teks") from None


def own_key(folder: Path) -> Key:
    text = plain(folder / "key")
    if not text.endswith("\n") or text.count("\n") != 1:
        raise Wrong("key: harus satu baris")
    return Key(text[:-1])


def known_witnesses(folder: Path) -> list[Key]:
    return [Key(line) for line in plain(folder / "witnesses").split("\n")[:-1]]


class Log:
    """Log di satu folder terbitan: tanda tangan, ubin, akar. Yang salah masuk ke ``findings``."""

    def __init__(self, folder: Path, key: Key | None):
        self.folder, self.key = folder, own_key(folder)
        if key is not None and (key.name, key.raw) != (self.key.name, self.key.raw):
            raise Wrong("kunci pada terbitan bukan kunci yang Anda berikan")
        note = plain(folder / "checkpoint")
        self.size, self.root, self.witnesses = checkpoint(note, self.key, known_witnesses(folder))
        self.leaves: list[bytes] = []
        self.findings: list[str] = []

    @property
    def tiles(self) -> range:
        """Nomor ubin catatan."""
        return range(-(-self.size // WIDTH))

    def entries(self, index: int) -> list[bytes]:
        """Catatan satu ubin, dari byte terbitan."""
        width = min(WIDTH, self.size - index * WIDTH)
        raw, at, found = (self.folder / tile_path("entries", index, width)).read_bytes(), 0, []
        while at < len(raw):
            size = int.from_bytes(raw[at : at + 2], "big")
            found.append(raw[at + 2 : at + 2 + size])
            at += 2 + size
        if at != len(raw) or len(found) != width:
            raise Wrong(f"log/{tile_path('entries', index, width)} tidak memuat {width} catatan")
        return found

    def read(self, tiles: Callable[[Iterable[int]], Iterator[tuple[bytes, Any]]]) -> Iterator[Any]:
        """Baca setiap ubin dengan ``tiles`` (sidik catatannya, dan isinya), lalu periksa pohonnya."""
        for hashes, found in tiles(self.tiles):
            self.leaves += [hashes[i : i + 32] for i in range(0, len(hashes), 32)]
            yield found
        files = {"key", "witnesses", "checkpoint"}
        files |= {tile_path("entries", i, min(WIDTH, self.size - i * WIDTH)) for i in self.tiles}
        row, level = self.leaves, 0
        while row:
            for first in range(0, len(row), WIDTH):
                part = row[first : first + WIDTH]
                path = tile_path(level, first // WIDTH, len(part))
                files.add(path)
                self._same(path, b"".join(part))
            row = [fold(row[i : i + WIDTH]) for i in range(0, len(row) - len(row) % WIDTH, WIDTH)]
            level += 1
        if fold(self.leaves) != self.root:
            self.findings.append("akar pohon dari catatan berbeda dari akar yang ditandatangani")
        for found in sorted(p for p in self.folder.rglob("*") if not p.is_dir()):
            if (path := found.relative_to(self.folder).as_posix()) not in files:
                self._same(path, self._older(path))

    def _same(self, path: str, want: bytes | None) -> None:
        place = self.folder / path
        if want is None:
            self.findings.append(f"log/{path}: berkas ini bukan bagian dari log")
        elif not place.is_file():
            self.findings.append(f"log/{path}: hilang")
        elif place.read_bytes() != want:
            self.findings.append(f"log/{path}: isinya berbeda dari yang dihitung dari catatan")

    def _older(self, path: str) -> bytes | None:
        """Ubin lama yang belum penuh boleh masih ada; isinya harus awal dari ubin yang sekarang."""
        parts = path.split("/")
        try:
            index = int("".join(g.removeprefix("x") for g in [*parts[2:-2], parts[-2].removesuffix(".p")]))
            width, level = int(parts[-1]), 0 if parts[1] == "entries" else int(parts[1])
        except (ValueError, IndexError):
            return None
        first, whole = index * WIDTH, WIDTH**level
        if not 0 < width < WIDTH or (first + width) * whole > self.size:
            return None
        if tile_path(parts[1], index, width) != path:
            return None
        if parts[1] == "entries":
            return b"".join(len(e).to_bytes(2, "big") + e for e in self.entries(index)[:width])
        return b"".join(fold(self.leaves[i * whole : (i + 1) * whole]) for i in range(first, first + width))


def hashed(entries: list[bytes]) -> bytes:
    """Sidik setiap catatan, berurutan."""
    return b"".join(hashlib.sha256(b"\x00" + entry).digest() for entry in entries)


def check_receipt(path: Path, folder: Path | None, key: Key | None) -> int:
    """Satu bukti, tanpa jaringan; dengan folder juga terhadap log di sana. 0 bila sah."""
    try:
        text = plain(path)
        head, _, note = text.partition("\n\n")
        lines = [line.partition(" ") for line in head.split("\n")]
        if [lines[0][0], lines[1][0]] != ["electsys-bukti/1", "index"] or lines[2][0] not in (
            "entry",
            "leaf",
        ):
            raise Wrong("ini bukan berkas bukti")
        index, entry = int(lines[1][2]), decoded(lines[2][2])
        proof = [decoded(part) for _, _, part in lines[3:]]
        if folder is None and key is None:
            raise Wrong("tanpa FOLDER sebutkan kunci log: --key KUNCI")
        log_key = key or own_key(folder / "log")
        trusted = known_witnesses(folder / "log") if folder else []
        body, _, tail = note.partition("\n\n")
        names = {log_key.name, *(w.name for w in trusted)}
        kept = [line for line in tail[:-1].split("\n") if line.count(" ") != 2 or line.split(" ")[1] in names]
        size, root, witnesses = checkpoint("\n".join([body, "", *kept, ""]), log_key, trusted)
        whole = lines[2][0] == "entry"
        leaf = hashed([entry]) if whole else entry
        if not included(index, size, leaf, root, proof):
            raise Wrong("bukti tidak menuju ke akar yang ditandatangani")
        if folder is not None:
            log = Log(folder / "log", log_key)
            list(log.read(lambda tiles: ((hashed(log.entries(i)), None) for i in tiles)))
            if log.findings or log.size < size or fold(log.leaves[:size]) != root:
                raise Wrong("log di FOLDER bukan kelanjutan dari checkpoint pada bukti ini")
        facts = json.loads(entry) if whole else {"sidik catatan": leaf.hex()}
    except (Wrong, OSError, ValueError, KeyError, IndexError) as problem:
        print(f"TIDAK SAH: {problem}")
        return 1
    print(f"SAH: catatan nomor {index} dari {size} ada dalam log {log_key.name}.")
    print(f"Saksi: {', '.join(witnesses) or 'tidak ada'}")
    for name, value in facts.items():
        print(f"  {name}: {json.dumps(value, ensure_ascii=False)}")
    return 0
