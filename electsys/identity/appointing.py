"""What modules ask before somebody gets a role: a registry, because the ground floor knows no module.

::

    appointing.register("sipol", refuse_members)     # raises Refused where the person may not hold the role
"""

from __future__ import annotations

from collections.abc import Callable

from electsys.identity.access import Scope
from electsys.identity.models import Account, Role

#: Raises :class:`electsys.errors.Refused` where the account's holder may not have the role there.
Check = Callable[[Account, Role, Scope], None]

_CHECKS: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Ask ``check`` before each grant; the same name twice stands once."""
    _CHECKS[name] = check


def ask(account: Account, role: Role, scope: Scope) -> None:
    """Ask everybody."""
    for check in _CHECKS.values():
        check(account, role, scope)
