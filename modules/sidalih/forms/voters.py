"""Forms of one voter: amend, strike, restore, place, mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from electsys.documents.forms import UploadField
from electsys.web.forms import Form
from modules.sidalih.rules.marks import BY_HAND, CANCEL
from modules.sidalih.wording import FIELDS, MARKS

KEEP = _l("Kosongkan bila tidak berubah.")


class ReasonForm(Form):
    """Why, and with what proof."""

    reason = TextAreaField(
        _l("Alasan"),
        description=_l("Misalnya: akta kematian nomor ..., KTP-el dicocokkan pada ..."),
        validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=500)],
    )
    evidence = UploadField(
        _l("Bukti"), kind="evidence", description=_l("Boleh dikosongkan."), validators=[Optional()]
    )


class RestoreForm(Form):
    """Take a striking back."""

    reason = TextAreaField(
        _l("Alasan"), validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=500)]
    )


def _required(label: Any, longest: int = 200) -> StringField:
    return StringField(label, validators=[InputRequired(_l("Wajib diisi.")), Length(max=longest)])


def _number(label: Any) -> StringField:
    return StringField(
        label,
        description=KEEP,
        validators=[Optional(), Regexp(r"^\d{16}$", message=_l("Isi 16 angka."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": "16"},
    )


class AmendForm(ReasonForm):
    """Change fields of a voter. Sealed ones are never filled in: empty means unchanged."""

    name = _required(FIELDS["name"])
    sex = SelectField(
        FIELDS["sex"], choices=[SelectChoice("L", _l("Laki-laki")), SelectChoice("P", _l("Perempuan"))]
    )
    birth_place = _required(FIELDS["birth_place"])
    birth_date = DateField(FIELDS["birth_date"], description=KEEP, validators=[Optional()])
    marital_status = SelectField(
        FIELDS["marital_status"],
        choices=[
            SelectChoice("B", _l("Belum kawin")),
            SelectChoice("S", _l("Kawin")),
            SelectChoice("P", _l("Pernah kawin")),
        ],
    )
    address = _required(FIELDS["address"])
    rt = _required(FIELDS["rt"], 3)
    rw = _required(FIELDS["rw"], 3)
    ktp_el = SelectField(
        FIELDS["ktp_el"],
        choices=[
            SelectChoice("", _l("tidak diketahui")),
            SelectChoice("S", _l("Sudah direkam")),
            SelectChoice("B", _l("Belum direkam")),
        ],
    )
    disability = SelectField(FIELDS["disability"])
    nik = _number(FIELDS["nik"])
    nkk = _number(FIELDS["nkk"])

    #: In this order on the page.
    ORDER = (
        *("name", "sex", "birth_place", "birth_date", "marital_status", "address", "rt", "rw"),
        *("ktp_el", "disability", "nik", "nkk", "reason", "evidence"),
    )

    def changes(self) -> dict[str, Any]:
        """What the form says, for the operation; empty sealed fields are left out."""
        plain = {
            name: (getattr(self, name).data or "").strip()
            for name in ("name", "sex", "birth_place", "marital_status", "address")
        }
        plain["name"] = plain["name"].upper()
        said: dict[str, Any] = plain | {
            "rt": (self.rt.data or "").strip().zfill(3),
            "rw": (self.rw.data or "").strip().zfill(3),
            "ktp_el": self.ktp_el.data or None,
        }
        if self.disability.data != "=":
            said["disability"] = None if self.disability.data == "0" else self.disability.data
        for name in ("birth_date", "nik", "nkk"):
            if getattr(self, name).data:
                said[name] = getattr(self, name).data
        return said


def amend_form(disabilities: Sequence[tuple[str, str]], **values: Any) -> AmendForm:
    """The form with the election's own table of disabilities."""
    form = AmendForm(**values)
    form.disability.choices = [
        SelectChoice("=", _l("tidak berubah")),
        *(SelectChoice(*d) for d in disabilities),
    ]
    return form


class StrikeForm(ReasonForm):
    """Strike a voter."""

    code = SelectField(_l("Sebab"), validators=[InputRequired(_l("Pilih sebabnya."))])
    ORDER = ("code", "reason", "evidence")


def strike_form(codes: Sequence[tuple[str, str]]) -> StrikeForm:
    """The form with the election's own table of reasons."""
    form = StrikeForm()
    form.code.choices = [SelectChoice(*code) for code in codes]
    return form


class PlaceForm(Form):
    """Give another polling station of the same village."""

    tps_code = SelectField(FIELDS["tps_code"], validators=[InputRequired(_l("Pilih TPS."))])
    reason = TextAreaField(
        _l("Alasan"), validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=500)]
    )


def place_form(stations: Sequence[tuple[str, str]], **values: Any) -> PlaceForm:
    """The form with the stations of the village."""
    form = PlaceForm(**values)
    form.tps_code.choices = [SelectChoice(code, f"{name} ({code})") for code, name in stations]
    return form


class MarkForm(Form):
    """Mark an entry of the DPT."""

    kind = SelectField(_l("Tanda"), choices=[SelectChoice(kind, MARKS[kind]) for kind in (*BY_HAND, CANCEL)])
    reason = TextAreaField(
        _l("Alasan"), validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=500)]
    )
