"""Tables of identity."""

from electsys.identity.models.accounts import Account, Grant, Role, WebAuthn
from electsys.identity.models.persons import IdentityConflict, Person, PersonMerge
from electsys.identity.models.sessions import AccountSession, Activation, LoginLock

__all__ = [
    "Account",
    "AccountSession",
    "Activation",
    "Grant",
    "IdentityConflict",
    "LoginLock",
    "Person",
    "PersonMerge",
    "Role",
    "WebAuthn",
]
