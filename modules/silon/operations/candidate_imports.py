"""A staged file of candidates becomes lists, people and candidates, in one transaction with its act.

The work is a handful of statements over the whole file. A candidate is known in its list by the NIK, else by
number and name: the same row again is a duplicate, another one changes the candidate (one by one, as the page
does it). A file fills drafts; with ``published`` it brings final lists that were published elsewhere, under
the right to determine, and changes nothing that is there. Rows may lack the NIK: such a draft cannot be
submitted (``nomination_needs_niks``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import text

from electsys.db import db
from electsys.elections.models import Contest
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.operations.people_files import ADD_PEOPLE, FOUND, OPEN_CONFLICTS, PEOPLE
from electsys.identity.rules import common_region
from electsys.intake import FileFacts, Staging
from electsys.intake.statements import Statements
from electsys.ledger import Actor, record
from electsys.privacy import Sealer
from modules.silon.claims import CandidateClaim, claim_of
from modules.silon.models import Candidate, CandidateBatch
from modules.silon.operations.candidates import change_candidate
from modules.silon.operations.links import forget_flags
from modules.silon.permissions import DETERMINE, EDIT

Tell = Callable[[int, int, str], None]
#: Why somebody came into a final list whose determination the house did not see.
PUBLISHED = "DCT yang ditetapkan di luar sistem ini"
STANDS = "('baru', 'ms', 'bms', 'dcs', 'dct', 'dicoret')"
#: What a file may say of a candidate, beside NIK and birth date.
PLAIN = ("name", "sex", "birth_place", "marital_status", "occupation", "address")

BEGIN_LISTS = """
insert into nomination (election_id, contest_id, kind, region, dapil_id, party_id, number, state)
select :election, :contest, 'daftar', l.region, l.dapil_id, l.party_id, l.party_number,
    case when :published then 'dct' else 'persiapan' end
from file_list l
where l.nomination_id is null and exists (
    select from {staging} s where s.dapil_code = l.dapil_code and s.party_number = l.party_number)
order by l.region, l.dapil_code, l.party_number
"""
FIND_LISTS = """
update file_list l set nomination_id = n.id from nomination n
where l.nomination_id is null and n.contest_id = :contest and n.kind = 'daftar' and n.dapil_id = l.dapil_id
    and n.party_id = l.party_id and n.state <> 'ditarik'
"""

HOMES = """
create temporary table candidate_home on commit drop as
select s.row_number, l.nomination_id, l.region, l.party_id
from {staging} s join file_list l using (dapil_code, party_number)
"""
#: Rows that are there already: by NIK; then, of what is left, by number and name where one of both has none.
SAME = f"""
create temporary table candidate_same on commit drop as
select s.row_number, c.id
from {{staging}} s join candidate_home h using (row_number)
join candidate c on c.nomination_id = h.nomination_id and c.nik_index = s.nik_index and c.state in {STANDS}
"""
SAME_PLACE = f"""
insert into candidate_same
select s.row_number, c.id
from {{staging}} s join candidate_home h using (row_number)
join candidate c on c.nomination_id = h.nomination_id and c.number = s.number and c.state in {STANDS}
    and upper(c.name) = upper(s.name) and (c.nik_index is null or s.nik_index is null)
where not exists (select from candidate_same f where f.row_number = s.row_number or f.id = c.id)
"""
#: What a file leaves open takes nothing away.
KNOWN = """
create temporary table candidate_known on commit drop as
select f.row_number, c.id, c.number as old_number, array_remove(array[{differs},
    case when s.nik_index <> c.nik_index or s.nik_index is not null and c.nik_index is null then 'nik' end,
    case when s.identity_index is not null and c.identity_index is distinct from s.identity_index
        and (c.name = s.name or c.identity_index is null) then 'birth_date' end,
    case when s.village_code is not null and s.village_code is distinct from c.residence_code
        or s.residence <> '' and s.residence <> c.residence then 'residence' end,
    case when s.number <> c.number then 'number' end
], null) as differs
from candidate_same f join candidate c on c.id = f.id join {staging} s on s.row_number = f.row_number
"""
NEW = """
create temporary table candidate_new on commit drop as
select s.row_number, case when s.nik_index is null then 1
    else row_number() over (partition by s.nik_index order by s.row_number) end as round
