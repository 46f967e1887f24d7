"""What of a staged file of candidates needs our own tables: dapil, parties, lists that are there, rights."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, text

from electsys.db import db
from electsys.elections import calendar, rules
from electsys.elections.models import Contest, Election
from electsys.errors import Refused
from electsys.identity import Account, grants
from electsys.intake import Staging
from electsys.ledger import Actor
from modules.silon.checking import law_of
from modules.silon.operations.access import LIST_OPEN
from modules.silon.operations.nominations import CHAMBERS
from modules.silon.permissions import DETERMINE, EDIT
from modules.sipol import participants

#: States of a list that a file fills.
DRAFTS = ("persiapan", "dikembalikan")
#: States of a list whose final list was published elsewhere.
FINAL = ("dct", "perubahan_dct")
STANDS = "state in ('baru', 'ms', 'bms', 'dcs', 'dct', 'dicoret')"

#: The lists that a file names: (dapil, party) as the law knows them; unknown ones have no key.
LISTS = """
create temporary table file_list on commit drop as
select f.dapil_code, f.party_number, d.id as dapil_id, d.body_code as region,
    d.seats * cast(:share as integer) / cast(:whole as integer) as most, p.party_id, p.home,
    n.id as nomination_id, n.state as list_state,
    exists (select from file_scope s where starts_with(d.body_code, s.region)
        and (s.party_id is null or s.party_id = p.party_id)) as mine
from (select distinct dapil_code, party_number from {staging}
    where dapil_code is not null and party_number is not null) f
left join dapil d on d.map_id = :map and d.chamber = :chamber and d.code = f.dapil_code
left join file_party p on p.number = f.party_number
left join nomination n on n.contest_id = :contest and n.kind = 'daftar' and n.dapil_id = d.id
    and n.party_id = p.party_id and n.state <> 'ditarik'
"""
PLACE_ERRORS = """
select s.row_number, case when l.dapil_id is null then 'kode_dapil' else 'nomor_partai' end, null,
    case when l.dapil_id is null then 'dapil_unknown' when l.party_id is null then 'party_unknown'
        when l.home <> '' and (:chamber = 'dpr' or not starts_with(l.region, l.home)) then 'party_local'
        else 'outside' end, null
from {staging} s join file_list l using (dapil_code, party_number)
where l.dapil_id is null or l.party_id is null or not l.mine
    or l.home <> '' and (:chamber = 'dpr' or not starts_with(l.region, l.home))
"""
#: Each of a double names the first of the others.
DOUBLE_ERRORS = """
select row_number, column_name, null, code, case when row_number = first then last else first end::text
from (
    select row_number, 'nomor_urut' as column_name, 'number_double' as code,
        min(row_number) over w as first, max(row_number) over w as last
    from {staging} where number is not null
    window w as (partition by dapil_code, party_number, number)
    union all
    select row_number, 'nik', 'person_double', min(row_number) over w, max(row_number) over w
    from {staging} where nik_index is not null
    window w as (partition by dapil_code, party_number, nik_index)
) counted where first <> last
"""
DRAFT_ERRORS = """
select s.row_number, 'nomor_urut', null, 'beyond_seats', l.most::text
from {staging} s join file_list l using (dapil_code, party_number) where s.number > l.most
union all
select s.row_number, 'kode_dapil', null, 'list_locked', null
from {staging} s join file_list l using (dapil_code, party_number)
where l.list_state is not null and l.list_state <> all (:drafts)
union all
select s.row_number, 'kode_dapil', null, 'stage_closed', null
from {staging} s join file_list l using (dapil_code, party_number) where l.region = any (:closed)
"""
#: A number that somebody bears who is not in the file.
TAKEN_ERRORS = f"""
select s.row_number, 'nomor_urut', null, 'number_taken', c.name
from {{staging}} s join file_list l using (dapil_code, party_number)
join candidate c on c.nomination_id = l.nomination_id and c.number = s.number and c.{STANDS}
where c.nik_index is distinct from s.nik_index
    and not ((c.nik_index is null or s.nik_index is null) and upper(c.name) = upper(s.name))
    and not exists (select from {{staging}} o where o.dapil_code = s.dapil_code
        and o.party_number = s.party_number and o.nik_index = c.nik_index)
"""
FINAL_ERRORS = f"""
select s.row_number, 'kode_dapil', null, 'list_in_process', null
from {{staging}} s join file_list l using (dapil_code, party_number)
where l.list_state is not null and l.list_state <> all (:final)
union all
select s.row_number, 'nama', null, 'published_differs', c.name
from {{staging}} s join file_list l using (dapil_code, party_number)
join candidate c on c.nomination_id = l.nomination_id and c.number = s.number and c.{STANDS}
where l.list_state = any (:final) and (c.name <> s.name or c.sex <> s.sex
    or c.nik_index <> s.nik_index)
