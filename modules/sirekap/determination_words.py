"""Codes of determinations, in words: strategies, outcomes, places of ties, shares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.elections.models import Participant
from electsys.web.formats import angka

STRATEGIES: dict[str, Any] = {
    "sebaran_provinsi": _l("sebaran suara di provinsi"),
    "sebaran_kabko": _l("sebaran suara di kabupaten/kota"),
    "sebaran_kecamatan": _l("sebaran suara di kecamatan"),
    "sebaran_desa": _l("sebaran suara di desa/kelurahan"),
    "sebaran_tps": _l("sebaran suara di TPS"),
    "perempuan": _l("calon perempuan didahulukan"),
    "pleno": _l("putusan rapat pleno"),
    "suara": _l("jumlah suara"),
    "nomor": _l("nomor urut"),
}
OUTCOMES: dict[str, Any] = {
    "memutus": _l("memutus"),
    "masih_sama": _l("masih sama"),
    "belum_dinilai": _l("tidak dapat dinilai: angkanya belum ada"),
}
STATES = {
    "konsep": "wait",
    "pleno": "wait",
    "ditetapkan": "ok",
    "dibatalkan": "stop",
}
METHODS = {"sainte_lague": "Sainte-Laguë", "kuota_hare": "kuota Hare"}
KINDS: dict[str, Any] = {
    "menang": _l("terpilih"),
    "putaran_kedua": _l("putaran kedua"),
    "kotak_kosong": _l("tidak ada yang terpilih: pasangan tunggal kalah melawan kolom kosong"),
}


def percent(votes: int, valid: int) -> str:
    """A share in percent with two decimals, rounded from the exact fraction: ``16,72``; 0 of nothing."""
    if not valid:
        return "0,00"
    exact = Decimal(votes * 100) / Decimal(valid)
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP)).replace(".", ",")


def share_words(share: str) -> str:
    """A fraction of the law as people read it: ``1/25`` is ``4 %``."""
    exact = Fraction(share) * 100
    return f"{exact.numerator} %" if exact.denominator == 1 else share


def law_value(value: str) -> str:
    """A setting of the law as people read it: lists without brackets, strategies and methods by name."""
    if not value.startswith("["):
        return METHODS.get(value, value)
    return ", ".join(str(STRATEGIES.get(each, each)) for each in json.loads(value))


def quotient(votes: int, divisor: int) -> str:
    """A quotient as whole part and remainder: ``10.666 2/3``."""
    whole, rest = divmod(votes, divisor)
    return f"{angka(whole)} {rest}/{divisor}" if rest else str(angka(whole))


def place_words(place: str, parts: Mapping[str, str]) -> str:
    """Where a tie is: the last seats of a dapil, the names of a list there."""
    kind, _sep, rest = place.partition(":")
    key, _sep, party = rest.partition(":")
    where = parts.get(key, key)
    if kind == "kursi":
        return _("Kursi terakhir %(where)s", where=where)
    if kind == "calon":
        return _("Calon terpilih partai nomor %(party)s, %(where)s", party=party, where=where)
    if kind == "dpd":
        return _("Calon DPD terpilih %(where)s", where=where)
    return _("Pasangan calon, %(where)s", where=where or "Indonesia")


def ruling(text: str | None) -> str:
    """A ruling as it is called, with its court; where none is named ``Putusan Nomor ...``."""
    said = (text or "").strip()
    if said.lower().startswith("putusan"):
        return said
    return f"Putusan Nomor {said}" if said[:1].isdigit() else f"Putusan {said}"


def verdict(summary: Mapping[str, Any], names: Mapping[int, Participant]) -> str | None:
    """The outcome of a contest for an office in one sentence."""
    decision = summary.get("decision")
    if not decision:
        return None
    if decision["winner"] is not None:
        return _("%(name)s terpilih.", name=names[decision["winner"]].name)
    if decision["runoff"]:
        pairs = "; ".join(names[key].name for key in decision["runoff"])
        return _("Belum ada yang terpilih. Putaran kedua: %(pairs)s.", pairs=pairs)
    return str(KINDS["kotak_kosong"]).capitalize() + "."
