"""Forms of elections. Times are entered as a wall clock reads them: WIB, or a region's own."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from electsys.elections.models import LegalSetting
from electsys.elections.wording import CHOICES, CONTESTS, FORMS, KINDS
from electsys.regions.picker import RegionField
from electsys.web.formats import ZONES
from electsys.web.forms import Form


def reason() -> TextAreaField:
    """Why; stands in the history."""
    return TextAreaField(
        _l("Alasan dan dasar"),
        description=_l("Sebut peraturan atau keputusannya. Terbaca dalam riwayat."),
        validators=[InputRequired(), Length(max=1000)],
    )


def minute() -> StringField:
    """The number of the minute or decision."""
    return StringField(_l("Nomor berita acara atau keputusan"), validators=[InputRequired(), Length(max=200)])


def regulation() -> StringField:
    """The article that a value comes from."""
    return StringField(
        _l("Dasar"),
        description=_l("Peraturan dan pasalnya, misalnya PKPU 10/2023:8(2)."),
        validators=[Length(max=200)],
    )


def confirmed() -> BooleanField:
    """Whether somebody has compared the row with the text of the law."""
    return BooleanField(_l("Sudah dicocokkan dengan naskah peraturannya"))


def moment(label: object, hint: object = _l("Menurut jam WIB.")) -> DateTimeLocalField:
    """A time on a wall clock."""
    return DateTimeLocalField(
        label,
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H.%M", "%Y-%m-%d %H:%M"],
        description=hint,
        validators=[InputRequired()],
    )


#: The hint of times in one region.
LOCAL = _l("Menurut jam setempat wilayah itu (WIB, WITA, atau WIT).")


def instant(typed: dt.datetime, zone: str = "WIB") -> dt.datetime:
    """What was typed on the clock of a zone, in UTC."""
    return typed.replace(tzinfo=ZONES[zone]).astimezone(dt.UTC)


def shown(stored: dt.datetime) -> dt.datetime:
    """A stored time as the clock of WIB reads it, for a field."""
    return stored.astimezone(ZONES["WIB"]).replace(tzinfo=None)


class TimesForm(Form):
    """Times of a stage."""

    opens = moment(_l("Dibuka"))
    closes = moment(_l("Ditutup"))
    regulation = regulation()
    confirmed = confirmed()
    reason = reason()


class OverrideForm(Form):
    """Times of a stage in one region."""

    region = RegionField(_l("Wilayah"), validators=[InputRequired()], description=_l("Nama atau kode."))
    opens = moment(_l("Dibuka"), LOCAL)
    closes = moment(_l("Ditutup"), LOCAL)
    minute = minute()
    reason = reason()


class StopForm(Form):
    """Stop the clock of a stage."""

    region = RegionField(_l("Wilayah"), description=_l("Nama atau kode. Kosong: seluruh Indonesia."))
    minute = minute()
    reason = reason()


class CodeForm(Form):
    """One row of a code table."""

    code = StringField(_l("Kode"), validators=[InputRequired(), Length(max=60)])
    label = StringField(_l("Sebutan"), validators=[InputRequired(), Length(max=200)])
    detail = StringField(_l("Keterangan"), validators=[Length(max=500)])
    active = BooleanField(_l("Dipakai"), default=True)
    regulation = regulation()
    confirmed = confirmed()
    reason = reason()


class ReasonForm(Form):
    """Only a reason."""

    reason = reason()


class ElectionChangeForm(Form):
    """Name and voting day."""

    name = StringField(_l("Nama"), validators=[InputRequired(), Length(max=200)])
    voting_day = DateField(
        _l("Hari pemungutan"),
        validators=[InputRequired()],
        description=_l("Tahapan tidak ikut bergeser; ubah waktunya satu per satu."),
    )
    reason = reason()


class ElectionForm(Form):
    """A new election, copied from an earlier one."""

    code = StringField(
        _l("Kode"),
        validators=[InputRequired(), Length(max=40)],
        description=_l("Untuk alamat dan perintah, misalnya pemilu-2029; tidak dapat diubah lagi."),
        render_kw={"autocapitalize": "none", "autocomplete": "off"},
    )
    name = StringField(_l("Nama"), validators=[InputRequired(), Length(max=200)])
    kind = SelectField(_l("Jenis"), choices=[SelectChoice(k, words) for k, words in KINDS.items()])
    voting_day = DateField(_l("Hari pemungutan"), validators=[InputRequired()])
    source = SelectField(
        _l("Salin dari"),
        description=_l(
            "Peta wilayah, tahapan, pengaturan hukum, dan tabel kode disalin dan ditandai perlu dikonfirmasi."
            " Peserta dan TPS tidak disalin."
        ),
    )


class ContestForm(Form):
    """One more ballot paper."""

    kind = SelectField(_l("Pemilihan"), choices=[SelectChoice(k, words) for k, words in CONTESTS.items()])
    name = StringField(
        _l("Nama"), validators=[InputRequired(), Length(max=200)], description=_l("Seperti pada surat suara.")
    )
    region = RegionField(
        _l("Wilayah"),
        description=_l("Provinsi untuk gubernur, kab/kota untuk bupati atau wali kota. Selain itu kosong."),
    )


def setting_form(setting: LegalSetting) -> Form:
    """The form of one setting: a list where the law leaves a choice, else a text."""

    class SettingForm(Form):
        if setting.kind == "choice":
            value = SelectField(
                _l("Nilai"), choices=[SelectChoice(c, CHOICES.get(c, c)) for c in setting.choices.split()]
            )
        elif setting.kind == "json":
            value = TextAreaField(_l("Nilai"), description=FORMS["json"], validators=[InputRequired()])
        else:
            value = StringField(_l("Nilai"), description=FORMS[setting.kind], validators=[Length(max=200)])

    SettingForm.regulation = regulation()
    SettingForm.confirmed = confirmed()
    SettingForm.reason = reason()
    return SettingForm(value=setting.value, regulation=setting.regulation, confirmed=not setting.to_confirm)
