"""Forms of the public and of officers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import Field as FormField
from wtforms import (
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from electsys.documents import kinds as file_kinds
from electsys.privacy import blind_index, blind_index_birth, blind_index_name, mask_nik
from electsys.privacy.rules import form_problem
from electsys.privacy.wording import PROBLEMS
from electsys.regions.picker import RegionField
from electsys.responses import rules
from electsys.responses.checks import Question
from electsys.responses.kinds import Kind
from electsys.responses.operations import FILES, LONGEST, SHORTEST
from electsys.web.forms import Form

NIK_HINT = _l("16 angka, seperti tertulis di KTP-el. Tidak disimpan dan tidak masuk alamat halaman.")
DIGITS = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "maxlength": "25"}
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


def number_16(form: Any, field: FormField) -> None:
    """A NIK: 16 digits, however they were grouped."""
    field.data = rules.plain_number(field.data)
    if problem := form_problem(field.data, "nik"):
        raise ValidationError(PROBLEMS[problem.code])


class WorkForm(Form):
    """What every public form carries: the challenge and its answer, filled in by the browser's script."""

    tantangan = HiddenField()
    jawaban = HiddenField()


class Either(StringField):
    """One of two fields of which one is to be filled in: no "may be left empty" beside it."""


class CheckForm(WorkForm):
    """NIK, and the birth date or the name."""

    nik = StringField(_l("NIK"), [InputRequired(), number_16], description=NIK_HINT, render_kw=DIGITS)
    lahir = Either(
        _l("Tanggal lahir"),
        [Optional(), Length(max=20)],
        description=_l("Tanggal, bulan, tahun; misalnya 17-08-1990."),
        render_kw=PLAIN | {"maxlength": "20"},
    )
    nama = Either(
        _l("atau nama lengkap"),
        [Optional(), Length(max=120)],
        description=_l("Tanpa gelar. Isi bila tanggal lahir di KTP-el Anda tidak lengkap."),
        render_kw=PLAIN,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides: one of birth date and name, and a day that can be one."""
        if not super().validate(extra_validators):
            return False
        self.day: dt.date | None = rules.parse_day(self.lahir.data)
        if self.lahir.data and (self.day is None or self.day > dt.datetime.now(dt.UTC).date()):
            self.lahir.errors = [_("Tulis tanggal lahir seperti 17-08-1990.")]
        elif not self.lahir.data and not (self.nama.data or "").strip():
            self.lahir.errors = [_("Isi tanggal lahir, atau nama lengkap di bawahnya.")]
        return not self.lahir.errors

    @property
    def proof(self) -> tuple[str, str]:
        """What goes with the NIK: ("lahir", ISO date) or ("nama", the name)."""
        return ("lahir", self.day.isoformat()) if self.day else ("nama", (self.nama.data or "").strip())

    def question(self) -> Question:
        """What the check is asked."""
        by, proof = self.proof
        return question(self.nik.data or "", by, proof)


def question(nik: str, by: str, proof: str) -> Question:
    """The question of a NIK and of the birth date (ISO) or name that goes with it."""
    pair = blind_index_birth(nik, proof) if by == "lahir" else blind_index_name(nik, proof)
    return Question(pair, by, blind_index(nik), mask_nik(nik))


class TicksField(SelectMultipleField):
    """Boxes of which at least one is ticked; all of them at first."""

    def __init__(self, label: Any, offered: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(
            label,
            [InputRequired(_l("Centang paling sedikit satu."))],
            choices=[SelectChoice(*each) for each in offered],
            default=[value for value, _words in offered],
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
            **more,
        )
        self.words = dict(offered)

    @property
    def answer(self) -> str:
        """What is ticked, a line each: value and words."""
        return "\n".join(f"{value} {self.words[value]}" for value in self.data or ())


class OfferForm(Form):
    """A ticket, to begin a response with what a check has proven."""

    tiket = HiddenField()


class TrackForm(Form):
    """Receipt and code."""

    nomor = StringField(
        _l("Nomor tanda terima"),
        [InputRequired(), Length(max=30)],
        description=_l("Misalnya TGP-2026-000042."),
        render_kw=PLAIN,
    )
    kode = StringField(
        _l("Kode rahasia"),
        [InputRequired(), Length(max=30)],
        description=_l("12 huruf dan angka pada tanda terima Anda."),
        render_kw=PLAIN,
    )
    submit = SubmitField(_l("Lihat kemajuannya"))


class ReceiptForm(Form):
    """Receipt and code again, for the printed receipt."""

    nomor = HiddenField()
    kode = HiddenField()


class DecideForm(Form):
    """The decision about a response."""

    decision = RadioField(
        _l("Keputusan"),
        [InputRequired()],
        choices=[
            SelectChoice("kabul", _l("Dikabulkan: isi tanggapan benar")),
            SelectChoice("tolak", _l("Ditolak")),
        ],
    )
    code = SelectField(_l("Alasan"), [Optional()])
    text = TextAreaField(
        _l("Keterangan"),
        [Optional(), Length(max=1000)],
        description=_l("Dibaca oleh pengirim. Jangan menulis NIK atau data orang lain."),
    )
    submit = SubmitField(_l("Simpan keputusan"))

    def __init__(self, kind: Kind, **more: Any) -> None:
        super().__init__(**more)
        self.code.choices = [
            SelectChoice("", _l("Lainnya: tulis di keterangan")),
            *(SelectChoice(r.code, r.text) for r in kind.reasons),
        ]


class TakeForm(Form):
    """Nothing but the token."""

    submit = SubmitField(_l("Mulai proses"))


def response_form(
    kind: Kind, *, proven: bool, region_known: bool, choices: Sequence[tuple[str, str]] = ()
) -> Any:
    """The form of a kind: the sender, the matter, the kind's own questions, files.

    ``choices`` are what the ticket of a check offers to be ticked.
    """
    fields: dict[str, Any] = {
        "nama": StringField(
            _l("Nama Anda"), [InputRequired(), Length(max=120)], render_kw={"autocomplete": "name"}
        ),
        "kontak": StringField(
            _l("Nomor telepon atau email"),
            [Optional(), Length(max=120)],
            description=_l("Hanya dipakai petugas untuk bertanya bila perlu; disimpan tersandi."),
            render_kw={"autocomplete": "email"},
        ),
    }
    if not proven:
        fields["nik"] = StringField(
            _l("NIK Anda"),
            [Optional(), number_16],
            description=_l("16 angka; disimpan tersandi. Boleh dikosongkan."),
            render_kw=DIGITS,
        )
    if kind.asks_region and not region_known:
        fields["wilayah"] = RegionField(
            _l("Wilayah"),
            [InputRequired()],
            description=_l("Ketik nama desa atau kelurahan, kecamatan, atau kabupaten/kota."),
        )
    for field in kind.fields:
        if field.input != "ticks":
            fields[field.name] = _own_field(field)
        elif len(choices) > 1:
            fields[field.name] = TicksField(field.label, choices, description=field.help)
    fields["isi"] = TextAreaField(
        _l("Isi tanggapan"),
        [InputRequired(), Length(min=SHORTEST, max=LONGEST)],
        description=_l("Apa yang keliru, apa yang seharusnya, dan dari mana Anda tahu."),
        id="isi-tanggapan",  # "isi" is the main part of every page
        render_kw={"rows": 6},
    )
    if kind.files:
        limit = file_kinds.limits(FILES)
        fields["berkas"] = MultipleFileField(
            _l("Bukti"),
            [Optional()],
            description=_(
                "Paling banyak %(n)s berkas %(formats)s, masing-masing sampai %(size)s MB. "
                "Tutupi data orang lain pada foto.",
                n=kind.files,
                formats=limit.formats,
                size=limit.max_bytes // 1_000_000,
            ),
            render_kw={"accept": limit.accept},
        )
    return type("ResponseForm", (WorkForm,), fields | {"tiket": HiddenField()})()


def _own_field(field: Any) -> Any:
    checks: list[Any] = [InputRequired() if field.required else Optional()]
    if field.input == "choice":
        return RadioField(
            field.label, checks, choices=[SelectChoice(*c) for c in field.choices], description=field.help
        )
    if field.input == "nik":
        return StringField(field.label, [*checks, number_16], description=field.help, render_kw=DIGITS)
    if field.input == "text":
        return TextAreaField(field.label, [*checks, Length(max=LONGEST)], description=field.help)
    if field.input == "day":
        return StringField(field.label, [*checks, _day], description=field.help, render_kw=PLAIN)
    return StringField(field.label, [*checks, Length(max=200)], description=field.help)


def _day(form: Any, field: FormField) -> None:
    found = rules.parse_day(field.data)
    if found is None:
        raise ValidationError(_("Tulis tanggal seperti 17-08-1990."))
    field.data = found.isoformat()
