"""Supporters who are visited: frames, samples of the areas, what they found, and what that says about all.

A sample belongs to one list in one area over which its support is spread (a kab/kota; a kecamatan in a
kab/kota). The second round visits those who came with the second repair; what the first found stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select, text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Election
from electsys.identity.models import Account
from electsys.verification.models import Sample, SampleMember
from electsys.verification.queries import samples as shared
from electsys.verification.rules.sampling import CENSUS
from modules.silon.models import Nomination, Supporter
from modules.silon.models.supporters import COUNTED
from modules.silon.queries import support as queries
from modules.silon.rules import support as rules

#: Kinds of samples: supporters for the DPD, of independent pairs, and those who support several candidates,
#: of whom every one is asked (domain.md 4.3).
DPD, PAIRS, DOUBLE = "silon_pendukung_dpd", "silon_pendukung_pasangan", "silon_pendukung_ganda"
KINDS = (DPD, PAIRS, DOUBLE)
METHODS = {DPD: "metode_verfak_dpd", PAIRS: "metode_verfak_pilkada", DOUBLE: "metode_verfak_ganda"}
#: Steps that are done by visits.
STEPS = tuple(rules.FIELD)
Frame = list[tuple[int, str]]


def owner_of(nomination: Nomination) -> str:
    """The owner of the samples of a list."""
    return f"nomination:{nomination.id}"


def key_of(subject: str) -> int:
    """The id in a subject such as ``supporter:7``."""
    return int(subject.rpartition(":")[2])


def main_kind(nomination: Nomination) -> str:
    """The kind of sample of those who support this list alone."""
    return DPD if nomination.contest.kind == "dpd" else PAIRS


def step_of(nomination: Nomination) -> str:
    """The factual step that runs, or the last that was begun; before it the first."""
    step = nomination.support_state or ""
    if step in STEPS:
        return step
    second = rules.sample_round("verfak_kedua", queries.cycle_of(nomination))
    drawn = select(Sample.id).where(Sample.owner == owner_of(nomination), Sample.round == second).limit(1)
    return "verfak_kedua" if db.session.scalar(drawn) is not None else "verfak"


def round_now(nomination: Nomination, step: str) -> int:
    """The round of a step's samples."""
    return rules.sample_round(step, queries.cycle_of(nomination))


def frames_of(nomination: Nomination, step: str) -> dict[str, dict[str, Frame]]:
    """Area -> kind -> its frame: (id, village) of rows that stand, by id.

    The first round has every row that vermin let stand, the second those of the second repair. Who supports
    others too is asked in any case, unless everybody is.
    """
    digits, kind = queries.digits_of(nomination), main_kind(nomination)
    census = settings.value(nomination.election_id, METHODS[kind]) == CENSUS
    rows = select(Supporter.id, Supporter.village_code, Supporter.flags).where(*_visited(nomination, step))
    found: dict[str, dict[str, Frame]] = {}
    for key, village, flags in db.session.execute(rows.order_by(Supporter.id)):
        of = DOUBLE if "ganda_eksternal" in flags and not census else kind
        found.setdefault(village[:digits], {}).setdefault(of, []).append((key, village))
    return dict(sorted(found.items()))


def frame_sizes(nomination: Nomination, step: str) -> dict[str, int]:
    """Area -> how many its frames hold now, whoever they support beside."""
    area = func.left(Supporter.village_code, queries.digits_of(nomination))
    rows = db.session.execute(
        select(area, func.count()).where(*_visited(nomination, step)).group_by(area).order_by(area)
    )
    return {row[0]: int(row[1]) for row in rows}


def _visited(nomination: Nomination, step: str) -> tuple[Any, ...]:
    """The rows of a step's frames: the second round has those of the second repair alone."""
    clauses = (
        Supporter.nomination_id == nomination.id,
        Supporter.state == "ms",
        text(COUNTED),
        Supporter.area == func.left(Supporter.village_code, func.length(Supporter.area)),
    )
    if step != "verfak_kedua":
        return clauses
    cycle = queries.cycle_of(nomination)
    return (*clauses, Supporter.round == rules.given_round("perbaikan_kedua", cycle))


def samples_of(nomination: Nomination, rounds: Sequence[int]) -> list[Sample]:
    """The samples of some rounds, by area."""
    return list(
        db.session.scalars(
            select(Sample)
            .where(
                Sample.owner == owner_of(nomination), Sample.kind.in_(KINDS), Sample.round.in_(list(rounds))
            )
            .order_by(Sample.region, Sample.round, Sample.kind.desc())
        )
    )


def projected(nomination: Nomination, rounds: Sequence[int]) -> dict[str, int]:
    """Area -> supporters that the closed samples of some rounds say there are."""
    found: dict[str, int] = {}
    for sample in samples_of(nomination, rounds):
        found[sample.region] = found.get(sample.region, 0) + (sample.projection or 0)
    return found


