"""The check of the set-up, and the gate that it opens: no count begins on a configuration nobody has tried.

In 2024 forms and ballots of whole regions turned out wrong on the night of the count (NA-12). A check lays
out every form, pushes a made-up one of every contest and kind of region to its public page and takes it back.
Two people make it; the first form of a contest is refused until the present configuration has passed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict

from flask_babel import gettext as _

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import Account, grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from modules.situng.models import SetupCheck
from modules.situng.operations.gate import NotReady
from modules.situng.operations.rehearsal import rehearse
from modules.situng.operations.totals import open_count
from modules.situng.queries.readiness import FAILED, Check, check_election
from modules.situng.queries.setup import fingerprint, latest_check, passed
from modules.situng.workflow import CONFIRM, IMPORT, SETUP

#: The named job that finishes a check.
CHECKER = Actor.system("gladi")
Tell = Callable[[int, int, str], None]


def request_check(election: Election, *, actor: Actor) -> SetupCheck:
    """Ask for a check of an election's present configuration; somebody else then runs it."""
    grants.demand(actor, IMPORT, Scope(region="", election=election.id))
    if actor.account_id is None:
        raise Refused(_("Gladi hanya dapat diminta akun petugas."), status=403)
    before = latest_check(election.id)
    if before is not None and before.state in ("diminta", "berjalan"):
        raise Refused(
            _("Gladi pemilu ini sudah diminta: %(state)s.", state=SETUP.state_label(before.state)), status=409
        )
    row = SetupCheck(election_id=election.id, requested_by=actor.account_id, findings=[])
    db.session.add(row)
    db.session.flush()
    record("situng:setup:request", f"setup_check:{row.id}", actor=actor, election_id=election.id)
    return row


def withdraw_check(row: SetupCheck, *, actor: Actor) -> None:
    """Take back a check that nobody has run."""
    SETUP.move(row, "withdraw", actor=actor)


def start_check(row: SetupCheck, *, actor: Actor) -> None:
    """The second person lets it run; :func:`finish_check` does the work, in a job."""
    if actor.account_id == row.requested_by:
        raise Refused(
            _("Gladi ini Anda sendiri yang meminta; orang lain yang menjalankannya."),
            hint=_("Minta rekan yang berwenang mengonfirmasi hasil nasional."),
            status=403,
        )
    SETUP.move(row, "run", actor=actor, values={"run_by": actor.account_id})


def finish_check(row: SetupCheck, *, tell: Tell = lambda *_: None) -> None:
    """Check everything, push the made-up forms, and write what came of it. Runs once."""
    if row.state != "berjalan":
        return
    election = db.session.get_one(Election, row.election_id)
    print_of_it = fingerprint(election)
    tell(0, 1, str(_("Memeriksa pengaturan, surat suara, dan formulir")))
    found = [*check_election(election)]
    found += rehearse(election, actor=_named(row.requested_by), second=_named(row.run_by), tell=tell)
    close_check(row, print_of_it, found)


def close_check(row: SetupCheck, print_of_it: str, found: Sequence[Check]) -> None:
    """Write the outcome of a check."""
    good = not any(check.level == FAILED for check in found)
    SETUP.move(
        row,
        "pass" if good else "fail",
        actor=CHECKER,
        values={
            "fingerprint": print_of_it,
            "findings": [asdict(check) for check in found],
            "finished_at": dt.datetime.now(dt.UTC),
        },
    )


def _named(account_id: int | None) -> Actor:
    account = db.session.get_one(Account, account_id)
    return Actor(account.id, account.username)


def open_counts(election: Election, *, actor: Actor) -> int:
    """Open the count of every contest of an election that can be counted; how many areas they have."""
    grants.demand(actor, CONFIRM, Scope(region="", election=election.id))
    if passed(election) is None:
        raise NotReady(election)
    return sum(open_count(contest, actor=actor) for contest in election.contests)
