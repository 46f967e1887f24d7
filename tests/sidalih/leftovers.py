"""Is a number of a person left in clear in any file? A search through bytes, whatever the file is.

::

    left = leftovers([home], known=numbers)           # these numbers, wherever they stand
    left = leftovers([home])                          # whatever could be a NIK or NKK

From the command line, over what a run of the suite has left behind:
``python -m tests.sidalih.leftovers FOLDER...`` prints each file with a number (masked) and ends with 1 if
there is one.
"""

from __future__ import annotations

import os
import re
import sys
import zipfile
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

from electsys.privacy.masks import mask_nik
from electsys.privacy.rules import check_nik

RUN = re.compile(rb"(?<![0-9])[0-9]{16}(?![0-9])")
WIDE = re.compile(rb"(?<![0-9]\0)(?:[0-9]\0){15}[0-9](?!\0[0-9])")
#: Every digit is a 0, a zero byte stays, all else is a blank: a plain search then finds a run of digits,
#: and what has none (nearly every block) needs no pattern.
_DIGITS = bytes(0x30 if 0x30 <= b <= 0x39 else 0 if b == 0 else 0x20 for b in range(256))
_RUN, _WIDE = b"0" * 16, b"0\0" * 15 + b"0"
PIECE = 1 << 22
OVERLAP = 64
#: Part of the program, not of what it was given.
SKIPPED = {"__pycache__", ".venv", ".git", "pginstall"}


class Left(NamedTuple):
    """A number and where it stands: the file (and the member of an archive), and the byte."""

    path: str
    at: int
    number: str

    def __str__(self) -> str:
        return f"{self.path} at {self.at}: {mask_nik(self.number)}"


def leftovers(
    folders: Iterable[Path], *, known: Container[str] | None = None, since: float = 0, most: int = 50
) -> list[Left]:
    """The first ``most`` numbers in clear in the files under ``folders``; none is what one wants.

    ``known`` are the numbers to look for; without it every run of 16 digits that reads as a NIK of a region,
    a possible birth date and a serial. Archives (a workbook, a backup) are looked into, and text of two bytes
    a letter is read as well. ``since`` (seconds since 1970) passes over files that were last written before.
    What is compressed or sealed cannot be seen, and is not in clear.
    """
    found: list[Left] = []
    for path in files(folders, since):
        found += _in_file(path, known)
        if len(found) >= most:
            break
    return found[:most]


def files(folders: Iterable[Path], since: float = 0) -> Iterator[Path]:
    """Every plain file under the folders written ``since``; one that goes away meanwhile is no matter."""
    for folder in folders:
        for path in _below(folder) if folder.is_dir() else [folder]:
            if SKIPPED.intersection(path.parts) or path.is_symlink() or not path.is_file():
                continue
            with suppress(FileNotFoundError):
                if path.stat().st_mtime >= since:
                    yield path


def _below(folder: Path) -> Iterator[Path]:
    """``os.walk`` passes over a folder that a living server removes meanwhile; ``rglob`` stops at it."""
    for at, inner, names in os.walk(folder):
        inner.sort()
        yield from (Path(at, name) for name in sorted(names))


def _in_file(path: Path, known: Container[str] | None) -> Iterator[Left]:
    try:
        with path.open("rb") as file:
            yield from _in_stream(file, str(path), known)
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    with archive.open(member) as file:
                        yield from _in_stream(file, f"{path}!{member}", known)
    except (FileNotFoundError, zipfile.BadZipFile):
        return


def _in_stream(file: IO[bytes], name: str, known: Container[str] | None) -> Iterator[Left]:
    at, rest = 0, b""
    while piece := file.read(PIECE):
        block = rest + piece
        seen: set[str] = set()
        digits = block.translate(_DIGITS)
        for pattern in [p for p, sign in ((RUN, _RUN), (WIDE, _WIDE)) if sign in digits]:
            for match in pattern.finditer(block):
                number = match[0].replace(b"\0", b"").decode()
                if number not in seen and (number in known if known is not None else plausible(number)):
                    seen.add(number)
                    yield Left(name, at - len(rest) + match.start(), number)
        at, rest = at + len(piece), block[-OVERLAP:]


def plausible(number: str) -> bool:
    """Whether 16 digits read as a NIK: a province of KPU, a possible birth date, a serial."""
    return "11" <= number[:2] <= "99" and not {p.code for p in check_nik(number)}


def main() -> int:
    """Look through the folders of the command line."""
    left = leftovers([Path(name) for name in sys.argv[1:]])
    for each in left:
        print(each)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
