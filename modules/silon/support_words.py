"""The words of the support: flags, steps, what is lacking."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from electsys.web.formats import angka
from modules.silon.rules.support import Progress
from modules.silon.workflow.support import SUPPORTER

FLAGS = {
    "ganda_internal": _l("ganda dalam daftar ini"),
    "ganda_eksternal": _l("juga mendukung calon lain"),
    "bukan_pemilih": _l("tidak ada dalam daftar pemilih"),
    "pekerjaan": _l("pekerjaan yang dilarang"),
    "usia": _l("belum cukup umur"),
    "luar_wilayah": _l("di luar wilayah pemilihan"),
    "nik": _l("NIK tidak cocok"),
}
OUTCOMES = {
    "ajukan": _l("diserahkan"),
    "lanjut": _l("memenuhi, lanjut ke verifikasi faktual"),
    "perbaiki": _l("belum memenuhi, diperbaiki"),
    "memenuhi": _l("memenuhi syarat"),
    "tms": _l("tidak memenuhi syarat"),
}
FIELDS: dict[str, Any] = {
    "nik": _l("NIK"),
    "name": _l("Nama"),
    "sex": _l("Jenis kelamin"),
    "birth_place": _l("Tempat lahir"),
    "birth_date": _l("Tanggal lahir"),
    "marital_status": _l("Status perkawinan"),
    "occupation": _l("Pekerjaan"),
    "address": _l("Alamat"),
    "rt": _l("RT"),
    "rw": _l("RW"),
    "village_code": _l("Kode desa/kelurahan (10 angka)"),
}
TONES = {"ms": "state-ok", "tms": "state-stop", "ditarik": "state-none"}


def gaps_of(found: Progress) -> str:
    """What is lacking, in one line: supporters and areas."""
    return _(
        "%(counted)s dari %(minimum)s pendukung; sebaran %(reached)s dari %(areas)s wilayah yang diminta.",
        counted=angka(found.counted),
        minimum=angka(found.demand.minimum),
        reached=angka(found.reached),
        areas=angka(found.demand.areas),
    )


def flags_text(flags: list[str]) -> str:
    """The flags of a row in words."""
    return ", ".join(str(FLAGS[flag]) for flag in flags)


def badge(state: str) -> Markup:
    """The state of a row as a coloured word."""
    return Markup('<span class="state {}">{}</span>').format(
        TONES.get(state, "state-wait"), SUPPORTER.state_label(state)
    )
