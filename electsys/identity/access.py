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

from flask import Flask, abort, current_app, g
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
    #: Of a :data:`DEVICE` route: the only kind of device that may knock; None lets every kind.
    device_kind: str | None = None


#: In place of a permission: every account that is logged in, for its own pages (inbox, own jobs, password).
SIGNED_IN = "*"

#: In place of a permission: an activated phone with its token (electsys.devices.requires_device).
DEVICE = "@device"

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Anyone may read this route, logged in or not."""
    view.access_rule = AccessRule(None)  # type: ignore[attr-defined]
    return view


def requires(permission: str, load: Callable[..., tuple[Any, Scope]] | None = None) -> Callable[[View], View]:
    """The caller needs ``permission``, inside the scope of the object that ``load`` fetches.

    Without ``load`` the permission suffices in any scope that the account holds; the view then
    narrows its query with :func:`electsys.identity.grants.scopes`. Who is not logged in is sent to the
    log-in and back (401 for programs); who may not gets 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if load is None:
                _enter(permission, None)
                return view(**arguments)
            loaded, scope = load(**arguments)
            _enter(permission, scope)
            return view(loaded)

        guarded.access_rule = AccessRule(permission, load)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def _enter(permission: str, scope: Scope | None) -> None:
    """Refuse with 403, or note the grant that opens the route: acts of this request name it."""
    if permission == SIGNED_IN:
        return
    from electsys.identity.grants import deciding

    grant = deciding(current_user, permission, scope)
    if grant is None:
        abort(403)
    g.acting_grant = grant


def can(account: Any, permission: str, scope: Scope | None = None) -> bool:
    """Whether one of the account's grants in force gives ``permission`` in ``scope``."""
    if permission == SIGNED_IN:
        return bool(getattr(account, "is_authenticated", False))
    from electsys.identity.grants import can as decide

    return decide(account, permission, scope)


#: Endpoints that other packages bring, each with its rule: the one explicit list. Flask-Security guards
#: its own pages of an account (they ask for a session, and for the password once more where it matters).
PACKAGE_ROUTES: dict[str, AccessRule] = {
    "openapi.spec": AccessRule(None),
    "security.static": AccessRule(None),
    **{
        f"security.{endpoint}": AccessRule(None)
        for endpoint in (
            *("login", "logout", "forgot_password", "reset_password", "tf_select", "mf_recovery"),
            *("two_factor_token_validation", "wan_signin", "wan_signin_response"),
        )
    },
    **{
        f"security.{endpoint}": AccessRule(SIGNED_IN)
        for endpoint in (
            *("verify", "change_password", "two_factor_setup", "two_factor_setup_validate"),
            *("mf_recovery_codes", "wan_register", "wan_register_response", "wan_delete"),
            *("wan_verify", "wan_verify_response"),
        )
    },
}

#: Endpoints that other packages bring and we do not want: they answer 404.
CLOSED_ROUTES = ("security.two_factor_rescue",)


@public
def _closed(**_arguments: Any) -> Any:
    abort(404)


def close_routes(app: Flask) -> None:
    """Shut the doors of :data:`CLOSED_ROUTES`."""
    for endpoint in CLOSED_ROUTES:
        app.view_functions[endpoint] = _closed


def rule_of(app: Flask, endpoint: str) -> AccessRule | None:
    """The access rule of an endpoint, or None if it has none."""
    view = app.view_functions[endpoint]
    return getattr(view, "access_rule", None) or PACKAGE_ROUTES.get(endpoint)


def refuse_bare_routes(app: Flask) -> None:
    """Stop the start of the app if a route has no access rule."""
    bare = sorted(rule.endpoint for rule in app.url_map.iter_rules() if rule_of(app, rule.endpoint) is None)
    if bare:
        raise RuntimeError(f"Routes without an access rule: {', '.join(bare)}")
