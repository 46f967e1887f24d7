"""Reads of coklit: households, stations and their Pantarlih, progress, and what wants a decision."""

from modules.sidalih.queries.visits.conflicts import (
    Compared,
    compared,
    conflicts_in,
    conflicts_waiting,
    decided_for,
    kept_visit,
    seen_text,
    villages_in_conflict,
)
from modules.sidalih.queries.visits.counts import (
    Outcome,
    areas_progress,
    outcomes_of,
    progress,
    visits_by_day,
)
from modules.sidalih.queries.visits.households import (
    House,
    carried,
    following,
    houses,
    last_paper,
    sources_of,
    visits_of,
)
from modules.sidalih.queries.visits.stations import (
    codes_of,
    stations_given,
    stations_of,
    unassigned,
    visitor_of,
    visitors_at,
)

__all__ = [
    "Compared",
    "House",
    "Outcome",
    "areas_progress",
    "carried",
    "codes_of",
    "compared",
    "conflicts_in",
    "conflicts_waiting",
    "decided_for",
    "following",
    "houses",
    "kept_visit",
    "last_paper",
    "outcomes_of",
    "progress",
    "seen_text",
    "sources_of",
    "stations_given",
    "stations_of",
    "unassigned",
    "villages_in_conflict",
    "visitor_of",
    "visitors_at",
    "visits_by_day",
    "visits_of",
]
