"""What kind of file is this? Its format, encoding, delimiter; anything that is no table is refused."""

from __future__ import annotations

import codecs
import csv
import zipfile
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _

from electsys.documents.sealing import Source, size_of
from electsys.errors import Refused
from electsys.intake.specs import Spec

CHUNK = 1 << 20
DELIMITERS = (",", ";", "\t", "|")
#: calamine holds a sheet in memory, so a larger one is sent back to be saved as CSV.
XLSX_LIMIT = 160 * 1024**2
MAX_COLUMNS = 2000


@dataclass(frozen=True)
class Format:
    """How a file is to be read.

    ``plain`` CSV (UTF-8, no blank lines, usual line ends) can be read by DuckDB as it lies; any
    other is rewritten first. A ``bare`` one has no quotes and backslashes either, so that every
    reader takes it alike.
    """

    kind: Literal["csv", "xlsx"]
    encoding: str = "utf-8"
    delimiter: str = ","
    plain: bool = False
    bare: bool = False


def detect(path: Source, spec: Spec) -> Format:
    """Look at the whole file once, by the megabyte; raise :class:`Refused` if it is no table."""
    if size_of(path) == 0:
        raise Refused(_("Berkas ini kosong."), hint=_("Kirim berkas CSV atau XLSX yang berisi data."))
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK\x03\x04"):
        return _detect_xlsx(path)
    _refuse_strangers(head)
    return _detect_csv(path, spec, head)


def _refuse_strangers(head: bytes) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            _("Berkas ini buku kerja Excel lama (.xls) atau terkunci kata sandi."),
            hint=_("Simpan sebagai XLSX tanpa kata sandi, atau sebagai CSV."),
        )
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<style")):
        raise Refused(
            _("Berkas ini halaman web (HTML), bukan tabel."),
            hint=_("Buka di Excel atau LibreOffice, lalu simpan sebagai XLSX atau CSV."),
        )
    if head.startswith((b"PK", b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf")):
        raise Refused(
            _("Berkas ini bukan tabel CSV atau XLSX."),
            hint=_("Kirim berkas CSV atau XLSX; berkas terkompresi harus dibuka dahulu."),
        )


def _detect_xlsx(path: Source) -> Format:
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            size = sum(
                i.file_size
                for i in archive.infolist()
                if i.filename.startswith("xl/worksheets/") or i.filename == "xl/sharedStrings.xml"
            )
    except zipfile.BadZipFile:
        raise Refused(
            _("Berkas ini rusak atau terpotong."), hint=_("Simpan ulang dari aslinya, lalu kirim lagi.")
        ) from None
    if "xl/workbook.xml" not in names:
        raise Refused(
            _("Berkas ini arsip ZIP, bukan buku kerja XLSX."),
            hint=_("Kirim berkas CSV atau XLSX di dalamnya, bukan arsipnya."),
        )
    if size > XLSX_LIMIT:
        raise Refused(
            _("Buku kerja XLSX ini terlalu besar."),
            hint=_("Simpan sebagai CSV, lalu kirim berkas CSV itu; CSV boleh sampai 2 GB."),
        )
    return Format("xlsx")


def _detect_csv(path: Source, spec: Spec, head: bytes) -> Format:
    encoding = _encoding_by_mark(head)
    if encoding is None or encoding == "utf-8-sig":
        scan = _scan(path)
        if scan.nul:
            raise Refused(
                _("Berkas ini bukan teks: ada bita NUL di dalamnya."),
                hint=_("Kirim berkas CSV atau XLSX; jangan berkas program lain yang diganti namanya."),
            )
        if not scan.utf8:
            encoding = "cp1252" if scan.cp1252 else "latin-1"
        encoding = encoding or "utf-8"
        plain = scan.utf8 and not scan.odd_lines
        return Format("csv", encoding, _delimiter(path, encoding, spec), plain, plain and scan.bare)
    return Format("csv", encoding, _delimiter(path, encoding, spec))


def _encoding_by_mark(head: bytes) -> str | None:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # UTF-16 without a mark: every other byte of a table of digits and names is NUL.
    even, odd = head[0:400:2], head[1:400:2]
    if len(odd) > 3 and odd.count(0) > len(odd) * 0.8 and not even.count(0):
        return "utf-16-le"
    if len(even) > 3 and even.count(0) > len(even) * 0.8 and not odd.count(0):
        return "utf-16-be"
    return None


@dataclass
class _Scan:
    bare: bool = True
    nul: bool = False
    utf8: bool = True
    cp1252: bool = True
    odd_lines: bool = False


def _scan(path: Source) -> _Scan:
    scan = _Scan()
    decoder = codecs.getincrementaldecoder("utf-8")()
    last = b"\n"  # so that a blank first line is seen too
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            scan.nul = scan.nul or b"\0" in chunk
            scan.bare = scan.bare and b'"' not in chunk and b"\\" not in chunk
            seam = last + chunk
            returns = seam.count(b"\r") - seam.endswith(b"\r")
            scan.odd_lines = (
                scan.odd_lines or b"\n\n" in seam or b"\n\r" in seam or returns != seam.count(b"\r\n")
            )
            if scan.utf8 and not chunk.isascii():
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    scan.utf8 = False
            elif scan.utf8 and decoder.getstate()[0]:
                scan.utf8 = False
            scan.cp1252 = scan.cp1252 and not any(b in chunk for b in _UNDEFINED_1252)
            last = seam[-2:]
    if decoder.getstate()[0]:
        scan.utf8 = False
    if last.endswith(b"\r"):
        scan.odd_lines = True
    return scan


_UNDEFINED_1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")


def _delimiter(path: Source, encoding: str, spec: Spec) -> str:
    """The delimiter under which the first lines name most of our columns; then the most columns."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            sample = file.read(1 << 16)
    except UnicodeError:
        raise Refused(
            _("Huruf di dalam berkas ini tidak dapat dibaca."), hint=_("Simpan sebagai CSV UTF-8.")
        ) from None
    if sample[:4].lower() == "sep=":
        return sample[4]
    first = next((line for line in sample.splitlines() if line.strip()), "")

    def merit(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([first], delimiter=delimiter))
        except (csv.Error, StopIteration):
            return 0, 0
        return len({spec.find(c) for c in cells} - {None}), len(cells)

    return max(DELIMITERS, key=merit)
