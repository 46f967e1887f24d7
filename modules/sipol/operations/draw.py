"""Participants get their ballot numbers: drawn in public, written down, and onto the ballots."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections import calendar, settings
from electsys.elections.models import Election
from electsys.elections.participants import PartyOnBallot, admit_party
from electsys.errors import Refused
from electsys.events import publish
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.notices import notify
from electsys.notices.operations import Holders
from modules.sipol import determination_papers as papers
from modules.sipol.events import NumbersDrawn
from modules.sipol.models import PartyDraw, PartyRegistration
from modules.sipol.operations.determination import STAGE, waiting_parties
from modules.sipol.permissions import DETERMINE, EDIT
from modules.sipol.rules.draw import Drawn, Entrant, TwoKeep, draw_numbers

#: The notice that a party learns its number by.
NUMBERED = "sipol.numbered"
#: Letters of a seed at least: as many dice as that are rolled in a minute.
SHORTEST_SEED = 8


def entrants_of(election_id: int) -> list[PartyRegistration]:
    """Participants without a number, in the order of their registration."""
    return list(
        db.session.scalars(
            select(PartyRegistration)
            .where(PartyRegistration.election_id == election_id, PartyRegistration.state == "peserta")
            .where(PartyRegistration.number.is_(None))
            .order_by(PartyRegistration.id)
        )
    )


def entrant(row: PartyRegistration) -> Entrant:
    """A participant as the rule of the draw knows it."""
    kept = row.last_number if row.keeps_number else None
    return Entrant(row.id, row.party.name, row.region != "", kept)


def given_numbers(election_id: int) -> list[int]:
    """The numbers that parties bear already."""
    return list(
        db.session.scalars(
            select(PartyRegistration.number)
            .where(PartyRegistration.election_id == election_id, PartyRegistration.number.is_not(None))
            .order_by(PartyRegistration.number)
        )
    )


def hold_draw(election: Election, *, seed: str, source: str, actor: Actor) -> PartyDraw:
    """Draw the numbers of all participants that have none, from a seed that was fixed before witnesses.

    ``source`` tells how the seed came about: who rolled the dice, before whom. Writes the draw (append-only),
    the number of each registration, the participants of the contests, and the draft of the minutes. Refused
    outside of the stage, while a party waits for the plenary, without participants, and where two parties
    would keep one number.
    """
    grants.demand(actor, DETERMINE, Scope("", None, election.id))
    calendar.require_open(election.id, STAGE, "")
    seed, source = seed.strip(), " ".join(source.split())
    if len(seed) < SHORTEST_SEED:
        raise Refused(
            _("Benih paling sedikit %(n)s huruf atau angka.", n=SHORTEST_SEED),
            field="seed",
            hint=_("Misalnya dua puluh kali lemparan dadu, ditulis berurutan."),
        )
    if not source:
        raise Refused(_("Ceritakan bagaimana benih diperoleh dan di hadapan siapa."), field="source")
    db.session.execute(
        select(PartyRegistration.id)
        .where(PartyRegistration.election_id == election.id)
        .order_by(PartyRegistration.id)
        .with_for_update()
    )
    db.session.expire_all()
    if waiting_parties(election.id)["lolos"]:
        raise Refused(
            _("Ada partai yang memenuhi syarat tetapi belum ditetapkan sebagai peserta."),
            hint=_("Tetapkan pesertanya dalam pleno dahulu."),
            status=409,
        )
    rows = {row.id: row for row in entrants_of(election.id)}
    if not rows:
        raise Refused(_("Semua peserta sudah bernomor, atau belum ada peserta."), status=409)
    given = given_numbers(election.id)
    keeping = bool(settings.value(election.id, "nomor_tetap"))
    try:
        drawn = draw_numbers(map(entrant, rows.values()), seed, given=given, keeping=keeping)
    except TwoKeep as twice:
        raise Refused(
            _("Nomor %(n)s diminta tetap oleh lebih dari satu partai: %(list)s.",
              n=twice.number, list=", ".join(twice.parties)),
            hint=_("Perbaiki nomor pemilu lalu pada pengaturan partai."),
            status=409,
        ) from None  # fmt: skip
    return _write(election, rows, drawn, seed, source, actor)


def _write(
    election: Election,
    rows: dict[int, PartyRegistration],
    drawn: tuple[Drawn, ...],
    seed: str,
    source: str,
    actor: Actor,
) -> PartyDraw:
    with db.session.begin_nested():
        for each in drawn:
            row = rows[each.registration]
            row.number = each.number
            party = row.party
            ballot = PartyOnBallot(
                party.id, each.number, party.name, party.short_name, party.color, row.region
            )
            admit_party(election.id, ballot, actor=actor)
        held = select(func.count()).where(PartyDraw.election_id == election.id)
        sequence = (db.session.scalar(held) or 0) + 1
        letter = papers.draw_minutes(election, drawn, seed, source, sequence=sequence, actor=actor)
        draw = PartyDraw(
            election_id=election.id,
            seed=seed,
            seed_source=source,
            result=[_line(each) for each in drawn],
            letter_id=letter.id,
            actor=actor.name,
        )
        db.session.add(draw)
        db.session.flush()
        record(
            "sipol:draw:hold",
            f"party_draw:{draw.id}",
            actor=actor,
            election_id=election.id,
            details={"numbers": {str(rows[d.registration].party_id): d.number for d in drawn}},
        )
    for each in drawn:
        row = rows[each.registration]
        notify(
            Holders(EDIT, row.region, row.party_id, election.id),
            NUMBERED,
            {"party": row.party.name, "number": each.number},
            f"/partai/publik/{election.code}/undian",
            actor=actor,
        )
    numbers = tuple((rows[each.registration].party_id, each.number) for each in drawn)
    publish(NumbersDrawn(actor=actor, election_id=election.id, draw_id=draw.id, numbers=numbers))
    return draw


def _line(each: Drawn) -> dict[str, Any]:
    return {
        "registration": each.registration,
        "party": each.party,
        "number": each.number,
        "kept": each.kept,
        "local": each.local,
        "lot": each.lot,
    }
