"""Numbers of persons: sealed in the database, found by blind index, masked on screen.

NIK, NKK, birth date and disability lie in AES-256-GCM envelopes bound to their row
(:mod:`envelopes`), under keys that never enter the database (:mod:`keys`). They are found by keyed
indexes (:mod:`indexes`), shown masked (:mod:`masks`), judged by the rules of domain.md 5.3
(:mod:`rules`), and read in full only by :func:`reveal`, which asks a reason, keeps to a daily budget
and leaves a trail. Logs are scrubbed (:mod:`scrub`).
"""

from __future__ import annotations

from flask import Flask

from electsys.privacy import keys, operations, scrub
from electsys.privacy.envelopes import (
    Sealer,
    SealError,
    reserve_ids,
    seal,
    seal_fields,
    unseal,
    unseal_fields,
)
from electsys.privacy.indexes import (
    blind_index,
    blind_index_birth,
    blind_index_identity,
    blind_index_name,
    identity_indexer,
    indexer,
    normalise_name,
)
from electsys.privacy.masks import mask_name, mask_nik, mask_nkk
from electsys.privacy.operations import register_export, reveal, spend_budget
from electsys.privacy.rules import check_nik, check_nkk
from electsys.privacy.sealed import SealedColumn, declare_sealed

__all__ = [
    "SealError",
    "SealedColumn",
    "Sealer",
    "blind_index",
    "blind_index_birth",
    "blind_index_identity",
    "blind_index_name",
    "check_nik",
    "check_nkk",
    "declare_sealed",
    "identity_indexer",
    "indexer",
    "init_app",
    "mask_name",
    "mask_nik",
    "mask_nkk",
    "normalise_name",
    "register_export",
    "reserve_ids",
    "reveal",
    "seal",
    "seal_fields",
    "spend_budget",
    "unseal",
    "unseal_fields",
]


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys import notices
    from electsys.ledger.wording import VERBS
    from electsys.privacy import cli, jobs, models, views, wording  # noqa: F401  (models and jobs register)

    keys.prepare(app)
    scrub.install(app)
    VERBS.update(wording.VERBS)
    notices.kind(operations.ALARM, title=wording.ALARM_TITLE, text=wording.ALARM_TEXT, level="penting")
    cli.init_app(app)
    views.init_app(app)
