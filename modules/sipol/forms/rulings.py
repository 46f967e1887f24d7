"""The form by which a ruling reopens a registration."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.web.forms import Form

ACTIONS = (
    ("reopen_input", _l("mengisi data")),
    ("reopen_vermin", _l("verifikasi administrasi")),
    ("reopen_verfak", _l("verifikasi faktual")),
    ("reopen_pass", _l("dinyatakan memenuhi syarat")),
)


class RulingForm(Form):
    """Which ruling, which party, to which step, and what it orders."""

    ruling = SelectField(_l("Putusan"), [InputRequired(_l("Pilih putusannya."))])
    registration = SelectField(_l("Partai"), [InputRequired(_l("Pilih partainya."))])
    action = SelectField(
        _l("Dibuka kembali pada tahap"),
        [InputRequired(_l("Pilih tahap yang dibuka kembali."))],
        choices=[SelectChoice("", ""), *(SelectChoice(code, label) for code, label in ACTIONS)],
    )
    reason = TextAreaField(
        _l("Amar putusan"),
        [InputRequired(_l("Tulis apa yang diperintahkan putusan itu.")), Length(max=1000)],
        description=_l("Apa yang diperintahkan, dengan singkat. Dibaca partai dan masyarakat."),
        render_kw={"rows": "3"},
    )
