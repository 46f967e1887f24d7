"""Forms about pairs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from electsys.web.forms import Form

LEFT, RIGHT, BOTH = "kiri", "kanan", "keduanya"


class DecideForm(Form):
    """One key: the left row stays, the right row stays, or both do."""

    putusan = RadioField(
        _l("Putusan"),
        [InputRequired()],
        choices=[
            SelectChoice(LEFT, _l("Pertahankan kiri")),
            SelectChoice(RIGHT, _l("Pertahankan kanan")),
            SelectChoice(BOTH, _l("Pertahankan keduanya")),
        ],
    )
    alasan = StringField(_l("Alasan"), [Length(max=300)])


class StepForm(Form):
    """Nothing but the token: begin, later, undo."""

    wilayah = HiddenField()
    submit = SubmitField(_l("Lanjut"))


class HandForm(Form):
    """To which kab/kota the pair goes."""

    tujuan = SelectField(_l("Serahkan kepada"), [InputRequired()])
    alasan = StringField(_l("Alasan"), [InputRequired(), Length(max=300)])
    submit = SubmitField(_l("Serahkan"))


class SearchForm(Form):
    """Where to search, and how."""

    wilayah = SelectField(_l("Wilayah"), [InputRequired()])
    cara = RadioField(
        _l("Cara mencari"),
        [InputRequired()],
        choices=[
            SelectChoice("nik", _l("NIK sama, dicocokkan secara nasional")),
            SelectChoice("duckdb", _l("Data mirip, di dalam wilayah ini")),
        ],
        default="nik",
    )
    submit = SubmitField(_l("Cari sekarang"))
