"""Forms of members: enter, change, withdraw, statements, hearings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import DateField, DateTimeLocalField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from electsys.documents.forms import UploadField
from electsys.web.forms import Form
from modules.sipol.claims import MemberClaim, tidy
from modules.sipol.member_wording import FIELDS, FLAG_WORDS

KEEP = _l("Kosongkan bila tidak berubah.")
NONE = "0"


def _text(name: str, longest: int) -> StringField:
    return StringField(FIELDS[name], validators=[InputRequired(_l("Wajib diisi.")), Length(max=longest)])


def _nik(*validators: Any, **more: Any) -> StringField:
    return StringField(
        FIELDS["nik"],
        validators=[*validators, Regexp(r"^\d{16}$", message=_l("Isi 16 angka."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": "16"},
        **more,
    )


class _Fields(Form):
    """What a member's form says, save what is sealed."""

    name = _text("name", 200)
    sex = SelectField(
        FIELDS["sex"], choices=[SelectChoice("L", _l("Laki-laki")), SelectChoice("P", _l("Perempuan"))]
    )
    birth_place = _text("birth_place", 100)
    marital_status = SelectField(
        FIELDS["marital_status"],
        choices=[
            SelectChoice("B", _l("Belum kawin")),
            SelectChoice("S", _l("Kawin")),
            SelectChoice("P", _l("Pernah kawin")),
        ],
    )
    occupation = _text("occupation", 100)
    address = _text("address", 300)
    village_code = StringField(
        FIELDS["village_code"],
        validators=[
            InputRequired(_l("Wajib diisi.")),
            Regexp(r"^\d{10}$", message=_l("Isi 10 angka kode desa/kelurahan.")),
        ],
        render_kw={"inputmode": "numeric", "maxlength": "10"},
    )
    card_number = _text("card_number", 60)
    card_date = DateField(FIELDS["card_date"], validators=[Optional()])

    def said(self) -> dict[str, Any]:
        """What the form says, as rows hold it."""
        texts = ("name", "birth_place", "occupation", "address", "card_number")
        return {name: tidy(getattr(self, name).data or "") for name in texts} | {
            name: getattr(self, name).data for name in ("sex", "marital_status", "village_code", "card_date")
        }


class AddForm(_Fields):
    """A member entered by hand."""

    nik = _nik(InputRequired(_l("Wajib diisi.")))
    birth_date = DateField(FIELDS["birth_date"], validators=[InputRequired(_l("Isi tanggalnya."))])
    ORDER = (
        *("nik", "name", "sex", "birth_place", "birth_date", "marital_status", "occupation", "address"),
        *("village_code", "card_number", "card_date"),
    )

    def claim(self) -> MemberClaim:
        """The claim that the form makes."""
        return MemberClaim(nik=self.nik.data or "", birth_date=self.birth_date.data, **self.said())


class ChangeForm(_Fields):
    """Change fields of a member. Sealed ones are never filled in: empty means unchanged."""

    nik = _nik(Optional(), description=KEEP)
    birth_date = DateField(FIELDS["birth_date"], description=KEEP, validators=[Optional()])
    ORDER = AddForm.ORDER

    def changes(self) -> dict[str, Any]:
        """What the form says, for the operation; empty sealed fields are left out."""
        said = self.said()
        for name in ("nik", "birth_date"):
            if getattr(self, name).data:
                said[name] = getattr(self, name).data
        return said


class WithdrawForm(Form):
    """Claim a person no more."""

    reason = TextAreaField(
        _l("Alasan"),
        description=_l("Misalnya: mengundurkan diri dengan surat tanggal ..., atau salah dicatat."),
        validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=500)],
    )


class StatementForm(Form):
    """The signed statement of one member."""

    flag = SelectField(_l("Menjawab tanda"))
    letter = UploadField(
        _l("Surat pernyataan bertanda tangan"),
        kind="evidence",
        validators=[InputRequired(_l("Pilih berkasnya."))],
    )

    def offer(self, flags: Sequence[str]) -> StatementForm:
        """The same form with the flags of a member."""
        self.flag.choices = [SelectChoice(flag, FLAG_WORDS[flag]) for flag in flags]
        return self


class StatementsForm(Form):
    """Many statements at once, each named after the card number of its member."""

    flag = SelectField(_l("Menjawab tanda"))
    letters = MultipleFileField(
        _l("Surat pernyataan, satu berkas setiap anggota"),
        description=_l(
            "Nama berkas memuat nomor KTA anggotanya. JPEG, PNG, atau PDF, paling banyak 100 berkas."
        ),
        validators=[InputRequired(_l("Pilih berkasnya."))],
        render_kw={"accept": "image/jpeg,image/png,application/pdf", "multiple": True},
    )

    def offer(self, flags: Sequence[str]) -> StatementsForm:
        """The same form with the flags that a letter can answer."""
        self.flag.choices = [SelectChoice(flag, FLAG_WORDS[flag]) for flag in flags]
        return self


class HearingForm(Form):
    """What a person said before KPU kab/kota."""

    party = SelectField(_l("Orang ini menyatakan anggota"))
    heard_at = DateTimeLocalField(
        _l("Waktu klarifikasi (WIB)"), validators=[InputRequired(_l("Isi waktunya."))]
    )
    minutes = UploadField(
        _l("Berita acara atau foto klarifikasi"),
        kind="evidence",
        validators=[InputRequired(_l("Pilih berkasnya."))],
    )

    def offer(self, parties: Sequence[tuple[int, str]]) -> HearingForm:
        """The same form with the parties that claim the person."""
        self.party.choices = [
            *(SelectChoice(str(key), name) for key, name in parties),
            SelectChoice(NONE, _l("Bukan anggota partai mana pun dari antaranya")),
        ]
        return self

    @property
    def chosen(self) -> int | None:
        """The party that was chosen; None is none of them."""
        return None if self.party.data == NONE else int(self.party.data)
