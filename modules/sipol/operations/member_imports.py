"""A staged member file becomes people and members, in one transaction with its act.

The work is a handful of statements over the whole file. A member is known by NIK and branch (kab/kota), and
by the card where one NIK stands there more than once: the same row again is a duplicate, a changed one
changes the member. The same NIK in another branch, or once more in the same file, comes in and is flagged:
people decide which row stays (domain.md 3.5). A row that was found not eligible is not changed: what a party
mends comes as a new row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import text

from electsys.db import db
from electsys.errors import Refused
from electsys.identity.operations.people_files import ADD_PEOPLE, FOUND, OPEN_CONFLICTS, PEOPLE
from electsys.intake import FileFacts, Staging
from electsys.intake.statements import Statements
from electsys.ledger import Actor, record
from electsys.privacy import Sealer
from electsys.regions.rules import province_of
from modules.sipol.models import PartyBatch, PartyRegistration
from modules.sipol.operations.access import require_editable
from modules.sipol.operations.flags import REFLAG, Reflagged, counts, tell_spoiled
from modules.sipol.operations.own_flags import judged_regencies
from modules.sipol.permissions import EDIT_MEMBERS

Tell = Callable[[int, int, str], None]
#: Envelopes that are opened at once.
BATCH = 5_000
#: What of a row stands in columns, by the names of the claim's fields.
PLAIN = (
    *("name", "sex", "birth_place", "marital_status", "occupation", "address", "village_code"),
    *("card_number", "card_date"),
)

#: Rows that are there already: by NIK, branch and card; then, of what is left, by NIK and branch. Each step
#: is a table of its own, so that the next is planned by what is in it.
HERE = """
create temporary table member_here on commit drop as
select row_number, nik_index, left(village_code, 4) as branch, card_number, row_number() over (
    partition by nik_index, left(village_code, 4), card_number order by row_number) as n
from {staging}
"""
THERE = """
create temporary table member_there on commit drop as
select m.id, m.nik_index, left(m.village_code, 4) as branch, m.card_number, m.state, row_number() over (
    partition by m.nik_index, left(m.village_code, 4), m.card_number order by m.state = 'tms', m.id) as n
from party_member m
where m.registration_id = :registration and m.state <> 'ditarik'
    and m.nik_index in (select nik_index from member_here)
"""
SAME = """
create temporary table member_same on commit drop as
select h.row_number, t.id from member_here h join member_there t using (nik_index, branch, card_number, n)
"""
OTHER_CARD = """
insert into member_same
select h.row_number, t.id
from (
    select row_number, nik_index, branch, row_number() over (
        partition by nik_index, branch order by row_number) as n
    from member_here h where not exists (select from member_same s where s.row_number = h.row_number)
) h join (
    select id, nik_index, branch, row_number() over (
        partition by nik_index, branch order by state = 'tms', id) as n
    from member_there t where not exists (select from member_same s where s.id = t.id)
) t using (nik_index, branch, n)
"""
KNOWN = """
create temporary table member_known on commit drop as
select f.row_number, m.id, m.state, m.identity_index as old_identity, m.own_flags as old_own,
    m.identity_index <> s.identity_index as other_identity, array_remove(array[{differs},
        case when m.identity_index <> s.identity_index and m.name = s.name then 'birth_date' end
    ], null) as differs, null::bigint as event_id
from member_same f join party_member m on m.id = f.id join {staging} s on s.row_number = f.row_number
"""

#: A row that was found not eligible stays as it is; and each change gets its event beforehand.
SETTLE_KNOWN = """
delete from member_known where state = 'tms' and differs <> '{{}}'
"""
NUMBER_EVENTS = """
update member_known set event_id = nextval(pg_get_serial_sequence('party_member_event', 'id'))
where differs <> '{{}}'
"""

#: New rows; one NIK twice in a file makes its people one after the other.
NEW = """
create temporary table member_new on commit drop as
select s.row_number, row_number() over (partition by s.nik_index order by s.row_number) as round
from {staging} s where not exists (select from member_known k where k.row_number = s.row_number)
"""
WANTED = "exists (select from member_new w where w.row_number = s.row_number and w.round = {round})"

#: Rows whose NIK the voter list of the election lacks, where their kab/kota has voters (domain.md 11, X1).
ABSENT = (
    """
