"""The words of elections on screen: acts, kinds of value, chambers."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.elections import rules
from electsys.elections.models import LegalSetting
from electsys.web.formats import tanggal

VERBS = {
    "elections:standing:keep": _l("Menyimpan hasil yang ditetapkan"),
    "elections:election:create": _l("Membuat pemilu"),
    "elections:election:change": _l("Mengubah nama atau hari pemungutan"),
    "elections:election:start": _l("Memulai pemilu"),
    "elections:election:finish": _l("Menutup pemilu"),
    "elections:election:reopen": _l("Membuka pemilu kembali"),
    "elections:contest:add": _l("Menambah pemilihan"),
    "elections:election:seed": _l("Memasang pemilu"),
    "elections:setting:change": _l("Mengubah pengaturan hukum"),
    "elections:stage:change": _l("Mengubah waktu tahapan"),
    "elections:stage:override": _l("Menetapkan waktu tahapan di satu wilayah"),
    "elections:clock:stop": _l("Menghentikan waktu tahapan"),
    "elections:clock:resume": _l("Menjalankan lagi waktu tahapan"),
    "elections:code:save": _l("Mengubah tabel kode"),
    "elections:participant:add": _l("Mencatat peserta pemilihan"),
    "elections:participant:link": _l("Menautkan peserta pemilihan dengan partainya"),
}

#: How a value of each kind is written.
FORMS = {
    "int": _l("Isi dengan bilangan bulat, misalnya 300."),
    "fraction": _l("Isi dengan pecahan atau persen, misalnya 1/25, 0,04, atau 4 %."),
    "date": _l("Isi dengan tanggal, misalnya 2024-02-14."),
    "time": _l("Isi dengan jam, misalnya 13.00."),
    "bool": _l("Isi dengan ya atau tidak."),
    "choice": _l("Pilih salah satu nilai yang tersedia."),
    "offset": _l("Isi dengan hari dari hari pemungutan, misalnya H-30."),
    "json": _l("Isi dengan daftar atau tabel dalam bentuk JSON."),
}

TOPICS = {
    "hasil": _l("Hasil dan kursi"),
    "pemungutan": _l("Pemungutan dan penghitungan"),
    "pemilih": _l("Daftar pemilih"),
    "pencalonan": _l("Pencalonan"),
    "kepartaian": _l("Partai politik"),
}

KINDS = {"pemilu": _l("Pemilu"), "pilkada": _l("Pilkada"), "simulasi": _l("Simulasi (latihan)")}

CONTESTS = {
    "ppwp": _l("Presiden dan wakil presiden"),
    "dpr": _l("DPR"),
    "dpd": _l("DPD"),
    "dprd_prov": _l("DPRD provinsi"),
    "dprd_kabko": _l("DPRD kabupaten/kota"),
    "gubernur": _l("Gubernur dan wakil gubernur"),
    "bupati_walikota": _l("Bupati/wali kota dan wakilnya"),
}

#: How many digits the region of a contest has; 0 is the whole country.
CONTEST_DIGITS = dict.fromkeys(CONTESTS, 0) | {"gubernur": 2, "bupati_walikota": 4}

#: The values that a choice of the law may take.
CHOICES = {
    "sainte_lague": _l("Sainte-Laguë murni"),
    "kuota_hare": _l("kuota Hare"),
    "penetapan_dcs": _l("penetapan DCS"),
    "penetapan_dct": _l("penetapan DCT"),
    "pemungutan": _l("hari pemungutan"),
    "half_up": _l("setengah ke atas dibulatkan naik"),
    "ceil": _l("selalu dibulatkan naik"),
    "floor": _l("selalu dibulatkan turun"),
    "krejcie_morgan": _l("Krejcie-Morgan"),
    "sistematis_10": _l("sistematis 10 %"),
}

STATES = {"persiapan": _l("persiapan"), "berjalan": _l("berjalan"), "selesai": _l("selesai")}

#: Code tables of domain.md 5 and 6.
TABLES = {
    "tms": _l("Alasan tidak memenuhi syarat (TMS)"),
    "disabilitas": _l("Ragam disabilitas"),
    "jenis_pemungutan": _l("Jenis pemungutan"),
    "status_kawin": _l("Status perkawinan"),
    "dokumen_calon": _l("Dokumen calon"),
    "dokumen_pencalonan": _l("Dokumen pencalonan"),
    "hari_libur": _l("Hari libur nasional"),
}

WINDOWS = {
    "open": (_l("dibuka"), "ok"),
    "stopped": (_l("dihentikan"), "stop"),
    "before": (_l("belum dibuka"), "none"),
    "after": (_l("sudah ditutup"), "none"),
}


def value_words(setting: LegalSetting, voting_day: dt.date) -> str:
    """A value as a reader wants it: a choice in words, a fraction also as percent, H-30 also as date."""
    try:
        value = rules.parse(setting.kind, setting.value, setting.choices.split())
    except rules.BadValue:
        return setting.value
    if value is None:
        return _("tidak diatur")
    words = setting.value
    if setting.kind == "choice":
        words = str(CHOICES.get(words, words))
    elif isinstance(value, bool):
        words = _("ya") if value else _("tidak")
    elif setting.kind == "int":
        words = format_decimal(value)
    elif isinstance(value, Fraction) and "%" not in words and value < 1:
        words = f"{words} ({format_decimal(round(float(value * 100), 4))} %)"
    elif isinstance(value, dict):
        words = "; ".join(f"{name}: {_plain(part)}" for name, part in value.items())
    elif isinstance(value, list):
        words = "; ".join(_plain(part) for part in value)
    elif setting.kind == "offset" and isinstance(value, int):
        words = f"{words} ({tanggal(voting_day + dt.timedelta(days=value))})"
    return words


def _plain(part: object) -> str:
    """One part of a list or table of the law, for reading: cells after one another, none as a dash."""
    if isinstance(part, list):
        return " → ".join(_plain(cell) for cell in part)
    if isinstance(part, int) and not isinstance(part, bool):
        return str(format_decimal(part))
    return "–" if part is None else str(part)
