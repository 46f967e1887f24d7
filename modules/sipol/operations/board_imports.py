"""The writer of boards from a file: a handful of statements over all its rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from electsys.db import db
from electsys.identity.operations.people_files import ADD_PEOPLE, FOUND, OPEN_CONFLICTS, PEOPLE
from electsys.intake.statements import Statements
from electsys.ledger import Actor, record
from modules.sipol.models import PartyRegistration
from modules.sipol.operations.access import require_editable
from modules.sipol.permissions import EDIT

#: The first row of each person of the file; somebody who stands in two boards is one person.
FIRST = """
create temporary table board_first on commit drop as
select distinct on (nik_index) row_number from {staging} order by nik_index, row_number
"""
IS_FIRST = "s.row_number in (select row_number from board_first)"
IS_AGAIN = f"not {IS_FIRST}"

#: Boards that are there already lose their officers to those of the file.
REPLACED = """
select count(*) from party_board b
where b.registration_id = :registration and b.region in (select region from {staging})
"""
EMPTY_BOARDS = """
delete from party_officer o using party_board b
where b.id = o.board_id and b.registration_id = :registration and b.region in (select region from {staging})
"""
BOARDS = """
insert into party_board
    (registration_id, party_id, region, decree_number, decree_date, term_from, term_to)
select distinct on (s.region) :registration, :party, s.region, s.decree_number, s.decree_date, s.term_from,
    s.term_to
from {staging} s order by s.region, s.row_number
on conflict (registration_id, region) do update set decree_number = excluded.decree_number,
    decree_date = excluded.decree_date, term_from = excluded.term_from, term_to = excluded.term_to,
    changed_at = now()
"""
OFFICERS = """
insert into party_officer (id, board_id, party_id, person_id, region, position, office, title, name, sex,
    card_number, sealed, nik_index)
select s.officer_id, b.id, :party, coalesce(p.id, s.person_id), s.region,
    row_number() over (partition by s.region order by s.row_number), s.office, s.title, s.name, s.sex,
    s.card_number, s.sealed, s.nik_index
from {staging} s
join party_board b on b.registration_id = :registration and b.region = s.region
left join people_found p on p.row_number = s.row_number and not p.another
"""
INCOMPLETE = """
select count(*) from (
    select region from {staging} group by region
    having count(*) filter (where office in ('ketua', 'sekretaris', 'bendahara')) < 3
) lacking
"""


@dataclass(frozen=True)
class Counts:
    """What a file came to: boards, officers, boards that were there before, boards without the three."""

    boards: int
    officers: int
    replaced: int
    incomplete: int


def import_boards(
    registration: PartyRegistration, region: str, *, sha256: str, table: str, actor: Actor
) -> Counts:
    """Write the checked rows of a staged file. A board of the file takes the place of the one that is there,
    with all its officers; boards that the file does not name stay as they are.

    Refused while the party may not change its data. Runs as a job or a command, which see the whole nation.
    """
    if db.session.scalar(text("select coalesce(current_setting('app.scope', true), '')")) not in ("", "*"):
        raise RuntimeError("boards are imported by a job or a command, which see the whole nation")
    require_editable(registration, permission=EDIT, region=region, actor=actor)
    # One file of a party at a time, and one of any party where people are made.
    db.session.execute(text("select pg_advisory_xact_lock(20220802, :r)"), {"r": registration.id})
    said = Statements(table, {"registration": registration.id, "party": registration.party_id})
    replaced = said.rows(REPLACED)[0][0]
    said.run(FIRST)
    said.run(FOUND)
    for wanted in (IS_FIRST, IS_AGAIN):
        said.run(PEOPLE, wanted=wanted)
        said.run(ADD_PEOPLE, wanted=wanted, more="")
    said.run(EMPTY_BOARDS)
    boards = said.run(BOARDS)
    officers = said.run(OFFICERS)
    said.run(OPEN_CONFLICTS, subject="party_officer", key="officer_id")
    counts = Counts(boards, officers, replaced, said.rows(INCOMPLETE)[0][0])
    db.session.execute(text("drop table board_first, people_found"))
    record(
        "sipol:board:import",
        f"party_registration:{registration.id}",
        actor=actor,
        region=region,
        election_id=registration.election_id,
        details={
            "party": registration.party_id,
            "sha256": sha256,
            "boards": counts.boards,
            "officers": counts.officers,
            "replaced": counts.replaced,
        },
    )
    return counts
