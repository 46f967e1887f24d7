"""The writer of a party's profile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.sipol.models import Party
from modules.sipol.operations.access import require_editable
from modules.sipol.permissions import EDIT
from modules.sipol.places import Place
from modules.sipol.rules.documents import LOGO
from modules.sipol.rules.names import alike, plain


@dataclass(frozen=True)
class ProfileFacts:
    """What a party says of itself (domain.md 3.4)."""

    name: str
    short_name: str
    color: str | None = None
    decree_number: str | None = None
    decree_date: dt.date | None = None
    gazette_number: str | None = None
    npwp: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None


def save_profile(
    place: Place, facts: ProfileFacts, *, logo: StoredFile | None = None, actor: Actor
) -> Sequence[Party]:
    """Change the profile of a party; the others whose name looks alike, for people to look at.

    Refused for a name or short name that another party has (UU 7/2017 art. 173(2)h), whatever its case,
    blanks and marks.
    """
    registration = require_editable(place.registration, permission=EDIT, region="", actor=actor)
    party = registration.party
    db.session.refresh(party, with_for_update={"of": Party})
    others = _others(party)
    for field, label in (("name", _("Nama")), ("short_name", _("Singkatan"))):
        given = plain(getattr(facts, field))
        same = next((o for o in others if plain(getattr(o, field)) == given), None)
        if not given:
            raise Refused(_("%(label)s wajib diisi.", label=label), field=field)
        if same is not None:
            raise Refused(
                _("%(label)s ini sudah dipakai %(party)s.", label=label, party=same.name),
                hint=_("Nama, singkatan, dan lambang partai tidak boleh sama dengan milik partai lain."),
                field=field,
            )
    if logo is not None:
        _require_own_logo(logo, party)
    changed = _fill(party, facts)
    if logo is not None:
        party.logo_id = logo.id
        changed.append("logo")
    db.session.flush()
    record(
        "sipol:party:change",
        f"party:{party.id}",
        actor=actor,
        election_id=registration.election_id,
        details={"fields": sorted(changed)},
    )
    return [other for other in others if looks_like(other, party)]


def _require_own_logo(logo: StoredFile, party: Party) -> None:
    """Refuse what was not taken in as a logo, and the very picture that another party shows."""
    if logo.kind != LOGO:
        raise Refused(_("Berkas ini bukan lambang partai."), field="logo")
    same = db.session.scalar(
        select(Party.name)
        .join(StoredFile, StoredFile.id == Party.logo_id)
        .where(Party.id != party.id, StoredFile.sha256 == logo.sha256)
    )
    if same is not None:
        raise Refused(
            _("Gambar ini sudah dipakai sebagai lambang %(party)s.", party=same),
            hint=_("Nama, singkatan, dan lambang partai tidak boleh sama dengan milik partai lain."),
            field="logo",
        )


def looks_like(one: Party, other: Party) -> bool:
    """Whether the name of one party looks like that of another."""
    return alike(one.name, other.name)


def similar_to(party: Party) -> list[Party]:
    """The other parties whose name looks like that of a party."""
    return [other for other in _others(party) if looks_like(other, party)]


def _others(party: Party) -> list[Party]:
    return list(db.session.scalars(select(Party).where(Party.id != party.id).order_by(Party.id)))


def _fill(party: Party, facts: ProfileFacts) -> list[str]:
    changed: list[str] = []
    values: dict[str, Any] = asdict(facts)
    for field, value in values.items():
        given = (" ".join(value.split()) or None) if isinstance(value, str) else value
        if getattr(party, field) != given:
            setattr(party, field, given)
            changed.append(field)
    return changed
