"""Who may do what: the access rule of a route, and the one function that decides.

A route says what it needs::

    @bp.get("/batch/<int:batch_id>")
    @requires("situng:batch:read", load=load_batch)
    def show_batch(batch: ResultBatch) -> str: ...

``load`` takes the view arguments, fetches the object (404 if there is none) and returns it with its
:class:`Scope`. The rule asks :func:`can` inside that scope and hands the object to the view in
place of the URL's arguments. A route that anyone may read says ``@public``. Nothing else opens a
door: the app refuses to start with a bare route (:func:`refuse_bare_routes`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, current_app
from flask_login import current_user


@dataclass(frozen=True)
class Scope:
    """Where an object lies: region code (a prefix is an ancestor), party id, election id.

    ``None`` means that the object is not bound to that dimension.
    """

    region: str | None = None
    party: int | None = None
    election: int | None = None


@dataclass(frozen=True)
class AccessRule:
    """The rule of one route. ``permission`` is None for a public route."""

    permission: str | None
    load: Callable[..., tuple[Any, Scope]] | None = None


#: In place of a permission: every account that is logged in, for its own pages (inbox, own jobs, password).
SIGNED_IN = "*"

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Anyone may read this route, logged in or not."""
    view.access_rule = AccessRule(None)  # type: ignore[attr-defined]
    return view


def requires(permission: str, load: Callable[..., tuple[Any, Scope]] | None = None) -> Callable[[View], View]:
    """The caller needs ``permission``, inside the scope of the object that ``load`` fetches.

    Without ``load`` the permission suffices in any scope that the account holds; the view then
    narrows its query with :func:`electsys.identity.grants.scopes`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if load is None:
                if not can(current_user, permission):
                    abort(403)
                return view(**arguments)
            loaded, scope = load(**arguments)
            if not can(current_user, permission, scope):
                abort(403)
            return view(loaded)

        guarded.access_rule = AccessRule(permission, load)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def can(account: Any, permission: str, scope: Scope | None = None) -> bool:
    """Whether one of the account's grants in force gives ``permission`` in ``scope``."""
    if permission == SIGNED_IN:
        return bool(getattr(account, "is_authenticated", False))
    from electsys.identity.grants import can as decide

    return decide(account, permission, scope)


#: Endpoints that other packages bring, each with its rule: the one explicit list.
PACKAGE_ROUTES: dict[str, AccessRule] = {
    "openapi.spec": AccessRule(None),
    "security.static": AccessRule(None),
    "security.login": AccessRule(None),
    "security.logout": AccessRule(None),
    "security.verify": AccessRule(None),
}


def rule_of(app: Flask, endpoint: str) -> AccessRule | None:
    """The access rule of an endpoint, or None if it has none."""
    view = app.view_functions[endpoint]
    return getattr(view, "access_rule", None) or PACKAGE_ROUTES.get(endpoint)


def refuse_bare_routes(app: Flask) -> None:
    """Stop the start of the app if a route has no access rule."""
    bare = sorted(rule.endpoint for rule in app.url_map.iter_rules() if rule_of(app, rule.endpoint) is None)
    if bare:
        raise RuntimeError(f"Routes without an access rule: {', '.join(bare)}")
