"""What happened: the trail of every act, append-only and chained, and the pages that read it.

Each operation writes its :class:`Act` with :func:`record`, in its own transaction. One job seals
what is finished in batches, each with the hash of the one before (:mod:`electsys.ledger.sealing`);
``flask ledger verify`` walks the chain and names what was touched.

The public transparency log is a thing of its own beside this private trail: what the public may read
is left with :func:`log_leaf` in the writer's transaction and becomes a leaf of an RFC 6962 tree
(:mod:`electsys.ledger.log`), published as tlog-tiles with signed checkpoints
(:mod:`electsys.ledger.tiles`).
"""

from __future__ import annotations

from flask import Flask

from electsys.ledger import log_models, models  # noqa: F401  (complete the metadata)
from electsys.ledger.actor import Actor
from electsys.ledger.log import log_leaf
from electsys.ledger.models import Act
from electsys.ledger.operations import record

__all__ = ["Act", "Actor", "init_app", "log_leaf", "record"]


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys.ledger import cli, jobs, log_views, views  # noqa: F401  (jobs declares the sealer)

    cli.init_app(app)
    views.init_app(app)
    log_views.init_app(app)
