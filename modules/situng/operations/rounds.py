"""Another round of a form after a decision: a vote or a count held again; the old version stays public."""

from __future__ import annotations

from flask_babel import gettext as _

from electsys.db import db
from electsys.documents import StoredFile
from electsys.elections import calendar
from electsys.elections.queries import code_entry
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from modules.situng.contest import ContestCount
from modules.situng.models import Capture
from modules.situng.queries.captures import latest_round
from modules.situng.queries.contests import contest_count
from modules.situng.workflow import OPEN_ROUND, STAGE

#: Code table of an election with its kinds of votes and counts (domain.md 6.6).
KINDS = "jenis_pemungutan"
#: States of a round that nobody works on any more.
DONE = ("diterima", "anomali", "belum_lengkap")


def open_round(
    count: ContestCount, tps_code: str, vote_kind: str, *, decision: str, document: StoredFile, actor: Actor
) -> Capture:
    """Open the next round of a form: PSU, PSS, PSL or a recount, or a new entry of the same count.

    ``decision`` names the decision and its reason, ``document`` is its scan. The rounds before, their photos
    and their versions stay as they are and stay public; what counted goes on counting until the new round is
    accepted. Refused while the round before is still being entered.
    """
    grants.demand(actor, OPEN_ROUND, Scope(tps_code, election=count.election_id))
    calendar.require_open(count.election_id, STAGE, region=tps_code)
    kind = code_entry(count.election_id, KINDS, vote_kind)
    if kind is None or not kind.active:
        raise Refused(_("Pilih jenis dari daftar."), field="vote_kind")
    if not decision.strip():
        raise Refused(_("Tuliskan keputusan dan alasannya."), field="decision")
    if count.by_dapil:
        count = contest_count(count.contest_id, tps_code)
    before = latest_round(count.contest_id, tps_code)
    if before is None and vote_kind == "Reguler":
        raise Refused(
            _("TPS ini belum pernah dientri; penghitungan reguler tidak perlu dibuka."), field="vote_kind"
        )
    if before is not None and before.state not in DONE:
        raise Refused(
            _("Entri yang lama belum selesai: %(kind)s.", kind=before.vote_kind),
            hint=_("Selesaikan entri itu lebih dulu, lalu buka yang berikutnya."),
            status=409,
        )
    row = Capture(
        province=tps_code[:2],
        contest_id=count.contest_id,
        tps_code=tps_code,
        round=(before.round if before else 0) + 1,
        vote_kind=vote_kind,
        ballot_id=count.ballot_id,
        form_model=count.model.code,
        decision=decision.strip(),
        decision_file_id=document.id,
        opened_by=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    record(
        "situng:round:open",
        f"capture:{row.province}:{row.contest_id}:{row.tps_code}:{row.round}",
        actor=actor,
        reason=row.decision,
        region=tps_code,
        election_id=count.election_id,
        details={"kind": vote_kind, "round": row.round, "document": document.sha256},
    )
    return row
