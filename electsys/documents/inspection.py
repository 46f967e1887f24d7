"""Is a file what it claims to be, and within the limits of its purpose? Each no is a sentence.

The content decides, never the name. Whatever could blow up (a picture of a billion pixels, a
workbook that unpacks to a terabyte) is refused by its headers, before anything is unpacked.
"""

from __future__ import annotations

import io
import re
import struct
import threading
import warnings
import zipfile
import zlib
from typing import IO

import filetype
import pypdfium2
from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError

from electsys.documents.activity import refuse_active_pdf, refuse_active_svg
from electsys.documents.cleaning import Malformed, clean_jpeg, clean_png
from electsys.documents.kinds import CSV, JPEG, JSON, NAMES, PDF, PNG, SVG, XLSX, Kind
from electsys.documents.sealing import Source
from electsys.errors import Refused
from electsys.web.formats import angka, ukuran

HEAD = 64 * 1024
#: A workbook is unpacked in pieces of this size, to count and forget.
OUT = 1 << 20
#: A workbook may unpack to this many times its size, once it is larger than a few megabytes.
XLSX_RATIO = 200
XLSX_SMALL = 32 * 1024**2
#: Sheets, styles and pictures of an honest workbook are far fewer.
XLSX_ENTRIES = 5_000
ORIENTATION = 274
#: An SVG by its root element, after whatever may stand before it.
#: A page of the web, saved under another ending (often a log-in page in place of the file that was wanted).
HTML_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,400}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
SVG_HEAD = re.compile(
    rb"\A(?>\s*(?:<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>))*+\s*<(?:\w+:)?svg[\s>/]", re.DOTALL | re.IGNORECASE
)
#: A drawing is small; this much text in one is a photo in disguise, or an attack.
SVG_MAX = 5_000_000
#: PDFium is not safe in threads: one call at a time, wherever in the process.
PDFIUM = threading.Lock()


def inspect(path: Source, size: int, kind: Kind) -> str:
    """The media type of the file by its content; :class:`Refused` if the purpose does not take it."""
    if size == 0:
        raise Refused(_("Berkas ini kosong."), hint=_("Pilih berkas yang berisi."))
    media = media_type(path)
    if media == CSV and JSON in kind.media and _is_json(path):
        media = JSON
    if media not in kind.media:
        raise _wrong_format(path, kind)
    if media == XLSX:
        _inspect_xlsx(path, size)
    elif media in (JPEG, PNG):
        _inspect_image(path, kind)
    elif media == PDF:
        _inspect_pdf(path, kind)
        refuse_active_pdf(path)
    elif media == SVG:
        _inspect_svg(path, size)
    return media


def too_large(kind: Kind) -> Refused:
    """The refusal of a file above the size limit."""
    return Refused(
        _(
            "Berkas melebihi batas %(limit)s untuk %(label)s.",
            limit=ukuran(kind.max_bytes),
            label=kind.label,
        ),
        hint=_("Perkecil atau bagi berkas, lalu unggah lagi."),
        status=413,
    )


def media_type(path: Source) -> str | None:
    """The media type by magic bytes; text without NUL is CSV; None for what nobody here takes."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    guess = filetype.guess_mime(head)
    if guess in (JPEG, PNG, PDF):
        return str(guess)
    if head.startswith(b"PK\x03\x04"):
        return XLSX if _is_workbook(path) else None
    if SVG_HEAD.search(head.lstrip(b"\xef\xbb\xbf")):
        return SVG
    if guess is None and is_text(head):
        return CSV
    return None


def _is_json(path: Source) -> bool:
    """Whether a text begins as a JSON object; whether it is one, its reader finds out."""
    with path.open("rb") as file:
        return file.read(HEAD).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def is_text(head: bytes) -> bool:
    """Whether the first bytes look like a table in UTF-8, UTF-16 with a mark, or Latin-1."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    controls = set(range(32)) - {9, 10, 12, 13, 26}
    return not controls & set(head)


