"""Silon in the demo: lists, a person for the DPD and a pair that are being filled, with work left to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import select

from electsys.db import db
from electsys.demo import ELECTION, Demo, step
from electsys.elections import calendar
from electsys.elections.models import Election
from electsys.elections.operations import set_times
from electsys.elections.queries import by_code
from electsys.elections.seed import DEMO_OPEN
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from modules.silon.claims import CandidateClaim
from modules.silon.imports.checks import lists_contest
from modules.silon.models import Nomination
from modules.silon.operations.candidates import add_candidate
from modules.silon.operations.nominations import begin_list, begin_pair, begin_person
from modules.silon.operations.pairs import set_parties
from modules.silon.synthetic.candidates import person

#: Where the demo's party work is; its accounts act for this participant (electsys.identity.catalogue).
KABKO, PARTY = "1201", 1
#: Stages that the demo keeps open, so that a list can be filled and handed in at any time.
STAGES = ("persiapan_calon", "pengajuan_calon", "dukungan_dpd", "pendaftaran_pasangan")
#: Chamber -> sexes in the order of the list: the first lacks women in its first three, the other is right.
LISTS = (("dpr", "LLLPL"), ("dprd_kabko", "LPLLPL"))
#: Beyond the numbers that tests and benchmarks give out; a year and six days lie between two births.
FIRST_PERSON, STEP = 9_009_000, 371


@step("silon")
def demo_lists(demo: Demo) -> None:
    """The lists once; nothing where there are any, or where the scale leaves the party's place out."""
    election = by_code(ELECTION)
    if election is None or not KABKO.startswith(demo.prefix):
        return
    if db.session.scalar(select(Nomination.id).limit(1)) is not None:
        return
    for code in STAGES:
        stage = calendar.stage(election.id, code)
        set_times(stage, *DEMO_OPEN, reason="Peragaan dibuka terus", actor=demo.actor)
    names = 0
    for chamber, sexes in LISTS:
        contest = lists_contest(election, chamber)
        dapil = next((row for row in regions.dapil_of(KABKO) if row.chamber == chamber), None)
        if contest is None or dapil is None:
            continue
        row = begin_list(contest, dapil, PARTY, actor=demo.actor)
        for sex in sexes:
            add_candidate(row, _claim(FIRST_PERSON + names * STEP, sex), actor=demo.actor)
            names += 1
    names += _person_and_pair(election, names, demo)
    demo.say(f"{len(LISTS)} daftar, satu calon DPD, dan satu pasangan simulasi: {names} nama sedang diisi.")


def _person_and_pair(election: Election, begun: int, demo: Demo) -> int:
    """Somebody for the DPD, and a pair whose deputy is too young but a head of a region; how many names."""
    contests = {contest.kind: contest for contest in election.contests}
    # Six steps on lies somebody of seventy years.
    one, head, deputy = (
        _claim(FIRST_PERSON + (begun + n) * STEP, sex) for n, sex in ((0, "P"), (6, "L"), (2, "P"))
    )
    if (dpd := contests.get("dpd")) is not None:
        row = begin_person(dpd, KABKO[:2], one.name, actor=demo.actor)
        add_candidate(row, one, actor=demo.actor)
    if (ppwp := contests.get("ppwp")) is not None:
        row = begin_pair(ppwp, "", f"{head.name} DAN {deputy.name}", actor=demo.actor)
        set_parties(row, [PARTY], actor=demo.actor)
        add_candidate(row, head, actor=demo.actor)
        add_candidate(row, replace(deputy, conditions=("kepala_daerah",)), actor=demo.actor)
    return (dpd is not None) + 2 * (ppwp is not None)


def _claim(number: int, sex: str) -> CandidateClaim:
    """A made-up candidate of the place; the name tells that it is none."""
    districts = [row.code for row in db.session.scalars(regions.children(KABKO))]
    nik, name, born, home = person(number, sex, districts)
    place = title_region(regions.names([home])[home])
    return CandidateClaim(
        nik=nik,
        name=name,
        sex=sex,
        birth_place=place,
        birth_date=dt.date.fromisoformat(born),
        residence_code=home,
        residence=place,
        ballot_name=name,
        occupation="WIRASWASTA",
    )
