"""Forms of coklit at the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp

from electsys.identity.models import Grant
from electsys.web.forms import Form
from modules.sidalih.rules.visits import CHANGED, ELSEWHERE, RIGHT, STRUCK
from modules.sidalih.wording import FIELDS

#: What a visit can find, in the order of the phone's keys.
OUTCOMES: dict[str, Any] = {
    RIGHT: _l("Sesuai"),
    CHANGED: _l("Ubah data"),
    STRUCK: _l("TMS"),
    ELSEWHERE: _l("Salah TPS"),
}
SEXES = {"L": _l("Laki-laki"), "P": _l("Perempuan")}
MARRIED = {"B": _l("Belum kawin"), "S": _l("Sudah kawin"), "P": _l("Pernah kawin")}
RECORDED = {"S": _l("Sudah merekam"), "B": _l("Belum merekam")}
#: The fields of a person, as they stand on the paper; their names are those of Claims.
PERSON = (
    *("name", "nik", "nkk", "birth_place", "birth_date", "sex", "marital_status"),
    *("address", "rt", "rw", "disability", "ktp_el"),
)
#: Of a new voter these must be there.
NEEDED = (
    *("name", "nik", "birth_place", "birth_date", "sex", "marital_status"),
    *("address", "rt", "rw"),
)


class GiveStationForm(Form):
    """Give a station to a Pantarlih."""

    akun = SelectField(
        _l("Pantarlih"),
        description=_l("Akun berperan Pantarlih di desa/kelurahan atau TPS ini."),
        validators=[InputRequired(_l("Pilih Pantarlihnya."))],
    )

    def offer(self, held: Sequence[Grant], now: int | None) -> None:
        """Offer these people, who has the station now chosen first."""
        people = {g.account_id: f"{g.account.name} ({g.account.username})" for g in held}
        self.akun.choices = [SelectChoice(str(key), name) for key, name in people.items()]
        if not self.is_submitted() and now in people:
            self.akun.data = str(now)


class _Part(Form):
    """A part of a form; the token is the whole's."""

    class Meta(Form.Meta):
        """Without a token of its own."""

        csrf = False


def _text(name: str, longest: int = 200, **more: Any) -> StringField:
    return StringField(
        FIELDS[name],
        validators=[Optional(), Length(max=longest)],
        render_kw={"autocomplete": "off", "maxlength": str(longest), **more},
    )


def _number(name: str, pattern: str, longest: int, message: Any) -> StringField:
    return StringField(
        FIELDS[name],
        validators=[Optional(), Regexp(pattern, message=message)],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "maxlength": str(longest)},
    )


def _choice(name: str, words: Mapping[str, Any]) -> SelectField:
    choices = [SelectChoice("", ""), *(SelectChoice(key, text) for key, text in words.items())]
    return SelectField(FIELDS[name], choices=choices, validators=[Optional()])


class PersonForm(_Part):
    """The fields of a person; what is empty is not said."""

    name = _text("name")
    nik = _number("nik", r"^\d{16}$", 16, _l("NIK harus 16 angka."))
    nkk = _number("nkk", r"^\d{16}$", 16, _l("Nomor KK harus 16 angka."))
    birth_place = _text("birth_place")
    birth_date = DateField(FIELDS["birth_date"], validators=[Optional()])
    sex = _choice("sex", SEXES)
    marital_status = _choice("marital_status", MARRIED)
    address = _text("address")
    rt = _number("rt", r"^\d{1,3}$", 3, _l("RT paling banyak 3 angka."))
    rw = _number("rw", r"^\d{1,3}$", 3, _l("RW paling banyak 3 angka."))
    disability = SelectField(FIELDS["disability"], choices=[SelectChoice("", "")], validators=[Optional()])
    ktp_el = _choice("ktp_el", RECORDED)

    def said(self) -> dict[str, str]:
        """What is filled in, as the phone's packet has it."""
        found = {name: self[name].data for name in PERSON}
        return {
            name: value.isoformat() if name == "birth_date" else value.strip()
            for name, value in found.items()
            if value and (name == "birth_date" or value.strip())
        }