from {staging} s where not exists (select from candidate_known k where k.row_number = s.row_number)
"""
WANTED = "exists (select from candidate_new w where w.row_number = s.row_number and w.round = {round})"

#: Numbers first go past one another, then to their places.
RENUMBER = """
update candidate c set number = s.number + :shift, changed_at = now()
from candidate_known k join {staging} s on s.row_number = k.row_number
where k.id = c.id and s.number <> k.old_number
"""
ADD_EVENTS = """
insert into candidate_event (candidate_id, region, party_id, kind, from_state, to_state, reason, note,
    account_id, actor)
select s.candidate_id, h.region, h.party_id, 'penetapan', 'baru', 'dct', :why, :cause, :account, :actor
from {staging} s join candidate_new w using (row_number) join candidate_home h using (row_number)
where :published order by s.row_number
"""
#: Own flags come along; those that others raise are judged by the trigger, over the whole file at once.
ADD_CANDIDATES = """
insert into candidate (id, nomination_id, election_id, region, party_id, person_id, number, sealed, nik_index,
    identity_index, name, ballot_name, sex, birth_place, birth_year, marital_status, occupation, address,
    residence_code, residence, state, event_id, flags)
select s.candidate_id, h.nomination_id, :election, h.region, h.party_id, coalesce(p.id, s.person_id),
    s.number, s.sealed, s.nik_index, s.identity_index, s.name, s.name, s.sex, s.birth_place, s.birth_year,
    s.marital_status, s.occupation, s.address, s.village_code, s.residence,
    case when :published then 'dct' else 'baru' end, e.id, s.own_flags
from {staging} s join candidate_new w using (row_number) join candidate_home h using (row_number)
left join people_found p on p.row_number = s.row_number and not p.another
left join candidate_event e on e.candidate_id = s.candidate_id
order by h.nomination_id, s.number
"""
ADD_VERSIONS = """
insert into candidate_version (id, candidate_id, version, region, party_id, sealed, changed, account_id,
    actor)
select s.version_id, s.candidate_id, 1, h.region, h.party_id, s.version_sealed, '{{}}', :account, :actor
from {staging} s join candidate_new w using (row_number) join candidate_home h using (row_number)
"""
OWN_FLAG_EVENTS = """
insert into candidate_flag_event (candidate_id, region, party_id, flag, raised, cause)
select s.candidate_id, h.region, h.party_id, flag, true, :cause
from {staging} s join candidate_new w using (row_number) join candidate_home h using (row_number),
    unnest(s.own_flags) flag
order by s.row_number
"""
#: Whoever approved a list approved other names.
TAKE_BACK = """
update nomination n set approved_at = null, approved_by = null, changed_at = now()
where n.id in (
    select h.nomination_id from candidate_home h join candidate_new w using (row_number)
    union select h.nomination_id from candidate_home h join candidate_known k using (row_number)
    where k.differs <> '{{}}')
"""
COUNTS = """
select (select count(*) from candidate_new), count(*) filter (where differs <> '{{}}'),
    count(*) filter (where differs = '{{}}') from candidate_known
"""
CHANGED = """
select k.id, s.candidate_id, s.sealed, s.name, s.sex, s.birth_place, s.marital_status, s.occupation,
    s.address, s.village_code, s.residence
