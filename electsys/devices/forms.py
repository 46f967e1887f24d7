"""Forms of this room."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import DateField, SelectChoice, SelectField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from electsys.devices import queries
from electsys.web.forms import Form

WIB = ZoneInfo("Asia/Jakarta")


class ActivationForm(Form):
    """For which election, until when."""

    election = SelectField(_l("Pemilu"), validators=[Optional()])
    until = DateField(
        _l("Tugas berakhir"),
        validators=[InputRequired()],
        description=_l("Hari terakhir bertugas. Sesudahnya isi perangkat dihapus sendiri."),
    )
    submit = SubmitField(_l("Buat kode aktivasi"))

    def __init__(self, *, election: int | None = None) -> None:
        super().__init__()
        rows = [row for row in queries.open_elections() if election in (None, row.id)]
        self.election.choices = [SelectChoice(str(row.id), row.name) for row in rows]
        if election is None:
            self.election.choices.insert(0, SelectChoice("", _("Semua pemilu")))

    @property
    def election_id(self) -> int | None:
        """The election that was chosen."""
        return int(self.election.data) if self.election.data else None

    @property
    def last_moment(self) -> dt.datetime:
        """The end of the last day, in the western zone."""
        day: dt.date = self.until.data
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), WIB).astimezone(dt.UTC)


class SheetsForm(ActivationForm):
    """The same for all who have no phone yet."""

    submit = SubmitField(_l("Unduh lembar aktivasi (PDF)"))


class CarryForm(Form):
    """What a phone without a network shows: as text, or as pictures of its QR codes."""

    text = TextAreaField(
        _l("Isi kode QR"),
        validators=[Optional(), Length(max=100_000)],
        description=_l("Hasil pindai kamera, atau teks yang disalin dari ponsel KPPS."),
        render_kw={"rows": 4, "spellcheck": "false", "autocomplete": "off"},
    )
    photos = MultipleFileField(
        _l("Foto kode QR"),
        description=_l("Boleh beberapa foto sekaligus, JPEG atau PNG."),
        render_kw={"accept": "image/*"},
    )
    submit = SubmitField(_l("Kirim titipan"))


class RevokeForm(Form):
    """Why a device ends."""

    reason = TextAreaField(
        _l("Alasan"),
        validators=[InputRequired(), Length(max=500)],
        description=_l("Misalnya: ponsel hilang. Tercatat dalam jejak kegiatan. Jangan menulis NIK."),
    )
    submit = SubmitField(_l("Cabut perangkat"))
