"""Forms of the desk: a verdict, a step, a draw."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from electsys.verification.operations.desk import NOTE
from electsys.web.forms import Form


class VerdictForm(Form):
    """One judgement. Choices of verdict and reason come from the queue."""

    putusan = RadioField(_l("Putusan"), validate_choice=False)
    alasan = RadioField(_l("Alasan"), validate_choice=False)
    catatan = StringField(_l("Catatan"), [Length(max=NOTE)])


class DrawForm(Form):
    """A draw of a second look: where, and the number that was drawn in public."""

    wilayah = SelectField(_l("Wilayah"), validate_choice=False)
    undian = StringField(
        _l("Bilangan undian"),
        [InputRequired(), Length(max=100)],
        description=_l("Ditarik terbuka sebelum tombol ditekan, misalnya angka yang dibacakan dalam rapat."),
    )
    submit = SubmitField(_l("Tarik undian"))
