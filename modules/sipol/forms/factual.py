"""Forms of factual verification at the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.documents.forms import UploadField
from electsys.web.forms import Form
from modules.sipol.factual_words import QUESTIONS
from modules.sipol.rules.factual import ASPECTS


class CheckForm(Form):
    """What a visit found of an office, a board or its women."""

    waktu = DateTimeLocalField(
        _l("Waktu kunjungan (waktu setempat)"), validators=[InputRequired(_l("Isi waktunya."))]
    )
    catatan = TextAreaField(_l("Catatan"), validators=[Length(max=500)])
    foto = UploadField(
        _l("Foto kunjungan"), kind="evidence", validators=[InputRequired(_l("Lampirkan fotonya."))]
    )
    foto_lain = UploadField(_l("Foto kedua"), kind="evidence")
    questions: Sequence[str] = ()

    @property
    def answers(self) -> Mapping[str, bool]:
        """Question -> whether it was ticked."""
        return {name: bool(self[name].data) for name in self.questions}


def check_form(aspect: str, **more: Any) -> CheckForm:
    """The form of an aspect, a box for each of its questions."""
    fields = {name: BooleanField(QUESTIONS[name]) for name in ASPECTS[aspect]}
    form = type("CheckForm", (CheckForm,), {**fields, "questions": ASPECTS[aspect]})
    made: CheckForm = form(**more)
    return made
