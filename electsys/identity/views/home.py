"""What identity adds to the task list: who its reader is, and what an admin of accounts has to do."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from electsys.identity import grants
from electsys.identity.models import Account
from electsys.identity.queries import accounts as queries
from electsys.identity.queries.regions import region_names
from electsys.identity.views import MANAGE
from electsys.web.formats import title_region
from electsys.web.tasks import Task


def describe(account: Account) -> tuple[list[str], set[str]]:
    """Roles with their regions in words, and the modules that their permissions name."""
    held = grants.in_force(account.id)
    rows = queries.roles_now(account.id)
    names = region_names(region for _label, region, _party in rows)
    words = []
    for label, region, party in rows:
        parts = [str(label), title_region(names.get(region, region)) if region else ""]
        words.append(", ".join(p for p in (*parts, _("partai %(n)s", n=party) if party else "") if p))
    return words, {permission.split(":")[0] for grant in held for permission in grant.permissions}


def not_activated(account: Account) -> list[Task]:
    """Accounts whose holders have not made a password yet."""
    count = queries.how_many(queries.not_activated(grants.scopes(account, MANAGE)))
    if not count:
        return []
    link = url_for("identity.sheets")
    text = _("Akun belum diaktifkan pemegangnya: serahkan lembar aktivasinya")
    return [Task(text, link, count=count, order=40)]


def second_factor(account: Account) -> list[Task]:
    """Who may make accounts should not depend on a password alone."""
    if account.tf_primary_method or account.webauthn:
        return []
    link = url_for("identity.own", _anchor="cara-masuk")
    return [Task(_("Lindungi akun Anda dengan autentikator atau kunci sandi"), link, order=60)]