class FindingForm(PersonForm):
    """One voter of the house. ``voter_name`` is set by :meth:`HouseForm.offer`."""

    voter = HiddenField()
    version = HiddenField()
    state = HiddenField()
    hasil = RadioField(
        _l("Hasil"), choices=[SelectChoice(*o) for o in OUTCOMES.items()], validators=[Optional()]
    )
    kode = SelectField(
        _l("Alasan tidak memenuhi syarat"), choices=[SelectChoice("", "")], validators=[Optional()]
    )
    alasan = StringField(
        _l("Keterangan atau nomor surat"),
        validators=[Optional(), Length(max=300)],
        render_kw={"autocomplete": "off", "maxlength": "300"},
    )
    tps = SelectField(_l("TPS yang benar"), choices=[SelectChoice("", "")], validators=[Optional()])
    voter_name = ""

    def validate(self, extra_validators: Any = None) -> bool:
        """What the phone asks, too: a finding for each voter, and what belongs to it."""
        valid = super().validate(extra_validators)
        wrong: tuple[Any, str] | None = None
        if not self.hasil.data and self.state.data == "potensial":
            wrong = self.hasil, _("Pilih hasil untuk %(name)s.", name=self.voter_name)
        elif self.hasil.data == CHANGED and not self.said():
            wrong = self.name, _("Isi yang berubah untuk %(name)s.", name=self.voter_name)
        elif self.hasil.data == STRUCK and not self.kode.data:
            wrong = self.kode, _("Pilih alasan TMS untuk %(name)s.", name=self.voter_name)
        elif self.hasil.data == ELSEWHERE and not self.tps.data:
            wrong = self.tps, _("Pilih TPS yang benar untuk %(name)s.", name=self.voter_name)
        if wrong is not None:
            wrong[0].errors = [*wrong[0].errors, wrong[1]]
        return valid and wrong is None

    def finding(self) -> dict[str, Any]:
        """The finding as the phone's packet has it."""
        found: dict[str, Any] = {
            "id": int(self.voter.data or 0),
            "versi": int(self.version.data or 0),
            "status": self.state.data or "",
            "hasil": self.hasil.data,
        }
        if self.hasil.data == CHANGED:
            found["ubah"] = self.said()
        elif self.hasil.data == STRUCK:
            found |= {"kode": self.kode.data, "alasan": self.alasan.data or ""}
        elif self.hasil.data == ELSEWHERE:
            found["tps"] = self.tps.data
        return found


class FreshForm(PersonForm):
    """A voter who is not on the list."""

    def validate(self, extra_validators: Any = None) -> bool:
        """All that a row needs, unless nobody was written here."""
        valid = super().validate(extra_validators)
        if self.is_empty:
            return valid
        for name in NEEDED:
            if name not in self.said():
                self[name].errors = [*self[name].errors, _("Wajib diisi.")]
                valid = False
        return valid

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said of a person; the address was filled in beforehand."""
        return not self.said().keys() - {"address", "rt", "rw"}


class HouseForm(Form):
    """A household's visit from paper."""

    visitor = StringField(
        _l("Pantarlih yang berkunjung"),
        validators=[InputRequired(_l("Tulis nama Pantarlih yang berkunjung.")), Length(max=100)],
        render_kw={"autocomplete": "off", "maxlength": "100"},
    )
    visited_on = DateField(_l("Tanggal kunjungan"), validators=[InputRequired(_l("Isi tanggal kunjungan."))])
    pemilih = FieldList(FormField(FindingForm), max_entries=60)
    baru = FieldList(FormField(FreshForm), max_entries=20)

    def offer(
        self,
        names: Mapping[int, str],
        codes: Sequence[Mapping[str, str]],
        disabilities: Sequence[Mapping[str, str]],
        stations: Sequence[tuple[str, str]],
    ) -> None:
        """Offer the election's tables and the other stations of the village; name each voter's part."""
        sick = [SelectChoice("", ""), *(SelectChoice(d["kode"], d["nama"]) for d in disabilities)]
        for entry in self.pemilih:
            part = entry.form
            part.voter_name = names.get(int(part.voter.data or 0), "")
            part.kode.choices = [
                SelectChoice("", _("Pilih")),
                *(SelectChoice(c["kode"], f"{c['kode']}. {c['nama']}") for c in codes),
            ]
            part.tps.choices = [SelectChoice("", _("Pilih")), *(SelectChoice(*s) for s in stations)]
        for entry in (*self.pemilih, *self.baru):
            entry.form.disability.choices = sick

    def payload(self, tps_code: str, house: int) -> dict[str, Any]:
        """The visit as a phone would send it."""
        return {
            "tps": tps_code,
            "rumah": str(house),
            "pemilih": [e.form.finding() for e in self.pemilih if e.form.hasil.data],
            "baru": [e.form.said() for e in self.baru if not e.form.is_empty],
        }


class SettleForm(Form):
    """What stands of a visit that did not fit; the choices are added by :func:`settle_form`."""

    seen = HiddenField()
    reason = TextAreaField(
        _l("Alasan"),
        description=_l("Misalnya: KTP-el dicocokkan lagi, Pantarlih dihubungi."),
        validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=300)],
    )


#: The two that a line lets choose.
PHONE, LIST = "gawai", "kini"


def choice_name(voter_id: int, field: str) -> str:
    """The name of the choice of one field of one voter."""
    return f"v{voter_id}_{field}"


def settle_form(lines: Mapping[str, Any], *, required: bool, **values: Any) -> SettleForm:
    """The form with a choice for each of ``lines`` (name -> label)."""
    says = [InputRequired(_l("Pilih salah satu."))] if required else [Optional()]
    choices = [SelectChoice(PHONE, _l("Isian ponsel")), SelectChoice(LIST, _l("Berlaku sekarang"))]
    fields = {
        name: RadioField(label, choices=choices, validators=says, validate_choice=required)
        for name, label in lines.items()
    }
    made = type("SettleForm", (SettleForm,), fields)
    return made(**values)
