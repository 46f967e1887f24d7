"""Sidalih: the voter list, from the civil registry's file to the list that is called in the polling station.

DP4 -> A-Daftar Pemilih -> coklit -> DPHP -> DPS -> DPSHP -> DPT -> DPTb, DPK, and the quarterly update (PDPB)
(UU 7/2017 art. 202-220; PKPU 7/2022; PKPU 1/2025). A voter is registered once, at the address of the KTP-el;
a frozen list never changes; nobody disappears: every change is an event with who, why and proof.
"""

from __future__ import annotations

from flask import Flask

from modules.sidalih.events import ListDetermined, StationsChanged, VotersImported
from modules.sidalih.queries.lists import (
    STATION_VOTERS,
    determined_stations,
    determined_voters,
    expected_voters,
)
from modules.sidalih.queries.moves import moved_in
from modules.sidalih.queries.voters import registered

__all__ = [
    "STATION_VOTERS",
    "ListDetermined",
    "StationsChanged",
    "VotersImported",
    "determined_stations",
    "determined_voters",
    "expected_voters",
    "init_app",
    "moved_in",
    "registered",
]


def init_app(app: Flask) -> None:
    """Join the module to the app."""
    from modules.sidalih import joining

    joining.join(app)
