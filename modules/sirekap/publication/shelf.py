"""The published files and their list of contents: only what changed is written, the list last.

The list is cut into shards, one a kab/kota, one for the dapil of a province, and one for the rest:
``manifest/<shard>.sha256`` in the form that ``sha256sum -c`` reads. ``manifest.json`` holds the hash of
every shard, hence of every file.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import rfc8785

from electsys.publishing import Target

MANIFEST = "manifest.json"
COMMON = "manifest/umum.sha256"


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def shard_of(path: str) -> str:
    """The shard that lists a file: that of the kab/kota in its path, else the common one.

    The code of a dapil only looks like one of a kab/kota: all of a province stand together.
    """
    parts = path.split("/")
    if "dapil" in parts:
        return f"manifest/{parts[-1][:2]}/dapil.sha256"
    for part in parts[2:]:
        code = part.partition(".")[0]
        if len(code) == 4 and code.isdigit():
            return f"manifest/{code[:2]}/{code}.sha256"
    return COMMON


class Shelf:
    """What lies at a target, and what is put there now."""

    def __init__(self, target: Target):
        self.target = target
        raw = target.read(MANIFEST)
        self.manifest: dict[str, Any] = json.loads(raw) if raw else {}
        self._shards: dict[str, dict[str, str]] = {}
        self._dirty: set[str] = set()
        self.written = 0

    def put(self, path: str, content: bytes) -> None:
        """Have this content at this path; nothing is written where it is there already."""
        shard = self._shard(shard_of(path))
        found = digest(content)
        if shard.get(path) == found:
            return
        self.target.write(path, content)
        self.written += 1
        shard[path] = found
        self._dirty.add(shard_of(path))

    def put_json(self, path: str, data: Any) -> None:
        """The same for data, as compact JSON."""
        self.put(path, json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())

    def drop(self, path: str) -> None:
        """Take a file out of the list and away."""
        if self._shard(shard_of(path)).pop(path, None) is not None:
            self._dirty.add(shard_of(path))
            self.target.remove(path)

    def holds(self, path: str) -> bool:
        """Whether the list has this path."""
        return path in self._shard(shard_of(path))

    def hash_of(self, path: str) -> str | None:
        """SHA-256 of a listed file."""
        return self._shard(shard_of(path)).get(path)

    def close(self, facts: dict[str, Any]) -> bytes:
        """Write the shards that changed; return the new list of contents, which the caller writes last."""
        shards = dict(self.manifest.get("shards", {}))
        counts = dict(self.manifest.get("counts", {}))
        for name in sorted(self._dirty):
            lines = "".join(f"{found}  {path}\n" for path, found in sorted(self._shards[name].items()))
            self.target.write(name, lines.encode())
            shards[name], counts[name] = digest(lines.encode()), len(self._shards[name])
        return (
            rfc8785.dumps(facts | {"files": sum(counts.values()), "counts": counts, "shards": shards}) + b"\n"
        )

    def _shard(self, name: str) -> dict[str, str]:
        if name not in self._shards:
            raw = self.target.read(name) if name in self.manifest.get("shards", {}) else None
            lines = (line.partition("  ") for line in (raw or b"").decode().splitlines())
            self._shards[name] = {path: found for found, _, path in lines}
        return self._shards[name]
