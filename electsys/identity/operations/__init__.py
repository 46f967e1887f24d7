"""The only writers of accounts, roles, grants, sessions and people."""

from electsys.identity.operations.accounts import (
    create_account,
    disable_account,
    enable_account,
    reset_factors,
    unlock_account,
    update_profile,
)
from electsys.identity.operations.activation import activate, issue_activation, open_activation
from electsys.identity.operations.granting import end_grant, give_grant
from electsys.identity.operations.roles import change_role, create_role, seed_roles
from electsys.identity.operations.seeding import create_first_admin, seed_demo_accounts
from electsys.identity.operations.sessions import end_sessions

__all__ = [
    "activate",
    "change_role",
    "create_account",
    "create_first_admin",
    "create_role",
    "disable_account",
    "enable_account",
    "end_grant",
    "end_sessions",
    "give_grant",
    "issue_activation",
    "open_activation",
    "reset_factors",
    "seed_demo_accounts",
    "seed_roles",
    "unlock_account",
    "update_profile",
]
