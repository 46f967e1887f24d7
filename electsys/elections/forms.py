"""Forms of elections. Times are entered as the clock of WIB reads them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.elections.models import LegalSetting
from electsys.elections.wording import FORMS
from electsys.regions.picker import RegionField
from electsys.web.forms import Form

WIB = ZoneInfo("Asia/Jakarta")


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


def moment(label: object) -> DateTimeLocalField:
    """A time on the clock of WIB."""
    return DateTimeLocalField(
        label,
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H.%M", "%Y-%m-%d %H:%M"],
        description=_l("Menurut jam WIB."),
        validators=[InputRequired()],
    )


def instant(typed: dt.datetime) -> dt.datetime:
    """What was typed, in UTC."""
    return typed.replace(tzinfo=WIB).astimezone(dt.UTC)


def shown(stored: dt.datetime) -> dt.datetime:
    """A stored time as the clock of WIB reads it, for a field."""
    return stored.astimezone(WIB).replace(tzinfo=None)


class TimesForm(Form):
    """Times of a stage."""

    opens = moment(_l("Dibuka"))
    closes = moment(_l("Ditutup"))
    reason = reason()


class OverrideForm(Form):
    """Times of a stage in one region."""

    region = RegionField(_l("Wilayah"), validators=[InputRequired()], description=_l("Nama atau kode."))
    opens = moment(_l("Dibuka"))
    closes = moment(_l("Ditutup"))
    minute = minute()
    reason = reason()


class StopForm(Form):
    """Stop the clock of a stage."""

    region = RegionField(_l("Wilayah"), description=_l("Nama atau kode. Kosong: seluruh Indonesia."))
    minute = minute()
    reason = reason()


class ButtonForm(Form):
    """Only a button."""


class CodeForm(Form):
    """One row of a code table."""

    code = StringField(_l("Kode"), validators=[InputRequired(), Length(max=60)])
    label = StringField(_l("Sebutan"), validators=[InputRequired(), Length(max=200)])
    detail = StringField(_l("Keterangan"), validators=[Length(max=500)])
    active = BooleanField(_l("Dipakai"), default=True)


def setting_form(setting: LegalSetting) -> Form:
    """The form of one setting: a list where the law leaves a choice, else a text."""

    class SettingForm(Form):
        if setting.kind == "choice":
            value = SelectField(_l("Nilai"), choices=[(c, c) for c in setting.choices.split()])
        elif setting.kind == "json":
            value = TextAreaField(_l("Nilai"), description=FORMS["json"], validators=[InputRequired()])
        else:
            value = StringField(_l("Nilai"), description=FORMS[setting.kind], validators=[Length(max=200)])

    SettingForm.reason = reason()
    return SettingForm(value=setting.value)