union all
select s.row_number, 'nomor_urut', null, 'published_differs', c.name
from {{staging}} s join file_list l using (dapil_code, party_number)
join candidate c on c.nomination_id = l.nomination_id and c.nik_index = s.nik_index and c.number <> s.number
    and c.{STANDS}
where l.list_state = any (:final)
"""


def is_published(actor: Actor) -> bool:
    """Whether an account brings final lists that were published elsewhere: it fills no list, but determines.

    A party's account brings drafts; a named job brings what it is told.
    """
    return not _scopes(actor, EDIT) and bool(_scopes(actor, DETERMINE))


def check_candidates(staging: Staging, contest: Contest, *, actor: Actor, published: bool = False) -> None:
    """Add the errors of the rows: unknown dapil and parties, doubles inside a list, lists that are closed.

    Keeps the number of rows and of rejected ones on ``staging.notes``, before bad ones are discarded.
    """
    if contest.kind not in CHAMBERS:
        raise Refused(
            _("Berkas calon hanya untuk daftar partai: DPR, DPRD provinsi, dan DPRD kabupaten/kota."),
            hint=_("Calon DPD dan pasangan calon diisi satu per satu."),
        )
    election = db.session.get_one(Election, contest.election_id)
    share = law_of(election.id).size
    values: dict[str, Any] = {
        "map": election.map_id,
        "chamber": contest.kind,
        "contest": contest.id,
        "share": share.numerator,
        "whole": share.denominator,
        "drafts": list(DRAFTS),
        "final": list(FINAL),
    }
    name_parties(contest, actor, published)
    db.session.execute(text("drop table if exists pg_temp.file_list"))
    db.session.execute(
        text(LISTS.format(staging=staging.table)),
        {k: values[k] for k in ("map", "chamber", "contest", "share", "whole")},
    )
    db.session.execute(text("analyze file_list"))
    errors = [PLACE_ERRORS, DOUBLE_ERRORS]
    if published:
        errors.append(FINAL_ERRORS)
    else:
        values["closed"] = closed_regions(election.id)
        errors += [DRAFT_ERRORS, TAKEN_ERRORS]
    for sql in errors:
        statement = sql.format(staging=staging.table)
        staging.add_errors(statement, {k: v for k, v in values.items() if f":{k}" in statement})
    staging.notes["received"], staging.notes["rejected"] = staging.rows, staging.bad_rows


def name_parties(contest: Contest, actor: Actor, published: bool) -> None:
    """The participants by their numbers, and where the account may act, as temporary tables."""
    db.session.execute(text("drop table if exists pg_temp.file_party, pg_temp.file_scope"))
    db.session.execute(
        text("create temporary table file_party (number integer, party_id integer, home text) on commit drop")
    )
    db.session.execute(
        text("create temporary table file_scope (region text, party_id integer) on commit drop")
    )
    parties = [
        {"number": p.number, "party_id": p.party_id, "home": p.region}
        for p in participants(contest.election_id)
        if p.number is not None
    ]
    if parties:
        db.session.execute(text("insert into file_party values (:number, :party_id, :home)"), parties)
    permission = DETERMINE if published else EDIT
    scopes: list[dict[str, Any]] = [{"region": "", "party_id": None}]
    if actor.account_id is not None:
        scopes = [
            {"region": scope.region or "", "party_id": scope.party}
            for scope in _scopes(actor, permission)
            if scope.election in (None, contest.election_id)
        ]
    if scopes:
        db.session.execute(text("insert into file_scope values (:region, :party_id)"), scopes)


def closed_regions(election_id: int) -> list[str]:
    """The bodies of the file at which no stage is open in which lists are filled.

    Refused where none of them is open: the message says when it is.
    """
    stages = [calendar.stage(election_id, code) for code in LIST_OPEN["persiapan"]]
    now = calendar.utc_now()
    regions = list(db.session.scalars(text("select distinct region from file_list where region is not null")))
    closed = [
        region
        for region in regions
        if not any(rules.is_open(calendar.window(stage, region, now), now) for stage in stages)
    ]
    if closed and len(closed) == len(regions):
        calendar.require_open(election_id, LIST_OPEN["persiapan"][-1], closed[0], now)
    return closed


def _scopes(actor: Actor, permission: str) -> list[Any]:
    if actor.account_id is None:
        return []
    return grants.scopes(db.session.get(Account, actor.account_id), permission)


def lists_contest(election: Election, kind: str) -> Contest | None:
    """The contest of a kind in an election."""
    return db.session.scalars(
        select(Contest).where(Contest.election_id == election.id, Contest.kind == kind)
    ).one_or_none()
