"""The flag that a row has because the voter list does not know its NIK (domain.md 3.5, 11 X1).

A NIK is unknown where no voter of the election has it, unless struck. That is judged only in kab/kota that
have voters: where Sidalih has no list yet, nobody is blamed for it. A NIK of an odd form is unknown until the
list has it. Age and occupation are judged as the row comes in (:class:`modules.sipol.claims.Judge`).
"""

from __future__ import annotations

from sqlalchemy import text

from electsys.db import db
from electsys.ledger import Actor, record
from electsys.regions.rules import province_of

KNOWN = (
    "exists (select from voter v where v.election_id = :e and v.nik_index = m.nik_index and v.state <> 'tms')"
)
#: The village codes of a kab/kota are a range: ":" comes after "9".
HAS_VOTERS = (
    "exists (select from voter v where v.election_id = :e and v.province = "
    + province_of("{code}")
    + """
    and v.village_code >= {code} and v.village_code < {code} || ':')
"""
)

CLEAR = f"""
with gone as (
    update party_member m set own_flags = array_remove(m.own_flags, 'nik'),
        flags = array_remove(m.flags, 'nik')
    where m.election_id = :e and m.state <> 'ditarik' and 'nik' = any (m.own_flags) and {KNOWN}
    returning m.id, m.party_id, m.village_code
)
insert into party_member_flag_event (member_id, party_id, village_code, flag, raised, cause)
select id, party_id, village_code, 'nik', false, :cause from gone order by id
"""
RAISE = f"""
with judged as materialized (
    select r.code from region r join election e on e.map_id = r.map_id
    where e.id = :e and r.level = 2 and starts_with(r.code, :region) and {HAS_VOTERS.format(code="r.code")}
),
raised as (
    update party_member m set own_flags = m.own_flags || array['nik'], flags = m.flags || array['nik']
    from judged j
    where m.election_id = :e and m.village_code >= j.code and m.village_code < j.code || ':'
        and m.state <> 'ditarik' and 'nik' <> all (m.own_flags) and not {KNOWN}
    returning m.id, m.party_id, m.village_code
)
insert into party_member_flag_event (member_id, party_id, village_code, flag, raised, cause)
select id, party_id, village_code, 'nik', true, :cause from raised order by id
"""


def judged_regencies(election_id: int, staging: str) -> list[str]:
    """The kab/kota of a staged file in which the election has voters."""
    rows = db.session.scalars(
        text(
            f"select code from (select distinct left(village_code, 4) as code from {staging}"
            f" where village_code is not null) named where {HAS_VOTERS.format(code='code')} order by 1"
        ),
        {"e": election_id},
    )
    return list(rows)


def nik_is_unknown(election_id: int, nik_index: bytes, village: str, *, odd: bool) -> bool:
    """Whether the voter list does not know a NIK; ``odd`` says that its form is doubtful."""
    known, judged = db.session.execute(
        text(
            "select exists (select from voter_by_nik(cast(:e as smallint), :nik) where state <> 'tms'),"
            f" {HAS_VOTERS.format(code=':code')}"
        ),
        {"e": election_id, "nik": nik_index, "code": village[:4]},
    ).one()
    return not known and (odd or judged)


def recheck_niks(election_id: int, region: str, *, cause: str, actor: Actor) -> dict[str, int]:
    """Ask the voter list anew, after it changed in ``region``: flags raised there, and cleared anywhere.

    For a job, which sees the whole nation and all parties.
    """
    values = {"e": election_id, "region": region, "cause": cause}
    # Rows may be named by two files at once; the second waits, and finds nothing left to change.
    db.session.execute(text("select pg_advisory_xact_lock(20240215, :e)"), {"e": election_id})
    cleared = db.session.execute(text(CLEAR), {"e": election_id, "cause": cause}).rowcount  # type: ignore[attr-defined]
    raised = db.session.execute(text(RAISE), values).rowcount  # type: ignore[attr-defined]
    db.session.expire_all()
    numbers = {"raised": int(raised), "cleared": int(cleared)}
    record(
        "sipol:member:recheck",
        cause,
        actor=actor,
        region=region,
        election_id=election_id,
        details=numbers,
    )
    return numbers
