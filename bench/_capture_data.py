"""What the benches of entry share: people, stations, forms without a mistake, photos, and human error."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from typing import Any

import segno

Values = dict[str, int | None]


@dataclass(frozen=True)
class Desk:
    """A contest with its stations, and three people who may enter and settle."""

    count: Any
    codes: list[str]
    people: tuple[Any, Any, Any]


#: North Sumatra, and West Java where more stations are wanted than it has.
SMALL, LARGE, ENOUGH = "12", "32", 40_000


def prepare(stations: int, *, only: tuple[str, ...] = (), alone: bool = False) -> Desk:
    """The election with its polling stations, the running count opened, and three accounts.

    The stations are those of one province; ``alone`` leaves the others out, ``only`` names the regions that
    are loaded: the others only make a count larger.
    """
    from sqlalchemy import text

    from electsys.db import as_owner, db
    from electsys.elections.seed import seed_election
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account, seed_roles
    from electsys.ledger import Actor
    from electsys.regions import loading
    from modules.situng.demo import tps_codes
    from modules.situng.operations.totals import open_count
    from modules.situng.queries.contests import contest_by_code, contest_count

    actor = Actor.system("bench")
    loading.load_map(actor=actor)
    seed_election(actor=actor)
    province = SMALL if stations <= ENOUGH else LARGE
    loading.load_tps("pemilu-2024", actor=actor, only=(province,) if alone else only)
    seed_roles(actor=actor)
    people = []
    for name, role in (("satu", "operator_kpu_ri"), ("dua", "operator_kpu_ri"), ("tiga", "anggota_kpu_ri")):
        account = create_account(
            name, name=name, email=f"{name}@test.invalid", password=None, actor=actor, must_change=False
        )
        role_id = db.session.query(Role).filter_by(name=role).one().id
        db.session.add(Grant(account_id=account.id, role_id=role_id, region="", given_by="bench"))
        people.append(Actor(account.id, name))
    contest = contest_by_code("pemilu-2024", "ppwp")
    if contest is None:
        raise RuntimeError("no contest")
    open_count(contest, actor=actor)
    db.session.commit()
    with as_owner("statistics after loading the bench") as session:
        session.execute(text("analyze region, dapil, dapil_village, tps"))
    count = contest_count(contest.id)
    codes = [code for code, _n in zip(tps_codes(count.election_id, province), range(stations), strict=False)]
    return Desk(count, codes, tuple(people))  # type: ignore[arg-type]


def qr_photo(desk: Desk, code: str, page: int = 1) -> io.BytesIO:
    """A picture with nothing but the QR of a form's page on it."""
    from modules.situng.layouts import FormKey, qr_text

    words = qr_text(FormKey(desk.count.election_id, desk.count.kind, code, page, 3, "ABC"))
    out = io.BytesIO()
    segno.make(words, error="m", micro=False).save(out, kind="png", scale=5, border=4)
    out.seek(0)
    return out


def slip(value: int | None, rng: random.Random) -> int | None:
    """A number as somebody types it wrongly: another digit, two swapped, one left out, one too many."""
    if value is None:
        return rng.randint(0, 9)
    digits = list(str(value))
    at = rng.randrange(len(digits))
    kind = rng.choice(("digit", "digit", "swap", "drop", "double"))
    if kind == "swap" and len(digits) > 1:
        at = min(at, len(digits) - 2)
        digits[at], digits[at + 1] = digits[at + 1], digits[at]
    elif kind == "drop" and len(digits) > 1:
        del digits[at]
    elif kind == "double":
        digits.insert(at, digits[at])
    else:
        digits[at] = rng.choice([d for d in "0123456789" if d != digits[at]])
    return min(999_999, int("".join(digits)))


def typed(truth: Values, rng: random.Random, share: float) -> Values:
    """A form as somebody types it: each number wrong with this probability."""
    return {name: slip(value, rng) if rng.random() < share else value for name, value in truth.items()}
