"""Forms of rolls, lists, plenaries and quarters."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from electsys.web.forms import Form
from modules.sidalih.wording import OUTCOME_WORDS


class OpenRollForm(Form):
    """Begin the list of a kab/kota."""

    region = HiddenField(validators=[InputRequired(), Length(4, 4)])


class StageForm(Form):
    """Set a stage: the numbers were checked."""

    checked = BooleanField(
        _l("Angka di atas sudah diperiksa dan sama dengan yang disepakati dalam rapat."),
        validators=[DataRequired(_l("Beri tanda bahwa angkanya sudah diperiksa."))],
    )


class OpenQuarterForm(Form):
    """Open a quarter."""

    year = IntegerField(_l("Tahun"), validators=[InputRequired(_l("Isi tahunnya.")), NumberRange(2020, 2100)])
    number = SelectField(
        _l("Triwulan"), choices=[SelectChoice(str(n), r) for n, r in enumerate(("I", "II", "III", "IV"), 1)]
    )

    @classmethod
    def proposed(cls, last: tuple[int, int] | None) -> OpenQuarterForm:
        """Filled with the quarter after the last one, or with that of today."""
        today = dt.datetime.now(dt.UTC).date()
        year, number = last or (today.year, (today.month - 1) // 3)
        year, number = (year + 1, 1) if number == 4 else (year, number + 1)
        return cls(year=year, number=str(number))


class CloseQuarterForm(StageForm):
    """Close a quarter in plenary."""


class SemesterForm(StageForm):
    """The plenary of a province or the nation on a semester."""


class DrawForm(Form):
    """Draw the sample of a limited visit."""

    seed = StringField(
        _l("Benih undian"),
        description=_l(
            "Angka yang dihasilkan di depan yang hadir, misalnya sepuluh lemparan dadu. Benih diumumkan"
            " bersama sampelnya, sehingga siapa pun dapat mengundi ulang."
        ),
        validators=[
            InputRequired(_l("Isi benihnya.")),
            Length(10, 100, message=_l("Isi 10 sampai 100 tanda.")),
        ],
        render_kw={"autocomplete": "off"},
    )
    size = IntegerField(
        _l("Ukuran sampel"),
        validators=[InputRequired(_l("Isi ukurannya.")), NumberRange(1, message=_l("Paling sedikit satu."))],
    )


class DiscardForm(Form):
    """Give a frame up."""

    reason = StringField(
        _l("Alasan membuang kerangka"),
        validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=300)],
    )


class OutcomeForm(Form):
    """What the limited visit of a voter found."""

    outcome = RadioField(
        _l("Hasil kunjungan"),
        choices=[SelectChoice(code, words) for code, words in OUTCOME_WORDS.items()],
        validators=[InputRequired(_l("Pilih hasilnya."))],
    )
    note = StringField(
        _l("Catatan"),
        description=_l("Wajib bila pemilih tidak ditemui: kapan didatangi dan apa kata tetangga atau RT."),
        validators=[Length(max=300)],
    )


class NikForm(Form):
    """Find rows by a whole NIK; the number travels in the body of the request alone."""

    nik = StringField(
        _l("NIK"),
        description=_l("16 angka. Nomor ini tidak tercatat pada alamat halaman."),
        validators=[
            InputRequired(_l("Isi NIK yang dicari.")),
            Length(16, 16, message=_l("NIK terdiri atas 16 angka.")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": "16"},
    )
