"""The writers of accounts, roles and grants."""

from __future__ import annotations

import re
import secrets

from flask_babel import gettext as _
from flask_security import hash_password
from sqlalchemy import func, select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.catalogue import DEMO_ACCOUNTS, ROLES
from electsys.identity.models import Account, Grant, Role
from electsys.ledger import Actor, record

USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")


def seed_roles(*, actor: Actor) -> int:
    """Install the roles of the catalogue that are missing, and permissions that are new in them."""
    have = {role.name: role for role in db.session.scalars(select(Role))}
    changed = 0
    for seeded in ROLES:
        role = have.get(seeded.name)
        if role is None:
            db.session.add(
                Role(name=seeded.name, label=str(seeded.label), permissions=sorted(seeded.permissions))
            )
            changed += 1
    if changed:
        db.session.flush()
        record("identity:role:seed", "role:*", actor=actor, details={"roles": changed})
    return changed


def create_account(
    username: str, *, name: str, email: str, password: str | None, actor: Actor, must_change: bool = True
) -> Account:
    """Create an account. Without a password it can only be entered by an activation link."""
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise Refused(
            _("Nama pengguna hanya boleh berisi huruf kecil, angka, titik, garis bawah, dan tanda hubung."),
            field="username",
        )
    taken = db.session.scalar(
        select(Account).where((Account.username == username) | (func.lower(Account.email) == email.lower()))
    )
    if taken is not None:
        raise Refused(
            _("Nama pengguna atau alamat e-mail itu sudah dipakai akun lain."),
            field="username" if taken.username == username else "email",
            hint=_("Pilih yang lain, atau buka akun yang sudah ada."),
        )
    account = Account(
        username=username,
        name=name.strip(),
        email=email.strip().lower(),
        password=hash_password(password) if password else None,
        must_change_password=must_change,
        fs_uniquifier=secrets.token_hex(16),
    )
    db.session.add(account)
    db.session.flush()
    record("identity:account:create", f"account:{account.id}", actor=actor)
    return account


def give_grant(
    account: Account,
    role: Role,
    *,
    actor: Actor,
    region: str = "",
    party_id: int | None = None,
    election_id: int | None = None,
) -> Grant:
    """Give a role to an account inside a region, party and election; the same twice is refused."""
    same = db.session.scalar(
        select(Grant).where(
            Grant.account_id == account.id,
            Grant.role_id == role.id,
            Grant.region == region,
            Grant.party_id.is_not_distinct_from(party_id),
            Grant.election_id.is_not_distinct_from(election_id),
            Grant.valid_to.is_(None),
        )
    )
    if same is not None:
        raise Refused(_("Akun ini sudah memegang peran itu di wilayah yang sama."), field="role")
    grant = Grant(
        account_id=account.id,
        role_id=role.id,
        region=region,
        party_id=party_id,
        election_id=election_id,
        given_by=actor.name,
    )
    db.session.add(grant)
    db.session.flush()
    grants.forget(account.id)
    record(
        "identity:grant:give",
        f"account:{account.id}",
        actor=actor,
        region=region,
        election_id=election_id,
        details={"grant": grant.id, "role": role.name},
    )
    return grant


def seed_demo_accounts(*, actor: Actor) -> list[tuple[str, str | None, str, str]]:
    """One account for each role that the demo shows: (user name, password, role, region).

    The password is None for an account that was there already.
    """
    seed_roles(actor=actor)
    roles = {role.name: role for role in db.session.scalars(select(Role))}
    made: list[tuple[str, str | None, str, str]] = []
    for username, role, region in DEMO_ACCOUNTS:
        found = db.session.scalar(select(Account).where(Account.username == username))
        if found is not None:
            made.append((username, None, role, region))
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
        give_grant(account, roles[role], actor=actor, region=region)
        made.append((username, password, role, region))
    return made


#: Short everyday words for the demo's passwords: easy to type, four of them are 24 bits and a lock-out.
WORDS = (
    "air api batu bayu bumi bunga buku cahaya daun desa embun fajar gula gunung hujan ikan jalan jeruk "
    "kabut kapal kayu kebun kelapa kopi kota langit laut madu mangga melati meja nasi padi pagi pantai "
    "pasir perahu pintu pohon pulau ranting roti rumah rumput sawah senja sungai surya taman teh telaga "
    "tikar topi tugu ubi udara ular umbi utara warna wangi"
).split()
