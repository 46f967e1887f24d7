"""Tickets: what a check has proven goes with the person to the form of a response, sealed, for two hours.

So nobody types a NIK twice, and the response says whether its sender had proved who they are.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from dataclasses import asdict, dataclass

from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.privacy.envelopes import Sealer, SealError
from electsys.responses.checks import Answer

#: The name that ticket envelopes are bound to; no table has it.
TABLE = "response_ticket"
LIFE = dt.timedelta(hours=2)


@dataclass(frozen=True)
class Ticket:
    """What is known of the sender and of the matter."""

    kinds: tuple[str, ...]
    nik: str
    #: The birth date (ISO) or name that proved the NIK.
    proof: str
    by: str
    subject: str | None
    region: str | None
    election_id: int | None
    party_id: int | None
    #: What the answer offered to be named one by one: (value, words).
    choices: tuple[tuple[str, str], ...] = ()


def issue(answer: Answer, *, nik: str, proof: str, by: str) -> str:
    """The ticket for the kinds that an answer offers."""
    ticket = Ticket(
        answer.offers,
        nik,
        proof,
        by,
        answer.subject,
        answer.region,
        answer.election_id,
        answer.party_id,
        answer.choices,
    )
    until = int((dt.datetime.now(dt.UTC) + LIFE).timestamp())
    sealed = Sealer(TABLE).seal("ticket", json.dumps({**asdict(ticket), "until": until}, ensure_ascii=False))
    return base64.urlsafe_b64encode(sealed).decode()


def read(text: str, kind: str) -> Ticket:
    """The ticket again; :class:`Refused` if it is not ours, too old, or for another kind of response."""
    try:
        facts = json.loads(Sealer(TABLE).unseal("ticket", base64.urlsafe_b64decode(text)))
    except (SealError, binascii.Error, ValueError):
        raise _refused() from None
    until = facts.pop("until")
    choices = tuple((value, words) for value, words in facts.get("choices", ()))
    ticket = Ticket(**facts | {"kinds": tuple(facts["kinds"]), "choices": choices})
    if dt.datetime.now(dt.UTC).timestamp() > until or kind not in ticket.kinds:
        raise _refused()
    return ticket


def _refused() -> Refused:
    return Refused(
        _("Hasil pengecekan Anda sudah lebih dari dua jam yang lalu."),
        hint=_("Cek lagi data Anda, lalu mulai dari hasilnya."),
        status=409,
    )
