"""Forms of the pages that propose dapil."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from electsys.regions.picker import RegionField
from electsys.web.forms import Form


class DapilForm(Form):
    """For which chamber and area, and from which people."""

    election = RadioField(_l("Pemilu"), validators=[InputRequired(_l("Pilih pemilu."))])
    chamber = RadioField(
        _l("Lembaga"),
        choices=[
            SelectChoice("dprd", _l("DPRD provinsi atau kabupaten/kota: 3 sampai 12 kursi per dapil")),
            SelectChoice("dpr", _l("DPR: 3 sampai 10 kursi per dapil, kabupaten/kota utuh")),
        ],
        default="dprd",
        validators=[InputRequired(_l("Pilih lembaganya."))],
    )
    body = RegionField(
        _l("Provinsi atau kabupaten/kota"),
        description=_l("Nama atau kode wilayah yang dapilnya disusun; untuk DPR sebuah provinsi."),
        validators=[InputRequired(_l("Isi wilayahnya."))],
    )
    seats = IntegerField(
        _l("Kursi DPR provinsi itu"),
        description=_l("Hanya untuk DPR. Kosongkan untuk memakai jumlah kursi sekarang."),
        validators=[Optional(), NumberRange(3, 580, _l("Isi 3 sampai 580 kursi."))],
    )
    populations = TextAreaField(
        _l("Jumlah penduduk"),
        description=_l(
            "Satu baris satu wilayah: kode,jumlah. Kosongkan untuk memakai angka yang tersimpan. Wilayah"
            " yang harus dipecah perlu juga angka bagiannya."
        ),
        validators=[Length(max=400_000)],
    )
    source = StringField(
        _l("Sumber jumlah penduduk"),
        description=_l("Misalnya: DAK2 semester II 2026. Wajib bila Anda mengisi jumlah penduduk."),
        validators=[Length(max=200)],
    )


class ChooseForm(Form):
    """One plan goes on as the draft."""

    reason = StringField(
        _l("Alasan memilih rancangan ini"),
        validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=500)],
    )
