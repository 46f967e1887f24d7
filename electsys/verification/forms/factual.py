"""Forms of factual verification: the seed of a draw, who visits whom, what a visit found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
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
from electsys.web.forms import Form


def _chosen(results: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice("", _l("Pilih hasilnya")), *(SelectChoice(k, v) for k, v in results.items())]


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


class ShareForm(Form):
    """Share out the people of an area among verifiers, village by village."""

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

    cara = SelectField(_l("Upaya"))
    hasil = SelectField(_l("Hasil"), validators=[InputRequired(_l("Pilih hasilnya."))])
    waktu = DateTimeLocalField(
        _l("Waktu kunjungan (waktu setempat)"), validators=[InputRequired(_l("Isi waktunya."))]
    )
    foto = UploadField(
        _l("Foto bukti"), kind="evidence", description=_l("Wajib bila bertemu; tanpa NIK yang terbaca.")
    )
    catatan = TextAreaField(
        _l("Catatan"),
        description=_l("Tanpa NIK dan tanpa nomor KK."),
        validators=[Length(max=500)],
    )

    def offer(self, methods: Mapping[str, Any], results: Mapping[str, Any]) -> ContactForm:
        """The same form with a module's words for how somebody was looked for and what came of it."""
        self.cara.choices = [SelectChoice(key, words) for key, words in methods.items()]
        self.hasil.choices = _chosen({key: words for key, words in results.items() if key != VOID})
        return self


class CorrectionForm(Form):
    """Another result in the place of one that was written down wrongly."""

    hasil = SelectField(_l("Yang benar"), validators=[InputRequired(_l("Pilih hasilnya."))])
    alasan = StringField(
        _l("Apa yang keliru"),
        description=_l("Misalnya: salah pilih orang. Dibaca siapa pun yang membuka catatan ini; tanpa NIK."),
        validators=[InputRequired(_l("Tulis apa yang keliru.")), Length(max=500)],
    )
    catatan = TextAreaField(_l("Catatan"), validators=[Length(max=500)])

    def offer(self, contact: Contact, results: Mapping[str, Any], *, last: bool) -> CorrectionForm:
        """The same form with the results that differ; void for the last attempt only."""
        found = {key: words for key, words in results.items() if key not in (contact.result, VOID)}
        self.hasil.choices = _chosen(found | ({VOID: results[VOID]} if last else {}))
        return self
