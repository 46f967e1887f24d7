"""Forms of the pages that propose dapil."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.regions.picker import RegionField
from electsys.web.forms import Form


class DapilForm(Form):
    """For which DPRD, and from which people."""

    election = RadioField(_l("Pemilu"), validators=[InputRequired(_l("Pilih pemilu."))])
    body = RegionField(
        _l("Provinsi atau kabupaten/kota"),
        description=_l("Nama atau kode wilayah DPRD yang dapilnya disusun."),
        validators=[InputRequired(_l("Isi wilayahnya."))],
    )
    populations = TextAreaField(
        _l("Jumlah penduduk"),
        description=_l(
            "Satu baris satu wilayah: kode,jumlah. Kosongkan untuk memakai angka yang tersimpan. Wilayah"
            " yang harus dipecah perlu juga angka bagiannya."
        ),
        validators=[Length(max=400_000)],
    )
    source = StringField(
        _l("Sumber jumlah penduduk"),
        description=_l("Misalnya: DAK2 semester II 2026. Wajib bila Anda mengisi jumlah penduduk."),
        validators=[Length(max=200)],
    )


class ChooseForm(Form):
    """One plan goes on as the draft."""

    reason = StringField(
        _l("Alasan memilih rancangan ini"),
        validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=500)],
    )
