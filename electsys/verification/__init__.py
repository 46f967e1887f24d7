"""Verification: the desk where people judge items one after another, and samples of people to be visited.

Sipol judges boards, offices, documents and members of parties by it, Silon the documents of candidates and
the supporters of independents (UU 7/2017 art. 174-180, 183, 249). A module registers its queue and says what
is shown; who decides what, twice or never, is settled here.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.verification import models  # noqa: F401  (completes the metadata)


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys.ledger.wording import name_subject

    name_subject("verification_item", _l("butir verifikasi"))
    name_subject("verification_sample", _l("sampel verifikasi faktual"))
