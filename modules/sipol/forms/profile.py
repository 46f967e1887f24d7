"""The form of a party's profile."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from electsys.documents.forms import UploadField
from electsys.web.forms import Form
from modules.sipol.rules.documents import LOGO


def _text(label: Any, most: int = 200, hint: Any = "", **more: Any) -> StringField:
    return StringField(label, description=hint, validators=[Optional(), Length(max=most)], **more)


class ProfileForm(Form):
    """What a party says of itself."""

    name = StringField(
        _l("Nama lengkap"),
        description=_l("Seperti pada SK Menteri. Tidak boleh sama dengan partai lain."),
        validators=[InputRequired(_l("Isi nama partainya.")), Length(max=200)],
    )
    short_name = StringField(
        _l("Singkatan"), validators=[InputRequired(_l("Isi singkatannya.")), Length(max=40)]
    )
    logo = UploadField(
        _l("Lambang"),
        kind=LOGO,
        description=_l(
            "Dilihat dari isinya: mengganti nama berkas lain menjadi .png tidak membuatnya gambar."
        ),
        validators=[Optional()],
    )
    color = StringField(
        _l("Warna"),
        description=_l("Enam angka heksadesimal dengan tanda pagar, misalnya #B91C1C."),
        validators=[
            Optional(),
            Regexp(r"^#[0-9A-Fa-f]{6}$", message=_l("Tulis seperti #B91C1C.")),
        ],
    )
    decree_number = _text(_l("Nomor SK Menteri Hukum dan HAM"))
    decree_date = DateField(_l("Tanggal SK"), validators=[Optional()])
    gazette_number = _text(_l("Nomor Berita Negara"))
    npwp = _text(_l("NPWP"), 30)
    address = _text(_l("Alamat kantor pusat"), 300)
    phone = _text(_l("Telepon"), 40)
    email = StringField(
        _l("Email"),
        validators=[
            Optional(),
            Length(max=200),
            Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("Tulis alamat email, misalnya info@contoh.id.")),
        ],
    )
    website = StringField(
        _l("Situs"),
        validators=[
            Optional(),
            Length(max=200),
            Regexp(r"^https?://\S+$", message=_l("Tulis alamat yang dimulai dengan https://.")),
        ],
    )

    def facts(self) -> dict[str, Any]:
        """The fields of the operation."""
        names = (
            *("name", "short_name", "color", "decree_number", "decree_date", "gazette_number", "npwp"),
            *("address", "phone", "email", "website"),
        )
        return {name: getattr(self, name).data or None for name in names} | {
            "name": self.name.data or "",
            "short_name": self.short_name.data or "",
        }
