"""Load a map, its dapil and the polling stations of an election from the committed data.

Everything goes by COPY into temporary tables and from there by one statement a table. Loading again
writes only what differs, so that it is safe at every start.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import lzma
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.regions import rules

DATA = Path(__file__).parent / "data"
SOURCE = "KPU 2024 (ridwaanhall/pemilu2024.kpu.go.id)"
POPULATION_SOURCE = "cahyadsn/wilayah, 2025"

#: id, name, source, first and last day in force.
MAPS = (
    (2019, "Peta 2019", "isaacnugroho/pemilu-2019-scraper", dt.date(2018, 1, 1), dt.date(2022, 11, 16)),
    (2024, "Peta 2024", SOURCE, dt.date(2022, 11, 17), None),
)


@dataclass(frozen=True)
class Loaded:
    """How many rows a load wrote or changed, by table; all zero when nothing differed."""

    rows: dict[str, int]

    @property
    def changed(self) -> int:
        """Rows written in all tables."""
        return sum(self.rows.values())


def read(name: str) -> Iterator[list[str]]:
    """The rows of a file of the data folder, without its header."""
    with lzma.open(DATA / f"{name}.csv.xz", "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows


def load_map(*, actor: Actor) -> Loaded:
    """Load both maps, the successors of the split provinces, and every dapil of the map of 2024."""
    for row in MAPS:
        db.session.execute(
            text(
                "insert into region_map (id, name, source, valid_from, valid_to)"
                " values (:id, :name, :source, :from, :to) on conflict (id) do nothing"
            ),
            dict(zip(("id", "name", "source", "from", "to"), row, strict=True)),
        )
    counts = {
        "region": _load_regions(),
        "region_successor": _load_successors(),
        **_load_dapil(),
        "region_gap": _load_gaps(),
    }
    _analyse("region", "dapil_village")
    loaded = Loaded(counts)
    if loaded.changed:
        record("regions:map:load", "region_map:2024", actor=actor, details=counts)
    return loaded


def _copy(table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """Make a temporary table and fill it by COPY; None is null."""
    db.session.execute(text(f"drop table if exists {table}"))
    db.session.execute(text(f"create temp table {table} ({columns}) on commit drop"))
    names = [column.split()[0] for column in columns.split(", ")]
    body = io.StringIO()
    csv.writer(body).writerows(rows)
    cursor = db.session.connection().connection.cursor()
    with cursor.copy(f"copy {table} ({', '.join(names)}) from stdin (format csv)") as copy:
        copy.write(body.getvalue())
    cursor.close()


def _run(statement: str, **values: Any) -> int:
    return int(db.session.execute(text(statement), values).rowcount)  # type: ignore[attr-defined]


def _analyse(*tables: str) -> None:
    """Fresh statistics; only the owner may, so the application's role asks no more than that."""
    owner = db.session.execute(text("select current_user = 'electsys_owner'")).scalar_one()
    if owner:
        for table in tables:
            db.session.execute(text(f"analyze {table}"))


# --- regions -------------------------------------------------------------------------------------


def abbreviations() -> dict[str, str]:
    """Region code -> its known abbreviations, separated by a blank."""
    with (DATA / "singkatan.csv").open(encoding="utf-8", newline="") as file:
        return {row["kode"]: row["singkatan"] for row in csv.DictReader(file)}


def region_rows() -> Iterator[tuple[Any, ...]]:
    """Every region of both maps as a row of the staging table."""
    people = {code: int(count) for code, count in read("penduduk_2025")}
    short = abbreviations()
    for map_id, file in ((2019, "wilayah_2019"), (2024, "wilayah_2024")):
        own: dict[str, str] = {}
        for code, *rest in read(file):
            kpu_id, name = rest[:2] if map_id == 2024 else ("", rest[0])
            level = rules.LEVELS[len(code)]
            # Names of below-kab/kota regions have no abbreviations of their own.
            own[code] = f"{rules.normalise(name)} {short.get(code, '')}".strip()
            path = " ".join(own[above] for above in rules.ancestors_of(code)[:0:-1])
            population = people.get(code) if map_id == 2024 else None
            yield (
                *(map_id, code, name, level, rules.parent_of(code), kpu_id or None, population),
                *(population and POPULATION_SOURCE, rules.zone_of(code), f" {own[code]}", f" {path}"),
            )


