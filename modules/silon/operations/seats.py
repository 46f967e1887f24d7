"""The writers of vacant seats: a letter opens a case, the next in rank is found, checked and sent.

The list decides by votes; where it ties, by the strategies of the settings; where those end unresolved, the
plenary says why it chose whom. Nobody is passed over without a reason that the case keeps.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.documents.papers import today as today_in
from electsys.elections import settings
from electsys.elections.models import Contest, Standing
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from modules.silon import seat_papers as papers
from modules.silon.models.seats import SeatCase, SeatEvent
from modules.silon.permissions import CONCLUDE, REPLACE
from modules.silon.queries import seats as queries
from modules.silon.rules import seats as rules
from modules.silon.rules.ties import next_in_rank
from modules.silon.workflow.seats import SEAT

#: States in which the next in rank may still change.
OPEN = ("diterima", "verifikasi", "klarifikasi")


@dataclass(frozen=True)
class Vacancy:
    """What the letter of the chamber's leadership says."""

    cause: str
    letter_number: str
    letter_date: dt.date
    received_on: dt.date
    term_ends: dt.date
    file_id: int


def scope_of(case: SeatCase) -> Scope:
    """Where a case lies: its body."""
    return Scope(case.region, None, case.election_id)


def open_case(holder: Standing, contest: Contest, region: str, vacancy: Vacancy, *, actor: Actor) -> SeatCase:
    """Open the case of somebody who leaves a seat.

    Refused where nobody was elected there, the letter is older than what it asks, the term is nearly over
    (PKPU 3/2025), or a case of that seat is open.
    """
    grants.demand(actor, REPLACE, Scope(region, None, contest.election_id))
    if not holder.elected:
        raise Refused(_("Orang ini tidak menduduki kursi."), field="holder")
    if vacancy.cause not in rules.CAUSES:
        raise Refused(_("Pilih sebab kursi kosong."), field="cause")
    if vacancy.letter_date > vacancy.received_on or vacancy.received_on > today_in(region):
        raise Refused(
            _("Surat tidak dapat diterima sebelum ditulis, atau di hari yang belum tiba."),
            field="received_on",
        )
    clock = rules.clock(
        vacancy.received_on,
        vacancy.term_ends,
        days=int(settings.value(contest.election_id, "paw_hari_kerja")),
        months=int(settings.value(contest.election_id, "paw_sisa_min_bulan")),
        holidays=queries.holidays(contest.election_id),
    )
    if clock.too_late:
        raise Refused(
            _(
                "Sisa masa jabatan kurang dari %(n)s bulan: kursi ini tidak diganti lagi.",
                n=settings.value(contest.election_id, "paw_sisa_min_bulan"),
            ),
            field="term_ends",
            status=409,
        )
    _require_one(holder, contest)
    case = SeatCase(
        election_id=contest.election_id,
        contest_id=contest.id,
        dapil_id=holder.dapil_id,
        region=region,
        voted_in=holder.region_code,
        participant_id=holder.participant_id,
        holder_number=holder.candidate_number,
        holder_name=_holder_name(holder),
        cause=vacancy.cause,
        letter_number=vacancy.letter_number.strip(),
        letter_date=vacancy.letter_date,
        letter_file_id=vacancy.file_id,
        received_on=vacancy.received_on,
        term_ends=vacancy.term_ends,
        due_on=clock.due,
    )
    db.session.add(case)
    db.session.flush()
    _note(case, "terima", actor, file_id=vacancy.file_id, details={"letter": case.letter_number})
    rank(case, actor=actor)
    return case


def rank(case: SeatCase, *, actor: Actor) -> SeatCase:
    """Find who comes next now, and keep how; a tie that nothing decides leaves nobody chosen."""
    grants.demand(actor, REPLACE, scope_of(case))
    _require_open(case)
    line = [who for who in queries.line_of(case) if not who.struck]
    strategies = list(settings.value(case.election_id, "paw_urutan_seri"))
    found = next_in_rank([who.contender() for who in line], strategies)
    chosen = next((who for who in line if who.contender().number == found.first), None)
    case.trace = {
        "line": [[who.number, who.name, who.votes] for who in line[:20]],
        "tied": list(found.tied),
        "unknown": found.unknown,
        "steps": [
            {"strategy": s.strategy, "values": [list(v) for v in s.values], "outcome": s.outcome,
             "remaining": list(s.remaining)}
            for s in found.steps
        ],
    }  # fmt: skip
    _choose(case, chosen, "peringkat")
    _note(case, "peringkat", actor, details={"next": case.next_number, "tied": list(found.tied)})
    return case


