"""The writers of the limited visit (coktas): freeze the frame, draw the sample, record what a visit found."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import exists, func, insert, select, text

from electsys.db import db
from electsys.elections.calendar import require_open
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from modules.sidalih.models import LimitedVisit, LimitedVisitVoter, Quarter, VoterEvent, VoterRoll
from modules.sidalih.models.coktas import OUTCOMES
from modules.sidalih.permissions import COMPILE, DETERMINE, EDIT
from modules.sidalih.queries import coktas as queries
from modules.sidalih.queries.quarters import to_visit
from modules.sidalih.rules import coktas as rules
from modules.sidalih.workflow.coktas import COKTAS


def freeze_frame(quarter: Quarter, *, actor: Actor) -> LimitedVisit:
    """Freeze which rows of a kab/kota are in doubt now: the sample is drawn from them.

    Refused where the quarter is closed, has a frame already, or nothing is in doubt.
    """
    roll = db.session.get_one(VoterRoll, quarter.roll_id)
    grants.demand(actor, COMPILE, Scope(roll.region, election=roll.election_id))
    require_open(roll.election_id, "pdpb", roll.region)
    _demand_open(quarter)
    if queries.visit_of(quarter.id) is not None:
        raise Refused(
            _("Triwulan ini sudah mempunyai kerangka coktas."),
            hint=_("Buang dulu kerangka itu bila belum diundi."),
            status=409,
        )
    rows = db.session.scalars(to_visit(roll)).all()
    if not rows:
        raise Refused(_("Tidak ada data yang diragukan; tidak ada yang perlu didatangi."), status=409)
    keys = sorted(row.id for row in rows)
    visit = LimitedVisit(
        quarter_id=quarter.id,
        election_id=roll.election_id,
        region=roll.region,
        frame=len(keys),
        frame_digest=rules.digest(keys),
        frozen_by=actor.name,
    )
    db.session.add(visit)
    db.session.flush()
    db.session.execute(
        insert(LimitedVisitVoter),
        [
            {
                "visit_id": visit.id,
                "voter_id": row.id,
                "province": row.province,
                "village_code": row.village_code,
                "doubts": row.doubts,
            }
            for row in rows
        ],
    )
    record(
        "sidalih:coktas:freeze",
        f"limited_visit:{visit.id}",
        actor=actor,
        region=roll.region,
        election_id=roll.election_id,
        details={"frame": visit.frame, "digest": visit.frame_digest.hex()},
    )
    return visit


def draw_sample(visit: LimitedVisit, seed: str, size: int, *, actor: Actor) -> LimitedVisit:
    """Draw ``size`` rows of the frame by a seed that was made in public; neither ever changes again."""
    grants.demand(actor, DETERMINE, Scope(visit.region, election=visit.election_id))
    _demand_open(db.session.get_one(Quarter, visit.quarter_id))
    db.session.refresh(visit, with_for_update=True)
    if visit.state != "kerangka":
        raise Refused(_("Sampel ini sudah diundi, atau kerangkanya dibuang."), status=409)
    kept = rules.seed_of(seed)
    if kept is None:
        raise Refused(
            _("Benih paling sedikit %(n)s huruf atau angka.", n=rules.LEAST_SEED),
            hint=_("Lempar dadu sepuluh kali di depan yang hadir, lalu ketik angkanya berurutan."),
            field="seed",
        )
    if not 1 <= size <= visit.frame:
        raise Refused(_("Ukuran sampel 1 sampai %(n)s pemilih.", n=visit.frame), field="size")
    keys = queries.frame_of(visit.id)
    if rules.digest(keys) != visit.frame_digest:
        # Row security shows part of the frame to whoever does not hold the whole kab/kota.
        raise Refused(_("Kerangka ini tidak terbaca utuh; yang mengundi harus memegang kabupaten/kota ini."))
    sample = rules.draw(keys, kept, size)
    db.session.execute(
        text(
            """
            update limited_visit_voter v set rank = s.rank
            from unnest(cast(:keys as bigint[])) with ordinality as s(key, rank)
            where v.visit_id = :visit and v.voter_id = s.key
            """
        ),
        {"visit": visit.id, "keys": sample},
    )
    COKTAS.move(
        visit,
        "draw",
        actor=actor,
        values={
            "seed": kept,
            "size": size,
            "sample_digest": rules.digest(sample),
            "drawn_by": actor.name,
            "drawn_at": func.clock_timestamp(),
        },
    )
    db.session.expire_all()
    return visit


def discard_frame(visit: LimitedVisit, reason: str, *, actor: Actor) -> None:
    """Give a frame up that was not drawn from; the rows stay, the quarter may get another."""
    COKTAS.move(visit, "discard", actor=actor, reason=reason)


def record_outcome(
    visit: LimitedVisit, row: LimitedVisitVoter, outcome: str, *, note: str | None = None, actor: Actor
) -> None:
    """What a visit of a voter of the sample found; it may be said anew while the quarter is open.

    That data were changed, or the voter struck, is refused as long as the row has no such event in this
    quarter: the outcome follows the data, it does not stand for them.
    """
    grants.demand(actor, EDIT, Scope(row.village_code, election=visit.election_id))
    quarter = db.session.get_one(Quarter, visit.quarter_id)
    require_open(visit.election_id, "pdpb", visit.region)
    _demand_open(quarter)
    if visit.state != "ditetapkan" or row.rank is None:
        raise Refused(_("Pemilih ini tidak termasuk sampel yang ditetapkan."), status=409)
    if outcome not in OUTCOMES:
        raise Refused(_("Pilih hasilnya."), field="outcome")
    kept = (note or "").strip() or None
    if outcome == "tidak_ditemui" and kept is None:
        raise Refused(_("Tuliskan mengapa pemilih ini tidak ditemui."), field="note")
    if outcome in ("ubah", "tms") and not _happened(quarter, row, outcome):
        raise Refused(
            _("Data pemilih ini belum diubah dalam triwulan ini.")
            if outcome == "ubah"
            else _("Pemilih ini belum dicoret dalam triwulan ini."),
            hint=_("Buka halaman pemilihnya, ubah atau coret dengan bukti, lalu catat hasil ini."),
            field="outcome",
            status=409,
        )
    before = row.outcome
    row.outcome, row.note = outcome, kept
    row.actor, row.recorded_at = actor.name, func.clock_timestamp()
    db.session.flush()
    record(
        "sidalih:coktas:record",
        f"voter:{row.voter_id}",
        actor=actor,
        region=row.village_code,
        election_id=visit.election_id,
        details={"visit": visit.id, "from": before, "outcome": outcome},
    )


def _happened(quarter: Quarter, row: LimitedVisitVoter, kind: str) -> bool:
    event = exists().where(
        VoterEvent.voter_id == row.voter_id,
        VoterEvent.province == row.province,
        VoterEvent.quarter_id == quarter.id,
        VoterEvent.kind == kind,
    )
    return bool(db.session.scalar(select(event)))


def _demand_open(quarter: Quarter) -> None:
    """Refuse in a closed quarter; it stays open while this transaction lasts."""
    db.session.refresh(quarter, with_for_update={"read": True})
    if quarter.state != "terbuka":
        raise Refused(_("Triwulan ini sudah ditetapkan."), status=409)
