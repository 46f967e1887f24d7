"""Forms of the register; those of metadata are made from ``rules.metadata``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from electsys.documents.forms import UploadField
from electsys.regions.picker import RegionField
from electsys.web.forms import Form
from modules.jdih.models import LawDocument, LawKind
from modules.jdih.queries import register as queries
from modules.jdih.rules import rulings
from modules.jdih.rules.metadata import Field as Meta
from modules.jdih.rules.metadata import fields_of
from modules.jdih.wording.register import DOUBTS, OUTCOMES, RELATIONS, ROLES, TYPES


class Checks(SelectMultipleField):
    """Several choices as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class LinesField(TextAreaField):
    """A list: one entry a line."""

    def _value(self) -> str:
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        """Lines that say something."""
        self.data = [line.strip() for line in "\n".join(valuelist).splitlines() if line.strip()]


OPTION = Markup(
    '<div class="choice"><input type="radio" class="form-check-input" id="{id}-{stem}" name="{name}-pilih"'
    ' value="{stem}"> <label for="{id}-{stem}">{words}</label></div>'
)
UNCLEAR = Markup(
    '<div class="picker">{}<fieldset class="field-choices"><legend>{}</legend>{}</fieldset></div>'
)


def words_for(document: LawDocument) -> str:
    """A document as a choice: its name and what it is about."""
    return _("%(name)s tentang %(title)s", name=queries.name_of(document), title=document.title[:120])


class LawInput(TextInput):
    """The text field with suggestions, and the documents to choose from where the words were unclear."""

    def __call__(self, field: Field, **kwargs: Any) -> Markup:
        kwargs |= {"autocomplete": "off", "spellcheck": "false", "data-regions": url_for("jdih.pick_law")}
        text = super().__call__(field, **kwargs)
        if not field.unclear:
            return Markup('<div class="picker">{}</div>').format(text)
        options = Markup("").join(
            OPTION.format(id=field.id, name=field.name, stem=d.stem, words=words_for(d))
            for d in field.unclear
        )
        return UNCLEAR.format(text, _("Dokumen mana yang dimaksud?"), options)


class LawField(StringField):
    """A document of the register: its citation, its stem, or words of its title; ``document`` is the one."""

    widget = LawInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unclear: list[LawDocument] = []
        self.document: LawDocument | None = None

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """A choice from the list of unclear words wins over the text."""
        super().process(formdata, *args, **kwargs)
        if formdata and (chosen := formdata.get(f"{self.name}-pilih")):
            self.data = chosen

    def pre_validate(self, form: Any) -> None:
        """Find the document; ValidationError where that is not clear."""
        text = (self.data or "").replace("\0", "").strip()
        if not text:
            return
        found = queries.pick(text)
        cited = [d for d in found if (d.citation or "").casefold() == text.casefold()]
        self.document = (
            queries.by_stem(text) or (cited or found[:1] if len(found) == 1 or cited else [None])[0]
        )
        if self.document is not None:
            return
        self.unclear = found
        if found:
            raise ValidationError(_("Ada beberapa dokumen yang cocok. Pilih satu dari daftar."))
        raise ValidationError(
            _(
                "Tidak ada dokumen “%(text)s” dalam register. Ketik kutipannya, misalnya PKPU 10/2023, atau"
                " bagian judulnya; bila belum ada, catat dulu.",
                text=text[:60],
            )
        )


def reason(description: Any = None) -> TextAreaField:
    """Why; stands in the history."""
    return TextAreaField(
        _l("Alasan"),
        description=description or _l("Terbaca dalam riwayat versi."),
        validators=[InputRequired(), Length(max=1000)],
        render_kw={"rows": 2},
    )


def accepted() -> Checks:
    """The doubts that somebody has looked at; shown only where there are some."""
    return Checks(_l("Peringatan"), choices=[SelectChoice(code, code) for code in DOUBTS])


class BeforePublication:
    """The field may stay empty in a draft, but not in what is published: it is not called optional."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Nothing is wrong with a draft."""


def _input(meta: Meta, type: str) -> Field:
    label, hint = meta.label(type), meta.example(type)
    required: list[Any] = [InputRequired()] if meta.name in ("title", "number") else [Optional()]
    if type in meta.required and meta.name not in ("title", "number"):
        required = [BeforePublication()]
    longest = Length(max=meta.max, message=_l("Isi paling banyak %(max)d huruf."))
    common: dict[str, Any] = {"description": hint}
    if meta.input == "date":
        return DateField(label, validators=[Optional()], **common)
    if meta.input in ("list", "regions"):
        return LinesField(label, validators=[Optional()], render_kw={"rows": 3}, **common)
    if meta.input == "checks":
        choices = [SelectChoice(code, words) for code, words in rulings.KINDS.items()]
        return Checks(label, choices=choices, **common)
    if meta.input == "long":
        rows = 8 if meta.name == "abstract" else 3
        return TextAreaField(label, validators=[*required, longest], render_kw={"rows": rows}, **common)
    return StringField(label, validators=[*required, longest], **common)


