"""Forms of incoming letters and of the archive."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from electsys.documents.forms import UploadField
from electsys.documents.layouts import KECEPATAN, SIFAT
from electsys.web.forms import Form
from modules.jdih.files import SCAN
from modules.jdih.forms.letters import choice

FATES = {
    "musnah": _l("Musnah"),
    "permanen": _l("Permanen"),
    "dinilai_kembali": _l("Dinilai kembali"),
}


# --- incoming ------------------------------------------------------------------------------------


def incoming_form(units: list[tuple[str, str]], classes: list[tuple[str, str]]) -> type[Form]:
    """What stands on a letter that came in, and its scan."""

    class IncomingForm(Form):
        unit = choice(_l("Satker penerima"), units)
        sender = StringField(
            _l("Pengirim"), validators=[InputRequired(_l("Tulis siapa pengirimnya.")), Length(max=300)]
        )
        number = StringField(
            _l("Nomor surat"),
            validators=[InputRequired(_l("Tulis nomornya, atau - bila tanpa nomor.")), Length(max=200)],
        )
        date = DateField(_l("Tanggal surat"), validators=[InputRequired(_l("Isi tanggalnya."))])
        received_on = DateField(_l("Tanggal terima"), validators=[InputRequired(_l("Isi tanggalnya."))])
        title = TextAreaField(
            _l("Hal"),
            validators=[InputRequired(_l("Isi hal suratnya.")), Length(max=500)],
            render_kw={"rows": 2},
        )
        secrecy = choice(_l("Sifat"), SIFAT.items())
        urgency = choice(_l("Kecepatan"), KECEPATAN.items())
        class_code = choice(_l("Klasifikasi arsip"), classes, empty=_l("Belum ditentukan"))
        file = UploadField(
            _l("Pindaian surat"), kind=SCAN, validators=[InputRequired(_l("Lampirkan pindaiannya."))]
        )

    return IncomingForm


def disposition_form(people: list[tuple[int, str]]) -> type[Form]:
    """To whom, what to do, until when."""

    class DispositionForm(Form):
        to = SelectMultipleField(
            _l("Kepada"),
            choices=[SelectChoice(str(account), name) for account, name in people],
            description=_l("Tahan Ctrl untuk memilih beberapa orang."),
            validators=[InputRequired(_l("Pilih paling sedikit satu penerima."))],
            render_kw={"size": 6},
        )
        instruction = TextAreaField(
            _l("Instruksi"), validators=[InputRequired(_l("Tulis instruksinya.")), Length(max=2000)]
        )
        due_on = DateField(_l("Batas waktu"), validators=[Optional()])

    return DispositionForm


class ReportForm(Form):
    """What was done about a disposition."""

    report = TextAreaField(
        _l("Laporan tindak lanjut"),
        validators=[InputRequired(_l("Tulis apa yang dikerjakan.")), Length(max=2000)],
    )


class CloseForm(Form):
    """How the matter was settled."""

    outcome = TextAreaField(
        _l("Hasil penyelesaian"), validators=[InputRequired(_l("Tulis hasilnya.")), Length(max=2000)]
    )


# --- archive -------------------------------------------------------------------------------------


def class_form(parents: list[tuple[str, str]], *, new: bool) -> type[Form]:
    """A class of the archive with its retention."""

    class ClassForm(Form):
        name = StringField(_l("Uraian"), validators=[InputRequired(_l("Isi uraiannya.")), Length(max=200)])
        parent = choice(_l("Induk"), parents, empty=_l("Tanpa induk"))
        active_years = IntegerField(_l("Retensi aktif (tahun)"), validators=[Optional(), NumberRange(0, 100)])
        inactive_years = IntegerField(
            _l("Retensi inaktif (tahun)"), validators=[Optional(), NumberRange(0, 100)]
        )
        fate = choice(_l("Nasib akhir"), FATES.items(), empty=_l("Belum ditetapkan"))
        source = StringField(_l("Dasar hukum"), validators=[Length(max=300)])
        to_confirm = BooleanField(_l("Masih perlu dicocokkan dengan peraturannya"))
        active = BooleanField(_l("Dipakai untuk naskah baru"), default=True)

    if new:
        code = StringField(
            _l("Kode"),
            description=_l("Huruf besar dan angka bertitik, misalnya PL.01.4."),
            validators=[InputRequired(_l("Isi kodenya.")), Length(max=30)],
        )
        setattr(ClassForm, "code", code)  # noqa: B010
    return ClassForm


def kind_form(classes: list[tuple[str, str]]) -> type[Form]:
    """What a kind of letter demands."""

    class KindForm(Form):
        series = StringField(
            _l("Deret nomor"),
            description=_l("Jenis dengan deret yang sama berbagi satu urutan nomor."),
            validators=[InputRequired(_l("Isi nama deretnya.")), Length(max=20)],
        )
        initials = IntegerField(
            _l("Jumlah paraf paling sedikit"), validators=[InputRequired(), NumberRange(0, 9)]
        )
        signer_apart = BooleanField(_l("Penanda tangan harus akun lain daripada penyusunnya"))
        public = BooleanField(_l("Naskah yang terbit boleh dibaca siapa saja"))
        class_code = choice(_l("Klasifikasi arsip bawaan"), classes, empty=_l("Tidak ada"))

    return KindForm
