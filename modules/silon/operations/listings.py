"""Drafts of lists, and the steps of a body between two plenaries (PKPU 10/2023 art. 64-83).

All lists of a body go from step to step together: one act for the 84 dapil of the DPR, one for a DPRD.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Contest
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor
from electsys.notices import notify
from modules.silon.models import Listing, Nomination
from modules.silon.operations import publishing as writing
from modules.silon.operations.access import by_who_put_up
from modules.silon.permissions import CONCLUDE
from modules.silon.queries import responses
from modules.silon.queries.outlooks import UNJUDGED, clause, names_of, of_body, standing_of
from modules.silon.rules.listings import Entry
from modules.silon.workflow import LIST

#: Those who put up learn that a draft waits for their look.
DRAFTED = "silon.listing.drafted"
#: Steps without a plenary, in their order: action -> the state that it leaves.
STEPS = {
    "open_responses": "dcs",
    "clarify": "tanggapan",
    "open_replacement": "klarifikasi",
    "draft": "penggantian",
}
#: Draft list -> the state in which it is looked at, the candidates on it, the window for corrections.
DRAFTS = {
    "rancangan_dcs": ("rancangan_dcs", ("ms",), "pencermatan_dcs"),
    "rancangan_dct": ("rancangan_dct", ("dcs", "ms"), "pencermatan_dct"),
}


def draft_listings(contest: Contest, region: str, kind: str, *, actor: Actor) -> list[Listing]:
    """The draft of every list of a body as its candidates stand; only those that changed get a version.

    ``kind`` is ``rancangan_dcs`` or ``rancangan_dct``. Those who put up are told to look at it.
    """
    grants.demand(actor, CONCLUDE, Scope(region, None, contest.election_id))
    state, enter, _stage = DRAFTS[kind]
    rows = db.session.scalars(of_body(contest, region).where(Nomination.state == state)).all()
    if not rows:
        raise Refused(_("Tidak ada daftar yang dapat disusun rancangannya."), status=409)
    made = []
    last = last_listings(contest.id, region, kind)
    version = writing.next_versions(contest.id, kind, region)
    found = writing.entries_of(rows, enter, actor=actor, portraits=False)
    for key, place in writing.places_of(rows).items():
        entries = [e for row in rows if (row.dapil_id, row.region) == key for e in found[row.id]]
        number = version(*key)
        ready = writing.prepare(place, kind, entries, number)
        before = last.get(key)
        if before is not None and _same(writing.kept_entries(before), ready.entries):
            continue
        reason = _("Perbaikan rancangan") if number > 1 else ""
        made.append(writing.keep(ready, reason=reason, letter_id=None, public=False, actor=actor))
    if made:
        changed = {(row.dapil_id, row.region) for row in made}
        for told, group in by_who_put_up(row for row in rows if (row.dapil_id, row.region) in changed):
            link = f"/calon/rancangan/{group[0].id}" if len(group) == 1 else "/calon/"
            notify(told, DRAFTED, {"stage": kind}, link, actor=actor)
    return made


def advance(contest: Contest, region: str, action: str, *, actor: Actor) -> int:
    """Take all lists of a body one step on (:data:`STEPS`); return how many went.

    Before replacement every public response is decided; before the draft of the final list every
    replacement is judged.
    """
    grants.demand(actor, CONCLUDE, Scope(region, None, contest.election_id))
    source = STEPS[action]
    rows = db.session.scalars(of_body(contest, region).where(Nomination.state == source)).all()
    if not rows:
        raise Refused(_("Tidak ada daftar pada tahap itu."), status=409)
    if action == "open_replacement" and (waiting := responses.open_count(contest.id, region)):
        raise Refused(
            _("%(n)s tanggapan masyarakat belum diputus.", n=waiting),
            hint=_("Putuskan setiap tanggapan sebelum masa penggantian dibuka."),
            status=409,
        )
    if action == "draft":
        _require_judged(rows)
    moved = LIST.move_set(clause(contest, region) & (Nomination.state == source), action, actor=actor)
    if not moved:
        raise Refused(_("Anda tidak berwenang melakukannya di wilayah ini."), status=403)
    return moved


def last_listings(contest_id: int, region: str, stage: str) -> dict[tuple[int | None, str], Listing]:
    """The newest version of each list of a body, by (dapil, region)."""
    rows = db.session.scalars(
        select(Listing)
        .where(Listing.contest_id == contest_id, Listing.region == region, Listing.stage == stage)
        .order_by(Listing.version)
    )
    return {(row.dapil_id, row.region): row for row in rows}


def _require_judged(rows: Sequence[Nomination]) -> None:
    waiting = standing_of(rows, UNJUDGED)
    if waiting:
        raise Refused(
            _("%(n)s calon pengganti belum diverifikasi.", n=sum(map(len, waiting.values()))),
            hint=_("Simpulkan verifikasinya dahulu: %(list)s.",
                   list=names_of([row for row in rows if row.id in waiting])),
            status=409,
        )  # fmt: skip


def _same(before: Sequence[Entry], after: Sequence[Entry]) -> bool:
    def plain(entries: Sequence[Entry]) -> list[tuple[object, ...]]:
        return [(e.candidate_id, e.participant_number, e.number, e.name, e.sex, e.residence) for e in entries]

    return plain(before) == plain(after)
