"""Prepare the ladder of a contest: a D.Hasil for each region and ballot, from the TPS and the dapil."""

from __future__ import annotations

from sqlalchemy import text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Contest, Election
from electsys.ledger import Actor, record
from modules.sirekap.rules.ladder import LENGTHS, OVERSEAS, PPLN, tiers_to
from modules.situng import contest_model

#: Contests whose ballots differ by dapil; they bear the names of their chambers.
CHAMBERS = ("dpr", "dpd", "dprd_prov", "dprd_kabko")


def stop_of(contest: Contest) -> str:
    """The last tier of a contest (UU 7/2017 art 413; setting ``rekap_jenjang_akhir``)."""
    stops = settings.value(contest.election_id, "rekap_jenjang_akhir")
    return str(stops[contest.kind])


def prepare_ladder(contest: Contest, *, region: str = "", actor: Actor) -> int:
    """Make what is missing of a contest's ladder, in a region or everywhere; return how many were made.

    Repeating it makes what new TPS and ballots ask for, and nothing is taken away. A ballot that is not
    frozen yet leaves its units out: they come with the next call. A unit that was not opened yet follows the
    newest version of its ballot.
    """
    election = db.session.get_one(Election, contest.election_id)
    stop = stop_of(contest)
    tiers = tiers_to(stop)
    chamber = contest.kind if contest.kind in CHAMBERS else None
    facts = {
        "contest": contest.id,
        "election": contest.election_id,
        "map": election.map_id,
        "chamber": chamber,
        "within": contest.region_code,
        "region": region,
        "model": contest_model(contest.id).code,
        "overseas": OVERSEAS,
    }
    db.session.execute(text("select pg_advisory_xact_lock(20240215, :contest)"), facts)
    levels = " union all ".join(_level(tier) for tier in tiers)
    made = db.session.execute(
        text(
            f"""
            with places as (
                select distinct t.village_code as village, d.id as dapil_id
                from tps t
                left join dapil_village m
                    on m.village_code = t.village_code and cast(:chamber as text) is not null
                left join dapil d
                    on d.id = m.dapil_id and d.map_id = :map and d.chamber = cast(:chamber as text)
                where t.election_id = :election and t.state = 'aktif'
                  and starts_with(t.village_code, :within) and starts_with(t.village_code, :region)
                  and (cast(:chamber as text) is null or d.id is not null)
            ), units as ({levels}),
            ballots as (
                select distinct on (dapil_id) dapil_id, id from ballot
                where contest_id = :contest order by dapil_id, version desc
            )
            insert into recap
                (election_id, contest_id, dapil_id, tier, region, province, ballot_id, form_model)
            select distinct :election, :contest, u.dapil_id, u.tier, u.region,
                   case when u.region = '' then '00' else left(u.region, 2) end, b.id, :model
            from units u join ballots b on b.dapil_id is not distinct from u.dapil_id
            on conflict (contest_id, dapil_id, tier, region) do update set ballot_id = excluded.ballot_id
            where recap.state = 'belum' and recap.ballot_id <> excluded.ballot_id
            returning (xmax = 0) as made
            """
        ),
        facts,
    ).all()
    count = sum(1 for row in made if row.made)
    _tie_parents(contest.id)
    if count:
        record(
            "sirekap:recap:prepare",
            f"contest:{contest.id}",
            actor=actor,
            details={"units": count},
            region=region or None,
            election_id=contest.election_id,
        )
    return count


def _level(tier: str) -> str:
    """The units of one tier, out of ``places``."""
    length = 4 if tier == PPLN else LENGTHS[tier]
    abroad = "starts_with(village, :overseas)"
    where = "true" if tier == "nasional" else abroad if tier == PPLN else f"not {abroad}"
    return (
        f"select dapil_id, '{tier}'::text as tier, left(village, {length}) as region"
        f" from places where {where}"
    )


def _tie_parents(contest_id: int) -> None:
    """Point every unit to the one above it."""
    db.session.execute(
        text(
            """
            update recap c set parent_id = p.id
            from recap p
            where c.contest_id = :contest and p.contest_id = :contest and c.parent_id is null
              and p.dapil_id is not distinct from c.dapil_id
              and (p.tier, p.region) = (
                  case c.tier when 'kecamatan' then 'kabko' when 'kabko' then 'provinsi' else 'nasional' end,
                  case c.tier when 'kecamatan' then left(c.region, 4) when 'kabko' then left(c.region, 2)
                       else '' end)
              and c.tier <> 'nasional'
            """
        ),
        {"contest": contest_id},
    )
    db.session.expire_all()
