"""What a form needs before it is printed: contests of a region, ballots of its dapil, TPS, their DPT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, false, func, or_, select, text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import BallotLine, Contest, Election, Participant
from electsys.regions.models import Region, Tps
from modules.sidalih import determined_stations
from modules.situng import rules
from modules.situng.layouts import FormModel, Line, Page, edition, layout, model_for
from modules.situng.models import FormPrint, FormPrintPart

#: The order of the count at a TPS (PKPU 25/2023).
ORDER = ("ppwp", "dpr", "dpd", "dprd_prov", "dprd_kabko", "gubernur", "bupati_walikota")
#: Chambers that are elected by dapil; the others have one ballot for their whole area.
CHAMBERS = ("dpr", "dpd", "dprd_prov", "dprd_kabko")


@dataclass(frozen=True)
class Group:
    """TPS that get the same form: one contest, one kecamatan (or village), one ballot."""

    contest: Contest
    region: str
    name: str
    dapil: str | None
    #: None while the ballot of this place is not frozen.
    ballot_id: int | None
    stations: int


@dataclass(frozen=True)
class Form:
    """A form that is ready to be filled with the facts of a TPS."""

    model: FormModel
    contest: Contest
    ballot_id: int
    lines: tuple[Line, ...]
    region: str

    @cached_property
    def pages(self) -> list[Page]:
        """Its layout."""
        return layout(self.model, self.contest.kind, self.lines, self.region)

    @cached_property
    def edition(self) -> str:
        """Three letters of the layout."""
        return edition(self.pages)


def elections_to_print() -> Sequence[Election]:
    """Elections that are not over, the newest first."""
    return db.session.scalars(
        select(Election).where(Election.state != "selesai").order_by(Election.voting_day.desc())
    ).all()


@dataclass(frozen=True)
class Law:
    """What the settings of an election say of its forms, read once."""

    contests: tuple[Contest, ...]
    absent: Mapping[str, Sequence[str]]
    systems: Mapping[str, str]
    forms: Mapping[str, str]

    @classmethod
    def of(cls, election: Election) -> Law:
        """The settings in force; an election that lacks one is like a region without exceptions."""
        rows = db.session.scalars(select(Contest).where(Contest.election_id == election.id))
        contests = sorted(rows, key=lambda c: (ORDER.index(c.kind), c.region_code))
        keys = ("pemilihan_tidak_ada", "sistem_pemungutan", "formulir_c_hasil")
        return cls(tuple(contests), *(_setting(election.id, key) for key in keys))

    def contests_in(self, region: str) -> list[Contest]:
        """The contests that are voted on in a region, in the order of the count."""
        kinds = rules.contests_of(ORDER, region, self.absent)
        return [
            c
            for c in self.contests
            if c.kind in kinds
            and (region.startswith(c.region_code) or (region != "" and c.region_code.startswith(region)))
        ]

    def system_of(self, region: str) -> str:
        """How a region votes: :func:`modules.situng.rules.vote_system`."""
        return rules.vote_system(region, self.systems)

    def model(self, kind: str) -> FormModel | None:
        """The form that a kind of contest is written on; None where there is none."""
        return model_for(kind, self.forms.get(kind, ""))


def _setting(election_id: int, key: str) -> dict[str, Any]:
    """A table of the law; empty where the election does not have the setting."""
    row = settings.current(election_id, key)
    return dict(settings.typed(row) or {}) if row else {}


def groups(election: Election, contests: Sequence[Contest], region: str) -> list[Group]:
    """What is printed for a region, PDF by PDF: TPS in use by contest, kecamatan and ballot."""
    by_village = len(region) >= 10
    level = 10 if by_village else 6
    found: list[Group] = []
    for contest in contests:
        for row in db.session.execute(
            text(
                f"""
                select a.code, r.name, a.dapil_id, d.code as dapil, a.stations, (
                    select b.id from ballot b
                    where b.contest_id = :contest and (b.dapil_id = a.dapil_id or b.dapil_id is null)
                    order by b.dapil_id nulls last, b.version desc limit 1) as ballot
                from (
                    select left(t.village_code, {level}) as code, m.id as dapil_id, count(*)::int as stations
                    from tps t
                    left join lateral (
                        select d.id from dapil_village v join dapil d on d.id = v.dapil_id
                        where v.village_code = t.village_code and d.map_id = :map and d.chamber = :chamber
                    ) m on true
                    where t.election_id = :election and t.province = :province and t.state = 'aktif'
                      and t.code like :prefix and t.code like :inside
                    group by 1, 2
                ) a
                join region r on r.map_id = :map and r.code = a.code
                left join dapil d on d.id = a.dapil_id
                order by a.code, d.code
                """
            ),
            {
                "election": election.id,
                "map": election.map_id,
                "contest": contest.id,
                "chamber": contest.kind if contest.kind in CHAMBERS else "",
                "province": region[:2],
                "prefix": f"{region}%",
                "inside": f"{contest.region_code}%",
            },
        ):
            found.append(Group(contest, row.code, row.name, row.dapil, row.ballot, row.stations))
    return found


def form_for(contest: Contest, ballot_id: int, region: str) -> Form | None:
    """The form of a contest with a ballot; None where no model fits the contest."""
    model = Law.of(contest.election).model(contest.kind)
    if model is None:
        return None
    # A chamber's own name depends on the province alone, so that an edition serves a whole ballot.
    return Form(model, contest, ballot_id, ballot_lines(ballot_id), region[:2])


def ballot_lines(ballot_id: int) -> tuple[Line, ...]:
    """The lines of a ballot as a form prints them."""
    rows = db.session.execute(
        select(BallotLine, Participant)
        .join(Participant, Participant.id == BallotLine.participant_id)
        .where(BallotLine.ballot_id == ballot_id)
        .order_by(BallotLine.position)
    )
    return tuple(
        Line(party.number, line.name, party.kind, line.candidate_number, line.struck) for line, party in rows
    )


@dataclass(frozen=True)
class Station:
    """A TPS as the heading of its form names it."""

    code: str
    name: str
    number: int
    village: str
    district: str


def stations_of(election: Election, group: Group) -> list[Station]:
    """The TPS of a group in the order of their codes."""
    village, district = Region.__table__.alias("village"), Region.__table__.alias("district")
    statement = (
        select(Tps.code, Tps.name, Tps.number, village.c.name.label("v"), district.c.name.label("d"))
        .join(village, (village.c.map_id == election.map_id) & (village.c.code == Tps.village_code))
        .join(district, (district.c.map_id == election.map_id) & (district.c.code == func.left(Tps.code, 6)))
        .where(
            Tps.election_id == election.id,
            Tps.province == group.region[:2],
            Tps.code.startswith(group.region, autoescape=True),
            Tps.state == "aktif",
        )
        .order_by(Tps.code)
    )
    if group.dapil is not None:
        statement = statement.where(
            Tps.village_code.in_(
                text(
                    "select v.village_code from dapil_village v join dapil d on d.id = v.dapil_id"
                    " where d.map_id = :map and d.chamber = :chamber and d.code = :dapil"
                ).bindparams(map=election.map_id, chamber=group.contest.kind, dapil=group.dapil)
            )
        )
    return [Station(r.code, r.name, r.number, r.v, r.d) for r in db.session.execute(statement)]


def above(election: Election, region: str) -> dict[str, str]:
    """Names of the province and the kab/kota of a region, by field of the form."""
    codes = {"provinsi": region[:2], "kabko": region[:4]}
    rows = db.session.execute(
        select(Region.code, Region.name).where(
            Region.map_id == election.map_id, Region.code.in_(codes.values())
        )
    )
    names = {row.code: row.name for row in rows}
    return {field: names.get(code, "") for field, code in codes.items()}


def known_numbers(election_id: int, region: str) -> dict[str, dict[str, int]]:
    """What the form knows of each TPS before the vote: its DPT, as Sidalih set it (R11)."""
    return {
        code: {"pemilih_dpt_l": men, "pemilih_dpt_p": women, "pemilih_dpt_j": men + women}
        for code, (men, women) in determined_stations(election_id, region).items()
    }


def prints_in(regions: Sequence[str]) -> Select[Any]:
    """Print jobs of regions, the newest first, each with the parts that are done."""
    done = (
        select(func.coalesce(func.sum(FormPrintPart.forms), 0))
        .where(FormPrintPart.print_id == FormPrint.id)
        .correlate(FormPrint)
        .scalar_subquery()
    )
    inside = [FormPrint.region.startswith(region, autoescape=True) for region in regions]
    return (
        select(FormPrint, Election.name.label("election"), Region.name.label("place"), done.label("done"))
        .join(Election, Election.id == FormPrint.election_id)
        .outerjoin(Region, (Region.map_id == Election.map_id) & (Region.code == FormPrint.region))
        .where(or_(false(), *inside))
        .order_by(FormPrint.id.desc())
    )


def parts_of(print_id: int) -> Sequence[Any]:
    """The PDFs of a print job in their order: (part, contest, name of the region)."""
    return db.session.execute(
        select(FormPrintPart, Contest, Region.name)
        .join(FormPrint, FormPrint.id == FormPrintPart.print_id)
        .join(Contest, Contest.id == FormPrintPart.contest_id)
        .join(Election, Election.id == FormPrint.election_id)
        .outerjoin(Region, (Region.map_id == Election.map_id) & (Region.code == FormPrintPart.region))
        .where(FormPrintPart.print_id == print_id)
        .order_by(FormPrintPart.position)
    ).all()
