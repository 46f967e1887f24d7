"""Forms of letters: built from the layout of each kind, and those of its way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from electsys.documents.forms import UploadField
from electsys.documents.layouts import CAPACITIES, KECEPATAN, LAYOUTS, SIFAT, Field
from electsys.web.forms import Form
from modules.jdih.files import ANNEX, SCAN
from modules.jdih.models import Letter
from modules.jdih.operations.drafts import Addressee, Head

#: Rows of the route's form: more initials than any draft needs.
STEPS = 6
UNIT = re.compile(r"0|\d{2}|\d{4}")
WAYS = {"kurir": _l("Kurir"), "pos": _l("Pos"), "email": _l("Email"), "langsung": _l("Diantar langsung")}


def choice(label: Any, given: Iterable[tuple[Any, Any]], *, empty: Any = None, **more: Any) -> SelectField:
    """A select over pairs; ``empty`` is the words of no choice."""
    first = [] if empty is None else [SelectChoice("", empty)]
    return SelectField(label, choices=[*first, *(SelectChoice(str(v), words) for v, words in given)], **more)


def letter_form(kind: str, able: list[tuple[int, str]], classes: list[tuple[str, str]]) -> type[Form]:
    """The form of a kind: its layout's fields, then who signs, to whom it goes, where it is filed."""
    layout = LAYOUTS[kind]

    class LetterForm(Form):
        title = TextAreaField(
            _l("Hal") if layout.title != "tentang" else _l("Tentang"),
            validators=[InputRequired(_l("Isi hal atau tentang apa naskah ini.")), Length(max=500)],
            render_kw={"rows": 2},
        )
        signer_id = choice(_l("Akun penanda tangan"), able, empty=_l("Pilih akun"))
        signers = TextAreaField(
            _l("Nama dan jabatan penanda tangan"),
            description=_l(
                "Satu baris satu orang: nama; jabatan. Yang pertama menandatangani secara elektronik."
            ),
            render_kw={"rows": 2},
        )
        capacity = choice(_l("Bertindak sebagai"), CAPACITIES.items())
        on_behalf = StringField(
            _l("Atas nama jabatan"),
            description=_l("Diisi bila a.n. atau u.b., misalnya: Ketua."),
            validators=[Length(max=200)],
        )
        recipients = TextAreaField(
            _l("Kepada (Yth.)"),
            description=_l(
                "Satu baris satu penerima. Tulis kode wilayah untuk satker KPU (0 untuk KPU RI, 12, 1201):"
                " suratnya langsung masuk ke surat masuk satker itu."
            ),
            render_kw={"rows": 3},
        )
        copies = TextAreaField(
            _l("Tembusan"),
            description=_l("Seperti di atas, satu baris satu penerima."),
            render_kw={"rows": 2},
        )
        class_code = choice(_l("Klasifikasi arsip"), classes, empty=_l("Belum ditentukan"))
        secrecy = choice(
            _l("Sifat"),
            SIFAT.items(),
            description=_l("Rahasia dan sangat rahasia hanya dapat dibaca oleh mereka yang ada pada rute."),
        )
        urgency = choice(_l("Kecepatan"), KECEPATAN.items())

        def validate_signers(self, field: TextAreaField) -> None:
            """Name and position in each line."""
            for line in lines(field.data):
                if len([part for part in line.split(";") if part.strip()]) != 2:
                    raise ValidationError(_("Tulis nama; jabatan pada setiap baris."))

        def validate_recipients(self, field: TextAreaField) -> None:
            """Letters go to somebody."""
            if "yth" in layout.common and not lines(field.data):
                raise ValidationError(_("Tulis kepada siapa surat ini."))

        @property
        def head(self) -> Head:
            """What the operation takes."""
            named = [[part.strip() for part in line.split(";")] for line in lines(self.signers.data)]
            people: list[dict[str, str]] = [{"name": name, "role": role} for name, role in named]
            if people and self.capacity.data:
                people[0] |= {"capacity": self.capacity.data, "on_behalf": self.on_behalf.data or ""}
            return Head(
                title=self.title.data or "",
                signers=people,
                signer_id=int(self.signer_id.data) if self.signer_id.data else None,
                class_code=self.class_code.data or None,
                secrecy=self.secrecy.data,
                urgency=self.urgency.data,
                recipients=[
                    addressee(line, copy=copy)
                    for copy, field in ((False, self.recipients), (True, self.copies))
                    for line in lines(field.data)
                ],
            )

        @property
        def typed(self) -> dict[str, str]:
            """The layout's fields as they were typed."""
            return {f.name: self[f"f_{f.name}"].data or "" for f in layout.fields}

    for each in layout.fields:
        setattr(LetterForm, f"f_{each.name}", _field(each))
    return LetterForm


