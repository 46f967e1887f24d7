"""What a file may do by itself: scripts, programs, hidden files. Papers do nothing; such a file is refused.

A PDF is read object by object from its root (names written with ``#`` and objects inside compressed streams
come out plain); pages' pictures, fonts and text are passed over, for nothing in them can act. An SVG may hold
shapes only.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from flask_babel import gettext as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from electsys.documents.sealing import Source
from electsys.errors import Refused

#: More objects, or more seconds, than any honest paper of its size takes.
MAX_OBJECTS = 200_000
MAX_SECONDS = 20.0
#: Where nothing can act: what a page shows, how it is tagged, and the ways back up.
PASSIVE = {
    *("/Contents", "/Resources", "/Font", "/XObject", "/StructTreeRoot", "/Metadata", "/Parent", "/P"),
    *("/Thumb", "/Group", "/PieceInfo", "/OutputIntents", "/PageLabels", "/MK", "/Info", "/ID", "/Prev"),
}
SCRIPT, PROGRAM, HIDDEN, MEDIA, SENDER = "script", "program", "hidden", "media", "sender"
#: Types of actions (ISO 32000-2, 12.6.4) and of annotations (12.5.6) that a paper has no use for.
ACTIONS = {
    "/JavaScript": SCRIPT,
    "/Launch": PROGRAM,
    "/GoToE": HIDDEN,
    "/ImportData": SENDER,
    "/SubmitForm": SENDER,
    "/Rendition": MEDIA,
    "/Movie": MEDIA,
    "/Sound": MEDIA,
    "/RichMediaExecute": MEDIA,
    "/GoTo3DView": MEDIA,
}
ANNOTATIONS = {
    "/FileAttachment": HIDDEN,
    "/RichMedia": MEDIA,
    "/Movie": MEDIA,
    "/Sound": MEDIA,
    "/Screen": MEDIA,
    "/3D": MEDIA,
}
KEYS = {"/JS": SCRIPT, "/JavaScript": SCRIPT, "/XFA": SCRIPT, "/EmbeddedFiles": HIDDEN, "/EF": HIDDEN}


class TooComplex(Exception):
    """The file asks for more work than a paper may."""


def refuse_active_pdf(path: Source) -> None:
    """:class:`Refused` if a PDF holds anything that acts, or cannot be read well enough to tell."""
    try:
        with path.open("rb") as file:
            found = next(_active(PdfFileReader(file, strict=False)), None)
    except TooComplex:
        raise Refused(
            _("PDF ini terlalu rumit untuk diperiksa."),
            hint=_("Cetak ulang menjadi PDF (misalnya lewat menu Cetak), lalu unggah hasilnya."),
        ) from None
    except Exception as problem:  # a broken file breaks a reader in any way
        raise Refused(
            _("PDF ini rusak sehingga isinya tidak dapat diperiksa."),
            hint=_("Cetak ulang menjadi PDF (misalnya lewat menu Cetak), lalu unggah hasilnya."),
        ) from problem
    if found is not None:
        raise Refused(
            {
                SCRIPT: _("PDF ini memuat skrip (JavaScript atau formulir XFA)."),
                PROGRAM: _("PDF ini memuat perintah menjalankan program."),
                HIDDEN: _("PDF ini memuat berkas lain di dalamnya."),
                MEDIA: _("PDF ini memuat suara, video, atau objek 3D."),
                SENDER: _("PDF ini memuat perintah mengirim atau mengambil data."),
            }[found],
            hint=_("Cetak ulang menjadi PDF tanpa itu (misalnya lewat menu Cetak), lalu unggah hasilnya."),
        )


def _active(reader: PdfFileReader) -> Iterator[str]:
    """What acts in the PDF, as it is found."""
    end = time.monotonic() + MAX_SECONDS
    waiting: list[Any] = [reader.trailer.flatten()]
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting:
        item = waiting.pop()
        count += 1
        if count > MAX_OBJECTS or time.monotonic() > end:
            raise TooComplex
        if isinstance(item, generic.IndirectObject):
            if (item.idnum, item.generation) in seen:
                continue
            seen.add((item.idnum, item.generation))
            item = item.get_object()  # type: ignore[no-untyped-call]
        if isinstance(item, generic.ArrayObject):
            waiting.extend(item.raw_get(i) for i in range(len(item)))
        elif isinstance(item, generic.DictionaryObject):
            yield from _of_dictionary(item)
            waiting.extend(item.raw_get(key) for key in item if key not in PASSIVE)


def _of_dictionary(item: generic.DictionaryObject) -> Iterator[str]:
    for key, what in KEYS.items():
        if key in item and item[key] != generic.NullObject():
            yield what
    for key, table in (("/S", ACTIONS), ("/Subtype", ANNOTATIONS)):
        name = item.get(key)
        if isinstance(name, str) and name in table:
            yield table[name]


# --- SVG ------------------------------------------------------------------------------------------

#: Elements that run, embed, or style by foreign rules.
ELEMENTS = {
    *("script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "listener"),
    *("animate", "animatemotion", "animatetransform", "set", "style", "link", "meta"),
    *("use", "image", "feimage"),
}
#: Of these an inner reference is harmless.
INNER = {"use", "image", "feimage"}
#: What an address in a style begins with.
URL = re.compile(r"url\(['\"]?(.?)")


def refuse_active_svg(data: bytes) -> None:
    """:class:`Refused` if an SVG holds a script, or a reference to anything outside itself.

    Entities are refused as such: they can unpack to gigabytes, or read files.
    """
    parser = expat.ParserCreate()
    parser.StartElementHandler = _svg_element
    parser.StartDoctypeDeclHandler = _refuser(_svg_outside)
    parser.EntityDeclHandler = _refuser(_svg_outside)
    parser.ProcessingInstructionHandler = _svg_instruction
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise Refused(
            _("Berkas SVG ini rusak atau terpotong."),
            hint=_("Buka berkas di perangkat Anda untuk memeriksanya, lalu unggah lagi."),
        ) from problem


def _svg_element(name: str, attributes: dict[str, str]) -> None:
    local = name.rpartition(":")[2].lower()
    if local in ELEMENTS - INNER:
        raise _svg_script() if local not in ("style", "link") else _svg_outside()
    for key, value in attributes.items():
        plain = key.rpartition(":")[2].lower()
        squeezed = "".join(value.split()).lower()
        if plain.startswith("on") or squeezed.startswith("javascript:"):
            raise _svg_script()
        if plain in ("href", "src") and local != "a" and not _inner(squeezed):
            raise _svg_outside()
        if any(first != "#" for first in URL.findall(squeezed)) or (plain == "style" and "\\" in value):
            raise _svg_outside()
        if local == "a" and plain == "href" and not squeezed.startswith(("#", "https:", "http:")):
            raise _svg_script()


def _inner(value: str) -> bool:
    return value.startswith(("#", "data:image/png;base64,", "data:image/jpeg;base64,"))


def _svg_instruction(target: str, _data: str) -> None:
    if target.lower() != "xml":
        raise _svg_outside()


def _refuser(refusal: Callable[[], Refused]) -> Callable[..., None]:
    def refuse(*_anything: Any) -> None:
        raise refusal()

    return refuse


def _svg_script() -> Refused:
    return Refused(
        _("Gambar SVG ini memuat skrip."),
        hint=_("Simpan ulang sebagai SVG biasa tanpa skrip, atau sebagai PNG."),
    )


def _svg_outside() -> Refused:
    return Refused(
        _("Gambar SVG ini merujuk ke luar berkasnya."),
        hint=_("Sematkan gambarnya, atau simpan sebagai PNG."),
    )
