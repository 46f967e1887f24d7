"""A plenary concludes a round for a nomination: its candidates, the nomination itself, minutes and notices.

Nothing is concluded while something waits, and only what the page showed: where the outcome became another
one meanwhile, the plenary looks again.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from electsys.db import db
from electsys.elections import calendar
from electsys.errors import Refused
from electsys.identity import grants
from electsys.ledger import Actor, record
from electsys.notices import notify
from electsys.web.formats import angka
from modules.silon.document_words import OUTCOMES, reasons_words
from modules.silon.finding_words import finding_words
from modules.silon.models import Candidate, Nomination, NominationVerdict
from modules.silon.operations.access import OPEN_DURING, scope_of, who_put_up
from modules.silon.operations.candidate_events import move_candidate
from modules.silon.operations.judging import begin_round, unopened
from modules.silon.permissions import CONCLUDE
from modules.silon.queries.documents import kinds_of
from modules.silon.queries.rounds import LATER
from modules.silon.queries.verdicts import Outlook, Row, outlook, rows_of
from modules.silon.rules.verdicts import waits
from modules.silon.submission_papers import where_of, who_of
from modules.silon.verdict_minutes import candidate_minutes, nomination_minutes
from modules.silon.workflow import flow_of

#: The notice that a round was concluded.
CONCLUDED = "silon.verdict.concluded"


def conclude_nomination(nomination: Nomination, outcome: str, *, actor: Actor) -> NominationVerdict:
    """Conclude the round that runs; ``outcome`` is what the plenary saw: ``clear``, ``defer`` or ``fail``.

    Every candidate moves with its reasons in words, then the nomination. Refused, with what keeps it:
    documents that wait, second looks, disagreements, a closed stage, another outcome than was seen.
    """
    grants.demand(actor, CONCLUDE, scope_of(nomination))
    db.session.flush()
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    seen = outlook(nomination)
    if seen is None:
        raise Refused(
            _(
                "Tidak ada verifikasi yang berjalan: pencalonan berstatus “%(state)s”.",
                state=flow_of(nomination).state_label(nomination.state),
            ),
            status=409,
        )
    _require_ready(seen)
    if outcome != seen.outcome:
        raise Refused(
            _(
                "Keadaannya berubah sejak halaman dibuka: hasilnya sekarang “%(what)s”.",
                what=OUTCOMES[seen.outcome],
            ),
            hint=_("Periksa lagi pratinjaunya, lalu simpulkan."),
            field="outcome",
            status=409,
        )
    labels = labels_of(nomination)
    with db.session.begin_nested():
        letter = nomination_minutes(seen, labels, link=page_of(nomination), actor=actor)
        for row in seen.candidates:
            _move(row, labels, letter.id, actor)
        why = None if outcome == "clear" else _why(seen, labels)
        flow_of(nomination).move(nomination, outcome, actor=actor, reason=why)
        verdict = _write(seen, why, letter.id, actor)
    record(
        "silon:verdict:conclude",
        f"nomination_verdict:{verdict.id}",
        actor=actor,
        details={"round": seen.round, "outcome": outcome, "letter": letter.id, **seen.counts},
        region=nomination.region or None,
        election_id=nomination.election_id,
    )
    _tell(nomination, outcome, seen, actor)
    return verdict


def conclude_candidate(candidate: Candidate, *, actor: Actor) -> str:
    """Conclude about one candidate who came in a window after verification; the state that it reached.

    Refused while a document of this candidate waits, or lacks an item.
    """
    nomination = candidate.nomination
    grants.demand(actor, CONCLUDE, scope_of(nomination))
    db.session.flush()
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    if nomination.state not in LATER or candidate.state != "baru":
        raise Refused(
            _("Hanya calon baru pada masa penggantian atau pencermatan yang disimpulkan tersendiri."),
            status=409,
        )
    found = [r for r in rows_of(nomination, repaired=True) if r.candidate and r.candidate.id == candidate.id]
    if not found or waits(found[0].facts):
        raise Refused(
            _("Belum dapat disimpulkan: ada dokumen calon ini yang belum diputus."),
            hint=_("Selesaikan butirnya di meja verifikasi."),
            status=409,
        )
    labels = labels_of(nomination)
    with db.session.begin_nested():
        letter = candidate_minutes(found[0], labels, link=page_of(nomination), actor=actor)
        _move(found[0], labels, letter.id, actor)
    return found[0].outcome.state


def lapse_repair(nomination: Nomination, *, actor: Actor) -> None:
    """The time of repair is over and nothing was submitted: what failed is judged as it stands."""
    grants.demand(actor, CONCLUDE, scope_of(nomination))
    db.session.flush()
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    stage = OPEN_DURING[nomination.kind]["perbaikan"][-1]
    if nomination.state == "perbaikan" and not _is_over(nomination, stage):
        raise Refused(
            _("Masa perbaikan belum berakhir."),
            hint=_("Pencalonan ini masih dapat mengajukan perbaikannya."),
            status=409,
        )
    with force_locale("id"):
        why = _("Perbaikan tidak diajukan sampai masa perbaikan berakhir.")
    flow_of(nomination).move(nomination, "lapse", actor=actor, reason=why)
    begin_round(nomination, actor=actor)


def _is_over(nomination: Nomination, stage: str) -> bool:
    times = calendar.window(calendar.stage(nomination.election_id, stage), nomination.region)
    return times.stopped_since is None and calendar.utc_now() >= times.closes


def page_of(nomination: Nomination) -> str:
    """The page of a nomination's verification; jobs have no request to make an address with."""
    return f"/calon/pencalonan/{nomination.id}/verifikasi"


