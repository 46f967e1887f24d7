"""A staged file of supporters becomes rows, in one transaction with its act.

A row is known by its NIK in the list; where one stands there more than once, first is matched with first.
The same again is a duplicate, another address changes a row that nobody has judged yet, or that waits for a
repair. Whom a visit found to be none is not given again; what vermin refused may be. What is once more in
one file comes in and is flagged: the first of them counts (domain.md 4.3).
"""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import text

from electsys.db import db
from electsys.errors import Refused
from electsys.intake import FileFacts, Staging
from electsys.intake.statements import Statements
from electsys.ledger import Actor, record
from electsys.regions.rules import province_of
from electsys.web.formats import angka
from modules.silon.models import Nomination, SupporterBatch
from modules.silon.operations.supporters import because, require_open, round_now
from modules.silon.support_claims import PLAIN

Tell = Callable[[int, int, str], None]

#: Each row of the file with the row that it meets: n-th with n-th of one NIK.
KNOWN = """
create temporary table supporter_known on commit drop as
with here as (
    select row_number, nik_index, row_number() over (partition by nik_index order by row_number) as n
    from {staging}
),
there as (
    select id, nik_index, state, row_number() over (partition by nik_index order by id) as n
    from supporter s
    where nomination_id = :nomination and nik_index in (select nik_index from {staging})
        and (state in ('baru', 'ms', 'bms') or state = 'tms' and exists (
            select from supporter_event e where e.id = s.event_id and e.kind = 'faktual'))
)
select h.row_number, t.id, t.state = 'bms' as waits, t.state in ('baru', 'bms') and ({differs}) as changes
from here h join there t using (nik_index, n)
join {staging} s on s.row_number = h.row_number join supporter m on m.id = t.id
"""
#: The voter list does not know the NIK, where the kab/kota has voters at all.
ABSENT = (
    """
update {staging} s set own_flags = own_flags || array['bukan_pemilih']
where left(s.village_code, 4) = any(:judged)
    and not exists (select from voter v where v.election_id = :election
        and v.province = """
    + province_of("s.village_code")
    + """ and v.nik_index = s.nik_index and v.state <> 'tms')
    and not exists (select from voter v where v.election_id = :election
        and v.nik_index = s.nik_index and v.state <> 'tms')
"""
)
JUDGED = (
    """
select coalesce(array_agg(code), '{{}}') from (
    select distinct left(village_code, 4) as code from {staging}) named
where exists (select from voter v where v.election_id = :election and v.province = """
    + province_of("code")
    + """
    and v.village_code >= code and v.village_code < code || ':')
"""
)
ADD = """
insert into supporter (id, nomination_id, election_id, contest_id, area, village_code, sealed, nik_index,
    name, sex, birth_place, birth_year, marital_status, occupation, address, rt, rw, own_flags, flags, round,
    batch_id)
select s.supporter_id, :nomination, :election, :contest, :area, s.village_code, s.sealed, s.nik_index, s.name,
    s.sex, s.birth_place, s.birth_year, s.marital_status, s.occupation, s.address, s.rt, s.rw, s.own_flags,
    s.own_flags, :round, :batch
from {staging} s where not exists (select from supporter_known k where k.row_number = s.row_number)
"""
#: What was not met yet and comes with other data in a repair is judged anew, as one of that round.
MEND = """
insert into supporter_event (supporter_id, village_code, kind, from_state, to_state, account_id, actor)
select k.id, s.village_code, 'ubah', 'bms', 'baru', :account, :actor
from supporter_known k join {staging} s on s.row_number = k.row_number where k.changes and k.waits
"""
MENDED = """
update supporter m set state = 'baru', round = :round, event_id = (
    select max(e.id) from supporter_event e where e.supporter_id = m.id)
from supporter_known k where k.changes and k.waits and m.id = k.id
"""
CHANGE = """
update supporter m set {plain}, birth_year = s.birth_year, own_flags = s.own_flags,
    flags = array(select f from unnest(m.flags) f where f like 'ganda%') || s.own_flags, batch_id = :batch,
    changed_at = now()
from supporter_known k join {staging} s on s.row_number = k.row_number where k.changes and m.id = k.id
"""
COUNTS = """
select (select count(*) from {staging} s
        where not exists (select from supporter_known k where k.row_number = s.row_number)),
    count(*) filter (where changes), count(*) filter (where not changes)
from supporter_known
"""
REFLAG = """
select supporter_reflag(cast(:contest as smallint), :area, array(select distinct nik_index from {staging}))
"""


