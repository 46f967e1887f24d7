"""Forms of factual verification at the office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from electsys.documents.forms import UploadField
from electsys.identity.models import Account
from electsys.verification.models import Contact
from electsys.verification.rules.sampling import VOID
from electsys.verification.sampling_words import METHODS, RESULTS
from electsys.web.forms import Form
from modules.sipol.factual_words import QUESTIONS
from modules.sipol.rules.factual import ASPECTS


class SeedForm(Form):
    """The seed that was drawn in public."""

    undian = StringField(
        _l("Bilangan undian"),
        description=_l("Persis seperti yang ditarik terbuka, misalnya 31 42 7 19."),
        validators=[InputRequired(_l("Isi bilangan undiannya.")), Length(max=200)],
    )
    sumber = StringField(
        _l("Di mana dan kapan ditarik"),
        description=_l("Misalnya: rapat pleno terbuka KPU RI, 14 Oktober 2022, berita acara nomor ..."),
        validators=[InputRequired(_l("Tuliskan sumbernya.")), Length(max=200)],
    )


class ButtonForm(Form):
    """Nothing but the token."""


class ShareForm(Form):
    """Share out a sample among verifiers, village by village."""

    akun = SelectMultipleField(
        _l("Verifikator"),
        description=_l("Desa/kelurahan dibagi utuh dan berimbang di antara yang dipilih."),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, accounts: Iterable[Account]) -> ShareForm:
        """The same form with the people who may visit here."""
        self.akun.choices = [SelectChoice(a.id, f"{a.name} ({a.username})") for a in accounts]
        return self


class GiveForm(Form):
    """Give one person of a sample to one verifier."""

    petugas = SelectField(_l("Verifikator"), validators=[InputRequired(_l("Pilih verifikatornya."))])

    def offer(self, accounts: Iterable[Account], now: int | None) -> GiveForm:
        """The same form with the people who may visit here, who has it now chosen first."""
        people = {a.id: f"{a.name} ({a.username})" for a in accounts}
        self.petugas.choices = [SelectChoice(str(key), name) for key, name in people.items()]
        if not self.is_submitted() and now in people:
            self.petugas.data = str(now)
        return self


class ContactForm(Form):
    """One attempt to meet a person."""

    cara = SelectField(_l("Upaya"), choices=[SelectChoice(k, v) for k, v in METHODS.items()])
    hasil = SelectField(
        _l("Hasil"),
        choices=[
            SelectChoice("", _l("Pilih hasilnya")),
            *(SelectChoice(k, v) for k, v in RESULTS.items() if k != VOID),
        ],
        validators=[InputRequired(_l("Pilih hasilnya."))],
    )
    waktu = DateTimeLocalField(
        _l("Waktu kunjungan (waktu setempat)"), validators=[InputRequired(_l("Isi waktunya."))]
    )
    catatan = TextAreaField(
        _l("Catatan"),
        description=_l("Tanpa NIK dan tanpa nomor KK."),
        validators=[Length(max=500)],
    )
    foto = UploadField(_l("Foto bukti"), kind="evidence")


class CorrectionForm(Form):
    """Another result in the place of one that was written down wrongly."""

    hasil = SelectField(
        _l("Yang benar"),
        validators=[InputRequired(_l("Pilih hasilnya."))],
    )
    alasan = StringField(
        _l("Apa yang keliru"),
        description=_l("Misalnya: salah pilih orang. Dibaca siapa pun yang membuka catatan ini; tanpa NIK."),
        validators=[InputRequired(_l("Tulis apa yang keliru.")), Length(max=500)],
    )
    catatan = TextAreaField(_l("Catatan"), validators=[Length(max=500)])

    def offer(self, contact: Contact, *, last: bool) -> CorrectionForm:
        """The same form with the results that differ; void for the last attempt only."""
        choices = {key: words for key, words in RESULTS.items() if key not in (contact.result, VOID)}
        if last:
            choices[VOID] = RESULTS[VOID]
        self.hasil.choices = [
            SelectChoice("", _l("Pilih hasilnya")),
            *(SelectChoice(k, v) for k, v in choices.items()),
        ]
        return self


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