REGION_COLUMNS = (
    "map_id, code, name, level, parent_code, kpu_id, population, population_source, zone, search, path"
)


def _load_regions() -> int:
    types = 'smallint, text collate "C", text, smallint, text collate "C", int, int, text, text, text, text'
    names = REGION_COLUMNS.split(", ")
    columns = ", ".join(f"{n} {t}" for n, t in zip(names, types.split(", "), strict=True))
    _copy("new_region", columns, region_rows())
    changing = [n for n in names if n not in ("map_id", "code")]
    return _run(
        f"""
        insert into region ({REGION_COLUMNS})
        select {", ".join(_filled(n) for n in names)} from new_region
        on conflict (map_id, code) do update
        set {", ".join(f"{n} = excluded.{n}" for n in changing)}
        where ({", ".join(f"region.{n}" for n in changing)})
              is distinct from ({", ".join(f"excluded.{n}" for n in changing)})
        """
    )


def _filled(name: str) -> str:
    """CSV cannot tell "" from null: text columns that may not be null get "" back."""
    return f"coalesce({name}, '')" if name in ("parent_code", "search", "path") else name


def _load_successors() -> int:
    _copy("new_successor", "from_code text, to_code text, source text", read("penerus_2019_2024"))
    return _run(
        """
        insert into region_successor (from_map, from_code, to_map, to_code, source)
        select 2019, from_code, 2024, to_code, source from new_successor
        on conflict do nothing
        """
    )


# --- dapil ---------------------------------------------------------------------------------------


def _load_dapil() -> dict[str, int]:
    """Dapil, their areas as decided, and the expansion to villages."""
    rows = list(read("dapil_2024"))
    _copy(
        "new_dapil",
        "chamber text, code text, name text, body_code text, seats smallint, seats_source text,"
        " population int",
        (row[:7] for row in rows),
    )
    _copy(
        "new_area",
        'code text, region_code text collate "C", printed_code text',
        ((row[1], *area.partition("=")[::2]) for row in rows for area in row[7].split()),
    )
    fields = ("chamber", "name", "body_code", "seats", "seats_source", "population")
    dapil = _run(
        f"""
        insert into dapil (map_id, code, {", ".join(fields)})
        select 2024, code, chamber, name, coalesce(body_code, ''), seats, seats_source, nullif(population, 0)
        from new_dapil
        on conflict (map_id, code) do update set {", ".join(f"{f} = excluded.{f}" for f in fields)}
        where ({", ".join(f"dapil.{f}" for f in fields)})
              is distinct from ({", ".join(f"excluded.{f}" for f in fields)})
        """
    )
    areas = _run(
        """
        insert into dapil_area (dapil_id, region_code, printed_code)
        select d.id, a.region_code, a.printed_code
        from new_area a join dapil d on d.map_id = 2024 and d.code = a.code
        on conflict do nothing
        """
    )
    areas += _run(
        """
        delete from dapil_area a using dapil d
        where d.id = a.dapil_id and d.map_id = 2024 and not exists (
            select from new_area n where n.code = d.code and n.region_code = a.region_code)
        """
    )
    return {"dapil": dapil, "dapil_area": areas, "dapil_village": expand_dapil(2024) if areas else 0}


def expand_dapil(map_id: int) -> int:
    """Expand the areas of every dapil of a map to villages; returns the rows added or removed.

    Equality on each prefix length lets the planner hash; a LIKE would try every area for every village.
    """
    db.session.execute(text("drop table if exists expanded"))
    # Freshly loaded tables have no statistics, and a nested loop over them takes minutes.
    db.session.execute(text("set local enable_nestloop = off"))
    levels = " union all ".join(
        f"""
        select r.code as village_code, a.dapil_id
        from region r join dapil_area a on a.region_code = left(r.code, {length})
        join dapil d on d.id = a.dapil_id and d.map_id = :map
        where r.map_id = :map and r.level = 4
        """
        for length in (2, 4, 6, 10)
    )
    _run(f"create temp table expanded on commit drop as {levels}", map=map_id)
    gone = _run(
        """
        delete from dapil_village v using dapil d
        where d.id = v.dapil_id and d.map_id = :map and not exists (
            select from expanded e where e.village_code = v.village_code and e.dapil_id = v.dapil_id)
        """,
        map=map_id,
    )
    new = _run(
        """
        insert into dapil_village (village_code, dapil_id)
        select village_code, dapil_id from expanded order by village_code, dapil_id on conflict do nothing
        """
    )
    db.session.execute(text("set local enable_nestloop = on"))
    return gone + new


