"""Forms of audits."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from electsys.web.forms import Form
from modules.sirekap.forms import REQUIRED


class PrepareForm(Form):
    """Fix the stations of an audit."""

    what = SelectField(_l("Yang diaudit"))


class SeedForm(Form):
    """The seed of the public ceremony."""

    seed = StringField(
        _l("Benih"),
        [REQUIRED, Length(max=200)],
        description=_l("Angka dari lemparan dadu bersisi sepuluh di hadapan umum, sedikitnya 10 angka."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    source = TextAreaField(
        _l("Asal benih"),
        [REQUIRED, Length(max=1000)],
        description=_l("Kapan, di mana, dan di hadapan siapa."),
        render_kw={"rows": "2"},
    )
