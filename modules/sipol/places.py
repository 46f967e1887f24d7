"""Where an entry of a party lies: its registration and an area of the election's map, as a URL names them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.models import Election, Stage
from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.regions.models import Region
from electsys.regions.rules import OVERSEAS
from electsys.web.formats import title_region
from modules.sipol.models import Party, PartyRegistration
from modules.sipol.operations.access import why_locked
from modules.sipol.rules.boards import LEVELS

#: How URLs write the centre, whose code is empty.
CENTRE = "pusat"


@dataclass(frozen=True)
class Place:
    """A party's part in one area ("" is the centre)."""

    registration: PartyRegistration
    election: Election
    code: str
    name: str

    @property
    def party(self) -> Party:
        """The party."""
        return self.registration.party

    @property
    def level(self) -> str:
        """``pusat``, ``provinsi``, ``kabko`` or ``kecamatan``."""
        return LEVELS[len(self.code)]

    @property
    def scope(self) -> Scope:
        """Where it lies for the rights of accounts."""
        return Scope(self.code, self.registration.party_id, self.election.id)

    def elsewhere(self, code: str) -> Scope:
        """The same for another area of the party."""
        return Scope(code, self.registration.party_id, self.election.id)

    @property
    def here(self) -> dict[str, Any]:
        """The arguments of its URLs."""
        return {
            "election": self.election.code,
            "party": self.registration.party_id,
            "region": self.code or CENTRE,
        }

    def at(self, code: str) -> dict[str, Any]:
        """The arguments of the URLs of another area of the party."""
        return {**self.here, "region": code or CENTRE}


def registration_of(election_id: int, party_id: int) -> PartyRegistration | None:
    """The registration of a party for an election."""
    return db.session.scalar(
        select(PartyRegistration).where(
            PartyRegistration.election_id == election_id, PartyRegistration.party_id == party_id
        )
    )


def place_of(registration: PartyRegistration, code: str, election: Election | None = None) -> Place:
    """An area of a party; :class:`Refused` for a code that the map does not have at these levels, or that
    lies outside the area of a local party."""
    election = election or db.session.get_one(Election, registration.election_id)
    if code == "":
        return Place(registration, election, "", _("Pusat"))
    name = db.session.scalar(
        select(Region.name).where(Region.map_id == election.map_id, Region.code == code, Region.level < 4)
    )
    if name is None or code.startswith(OVERSEAS):
        raise Refused(
            _("Kode wilayah %(code)s tidak ada pada peta pemilu ini.", code=code[:20]),
            hint=_(
                "Tulis kode KPU: 2 angka provinsi, 4 angka kabupaten/kota, 6 angka kecamatan, atau “pusat”."
            ),
            field="region",
        )
    if not code.startswith(registration.region):
        raise Refused(
            _("%(name)s (%(code)s) di luar wilayah partai lokal ini.", name=title_region(name), code=code),
            hint=_("Partai lokal Aceh hanya mengisi wilayah Aceh (11)."),
            field="region",
        )
    return Place(registration, election, code, title_region(name))


def locked(registration: PartyRegistration) -> Refused | None:
    """Why the party may not change its data now, in words; None while it may."""
    return why_locked(registration)


def last_day(election: Election) -> dt.date:
    """The last day of the election, to which offices must last: that of the last oath, else of the vote."""
    closes = db.session.scalar(
        select(func.max(Stage.closes_at)).where(
            Stage.election_id == election.id, Stage.code.startswith("sumpah")
        )
    )
    return (closes - dt.timedelta(seconds=1)).date() if closes else election.voting_day
