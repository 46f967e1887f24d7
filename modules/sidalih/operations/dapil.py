"""The writers of dapil proposals: make one, choose its draft. Dapil in force come by decision."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.web.formats import title_region
from modules.sidalih.models.dapil import DapilProposal
from modules.sidalih.permissions import PROPOSE_DAPIL
from modules.sidalih.queries import dapil as queries
from modules.sidalih.rules import dapil as rules
from modules.sidalih.rules import dapil_search as search
from modules.sidalih.rules.dapil import Council, Plan, Split, Unit

#: So many names stand in a message; the rest is a number.
NAMED = 5
#: More work than this (rules.work_of) is done by a job: about a second of a quiet machine, two of a busy one.
LONG = 15_000


def read_populations(text: str) -> dict[str, int]:
    """Numbers of people by region code from pasted lines ``code,people``; a header line is passed over.

    Refused with the line number where a line is not one code and one whole number, or a code stands twice.
    """
    found: dict[str, int] = {}
    dialect = ";" if text.count(";") > text.count(",") else "\t" if "\t" in text else ","
    for number, row in enumerate(csv.reader(io.StringIO(text.strip()), delimiter=dialect), 1):
        cells = [cell.strip() for cell in row if cell.strip()]
        if not cells:
            continue
        code = cells[0].replace(".", "")
        people = "".join(cells[-1].replace(".", "").split())
        if number == 1 and not people.isdecimal():
            continue
        if len(cells) < 2 or not code.isdecimal() or not people.isdecimal() or len(people) > 9:
            raise Refused(
                _("Baris %(n)s bukan kode wilayah dan jumlah penduduk.", n=number),
                hint=_("Satu baris satu wilayah, misalnya 120101,16910."),
                field="populations",
            )
        if code in found:
            raise Refused(
                _("Baris %(n)s: wilayah %(code)s sudah ada di atas.", n=number, code=code),
                field="populations",
            )
        found[code] = int(people)
    return found


@dataclass(frozen=True)
class Asked:
    """For which chamber and area plans are wanted, from which people.

    ``populations`` by region code go before those of the region table; ``seats`` is for the DPR alone, where
    it goes before the seats of today.
    """

    body: str
    dpr: bool = False
    populations: Mapping[str, int] = field(default_factory=dict)
    source: str = ""
    seats: int | None = None


@dataclass(frozen=True)
class Ready:
    """What the search needs, checked."""

    chamber: str
    seats: int
    facts: queries.Body
    units: list[Unit]
    splits: list[Split]

    @property
    def council(self) -> Council:
        """The units, ready to judge plans."""
        fewest, most = rules.RANGE[self.chamber]
        return Council(self.units, self.seats, fewest=fewest, most=most, mapped=self.facts.on_map)

    @property
    def long(self) -> bool:
        """Whether the search takes so long that it is a job."""
        fewest, most = rules.RANGE[self.chamber]
        return rules.work_of(len(self.units), self.seats, fewest=fewest, most=most) > LONG


def prepare(election: Election, asked: Asked, *, actor: Actor) -> Ready:
    """Check what a proposal is made of (UU 7/2017 art. 185-192).

    Refused where people of a unit are not known, where a unit is too large and cannot be split, and where the
    seats of the DPR are out of bounds.
    """
    chamber = queries.chamber_of(asked.body, dpr=asked.dpr)
    if chamber is None:
        raise Refused(
            _("Dapil DPR disusun untuk satu provinsi.")
            if asked.dpr
            else _("Dapil DPRD disusun untuk satu provinsi atau satu kabupaten/kota."),
            field="body",
        )
    grants.demand(actor, PROPOSE_DAPIL, scope_of(chamber, asked.body, election.id))
    facts = queries.body_facts(election, asked.body, asked.populations, asked.source, chamber)
    if not facts.units:
        raise Refused(_("Wilayah itu tidak ada pada peta pemilu ini."), field="body")
    if facts.missing:
        raise Refused(
            _("Jumlah penduduk belum diketahui: %(names)s.", names=_few(facts.missing)),
            hint=_("Isi jumlah penduduknya, satu baris satu wilayah: kode,jumlah."),
            field="populations",
        )
    people = sum(u.population for u in facts.units)
    if not people:
        raise Refused(_("Jumlah penduduk semuanya nol."), field="populations")
    seats = _seats(election, chamber, people, asked)
    _fewest, most = rules.RANGE[chamber]
    units, splits = rules.split_large(facts.units, facts.villages, seats, most, whole=chamber == "dpr")
    if unsplit := [s.name for s in splits if not s.parts]:
        raise Refused(
            _(
                "Penduduknya melebihi %(most)s kursi sehingga harus dipecah: %(names)s.",
                most=most,
                names=_few(unsplit),
            ),
            hint=_("Isi juga jumlah penduduk setiap wilayah di bawahnya, agar pecahannya dapat dihitung."),
            field="populations",
        )
    return Ready(chamber, seats, facts, units, splits)


def scope_of(chamber: str, body: str, election_id: int) -> Scope:
    """Where dapil are made: those of the DPR by KPU RI, those of a DPRD in its area."""
    return Scope("" if chamber == "dpr" else body, election=election_id)


def _seats(election: Election, chamber: str, people: int, asked: Asked) -> int:
    """A DPRD's by its people; the DPR's as asked, or those of today."""
    if chamber != "dpr":
        return rules.seats_of_chamber(chamber, people, asked.body)
    seats = asked.seats or queries.dpr_seats(election, asked.body)
    fewest, _most = rules.RANGE[chamber]
    if seats is None:
        raise Refused(
            _("Kursi DPR provinsi ini belum diketahui."),
            hint=_("Isi jumlahnya menurut lampiran undang-undang."),
            field="seats",
        )
    if seats < fewest:
        raise Refused(_("Kursi DPR satu provinsi paling sedikit %(n)s.", n=fewest), field="seats")
    return seats


def propose_dapil(
    election: Election,
    asked: Asked,
    *,
    actor: Actor,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> DapilProposal:
    """Make plans of the dapil of a chamber in an area by the seven principles (UU 7/2017 art. 185).

    Refused as :func:`prepare` says, and where no map of whole units keeps the law.
    """
    ready = prepare(election, asked, actor=actor)
    council = ready.council
    plans = search.propose(council, progress=progress)
    if not plans:
        raise Refused(
            _(
                "Tidak ada susunan utuh yang memenuhi %(a)s sampai %(b)s kursi per dapil.",
                a=council.fewest,
                b=council.most,
            ),
            hint=_("Periksa jumlah penduduk, atau susun dapil ini dengan tangan."),
        )
    present = search.present_plan(council)
    made = DapilProposal(
        election_id=election.id,
        chamber=ready.chamber,
        body_code=asked.body,
        population=council.people,
        population_source=ready.facts.source,
        seats=ready.seats,
        units=[_unit(u) for u in ready.units],
        splits=[_split(s) for s in ready.splits],
        present=_plan(present) if present else None,
        plans=[_plan(p) for p in plans],
        on_map=ready.facts.on_map,
        created_by=actor.account_id,
        actor=actor.name,
    )
    db.session.add(made)
    db.session.flush()
    _note("propose", made, actor, {"chamber": ready.chamber, "seats": ready.seats, "plans": len(plans)})
    return made


def choose_plan(proposal: DapilProposal, number: int, *, reason: str, actor: Actor) -> None:
    """Choose the plan that goes on as the draft for the public test; it may be chosen anew, with a reason."""
    scope = scope_of(proposal.chamber, proposal.body_code, proposal.election_id)
    grants.demand(actor, PROPOSE_DAPIL, scope)
    if not reason.strip():
        raise Refused(_("Tuliskan alasannya."), field="reason")
    if not 1 <= number <= len(proposal.plans):
        raise Refused(_("Rancangan itu tidak ada."), status=404)
    proposal.chosen, proposal.chosen_reason = number, reason.strip()
    db.session.flush()
    _note("choose", proposal, actor, {"plan": number}, reason)


def _note(
    action: str, row: DapilProposal, actor: Actor, details: Mapping[str, Any], reason: str | None = None
) -> None:
    record(
        f"sidalih:dapil:{action}",
        f"dapil_proposal:{row.id}",
        actor=actor,
        reason=reason,
        region=row.body_code,
        election_id=row.election_id,
        details=details,
    )


def _few(names: list[str]) -> str:
    rest = len(names) - NAMED
    return ", ".join(title_region(name) for name in names[:NAMED]) + (
        _(" dan %(n)s lainnya", n=rest) if rest > 0 else ""
    )


def _unit(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "population": unit.population,
        "present": unit.present,
        "whole": unit.whole,
        "villages": list(unit.villages),
    }


def _split(split: Split) -> dict[str, Any]:
    return {
        "code": split.code,
        "name": split.name,
        "share": [split.share.numerator, split.share.denominator],
        "parts": list(split.parts),
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "groups": [
            {"units": list(g.units), "population": g.population, "seats": g.seats} for g in plan.groups
        ],
        "marks": plan.marks,
        "mark": [plan.mark.numerator, plan.mark.denominator],
        "ratio": [plan.price_ratio.numerator, plan.price_ratio.denominator],
        "out_of_range": plan.out_of_range,
        "broken": plan.broken,
        "changed": list(plan.changed),
    }
