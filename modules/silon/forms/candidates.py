"""Forms of a candidate, a page each; what lies in the envelope is never filled in: empty means unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from electsys.documents import kinds
from electsys.documents.forms import UploadField
from electsys.regions import queries as regions
from electsys.regions.picker import RegionField
from electsys.web.formats import title_region, ukuran
from electsys.web.forms import Form
from modules.silon.candidate_words import (
    CONDITIONS,
    FIELDS,
    MARITAL,
    PROFILE,
    PROFILE_LISTS,
    PROFILE_TEXTS,
    SEXES,
)
from modules.silon.claims import CandidateClaim
from modules.silon.operations.candidate_photos import PURPOSE

REQUIRED = _l("Wajib diisi.")
KEEP = _l("Tersimpan tertutup. Kosongkan bila tidak berubah.")
CLEAR = _l("Tersimpan tertutup. Kosongkan bila tidak berubah; isi tanda - untuk menghapusnya.")
#: Sealed fields that may be taken away again.
CLEARED = ("religion", "disability", "phone", "email")
#: Most lines of one part of the CV, and the longest line.
LINES, LINE = 40, 200


def tidy(text: str | None) -> str:
    """Text without blanks at its ends and doubled within."""
    return " ".join((text or "").split())


def _text(name: str, most: int, *more: Any, **kw: Any) -> StringField:
    return StringField(FIELDS[name], validators=[*more, Length(max=most)], **kw)


class Page(Form):
    """A page of a candidate: ``version`` is the one that its reader saw."""

    ORDER: tuple[str, ...] = ()
    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version on which the page was opened; None asks nothing."""
        return int(self.version.data) if (self.version.data or "").isdigit() else None

    def changes(self) -> dict[str, Any]:
        """What the page says, for the claim; sealed fields that were left empty are left out."""
        said: dict[str, Any] = {}
        for name in self.ORDER:
            value = getattr(self, name).data
            said[name] = tidy(value) if isinstance(value, str) or value is None else value
        for name in CLEARED:
            if name in said and not said[name]:
                del said[name]
            elif said.get(name) == "-":
                said[name] = ""
        return {name: value for name, value in said.items() if value or name not in ("nik", "birth_date")}

    @property
    def shown(self) -> list[Any]:
        """Its fields in their order."""
        return [self[name] for name in self.ORDER]


class IdentityForm(Page):
    """Who it is."""

    ORDER: tuple[str, ...] = (
        *("nik", "name", "title_before", "title_after", "sex", "birth_place", "birth_date"),
        *("marital_status", "religion", "disability"),
    )
    nik = StringField(
        FIELDS["nik"],
        description=KEEP,
        validators=[Optional()],
        render_kw={"inputmode": "numeric", "maxlength": "20", "autocomplete": "off"},
    )
    name = _text(
        "name",
        120,
        InputRequired(REQUIRED),
        description=_l("Seperti di KTP-el, tanpa gelar."),
        render_kw={"autocomplete": "off"},
    )
    title_before = _text("title_before", 60, Optional(), description=_l("Hanya gelar yang ada ijazahnya."))
    title_after = _text("title_after", 60, Optional())
    sex = RadioField(
        FIELDS["sex"],
        choices=[SelectChoice(code, label) for code, label in SEXES.items()],
        validators=[InputRequired(_l("Pilih jenis kelaminnya."))],
    )
    birth_place = _text("birth_place", 80, InputRequired(REQUIRED))
    birth_date = DateField(FIELDS["birth_date"], description=KEEP, validators=[Optional()])
    marital_status = RadioField(
        FIELDS["marital_status"],
        choices=[SelectChoice(code, label) for code, label in MARITAL.items()],
        validators=[InputRequired(_l("Pilih status perkawinannya."))],
    )
    religion = _text("religion", 40, Optional(), description=CLEAR)
    disability = _text("disability", 80, Optional(), description=CLEAR)

    def validate_nik(self, field: StringField) -> None:
        """A NIK is 16 digits; the form says how many there are. Blanks between them are taken away."""
        field.data = "".join((field.data or "").split())
        if field.data and (len(field.data) != 16 or not field.data.isdigit()):
            raise ValidationError(
                _("NIK terdiri atas 16 angka; yang diisi %(n)s tanda.", n=len(field.data))
                if field.data.isdigit()
                else _("NIK hanya terdiri atas angka.")
            )


class NewForm(IdentityForm):
    """Somebody new: nothing is stored yet, so nothing may be left empty."""

    nik = StringField(
        FIELDS["nik"],
        description=_l("16 angka dari KTP-el. Sesudah disimpan hanya tampak sebagian."),
        validators=[InputRequired(REQUIRED)],
        render_kw={"inputmode": "numeric", "maxlength": "20", "autocomplete": "off"},
    )
    birth_date = DateField(FIELDS["birth_date"], validators=[InputRequired(_l("Isi tanggalnya."))])
    religion = _text("religion", 40, Optional())
    disability = _text("disability", 80, Optional())

    def claim(self) -> CandidateClaim:
        """The claim that the form makes."""
        return CandidateClaim(**self.changes())


class ReplaceForm(NewForm):
    """Somebody new in the place of another, and why."""

    ORDER = (*NewForm.ORDER, "reason")
    reason = TextAreaField(
        _l("Alasan penggantian"),
        description=_l("Misalnya: ijazah calon lama tidak dapat dilegalisasi."),
        validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=500)],
    )

    def claim(self) -> CandidateClaim:
        """The claim that the form makes, without the reason."""
        said = self.changes()
        del said["reason"]
        return CandidateClaim(**said)


