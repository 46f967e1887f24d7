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

    def __bool__(self) -> bool:
        return self.everything or bool(self.stations)

    def above(self, length: int, count: ContestCount) -> list[str]:
        """The regions of a level to be written: ``length`` of their code, 0 is the nation."""
        touched = {code[:length] for codes in self.stations.values() for code in codes}
        if self.everything:
            touched.update(regions(count, length, self.region) or [self.region[:length]])
        return sorted(touched)

    def dapil(self, count: ContestCount) -> list[str]:
        """The dapil of the contest's own chamber to be written; none of a contest without dapil."""
        villages = sorted({code[:10] for codes in self.stations.values() for code in codes})
        return list(
            db.session.scalars(
                text(
                    "select distinct d.code from dapil d join dapil_village m on m.dapil_id = d.id"
                    " where d.map_id = :map and d.chamber = :kind and (m.village_code = any(:villages)"
                    " or :everything and m.village_code ^@ left(:region, 10)) order by 1"
                ),
                {
                    "map": count.map_id,
                    "kind": count.kind,
                    "villages": villages,
                    "everything": self.everything,
                    "region": self.region,
                },
            )
        )

    def touches(self, code: str) -> bool:
        """Whether a village or TPS has to be written."""
        if self.everything and code.startswith(self.region):
            return True
        stations = self.stations.get(code[:6], ())
        return code in stations if len(code) == 13 else any(each.startswith(code) for each in stations)


def regions(count: ContestCount, length: int, inside: str = "") -> list[str]:
    """The codes of a level that the count knows, inside a region; of a contest by dapil where it is held."""
    return list(
        db.session.scalars(
            text(
                "select code from region_total where contest_id = :c and area = 'wilayah'"
                " and length(code) = :n and code ^@ :inside and (expected > 0 or :anywhere) order by code"
            ),
            {"c": count.contest_id, "n": length, "inside": inside, "anywhere": not count.by_dapil},
        )
    )


def changes_since(taken: Snapshot, count: ContestCount, known: int | None, region: str = "") -> Changes:
    """The forms of a contest whose leaves, or those of their photos, came after the first ``known``.

    Where nothing is ``known``: every form that has a leaf, and every area of ``region``.
    """
    found = Changes(known is None, region)
    for prefix in (f"C.Hasil:{count.kind}:", f"photo:{count.kind}:"):
        for subject in subjects_since(taken, prefix + count.region, known):
            code = subject.removeprefix(prefix)
            found.stations[code[:6]].add(code)
    return found


def subjects_since(taken: Snapshot, prefix: str, known: int | None) -> list[str]:
    """What the leaves after the first ``known`` tell of, where it begins so."""
    return list(
        db.session.scalars(
            text(
                "select distinct e.subject from leaf l join leaf_entry e on e.id = l.entry_id"
                ' where l.election_id = :e and l."index" >= :low and l."index" < :high'
                " and e.subject ^@ :prefix order by 1"
            ),
            {"e": taken.election.id, "low": known or 0, "high": taken.as_of, "prefix": prefix},
        )
    )
