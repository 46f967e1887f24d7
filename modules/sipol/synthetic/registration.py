"""A party's boards, officers, offices, accounts and documents over whole parts of the map, made in bulk.

For the demo, tests and benchmarks: everything is made up, people bear serials from 7001, envelopes are sealed
as those of real rows are. Rows go straight into the tables, so nothing here belongs into a party's real data.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import insert, select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity.models import Person
from electsys.privacy import Sealer, indexer, reserve_ids
from electsys.regions.models import Region
from electsys.regions.rules import OVERSEAS
from modules.sipol.models import PartyRegistration
from modules.sipol.queries.requirements import law_of
from modules.sipol.rules.requirements import CORE, documents_of

FIRST_SERIAL = 7001
TITLES = {"ketua": "Ketua", "sekretaris": "Sekretaris", "bendahara": "Bendahara"}
#: Sexes of the three: one in three is a woman.
SEXES = dict(zip(CORE, "LPL", strict=True))
GIVEN = ("BUDI", "SITI", "AGUS", "DEWI", "JOKO", "RINA", "HASAN", "MARIA", "PUTU", "YUSUF", "ANI", "TONI")
FAMILY = ("SANTOSO", "LUBIS", "WIJAYA", "SIREGAR", "NASUTION", "HALIM", "SARAGIH", "RAHAYU", "PURBA", "YAMIN")


def map_areas(election_id: int, roots: Collection[str] = ("",)) -> list[str]:
    """Every province, kab/kota and kecamatan at or below one of ``roots``; the nation adds the centre."""
    election = db.session.get_one(Election, election_id)
    codes = db.session.scalars(
        select(Region.code)
        .where(Region.map_id == election.map_id, Region.level <= 3, ~Region.code.startswith(OVERSEAS))
        .order_by(Region.code)
    )
    inside = [code for code in codes if code.startswith(tuple(roots))]
    return ["", *inside] if "" in roots else inside


def fill_registration(
    registration: PartyRegistration,
    areas: Sequence[str],
    *,
    seed: int,
    file_id: int | None = None,
    decreed: dt.date = dt.date(2022, 1, 10),
) -> None:
    """Give the party a board with its three, office, account and documents in each of ``areas``.

    ``file_id`` is the stored file that stands for every document; None makes no documents. What is there
    already is left alone. :func:`fill_members` adds members.
    """
    rng = random.Random(seed)  # noqa: S311  (made-up people)
    wanted = sorted(set(areas), key=lambda code: (len(code), code))
    facts = {"registration": registration.id, "party": registration.party_id, "day": decreed, "codes": wanted}
    made = db.session.execute(text(_BOARDS), facts).all()
    for statement in (_OFFICES, _ACCOUNTS):
        db.session.execute(text(statement), facts)
    if file_id is not None:
        law = law_of(registration)
        for digits in sorted({len(code) for code in wanted}):
            kinds = documents_of(law, digits, centre=digits == len(registration.region))
            level = [code for code in wanted if len(code) == digits]
            db.session.execute(
                text(_DOCUMENTS), facts | {"codes": level, "kinds": list(kinds), "file": file_id}
            )
    boards = [(row.id, row.region) for row in made]
    if boards:
        _add_officers(registration, boards, rng)
    db.session.expire_all()


#: ``codes`` are areas of every level that a table takes.
_BOARDS = """
insert into party_board (registration_id, party_id, region, decree_number, decree_date, term_from, term_to)
select :registration, :party, code, 'SK-' || coalesce(nullif(code, ''), 'PUSAT') || '/2022', :day, :day,
    :day + 1825
from unnest(cast(:codes as text[])) as code
on conflict do nothing returning id, region
"""
_OFFICES = """
insert into party_office (registration_id, party_id, region, address, tenure, valid_to)
select :registration, :party, code, 'Jalan Melati Nomor ' || (1 + length(code)), 'sewa', :day + 1825
from unnest(cast(:codes as text[])) as code where length(code) < 6
on conflict do nothing
"""
_ACCOUNTS = """
insert into party_account (registration_id, party_id, region, bank, number, holder)
select :registration, :party, code, 'Bank Uji', lpad(:party || code, 12, '9'), 'Dana kampanye'
from unnest(cast(:codes as text[])) as code where length(code) < 6
on conflict do nothing
"""
_DOCUMENTS = """
insert into party_document (registration_id, party_id, region, kind, file_id)
select :registration, :party, code, kind, :file
from unnest(cast(:codes as text[])) as code, unnest(cast(:kinds as text[])) as kind
on conflict do nothing
"""


#: Staged officers, each with the person it is.
_STAGED = """
create temporary table made_officer (
    officer bigint, person bigint, board integer, region text, position smallint, office text, title text,
    name text, sex text, birth_year smallint, sealed bytea, person_sealed bytea, nik bytea, nik_birth bytea,
    nik_name bytea
) on commit drop
"""
_PERSONS = """
insert into person (id, sealed, nik_index, nik_birth_index, nik_name_index, name, birth_year, sex,
    birth_place, marital_status, home_region, created_at)
