"""The sealer: one beat of the house, by one worker at a time."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.ledger.log import integrate
from electsys.ledger.sealing import seal_acts


@jobs.every(60, "ledger.seal", label=_l("Menyegel jejak kegiatan"))
def seal() -> None:
    """Seal what is finished."""
    seal_acts()


@jobs.every(2, "ledger.integrate", label=_l("Memasukkan catatan ke log publik"))
def integrate_log() -> None:
    """Give committed entries their place in the public log, and sign it."""
    integrate()
