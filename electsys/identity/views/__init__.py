"""Pages of identity: accounts, grants, roles, one's own account, activation, conflicts."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from electsys.identity.access import SIGNED_IN

bp = Blueprint("identity", __name__)

READ = "identity:account:read"
MANAGE = "identity:account:manage"
GRANT = "identity:grant:manage"
ROLES = "identity:role:manage"
RESOLVE = "identity:conflict:resolve"


def init_app(app: Flask) -> None:
    """Register pages and menu entries."""
    from electsys.identity.views import accounts, bulk, conflicts, granting, home, own, roles, sheets  # noqa: F401
    from electsys.web import navigation, people, tasks

    app.register_blueprint(bp)
    entries = (
        (_l("Akun"), "identity.account_list", READ, "kelola", 10),
        (_l("Hak"), "identity.grant_list", GRANT, "kelola", 11),
        (_l("Peran"), "identity.role_list", ROLES, "kelola", 12),
        (_l("Benturan identitas"), "identity.conflict_list", RESOLVE, "kelola", 13),
        (_l("Akun saya"), "identity.own", SIGNED_IN, "akun", 5),
    )
    for label, endpoint, permission, group, order in entries:
        navigation.entry(label, endpoint, permission=permission, group=group, order=order)
    tasks.source(RESOLVE, conflicts.waiting)
    tasks.source(MANAGE, home.not_activated)
    tasks.source(MANAGE, home.second_factor)
    people.describe_with(home.describe)
