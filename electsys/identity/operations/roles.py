"""The writers of roles."""

from __future__ import annotations

import re
from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import grants, permissions
from electsys.identity.access import Scope
from electsys.identity.catalogue import ROLES
from electsys.identity.models import Account, Role
from electsys.identity.queries.roles import holders
from electsys.identity.rules import changed_permissions
from electsys.ledger import Actor, record

MANAGE = "identity:role:manage"


def seed_roles(*, actor: Actor) -> int:
    """Install the roles of the catalogue that are missing. What admins have edited stays as it is."""
    have = set(db.session.scalars(select(Role.name)))
    missing = [role for role in ROLES if role.name not in have]
    for role in missing:
        db.session.add(
            Role(
                name=role.name,
                label=str(role.label),
                permissions=sorted(role.permissions),
                region_digits=list(role.region_digits) if role.region_digits is not None else None,
                needs_party=role.needs_party,
            )
        )
    if missing:
        db.session.flush()
        record("identity:role:seed", "role:*", actor=actor, details={"roles": len(missing)})
    return len(missing)


def create_role(
    name: str,
    label: str,
    *,
    actor: Actor,
    needs_party: bool = False,
    region_digits: Collection[int] | None = None,
) -> Role:
    """A new, empty role; its permissions are then edited like those of any other.

    ``region_digits`` are the lengths that the region code of its grants may have; None allows any.
    """
    grants.demand(actor, MANAGE, Scope())
    name = name.strip().lower()
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", name):
        raise Refused(
            _("Nama peran terdiri atas 3 sampai 40 huruf kecil, angka, dan garis bawah."), field="name"
        )
    if not label.strip():
        raise Refused(_("Isi sebutan peran."), field="label")
    if db.session.scalar(select(Role.id).where(Role.name == name)) is not None:
        raise Refused(_("Nama peran itu sudah ada."), field="name")
    digits = sorted(region_digits) if region_digits is not None else None
    role = Role(name=name, label=label.strip(), permissions=[], needs_party=needs_party, region_digits=digits)
    db.session.add(role)
    db.session.flush()
    record("identity:role:create", f"role:{role.id}", actor=actor, details={"role": name})
    return role


def change_role(role: Role, wanted: Collection[str], *, seen: Collection[str], actor: Actor) -> None:
    """Give a role another set of permissions; all who hold it have them from their next request on.

    ``seen`` is the set that the editor saw: if it has changed since, nothing is written. Nobody widens
    a role that one holds oneself.
    """
    grants.demand(actor, MANAGE, Scope())
    db.session.refresh(role, with_for_update=True)
    if set(seen) != set(role.permissions):
        raise Refused(
            _("Isi peran ini baru saja diubah orang lain."),
            hint=_("Muat ulang halamannya dan periksa lagi perubahannya."),
            status=409,
        )
    added, removed = changed_permissions(role.permissions, wanted)
    unknown = [p for p in added if p not in permissions.ALL]
    if unknown:
        raise Refused(_("Hak %(name)s tidak dikenal.", name=unknown[0]), field="permissions")
    if not added and not removed:
        raise Refused(_("Tidak ada yang diubah."))
    concerned = holders(role.id)
    if added and actor.account_id in {account.id for account in concerned}:
        raise Refused(
            _("Anda memegang peran ini, jadi tidak dapat menambah isinya sendiri."),
            hint=_("Minta admin lain yang tidak memegang peran ini."),
            status=403,
        )
    giver = db.session.get(Account, actor.account_id) if actor.account_id else None
    beyond = [p for p in added if p.startswith("identity:") and giver and not grants.can(giver, p, Scope())]
    if beyond:
        raise Refused(
            _("Hak mengelola akun hanya dapat dimasukkan oleh yang memegangnya sendiri."), status=403
        )
    role.permissions = sorted(wanted)
    db.session.flush()
    grants.forget()
    record(
        "identity:role:change",
        f"role:{role.id}",
        actor=actor,
        details={"role": role.name, "added": added, "removed": removed, "accounts": len(concerned)},
    )
