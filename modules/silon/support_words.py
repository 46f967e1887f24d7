"""The words of the support: flags, steps, what is lacking."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from electsys.verification import Reason as Canned
from electsys.web.formats import angka
from modules.silon.rules.support import Progress, Repair
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
#: How those who are supported mend a flagged row.
CURES: dict[str, Any] = {
    "ganda_internal": _l("Hanya baris pertama yang dihitung; tarik yang ini."),
    "ganda_eksternal": _l("Orang ini didatangi dan memilih satu calon yang didukungnya."),
    "bukan_pemilih": _l("Periksa NIK-nya pada KTP-el, atau ganti pendukungnya."),
    "pekerjaan": _l("Orang dengan pekerjaan ini tidak boleh mendukung; ganti pendukungnya."),
    "usia": _l("Periksa tanggal lahir dan status perkawinannya pada KTP-el."),
    "luar_wilayah": _l("Pendukung harus tinggal di wilayah pemilihan ini."),
    "nik": _l("Periksa NIK, tanggal lahir, dan jenis kelaminnya pada KTP-el."),
}
#: What proves a supporter: kinds of papers (domain.md 4.3, 4.5).
PAPERS: dict[str, Any] = {"pernyataan": _l("surat pernyataan dukungan"), "ktp": _l("KTP-el")}
#: Purpose of their files: sealed, and given to nobody without a watermark.
PAPER_PURPOSE = "supporter_paper"
EVENTS: dict[str, Any] = {
    "putus": _l("Diputus"),
    "tarik": _l("Ditarik"),
    "ubah": _l("Diperbaiki"),
    "faktual": _l("Verifikasi faktual"),
    "putusan": _l("Putusan"),
}
DESK_REASONS = (
    Canned("tanpa_ktp", _l("Salinan KTP-el tidak ada atau tidak terbaca")),
    Canned("tanpa_tanda_tangan", _l("Surat pernyataan tidak ditandatangani atau dicap jempol")),
    Canned("data_beda", _l("Isi surat atau KTP-el berbeda dengan data pendukung")),
    Canned("orang_lain", _l("Dokumen milik orang lain")),
    Canned("palsu", _l("Dukungan palsu atau diragukan keasliannya"), for_=("tms",)),
    Canned("tidak_diperbaiki", _l("Tidak diperbaiki dalam masa perbaikan"), for_=("tms",)),
    Canned("lain", _l("Alasan lain, ditulis dalam catatan")),
)
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


def sentence(words: object) -> str:
    """Words at the beginning of a line: "NIK" and "KTP-el" stay what they are."""
    said = str(words)
    return said[:1].upper() + said[1:]


def gaps_of(found: Progress) -> str:
    """What is lacking, in one line: supporters and areas."""
    return _(
        "%(counted)s dari %(minimum)s pendukung; sebaran %(reached)s dari %(areas)s wilayah yang diminta.",
        counted=angka(found.counted),
        minimum=angka(found.demand.minimum),
        reached=angka(found.reached),
        areas=angka(found.demand.areas),
    )


def repair_text(found: Repair) -> str:
    """What a repair asks for, in one line."""
    if found.factor == 1:
        return _(
            "Perbaikan meminta paling sedikit %(needed)s pendukung baru, sebanyak kekurangannya;"
            " sudah diisi %(given)s.",
            needed=angka(found.needed),
            given=angka(found.given),
        )
    return _(
        "Perbaikan meminta paling sedikit %(needed)s pendukung baru: %(factor)s untuk setiap satu dari"
        " %(lacking)s yang kurang; sudah diisi %(given)s.",
        needed=angka(found.needed),
        factor=angka(found.factor),
        lacking=angka(found.lacking),
        given=angka(found.given),
    )


def flags_text(flags: list[str]) -> str:
    """The flags of a row in words."""
    return ", ".join(str(FLAGS[flag]) for flag in flags)


def cause_text(cause: str, own: int) -> str:
    """What changed a flag, in this list."""
    table, _sep, key = cause.partition(":")
    if table == "supporter_batch":
        return _("karena berkas %(id)s", id=key)
    if table == "nomination":
        return _("karena kesimpulan pleno atau verifikasi faktual")
    if key == str(own):
        return _("karena perubahan baris ini")
    return _("karena baris lain dalam daftar ini")


def badge(state: str) -> Markup:
    """The state of a row as a coloured word."""
    return Markup('<span class="state {}">{}</span>').format(
        TONES.get(state, "state-wait"), SUPPORTER.state_label(state)
    )
