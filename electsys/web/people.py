"""Who looks at the page: the signed-in account, if any, and what it may do."""

from __future__ import annotations

from typing import Any

from flask import current_app, has_request_context
from flask_login import current_user

from electsys.identity import access


def signed_in() -> Any:
    """The account of this request, or None for the public."""
    if not has_request_context() or not hasattr(current_app, "login_manager"):
        return None
    return current_user._get_current_object() if current_user.is_authenticated else None


def may(permission: str | None, scope: access.Scope | None = None) -> bool:
    """Whether the one who looks may do this; ``None`` is what everybody may."""
    if permission is None:
        return True
    account = signed_in()
    return account is not None and access.can(account, permission, scope)


def name_of(account: Any) -> str:
    """How the masthead greets: the account's name, else its user name."""
    return str(getattr(account, "name", None) or getattr(account, "username", None) or account.get_id())


#: Set by the room that has an inbox: account id -> number of unread messages.
_unread: list[Any] = []


def count_unread_with(count: Any) -> None:
    """Let the masthead show unread messages; ``count`` takes the account and gives a number."""
    _unread[:] = [count]


def unread_count() -> int:
    """Unread messages of the one who looks; 0 without an inbox."""
    account = signed_in()
    return int(_unread[0](account)) if _unread and account is not None else 0


#: Set by identity: account -> what it is ("Operator KPU Kabupaten/Kota, Tapanuli Tengah"), and the modules
#: that its permissions name.
_described: list[Any] = []


def describe_with(describe: Any) -> None:
    """Let the task list say who its reader is; ``describe`` gives (roles in words, names of modules)."""
    _described[:] = [describe]


def roles_and_modules() -> tuple[list[str], set[str]]:
    """The roles of the one who looks, in words, and the modules in which they have work."""
    account = signed_in()
    return _described[0](account) if _described and account is not None else ([], set())
