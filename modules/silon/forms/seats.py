"""Forms of vacant seats."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.documents.forms import UploadField
from electsys.web.forms import Form
from modules.silon import seat_words as words
from modules.silon.rules.seats import checks_for

REQUIRED = InputRequired(_l("Wajib diisi."))
DAY = InputRequired(_l("Isi tanggalnya."))


def _note(label: object, help: object = None) -> TextAreaField:
    return TextAreaField(label, [Length(max=1000)], description=help, render_kw={"rows": "3"})


class VacancyForm(Form):
    """The letter of the chamber's leadership about one holder."""

    cause = SelectField(
        _l("Sebab kursi kosong"), choices=[SelectChoice(code, label) for code, label in words.CAUSES.items()]
    )
    letter_number = StringField(_l("Nomor surat pimpinan lembaga"), [REQUIRED, Length(max=100)])
    letter_date = DateField(_l("Tanggal surat"), [DAY])
    received_on = DateField(_l("Diterima KPU tanggal"), [DAY])
    term_ends = DateField(_l("Akhir masa jabatan lembaga"), [DAY])
    letter = UploadField(
        _l("Surat dan bukti"), kind="evidence", validators=[InputRequired(_l("Pilih berkasnya."))]
    )


class CheckForm(Form):
    """What was found about one thing that is asked of the next in rank."""

    check = SelectField(_l("Syarat"))
    found = SelectField(
        _l("Hasil"), choices=[SelectChoice(code, words.FOUND[code]) for code in ("ms", "tms", "belum")]
    )
    note = _note(_l("Keterangan"), _l("Wajib bila tidak terpenuhi: apa yang ditemukan, dari mana."))
    file = UploadField(_l("Bukti (bila ada)"), kind="evidence")

    def offer(self, *, has_party: bool) -> CheckForm:
        """The same form with what is asked of this seat."""
        self.check.choices = [SelectChoice(c, words.CHECKS[c]) for c in checks_for(has_party=has_party)]
        return self


class NoteForm(Form):
    """A reason and its paper."""

    note = TextAreaField(_l("Alasan atau keterangan"), [REQUIRED, Length(max=1000)], render_kw={"rows": "3"})
    file = UploadField(_l("Surat atau bukti (bila ada)"), kind="evidence")


class TakeForm(NoteForm):
    """A step with its reason and paper."""

    step = SelectField(_l("Langkah"))
    ORDER = ("step", "note", "file")

    def offer(self, steps: Sequence[tuple[str, object]]) -> TakeForm:
        """The same form with the steps that can be taken now."""
        self.step.choices = [SelectChoice(code, label) for code, label in steps]
        return self


class TieForm(Form):
    """Which of those who tie, and why, in plenary."""

    number = SelectField(_l("Calon yang dipilih pleno"))
    reason = TextAreaField(_l("Alasan pleno"), [REQUIRED, Length(max=1000)], render_kw={"rows": "3"})

    def offer(self, tied: Sequence[int], names: dict[int, str]) -> TieForm:
        """The same form with those who tie."""
        self.number.choices = [SelectChoice(str(n), f"{n}. {names.get(n, '')}") for n in tied]
        return self


class ProposalForm(Form):
    """Whom the party proposes where nobody is left."""

    name = StringField(_l("Nama yang diusulkan partai"), [REQUIRED, Length(max=200)])
    reason = TextAreaField(
        _l("Dari dapil atau tingkat mana, dan mengapa"),
        [REQUIRED, Length(max=1000)],
        render_kw={"rows": "3"},
    )
    file = UploadField(
        _l("Surat usulan partai"), kind="evidence", validators=[InputRequired(_l("Pilih berkasnya."))]
    )
