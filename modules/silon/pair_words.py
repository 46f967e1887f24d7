"""The words of pairs: thresholds and their traces, ages, what is still missing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.web.formats import angka
from modules.silon.rules.pairs import Threshold

HEADS = {
    "ppwp": (_l("Calon presiden"), _l("Calon wakil presiden")),
    "gubernur": (_l("Calon gubernur"), _l("Calon wakil gubernur")),
    "bupati_walikota": (_l("Calon bupati/wali kota"), _l("Calon wakil bupati/wali kota")),
}
BY = {
    "kursi": _l("kursi DPR"),
    "suara": _l("suara sah pemilu terakhir"),
    "peserta": _l("partai peserta pemilu"),
    "dukungan": _l("dukungan perseorangan"),
}
#: What the ballot calls the column beside a single pair (UU 10/2016 art. 54C).
EMPTY = "Kolom kosong yang tidak bergambar"


def exact(value: Fraction) -> str:
    """A number as people write it: whole, or with its decimals where they end, else as a fraction."""
    if value.denominator == 1:
        return angka(value.numerator)
    scaled = value * 10_000
    if scaled.denominator == 1:
        digits = f"{scaled.numerator % 10_000:04}".rstrip("0")
        return f"{angka(scaled.numerator // 10_000)},{digits}"
    return f"{angka(value.numerator)}/{angka(value.denominator)}"


def percent(share: Fraction) -> str:
    """A share in percent."""
    return f"{exact(share * 100)} %"


def trace_of(found: Threshold) -> str:
    """How a threshold was judged, to be followed with pencil and paper."""
    if found.by == "peserta":
        return _("%(n)s partai peserta; satu sudah cukup.", n=angka(found.have))
    if not found.total:
        return _("Hasil pemilu terakhir belum ada: bagian tidak dapat dihitung.")
    return _(
        "%(share)s × %(total)s = %(needed)s; gabungan %(have)s: %(verdict)s.",
        share=percent(found.share),
        total=angka(found.total),
        needed=exact(found.needed),
        have=angka(found.have),
        verdict=_("memenuhi") if found.passes else _("kurang %(n)s", n=angka(found.lacking)),
    )


def heads_of(kind: str) -> tuple[Any, Any]:
    """What the two persons of a pair are called."""
    return HEADS[kind]