create temporary table member_absent on commit drop as
select s.row_number from {staging} s
left join member_known k on k.row_number = s.row_number
where (k.row_number is null or k.differs <> '{{}}') and left(s.village_code, 4) = any(:judged)
    and not exists (select from voter v where v.election_id = :election
        and v.province = """
    + province_of("s.village_code")
    + """ and v.nik_index = s.nik_index and v.state <> 'tms')
    and not exists (select from voter v where v.election_id = :election
        and v.nik_index = s.nik_index and v.state <> 'tms')
"""
)
#: An odd NIK that the voter list has is a NIK all the same.
FLAG_PRESENT = """
update {staging} s set own_flags = array_remove(own_flags, 'nik')
where 'nik' = any (s.own_flags) and exists (select from voter v where v.election_id = :election
    and v.nik_index = s.nik_index and v.state <> 'tms')
"""
FLAG_ABSENT = """
update {staging} s set own_flags = own_flags || array['nik'] from member_absent a
where a.row_number = s.row_number and 'nik' <> all (s.own_flags)
"""

ADD_MEMBERS = """
insert into party_member (id, registration_id, party_id, election_id, person_id, village_code, sealed,
    nik_index, identity_index, name, sex, birth_place, birth_year, marital_status, occupation, address,
    card_number, card_date, own_flags, flags, batch_id)
select s.member_id, :registration, :party, :election, coalesce(p.id, s.person_id), s.village_code, s.sealed,
    s.nik_index, s.identity_index, s.name, s.sex, s.birth_place, s.birth_year, s.marital_status, s.occupation,
    s.address, s.card_number, s.card_date, s.own_flags, s.own_flags, :batch
from {staging} s join member_new w on w.row_number = s.row_number
left join people_found p on p.row_number = s.row_number and not p.another
"""

ADD_EVENTS = """
insert into party_member_event (id, member_id, party_id, village_code, kind, from_state, to_state, reason,
    note, account_id, actor)
select k.event_id, k.id, :party, s.village_code, 'ubah', k.state,
    case when k.state = 'ms' then 'bms' else k.state end, case when k.state = 'ms' then 'data_diubah' end,
    array_to_string(k.differs, ','), :account, :actor
from member_known k join {staging} s on s.row_number = k.row_number where k.event_id is not null
order by k.event_id
"""
#: What was eligible with other data is in doubt with these.
CHANGE_MEMBERS = """
update party_member m set {plain}, birth_year = s.birth_year, identity_index = s.identity_index,
    sealed = case when k.other_identity then s.sealed else m.sealed end, own_flags = s.own_flags,
    flags = array(select f from unnest(m.flags) with ordinality as u(f, n)
        where f not in ('usia', 'pekerjaan', 'nik') order by n) || s.own_flags,
    state = case when m.state = 'ms' then 'bms' else m.state end, event_id = k.event_id, batch_id = :batch,
    changed_at = now()
from member_known k join {staging} s on s.row_number = k.row_number
where k.event_id is not null and m.id = k.id
"""

#: The flags that rows have of themselves: raised on new rows, and what differs on changed ones.
OWN_FLAG_EVENTS = """
insert into party_member_flag_event (member_id, party_id, village_code, flag, raised, cause)
select id, :party, village_code, flag, raised, :cause from (
    select s.member_id as id, s.village_code, flag, true as raised
    from {staging} s join member_new w on w.row_number = s.row_number, unnest(s.own_flags) flag
    union all
    select k.id, s.village_code, flag, true
    from member_known k join {staging} s on s.row_number = k.row_number, unnest(s.own_flags) flag
    where k.event_id is not null and flag <> all (k.old_own)
    union all
    select k.id, s.village_code, flag, false
    from member_known k join {staging} s on s.row_number = k.row_number, unnest(k.old_own) flag
    where k.event_id is not null and flag <> all (s.own_flags)
) found order by id
"""

COUNTS = """
select (select count(*) from member_new), count(*) filter (where event_id is not null),
    count(*) filter (where event_id is null), count(*) filter (where event_id is not null and state = 'ms')
