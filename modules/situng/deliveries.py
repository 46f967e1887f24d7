"""Results files by upload: what the pages of the intake ask of Situng."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from electsys import intake
from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.intake import Context, Delivery, Outcome, Spec
from electsys.regions.models import Tps
from modules.situng.imports import STAGING, check_codes, spec_for
from modules.situng.jobs import lock_of
from modules.situng.models import RegionTotal
from modules.situng.operations.batches import FileFacts, load_batch, open_batch
from modules.situng.queries.contests import contest_count
from modules.situng.queries.people import region_of
from modules.situng.workflow import IMPORT


def offer() -> None:
    """Put results files among what may be uploaded."""
    intake.register(
        _spec,
        name="hasil",
        label=_l("Hasil penghitungan per TPS"),
        permission=IMPORT,
        table=STAGING,
        # Which TPS a file may touch is checked row by row.
        context=Context(_l("Pemilihan"), _choices),
        check=_check,
        apply=_apply,
        lock=lambda contest: lock_of(int(contest)),
    )


def _spec(contest: str) -> Spec:
    count = contest_count(int(contest))
    stations = select(func.count()).select_from(Tps).where(Tps.election_id == count.election_id)
    return spec_for(count, db.session.scalars(stations).one())


def _choices(account: Any) -> list[tuple[str, str]]:
    """The contests whose count is open, the newest election first."""
    opened = select(RegionTotal.contest_id).where(RegionTotal.contest_id == Contest.id).exists()
    rows = db.session.execute(
        select(Contest.id, Election.name, Contest.name)
        .join(Election, Election.id == Contest.election_id)
        .where(opened)
        .order_by(Election.voting_day.desc(), Contest.id)
    )
    return [(str(key), f"{election}, {contest}") for key, election, contest in rows]


def _check(delivery: Delivery) -> None:
    check_codes(delivery.staging, contest_count(int(delivery.context)), region_of(delivery.actor))


def _apply(delivery: Delivery) -> Outcome:
    """The file becomes a batch that waits for the second person."""
    batch = open_batch(
        db.session.get_one(Contest, int(delivery.context)),
        file=FileFacts(delivery.file.name, delivery.file.sha256, delivery.file.id),
        region=region_of(delivery.actor),
        mapping=delivery.mapping,
        actor=delivery.actor,
    )
    counts = load_batch(batch, actor=delivery.actor)
    message = _(
        "%(clean)s formulir siap dihitung, %(flagged)s anomali, %(incomplete)s belum lengkap,"
        " %(empty)s kosong. Berkas menunggu konfirmasi orang kedua.",
        **counts,
    )
    return Outcome(message, "situng.batch", {"batch_id": batch.id})
