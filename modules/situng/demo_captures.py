"""A village of the demo whose forms are entered by people: each step of the work waits there for somebody."""

from __future__ import annotations

import io
from typing import Any

from sqlalchemy import text

from electsys.db import db
from electsys.demo import ELECTION, Demo, step
from electsys.identity import actor_named
from electsys.ledger import Actor
from electsys.regions.rules import province_of
from modules.sidalih import expected_voters
from modules.situng.contest import ContestCount
from modules.situng.operations.captures import open_capture, submit_entry
from modules.situng.operations.photos import add_photo
from modules.situng.operations.totals import fold_totals, open_count
from modules.situng.queries.contests import contest_by_code, contest_count
from modules.situng.queries.setup import is_open
from modules.situng.simulated import photos

#: The kecamatan whose operators the demo has; a village of it with so many TPS is left to them.
DISTRICT, STATIONS = "120101", 8


def village(count: ContestCount) -> str | None:
    """The village that is entered by people; the simulated results file leaves it out."""
    return db.session.scalar(
        text(
            f"""
            select village_code from tps
            where election_id = :election and province = {province_of(":district")} and state = 'aktif'
              and village_code like :district || '%' and village_code <> :district || '1001'
            group by 1 having count(*) >= :stations order by 1 limit 1
            """
        ),
        {"election": count.election_id, "district": DISTRICT, "stations": STATIONS},
    )


@step("situng-buka")
def open_presidential(demo: Demo) -> None:
    """Open the presidential count; the other contests of the demo have no ballots, so no rehearsal passes."""
    contest = contest_by_code(ELECTION, "ppwp")
    if contest is not None and not is_open(contest.id):
        open_count(contest, actor=demo.actor)


@step("situng-entri")
def demo_forms(demo: Demo) -> None:
    """Forms that wait for an entry, a third person or a photo; an anomaly; one that counts."""
    contest = contest_by_code(ELECTION, "ppwp")
    if contest is None or not DISTRICT.startswith(demo.prefix):
        return
    count = contest_count(contest.id)
    begun = "select exists (select from capture where contest_id = :c)"
    place = village(count)
    if place is None or db.session.scalar(text(begun), {"c": contest.id}):
        return
    codes = list(
        db.session.scalars(
            text("select code from tps where election_id = :e and village_code = :v order by code"),
            {"e": count.election_id, "v": place},
        )
    )
    first, second = actor_named("operator.120101"), actor_named("operator.1201")
    for code, (photo, wrong, entries) in zip(codes, PLOT, strict=False):
        _play(count, code, photo, wrong, (first, second)[:entries] if wrong is not SECOND else (second,))
        db.session.commit()
    fold_totals(contest.id)
    demo.say(f"{min(len(codes), len(PLOT))} formulir desa {place} dientri dari foto simulasi.")


#: Stands for a form that the other operator entered first.
SECOND: dict[str, int] = {}
#: Of each TPS in turn: is there a photo, what is added to which number of the second entry (or, with
#: ``tertulis``, of the paper itself), and how many have entered it.
PLOT: tuple[tuple[bool, dict[str, int] | None, int], ...] = (
    (True, None, 0),
    (True, None, 0),
    (True, SECOND, 1),
    (True, SECOND, 1),
    (True, {"suara_2": 90}, 2),
    (True, {"tertulis": 500}, 2),
    (False, None, 2),
    (True, None, 2),
)


def _play(
    count: ContestCount, code: str, photo: bool, wrong: dict[str, int] | None, who: tuple[Actor, ...]
) -> None:
    from modules.situng.demo import clean_form

    dpt = expected_voters(count.election_id, code)
    values: dict[str, Any] = clean_form(count, code, dpt=dpt)
    if wrong and "tertulis" in wrong:
        values["suara_2"] += wrong["tertulis"]
    row = open_capture(count, code, actor=actor_named("operator.120101"))
    if photo:
        for page, content in enumerate(photos(count, code, values), start=1):
            add_photo(row, io.BytesIO(content), page=page, actor=actor_named("operator.120101"))
    reasons = dict.fromkeys(WARNINGS, "Sesuai foto C.Hasil")
    for at, actor in enumerate(who):
        typed = dict(values)
        if at == 1 and wrong:
            typed |= {name: values[name] + more for name, more in wrong.items() if name in values}
        submit_entry(row, typed, actor=actor, reasons=reasons)


#: What a simulated form may be asked about.
WARNINGS = (
    *("W.112:cadangan", "W.119:suara_besar", "W.119:partisipasi_penuh", "W.119:tanpa_tidak_sah"),
    *("W.115:pemilih", "W.116:disabilitas", "W.120:kembar", "W.121:bacaan"),
)
