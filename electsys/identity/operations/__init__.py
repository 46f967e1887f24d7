"""The only writers of accounts, roles, grants, sessions and people."""

from electsys.identity.operations.accounts import (
    create_account,
    give_grant,
    seed_demo_accounts,
    seed_roles,
)

__all__ = ["create_account", "give_grant", "seed_demo_accounts", "seed_roles"]
