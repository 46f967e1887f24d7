"""Forms of identity."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import EqualTo, InputRequired, Length, NumberRange, Optional
from wtforms.validators import ValidationError as Invalid
from wtforms.widgets import CheckboxInput, ListWidget

from electsys.identity import passwords
from electsys.identity.queries.roles import roles
from electsys.regions.picker import RegionField
from electsys.web.formats import angka
from electsys.web.forms import Form

WIB = ZoneInfo("Asia/Jakarta")


class ProfileForm(Form):
    """Name and address of an account."""

    name = StringField(_l("Nama"), validators=[InputRequired(), Length(max=200)])
    email = StringField(
        _l("Email"),
        validators=[InputRequired(), Length(max=254)],
        description=_l("Untuk pemberitahuan dan bila lupa kata sandi."),
    )
    submit = SubmitField(_l("Simpan"))


class GrantForm(Form):
    """A role, where, for which party and election, until when."""

    role = SelectField(_l("Peran"), validators=[InputRequired()])
    region = RegionField(
        _l("Wilayah"), tps=True, description=_l("Nama atau kode. Kosong: seluruh Indonesia.")
    )
    party = IntegerField(
        _l("Nomor partai"),
        validators=[Optional(), NumberRange(1, 99)],
        description=_l("Wajib untuk peran partai; kosongkan untuk peran lain."),
    )
    election = SelectField(_l("Pemilu"), validators=[Optional()])
    valid_to = DateField(
        _l("Berlaku sampai"),
        validators=[Optional()],
        description=_l("Hari terakhir hak ini berlaku. Kosong: sampai diakhiri."),
    )
    submit = SubmitField(_l("Beri hak"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [
            SelectChoice("", _("Pilih peran")),
            *(SelectChoice(str(r.id), r.words) for r in roles()),
        ]
        self.election.choices = [SelectChoice("", _("Semua pemilu")), *_elections()]

    @property
    def last_moment(self) -> dt.datetime | None:
        """The end of the last day, in the western zone."""
        day: dt.date | None = self.valid_to.data
        return (
            dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), WIB).astimezone(dt.UTC)
            if day
            else None
        )

    def values(self) -> dict[str, Any]:
        """What give_grant wants to know beside account and role."""
        return {
            "region": (self.region.data or "").strip(),
            "party_id": self.party.data,
            "election_id": int(self.election.data) if self.election.data else None,
            "valid_to": self.last_moment,
        }


def _elections() -> list[SelectChoice]:
    from sqlalchemy import select

    from electsys.db import db
    from electsys.elections.models import Election

    rows = db.session.execute(select(Election.id, Election.name).order_by(Election.voting_day.desc()))
    return [SelectChoice(str(key), name) for key, name in rows]


class AccountForm(GrantForm):
    """A new account with its first right."""

    username = StringField(
        _l("Nama pengguna"),
        validators=[InputRequired(), Length(max=64)],
        description=_l("Huruf kecil, angka, titik, garis bawah, dan tanda hubung; tidak dapat diubah lagi."),
        render_kw={"autocapitalize": "none", "autocomplete": "off"},
    )
    name = StringField(_l("Nama"), validators=[InputRequired(), Length(max=200)])
    email = StringField(_l("Email"), validators=[InputRequired(), Length(max=254)])
    submit = SubmitField(_l("Buat akun"))


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField(
        _l("Alasan"),
        validators=[InputRequired(), Length(max=500)],
        description=_l("Tercatat dalam jejak kegiatan. Jangan menulis NIK."),
    )
    submit = SubmitField(_l("Lanjutkan"))


class BulkForm(Form):
    """A file of accounts."""

    file = FileField(
        _l("Berkas"),
        validators=[FileRequired(_l("Pilih berkas.")), FileAllowed(["csv", "xlsx"])],
        description=_l("CSV atau XLSX dengan kolom username, nama, email, peran, kode_wilayah, partai."),
    )
    check = SubmitField(_l("Periksa saja"))
    submit = SubmitField(_l("Buat semua akun"))


class SheetsForm(Form):
    """Whose activation sheets."""

    whose = RadioField(_l("Untuk siapa"), default="baru")
    submit = SubmitField(_l("Unduh lembar aktivasi (PDF)"))

    def __init__(self, counts: dict[str, int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whose.choices = [
            SelectChoice("baru", _("%(n)s akun yang belum mempunyai lembar", n=angka(counts["baru"]))),
            SelectChoice(
                "semua",
                _(
                    "%(n)s akun yang belum diaktifkan; lembar lama tidak berlaku lagi",
                    n=angka(counts["semua"]),
                ),
            ),
        ]


#: The lengths of region codes and what lies there.
LEVELS = {
    "0": _l("Indonesia"),
    "2": _l("provinsi"),
    "4": _l("kabupaten/kota"),
    "6": _l("kecamatan"),
    "10": _l("desa/kelurahan"),
    "13": _l("TPS"),
}


class RoleForm(Form):
    """A new role."""

    name = StringField(
        _l("Nama"),
        validators=[InputRequired(), Length(max=40)],
        description=_l("Untuk berkas dan perintah, misalnya operator_gudang."),
    )
    label = StringField(_l("Sebutan"), validators=[InputRequired(), Length(max=100)])
    levels = SelectMultipleField(
        _l("Diberikan untuk tingkat"),
        choices=[SelectChoice(digits, label) for digits, label in LEVELS.items()],
        description=_l("Hak dengan peran ini hanya dapat diberikan untuk wilayah setingkat itu."),
        validators=[InputRequired(_l("Pilih sedikitnya satu tingkat."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    needs_party = BooleanField(_l("Harus terikat pada satu partai"))
    submit = SubmitField(_l("Buat peran"))


class ExplainForm(Form):
    """May this account do that, there?"""

    class Meta(Form.Meta):
        """Asked by GET, so that the answer can be linked to."""

        csrf = False

    hak = SelectField(_l("Hak"), validators=[Optional()])
    wilayah = RegionField(
        _l("Wilayah"), tps=True, description=_l("Nama atau kode. Kosong: seluruh Indonesia.")
    )
    partai = IntegerField(
        _l("Nomor partai"), validators=[Optional()], description=_l("Kosong: bukan urusan satu partai.")
    )


class FirstPasswordForm(Form):
    """The password of somebody who holds an activation sheet."""

    password = PasswordField(
        _l("Kata sandi"),
        validators=[InputRequired()],
        description=_l("Paling sedikit 12 huruf. Rangkaian beberapa kata mudah diingat dan sulit ditebak."),
        render_kw={"autocomplete": "new-password"},
    )
    password_confirm = PasswordField(
        _l("Ulangi kata sandi"),
        validators=[InputRequired(), EqualTo("password", _l("Kedua kata sandi belum sama."))],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField(_l("Simpan kata sandi"))

    def __init__(self, account: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def validate_password(self, field: Any) -> None:
        """Long enough and hard to guess."""
        for problem in passwords.problems(field.data or "", self.account):
            raise Invalid(problem)


class DecideForm(Form):
    """One human or two."""

    decision = SelectField(
        _l("Keputusan"),
        choices=[SelectChoice("sama", _l("Satu orang")), SelectChoice("berbeda", _l("Dua orang"))],
        validators=[InputRequired()],
    )
    reason = TextAreaField(_l("Alasan"), validators=[InputRequired(), Length(max=500)])
    submit = SubmitField(_l("Putuskan"))