def choose_by_plenary(case: SeatCase, number: int, *, reason: str, actor: Actor) -> None:
    """Break a tie that the law leaves open, in plenary, among those who tie and no others."""
    grants.demand(actor, CONCLUDE, scope_of(case))
    _require_open(case)
    if number not in case.trace.get("tied", ()):
        raise Refused(_("Pleno hanya memilih di antara calon yang suaranya sama."), field="number")
    _demand(reason)
    chosen = next(who for who in queries.line_of(case) if who.contender().number == number)
    _choose(case, chosen, "pleno")
    _note(case, "peringkat", actor, note=reason, details={"next": number, "by": "pleno"})


def propose(case: SeatCase, name: str, *, reason: str, file_id: int, actor: Actor) -> None:
    """Take the name that the party proposes where nobody of the list is left with a vote.

    From a neighbouring dapil first, then from one tier up (PKPU 3/2025); the letter says from where.
    """
    grants.demand(actor, REPLACE, scope_of(case))
    _require_open(case)
    if any(who.votes > 0 and not who.struck for who in queries.line_of(case)):
        raise Refused(
            _("Masih ada calon dengan suara di daftar ini: usulan partai belum dapat dipakai."), status=409
        )
    _demand(name, "name")
    _demand(reason)
    case.next_name, case.next_number, case.chosen_by = " ".join(name.upper().split()), None, "usulan"
    case.next_participant_id = case.participant_id
    case.checks, case.qualified = {}, False
    _note(case, "peringkat", actor, note=reason, file_id=file_id, details={"by": "usulan"})


def pass_over(case: SeatCase, *, reason: str, file_id: int | None = None, actor: Actor) -> None:
    """The one who comes next cannot take the seat: note why, and look for the following one."""
    grants.demand(actor, REPLACE, scope_of(case))
    _require_open(case)
    if case.next_name is None:
        raise Refused(_("Belum ada calon pengganti."), status=409)
    _demand(reason)
    if case.chosen_by != "usulan":
        number = None if case.holder_number is None else case.next_number
        case.passed_over = [*case.passed_over, [case.next_participant_id, number, reason]]
    _note(case, "lewati", actor, note=reason, file_id=file_id, details={"number": case.next_number})
    rank(case, actor=actor)


def record_check(
    case: SeatCase, check: str, found: str, *, note: str = "", file_id: int | None = None, actor: Actor
) -> None:
    """What was found about one thing that the next in rank must bring; a failure needs its reason."""
    grants.demand(actor, REPLACE, scope_of(case))
    _require_open(case)
    if case.next_name is None:
        raise Refused(_("Belum ada calon pengganti yang dapat diperiksa."), status=409)
    if check not in rules.checks_for(has_party=has_party(case)) or found not in rules.FOUND:
        raise Refused(_("Pilih syarat dan hasilnya."), field="check")
    if found == "tms":
        _demand(note, "note")
    case.checks = case.checks | {check: found}
    case.qualified = rules.verdict(case.checks, has_party=has_party(case)) == "ms"
    _note(case, "periksa", actor, note=note, file_id=file_id, details={"check": check, "found": found})


def has_party(case: SeatCase) -> bool:
    """Whether the seat belongs to a party's list; the DPD's does not."""
    return case.participant.kind == "partai"


def clarify(case: SeatCase, *, note: str, file_id: int | None = None, actor: Actor) -> None:
    """Ask, or note an answer, by letter, telephone or video: with whom, what, and its paper."""
    _demand(note, "note")
    if case.state == "verifikasi":
        SEAT.move(case, "clarify", actor=actor, reason=note)
    elif case.state != "klarifikasi":
        raise Refused(_("Klarifikasi dicatat selama verifikasi."), status=409)
    else:
        grants.demand(actor, REPLACE, scope_of(case))
    _note(case, "klarifikasi", actor, note=note, file_id=file_id)


def suspend(case: SeatCase, *, reason: str, file_id: int | None, actor: Actor) -> None:
    """Let the case wait for a dispute inside the party or in court; the deadline waits with it."""
    days = int(settings.value(case.election_id, "paw_tunggu_sengketa"))
    until = today_in(case.region) + dt.timedelta(days=days)
    SEAT.move(case, "suspend", actor=actor, reason=reason, values={"waits_until": until})
    _note(case, "tunda", actor, note=reason, file_id=file_id, details={"until": until.isoformat()})


def resume(case: SeatCase, *, reason: str, file_id: int | None, actor: Actor) -> None:
    """Go on after the dispute; the working days count anew from today."""
    due = rules.clock(
        today_in(case.region),
        case.term_ends,
        days=int(settings.value(case.election_id, "paw_hari_kerja")),
        months=0,
        holidays=queries.holidays(case.election_id),
    ).due
    SEAT.move(case, "resume", actor=actor, reason=reason, values={"waits_until": None, "due_on": due})
    _note(case, "lanjut", actor, note=reason, file_id=file_id)