def _load_gaps() -> int:
    _copy("new_gap", "kind text, code text, detail text", read("celah_2024"))
    return _run(
        """
        insert into region_gap (map_id, kind, code, detail)
        select 2024, kind, code, coalesce(detail, '') from new_gap on conflict do nothing
        """
    )


# --- polling stations ----------------------------------------------------------------------------


def load_tps(election_code: str, *, actor: Actor, only: Sequence[str] = ()) -> int:
    """Load the 822,116 TPS of 2024 into an election; returns how many were written.

    ``only`` keeps those whose code starts with one of the prefixes. Names follow from the numbers at
    home; overseas each place is listed. An existing TPS keeps its address, cap and state.
    """
    election = db.session.execute(
        text("select id, map_id from election where code = :code"), {"code": election_code}
    ).one_or_none()
    if election is None:
        raise Refused(
            f"Pemilu “{election_code}” belum ada.",
            hint="Buat dahulu dengan: flask elections seed",
            status=404,
        )
    if election.map_id != 2024:
        raise Refused("Daftar TPS yang tersedia hanya untuk peta 2024.")
    prefixes = tuple(only) or ("",)
    _copy(
        "new_village",
        "village text, regular int, special int, base int, rule text",
        ((r[0], *r[3:7]) for r in read("wilayah_2024") if r[3] and r[0].startswith(prefixes)),
    )
    listed = [r for r in read("tps_2024_khas") if r[0].startswith(prefixes)]
    _copy("new_listed", 'code text collate "C", kpu_id int, name text', listed)
    written = _run(
        """
        with expanded as (
            select v.village, n as number, v.base + n as kpu_id, 'reguler' as kind
            from new_village v cross join generate_series(1, v.regular) n
            union all
            select v.village, n, v.base + case v.rule when 'r' then v.regular + n - 900 else n end, 'khusus'
            from new_village v cross join generate_series(901, 900 + v.special) n
        ), every as (
            select village || lpad(number::text, 3, '0') as code, village, kind, number,
                   'TPS ' || lpad(number::text, 3, '0') as name, kpu_id
            from expanded
        )
        insert into tps (election_id, province, code, village_code, kind, number, name, kpu_id)
        select :election, left(code, 2), code, left(code, 10), kind, number, name, kpu_id
        from (
            select e.code, e.kind, e.number, e.name, coalesce(l.kpu_id, e.kpu_id) as kpu_id
            from every e left join new_listed l on l.code = e.code
            union all
            select l.code,
                   case when left(l.code, 2) = :abroad then :kinds ::json ->> left(l.name, 3)
                        when right(l.code, 3)::int >= :special then 'khusus' else 'reguler' end,
                   right(l.name, 3)::int, l.name, l.kpu_id
            from new_listed l where not exists (select from every e where e.code = l.code)
        ) as station
        order by code
        on conflict (election_id, province, code) do update
        set kind = excluded.kind, number = excluded.number, name = excluded.name, kpu_id = excluded.kpu_id
        where (tps.kind, tps.number, tps.name, tps.kpu_id)
              is distinct from (excluded.kind, excluded.number, excluded.name, excluded.kpu_id)
        """,
        election=election.id,
        abroad=rules.OVERSEAS,
        kinds='{"TPS": "tpsln", "KSK": "ksk", "POS": "pos"}',
        special=rules.FIRST_SPECIAL,
    )
    _analyse("tps")
    if written:
        record(
            "regions:tps:load",
            f"election:{election.id}",
            actor=actor,
            election_id=election.id,
            details={"tps": written, "only": list(only)},
        )
    return written
