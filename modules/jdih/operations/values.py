"""The values of a document: cleaned, checked, and what the register fills in by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.regions.queries import names
from electsys.regions.rules import code_in
from electsys.web.formats import title_region
from modules.jdih.models import LawDocument, LawKind
from modules.jdih.rules import metadata, rulings


def values_of(document: LawDocument) -> dict[str, Any]:
    """The metadata of a document as it stands."""
    return {f.name: getattr(document, f.name) for f in metadata.fields_of(document.kind_row.type)}


def clean_values(type: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without blanks; a field that the type does not have is a mistake of the program."""
    known = {f.name: f for f in metadata.fields_of(type)}
    if unknown := sorted(set(values) - set(known)):
        raise LookupError(f"{type} has no field {unknown}")
    clean: dict[str, Any] = {}
    for name, value in values.items():
        if known[name].input in ("list", "checks", "regions"):
            clean[name] = list(dict.fromkeys(" ".join(v.split()) for v in value or [] if v.strip()))
        elif isinstance(value, str):
            text = value.replace("\0", "").replace("\r\n", "\n").strip()
            clean[name] = text if known[name].input == "long" else " ".join(text.split())
            if len(clean[name]) > known[name].max:
                raise Refused(_("Isi paling banyak %(max)d huruf.", max=known[name].max), field=name)
        else:
            clean[name] = value
    _check_values(clean)
    return clean


def _check_values(clean: Mapping[str, Any]) -> None:
    if clean.get("isbn") and not metadata.isbn_is_valid(clean["isbn"]):
        raise Refused(
            _("ISBN ini salah: angka periksanya tidak cocok."),
            field="isbn",
            hint=_("Salin 13 atau 10 angka dari halaman hak cipta buku."),
        )
    if unknown := set(clean.get("ruling_kinds", ())) - set(rulings.KINDS):
        raise LookupError(f"a ruling does not concern {sorted(unknown)}")
    if regions := clean.get("ruling_regions"):
        known = names(code_in(code) or "" for code in regions)
        for code in regions:
            if code not in known:
                raise Refused(_("Wilayah dengan kode %(code)s tidak ada.", code=code), field="ruling_regions")
    first, last = clean.get("set_on"), clean.get("promulgated_on")
    if isinstance(first, dt.date) and isinstance(last, dt.date) and last < first:
        raise Refused(_("Tanggal pengundangan mendahului tanggal penetapan."), field="promulgated_on")


def empty(name: str) -> Any:
    """What an emptied field holds: null where the column has no other nothing."""
    column = LawDocument.__table__.c[name]
    if column.nullable:
        return None
    return [] if input_of(name) in ("list", "checks", "regions") else ""


def input_of(name: str) -> str:
    """How a field is entered."""
    return next(f.input for f in metadata.FIELDS if f.name == name)


def defaults(kind: LawKind, unit: str) -> dict[str, Any]:
    """What the register can fill in by itself."""
    filled: dict[str, Any] = {"language": "Indonesia", "field_of_law": "Hukum tata negara"}
    filled["heading"], filled["place"] = office(kind, unit)
    if kind.type == "putusan":
        filled["court"] = kind.name.removeprefix("Putusan ")
    return filled


def office(kind: LawKind, unit: str) -> tuple[str, str]:
    """Heading (T.E.U.) and place of a satker's documents."""
    if kind.type == "putusan":
        return f"Indonesia. {kind.name.removeprefix('Putusan ')}", "Jakarta" if unit == "" else ""
    if kind.document_kind is None and kind.type == "peraturan" and kind.code != "sd":
        return "Indonesia", "Jakarta"
    if unit == "":
        return "Indonesia. Komisi Pemilihan Umum", "Jakarta"
    name = title_region(names([unit]).get(unit))
    level = "Provinsi" if len(unit) == 2 else "Kota" if int(unit[2:4]) >= 71 else "Kabupaten"
    plain = name.removeprefix("Kota ") if level == "Kota" else name
    return f"{plain} ({level}). Komisi Pemilihan Umum", plain
