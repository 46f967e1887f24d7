"""The writer of what answers "am I a member of a party?": from envelopes, whenever rows came or changed."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from electsys.db import db
from electsys.jobs import every
from electsys.privacy import Sealer, indexer, mask_name
from modules.sipol.models import PartyLookup, PartyMember
from modules.sipol.models.lookup import PAIR

#: Envelopes that are opened at once, in one transaction.
BATCH = 2_000
#: Seconds between two looks.
PAUSE = 20

#: Takes up work that nobody else has taken; what is taken and not finished comes again. Materialized: a
#: planner without statistics may else run the inner query once a row, and so take more than was asked for.
TAKE = text(
    "with taken as materialized (select id from party_lookup_due order by id limit :most"
    " for update skip locked) delete from party_lookup_due d using taken where d.id = taken.id"
    " returning d.member_id"
)


@every(PAUSE, name="sipol.lookup", label=_l("Menyiapkan cek anggota partai"))
def fill_all() -> None:
    """Work off everything that is due, batch by batch."""
    while fill_lookup():
        db.session.commit()


def fill_lookup(most: int = BATCH) -> int:
    """Write the ways to ask for members that are due; how many were taken up.

    A projection of rows: the trail does not tell it. Runs without a scope, as jobs do.
    """
    wanted = sorted(set(db.session.scalars(TAKE, {"most": most})))
    if not wanted:
        return 0
    rows = db.session.execute(
        select(PartyMember.id, PartyMember.name, PartyMember.sealed).where(PartyMember.id.in_(wanted))
    ).all()
    db.session.execute(delete(PartyLookup).where(PartyLookup.member_id.in_(wanted)))
    values = _ways([(row.id, row.name, bytes(row.sealed)) for row in rows])
    if values:
        db.session.execute(insert(PartyLookup).on_conflict_do_nothing(), values)
    return len(wanted)


def _ways(rows: Sequence[tuple[int, str, bytes]]) -> list[dict[str, object]]:
    sealer, index = Sealer("party_member"), indexer()
    found: list[dict[str, object]] = []
    for key, name, sealed in rows:
        secret = sealer.unseal_fields(key, sealed)
        _nik, birth, by_name = index(secret["nik"], secret["birth_date"], name)
        shown = mask_name(name)
        found += [{"pair": way[:PAIR], "member_id": key, "name": shown} for way in (birth, by_name)]
    return found