select person, person_sealed, nik, nik_birth, nik_name, name, birth_year, sex, 'BARUS', 'S',
    nullif(region, ''), now()
from made_officer
"""
_OFFICERS = """
insert into party_officer (id, board_id, party_id, person_id, region, position, office, title, name, sex,
    card_number, sealed, nik_index)
select officer, board, :party, person, region, position, office, title, name, sex, 'KTA-' || officer, sealed,
    nik
from made_officer
"""


def _add_officers(
    registration: PartyRegistration, boards: Sequence[tuple[int, str]], rng: random.Random
) -> None:
    """The mandatory three of each board, with their persons."""
    places = [(board, code, office) for board, code in boards for office in CORE]
    persons, officers = reserve_ids("person", len(places)), reserve_ids("party_officer", len(places))
    person_sealer, sealer = Sealer("person"), Sealer("party_officer")
    people = synthetic_people([code for _board, code, _office in places], rng)
    db.session.execute(text("drop table if exists made_officer"))
    db.session.execute(text(_STAGED))
    raw: Any = db.session.connection().connection.driver_connection
    with raw.cursor() as cursor, cursor.copy("copy made_officer from stdin") as copy:
        for n, ((board, code, office), who) in enumerate(zip(places, people, strict=True)):
            secret = {"nik": who["nik"], "birth_date": who["born"]}
            copy.write_row(
                (
                    *(officers[n], persons[n], board, code, CORE.index(office) + 1, office, TITLES[office]),
                    *(who["name"], who["sex"], int(who["born"][:4])),
                    *(sealer.seal_fields(officers[n], secret), person_sealer.seal_fields(persons[n], secret)),
                    *who["indexes"],
                )
            )
    db.session.execute(text(_PERSONS))
    db.session.execute(text(_OFFICERS), {"party": registration.party_id})


def synthetic_people(areas: Sequence[str], rng: random.Random) -> Iterator[dict[str, Any]]:
    """One made-up adult for each area, women where the office's turn is a woman's; NIK serials from 7001."""
    index = indexer()
    for n, code in enumerate(areas):
        sex = SEXES[CORE[n % len(CORE)]]
        born = dt.date(1950, 1, 1) + dt.timedelta(days=rng.randrange(18_000))
        prefix = (code + "010101")[:6] if code else "310101"
        day = born.day + (40 if sex == "P" else 0)
        nik = f"{prefix}{day:02}{born:%m%y}{FIRST_SERIAL + rng.randrange(2999)}"
        name = f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"
        yield {
            "nik": nik,
            "name": name,
            "sex": sex,
            "born": born.isoformat(),
            "code": code,
            "indexes": index(nik, born.isoformat(), name),
        }


#: Members for a measurement: as many in each village as asked, all of one made-up person; envelopes that open
#: nothing. Never for the demo: these rows could not be judged.
_MEMBERS = """
insert into party_member (id, registration_id, party_id, election_id, person_id, village_code, sealed,
    nik_index, identity_index, name, sex, birth_place, birth_year, marital_status, occupation, address,
    card_number)
select nextval('party_member_id_seq'), :registration, :party, :election, :person, v.code,
    sha256(convert_to(v.code || n, 'UTF8')) || sha256(convert_to(v.code || n, 'UTF8')),
    sha256(convert_to(:party || v.code || n, 'UTF8')),
    substr(sha256(convert_to(:party || v.code || n || 'i', 'UTF8')), 1, 16),
    'ANGGOTA UJI ' || n, 'L', 'BARUS', 1985, 'S', 'PETANI', 'JALAN MELATI 4', 'KTA-' || v.code || n
from (
    select code, row_number() over (order by code) as at, count(*) over () as all_of
    from region where map_id = :map and level = 4 and not starts_with(code, '99')
        and (:root = '' or starts_with(code, :root))
) v, generate_series(1, :count * v.at / v.all_of - :count * (v.at - 1) / v.all_of) as n
"""


def fill_members(registration: PartyRegistration, count: int, *, root: str = "") -> int:
    """Spread ``count`` members over the villages below ``root``, for benchmarks; return their number."""
    election = db.session.get_one(Election, registration.election_id)
    [person] = reserve_ids("person", 1)
    who = next(synthetic_people([""], random.Random(1)))  # noqa: S311
    secret = {"nik": who["nik"], "birth_date": who["born"]}
    sealed = Sealer("person").seal_fields(person, secret)
    facts = {"id": person, "sealed": sealed, "nik_index": who["indexes"][0], "name": who["name"]}
    db.session.execute(insert(Person), facts | {"sex": who["sex"], "created_at": dt.datetime.now(dt.UTC)})
    made = db.session.execute(
        text(_MEMBERS),
        {
            "registration": registration.id,
            "party": registration.party_id,
            "election": election.id,
            "person": person,
            "map": election.map_id,
            "root": root,
            "count": count,
        },
    )
    return int(made.rowcount)  # type: ignore[attr-defined]