def _field(field: Field) -> Any:
    required = [InputRequired(_l("Wajib diisi."))] if field.required else []
    if field.input == "line":
        return StringField(field.label, validators=[*required, Length(max=500)], description=field.help)
    if field.input == "date":
        return StringField(
            field.label,
            validators=[*required, Length(max=10)],
            description=field.help,
            render_kw={"type": "date"},
        )
    rows = {"text": 3, "list": 4, "table": 5, "paragraphs": 8}[field.input]
    return TextAreaField(field.label, validators=required, description=field.help, render_kw={"rows": rows})


def lines(text: str | None) -> list[str]:
    """The lines of a text that hold something."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def addressee(line: str, *, copy: bool) -> Addressee:
    """A satker by its code, else somebody outside by name."""
    if UNIT.fullmatch(line):
        return Addressee(unit="" if line == "0" else line, copy=copy)
    return Addressee(line, copy=copy)


def filled(letter: Letter) -> dict[str, Any]:
    """A stored letter as its form shows it."""
    first: Mapping[str, Any] = letter.signers[0] if letter.signers else {}
    named = list(letter.recipients)
    return {
        "title": letter.title,
        "signer_id": str(letter.signer_id or ""),
        "signers": "\n".join(f"{s['name']}; {s['role']}" for s in letter.signers),
        "capacity": first.get("capacity", ""),
        "on_behalf": first.get("on_behalf", ""),
        "recipients": "\n".join(_line(each) for each in named if not each.copy),
        "copies": "\n".join(_line(each) for each in named if each.copy),
        "class_code": letter.class_code or "",
        "secrecy": letter.secrecy,
        "urgency": letter.urgency,
        **{f"f_{f.name}": _typed(f, letter.data.get(f.name)) for f in LAYOUTS[letter.kind].fields},
    }


def _line(recipient: Any) -> str:
    return str(recipient.name) if recipient.unit is None else (recipient.unit or "0")


def _typed(field: Field, value: Any) -> str:
    """A value as somebody would have typed it: the other way round of filling.read."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ("\n\n" if field.input == "paragraphs" else "\n").join(map(str, value))
    if isinstance(value, dict):
        return "\n".join(" | ".join(map(str, row)) for row in (value["columns"], *value["rows"]))
    return str(value)


def route_form(people: list[tuple[int, str]]) -> type[Form]:
    """Rows of account and position, in the order of initialling."""

    class RouteForm(Form):
        @property
        def steps(self) -> list[tuple[int, str]]:
            """What the operation takes: rows with an account."""
            rows = ((self[f"account_{n}"].data, self[f"role_{n}"].data or "") for n in range(1, STEPS + 1))
            return [(int(account), role) for account, role in rows if account]

    for n in range(1, STEPS + 1):
        account = choice(_l("Pemaraf"), people, empty=_l("Tidak ada"))
        setattr(RouteForm, f"account_{n}", account)
        setattr(RouteForm, f"role_{n}", StringField(_l("Jabatan"), validators=[Length(max=200)]))
    return RouteForm


class MoveForm(Form):
    """One step of a letter: with a note where it wants one."""

    reason = TextAreaField(_l("Catatan"), validators=[Length(max=2000)], render_kw={"rows": 2})
    #: The text that its reader saw.
    revision = HiddenField()


class AnnexForm(Form):
    """Add an annex to a draft."""

    label = StringField(_l("Nama lampiran"), validators=[Length(max=200)])
    file = UploadField(_l("Berkas lampiran"), kind=ANNEX, validators=[InputRequired(_l("Pilih berkasnya."))])


class ScanForm(Form):
    """The scan of a paper that was signed by hand."""

    file = UploadField(
        _l("Pindaian bertanda tangan"), kind=SCAN, validators=[InputRequired(_l("Pilih berkasnya."))]
    )


class BackDateForm(Form):
    """Ask for a number between two others."""

    date = DateField(_l("Tanggal naskah"), validators=[InputRequired(_l("Isi tanggalnya."))])
    after = IntegerField(
        _l("Disisipkan sesudah nomor urut"),
        description=_l("12 menjadi 12.a; nomor yang sudah ada tidak berubah."),
        validators=[InputRequired(_l("Isi nomornya.")), NumberRange(1, 99_999)],
    )
    reason = TextAreaField(
        _l("Alasan"), validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=2000)]
    )


def send_form(letter: Letter) -> type[Form]:
    """For each recipient outside: how and when it went."""

    class SendForm(Form):
        @property
        def outside(self) -> dict[int, Any]:
            """What the operation takes."""
            return {
                each.id: (self[f"way_{each.id}"].data, self[f"date_{each.id}"].data)
                for each in letter.recipients
                if each.unit is None
            }

    for each in letter.recipients:
        if each.unit is None:
            setattr(
                SendForm, f"way_{each.id}", choice(_l("Cara pengiriman"), WAYS.items(), empty=_l("Pilih"))
            )
            sent = DateField(_l("Tanggal kirim"), validators=[InputRequired(_l("Isi tanggalnya."))])
            setattr(SendForm, f"date_{each.id}", sent)
    return SendForm