from member_known
"""

KEYS = """
select array(select distinct nik_index from {staging} s where {touched}),
    array(select identity_index from {staging} s where {touched}
        union select old_identity from member_known where event_id is not null)
"""
TOUCHED = "not exists (select from member_known k where k.row_number = s.row_number and k.event_id is null)"


def import_members(
    staging: Staging,
    registration: PartyRegistration,
    *,
    region: str,
    file: FileFacts,
    actor: Actor,
    tell: Tell = lambda done, total, stage: None,
) -> PartyBatch:
    """Write the checked rows of a staged file; the batch, whose numbers balance.

    Refused without the right in ``region``, and where the party's data is locked. Runs in a job or a
    command, which see all parties and the whole nation.
    """
    require_editable(registration, permission=EDIT_MEMBERS, region=region, actor=actor)
    _require_whole_house()
    received, rejected = staging.notes["received"], staging.notes["rejected"]
    if received == rejected:
        raise Refused(_("Tidak ada satu baris pun yang sahih."), hint=_("Perbaiki lewat lembar kesalahan."))
    election = registration.election_id
    # One file of people of an election at a time, voters' files too: two must not both find nobody.
    db.session.execute(text("select pg_advisory_xact_lock(20240214, 1000 + :e)"), {"e": election})
    said = Statements(
        staging.table,
        {
            "election": election,
            "registration": registration.id,
            "party": registration.party_id,
            "judged": judged_regencies(election, staging.table),
            "account": actor.account_id,
            "actor": actor.name,
        },
    )
    staging.raw.execute(f"analyze {staging.table}")
    tell(0, 0, _("Mencari anggota yang sudah ada"))
    _find_known(said)
    people = _make_people(said, tell)
    for statement in (ABSENT, FLAG_PRESENT, FLAG_ABSENT):
        said.run(statement)
    [(added, changed, duplicate, spoiled)] = said.rows(COUNTS)
    batch = PartyBatch(
        registration_id=registration.id,
        party_id=registration.party_id,
        region=region,
        file_id=file.file_id,
        file_name=file.name,
        file_sha256=file.sha256,
        received=received,
        accepted=added + changed,
        rejected=rejected,
        duplicate=duplicate,
        changed=changed,
        flagged=0,
        created_by=actor.account_id,
        actor=actor.name,
    )
    db.session.add(batch)
    db.session.flush()
    said.values |= {"batch": batch.id, "cause": f"party_batch:{batch.id}"}
    tell(0, 0, _("Mencatat anggota"))
    said.run(ADD_MEMBERS)
    conflicts = said.run(OPEN_CONFLICTS, subject="party_member", key="member_id")
    if changed:
        _bind_envelopes(staging)
        said.run(ADD_EVENTS)
        said.run(CHANGE_MEMBERS, plain=", ".join(f"{name} = s.{name}" for name in PLAIN))
    said.run(OWN_FLAG_EVENTS)
    tell(0, 0, _("Menghitung kegandaan di semua partai"))
    found = _reflag(said, election)
    batch.flagged = (
        db.session.scalar(
            text(
                "select count(*) from party_member"
                " where registration_id = :r and batch_id = :b and flags <> '{}'"
            ),
            {"r": registration.id, "b": batch.id},
        )
        or 0
    )
    db.session.execute(
        text(
            "drop table member_here, member_there, member_same, member_known, member_new, member_absent,"
            " people_found"
        )
    )
    db.session.expire_all()
    record(
        "sipol:member:import",
        f"party_batch:{batch.id}",
        actor=actor,
        region=region,
        election_id=election,
        details={
            "party": registration.party_id,
            "sha256": file.sha256,
            "people": people,
            "conflicts": conflicts,
            "doubted": spoiled,
            **{
                name: getattr(batch, name)
                for name in ("received", "accepted", "rejected", "duplicate", "changed", "flagged")
            },
            **counts(found),
        },
    )
    tell_spoiled(election, found, cause=f"party_batch:{batch.id}", actor=actor)
    return batch


def _require_whole_house() -> None:
    """A person may live anywhere and be claimed by any party: a narrower second lock would not show it."""
    reach = db.session.execute(
        text("select coalesce(current_setting('app.scope', true), ''), current_setting('app.parties', true)")
    ).one()
    if reach[0] not in ("", "*") or reach[1]:
        raise RuntimeError("members are imported by a job or a command, which see the whole house")


def _find_known(said: Statements) -> None:
    differs = ", ".join(f"case when m.{name} is distinct from s.{name} then '{name}' end" for name in PLAIN)
    for statement, table in ((HERE, "here"), (THERE, "there"), (SAME, "same"), (OTHER_CARD, "same")):
        said.run(statement)
        if table == "here":  # how many rows the party has is not known to the planner while it brings many
            db.session.execute(text("create index on member_here (nik_index)"))
        db.session.execute(text(f"analyze member_{table}"))
    said.run(KNOWN, differs=differs)
    said.run(SETTLE_KNOWN)
    said.run(NUMBER_EVENTS)
    db.session.execute(text("analyze member_known"))
    said.run(NEW)
    db.session.execute(text("analyze member_new"))


def _make_people(said: Statements, tell: Tell) -> int:
    """Find or make the person of every new row; how many were made."""
    tell(0, 0, _("Mencatat orang"))
    said.run(FOUND)
    [(rounds,)] = said.rows("select coalesce(max(round), 0) from member_new")
    people = 0
    for number in range(1, rounds + 1):
        wanted = WANTED.format(round=number)
        said.run(PEOPLE, wanted=wanted)
        db.session.execute(text("analyze people_found"))
        people += said.run(ADD_PEOPLE, wanted=wanted, more="")
    return people


def _bind_envelopes(staging: Staging) -> None:
    """The envelope of a changed member was made for a new row; make it anew for the row that is there."""
    sealer = Sealer("party_member")
    after = 0
    while rows := list(
        db.session.execute(
            text(
                "select k.row_number, k.id, s.member_id, s.sealed from member_known k"
                f" join {staging.table} s on s.row_number = k.row_number"
                " where k.event_id is not null and k.other_identity and k.row_number > :after"
                " order by k.row_number limit :size"
            ),
            {"after": after, "size": BATCH},
        ).all()
    ):
        made = [(sealer.seal(key, sealer.unseal(new, bytes(sealed))), row) for row, key, new, sealed in rows]
        with staging.raw.cursor() as cursor:
            cursor.executemany(f"update {staging.table} set sealed = %s where row_number = %s", made)
        after = rows[-1][0]


def _reflag(said: Statements, election: int) -> list[Reflagged]:
    [(niks, identities)] = said.rows(KEYS, touched=TOUCHED)
    if not niks:
        return []
    rows: list[Any] = list(
        db.session.execute(
            REFLAG,
            {
                "election": election,
                "niks": niks,
                "identities": identities,
                "cause": said.values["cause"],
            },
        ).all()
    )
    return [Reflagged(*row) for row in rows]


def summary(batch: PartyBatch) -> str:
    """What a batch came to, in one sentence that adds up."""
    return _(
        "%(received)s baris = %(accepted)s diterima + %(rejected)s ditolak + %(duplicate)s sama dengan yang"
        " ada. Dari yang diterima, %(changed)s mengubah data lama dan %(flagged)s bertanda untuk diperiksa.",
        received=batch.received,
        accepted=batch.accepted,
        rejected=batch.rejected,
        duplicate=batch.duplicate,
        changed=batch.changed,
        flagged=batch.flagged,
    )
