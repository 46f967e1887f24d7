"""Two persons of candidates are found to be one human, or two; a merge leaves a redirect and can be undone.

The rows of the candidates go over to the person that stays, so that everything that asks by person finds
them; their flags are judged anew.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import PersonMerge
from electsys.identity.operations.persons import merge_people, part_people
from electsys.ledger import Actor, record
from modules.silon.models import Candidate
from modules.silon.operations.links import Reflagged, hold_keys, reflag
from modules.silon.permissions import CONCLUDE
from modules.silon.queries.merges import DISTINCT, MERGE, PART, act_of, open_conflicts

NATION = Scope("")


def merge_persons(gone: int, kept: int, *, reason: str, actor: Actor) -> PersonMerge:
    """Let one person lead to another: KPU RI, for persons of candidates (the parties lie nation-wide).

    Refused without a reason, and while the queue of identity conflicts has the two open.
    """
    _demand(reason, actor)
    if gone != kept and (waiting := open_conflicts(*sorted((gone, kept)))):
        raise Refused(
            _("Kedua catatan ini masih ada dalam benturan identitas nomor %(n)s.", n=waiting[0].id),
            hint=_("Minta admin identitas memutusnya lebih dahulu; penggabungannya mengikuti keputusan itu."),
            status=409,
        )
    rows = _rows(gone)
    if not rows or not _rows(kept):
        raise Refused(_("Keduanya harus tercatat sebagai calon."), status=409)
    hold_keys(*rows)
    with db.session.begin_nested():
        merge = merge_people(gone, kept, actor=actor)
        changed = _move(rows, kept, f"person_merge:{merge.id}")
        record(
            MERGE,
            f"person_merge:{merge.id}",
            actor=actor,
            reason=" ".join(reason.split()),
            details={
                "person": gone,
                "into": kept,
                "candidates": [row.id for row in rows],
                "raised": sum(each.raised for each in changed),
                "cleared": sum(each.cleared for each in changed),
            },
        )
    return merge


def part_persons(merge: PersonMerge, *, reason: str, actor: Actor) -> None:
    """Undo a merge that Silon made: the candidates that moved go back, unless claimed anew since."""
    _demand(reason, actor)
    act = act_of(merge)
    if act is None:
        raise Refused(_("Penggabungan ini tidak dibuat di sini."), status=404)
    moved = [int(key) for key in act.details.get("candidates", [])]
    rows = [row for row in _rows(merge.into_id) if row.id in moved]
    hold_keys(*rows)
    with db.session.begin_nested():
        part_people(merge, actor=actor, reason=reason)
        _move(rows, merge.person_id, f"person_merge:{merge.id}")
        record(
            PART,
            f"person_merge:{merge.id}",
            actor=actor,
            reason=" ".join(reason.split()),
            details={"candidates": [row.id for row in rows]},
        )


def keep_apart(one: int, other: int, *, reason: str, actor: Actor) -> None:
    """Say that two persons are two humans: the pair waits no longer."""
    _demand(reason, actor)
    low, high = sorted((one, other))
    record(DISTINCT, f"person:{low}", actor=actor, reason=" ".join(reason.split()), details={"other": high})


def _demand(reason: str, actor: Actor) -> None:
    grants.demand(actor, CONCLUDE, NATION)
    if not reason.strip():
        raise Refused(_("Tulis alasannya."), field="reason")


def _rows(person_id: int) -> list[Candidate]:
    return list(
        db.session.scalars(select(Candidate).where(Candidate.person_id == person_id).order_by(Candidate.id))
    )


def _move(rows: list[Candidate], person_id: int, cause: str) -> list[Reflagged]:
    for row in rows:
        row.person_id = person_id
    return reflag([row.id for row in rows], cause=cause)
