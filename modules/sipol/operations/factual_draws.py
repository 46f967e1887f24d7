"""Draw the samples of many areas in one act: all kab/kota of a party, or all parties of a kab/kota.

Each is drawn as :func:`modules.sipol.operations.factual.draw` draws it alone: by the public seed and its own
name, so that it makes no difference who draws it, when, and beside which others. What is drawn already stays;
what cannot be drawn is told with its reason. One act stands for all, with their number and digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys import jobs
from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.verification.models import Sample
from electsys.verification.queries.samples import samples_of, seed_of
from electsys.verification.rules.sampling import label_of
from modules.sipol.models import PartyBoard, PartyMember, PartyOffice, PartyRegistration
from modules.sipol.operations.factual import draw
from modules.sipol.permissions import ASSIGN_VISITS
from modules.sipol.queries import factual as queries
from modules.sipol.queries.counts import below

DRAW = "sipol.draw_samples"
#: Called with how many areas are done, of how many.
Tell = Callable[[int, int], None]


@dataclass
class Drawn:
    """What a draw of many came to."""

    samples: list[Sample] = field(default_factory=list)
    #: Areas whose sample was drawn before.
    before: int = 0
    #: Why not -> (region, party's id) of each area without a sample.
    left: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """How many people the samples of this draw have."""
        return sum(sample.size for sample in self.samples)

    def digest(self, election: str) -> str:
        """SHA-256 over the samples by name: name, method, N, n, first number and digest of the frame, a line
        each; whoever has the open page of samples makes the same."""
        lines = sorted(
            "|".join(
                (
                    label_of(election, s.kind, s.owner, s.region, s.round),
                    *(s.method, str(s.frame_size), str(s.size), str(s.start), s.frame_digest.hex()),
                )
            )
            for s in self.samples
        )
        return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def begin_draws(election: Election, party: int | None, region: str, *, actor: Actor) -> jobs.Job:
    """Draw as a job: the samples of a party under ``region``, or without a party those of all parties there.

    Refused without the right over the whole of it, and before the seed is set.
    """
    grants.demand(actor, ASSIGN_VISITS, Scope(region, party, election.id))
    _require_seed(election)
    return jobs.start(
        DRAW,
        actor=actor,
        subject=f"election:{election.id}",
        # Two of them at once would wait for each other's areas.
        lock=f"{DRAW}:{election.id}",
        election_id=election.id,
        party=party,
        region=region,
    )


def draw_many(
    election: Election,
    party: int | None,
    region: str,
    *,
    actor: Actor,
    tell: Tell = lambda done, total: None,
) -> Drawn:
    """Draw every sample that can be drawn; asked again it draws what is left. One transaction, one act."""
    grants.demand(actor, ASSIGN_VISITS, Scope(region, party, election.id))
    _require_seed(election)
    wanted = [(row, area) for row in running(election, party) for area in _areas(row, region)]
    drawn = Drawn()
    known: dict[int, set[str]] = {}
    kept: dict[int, set[str]] = {}
    for n, (row, area) in enumerate(wanted):
        tell(n, len(wanted))
        if row.id not in known:
            known[row.id] = _drawn_before(row)
            kept[row.id] = queries.met_before(row, "anggota")
        if area in known[row.id]:
            drawn.before += 1
            continue
        try:
            if area in kept[row.id]:
                raise Refused(_("Anggotanya sudah memenuhi syarat sebelum perbaikan."))
            with db.session.begin_nested():
                drawn.samples.append(draw(row, area, actor=actor, alone=False))
        except Refused as refusal:
            why = " ".join(filter(None, (refusal.message, refusal.hint)))
            drawn.left.setdefault(why, []).append((area, row.party_id))
    tell(len(wanted), len(wanted))
    if drawn.samples:
        _record(election, party, region, drawn, actor)
    return drawn


def running(election: Election, party: int | None) -> list[PartyRegistration]:
    """The registrations whose factual step runs: all, or that of one party."""
    rows = select(PartyRegistration).where(
        PartyRegistration.election_id == election.id, PartyRegistration.state.in_(queries.STEPS)
    )
    if party is not None:
        rows = rows.where(PartyRegistration.party_id == party)
    return list(db.session.scalars(rows.order_by(PartyRegistration.id)))


def _areas(registration: PartyRegistration, region: str) -> list[str]:
    """The kab/kota under a region in which the party has a board, an office, or members."""
    found: set[str] = set()
    for model, column in (
        (PartyBoard, PartyBoard.region),
        (PartyOffice, PartyOffice.region),
        (PartyMember, PartyMember.village_code),
    ):
        query = select(func.left(column, 4)).where(
            model.registration_id == registration.id, below(column, region), func.length(column) >= 4
        )
        if model is PartyMember:
            query = query.where(PartyMember.state.in_(("ms", "baru")))
        found |= set(db.session.scalars(query.distinct()))
    return sorted(found)


def _drawn_before(registration: PartyRegistration) -> set[str]:
    rounds = queries.round_now(registration, registration.state)
    return {s.region for s in samples_of(queries.KIND, queries.owner_of(registration), rounds)}


def _require_seed(election: Election) -> None:
    if seed_of(queries.KIND, election.id) is None:
        raise Refused(
            _("Bilangan undian belum ditetapkan."),
            hint=_("KPU RI menetapkannya sekali untuk seluruh sampel, sesudah ditarik terbuka."),
            status=409,
        )


def _record(election: Election, party: int | None, region: str, drawn: Drawn, actor: Actor) -> None:
    record(
        "sipol:factual:draw_all",
        drawn.samples[0].owner if party is not None else f"election:{election.id}",
        actor=actor,
        region=region,
        election_id=election.id,
        details={
            "party": party,
            "samples": len(drawn.samples),
            "people": drawn.people,
            "digest": drawn.digest(election.code),
            "before": drawn.before,
            "left": sum(map(len, drawn.left.values())),
        },
    )
