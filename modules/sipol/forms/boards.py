"""Forms of a board and of its officers."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from electsys.documents.forms import UploadField
from electsys.web.forms import Form
from modules.sipol.entry_wording import OFFICE_LABELS
from modules.sipol.rules.documents import PURPOSE


class BoardForm(Form):
    """What the decree of a board says, and the decree itself."""

    decree_number = StringField(
        _l("Nomor SK"), validators=[InputRequired(_l("Salin nomornya dari SK.")), Length(max=200)]
    )
    decree_date = DateField(_l("Tanggal SK"), validators=[InputRequired(_l("Isi tanggal SK-nya."))])
    term_from = DateField(_l("Masa bakti sejak"), validators=[InputRequired(_l("Isi awal masa bakti."))])
    term_to = DateField(
        _l("Masa bakti sampai"),
        description=_l("Kosongkan bila SK tidak menyebutnya."),
        validators=[Optional()],
    )
    decree = UploadField(
        _l("Berkas SK"),
        kind=PURPOSE,
        description=_l("Menggantikan SK yang ada; yang lama tetap tersimpan."),
        validators=[Optional()],
    )

    def facts(self) -> dict[str, Any]:
        """The facts of the operation."""
        return {
            "decree_number": self.decree_number.data or "",
            "decree_date": self.decree_date.data,
            "term_from": self.term_from.data,
            "term_to": self.term_to.data,
        }


class OfficerForm(Form):
    """One officer. Numbers that are there already are never filled in: empty keeps them."""

    office = SelectField(
        _l("Jabatan"), choices=[SelectChoice(code, label) for code, label in OFFICE_LABELS.items()]
    )
    title = StringField(
        _l("Sebutan menurut SK"),
        description=_l("Misalnya Ketua Umum, Wakil Sekretaris. Kosong: sama dengan jabatannya."),
        validators=[Optional(), Length(max=100)],
    )
    name = StringField(
        _l("Nama"),
        description=_l("Seperti pada KTP-el."),
        validators=[InputRequired(_l("Isi namanya.")), Length(max=200)],
    )
    nik = StringField(
        _l("NIK"),
        validators=[Optional(), Length(max=16)],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": "16"},
    )
    birth_date = DateField(_l("Tanggal lahir"), validators=[Optional()])
    sex = RadioField(
        _l("Jenis kelamin"),
        choices=[SelectChoice("L", _l("Laki-laki")), SelectChoice("P", _l("Perempuan"))],
        validators=[InputRequired(_l("Pilih salah satu."))],
    )
    card_number = StringField(_l("Nomor KTA"), validators=[Optional(), Length(max=60)])
    compared = BooleanField(_l("NIK sudah dicocokkan dengan KTP-el dan memang demikian"))

    def facts(self) -> dict[str, Any]:
        """The facts of the operation."""
        office = self.office.data or "anggota"
        return {
            "office": office,
            "title": (self.title.data or "").strip() or str(OFFICE_LABELS[office]),
            "name": self.name.data or "",
            "sex": self.sex.data or "",
            "nik": (self.nik.data or "").strip() or None,
            "birth_date": self.birth_date.data,
            "card_number": self.card_number.data,
            "compared": bool(self.compared.data),
        }


def officer_form(keep: bool, **values: Any) -> OfficerForm:
    """The form; ``keep`` where the numbers are there already and may stay."""
    form = OfficerForm(**values)
    if keep:
        form.nik.description = form.birth_date.description = _l("Kosongkan bila tidak berubah.")
    else:
        form.nik.description = _l("16 angka. Disegel; layar hanya menampilkan sebagian.")
        form.nik.flags.required = form.birth_date.flags.required = True
    return form
