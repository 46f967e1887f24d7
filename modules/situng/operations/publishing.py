"""An agreed capture becomes an immutable version, and its form moves to it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import rfc8785
from sqlalchemy import TextClause, text

from electsys.db import db
from electsys.ledger import Actor
from modules.situng.contest import ContestCount
from modules.situng.counting import Width, append_deltas, point_forms
from modules.situng.models import Capture
from modules.situng.operations.leaves import Provenance, leaf_facts, write_leaves
from modules.situng.operations.telling import PREVIOUS, tell_accepted
from modules.situng.operations.totals import share_form


def publish_capture(capture: Capture, count: ContestCount, photos: Sequence[str], *, actor: Actor) -> int:
    """Write the version of a capture and let it count, or stand outside totals, by its own verdict.

    ``count`` is the contest on the ballot of the TPS. Returns the id of the version. The deltas of the
    village are appended by the statement with which the form moves, so that no form counts twice.
    """
    share_form(count.contest_id, capture.tps_code, actor=actor)
    facts = {
        "province": capture.province,
        "contest": capture.contest_id,
        "tps": capture.tps_code,
        "round": capture.round,
        "photos": list(photos),
        "vote_kind": capture.vote_kind,
        "cells": capture.cells,
        "votes": capture.votes,
        "sums": capture.sums,
        "complete": capture.complete,
        "faults": capture.faults,
        "warnings": capture.warnings,
    } | leaf_facts(count, _provenance(capture, photos))
    statement = _publishing(tuple(count.model.names), tuple(count.columns), tuple(count.ballot.sums))
    version, previous = db.session.execute(statement, facts).one()
    if capture.complete and not capture.faults:
        tell_accepted(
            count,
            capture.tps_code,
            version,
            previous=previous,
            source="entri",
            vote_kind=capture.vote_kind,
            photos=photos,
            actor=actor,
        )
    return int(version)


@lru_cache(maxsize=512)
def _publishing(cells: tuple[str, ...], votes: tuple[str, ...], sums: tuple[str, ...]) -> TextClause:
    """One statement for all that one form changes: its version, the totals, its pointers, the public log.

    Every part sees the tables as they were before, and the new version as ``written``.
    """
    width = Width(len(votes), len(cells))
    return text(
        f"""
        with written as (
            insert into result_version (province, contest_id, tps_code, capture_round, source, photos,
                                        vote_kind, cells, votes, sums, complete, faults, warnings)
            values (:province, :contest, :tps, :round, 'entri', cast(:photos as text[]), :vote_kind,
                    cast(:cells as int[]), cast(:votes as int[]), cast(:sums as int[]), :complete,
                    cast(:faults as text[]), cast(:warnings as text[]))
            returning *
        ),
        added as ({append_deltas(width, "true", versions="written")}),
        moved as ({point_forms("true", versions="written")}),
        logged as ({write_leaves(cells, votes, sums, "written")})
        select w.id, ({PREVIOUS.format(version="w.id")}) as previous from written w
        """
    )


def _provenance(capture: Capture, photos: Sequence[str]) -> Provenance:
    """Who entered and who agreed; the entries by their hash: two that are alike can be seen as such."""
    return Provenance(
        entered_by=capture.first_person,
        confirmed_by=capture.third_person or capture.second_person,
        entry1=_hash(capture.first_cells, capture.first_votes, capture.first_sums),
        entry2=_hash(capture.second_cells, capture.second_votes, capture.second_sums),
        photos=photos,
    )


def _hash(cells: list[int | None] | None, votes: list[int | None] | None, sums: list[int | None]) -> str:
    return hashlib.sha256(rfc8785.dumps([cells, votes, *([sums] if sums else [])])).hexdigest()