def labels_of(nomination: Nomination) -> dict[str, str]:
    """Kinds of documents -> what the law of the election calls them."""
    return {kind.code: str(kind.label) for kind in kinds_of(nomination.election_id)}


def _require_ready(seen: Outlook) -> None:
    n = unopened(seen.nomination)
    if n:
        raise Refused(
            _("Belum dapat disimpulkan: %(n)s dokumen belum dibuka di meja verifikasi.", n=angka(n)),
            hint=_("Buka putarannya di halaman verifikasi pencalonan ini."),
            status=409,
        )
    if not seen.ready:
        raise Refused(
            _("Belum dapat disimpulkan: %(what)s.", what=waiting_words(seen)),
            hint=_("Selesaikan butir itu di meja verifikasi."),
            status=409,
        )


def waiting_words(seen: Outlook) -> str:
    """What keeps a nomination from being concluded, in words."""
    parts = (
        (seen.waiting, _("%(n)s dokumen belum diputus", n=angka(seen.waiting))),
        (seen.second, _("%(n)s dokumen menunggu periksa kedua", n=angka(seen.second))),
        (seen.disagree, _("%(n)s dokumen dengan beda pendapat", n=angka(seen.disagree))),
    )
    return "; ".join(words for n, words in parts if n)


def _move(row: Row, labels: dict[str, str], letter_id: int, actor: Actor) -> None:
    if row.candidate is None or row.move is None:
        return
    with force_locale("id"):
        why = reasons_words(row.outcome.reasons, labels) or None
    move_candidate(row.candidate, row.move, kind="putus", reason=why, letter_id=letter_id, actor=actor)


def _why(seen: Outlook, labels: dict[str, str]) -> str:
    """Why the nomination does not go on: its own documents, its rules, how many of its candidates."""
    with force_locale("id"):
        said = [reasons_words(seen.own.outcome.reasons, labels)]
        said += [finding_words(found) for found in seen.findings]
        lacking = sum(not row.outcome.met for row in seen.candidates)
        if lacking or not seen.candidates:
            said.append(
                _(
                    "%(n)s dari %(all)s calon belum atau tidak memenuhi syarat.",
                    n=angka(lacking),
                    all=angka(len(seen.candidates)),
                )
            )
        return " ".join(each for each in said if each)


def _write(seen: Outlook, why: str | None, letter_id: int, actor: Actor) -> NominationVerdict:
    row = NominationVerdict(
        nomination_id=seen.nomination.id,
        round=seen.round,
        outcome=seen.outcome,
        counts={**seen.counts, "breaks": [found.code for found in seen.findings]},
        reason=why,
        letter_id=letter_id,
        actor=actor.name,
        at=dt.datetime.now(dt.UTC),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _tell(nomination: Nomination, outcome: str, seen: Outlook, actor: Actor) -> None:
    """Those who put up; the page that the notice leads to names every reason."""
    values: dict[str, Any] = {
        "who": who_of(nomination),
        "where": where_of(nomination),
        "met": seen.counts["ms"],
        "all": len(seen.candidates),
    }
    link = f"/calon/pencalonan/{nomination.id}/perbaikan" if outcome == "defer" else page_of(nomination)
    notify(who_put_up(nomination), f"{CONCLUDED}.{outcome}", values, link, actor=actor)
