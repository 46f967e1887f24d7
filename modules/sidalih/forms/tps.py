"""Forms of the pages that build polling stations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from electsys.web.forms import Form


class ProposeForm(Form):
    """How a proposal is made."""

    mode = RadioField(
        _l("Cara menyusun"),
        choices=[
            SelectChoice(
                "tetap", _l("Pertahankan penempatan sekarang: hanya yang harus pindah yang dipindahkan")
            ),
            SelectChoice("ulang", _l("Susun ulang dari awal: merata menurut RW, RT, dan alamat")),
        ],
        default="tetap",
        validators=[InputRequired(_l("Pilih cara menyusun."))],
    )


class MoveForm(Form):
    """Families, chosen by check boxes of the page, and the TPS they go to."""

    tps = SelectField(_l("Pindahkan ke"), validators=[InputRequired(_l("Pilih TPS tujuan."))])
    reason = StringField(_l("Alasan"), validators=[Length(max=300)])


class MoveVoterForm(Form):
    """One voter who goes into a special site, or out of one."""

    tps = SelectField(_l("TPS tujuan"), validators=[InputRequired(_l("Pilih TPS tujuan."))])
    reason = StringField(
        _l("Alasan"),
        description=_l("Misalnya: penghuni lapas menurut daftar kepala lapas."),
        validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=300)],
    )


class StationForm(Form):
    """Another ordinary TPS of the village; a special place has a form of its own."""

    address = StringField(_l("Nama dan alamat tempat"), validators=[Length(max=200)])
    cap = IntegerField(
        _l("Batas pemilih TPS ini"),
        description=_l("Kosongkan bila sama dengan batas pemilu."),
        validators=[Optional(), NumberRange(1, 1000, _l("Isi dengan bilangan bulat 1 sampai 1.000."))],
    )


class CloseForm(Form):
    """A TPS without voters that is given up."""

    tps = StringField(_l("TPS"), validators=[InputRequired(_l("Pilih TPS.")), Length(13, 13)])
