"""The ballots of a contest while it is published: each region on the ballot that it votes with."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text

from electsys.db import db
from modules.situng import AreaPage, ContestCount, counts_by_dapil, region_page

#: Ballots that are kept at a time: regions come in the order of their codes, so few are needed twice.
KEPT = 64


class Ballots:
    """A contest as it counts in any region: line by line inside a dapil, by party where several meet."""

    def __init__(self, common: ContestCount):
        self.common = common
        self._kept: dict[int, ContestCount] = {}

    def of(self, dapil_id: int | None) -> ContestCount:
        """The contest on the ballot of a dapil; as it counts over several where there is none."""
        if dapil_id is None or not self.common.by_dapil:
            return self.common
        if dapil_id not in self._kept:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            found = counts_by_dapil(self.common.contest_id, [dapil_id])
            self._kept[dapil_id] = found.get(dapil_id, self.common)
        return self._kept[dapil_id]

    def at(self, code: str) -> ContestCount:
        """The contest on the ballot of a region."""
        if not self.common.by_dapil:
            return self.common
        statement = (
            "select dapil_id from region_total where contest_id = :c and area = 'wilayah' and code = :code"
        )
        return self.of(db.session.scalar(text(statement), {"c": self.common.contest_id, "code": code}))

    def page(self, code: str) -> AreaPage | None:
        """The count of a region on its ballot, with the parts where the contest is held."""
        page = region_page(self.at(code), code)
        return page if page is None or not self.common.by_dapil else held(page)


def held(page: AreaPage) -> AreaPage:
    """A page with those of its parts alone where the contest is held: no other has a page of its own."""
    return replace(page, parts=tuple(part for part in page.parts if part.expected))
