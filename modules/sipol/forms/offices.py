"""Forms of offices and bank accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from electsys.documents.forms import UploadField
from electsys.web.forms import Form
from modules.sipol.entry_wording import TENURES
from modules.sipol.rules.documents import PHOTO, PURPOSE


class OfficeForm(Form):
    """Where the office is, by what right, and the proof."""

    address = TextAreaField(
        _l("Alamat lengkap"), validators=[InputRequired(_l("Isi alamatnya.")), Length(max=300)]
    )
    tenure = RadioField(
        _l("Status kantor"),
        choices=[SelectChoice(code, label) for code, label in TENURES.items()],
        validators=[InputRequired(_l("Pilih salah satu."))],
    )
    valid_to = DateField(
        _l("Sewa atau pinjam pakai sampai"),
        description=_l("Hari terakhir menurut perjanjian; kosong untuk milik sendiri."),
        validators=[Optional()],
    )
    latitude = DecimalField(
        _l("Garis lintang"),
        description=_l("Boleh dikosongkan. Misalnya 1.7425; selatan khatulistiwa memakai tanda minus."),
        places=None,
        validators=[Optional(), NumberRange(-90, 90)],
    )
    longitude = DecimalField(
        _l("Garis bujur"),
        description=_l("Boleh dikosongkan. Misalnya 98.7792."),
        places=None,
        validators=[Optional(), NumberRange(-180, 180)],
    )
    proof = UploadField(
        _l("Bukti kantor dan keterangan domisili"),
        kind=PURPOSE,
        description=_l("Menggantikan yang ada; yang lama tetap tersimpan."),
        validators=[Optional()],
    )
    photo = UploadField(
        _l("Foto kantor"),
        kind=PHOTO,
        description=_l("Tampak depan dengan papan nama. Data lokasi di dalam foto dihapus."),
        validators=[Optional()],
    )

    def facts(self) -> dict[str, Any]:
        """The facts of the operation."""
        place = {name: getattr(self, name).data for name in ("latitude", "longitude")}
        return {
            "address": self.address.data or "",
            "tenure": self.tenure.data or "",
            "valid_to": self.valid_to.data,
            **{name: None if number is None else float(number) for name, number in place.items()},
        }


class AccountForm(Form):
    """What the passbook says, and the proof."""

    bank = StringField(_l("Bank"), validators=[InputRequired(_l("Isi nama banknya.")), Length(max=100)])
    number = StringField(
        _l("Nomor rekening"),
        validators=[InputRequired(_l("Isi nomornya.")), Length(max=40)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    holder = StringField(
        _l("Atas nama"),
        description=_l("Seperti pada buku tabungan; rekening atas nama partai, bukan perorangan."),
        validators=[InputRequired(_l("Isi nama pemiliknya.")), Length(max=200)],
    )
    proof = UploadField(
        _l("Bukti rekening"),
        kind=PURPOSE,
        description=_l("Halaman depan buku tabungan atau surat bank. Menggantikan yang ada."),
        validators=[Optional()],
    )

    def facts(self) -> dict[str, str]:
        """The facts of the operation."""
        return {name: getattr(self, name).data or "" for name in ("bank", "number", "holder")}
