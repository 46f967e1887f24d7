"""The form base: CSRF token, an error summary that links to the fields, hints and errors tied to them.

A view shows a refused operation at its form::

    form = TransferForm()
    if form.validate_on_submit():
        try:
            operations.transfer_voter(..., actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            return redirect(...)
    return render_template("...", form=form), form.status
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import abort
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FileField,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SubmitField,
)
from wtforms.csrf.core import CSRFTokenField
from wtforms.widgets import Select

from electsys.errors import Refused

#: What WTForms and Flask-WTF say in English, in our words. Plural forms share one sentence.
WORDS: dict[str, Any] = {
    "This field is required.": _l("Wajib diisi."),
    "Not a valid integer value.": _l("Isi dengan bilangan bulat, tanpa huruf dan tanda baca."),
    "Not a valid decimal value.": _l("Isi dengan angka."),
    "Not a valid float value.": _l("Isi dengan angka."),
    "Not a valid date value.": _l("Isi dengan tanggal, misalnya 2024-02-14."),
    "Not a valid time value.": _l("Isi dengan jam, misalnya 13.00."),
    "Not a valid datetime value.": _l("Isi dengan tanggal dan jam, misalnya 2024-02-14 13.00."),
    "Not a valid choice.": _l("Pilih salah satu dari daftar."),
    "Invalid Choice: could not coerce.": _l("Pilih salah satu dari daftar."),
    "'%(value)s' is not a valid choice for this field.": _l("Pilih hanya dari daftar."),
    "'%(value)s' are not valid choices for this field.": _l("Pilih hanya dari daftar."),
    "Invalid input.": _l("Isian ini tidak sesuai bentuk yang diminta."),
    "Invalid email address.": _l("Isi dengan alamat email, misalnya nama@contoh.go.id."),
    "Invalid URL.": _l("Isi dengan alamat situs, misalnya https://contoh.go.id."),
    "Field must be equal to %(other_name)s.": _l("Isian ini harus sama dengan sebelumnya."),
    "Field must be at least %(min)d character long.": _l("Isi paling sedikit %(min)d huruf."),
    "Field must be at least %(min)d characters long.": _l("Isi paling sedikit %(min)d huruf."),
    "Field cannot be longer than %(max)d character.": _l("Isi paling banyak %(max)d huruf."),
    "Field cannot be longer than %(max)d characters.": _l("Isi paling banyak %(max)d huruf."),
    "Field must be exactly %(max)d character long.": _l("Isi tepat %(max)d huruf."),
    "Field must be exactly %(max)d characters long.": _l("Isi tepat %(max)d huruf."),
    "Field must be between %(min)d and %(max)d characters long.": _l("Isi %(min)d sampai %(max)d huruf."),
    "Number must be at least %(min)s.": _l("Isi dengan angka paling kecil %(min)s."),
    "Number must be at most %(max)s.": _l("Isi dengan angka paling besar %(max)s."),
    "Number must be between %(min)s and %(max)s.": _l("Isi dengan angka %(min)s sampai %(max)s."),
    "Date must be at least %(min)s.": _l("Isi dengan tanggal paling awal %(min)s."),
    "Date must be at most %(max)s.": _l("Isi dengan tanggal paling akhir %(max)s."),
    "Date must be between %(min)s and %(max)s.": _l("Isi dengan tanggal %(min)s sampai %(max)s."),
    "Invalid choice(s): one or more data inputs could not be coerced.": _l("Pilih hanya dari daftar."),
    "Invalid value, must be one of: %(values)s.": _l("Isi dengan salah satu dari: %(values)s."),
    "File does not have an approved extension.": _l("Jenis berkas ini tidak diterima."),
    "File does not have an approved extension: {extensions}": _l("Pilih berkas berjenis {extensions}."),
    "The CSRF token is missing.": _l("Halaman ini sudah terlalu lama terbuka. Muat ulang, lalu kirim lagi."),
    "The CSRF session token is missing.": _l(
        "Halaman ini sudah terlalu lama terbuka. Muat ulang, lalu kirim lagi."
    ),
    "The CSRF tokens do not match.": _l(
        "Halaman ini sudah terlalu lama terbuka. Muat ulang, lalu kirim lagi."
    ),
    "The CSRF token is invalid.": _l("Halaman ini sudah terlalu lama terbuka. Muat ulang, lalu kirim lagi."),
    "The CSRF token has expired.": _l("Halaman ini sudah terlalu lama terbuka. Muat ulang, lalu kirim lagi."),
}


class _Words:
    """Messages of WTForms in the reader's language."""

    def gettext(self, message: str) -> str:
        return str(WORDS.get(message, message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class Complaint(NamedTuple):
    """One line of the error summary: the id it links to (None for the whole form) and what it says."""

    anchor: str | None
    message: str


class Form(FlaskForm):
    """Base of every form of a page."""

    class Meta(FlaskForm.Meta):
        """Indonesian messages, and fields tied to their hint and error."""

        def get_translations(self, form: Any) -> _Words:
            return _Words()

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            given = {k: v for k, v in (field.render_kw or {}).items() if k not in render_kw}
            kw = _bound(field) | given | render_kw
            if isinstance(field, CSRFTokenField):
                kw.setdefault("id", False)  # nothing names it, and a page may have several forms
            return field.widget(
                field, **{k.removesuffix("_") if k == "class_" else k: v for k, v in kw.items()}
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """As usual; but what could not even be read is not judged any further.

        An optional field that was left empty could not be read either, and is right all the same.
        """
        valid = super().validate(extra_validators)
        for field in self:
            if field.process_errors and field.errors:
                field.errors = list(field.process_errors)
        return bool(valid)

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at the field it names, or at the top of the form."""
        said = " ".join(str(part) for part in (refusal.message, refusal.hint) if part)
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(said)
        else:
            field.errors = [*field.errors, said]

    def complaints(self) -> list[Complaint]:
        """The error summary: what concerns the whole form first, then field by field."""
        whole = [Complaint(None, str(e)) for e in self.form_errors]
        return whole + [c for field in self for c in _of_field(field)]

    @property
    def status(self) -> int:
        """422 for a form that comes back with errors, else 200."""
        return 422 if self.complaints() else 200


class ButtonForm(Form):
    """A button that does one thing: nothing but the token."""


def demand_button() -> None:
    """400 unless a :class:`ButtonForm` of our own page was sent."""
    if not ButtonForm().validate_on_submit():
        abort(400)


def is_choices(field: Field) -> bool:
    """Whether the field is a group of radio buttons or check boxes."""
    return isinstance(field, SelectField) and not isinstance(field.widget, Select)


def anchor_of(field: Field) -> str:
    """The id that a link to this field must name: a group of choices has its first choice's."""
    return next((str(choice.id) for choice in field), str(field.id)) if is_choices(field) else str(field.id)


def _of_field(field: Field) -> Iterator[Complaint]:
    if isinstance(field, FormField | FieldList):
        children = field.form if isinstance(field, FormField) else field.entries
        for child in children:
            yield from _of_field(child)
        own = field.errors.get(None, ()) if isinstance(field.errors, dict) else field.errors
        yield from (Complaint(str(field.id), str(e)) for e in own if not isinstance(e, dict | list | tuple))
        return
    if isinstance(field, HiddenField):  # nothing to go to
        yield from (Complaint(None, str(e)) for e in field.errors)
        return
    yield from (Complaint(anchor_of(field), f"{field.label.text}: {e}") for e in field.errors)


def _bound(field: Field) -> dict[str, Any]:
    """Attributes that tie the field to its hint and error, and the look of its kind."""
    if isinstance(field, HiddenField):
        return {}
    described = [
        f"{field.id}-{part}"
        for part, there in (("hint", field.description), ("error", field.errors))
        if there
    ]
    attributes: dict[str, Any] = {"class": _look(field)} if _look(field) else {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    # The browser's own bubbles would hide the error summary; wheels and arrows would change a number.
    if field.flags.required:
        attributes |= {"required": False, "aria-required": "true"}
    if isinstance(field, IntegerField):
        attributes |= {"type": "text", "inputmode": "numeric", "autocomplete": "off"}
        attributes |= {"min": False, "max": False, "step": False}
    return attributes


def _look(field: Field) -> str:
    invalid = " is-invalid" if field.errors else ""
    if isinstance(field, SubmitField):
        return "btn btn-primary"
    if isinstance(field, BooleanField):
        return "form-check-input" + invalid
    if is_choices(field):
        return "choices"
    if isinstance(field, SelectField):
        return "form-select" + invalid
    if isinstance(field, FormField | FieldList):
        return ""
    return "form-control" + (" form-file" if isinstance(field, FileField) else "") + invalid
