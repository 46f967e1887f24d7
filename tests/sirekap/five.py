"""An election of all five contests from C.Hasil to seats, published once: a database of its own."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.sirekap.ladder import KINDS, NAMES, World, build
from tests.sirekap.published import counted_app  # noqa: F401  (a fixture)

#: The election that tests/sirekap/ladder.py builds.
ELECTION = "uji-rekap"
SEATS = {"dpr": 5, "dprd_prov": 7, "dprd_kabko": 9}


def _accounts() -> Callable[..., Any]:
    """What the fixture ``make_account`` does, for a session that commits."""
    from electsys.db import db
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account
    from electsys.ledger import Actor

    actor, numbers = Actor.system("uji"), itertools.count(1)

    def make(role: str, region: str = "") -> Any:
        name = f"lima.{next(numbers)}"
        account = create_account(
            name, name="Akun Uji", email=f"{name}@test.invalid", password=None, actor=actor, must_change=False
        )
        found = db.session.query(Role).filter_by(name=role).one()
        db.session.add(Grant(account_id=account.id, role_id=found.id, region=region, given_by=actor.name))
        db.session.flush()
        return account

    return make


def bring(world: World, kind: str, forms: dict[str, Any], people: Any, folder: Path) -> None:
    """A file of these forms (TPS -> cells and votes), brought by one person and confirmed by another."""
    from electsys.db import db
    from modules.situng.imports import stage_results
    from modules.situng.operations.batches import FileFacts, confirm_and_apply, load_batch, open_batch
    from modules.situng.queries.contests import contest_count

    contest = world.contests[kind]
    rows = []
    for code, (cells, votes) in forms.items():
        own = contest_count(contest.id, code)
        row = dict(zip([*NAMES, *own.columns], [*cells, *votes], strict=True))
        if kind == "dprd_prov":  # whose forms bear the sums of the parties as well
            row |= {f"suara_{group.line.number}_jumlah": group.of(votes) for group in own.groups}
        rows.append({"kode_tps": code} | row)
    path = folder / f"{kind}.csv"
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    count = contest_count(contest.id)
    staging = stage_results(count, path, region="")
    assert staging.error_count == 0, staging.first_errors()
    batch = open_batch(contest, file=FileFacts(path.name, "0" * 64), region="", actor=people[0])
    load_batch(batch, actor=people[0])
    confirm_and_apply(batch, actor=people[1])
    db.session.commit()


def tie(world: World) -> None:
    """Give the first two persons of the DPD equal votes in every TPS: only a plenary can tell them apart.

    The two names of the first party's list for the DPRD of the province have equal votes in the dapil, but
    the second none in one TPS: the spread tells them apart. No sum of a form changes.
    """
    for (kind, _code), (_cells, votes) in world.forms.items():
        if kind == "dpd":
            each = sum(votes) // 3
            votes[:] = [each, each, sum(votes) - 2 * each]
        elif kind == "dprd_prov":
            half = (votes[1] + votes[2]) // 2
            votes[:3] = [sum(votes[:3]) - 2 * half, half, half]
    forms = [votes for (kind, _code), (_cells, votes) in world.forms.items() if kind == "dprd_prov"]
    less, *_others, more = sorted(forms, key=lambda votes: votes[1])
    moved = less[2]
    less[1], less[2] = less[1] + moved, 0
    more[1], more[2] = more[1] - moved, more[2] + moved


@pytest.fixture(scope="module")
def five(counted_app: Any, tmp_path_factory: Any) -> Any:  # noqa: F811
    """The election: forms counted, every D.Hasil locked, all five determined; nothing published yet."""
    from electsys.db import db
    from electsys.ledger import Actor
    from modules.sirekap.operations.determinations import (
        compute_result,
        determine_result,
        settle_tie,
        submit_result,
    )
    from modules.situng.operations.totals import open_count
    from tests.sirekap.test_determinations import decided, give, lowered, open_stages

    folder = tmp_path_factory.mktemp("lima")
    make = _accounts()
    world = build(db.session, make, accept=lambda *_: False)
    tie(world)
    open_stages(db.session, world.election)
    first, second = make("operator_kpu_ri"), make("anggota_kpu_ri")
    people = Actor(first.id, first.username), Actor(second.id, second.username)
    for kind in KINDS:
        open_count(world.contests[kind], actor=Actor.system("uji"))
        db.session.commit()
        forms = {code: form for (each, code), form in world.forms.items() if each == kind}
        if kind == "dpr":  # one form arrives with a wrong sum first: it is flagged, then put right
            code, (cells, votes) = next(iter(forms.items()))
            wrong = [*cells[:-3], cells[-3] + 1, *cells[-2:]]
            bring(world, kind, {code: (wrong, votes)}, people, folder)
        bring(world, kind, forms, people, folder)
    for kind in KINDS:
        for tier in ("kecamatan", "ppln", "kabko", "provinsi", "nasional"):
            for recap in world.units(kind, tier):
                world.finish(recap)
        db.session.commit()
    for kind, area in (("dpr", ""), ("dprd_prov", "12"), ("dprd_kabko", "1201"), ("dprd_kabko", "1202")):
        role = {"": "ri", "12": "prov"}.get(area, "kabko")
        give(db.session, world.contests[kind], SEATS[kind])
        pair = make(f"operator_kpu_{role}", area), make(f"anggota_kpu_{role}", area)
        decided(world, kind, [Actor(each.id, each.username) for each in pair], area)
        db.session.commit()
    lowered(db.session, world.election, "jumlah_nama_terpilih_dpd", "2")
    decided(world, "ppwp", people)
    row = compute_result(world.contests["dpd"], "", actor=people[0])
    submit_result(row, actor=people[0])
    (open_tie,) = row.ties
    order = [key for key, _name in open_tie.tied][::-1]
    settle_tie(row, open_tie.place, order, reason="Undian terbuka di pleno", actor=people[1])
    determine_result(row, signer="Ketua Uji", actor=people[1])
    db.session.commit()
    return SimpleNamespace(world=world, people=people, folder=folder, code=code)


def publish(to: Path, **options: Any) -> Any:
    """Publish it; only the areas that forms touch, so that the tests stay quick."""
    from modules.sirekap.publication.publishing import publish_election

    return publish_election(ELECTION, str(to), **{"region": "120101"} | options)


@pytest.fixture(scope="module")
def published_five(five: Any, tmp_path_factory: Any) -> Path:
    """The folder of the first publication; copy it before changing anything."""
    folder: Path = tmp_path_factory.mktemp("terbitan-lima")
    publish(folder)
    return folder
