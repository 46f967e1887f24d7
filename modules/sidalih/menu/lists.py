"""Lists, plenaries, quarters and statistics in the menu, on task lists and in trails."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from electsys.db import db
from electsys.events import subscribe
from electsys.identity import grants
from electsys.ledger.wording import name_verb
from electsys.web import navigation, tasks
from electsys.web.formats import title_region
from electsys.workflow.scoping import within
from modules.jdih import RulingIssued
from modules.sidalih.models import VoterRoll
from modules.sidalih.operations.rolls import reopen_by_ruling
from modules.sidalih.permissions import COMPILE, DETERMINE, READ_LISTS
from modules.sidalih.queries.rolls import current_election
from modules.sidalih.workflow.rolls import ROLL

VERBS = {
    "sidalih:roll:open": _l("Membuka daftar pemilih"),
    "sidalih:list:freeze": _l("Membekukan daftar pemilih"),
    "sidalih:list:mark": _l("Memberi tanda pada DPT"),
    "sidalih:recap:determine": _l("Menetapkan rekapitulasi daftar pemilih"),
    "sidalih:quarter:open": _l("Membuka triwulan PDPB"),
    "sidalih:semester:determine": _l("Menetapkan rekapitulasi semester PDPB"),
    "sidalih:coktas:freeze": _l("Membekukan kerangka coktas"),
    "sidalih:coktas:record": _l("Mencatat hasil coktas"),
    "sidalih:voter:add": _l("Menambah pemilih"),
    "sidalih:voter:place": _l("Menempatkan pemilih di TPS"),
}
#: A reader with more rolls than this sees their number, not one line each.
LINES = 5


def join(app: Flask) -> None:
    """Register the pages, words, menu entries, tasks and jobs of this part."""
    from modules.sidalih import demo, stages  # noqa: F401  (the step and the job declare themselves)
    from modules.sidalih.commands import lists as commands  # noqa: F401  (they join the group)
    from modules.sidalih.views import coktas, lists, quarters, rolls, semesters, statistics, voters  # noqa: F401

    for verb, label in VERBS.items():
        name_verb(verb, label)
    subscribe(RulingIssued, reopen_by_ruling)
    navigation.entry(_l("Daftar dan tahapannya"), "sidalih.start", permission=READ_LISTS, order=30)
    navigation.entry(_l("Statistik pemilih"), "sidalih.statistics_start", group="publik", order=20)
    tasks.source(COMPILE, next_steps)
    tasks.source(DETERMINE, next_plenaries)


def next_steps(account: Any) -> Iterable[tasks.Task]:
    """The next step of the office for the rolls of its regions."""
    return _next(account, COMPILE)


def next_plenaries(account: Any) -> Iterable[tasks.Task]:
    """The next plenary for the rolls of the account's regions."""
    return _next(account, DETERMINE)


def _next(account: Any, permission: str) -> Iterable[tasks.Task]:
    election = current_election()
    held = grants.scopes(account, permission)
    if election is None or not held:
        return
    waiting = {
        state: t.label
        for state in ROLL.states
        if (t := next((t for t in ROLL.transitions if t.source == state and t.permission), None))
        and t.permission == permission
    }
    inside = within(region=VoterRoll.region, election=VoterRoll.election_id)
    rolls = db.session.scalars(
        select(VoterRoll)
        .where(VoterRoll.election_id == election.id, VoterRoll.state.in_(waiting), inside(held))
        .order_by(VoterRoll.region)
        .limit(LINES + 1)
    ).all()
    if len(rolls) > LINES:
        yield tasks.Task(_("Daftar pemilih menunggu langkah berikutnya"), url_for("sidalih.start"), order=30)
        return
    from electsys.regions.queries import names

    named = names([roll.region for roll in rolls], election.map_id)
    for roll in rolls:
        area = title_region(named.get(roll.region, roll.region))
        text = _("%(step)s: %(area)s", step=waiting[roll.state], area=area)
        yield tasks.Task(text, url_for("sidalih.roll", roll_id=roll.id), order=30)
