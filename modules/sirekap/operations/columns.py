"""The columns of a D.Hasil: filled from what counts below, or explained where a form is missing."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, insert, literal, select, text

from electsys.db import db
from electsys.elections.models import BallotLine
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.sirekap.models import Recap, RecapColumn, RecapReading, RecapVersion
from modules.sirekap.operations.bodies import require_body
from modules.sirekap.permissions import ENTER
from modules.sirekap.queries.recaps import LEAVES, STATIONS, sheet
from modules.situng import counted_forms

THIS = "with r as (select * from recap where id = :id)"
COLUMNS = ("province", "recap_id", "unit", "number", "source", "source_id", "cells", "votes", "account_id")


def fill(recap: Recap, *, actor: Actor) -> int:
    """Bring the columns that were not read yet to what is accepted or locked below; return how many moved.

    A column that was read, corrected or explained stays: what changed below since is shown as a difference.
    """
    if recap.state != "dibuka":
        raise Refused(_("Rekapitulasi ini tidak sedang dibacakan."), status=409)
    moved = _fill_stations(recap, actor) if recap.tier in LEAVES else fill_children(recap, actor)
    if moved:
        record(
            "sirekap:recap:fill",
            f"recap:{recap.id}",
            actor=actor,
            details={"columns": moved},
            region=recap.region or None,
            election_id=recap.election_id,
        )
    return moved


def _fill_stations(recap: Recap, actor: Actor) -> int:
    """From Situng's accepted forms, in one statement."""
    accepted = counted_forms(recap.contest_id, recap.region).subquery("accepted")
    current = text(
        "select unit, number, source, source_id from recap_current where province = :p and recap_id = :id"
    ).bindparams(p=recap.province, id=recap.id)
    now = current.columns(
        unit=RecapColumn.unit.type,
        number=RecapColumn.number.type,
        source=RecapColumn.source.type,
        source_id=RecapColumn.source_id.type,
    ).subquery("now")
    stations = (
        text(f"{THIS} select t.code as code, t.village_code as village from r, {STATIONS}")
        .bindparams(id=recap.id)
        .columns(code=RecapColumn.unit.type, village=RecapColumn.unit.type)
        .subquery("station")
    )
    width = select(func.count()).where(BallotLine.ballot_id == recap.ballot_id).scalar_subquery()
    unread = (
        select(RecapReading.unit)
        .where(RecapReading.recap_id == recap.id, RecapReading.read_at.is_(None))
        .scalar_subquery()
    )
    wanted = (
        select(
            literal(recap.province),
            literal(recap.id),
            accepted.c.tps_code,
            func.coalesce(now.c.number, 0) + 1,
            literal("c_hasil"),
            accepted.c.version,
            accepted.c.cells,
            accepted.c.votes,
            literal(actor.account_id, type_=RecapColumn.account_id.type),
        )
        .join(stations, stations.c.code == accepted.c.tps_code)
        .outerjoin(now, now.c.unit == accepted.c.tps_code)
        .where(
            stations.c.village.in_(unread),
            # A form of another ballot than the one that is summed here is no form of this contest.
            func.cardinality(accepted.c.votes) == width,
            now.c.unit.is_(None)
            | (now.c.source == "tanpa_formulir")
            | (now.c.source == "c_hasil") & (now.c.source_id != accepted.c.version),
        )
    )
    return _insert(wanted)


def fill_children(recap: Recap, actor: Actor) -> int:
    """From the sums of the locked children."""
    current = (
        text("select unit, number, source_id from recap_current where province = :p and recap_id = :id")
        .bindparams(p=recap.province, id=recap.id)
        .columns(
            unit=RecapColumn.unit.type, number=RecapColumn.number.type, source_id=RecapColumn.source_id.type
        )
        .subquery("now")
    )
    wanted = (
        select(
            literal(recap.province),
            literal(recap.id),
            Recap.region,
            func.coalesce(current.c.number, 0) + 1,
            literal("d_hasil"),
            Recap.version,
            RecapVersion.cells,
            RecapVersion.votes,
            literal(actor.account_id, type_=RecapColumn.account_id.type),
        )
        .join(RecapVersion, (RecapVersion.recap_id == Recap.id) & (RecapVersion.number == Recap.version))
        .outerjoin(current, current.c.unit == Recap.region)
        .where(
            Recap.parent_id == recap.id,
            Recap.state == "disahkan",
            current.c.unit.is_(None) | (current.c.source_id != Recap.version),
        )
    )
    return _insert(wanted)


def _insert(wanted: Any) -> int:
    written = insert(RecapColumn).from_select(list(COLUMNS), wanted, include_defaults=False)
    return len(db.session.execute(written.returning(RecapColumn.unit)).all())


def explain_missing(recap: Recap, unit: str, reason: str, *, actor: Actor) -> None:
    """Note why a TPS has no form that could be read: its column is zero and carries the reason."""
    require_body(recap, ENTER, actor=actor)
    if recap.state != "dibuka" or recap.tier not in LEAVES:
        raise Refused(_("Rekapitulasi ini tidak sedang dibacakan."), status=409)
    if not reason.strip():
        raise Refused(
            _("Tuliskan mengapa formulir TPS ini tidak ada."),
            field="reason",
            hint=_("Misalnya: pemungutan suara susulan tanggal 18 Februari; kotak rusak karena banjir."),
        )
    form = sheet(recap, unit)
    column = next((c for c in form.columns if c.unit == unit), None)
    if column is None:
        raise Refused(_("TPS %(code)s bukan bagian rekapitulasi ini.", code=unit), field="unit")
    if column.is_there and column.source != "tanpa_formulir":
        raise Refused(_("TPS ini sudah mempunyai angka."), status=409)
    db.session.add(
        RecapColumn(
            province=recap.province,
            recap_id=recap.id,
            unit=unit,
            number=column.number + 1,
            source="tanpa_formulir",
            cells=[0] * len(form.model.cells),
            votes=[0] * len(form.lines),
            missing=reason.strip(),
            account_id=actor.account_id,
        )
    )
    record(
        "sirekap:recap:explain",
        f"recap:{recap.id}",
        actor=actor,
        reason=reason.strip(),
        details={"unit": unit},
        region=recap.region or None,
        election_id=recap.election_id,
    )
    db.session.flush()
