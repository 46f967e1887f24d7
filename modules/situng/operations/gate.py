"""The gate before a count: no form comes in for a contest that nobody has tried (:mod:`.setup`)."""

from __future__ import annotations

from flask_babel import gettext as _

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.errors import Refused
from modules.situng.queries.setup import is_open, passed


def require_ready(contest_id: int) -> None:
    """Refuse the first form of a contest until its election's present configuration has passed its check."""
    if is_open(contest_id):
        return
    contest = db.session.get_one(Contest, contest_id)
    election = db.session.get_one(Election, contest.election_id)
    if passed(election) is None:
        raise NotReady(election)


class NotReady(Refused):
    """No check of the present configuration of an election has passed."""

    def __init__(self, election: Election):
        super().__init__(
            _("Penghitungan %(election)s belum dapat dibuka: gladi persiapannya belum lulus.",
              election=election.name),
            hint=_("Minta gladi pada halaman Kesiapan hitung; perubahan surat suara, formulir, pemilihan,"
                   " atau pengaturan sesudah gladi membuatnya perlu diulang."),
            status=409,
        )  # fmt: skip
