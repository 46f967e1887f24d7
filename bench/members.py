"""Members: a file of 500,000 of one party with seeded doubles, against 5,000,000 members of other parties.

Every seeded double must be flagged on both sides, and none that was not seeded. The reference, in the same
run on the same server: COPY of the same rows, ready and with their numbers as blind indexes, into a table of
the same shape as ``party_member`` (checks, indexes, foreign keys), and one self-join that finds who stands
there twice.
Then the pages of the list as the party's centre opens them, all 500,000 members at hand.
``--rows N`` and ``--others N`` make a smaller run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench._bare import copy, copy_and_join
from bench._figures import bench_app, emit, peak_memory, timed

NAME = "members"
ROWS, OTHERS = 500_000, 5_000_000
PARTIES = 10
COLUMNS = (
    *("id", "registration_id", "party_id", "election_id", "person_id", "village_code", "sealed", "nik_index"),
    *(
        "identity_index",
        "name",
        "sex",
        "birth_place",
        "birth_year",
        "marital_status",
        "occupation",
        "address",
    ),
    "card_number",
)
#: Pages of the list at the party's centre; the first ones have a goal, in seconds.
PAGES = {
    "list": "anggota",
    "list_of_a_state": "anggota?status=ms",
    "list_of_another_state": "anggota?status=bms",
    "list_with_flags": "anggota?bendera=ada",
    "list_without_flags": "anggota?bendera=tanpa",
    "list_of_one_flag": "anggota?bendera=ganda_eksternal",
    "list_of_a_rare_flag": "anggota?bendera=pekerjaan",
    "page_200": "anggota?halaman=200",
    "mix_of_flags": "tanda-anggota",
}
SLOW_PAGES = {"search_for_nobody": "anggota?cari=qxqx", "sorted_by_name": "anggota?urut=nama"}
PAGE_GOAL = 0.3
#: An envelope of the usual length; nobody opens those of the other parties.
SEALED = "\\x" + "00" * 90


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--others", type=int, default=OTHERS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder, bench_app() as app:
        good = measure(Path(folder), given.rows, given.others)
        return 0 if all([*good, *pages(app)]) else 1


def measure(folder: Path, rows: int, others: int) -> list[bool]:
    """All figures."""
    villages = prepare(rows + others)
    registrations, person = parties()
    emit(NAME, "others_loaded", timed(lambda: load_others(villages, registrations[1:], person, others)), "s")
    path = folder / "anggota.csv"
    truth, doubled = write(path, villages, rows, others)
    emit(NAME, "file", path.stat().st_size / 1e6, "MB")
    reference = plain(folder, path, registrations[0], person)
    emit(NAME, "copy_and_self_join", reference, "s")
    seconds = timed(lambda: bring(path, registrations[0][0]))
    results = [
        emit(NAME, "import", seconds, "s", reference=reference),
        emit(NAME, "import_to_copy_and_join", seconds / reference, "ratio", reference=1, goal=10),
        *check(registrations[0][0], truth, doubled, others),
    ]
    emit(NAME, "same_file_again", timed(lambda: bring(path, registrations[0][0])), "s", reference=reference)
    emit(NAME, "recompute_of_one", timed(lambda: recompute_one(registrations[0][0])), "s")
    emit(NAME, "memory", peak_memory(), "MB")
    return results


def prepare(people: int) -> list[str]:
    """The election and its regions; a village of as many kecamatan as the people need."""
    from sqlalchemy import func, select

    from electsys import identity
    from electsys.db import db
    from electsys.elections.queries import by_code
    from electsys.elections.seed import seed_election
    from electsys.ledger import Actor
    from electsys.regions import loading
    from electsys.regions.models import Region
    from modules.sipol.synthetic.members import SERIALS

    actor = Actor.system("bench")
    loading.load_map(actor=actor)
    seed_election(actor=actor)
    identity.seed_demo_accounts(actor=actor)
    election = by_code("pemilu-2024")
    assert election is not None
    found = db.session.scalars(
        select(func.min(Region.code))
        .where(Region.map_id == election.map_id, Region.level == 4, Region.code < "99")
        .group_by(func.left(Region.code, 6))
        .order_by(func.min(Region.code))
    ).all()
    db.session.commit()
    needed = max(500, people // SERIALS + 1)
    step = max(1, len(found) // needed)
    return list(found[::step])[:needed]


def parties() -> tuple[list[tuple[int, int, int]], int]:
    """(registration, party, election) of the parties that take part, the first ours; and one person."""
    from electsys.db import db
    from electsys.elections.queries import by_code
    from electsys.identity.operations.persons import Claim, find_or_claim_person
    from electsys.ledger import Actor
    from modules.sipol.models import Party, PartyRegistration, PartyUpdate

    election = by_code("pemilu-2024")
    assert election is not None
    made = []
    for number in range(1, PARTIES + 2):
        party = Party(kind="nasional", name=f"Partai Ukur {number}", short_name=f"UKUR{number}")
        # A participant that updates its members: that stage and a half-year of its own are open.
        row = PartyRegistration(party=party, election_id=election.id, state="berkelanjutan", number=number)
        db.session.add(row)
        db.session.flush()
        db.session.add(PartyUpdate(registration_id=row.id, year=2023, half=1))
        made.append((row.id, row.party_id, election.id))
    claim = Claim("party_member:0", "ORANG UKUR", "1201010101807000")
    person = find_or_claim_person(claim, actor=Actor.system("bench")).person.id
    db.session.commit()
    return made, person


def ready(
    members: Sequence[Any] | Iterator[Any], registration: tuple[int, int, int], person: int, first: int
) -> Any:
    """Rows of ``party_member`` as COPY takes them, one line a member."""
    from electsys.privacy import blind_index, blind_index_identity

    for key, m in enumerate(members, first):
        yield (
            *(key, *registration, person, m.kode_desa, SEALED, "\\x" + blind_index(m.nik).hex()),
            *("\\x" + blind_index_identity(m.nama, m.tanggal_lahir).hex(), m.nama, m.jenis_kelamin),
            *(m.tempat_lahir, m.tanggal_lahir[:4], m.status_kawin, m.pekerjaan, m.alamat, m.nomor_kta),
        )


def load_others(
    villages: list[str], registrations: list[tuple[int, int, int]], person: int, others: int
) -> None:
    """The members of the other parties, straight into the table."""
    from electsys.db import as_owner
    from modules.sipol.synthetic.members import member

    with as_owner("members of other parties for a benchmark") as session:
        raw: Any = session.connection().connection.driver_connection
        for at, registration in enumerate(registrations):
            numbers = range(at, others, len(registrations))
            rows = (member(n, villages) for n in numbers)
            copy(raw, "party_member", COLUMNS, ready(rows, registration, person, 1 + at * (others + 1)))
        top = 1 + len(registrations) * (others + 1)
        raw.execute(f"select setval('party_member_id_seq', {top})")
        raw.execute("analyze party_member")


def write(
    path: Path, villages: list[str], rows: int, others: int
) -> tuple[dict[str, tuple[str, ...]], set[int]]:
    """Our file; the flags that its rows must bear, by card number, and the numbers that they double."""
    from modules.sipol.synthetic.members import seeded, write_csv

    truth: dict[str, tuple[str, ...]] = {}
    doubled: set[int] = set()

    def told() -> Iterator[Any]:
        for row in seeded(villages, rows, first=others, elsewhere=range(others), seed=rows):
            if row.flags:
                truth[row.member.nomor_kta] = row.flags
            if row.other is not None:
                doubled.add(row.other)
            yield row.member

    write_csv(path, told())
    return truth, doubled


TWICE = (
    "select count(*) from bare a join"
    " (select id, party_id, nik_index from party_member union all"
    " select id, party_id, nik_index from bare) b"
    " on b.nik_index = a.nik_index and (b.party_id, b.id) <> (a.party_id, a.id)"
)


def plain(folder: Path, path: Path, registration: tuple[int, int, int], person: int) -> float:
    """Seconds to COPY the ready rows, and to find by one self-join who stands there twice."""
    import csv

    from modules.sipol.synthetic.members import Member

    with path.open(encoding="utf-8", newline="") as source:
        reader = csv.reader(source)
        next(reader)
        rows = ready((Member(*cells) for cells in reader), registration, person, 1)
        return copy_and_join(folder, "party_member", COLUMNS, rows, (TWICE,))


def bring(path: Path, registration_id: int) -> None:
    """The whole import, as the command does it: stage, check, write, recompute everybody's flags, commit."""
    from electsys.db import db
    from electsys.elections.models import Election
    from electsys.intake import FileFacts, run_cli
    from electsys.ledger import Actor
    from modules.sipol.imports.checks import check_members
    from modules.sipol.imports.specs import STAGING, spec_for
    from modules.sipol.models import PartyRegistration
    from modules.sipol.operations.member_imports import import_members

    actor = Actor.system("bench")
    registration = db.session.get_one(PartyRegistration, registration_id)
    election = db.session.get_one(Election, registration.election_id)
    code = run_cli(
        spec_for(election, ""),
        lambda staging: (
            import_members(
                staging, registration, region="", file=FileFacts(path.name, "0" * 64), actor=actor
            ).received
        ),
        path,
        check=lambda staging: check_members(staging, registration, "", actor=actor),
        errors=path.with_suffix(".kesalahan.csv"),
        table=STAGING,
    )
    if code:
        raise SystemExit(f"the import ended with {code}")


