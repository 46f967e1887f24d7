"""The words of the requirements: what is missing, where, and why a party is not enough yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.web.formats import angka, title_region
from modules.sipol.queries.requirements import Judgement
from modules.sipol.rules.requirements import (
    CENTRE,
    DISTRICT,
    PROVINCE,
    SUBDISTRICT,
    Gap,
    Requirement,
    Verdict,
    failing,
)

#: What an area is called, by the digits of its code; and its parts.
LEVELS = {
    CENTRE: _l("pusat"),
    PROVINCE: _l("provinsi"),
    DISTRICT: _l("kabupaten/kota"),
    SUBDISTRICT: _l("kecamatan"),
}
PARTS = {CENTRE: LEVELS[PROVINCE], PROVINCE: LEVELS[DISTRICT], DISTRICT: LEVELS[SUBDISTRICT]}
FACTS = {
    "sk_menteri": _l("nomor SK Menteri"),
    "berita_negara": _l("nomor Berita Negara"),
    "lambang": _l("lambang"),
}
OFFICES = {"ketua": _l("ketua"), "sekretaris": _l("sekretaris"), "bendahara": _l("bendahara")}
STATES = {"memenuhi": _l("memenuhi"), "sebagian": _l("belum lengkap"), "kosong": _l("belum diisi")}
#: The lines of art. 173(2).
LINES = {
    "badan_hukum": _l("Badan hukum menurut UU Partai Politik"),
    "provinsi": _l("Kepengurusan di provinsi"),
    "kabko": _l("Kepengurusan di kabupaten/kota setiap provinsi"),
    "kecamatan": _l("Kepengurusan di kecamatan setiap kabupaten/kota"),
    "perempuan": _l("Perempuan dalam kepengurusan pusat"),
    "anggota": _l("Anggota ber-KTA di kabupaten/kota"),
    "kantor": _l("Kantor tetap"),
    "lambang": _l("Nama dan lambang"),
    "rekening": _l("Rekening dana kampanye"),
    "dokumen": _l("Dokumen setiap tempat"),
    "lengkap": _l("Kabupaten/kota yang lengkap sekaligus"),
}
UNITS = {
    "fakta": _l("keterangan"),
    "provinsi": _l("provinsi"),
    "kabko": _l("kabupaten/kota"),
    "orang": _l("perempuan"),
    "tempat": _l("tempat"),
}


def line_words(line: Requirement) -> str:
    """What a line still lacks: "kurang 3 dari 38 provinsi", or that it is met."""
    if line.met:
        return _("terpenuhi (%(found)s dari %(needed)s)", found=angka(line.found), needed=angka(line.needed))
    return _(
        "kurang %(missing)s dari %(needed)s %(unit)s",
        missing=angka(line.missing),
        needed=angka(line.needed),
        unit=UNITS[line.unit],
    )


def gap_words(gap: Gap, level: int, documents: Mapping[str, Any], *, brief: bool = False) -> str:
    """One thing that is missing in an area whose code has ``level`` digits. ``documents``: code -> label.

    ``brief`` leaves the names of parts and documents out, where a page of their own has them.
    """
    if gap.aspect == "bagian" and brief:
        return _(
            "%(found)s dari %(of)s %(part)s memenuhi, perlu %(needed)s",
            found=angka(gap.found),
            of=angka(gap.of),
            part=PARTS[level],
            needed=angka(gap.needed),
        )
    if gap.aspect == "dokumen" and brief:
        return _("%(n)s dokumen belum diunggah", n=angka(gap.missing))
    if gap.aspect == "bagian":
        return _(
            "%(found)s dari %(of)s %(part)s memenuhi, perlu %(needed)s; kurang %(missing)s dari: %(names)s",
            found=angka(gap.found),
            of=angka(gap.of),
            part=PARTS[level],
            needed=angka(gap.needed),
            missing=angka(gap.missing),
            names=", ".join(title_region(name) for name in gap.names),
        )
    if gap.aspect == "anggota":
        return _(
            "anggota %(found)s, perlu %(needed)s; kurang %(missing)s",
            found=angka(gap.found),
            needed=angka(gap.needed),
            missing=angka(gap.missing),
        )
    if gap.aspect == "perempuan":
        return _(
            "perempuan %(found)s dari %(of)s pengurus, perlu %(needed)s",
            found=angka(gap.found),
            of=angka(gap.of),
            needed=angka(gap.needed),
        )
    labels = {"inti": OFFICES, "profil": FACTS, "dokumen": documents}.get(gap.aspect, {})
    names = ", ".join(str(labels.get(name, name)) for name in gap.names)
    said = {  # functions: a party that has nothing yet lacks ten thousand things
        "profil": lambda: _("profil belum memuat: %(names)s", names=names),
        "kepengurusan": lambda: _("kepengurusan belum ada"),
        "inti": lambda: _("pengurus belum lengkap, belum ada: %(names)s", names=names),
        "kantor": lambda: _("kantor tetap belum ada"),
        "rekening": lambda: _("rekening belum ada"),
        "dokumen": lambda: _("dokumen belum diunggah: %(names)s", names=names),
    }
    return said[gap.aspect]()


def area_name(verdict: Verdict, party: str) -> str:
    """The area in reading case; the centre is that of the party."""
    return title_region(verdict.area.name) if verdict.code else _("Pusat %(party)s", party=party)


@dataclass(frozen=True)
class Line:
    """Why one area does not meet the law yet: its code, how deep it lies, its name, what is missing."""

    code: str
    depth: int
    name: str
    reasons: tuple[str, ...]
    #: Things that are missing of its own, without its parts.
    own: int


def trace(judged: Judgement, party: str = "", documents: Mapping[str, Any] | None = None) -> list[Line]:
    """Every area that fails, from the top, each before its parts, with all that it lacks."""
    depth = len(judged.verdict.code)
    return [
        Line(
            verdict.code,
            (len(verdict.code) - depth) // 2,
            area_name(verdict, party),
            reasons(verdict, documents or {}),
            sum(gap.aspect != "bagian" for gap in verdict.gaps),
        )
        for verdict in failing(judged.verdict)
    ]


def reasons(verdict: Verdict, documents: Mapping[str, Any], *, brief: bool = False) -> tuple[str, ...]:
    """All that an area lacks, in words."""
    return tuple(gap_words(gap, len(verdict.code), documents, brief=brief) for gap in verdict.gaps)


def unmet_words(judged: Judgement) -> str:
    """The lines of the article that are not met, each with what it lacks, in one sentence."""
    return joined([f"{LINES[line.key]} ({line_words(line)})" for line in judged.lines if not line.met])


def short_words(verdict: Verdict) -> str:
    """An area in one breath, for a map or a row: its state and how many of its parts are there."""
    state = str(STATES[verdict.state])
    if not verdict.parts:
        return state
    return _(
        "%(state)s: %(found)s dari %(of)s %(part)s memenuhi, perlu %(needed)s",
        state=state,
        found=angka(verdict.found),
        of=angka(len(verdict.parts)),
        part=PARTS[len(verdict.code)],
        needed=angka(verdict.needed),
    )


def joined(texts: Sequence[str]) -> str:
    """Several reasons as one sentence."""
    return "; ".join(texts)