def clean(data: bytes, media: str) -> bytes:
    """The picture without what it tells about its maker; other files as they are."""
    try:
        if media == JPEG:
            return clean_jpeg(data, _orientation(data))
        if media == PNG:
            return clean_png(data)
    except Malformed as problem:
        raise _broken(NAMES[media]) from problem
    return data


def _orientation(data: bytes) -> int:
    with Image.open(io.BytesIO(data)) as image:
        value = image.getexif().get(ORIENTATION, 1)
    return value if isinstance(value, int) else 1


def _wrong_format(path: Source, kind: Kind) -> Refused:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"):
        return Refused(
            _("Foto berformat HEIC belum dapat diterima; yang diterima: %(formats)s.", formats=kind.formats),
            hint=_('Di iPhone pilih Pengaturan > Kamera > Format > "Paling Kompatibel", lalu foto ulang.'),
            status=415,
        )
    if head.startswith(b"PK\x03\x04") and XLSX in kind.media:
        return Refused(
            _("Berkas ini arsip ZIP, bukan buku kerja Excel, walau namanya berakhiran .xlsx."),
            hint=_("Buka arsipnya, lalu unggah berkas CSV atau XLSX di dalamnya."),
            status=415,
        )
    if SVG_HEAD.search(head):
        return Refused(
            _("Gambar SVG tidak diterima di sini; yang diterima: %(formats)s.", formats=kind.formats),
            hint=_("Simpan gambarnya sebagai PNG atau PDF, lalu unggah lagi."),
            status=415,
        )
    guess = "html" if HTML_HEAD.match(head) else filetype.guess_extension(head)
    return Refused(
        _("Isi berkas ini %(found)s; yang diterima: %(formats)s.", found=guess.upper(), formats=kind.formats)
        if guess
        else _("Isi berkas ini tidak dikenali; yang diterima: %(formats)s.", formats=kind.formats),
        hint=_("Mengganti nama berkas tidak mengubah isinya. Simpan ulang dalam format yang diterima."),
        status=415,
    )


def _broken(name: str) -> Refused:
    return Refused(
        _("Berkas %(name)s ini rusak atau terpotong.", name=name),
        hint=_("Buka berkas di perangkat Anda untuk memeriksanya, lalu unggah lagi."),
    )


def _inspect_image(path: Source, kind: Kind) -> None:
    """Refuse by the pixels that the header promises; then decode once, so that a cut file is found."""
    limit = kind.max_pixels or 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit comes next
            with path.open("rb") as file, Image.open(file, formats=("JPEG", "PNG")) as image:
                if image.width * image.height > limit:
                    raise _too_many_pixels(image.width, image.height, limit)
                image.load()
    except Image.DecompressionBombError as problem:
        raise _too_many_pixels(*_claimed_size(path), limit) from problem
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as problem:
        raise _broken(_("gambar")) from problem