def verify(case: SeatCase, *, actor: Actor) -> None:
    """Begin, or go back to, the verification of the next in rank."""
    SEAT.move(case, "verify", actor=actor)


def prepare(case: SeatCase, *, actor: Actor) -> None:
    """Conclude in plenary that the next in rank takes the seat; the minutes are drafted in JDIH."""
    SEAT.move(case, "prepare", actor=actor)
    case.minutes_id = papers.minutes(case, queries.events_of(case), actor=actor).id
    db.session.flush()
    _note(case, "siap", actor, details={"next": case.next_number, "name": case.next_name})


def send(case: SeatCase, *, actor: Actor) -> None:
    """Send the name to the leadership of the chamber, by a letter of its own."""
    letter = papers.letter(case, actor=actor)
    SEAT.move(case, "send", actor=actor, values={"sent_at": dt.datetime.now(dt.UTC), "sent_id": letter.id})
    _note(case, "kirim", actor, details={"late": today_in(case.region) > case.due_on})


def inaugurate(case: SeatCase, *, note: str, actor: Actor) -> None:
    """Note that the successor has taken the oath."""
    SEAT.move(case, "inaugurate", actor=actor)
    _note(case, "lantik", actor, note=note)


def refuse(case: SeatCase, *, reason: str, actor: Actor) -> None:
    """Close a case without a successor, in plenary, and say why."""
    SEAT.move(case, "refuse", actor=actor, reason=reason, values={"waits_until": None})
    _note(case, "tolak", actor, note=reason)


def _choose(case: SeatCase, chosen: queries.InLine | None, by: str) -> None:
    same = chosen is not None and (case.next_participant_id, case.next_number) == (
        chosen.participant_id,
        chosen.number,
    )
    case.next_number = chosen.number if chosen else None
    case.next_participant_id = chosen.participant_id if chosen else None
    case.next_name = chosen.name if chosen else None
    case.chosen_by = by if chosen else None
    if not same:
        case.checks, case.qualified = {}, False


def _require_open(case: SeatCase) -> None:
    db.session.flush()
    db.session.refresh(case, with_for_update={"of": SeatCase})
    if case.state not in OPEN:
        raise Refused(
            _("Calon pengganti tidak dapat diubah: kasus berstatus “%(state)s”.",
              state=SEAT.state_label(case.state)),
            status=409,
        )  # fmt: skip


def _require_one(holder: Standing, contest: Contest) -> None:
    open_ = db.session.scalar(
        select(SeatCase.id).where(
            SeatCase.contest_id == contest.id,
            SeatCase.dapil_id.is_not_distinct_from(holder.dapil_id),
            SeatCase.voted_in == holder.region_code,
            SeatCase.participant_id == holder.participant_id,
            SeatCase.holder_number.is_not_distinct_from(holder.candidate_number),
            SeatCase.state != "ditolak",
        )
    )
    if open_ is not None:
        raise Refused(_("Kursi ini sudah mempunyai kasus penggantian nomor %(n)s.", n=open_), status=409)


def _holder_name(holder: Standing) -> str:
    if holder.candidate_number is None:
        return holder.participant.name
    return queries.name_of(holder) or _("Calon nomor %(n)s", n=holder.candidate_number)


def _demand(written: str, field: str = "reason") -> None:
    if not written.strip():
        raise Refused(
            _("Tulis alasannya.") if field == "reason" else _("Kolom ini wajib diisi."), field=field
        )


def _note(
    case: SeatCase,
    kind: str,
    actor: Actor,
    *,
    note: str = "",
    file_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    db.session.add(
        SeatEvent(
            case_id=case.id,
            kind=kind,
            note=" ".join(note.split()),
            details=details or {},
            file_id=file_id,
            account_id=actor.account_id,
            actor=actor.name,
        )
    )
    db.session.flush()
    record(
        f"silon:seat:{VERBS[kind]}",
        f"seat_case:{case.id}",
        actor=actor,
        reason=note or None,
        region=case.region or None,
        election_id=case.election_id,
        details=details or {},
    )


#: The trail's words for what is done in a case.
VERBS = {
    "terima": "open",
    "peringkat": "rank",
    "periksa": "check",
    "klarifikasi": "hear",
    "lewati": "pass_over",
    "tunda": "wait",
    "lanjut": "go_on",
    "siap": "conclude",
    "kirim": "announce",
    "lantik": "seat",
    "tolak": "close",
}