from candidate_known k join {staging} s on s.row_number = k.row_number
where k.differs <> '{{}}' and k.differs <> array['number'] order by k.row_number
"""


def import_candidates(
    staging: Staging,
    contest: Contest,
    *,
    file: FileFacts,
    actor: Actor,
    published: bool = False,
    tell: Tell = lambda done, total, stage: None,
) -> CandidateBatch:
    """Write the checked rows of a staged file; the batch, whose numbers balance.

    Runs in a job or a command, which see all parties and the whole nation, after
    :func:`modules.silon.imports.checks.check_candidates` in the same transaction.
    """
    received, rejected = staging.notes["received"], staging.notes["rejected"]
    if received == rejected:
        raise Refused(_("Tidak ada satu baris pun yang sahih."), hint=_("Perbaiki lewat lembar kesalahan."))
    _require_whole_house()
    election = contest.election_id
    # One file of people of an election at a time, voters' files too: two must not both find nobody.
    db.session.execute(text("select pg_advisory_xact_lock(20240214, 1000 + :e)"), {"e": election})
    values: dict[str, Any] = {
        "election": election,
        "contest": contest.id,
        "published": published,
        "why": PUBLISHED,
        "account": actor.account_id,
        "actor": actor.name,
    }
    said = Statements(staging.table, values)
    staging.raw.execute(f"analyze {staging.table}")
    region = _demand(said, election, published, actor)
    lists = said.run(BEGIN_LISTS)
    said.run(FIND_LISTS)
    tell(0, 0, _("Mencari calon yang sudah ada"))
    _find_known(said)
    [(added, changed, duplicate)] = said.rows(COUNTS)
    batch = CandidateBatch(
        election_id=election,
        contest_id=contest.id,
        party_id=_one_party(said),
        region=region,
        published=published,
        file_id=file.file_id,
        file_name=file.name,
        file_sha256=file.sha256,
        received=received,
        accepted=added + changed,
        rejected=rejected,
        duplicate=duplicate,
        changed=changed,
        lists=lists,
        flagged=0,
        created_by=actor.account_id,
        actor=actor.name,
    )
    db.session.add(batch)
    db.session.flush()
    values["cause"] = f"candidate_batch:{batch.id}"
    tell(0, 0, _("Mencatat orang"))
    people = _make_people(said)
    tell(0, 0, _("Mencatat calon dan memeriksa kegandaan di seluruh Indonesia"))
    conflicts = _add(said)
    if changed:
        tell(0, 0, _("Mengubah calon yang sudah ada"))
        _change(said, actor)
    said.run(TAKE_BACK)
    [(batch.flagged,)] = said.rows(
        "select count(*) from candidate c join {staging} s on s.candidate_id = c.id where c.flags <> '{{}}'"
    )
    record(
        "silon:candidate:import",
        f"candidate_batch:{batch.id}",
        actor=actor,
        reason=PUBLISHED if published else None,
        region=region or None,
        election_id=election,
        details={
            "contest": contest.id,
            "sha256": file.sha256,
            "people": people,
            "conflicts": conflicts,
            **{
                name: getattr(batch, name)
                for name in ("received", "accepted", "rejected", "duplicate", "changed", "lists", "flagged")
            },
        },
    )
    db.session.flush()
    db.session.execute(
        text("drop table candidate_home, candidate_same, candidate_known, candidate_new, people_found")
    )
    forget_flags()
    return batch


def _require_whole_house() -> None:
    """A person may be put up anywhere and by any party: a narrower second lock would not show it."""
    reach = db.session.execute(
        text("select coalesce(current_setting('app.scope', true), ''), current_setting('app.parties', true)")
    ).one()
    if reach[0] not in ("", "*") or reach[1]:
        raise RuntimeError("candidates are imported by a job or a command, which see the whole house")


def _demand(said: Statements, election: int, published: bool, actor: Actor) -> str:
    """Refuse without the right over each body and party of the file; the region that the bodies share."""
    places = said.rows(
        "select distinct l.region, l.party_id from file_list l where exists (select from {staging} s"
        " where s.dapil_code = l.dapil_code and s.party_number = l.party_number) order by 1, 2"
    )
    for region, party in places:
        grants.demand(actor, DETERMINE if published else EDIT, Scope(region, party, election))
    common = common_region([region for region, _party in places])
    return common[: max(length for length in (0, 2, 4) if length <= len(common))]


def _one_party(said: Statements) -> int | None:
    """The party of the file, where it is that of one."""
    rows = said.rows("select distinct party_id from candidate_home limit 2")
    return rows[0][0] if len(rows) == 1 else None


def _find_known(said: Statements) -> None:
    differs = ", ".join(
        f"case when s.{name} is not null and s.{name} <> '' and c.{name} is distinct from s.{name}"
        f" then '{name}' end"
        for name in PLAIN
    )
    said.run(HOMES)
    db.session.execute(text("create index on candidate_home (row_number)"))
    db.session.execute(text("analyze candidate_home"))
    said.run(SAME)
    said.run(SAME_PLACE)
    db.session.execute(text("analyze candidate_same"))
    said.run(KNOWN, differs=differs)
    said.run("update candidate_known set differs = '{{}}' where :published")  # a final list changes otherwise
    db.session.execute(text("analyze candidate_known"))
    said.run(NEW)
    db.session.execute(text("create index on candidate_new (row_number)"))
    db.session.execute(text("analyze candidate_new"))


def _make_people(said: Statements) -> int:
    """Find or make the person of every new row; how many were made."""
    said.run(FOUND)
    [(rounds,)] = said.rows("select coalesce(max(round), 0) from candidate_new")
    people = 0
    for number in range(1, rounds + 1):
        wanted = WANTED.format(round=number)
        said.run(PEOPLE, wanted=wanted)
        db.session.execute(text("analyze people_found"))
        people += said.run(ADD_PEOPLE, wanted=wanted, more="")
    return people


def _add(said: Statements) -> int:
    """The new candidates with events, versions and flags; how many identity conflicts they opened.

    Those who only change their number go out of the way first.
    """
    shift = said.values["shift"] = 1000
    said.run(RENUMBER)
    cause = {"cause": said.values["cause"]}
    db.session.execute(text("select set_config('app.flag_cause', :cause, true)"), cause)
    said.run(ADD_EVENTS)
    said.run(ADD_CANDIDATES)
    db.session.execute(text("select set_config('app.flag_cause', '', true)"))
    said.values["shift"] -= shift
    said.run(RENUMBER)
    said.run(ADD_VERSIONS)
    said.run(OWN_FLAG_EVENTS)
    return said.run(OPEN_CONFLICTS, subject="candidate", key="candidate_id")


def _change(said: Statements, actor: Actor) -> None:
    """What a file says otherwise of somebody who is there, as the page would change it."""
    sealer = Sealer("candidate")
    db.session.expire_all()
    for row in said.rows(CHANGED):
        secret = sealer.unseal_fields(row.candidate_id, bytes(row.sealed))
        there = db.session.get_one(Candidate, row.id)
        claim = _said(claim_of(there), row, secret)
        if not claim.nik or claim.birth_date is None:
            raise Refused(
                _("“%(name)s” sudah ada tanpa NIK, dan berkas ini mengubahnya.", name=there.name),
                hint=_("Sertakan NIK dan tanggal lahirnya, atau ubah lewat halaman daftarnya."),
            )
        change_candidate(there, claim, actor=actor)


def _said(before: CandidateClaim, row: Any, secret: dict[str, str]) -> CandidateClaim:
    """The claim with what the file says; what it leaves open stays. A new name goes to the ballot too."""
    changes: dict[str, Any] = {name: getattr(row, name) for name in PLAIN if getattr(row, name)}
    if row.residence:
        changes |= {"residence": row.residence, "residence_code": row.village_code}
    if secret.get("nik"):
        changes["nik"] = secret["nik"]
    if secret.get("birth_date"):
        changes["birth_date"] = dt.date.fromisoformat(secret["birth_date"])
    if before.ballot_name == before.name:
        changes["ballot_name"] = changes.get("name", before.name)
    return before.with_changes(changes)


def summary(batch: CandidateBatch) -> str:
    """What a batch came to, in one sentence that adds up."""
    return _(
        "%(received)s baris = %(accepted)s diterima + %(rejected)s ditolak + %(duplicate)s sama dengan yang"
        " ada. Dari yang diterima, %(changed)s mengubah calon yang sudah ada; %(lists)s daftar baru dibuka;"
        " %(flagged)s calon bertanda untuk diperiksa.",
        received=batch.received,
        accepted=batch.accepted,
        rejected=batch.rejected,
        duplicate=batch.duplicate,
        changed=batch.changed,
        lists=batch.lists,
        flagged=batch.flagged,
    )
