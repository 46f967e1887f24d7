"""What Sidalih tells the modules on its right."""

from __future__ import annotations

from dataclasses import dataclass

from electsys.events import Event


@dataclass(frozen=True, kw_only=True)
class ListDetermined(Event):
    """A list was set in plenary: ``stage`` is dps, dpshp or dpt, ``region`` the kab/kota."""

    election_id: int
    region: str
    stage: str
    list_id: int


@dataclass(frozen=True, kw_only=True)
class StationsChanged(Event):
    """Polling stations of a village were put into use or closed: ``added`` more of them, or fewer."""

    election_id: int
    village: str
    added: int


@dataclass(frozen=True, kw_only=True)
class VotersImported(Event):
    """A file of voters was applied; doubles may have come with it."""

    election_id: int
    batch_id: int
    region: str
