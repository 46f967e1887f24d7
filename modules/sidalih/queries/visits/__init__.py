"""Reads of coklit: households, stations and their Pantarlih, progress, and what wants a decision."""

from modules.sidalih.queries.visits.counts import (
    Outcome,
    areas_progress,
    outcomes_of,
    progress,
    visits_by_day,
)
from modules.sidalih.queries.visits.households import House, carried, houses
from modules.sidalih.queries.visits.stations import (
    codes_of,
    stations_given,
    stations_of,
    unassigned,
    visitor_of,
    visitors_at,
)

__all__ = [
    "House",
    "Outcome",
    "areas_progress",
    "carried",
    "codes_of",
    "houses",
    "outcomes_of",
    "progress",
    "stations_given",
    "stations_of",
    "unassigned",
    "visitor_of",
    "visitors_at",
    "visits_by_day",
]