def check(
    registration_id: int, truth: dict[str, tuple[str, ...]], doubled: set[int], others: int
) -> list[bool]:
    """What is flagged is what was seeded, on both sides."""
    from sqlalchemy import text

    from electsys.db import db

    found = {
        card: tuple(flags)
        for card, flags in db.session.execute(
            text("select card_number, flags from party_member where registration_id = :r and flags <> '{}'"),
            {"r": registration_id},
        )
    }
    elsewhere = {
        int(card)
        for card in db.session.scalars(
            text("select card_number from party_member where registration_id <> :r and flags <> '{}'"),
            {"r": registration_id},
        )
    }
    events = db.session.scalar(text("select count(*) from party_member_flag_event")) or 0
    db.session.rollback()
    expected = sum(map(len, truth.values())) + len(doubled)
    missed = sum(found.get(card) != flags for card, flags in truth.items()) + len(doubled - elsewhere)
    invented = len(found.keys() - truth.keys()) + len(elsewhere - doubled)
    emit(NAME, "seeded", expected, "flags")
    return [
        emit(NAME, "missed", missed, "rows", goal=0),
        emit(NAME, "invented", invented, "rows", goal=0),
        emit(NAME, "events_off", abs(events - expected), "rows", goal=0),
    ]


def pages(app: Any) -> list[bool]:
    """Seconds (median) of the pages that a liaison of the party's centre opens."""
    from sqlalchemy import select, text

    from bench.uploads import _cookie
    from electsys.db import as_owner, db
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account
    from electsys.ledger import Actor
    from modules.sipol.models import Party

    party = db.session.scalars(select(Party).where(Party.short_name == "UKUR1")).one()
    role = db.session.scalars(select(Role).where(Role.name == "admin_parpol_pusat")).one()
    account = create_account(
        "pusat.ukur",
        name="Pusat",
        email="pusat@bench.invalid",
        password=None,
        actor=Actor.system("bench"),
        must_change=False,
    )
    db.session.add(
        Grant(account_id=account.id, role_id=role.id, region="", party_id=party.id, given_by="bench")
    )
    cookie = _cookie(app, account, "0" * 64)
    base = f"/partai/pemilu-2024/{party.id}"
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze party_member")  # as the server does by itself in time
    with as_owner("bench: the plain count") as owner:
        count = text("select count(*) from party_member where party_id = :p")
        reference = median(timed(lambda: owner.execute(count, {"p": party.id})) for _each in range(5))
    client = app.test_client(use_cookies=False)

    def opened(path: str) -> float:
        def get() -> None:
            answer = client.get(f"{base}/{path}", headers={"Cookie": cookie})
            if answer.status_code != 200:
                raise RuntimeError(f"{answer.status} {path}")

        get()
        return median(timed(get) for _each in range(7))

    for name, path in SLOW_PAGES.items():
        emit(NAME, name, opened(path), "s", reference=reference)
    return [
        emit(NAME, name, opened(path), "s", reference=reference, goal=PAGE_GOAL)
        for name, path in PAGES.items()
    ]


def recompute_one(registration_id: int) -> None:
    """What every change of one row costs: the flags of everyone whom a double concerns."""
    from sqlalchemy import text

    from electsys.db import db
    from electsys.ledger import Actor
    from modules.sipol.models import PartyMember
    from modules.sipol.operations.flags import reflag_members

    row = db.session.scalars(
        text(
            "select id from party_member where registration_id = :r and 'ganda_eksternal' = any (flags)"
            " limit 1"
        ),
        {"r": registration_id},
    ).one()
    reflag_members([db.session.get_one(PartyMember, row)], cause="bench", actor=Actor.system("bench"))
    db.session.commit()


if __name__ == "__main__":
    sys.exit(main())
