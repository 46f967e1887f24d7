"""What has to be written again: the areas that the leaves since the last publication touch."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import text

from electsys.db import db
from modules.sirekap.publication.snapshot import Snapshot
from modules.situng import ContestCount


@dataclass
class Changes:
    """Of one contest: TPS codes with new leaves, by kecamatan; or everything inside ``region``."""

    everything: bool
    region: str = ""
    stations: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def above(self, length: int, count: ContestCount) -> list[str]:
        """The regions of a level to be written: ``length`` of their code, 0 is the nation."""
        touched = {code[:length] for codes in self.stations.values() for code in codes}
        if self.everything:
            touched.update(regions(count, length, self.region) or [self.region[:length]])
        return sorted(touched)

    def touches(self, code: str) -> bool:
        """Whether a village or TPS has to be written."""
        if self.everything and code.startswith(self.region):
            return True
        stations = self.stations.get(code[:6], ())
        return code in stations if len(code) == 13 else any(each.startswith(code) for each in stations)


def regions(count: ContestCount, length: int, inside: str = "") -> list[str]:
    """The codes of a level that the count knows, inside a region."""
    return list(
        db.session.scalars(
            text(
                "select code from region_total where contest_id = :c and area = 'wilayah'"
                " and length(code) = :n and code ^@ :inside order by code"
            ),
            {"c": count.contest_id, "n": length, "inside": inside},
        )
    )


def changes_since(taken: Snapshot, count: ContestCount, known: int | None, region: str = "") -> Changes:
    """The forms of a contest whose leaves came after the first ``known``.

    Where nothing is ``known``: every form that has a leaf, and every area of ``region``.
    """
    prefix = f"C.Hasil:{count.kind}:"
    rows = db.session.scalars(
        text(
            "select distinct e.subject from leaf l join leaf_entry e on e.id = l.entry_id"
            ' where l.election_id = :e and l."index" >= :low and l."index" < :high and e.subject ^@ :prefix'
        ),
        {"e": taken.election.id, "low": known or 0, "high": taken.as_of, "prefix": prefix},
    )
    found = Changes(known is None, region)
    for subject in rows:
        code = subject.removeprefix(prefix)
        found.stations[code[:6]].add(code)
    return found
