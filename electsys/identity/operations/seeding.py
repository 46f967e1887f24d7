"""The first accounts: of an empty installation, and of the demo."""

from __future__ import annotations

import secrets

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity.catalogue import DEMO_ACCOUNTS
from electsys.identity.models import Account, Role
from electsys.identity.operations.accounts import create_account
from electsys.identity.operations.granting import give_grant
from electsys.identity.operations.roles import seed_roles
from electsys.identity.queries.accounts import nobody_yet
from electsys.identity.queries.regions import region_exists
from electsys.ledger import Actor, record

FIRST = "superadmin_pusdatin"


def create_first_admin(username: str, *, name: str, email: str, password: str | None) -> Account:
    """The admin of an installation without any account: nobody gives it the right, and the trail says so."""
    if not nobody_yet():
        raise Refused(_("Sudah ada akun."), hint=_("Sebutkan akun yang bertindak dengan --as."), status=403)
    actor = Actor.system("akun-pertama")
    seed_roles(actor=actor)
    account = create_account(username, name=name, email=email, password=password, actor=actor)
    role = db.session.scalar(select(Role).where(Role.name == FIRST))
    if role is None:
        raise LookupError(FIRST)
    give_grant(account, role, actor=actor)
    record("identity:account:first", f"account:{account.id}", actor=actor)
    return account


def seed_demo_accounts(*, actor: Actor) -> list[tuple[str, str | None, str, str]]:
    """One account for each role that the demo shows: (user name, password, role, region).

    The password is None for an account that was there already. A polling station that is not loaded has none.
    """
    seed_roles(actor=actor)
    roles = {role.name: role for role in db.session.scalars(select(Role))}
    have = set(db.session.scalars(select(Account.username)))
    made: list[tuple[str, str | None, str, str]] = []
    for username, role, region, party in DEMO_ACCOUNTS:
        if username in have:
            made.append((username, None, role, region))
            continue
        if not region_exists(region):
            continue
        password = "-".join(secrets.choice(WORDS) for _i in range(4))
        account = create_account(
            username,
            name=str(roles[role].label) + (f" {region}" if region else ""),
            email=f"{username}@demo.electsys.invalid",
            password=password,
            actor=actor,
            must_change=False,
        )
        give_grant(account, roles[role], actor=actor, region=region, party_id=party)
        made.append((username, password, role, region))
    return made


#: Short everyday words for the demo's passwords: easy to type, four of them are 24 bits and a lock-out.
WORDS = (
    *("air", "api", "batu", "bayu", "bumi", "bunga", "buku", "cahaya", "daun", "desa", "embun", "fajar"),
    *("gula", "gunung", "hujan", "ikan", "jalan", "jeruk", "kabut", "kapal", "kayu", "kebun", "kelapa"),
    *("kopi", "kota", "langit", "laut", "madu", "mangga", "melati", "meja", "nasi", "padi", "pagi"),
    *("pantai", "pasir", "perahu", "pintu", "pohon", "pulau", "ranting", "roti", "rumah", "rumput"),
    *("sawah", "senja", "sungai", "surya", "taman", "teh", "telaga", "tikar", "topi", "tugu", "ubi"),
    *("udara", "ular", "umbi", "utara", "warna", "wangi"),
)
