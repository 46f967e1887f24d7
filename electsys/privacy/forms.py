"""The form that asks why."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.web.forms import Form


class RevealForm(Form):
    """The reason for opening a number of a person."""

    reason = TextAreaField(
        _l("Alasan"),
        [InputRequired(), Length(max=500)],
        description=_l(
            "Tulis keperluan dan dasarnya. Alasan ini tersimpan di jejak kegiatan; jangan tulis NIK di sini."
        ),
    )
    submit = SubmitField(_l("Buka NIK"))


class RotateForm(Form):
    """Nothing but the token."""

    submit = SubmitField(_l("Ganti kunci sekarang"))