@dataclass(frozen=True)
class Area:
    """The factual work of one area in a step."""

    code: str
    name: str
    samples: tuple[Sample, ...]

    @property
    def state(self) -> str:
        """``menunggu`` (nothing drawn), ``berjalan`` or ``ditutup``."""
        if not self.samples:
            return "menunggu"
        return "ditutup" if all(s.state == "ditutup" for s in self.samples) else "berjalan"

    def total(self, name: str) -> int | None:
        """The sum of a figure over the samples; None where nothing is drawn, or no figure is there yet."""
        figures = [getattr(sample, name) for sample in self.samples]
        known = [n for n in figures if n is not None]
        return sum(known) if known and len(known) == len(figures) else None


def areas_of(nomination: Nomination, step: str, wanted: Iterable[str] = ()) -> list[Area]:
    """Areas with a sample in a step, or that ``wanted`` names (those with a frame), by code."""
    names = queries.areas_of(nomination)
    drawn: dict[str, list[Sample]] = {}
    for sample in samples_of(nomination, (round_now(nomination, step),)):
        drawn.setdefault(sample.region, []).append(sample)
    codes = sorted(drawn.keys() | set(wanted))
    return [Area(code, names.get(code, code), tuple(drawn.get(code, ()))) for code in codes]


# --- people of a sample ---------------------------------------------------------------------------


def _key() -> Any:
    return cast(func.split_part(SampleMember.subject, ":", 2), BigInteger)


def people_rows(samples: Iterable[Sample]) -> Select[Any, Any, Any, Any, Any]:
    """The people of samples with name and address of the supporter and the name of whoever visits."""
    return (
        select(
            SampleMember,
            Sample.kind.label("kind"),
            Supporter.name.label("name"),
            Supporter.address.label("address"),
            Account.name.label("visitor"),
        )
        .join(Sample, Sample.id == SampleMember.sample_id)
        .join(Supporter, Supporter.id == _key())
        .outerjoin(Account, Account.id == SampleMember.assigned_to)
        .where(SampleMember.sample_id.in_([sample.id for sample in samples]))
        .order_by(SampleMember.sample_id, SampleMember.position)
    )


def own_rows(account_id: int) -> Select[Any, Any, Any, Any, Any]:
    """Whom an account has to visit in samples that are not closed, those still to be met first."""
    return (
        select(
            SampleMember,
            Sample.kind.label("kind"),
            Supporter.name.label("name"),
            Supporter.address.label("address"),
            Nomination.label.label("visitor"),
        )
        .join(Sample, Sample.id == SampleMember.sample_id)
        .join(Supporter, Supporter.id == _key())
        .join(Nomination, Nomination.id == Supporter.nomination_id)
        .where(
            Sample.kind.in_(KINDS),
            Sample.state == "berjalan",
            SampleMember.assigned_to == account_id,
        )
        .order_by(SampleMember.state != "menunggu", SampleMember.region, SampleMember.id)
    )


def waiting_for(account_id: int) -> int:
    """How many supporters an account has still to visit."""
    return shared.waiting_for(account_id, KINDS)


def standing_of(samples: Iterable[Sample]) -> shared.Standing:
    """How far the samples of an area are, together."""
    each = [shared.standing_of(sample) for sample in samples]
    return shared.Standing(
        sum(s.waiting for s in each), sum(s.met for s in each), sum(s.failed for s in each),
        sum(s.given for s in each),
    )  # fmt: skip


def villages_of(samples: Iterable[Sample]) -> list[str]:
    """Villages in which people of samples live."""
    return list(
        db.session.scalars(
            select(SampleMember.region)
            .where(SampleMember.sample_id.in_([sample.id for sample in samples]))
            .distinct()
        )
    )


def visited_of(supporter_id: int) -> list[tuple[SampleMember, Sample]]:
    """The places of a supporter in samples, for KPU alone: nobody who is supported learns of them."""
    rows = db.session.execute(
        select(SampleMember, Sample)
        .join(Sample, Sample.id == SampleMember.sample_id)
        .where(SampleMember.subject == f"supporter:{supporter_id}", Sample.kind.in_(KINDS))
        .order_by(Sample.round)
    )
    return [(row[0], row[1]) for row in rows]


def attempts_most(election_id: int) -> int:
    """How often a supporter is looked for (``kontak_verfak_dukungan``)."""
    return int(settings.value(election_id, "kontak_verfak_dukungan"))


def newest_election() -> Election | None:
    """The newest election in which somebody brings supporters."""
    return db.session.scalar(
        select(Election)
        .where(Election.id.in_(select(Nomination.election_id).where(Nomination.support_state.is_not(None))))
        .order_by(Election.voting_day.desc())
        .limit(1)
    )
