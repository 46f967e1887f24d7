"""Look-ups of voters by officials: what leads nowhere is bounded, and control rows ring.

A hit has its own bounds: it shows a masked number, or becomes an application in the trail that takes a row of
the day's budget. A miss costs its asker nothing, and many misses in a row are somebody who tries numbers one
after the other. So the doors share one bucket of misses an account; when it is empty they rest, and whoever
watches over personal data is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.notices import Holders, notify
from electsys.privacy import blind_index
from electsys.privacy.indexes import fingerprint
from electsys.privacy.operations import REGISTER
from electsys.responses import rates
from electsys.responses.guard import in_words
from electsys.responses.settings import Allowance
from modules.sidalih.models import Voter
from modules.sidalih.operations import canaries
from modules.sidalih.permissions import READ
from modules.sidalih.queries import voters as queries

#: The notice that an account tries numbers.
ALARM = "sidalih.guess"
#: One notice of an account in this many seconds.
QUIET = 600


@dataclass(frozen=True)
class Misses:
    """How many look-ups of one account may lead nowhere: ``setting`` of them in ``seconds``."""

    bucket: str
    setting: str
    seconds: int
    #: Whether every refusal of a number counts, which tells that it exists; else only one that is unknown.
    every: bool = True

    @property
    def room(self) -> Allowance:
        """The token bucket: the whole number at once, and as many again in the course of the time."""
        most = float(current_app.config[self.setting])
        return Allowance(most, most / self.seconds)


#: Numbers typed one by one: at the counter of those who move, and in the search.
TYPED = Misses("sidalih/nik", "LOOKUP_MISSES", 600)
#: Lists of people who live in a special place, of whom many are on no list.
LISTED = Misses("sidalih/daftar", "LIST_MISSES", 86_400, every=False)


class Unknown(Refused):
    """The number stands nowhere."""


class Paused(Refused):
    """The account's look-ups rest; ``wait`` seconds from now there is room again."""

    def __init__(self, wait: int):
        super().__init__(
            _("Terlalu banyak NIK yang tidak ditemukan dari akun Anda."),
            hint=_(
                "Pencarian NIK dijeda; coba lagi %(when)s dengan 16 angka dari KTP-el."
                " Pengawas data pribadi sudah diberi tahu.",
                when=in_words(wait),
            ),
            field="nik",
            status=429,
        )
        self.wait = wait


@contextmanager
def bounded(limit: Misses, *, actor: Actor) -> Iterator[None]:
    """Let an account look a number up; :class:`Paused` where too many led nowhere. A refusal is a miss.

    A job of the system has no bounds: it types nothing.
    """
    if actor.account_id is None:
        yield
        return
    _demand_room(limit, actor)
    try:
        yield
    except Refused as refusal:
        if limit.every or isinstance(refusal, Unknown):
            count_miss(limit, actor=actor)
        raise


def count_miss(limit: Misses, *, actor: Actor) -> None:
    """One look-up led nowhere. It stays counted whatever becomes of the caller's transaction.

    Where others of the same account emptied the bucket meanwhile, the answer is not told either.
    """
    if actor.account_id is None:
        return
    room = limit.room
    if wait := rates.wait(limit.bucket, _key(actor), rate=room.rate, burst=room.burst):
        _pause(limit, actor, wait)


def _demand_room(limit: Misses, actor: Actor) -> None:
    room = limit.room
    if wait := rates.full(limit.bucket, _key(actor), rate=room.rate, burst=room.burst):
        _pause(limit, actor, wait)


def _key(actor: Actor) -> bytes:
    return fingerprint(f"account {actor.account_id}")


def _pause(limit: Misses, actor: Actor, wait: int) -> None:
    """Tell once in a while, in a transaction that the refusal does not roll back; then refuse."""
    if rates.take("sidalih/alarm", _key(actor), rate=1 / QUIET, burst=1):
        with current_app.app_context():
            details = {"limit": int(limit.room.burst), "seconds": limit.seconds}
            subject = f"account:{actor.account_id}"
            record("sidalih:voter:guess", subject, actor=actor, details=details)
            values = {"account": actor.name, **details}
            notify(Holders(REGISTER), ALARM, values, "/admin/privasi/penyerahan", actor=actor)
            db.session.commit()
    raise Paused(wait)


# --- the searches ---------------------------------------------------------------------------------


def search_nik(nik: str, election_id: int, account: Any, *, actor: Actor) -> list[queries.Found]:
    """Where a whole NIK stands in an election. :class:`Paused` after too many that stand nowhere."""
    if actor.account_id is not None:
        _demand_room(TYPED, actor)
    found = queries.find_by_nik(nik, election_id, account, READ)
    if not found:
        canaries.touched(blind_index(nik), "cari", actor=actor)
        count_miss(TYPED, actor=actor)
    return found


def search_name(election: Election, code: str, words: str, *, actor: Actor) -> Sequence[Voter]:
    """Rows of an area whose name holds these words."""
    found = queries.named(election.id, code, words)
    if len(found) < queries.MOST and " " in words.strip():
        villages = queries.villages_in(election, code)
        canaries.touched_name(words, villages, "cari", known=[v.name for v in found], actor=actor)
    return found
