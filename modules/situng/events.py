"""What Situng tells the modules on its right: forms that count, and forms whose counted values change.

A results *file* of many forms tells nothing form by form: who keeps something by form asks the door
(:func:`modules.situng.accepted_forms`), whose ``version_id`` says whether a form has changed since.
"""

from __future__ import annotations

from dataclasses import dataclass

from electsys.events import Event


@dataclass(frozen=True, kw_only=True)
class FormAccepted(Event):
    """People's entries of a form agreed, it broke no rule, and it counts from now on.

    ``source`` is ``entri`` (two entries from the form) or ``pembetulan`` (a confirmed correction of a form
    that did not count before). ``photos`` are SHA-256 of the photos as they are kept.
    """

    contest_id: int
    election_id: int
    tps_code: str
    version_id: int
    source: str
    vote_kind: str
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FormCorrected(FormAccepted):
    """As :class:`FormAccepted`; another version counted before and stays on record and public."""

    previous_id: int
