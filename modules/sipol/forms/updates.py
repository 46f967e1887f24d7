"""Forms of the half-yearly update."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange

from electsys.web.forms import Form


class OpenHalfForm(Form):
    """Which half of which year."""

    year = IntegerField(_l("Tahun"), [InputRequired(), NumberRange(2000, 2100)])
    half = SelectField(
        _l("Semester"),
        coerce=int,
        choices=[
            SelectChoice(1, _l("I (sampai akhir Juni)")),
            SelectChoice(2, _l("II (sampai akhir Desember)")),
        ],
    )


class CloseHalfForm(Form):
    """The plenary says that it closed the half."""

    year, half = HiddenField(), HiddenField()
    pleno = BooleanField(
        _l("Rapat pleno sudah memutuskan hasil pemutakhiran ini"),
        [InputRequired(_l("Centang sesudah rapat pleno memutuskannya."))],
    )