class HomeForm(Page):
    """Where somebody lives, how to reach them, and the name on the ballot."""

    ORDER = ("address", "residence_code", "ballot_name", "occupation", "phone", "email")
    address = _text("address", 300, InputRequired(REQUIRED))
    residence_code = RegionField(
        FIELDS["residence_code"],
        level=2,
        description=_l("Nama atau kode kabupaten/kota; diumumkan dalam DCS dan DCT."),
        validators=[InputRequired(REQUIRED)],
    )
    ballot_name = _text(
        "ballot_name",
        120,
        Optional(),
        description=_l("Kosongkan bila sama dengan nama lengkap beserta gelarnya."),
    )
    occupation = _text("occupation", 80, InputRequired(REQUIRED))
    phone = TelField(FIELDS["phone"], description=CLEAR, validators=[Optional(), Length(max=30)])
    email = EmailField(FIELDS["email"], description=CLEAR, validators=[Optional(), Length(max=254)])

    def validate_email(self, field: EmailField) -> None:
        """An address, or the sign that takes it away."""
        if field.data and field.data.strip() != "-":
            Email()(self, field)

    def changes(self) -> dict[str, Any]:
        """With the published name of the kab/kota."""
        said = super().changes()
        said["residence_code"] = said["residence_code"] or None
        named = regions.names([said["residence_code"]], None) if said["residence_code"] else {}
        return said | {"residence": title_region(named.get(said["residence_code"], ""))}


class CvForm(Page):
    """The CV, a line for each thing, and whether it may be published."""

    ORDER = (*PROFILE, "consent")
    motivation = TextAreaField(PROFILE["motivation"], validators=[Optional(), Length(max=3000)])
    programme = TextAreaField(PROFILE["programme"], validators=[Optional(), Length(max=3000)])
    spouse = StringField(
        PROFILE["spouse"], description=_l("Tidak diumumkan."), validators=[Optional(), Length(max=120)]
    )
    children = IntegerField(
        PROFILE["children"], description=_l("Tidak diumumkan."), validators=[Optional(), NumberRange(0, 40)]
    )
    consent = BooleanField(
        _l("Calon menyetujui riwayat hidupnya diumumkan"),
        description=_l("Tanpa persetujuan, hanya nama, foto, L/P, dan kabupaten/kota yang diumumkan."),
    )

    def changes(self) -> dict[str, Any]:
        """The CV as the row keeps it: no empty part."""
        profile: dict[str, Any] = {}
        for name in PROFILE_LISTS:
            lines = [tidy(line) for line in (self[name].data or "").splitlines()]
            profile[name] = [line for line in lines if line]
        for name in PROFILE_TEXTS:
            profile[name] = (self[name].data or "").replace("\r\n", "\n").strip()
        profile["spouse"] = tidy(self.spouse.data)
        if self.children.data is not None:
            profile["children"] = self.children.data
        kept = {name: value for name, value in profile.items() if value not in ("", [])}
        return {"profile": kept, "consent": self.consent.data}

    @staticmethod
    def stored(profile: Mapping[str, Any]) -> dict[str, Any]:
        """A stored CV as the form shows it."""
        return {name: "\n".join(v) if isinstance(v, list) else v for name, v in profile.items()}


def _few_lines(form: Form, field: TextAreaField) -> None:
    """Not more lines than a CV has, none longer than it may be."""
    lines = (field.data or "").splitlines()
    if len(lines) > LINES:
        raise ValidationError(_("Paling banyak %(n)s baris.", n=LINES))
    if long := next((at for at, line in enumerate(lines, 1) if len(line) > LINE), None):
        raise ValidationError(_("Baris %(at)s lebih dari %(n)s huruf.", at=long, n=LINE))


for _name, _label in PROFILE_LISTS.items():
    setattr(
        CvForm,
        _name,
        TextAreaField(
            _label,
            description=_l("Satu baris untuk setiap hal, misalnya: 1999-2003 Universitas Contoh, S1 Hukum."),
            validators=[Optional(), _few_lines],
        ),
    )


class ConditionsForm(Page):
    """What asks for more documents."""

    ORDER = ("conditions",)
    conditions = SelectMultipleField(
        _l("Yang berlaku bagi calon ini"),
        choices=[SelectChoice(code, label) for code, label in CONDITIONS.items()],
        description=_l("Kosongkan semua bila tidak ada. Setiap keadaan meminta dokumen tambahan."),
        validators=[Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def changes(self) -> dict[str, Any]:
        """The conditions in the order of the form."""
        return {"conditions": tuple(c for c in CONDITIONS if c in (self.conditions.data or []))}


#: Page of the entry -> its form.
FORMS: dict[str, type[Page]] = {
    "identitas": IdentityForm,
    "tinggal": HomeForm,
    "riwayat": CvForm,
    "keadaan": ConditionsForm,
}


class PhotoForm(Form):
    """The photo of a candidate."""

    version = HiddenField()

    photo = UploadField(
        FIELDS["photo_id"],
        kind=PURPOSE,
        description=_l("Berwarna, menghadap ke depan, terbaru."),
        validators=[InputRequired(_l("Pilih berkasnya."))],
    )

    def validate_photo(self, field: UploadField) -> None:
        """How large the picture is, before it is taken in."""
        if not isinstance(field.data, FileStorage):
            return
        stream = field.data.stream
        stream.seek(0, 2)
        size, most = stream.tell(), kinds.limits(PURPOSE).max_bytes
        stream.seek(0)
        if size > most:
            raise ValidationError(
                _("Foto %(size)s: paling besar %(most)s.", size=ukuran(size), most=ukuran(most))
            )


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField(
        _l("Alasan"), validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=500)]
    )