def law_form(kind: LawKind, *, new: bool, choose_unit: bool = False) -> type[Form]:
    """The form of a kind: for a new document year and satker, for an old one the reason of the change."""
    parts: dict[str, Any] = {}
    if new and choose_unit:
        hint = (
            _l("Kosong berarti KPU RI; atau nama atau kode provinsi atau kabupaten/kota.")
            if 0 in kind.unit_digits
            else _l("Nama atau kode provinsi atau kabupaten/kota.")
        )
        parts["unit"] = RegionField(_l("Satker"), description=hint)
    if new:
        parts["year"] = IntegerField(
            _l("Tahun"), description=_l("Empat angka."), validators=[InputRequired(), NumberRange(1900, 2200)]
        )
    parts |= {meta.name: _input(meta, kind.type) for meta in fields_of(kind.type)}
    parts["to_confirm"] = BooleanField(_l("Fakta belum dibandingkan dengan naskah aslinya"))
    if not new:
        parts["reason"] = reason()
    parts["accepted"] = accepted()
    return type("LawForm", (Form,), parts)


def law_values(form: Form, kind: LawKind) -> dict[str, Any]:
    """The metadata that a form of :func:`law_form` holds."""
    return {meta.name: form._fields[meta.name].data for meta in fields_of(kind.type)}


class ReasonForm(Form):
    """A step that needs a reason."""

    reason = reason(_l("Terbaca oleh publik pada halaman dokumen."))


def file_form(purpose: str, *, replace: bool) -> type[Form]:
    """A file of a document: what it is, or why it takes another's place."""
    parts: dict[str, Any] = {
        "file": UploadField(_l("Berkas"), kind=purpose, validators=[InputRequired(_l("Pilih berkasnya."))])
    }
    if replace:
        parts["reason"] = reason()
    else:
        parts["role"] = SelectField(_l("Sebagai"), choices=[SelectChoice(*r) for r in ROLES.items()])
        parts["label"] = StringField(
            _l("Nama berkas"),
            description=_l("Misalnya Lampiran II; kosong berarti menurut jenisnya."),
            validators=[Length(max=200)],
        )
    parts["accepted"] = accepted()
    return type("FileForm", (Form,), parts)


def relation_form(type_: str, suggested: Sequence[str]) -> type[Form]:
    """A relation that starts at a document of a type."""
    parts: dict[str, Any] = {
        "kind": SelectField(
            _l("Dokumen ini"), choices=[SelectChoice(kind, RELATIONS[kind][0]) for kind in suggested]
        ),
        "target": LawField(
            _l("Dokumen yang dituju"),
            description=_l("Ketik kutipan atau bagian judul, misalnya PKPU 10/2023 atau daftar pemilih."),
            validators=[InputRequired()],
        ),
    }
    if type_ == "putusan":
        choices = [SelectChoice("", _l("(tidak menguji)")), *(SelectChoice(*o) for o in OUTCOMES.items())]
        parts["outcome"] = SelectField(_l("Amar"), choices=choices)
    parts["note"] = StringField(
        _l("Pasal atau keterangan"),
        description=_l("Misalnya pasal 8 ayat (2)."),
        validators=[Length(max=300)],
    )
    parts["accepted"] = accepted()
    return type("RelationForm", (Form,), parts)


class KindForm(Form):
    """A kind of document."""

    code = StringField(
        _l("Kode"),
        description=_l("Huruf kecil, angka, dan garis bawah; tetap untuk selamanya."),
        validators=[
            InputRequired(),
            Length(max=40),
            Regexp(r"[a-z0-9_]+\Z", message=_l("Hanya a-z, 0-9, dan _.")),
        ],
    )
    type = SelectField(_l("Tipe dokumen"), choices=[SelectChoice(*t) for t in TYPES.items()])
    stem = StringField(
        _l("Singkatan dalam alamat"),
        description=_l("Huruf kecil, misalnya kpt dalam 2024kpt219."),
        validators=[
            InputRequired(),
            Length(max=20),
            Regexp(r"[a-z]+\Z", message=_l("Hanya huruf kecil a-z.")),
        ],
    )
    unit_digits = Checks(
        _l("Dikeluarkan oleh"),
        choices=[
            SelectChoice("0", _l("KPU RI atau lembaga nasional")),
            SelectChoice("2", _l("satker provinsi")),
            SelectChoice("4", _l("satker kabupaten/kota")),
        ],
        validators=[InputRequired()],
    )
    name = StringField(_l("Nama"), validators=[InputRequired(), Length(max=200)])
    abbreviation = StringField(_l("Singkatan"), validators=[InputRequired(), Length(max=40)])
    aliases = LinesField(
        _l("Sebutan lain"),
        description=_l("Satu sebutan satu baris, huruf kecil; dipakai pencarian."),
        render_kw={"rows": 3},
    )
    position = IntegerField(
        _l("Urutan"),
        description=_l("Angka kecil berarti lebih tinggi tingkatnya."),
        validators=[InputRequired(), NumberRange(0, 999)],
    )


def document_of(form: Form) -> LawDocument:
    """The document that a valid relation form names."""
    return cast(LawDocument, form._fields["target"].document)