def import_supporters(
    staging: Staging,
    nomination: Nomination,
    *,
    file: FileFacts,
    actor: Actor,
    tell: Tell = lambda done, total, stage: None,
) -> SupporterBatch:
    """Write the checked rows of a staged file; the batch, whose numbers balance.

    Refused while the list is locked. Runs in a job or a command, which see the whole nation.
    """
    require_open(nomination, actor=actor)
    received, rejected = staging.notes["received"], staging.notes["rejected"]
    if received == rejected:
        raise Refused(_("Tidak ada satu baris pun yang sahih."), hint=_("Perbaiki lewat lembar kesalahan."))
    said = Statements(
        staging.table,
        {
            "nomination": nomination.id,
            "election": nomination.election_id,
            "contest": nomination.contest_id,
            "area": nomination.region,
            "round": round_now(nomination),
            "account": actor.account_id,
            "actor": actor.name,
        },
    )
    staging.raw.execute(f"analyze {staging.table}")
    tell(0, 0, _("Mencari pendukung yang sudah ada"))
    said.run("drop table if exists supporter_known")
    said.run(KNOWN, differs=" or ".join(f"m.{name} is distinct from s.{name}" for name in PLAIN))
    [(said.values["judged"],)] = said.rows(JUDGED)
    said.run(ABSENT)
    [(added, changed, duplicate)] = said.rows(COUNTS)
    batch = SupporterBatch(
        nomination_id=nomination.id,
        file_id=file.file_id,
        file_name=file.name,
        file_sha256=file.sha256,
        received=received,
        accepted=added + changed,
        rejected=rejected,
        duplicate=duplicate,
        flagged=0,
        created_by=actor.account_id,
        actor=actor.name,
    )
    db.session.add(batch)
    db.session.flush()
    said.values["batch"] = batch.id
    because(f"supporter_batch:{batch.id}", actor)
    tell(0, 0, _("Mencatat pendukung"))
    said.run(ADD)
    if changed:
        said.run(MEND)
        said.run(MENDED)
        said.run(CHANGE, plain=", ".join(f"{name} = s.{name}" for name in PLAIN))
    tell(0, 0, _("Menghitung dukungan ganda"))
    said.rows(REFLAG)
    batch.flagged = (
        db.session.scalar(
            text("select count(*) from supporter where batch_id = :b and flags <> '{}'"), {"b": batch.id}
        )
        or 0
    )
    record(
        "silon:supporter:import",
        f"supporter_batch:{batch.id}",
        actor=actor,
        region=nomination.region or None,
        election_id=nomination.election_id,
        details={
            "nomination": nomination.id,
            "received": received,
            "accepted": batch.accepted,
            "rejected": rejected,
            "duplicate": duplicate,
            "sha256": file.sha256,
        },
    )
    db.session.flush()
    return batch


def summary(batch: SupporterBatch) -> str:
    """What came of a file, in one line that balances."""
    return _(
        "%(received)s baris = %(accepted)s diterima + %(rejected)s ditolak + %(duplicate)s sudah ada;"
        " %(flagged)s bertanda.",
        received=angka(batch.received),
        accepted=angka(batch.accepted),
        rejected=angka(batch.rejected),
        duplicate=angka(batch.duplicate),
        flagged=angka(batch.flagged),
    )
