"""Forms by which KPU gives a party access, and a party gives it to its people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from electsys.regions.picker import RegionField
from electsys.web.forms import Form

REQUIRED = _l("Wajib diisi.")
KINDS = [
    SelectChoice("nasional", _l("Partai nasional")),
    SelectChoice("lokal_aceh", _l("Partai lokal Aceh")),
]


class LastForm(Form):
    """What the last election left a party."""

    in_parliament = BooleanField(
        _l("Lolos ambang batas parlemen pada pemilu terakhir"),
        description=_l("Partai itu tidak diverifikasi faktual (MK 55/PUU-XVIII/2020)."),
    )
    last_number = IntegerField(
        _l("Nomor urut pemilu terakhir (boleh dikosongkan)"), validators=[Optional(), NumberRange(1, 99)]
    )
    keeps_number = BooleanField(_l("Partai meminta memakai nomor itu lagi"))


class PartyForm(LastForm):
    """A party that gets access: one that exists, or a new one."""

    party = SelectField(
        _l("Partai yang sudah ada"),
        description=_l("Kosongkan untuk partai baru, lalu isi kolom di bawah."),
        validators=[Optional()],
    )
    kind = RadioField(_l("Jenis partai"), choices=KINDS, default="nasional", validators=[Optional()])
    name = StringField(
        _l("Nama partai"),
        description=_l("Wajib untuk partai baru."),
        validators=[Optional(), Length(max=120)],
    )
    short_name = StringField(
        _l("Singkatan"), description=_l("Wajib untuk partai baru."), validators=[Optional(), Length(max=30)]
    )
    decree_number = StringField(
        _l("Nomor SK Menteri tentang badan hukum"), validators=[Optional(), Length(max=80)]
    )
    decree_date = DateField(_l("Tanggal SK"), validators=[Optional()])


class UserForm(Form):
    """An account for somebody of the party. ``role`` gets its choices from the view."""

    role = RadioField(_l("Peran"), validators=[InputRequired(_l("Pilih perannya."))])
    region = RegionField(
        _l("Wilayah"),
        description=_l("Provinsi atau kabupaten/kota, nama atau kodenya. Kosongkan untuk pusat."),
        validators=[Optional()],
    )
    name = StringField(_l("Nama lengkap"), validators=[InputRequired(REQUIRED), Length(max=200)])
    username = StringField(
        _l("Nama pengguna"),
        description=_l("Huruf kecil, angka, titik; misalnya pku.1201."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
        validators=[InputRequired(REQUIRED), Length(max=64)],
    )
    email = EmailField(_l("Email"), validators=[InputRequired(REQUIRED), Length(max=254)])


class EndUserForm(Form):
    """Why somebody no longer works for the party in Sipol."""

    reason = StringField(
        _l("Alasan"),
        description=_l("Misalnya: tidak lagi menjadi petugas penghubung."),
        validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=300)],
    )
