"""Forms of those who vote elsewhere: moves, special places, DPK."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from electsys.documents.forms import UploadField
from electsys.regions.picker import RegionField
from electsys.web.forms import Form

#: Numbers of persons are typed, never filled in by the browser.
SECRET = {"autocomplete": "off", "spellcheck": "false", "inputmode": "numeric", "maxlength": "16"}
REQUIRED = _l("Wajib diisi.")

PLACE_WORDS = {
    "lapas": _l("Lapas atau rutan"),
    "asrama": _l("Asrama, kampus"),
    "pesantren": _l("Pondok pesantren"),
    "tambang": _l("Tambang, perkebunan, pabrik"),
    "rumah_sakit": _l("Rumah sakit"),
    "panti": _l("Panti sosial atau rehabilitasi"),
    "lain": _l("Lainnya"),
}
SEX = [SelectChoice("L", _l("Laki-laki")), SelectChoice("P", _l("Perempuan"))]
MARITAL = [
    SelectChoice("B", _l("Belum kawin")),
    SelectChoice("S", _l("Sudah kawin")),
    SelectChoice("P", _l("Pernah kawin")),
]


def pick(choices: Iterable[tuple[str, Any]], *, empty: bool = False) -> list[SelectChoice]:
    """Choices of a field from pairs of value and words; ``empty`` lets nothing be chosen at first."""
    return [*([SelectChoice("", "")] if empty else []), *(SelectChoice(v, words) for v, words in choices)]


class VillageForm(Form):
    """Where the voter wants to vote; sent by GET, it names no person."""

    class Meta(Form.Meta):
        """Nothing is changed by it."""

        csrf = False

    desa = RegionField(
        _l("Desa/kelurahan tujuan (di luar negeri: kota)"),
        level=4,
        description=_l("Ketik nama desa dan kecamatannya, misalnya barus pasar; atau 10 angka kodenya."),
        validators=[InputRequired(_l("Pilih desa/kelurahan tujuan."))],
    )


class MoveForm(Form):
    """A voter's application. ``target`` and ``served`` get their choices from the view."""

    target = RadioField(_l("TPS tujuan"), validators=[InputRequired(_l("Pilih TPS tujuan."))])
    nik = StringField(
        _l("NIK pemilih"),
        description=_l("Ketik lengkap 16 angka dari KTP-el yang dibawa pemilih."),
        render_kw=SECRET,
        validators=[InputRequired(REQUIRED)],
    )
    reason_code = SelectField(_l("Alasan pindah memilih"), validators=[InputRequired(_l("Pilih alasannya."))])
    served = RadioField(_l("Pemilih dilayani di"), validators=[InputRequired(_l("Pilih tempat pelayanan."))])
    evidence = UploadField(
        _l("Bukti alasan"),
        kind="evidence",
        description=_l("Surat tugas, surat rumah sakit, surat keterangan belajar, atau yang sepadan."),
        validators=[InputRequired(_l("Lampirkan buktinya."))],
    )


class ReasonForm(Form):
    """A step back, with its reason."""

    reason = StringField(
        _l("Alasan pembatalan"), validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=300)]
    )


class DescribeForm(Form):
    """What a special place is."""

    kind = SelectField(
        _l("Jenis lokasi"),
        choices=pick(PLACE_WORDS.items(), empty=True),
        validators=[InputRequired(REQUIRED)],
    )
    name = StringField(
        _l("Nama lokasi"),
        description=_l("Misalnya: Lapas Kelas II Sibolga."),
        validators=[InputRequired(REQUIRED), Length(max=120)],
    )
    address = StringField(_l("Alamat"), validators=[InputRequired(REQUIRED), Length(max=300)])
    body = StringField(
        _l("Lembaga penanggung jawab"),
        description=_l("Yang menyerahkan daftar penghuninya, misalnya kepala lapas atau rektorat."),
        validators=[InputRequired(REQUIRED), Length(max=200)],
    )


class PlaceForm(DescribeForm):
    """A new special place."""

    village = RegionField(_l("Desa/kelurahan"), level=4, validators=[InputRequired(REQUIRED)])
    cap = IntegerField(
        _l("Pemilih paling banyak"),
        description=_l("Kosongkan untuk memakai batas pemilu ini."),
        validators=[Optional(), NumberRange(1, 1000)],
    )


class PlacedForm(Form):
    """NIK of people who live in a special place, one a line."""

    niks = TextAreaField(
        _l("NIK penghuni"),
        description=_l(
            "Satu NIK satu baris, paling banyak 500 sekali kirim. Daftarnya dari lembaga penanggung jawab."
        ),
        render_kw={"rows": "8", "autocomplete": "off", "spellcheck": "false"},
        validators=[InputRequired(REQUIRED), Length(max=20_000)],
    )
    reason_code = SelectField(_l("Alasan"), validators=[Optional()])


class ClaimsForm(Form):
    """What a form says of a person (domain.md 5.3)."""

    nik = StringField(_l("NIK"), render_kw=SECRET, validators=[InputRequired(REQUIRED)])
    name = StringField(_l("Nama"), validators=[InputRequired(REQUIRED), Length(max=120)])
    birth_place = StringField(_l("Tempat lahir"), validators=[InputRequired(REQUIRED), Length(max=80)])
    birth_date = DateField(_l("Tanggal lahir"), validators=[InputRequired(REQUIRED)])
    sex = RadioField(_l("Jenis kelamin"), choices=SEX, validators=[InputRequired(REQUIRED)])
    marital_status = SelectField(_l("Status kawin"), choices=MARITAL, validators=[InputRequired(REQUIRED)])
    address = StringField(_l("Alamat"), validators=[InputRequired(REQUIRED), Length(max=300)])
    rt = StringField(_l("RT"), default="000", validators=[InputRequired(REQUIRED), Length(max=3)])
    rw = StringField(_l("RW"), default="000", validators=[InputRequired(REQUIRED), Length(max=3)])
    disability = SelectField(_l("Disabilitas"), validators=[Optional()])


class DpkForm(ClaimsForm):
    """A line of the DPK, as the KPPS wrote it."""

    tps_code = RegionField(
        _l("Kode TPS"),
        tps=True,
        description=_l("13 angka kode TPS tempat orang itu memilih."),
        validators=[InputRequired(REQUIRED)],
    )


class AbroadForm(ClaimsForm):
    """A voter abroad: a passport, and a NIK if there is one."""

    nik = StringField(
        _l("NIK"),
        description=_l("Boleh kosong bila belum punya; isi selama ada, agar tidak terdaftar dua kali."),
        render_kw=SECRET,
        validators=[Optional()],
    )
    passport = StringField(
        _l("Nomor paspor atau SPLP"),
        render_kw={"autocomplete": "off", "spellcheck": "false", "maxlength": "20"},
        validators=[Optional(), Length(max=20)],
    )
    tps_code = SelectField(_l("Cara memilih dan tempatnya"), validators=[InputRequired(REQUIRED)])
