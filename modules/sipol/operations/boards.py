"""The writers of boards and their officers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.documents.papers import today
from electsys.errors import Refused
from electsys.identity.operations.persons import Claim, find_or_claim_person
from electsys.ledger import Actor, record
from electsys.privacy import blind_index, reserve_ids, seal_fields, unseal_fields
from electsys.privacy.rules import Sex
from electsys.web.formats import tanggal
from modules.sipol.entry_wording import OFFICE_LABELS, PROBLEMS
from modules.sipol.models import PartyBoard, PartyOfficer, PartyRegistration
from modules.sipol.operations.access import require_editable
from modules.sipol.permissions import EDIT
from modules.sipol.places import Place
from modules.sipol.queries import boards as queries
from modules.sipol.rules.boards import WRONG, board_problem, officer_problems

#: Field of the form that a problem of an officer's numbers stands at.
FIELDS = {"birth_future": "birth_date", "birth_impossible": "birth_date", "too_young": "birth_date"}


@dataclass(frozen=True)
class BoardFacts:
    """What the decree of a board says."""

    decree_number: str
    decree_date: dt.date
    term_from: dt.date
    term_to: dt.date | None = None


@dataclass(frozen=True)
class OfficerFacts:
    """What the decree and the KTP-el of an officer say. Empty numbers keep what an officer has.

    ``compared``: somebody has held the doubtful number against the KTP-el.
    """

    office: str
    title: str
    name: str
    sex: str
    nik: str | None
    birth_date: dt.date | None
    card_number: str | None = None
    compared: bool = False


def save_board(place: Place, facts: BoardFacts, *, actor: Actor) -> PartyBoard:
    """Enter the board of an area, or change it. Refused while the party may not change its data, and for
    dates that cannot be."""
    registration = require_editable(place.registration, permission=EDIT, region=place.code, actor=actor)
    require_dates(facts, place.code)
    board = queries.board_of(registration.id, place.code)
    verb = "sipol:board:change" if board else "sipol:board:add"
    if board is None:
        board = PartyBoard(registration_id=registration.id, party_id=registration.party_id, region=place.code)
        db.session.add(board)
    board.decree_number = " ".join(facts.decree_number.split())
    board.decree_date, board.term_from, board.term_to = facts.decree_date, facts.term_from, facts.term_to
    board.changed_at = func.now()
    db.session.flush()
    _tell(verb, board, registration, actor)
    return board


def require_dates(facts: BoardFacts, region: str) -> None:
    """Refuse dates of a board that cannot be."""
    problem = board_problem(facts.decree_date, facts.term_from, facts.term_to, today(region))
    if problem is None:
        return
    field, code = problem
    message, hint = PROBLEMS[code]
    shown = {"from": tanggal(facts.term_from), "to": tanggal(facts.term_to)}
    raise Refused(str(message) % shown, hint=str(hint), field=field)


def remove_board(board: PartyBoard, *, actor: Actor) -> None:
    """Remove a board with its officers; its documents stay."""
    registration = _open(board, actor)
    officers = queries.officers_of(board.id)
    for officer in officers:
        db.session.delete(officer)
    db.session.flush()
    _tell("sipol:board:remove", board, registration, actor, officers=len(officers))
    db.session.delete(board)
    db.session.flush()


def add_officer(board: PartyBoard, facts: OfficerFacts, *, actor: Actor) -> PartyOfficer:
    """Enter an officer. Refused where the office is taken, the person stands there already, or the numbers
    cannot be right; a doubtful NIK needs ``facts.compared``."""
    registration = _open(board, actor)
    if not facts.nik or facts.birth_date is None:
        raise Refused(_("NIK dan tanggal lahir wajib diisi."), field="nik" if not facts.nik else "birth_date")
    [key] = reserve_ids("party_officer", 1)
    last = db.session.scalar(select(func.max(PartyOfficer.position)).where(PartyOfficer.board_id == board.id))
    officer = PartyOfficer(
        id=key, board_id=board.id, party_id=board.party_id, region=board.region, position=(last or 0) + 1
    )
    _fill(officer, facts, actor)
    db.session.add(officer)
    db.session.flush()
    _tell_officer("sipol:officer:add", officer, registration, actor)
    return officer


def change_officer(officer: PartyOfficer, facts: OfficerFacts, *, actor: Actor) -> PartyOfficer:
    """Change an officer; numbers that are left empty stay as they are."""
    board = db.session.get_one(PartyBoard, officer.board_id)
    registration = _open(board, actor)
    held = unseal_fields(officer.sealed, table="party_officer", row=officer.id)
    birth_date = facts.birth_date or dt.date.fromisoformat(held["birth_date"])
    _fill(officer, replace(facts, nik=facts.nik or held["nik"], birth_date=birth_date), actor)
    db.session.flush()
    _tell_officer("sipol:officer:change", officer, registration, actor)
    return officer


def remove_officer(officer: PartyOfficer, *, actor: Actor) -> None:
    """Take an officer out of the board."""
    board = db.session.get_one(PartyBoard, officer.board_id)
    registration = _open(board, actor)
    _tell_officer("sipol:officer:remove", officer, registration, actor)
    db.session.delete(officer)
    db.session.flush()


def _open(board: PartyBoard, actor: Actor) -> PartyRegistration:
    registration = db.session.get_one(PartyRegistration, board.registration_id)
    require_editable(registration, permission=EDIT, region=board.region, actor=actor)
    db.session.refresh(board, with_for_update={"of": PartyBoard})
    board.changed_at = func.now()  # other officers: a board that was met is judged again after a repair
    return registration


def _fill(officer: PartyOfficer, facts: OfficerFacts, actor: Actor) -> None:
    """Check the facts against the rules and the other officers of the board, and put them into the row."""
    nik, birth_date = cast(str, facts.nik).strip(), cast(dt.date, facts.birth_date)
    _require_numbers(nik, birth_date, facts, officer.region)
    index = blind_index(nik)
    name = " ".join(facts.name.upper().split())
    with db.session.no_autoflush:
        others = [o for o in queries.officers_of(officer.board_id) if o.id != officer.id]
    for other in others:
        if bytes(other.nik_index) == index:
            raise Refused(
                _(
                    "NIK ini sudah tercatat di kepengurusan ini: %(name)s, %(title)s.",
                    name=other.name,
                    title=other.title,
                ),
                hint=_("Satu orang memegang satu jabatan dalam satu kepengurusan. Periksa KTP-elnya."),
                field="nik",
            )
        if facts.office != "anggota" and other.office == facts.office:
            raise Refused(
                _(
                    "Jabatan %(office)s sudah diisi oleh %(name)s.",
                    office=str(OFFICE_LABELS[facts.office]).lower(),
                    name=other.name,
                ),
                hint=_("Ubah jabatan orang itu dulu, atau pilih “anggota pengurus” untuk orang ini."),
                field="office",
            )
    claim = Claim(
        f"party_officer:{officer.id}",
        name,
        nik,
        birth_date=birth_date,
        sex=facts.sex,
        home_region=officer.region or None,
    )
    officer.person_id = find_or_claim_person(claim, actor=actor).person.id
    officer.office, officer.title = facts.office, " ".join(facts.title.split())
    officer.name, officer.sex = name, facts.sex
    officer.card_number = (facts.card_number or "").strip() or None
    officer.nik_index = index
    officer.sealed = seal_fields(
        {"nik": nik, "birth_date": birth_date.isoformat()}, table="party_officer", row=officer.id
    )


def _require_numbers(nik: str, birth_date: dt.date, facts: OfficerFacts, region: str) -> None:
    problems = officer_problems(nik, birth_date, cast(Sex, facts.sex), today(region))
    for code in problems:
        if code in WRONG:
            message, hint = PROBLEMS[code]
            raise Refused(str(message), hint=str(hint), field=FIELDS.get(code, "nik"))
    if problems and not facts.compared:
        message, hint = PROBLEMS[problems[0]]
        raise Refused(
            str(message),
            hint=_("Cocokkan dengan KTP-el. Bila memang demikian, centang “sudah dicocokkan” lalu simpan."),
            field="nik",
        )


def _tell(
    verb: str, board: PartyBoard, registration: PartyRegistration, actor: Actor, **details: Any
) -> None:
    record(
        verb,
        f"party_board:{board.id}",
        actor=actor,
        region=board.region,
        election_id=registration.election_id,
        details={"party": board.party_id, **details},
    )


def _tell_officer(verb: str, officer: PartyOfficer, registration: PartyRegistration, actor: Actor) -> None:
    record(
        verb,
        f"party_officer:{officer.id}",
        actor=actor,
        region=officer.region,
        election_id=registration.election_id,
        details={"party": officer.party_id, "board": officer.board_id, "office": officer.office},
    )
