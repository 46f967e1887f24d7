"""Forms of copies."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from electsys.web.forms import Form
from modules.sidalih.operations.copies import STAGES as COPIED
from modules.sidalih.rules.copies import PROFILES, PURPOSES
from modules.sidalih.wording import STAGES


class RequestForm(Form):
    """Ask for a copy: what, for whom, for what."""

    profile = SelectField(
        _l("Jenis salinan"),
        [InputRequired()],
        choices=[
            SelectChoice("", _l("Pilih jenis salinan")),
            *(SelectChoice(p.code, p.label) for p in PROFILES.values()),
        ],
        description=_l("Kolom tiap jenis ditentukan peraturan; tidak ada jenis yang memuat NIK lengkap."),
    )
    stage = SelectField(
        _l("Daftar"),
        [InputRequired()],
        choices=[SelectChoice(s, STAGES[s]) for s in reversed(COPIED)],
        default="dpt",
    )
    region = StringField(
        _l("Kode wilayah"),
        [
            InputRequired(),
            Regexp(r"^\d+$", message=_l("Isi dengan angka saja, misalnya 1201 atau 1201011001.")),
            Length(max=13),
        ],
        description=_l("Kabupaten/kota 4 angka, kecamatan 6, desa/kelurahan 10, TPS 13."),
    )
    recipient = StringField(
        _l("Diserahkan kepada (lembaga)"),
        [InputRequired(), Length(max=160)],
        description=_l("Misalnya: Bawaslu Kabupaten Tapanuli Tengah. Tampil dalam daftar penyerahan publik."),
    )
    person = StringField(
        _l("Nama dan jabatan yang menerima"),
        [InputRequired(), Length(max=160)],
        description=_l("Tidak ditampilkan kepada umum."),
    )
    purpose = SelectField(
        _l("Keperluan"),
        [InputRequired()],
        choices=[
            SelectChoice("", _l("Pilih keperluan")),
            *(SelectChoice(*each) for each in PURPOSES.items()),
        ],
        description=_l("Tampil dalam daftar penyerahan publik."),
    )
    note = TextAreaField(
        _l("Catatan untuk yang menyetujui"),
        [Length(max=500)],
        description=_l("Misalnya nomor surat permintaan. Jangan tulis NIK di sini."),
    )
    submit = SubmitField(_l("Ajukan permintaan"))


class RefuseForm(Form):
    """Refuse, with a reason."""

    reason = StringField(
        _l("Alasan penolakan"),
        [InputRequired(_l("Tuliskan alasan penolakan.")), Length(max=500)],
    )
