"""Forms of coklit at the office."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField
from wtforms.validators import InputRequired

from electsys.identity.models import Grant
from electsys.web.forms import Form


class GiveStationForm(Form):
    """Give a station to a Pantarlih."""

    akun = SelectField(
        _l("Pantarlih"),
        description=_l("Akun berperan Pantarlih di desa/kelurahan atau TPS ini."),
        validators=[InputRequired(_l("Pilih Pantarlihnya."))],
    )

    def offer(self, held: Sequence[Grant], now: int | None) -> None:
        """Offer these people, who has the station now chosen first."""
        people = {g.account_id: f"{g.account.name} ({g.account.username})" for g in held}
        self.akun.choices = [SelectChoice(str(key), name) for key, name in people.items()]
        if not self.is_submitted() and now in people:
            self.akun.data = str(now)
