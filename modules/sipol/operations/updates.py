"""The update of participants' data, twice a year (domain.md 3.7): opened, entered by parties, closed."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select, text

from electsys.db import db
from electsys.documents import date_in_words
from electsys.documents.papers import letterhead, today
from electsys.elections import calendar
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.notices import notify
from electsys.notices.operations import Holders
from electsys.web.formats import angka
from modules.jdih import Letter, draft_minutes
from modules.sipol.determination_papers import CLASS
from modules.sipol.models import PartyOffice, PartyRegistration, PartyUpdate
from modules.sipol.permissions import CONCLUDE, EDIT, RECEIVE
from modules.sipol.queries.counts import members_by
from modules.sipol.queries.public import boards_by_level
from modules.sipol.queries.standing import TAKES_PART
from modules.sipol.workflow import REGISTRATION

STAGE = "parpol_berkelanjutan"
#: The notice that a half of a year was opened.
OPENED = "sipol.update.opened"
ROMAN = {1: "I", 2: "II"}

#: Members who came, and who went, since an instant.
MOVED = text(
    "select count(*) filter (where m.created_at >= :since and m.state <> 'ditarik') as came,"
    " count(*) filter (where m.state = 'ditarik' and e.at >= :since) as went"
    " from party_member m left join party_member_event e on e.id = m.event_id and m.state = 'ditarik'"
    " where m.registration_id = :registration"
)


def updates(election_id: int) -> list[tuple[PartyUpdate, PartyRegistration]]:
    """Every half of a year of every party, the newest half first."""
    rows = db.session.execute(
        select(PartyUpdate, PartyRegistration)
        .join(PartyRegistration, PartyRegistration.id == PartyUpdate.registration_id)
        .where(PartyRegistration.election_id == election_id)
        .order_by(PartyUpdate.year.desc(), PartyUpdate.half.desc(), PartyRegistration.number.nulls_last())
    )
    return [(row[0], row[1]) for row in rows]


def open_half(election: Election, year: int, half: int, *, actor: Actor) -> int:
    """Open a half of a year for every participant; how many parties may enter now. KPU RI.

    Participants move on to ``berkelanjutan`` with their first half. Refused outside of the stage, while an
    earlier half is open, and for a half that was closed already.
    """
    grants.demand(actor, RECEIVE, Scope("", None, election.id))
    calendar.require_open(election.id, STAGE, "")
    if half not in ROMAN:
        raise Refused(_("Pilih semester I atau II."), field="half")
    there = {(u.year, u.half, u.state) for u, _row in updates(election.id)}
    if any(state == "terbuka" and (y, h) != (year, half) for y, h, state in there):
        raise Refused(
            _("Semester sebelumnya belum ditutup."),
            hint=_("Tutup dahulu dengan berita acaranya."),
            status=409,
        )
    if (year, half, "ditutup") in there:
        raise Refused(_("Semester ini sudah ditutup."), status=409)
    rows = db.session.scalars(
        select(PartyRegistration)
        .where(PartyRegistration.election_id == election.id, PartyRegistration.state.in_(TAKES_PART))
        .where(
            ~select(PartyUpdate.id)
            .where(
                PartyUpdate.registration_id == PartyRegistration.id,
                PartyUpdate.year == year,
                PartyUpdate.half == half,
            )
            .exists()
        )
        .order_by(PartyRegistration.id)
    ).all()
    if not rows:
        raise Refused(_("Tidak ada peserta yang belum dibuka untuk semester ini."), status=409)
    for row in rows:
        if row.state == "peserta":
            REGISTRATION.move(row, "continue", actor=actor)
        db.session.add(PartyUpdate(registration_id=row.id, year=year, half=half))
        notify(
            Holders(EDIT, row.region, row.party_id, election.id),
            OPENED,
            {"half": ROMAN[half], "year": year},
            f"/partai/{election.code}/{row.party_id}",
            actor=actor,
        )
    _record("open", election, actor, {"year": year, "half": half, "parties": len(rows)})
    return len(rows)


def close_half(election: Election, year: int, half: int, *, actor: Actor) -> Letter:
    """Close a half of a year: the counts of each party are kept, the minutes drafted. KPU RI in plenary."""
    grants.demand(actor, CONCLUDE, Scope("", None, election.id))
    open_ = db.session.execute(
        select(PartyUpdate, PartyRegistration)
        .join(PartyRegistration, PartyRegistration.id == PartyUpdate.registration_id)
        .where(
            PartyRegistration.election_id == election.id,
            PartyUpdate.year == year,
            PartyUpdate.half == half,
            PartyUpdate.state == "terbuka",
        )
        .order_by(PartyRegistration.number.nulls_last(), PartyRegistration.id)
        # Whoever writes for a party holds its registration: what they write is in the counts, or refused.
        .with_for_update(of=[PartyUpdate, PartyRegistration])
    ).all()
    if not open_:
        raise Refused(_("Semester ini tidak sedang dibuka."), status=409)
    counts = [_counts(update, row) for update, row in open_]
    letter = _minutes(election, year, half, list(zip([row for _u, row in open_], counts, strict=True)), actor)
    for (update, _row), numbers in zip(open_, counts, strict=True):
        update.state, update.counts, update.letter_id = "ditutup", numbers, letter.id
        update.closed_at = func.now()
    db.session.flush()
    _record("close", election, actor, {"year": year, "half": half, "letter": letter.id})
    return letter


def _counts(update: PartyUpdate, row: PartyRegistration) -> dict[str, Any]:
    came, went = db.session.execute(MOVED, {"registration": row.id, "since": update.opened_at}).one()
    offices = db.session.scalar(select(func.count()).where(PartyOffice.registration_id == row.id))
    return {
        "boards": sum(boards_by_level(row.id).values()),
        "offices": offices or 0,
        "members": sum(members_by(row, row.region, 2).values()),
        "came": came,
        "went": went,
    }


def _minutes(
    election: Election,
    year: int,
    half: int,
    lines: list[tuple[PartyRegistration, dict[str, Any]]],
    actor: Actor,
) -> Letter:
    with force_locale("id"):
        title = f"Pemutakhiran Data Partai Politik Berkelanjutan Semester {ROMAN[half]} Tahun {year}"
        head = letterhead("")
        body = f"{head['body']} {head['area']}".title().replace("Kpu", "KPU")
        data = {
            "opening": f"Pada hari ini, {date_in_words(today(''))}, {body} melaksanakan rapat pleno.",
            "paragraphs": [f"Hasil pemutakhiran data {angka(len(lines))} partai politik {election.name}."],
            "table": {
                "caption": title,
                "columns": ["No.", "Partai", "Kepengurusan", "Kantor", "Anggota", "Masuk", "Keluar"],
                "rows": [
                    [
                        str(row.number or "-"),
                        row.party.name,
                        *(angka(n[key]) for key in ("boards", "offices", "members", "came", "went")),
                    ]
                    for row, n in lines
                ],
                "numbers": [0, 2, 3, 4, 5, 6],
            },
        }
        return draft_minutes(
            "BA",
            unit="",
            title=title,
            data=data,
            subject=f"election:{election.id}",
            signers=[],
            actor=actor,
            source_key=f"sipol:update:{election.id}:{year}:{half}",
            classification=CLASS,
            link=f"/partai/{election.code}/pemutakhiran",
        )


def _record(what: str, election: Election, actor: Actor, details: dict[str, Any]) -> None:
    record(
        f"sipol:update:{what}",
        f"election:{election.id}",
        actor=actor,
        election_id=election.id,
        details=details,
    )