def _too_many_pixels(width: int, height: int, limit: int) -> Refused:
    return Refused(
        _(
            "Gambar %(width)s × %(height)s piksel melebihi batas %(limit)s juta piksel.",
            width=angka(width),
            height=angka(height),
            limit=angka(limit // 1_000_000),
        ),
        hint=_("Foto ulang dengan resolusi lebih rendah, atau perkecil gambarnya."),
        status=413,
    )


def _claimed_size(path: Source) -> tuple[int, int]:
    """Width and height in the header of a PNG (IHDR), the only format here that can claim 2^31."""
    with path.open("rb") as file:
        head = file.read(24)
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _inspect_pdf(path: Source, kind: Kind) -> None:
    pages = _pages(path)
    if pages == 0:
        raise _broken("PDF")
    if kind.max_pages is not None and pages > kind.max_pages:
        raise Refused(
            _(
                "PDF ini %(pages)s halaman; batasnya %(limit)s halaman.",
                pages=angka(pages),
                limit=angka(kind.max_pages),
            ),
            hint=_("Unggah hanya halaman yang diperlukan."),
            status=413,
        )


def _pages(path: Source) -> int:
    with PDFIUM, path.open("rb") as file:
        try:
            document = pypdfium2.PdfDocument(file)
        except pypdfium2.PdfiumError as problem:
            if "password" in str(problem).lower():
                raise Refused(
                    _("PDF ini terkunci kata sandi."), hint=_("Simpan tanpa kata sandi, lalu unggah lagi.")
                ) from problem
            raise _broken("PDF") from problem
        try:
            if pypdfium2.raw.FPDF_GetSecurityHandlerRevision(document.raw) != -1:  # opens, but is encrypted
                raise Refused(
                    _("PDF ini dienkripsi atau dibatasi pemakaiannya."),
                    hint=_("Simpan tanpa pengamanan, lalu unggah lagi."),
                )
            return len(document)
        finally:
            document.close()


def _inspect_svg(path: Source, size: int) -> None:
    if size > SVG_MAX:
        raise Refused(
            _("Gambar SVG ini %(size)s; batasnya %(limit)s.", size=ukuran(size), limit=ukuran(SVG_MAX)),
            hint=_("Simpan gambarnya sebagai PNG."),
            status=413,
        )
    with path.open("rb") as file:
        refuse_active_svg(file.read())


def _is_workbook(path: Source) -> bool:
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    return "[Content_Types].xml" in names and "xl/workbook.xml" in names


def _inspect_xlsx(path: Source, size: int) -> None:
    """Refuse a workbook that unpacks to more than it may, by its directory and by its true content."""
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if len(entries) > XLSX_ENTRIES:
            raise _bomb(
                _("buku kerja ini berisi %(count)s bagian", count=angka(len(entries))),
                angka(XLSX_ENTRIES),
            )
        allowed = max(XLSX_SMALL, size * XLSX_RATIO)
        claimed = sum(entry.file_size for entry in entries)
        if claimed > allowed:
            raise _bomb(
                _("buku kerja ini mengembang menjadi %(size)s", size=ukuran(claimed)), ukuran(allowed)
            )
        with path.open("rb") as raw:
            for entry in entries:
                if entry.flag_bits & 1:
                    raise Refused(
                        _("Buku kerja ini terkunci kata sandi."),
                        hint=_("Simpan tanpa kata sandi, lalu unggah lagi."),
                    )
                if not _honest(raw, entry):
                    raise _broken("XLSX")


def _honest(raw: IO[bytes], entry: zipfile.ZipInfo) -> bool:
    """Whether an entry unpacks to exactly the size that the directory gives, never reading beyond it."""
    raw.seek(entry.header_offset)
    local = raw.read(30)
    if len(local) != 30 or not local.startswith(b"PK\x03\x04"):
        return False
    name, extra = struct.unpack("<HH", local[26:30])
    raw.seek(name + extra, io.SEEK_CUR)
    if entry.compress_type == zipfile.ZIP_STORED:
        return entry.compress_size == entry.file_size
    return entry.compress_type == zipfile.ZIP_DEFLATED and _inflated(raw, entry) == entry.file_size


def _inflated(raw: IO[bytes], entry: zipfile.ZipInfo) -> int | None:
    """How many bytes an entry unpacks to, given up one piece beyond the promised size; None if broken."""
    unpack, left, produced = zlib.decompressobj(-15), entry.compress_size, 0
    try:
        while left > 0 and not unpack.eof and produced <= entry.file_size:
            piece = raw.read(min(left, HEAD))
            left -= len(piece) or left
            more = True
            while more and produced <= entry.file_size:
                out = len(unpack.decompress(piece, OUT))
                produced += out
                piece = unpack.unconsumed_tail
                more = bool(piece) or out == OUT
    except zlib.error:
        return None
    return produced if unpack.eof or produced > entry.file_size else None


def _bomb(what: str, limit: str) -> Refused:
    return Refused(
        _("Berkas ditolak: %(what)s; batasnya %(limit)s.", what=what, limit=limit),
        hint=_("Salin datanya ke buku kerja baru tanpa format dan gambar, atau simpan sebagai CSV."),
        status=413,
    )
