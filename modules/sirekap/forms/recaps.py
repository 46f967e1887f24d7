"""Forms of the recap: readings, corrections, objections, witnesses, signatures, files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from electsys.documents.forms import UploadField
from electsys.web.forms import Form
from modules.sirekap import recap_words as words
from modules.sirekap.forms import REQUIRED
from modules.sirekap.queries.recaps import Sheet

#: How a ruling is written, so that its number leads to the register of law.
RULING_HINT = _l(
    "Sebut pengadilannya (contoh: MK 1/PHPU.PRES-XXII/2024); yang terdaftar di JDIH menjadi tautan."
)


class MissingForm(Form):
    """Why a TPS has no form."""

    unit = SelectField(_l("TPS"))
    reason = StringField(
        _l("Mengapa formulirnya tidak ada"),
        [REQUIRED, Length(max=500)],
        description=_l("Misalnya: pemungutan suara susulan tanggal 18 Februari."),
    )

    def offer(self, stations: Sequence[tuple[str, str]]) -> MissingForm:
        """The same form with the TPS that have none."""
        self.unit.choices = [SelectChoice(code, label) for code, label in stations]
        return self


class ReadForm(Form):
    """A village was read out, by which panel."""

    panel = IntegerField(_l("Panel (bila dibagi)"), [Optional(), NumberRange(1, 9)])


class ObjectionForm(Form):
    """What a witness or an overseer objects to."""

    unit = HiddenField()
    row = HiddenField()
    mandate = SelectField(_l("Saksi yang berkeberatan"))
    statement = TextAreaField(
        _l("Keberatan"),
        [REQUIRED, Length(max=2000)],
        description=_l("Apa yang berbeda, menurut dokumen apa."),
        render_kw={"rows": "3"},
    )
    file = UploadField(_l("Bukti, misalnya C.Hasil Salinan (bila ada)"), kind="evidence")

    def offer(self, mandates: Sequence[tuple[str, str]], *, overseer: bool) -> ObjectionForm:
        """The same form with the witnesses of this level; an overseer speaks for itself."""
        own = [SelectChoice("", str(_l("Pengawas pemilu, atas nama sendiri")))] if overseer else []
        self.mandate.choices = [*own, *(SelectChoice(code, label) for code, label in mandates)]
        return self


class AnswerForm(Form):
    """What the plenary does about an objection."""

    step = RadioField(
        _l("Jawaban pleno"),
        choices=[
            SelectChoice("reject", _l("Ditolak: angka tetap")),
            SelectChoice("note", _l("Dicatat sebagai kejadian khusus dan dibawa ke tingkat atas")),
        ],
        validators=[InputRequired(_l("Pilih salah satu."))],
    )
    outcome = TextAreaField(_l("Alasan"), [REQUIRED, Length(max=2000)], render_kw={"rows": "2"})


class MandateForm(Form):
    """The mandate of a witness."""

    participant = SelectField(_l("Peserta"))
    name = StringField(_l("Nama saksi"), [REQUIRED, Length(max=200)])
    letter_number = StringField(_l("Nomor surat mandat"), [REQUIRED, Length(max=100)])
    letter_date = DateField(_l("Tanggal surat mandat"), [InputRequired(_l("Isi tanggalnya."))])
    account = StringField(
        _l("Nama akun saksi"),
        [Length(max=100)],
        description=_l("Bila saksi mengajukan keberatan sendiri; harus akun peserta ini."),
    )
    file = UploadField(_l("Surat mandat (bila ada)"), kind="evidence")

    def offer(self, standing: Sequence[tuple[Any, Any]]) -> MandateForm:
        """The same form with the participants that stand here."""
        self.participant.choices = [
            SelectChoice(str(who.id), f"{contest.name}: {who.number:02d} {who.name}")
            for who, contest in standing
        ]
        return self


class AttendanceForm(Form):
    """Somebody attends."""

    role = SelectField(
        _l("Hadir sebagai"),
        choices=[
            SelectChoice(code, words.ROLES[code]) for code in ("anggota", "saksi", "pengawas", "undangan")
        ],
    )
    mandate = SelectField(_l("Surat mandat (untuk saksi)"))
    name = StringField(_l("Nama (selain saksi)"), [Length(max=200)])

    def offer(self, mandates: Sequence[tuple[str, str]]) -> AttendanceForm:
        """The same form with the mandates of this level."""
        self.mandate.choices = [
            SelectChoice("", "-"),
            *(SelectChoice(code, label) for code, label in mandates),
        ]
        return self


class SignatureForm(Form):
    """Who signed, or refused to."""

    role = SelectField(
        _l("Kedudukan"),
        choices=[SelectChoice(code, words.ROLES[code]) for code in ("ketua", "anggota", "saksi")],
    )
    mandate = SelectField(_l("Surat mandat (untuk saksi)"))
    name = StringField(_l("Nama (selain saksi)"), [Length(max=200)])
    signed = RadioField(
        _l("Tanda tangan"),
        choices=[
            SelectChoice("ya", _l("Menandatangani")),
            SelectChoice("tidak", _l("Tidak menandatangani")),
        ],
        default="ya",
    )
    reason = StringField(_l("Alasan tidak menandatangani"), [Length(max=1000)])

    offer = AttendanceForm.offer


class ReturnForm(Form):
    """A file that comes back from work without the centre."""

    file = UploadField(
        _l("Berkas pleno luring (XLSX atau JSON)"),
        kind="recap",
        validators=[InputRequired(_l("Pilih berkasnya."))],
    )
    photo = UploadField(_l("Pindaian formulir yang dibetulkan (bila ada yang dibetulkan)"), kind="evidence")


def correction_form(form: Sheet, *, ruling: bool) -> type[Form]:
    """The form of a correction: every vote, every cell, why, and on what proof."""

    class CorrectionForm(Form):
        reason_code = SelectField(
            _l("Alasan"), choices=[SelectChoice(code, label) for code, label in words.REASONS.items()]
        )
        reason = TextAreaField(
            _l("Penjelasan"),
            [InputRequired(_l("Tuliskan alasan pembetulan.")), Length(max=2000)],
            description=_l("Apa yang salah, dan bagaimana pleno menemukannya."),
            render_kw={"rows": "3"},
        )
        evidence = UploadField(
            _l("Bukti (salinan C.Hasil atau berita acara)"),
            kind="evidence",
            validators=[InputRequired(_l("Unggah bukti pembetulan."))],
        )
        photo = UploadField(
            _l("Foto formulir yang sudah dibetulkan dan diparaf"),
            kind="evidence",
            validators=[InputRequired(_l("Unggah foto formulir yang dibetulkan."))],
        )
        objection = HiddenField()

    def number(label: str) -> IntegerField:
        return IntegerField(
            label,
            validators=[
                Optional(),
                NumberRange(0, 999_999, _l("Isi dengan bilangan bulat 0 sampai 999.999.")),
            ],
        )

    for line in form.lines:
        setattr(CorrectionForm, f"suara_{line.position}", number(line.label))
    for cell in form.model.cells:
        setattr(CorrectionForm, cell.name, number(cell.label))
    if ruling:
        CorrectionForm.ruling = StringField(
            _l("Nomor putusan"), [REQUIRED, Length(max=200)], description=RULING_HINT
        )
    return CorrectionForm
