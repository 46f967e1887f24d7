"""Where the rows come from: a select of the database, or a sequence in memory. Both page the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, inspect, literal, or_, select
from sqlalchemy.orm import Mapper

from electsys.db import db
from electsys.web.tables.columns import Column, Filter

Found = tuple[list[Any], int, bool]


class SelectSource:
    """Rows of a select; ordered by the column chosen and then by the primary key, hence always alike."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement

    def filter(self, chosen: Filter, value: str) -> None:
        """Narrow to what a filter keeps."""
        self.statement = chosen.apply(self.statement, value)

    def search(
        self, text: str, where: Sequence[Any] | Callable[[Any, str], Any], columns: Sequence[Column]
    ) -> None:
        """Narrow to rows where one of the expressions holds the text."""
        if callable(where):
            self.statement = where(self.statement, text)
        else:
            self.statement = self.statement.where(or_(*(e.icontains(text, autoescape=True) for e in where)))

    def sort(self, column: Column | None, descending: bool) -> None:
        """Order by a column; without one the select's own order stands."""
        if column is not None:
            order = column.sort.desc().nulls_last() if descending else column.sort.asc().nulls_last()
            self.statement = self.statement.order_by(None).order_by(order)
        if keys := self._keys():
            self.statement = self.statement.order_by(*keys)

    def page(self, offset: int, size: int, cap: int) -> Found:
        """Rows of a page, their number up to ``cap``, and whether there are more than that."""
        rows = [self._plain(row) for row in db.session.execute(self.statement.offset(offset).limit(size))]
        # The last page tells the number itself.
        last = len(rows) < size and (rows or not offset)
        total = offset + len(rows) if last else self._count(cap)
        return rows, min(total, cap), total > cap

    def _count(self, cap: int) -> int:
        # A join names its tables itself; elsewhere they are known only by the columns that are dropped here.
        joins = bool(self.statement._setup_joins)
        counted = self.statement.order_by(None).with_only_columns(literal(1), maintain_column_froms=not joins)
        bounded = counted.limit(cap + 1).subquery()
        if self._groups():
            bounded = self.statement.order_by(None).limit(cap + 1).subquery()
        return db.session.scalar(select(func.count()).select_from(bounded)) or 0

    def everything(self) -> Iterator[Any]:
        """All rows, streamed by a cursor of the server."""
        for row in db.session.execute(self.statement.execution_options(yield_per=1000)):
            yield self._plain(row)

    def _groups(self) -> bool:
        s = self.statement
        return bool(s._group_by_clauses or s._distinct or s._distinct_on or s._having_criteria)

    def _keys(self) -> list[Any]:
        described = self.statement.column_descriptions
        entity = next((d["entity"] for d in described if d.get("entity") is not None), None)
        if entity is None or self._groups():
            return []
        mapper = inspect(entity)
        if not isinstance(mapper, Mapper):
            return [
                getattr(entity, p.key)
                for p in (mapper.mapper.get_property_by_column(c) for c in mapper.mapper.primary_key)
            ]
        return list(mapper.primary_key)

    @staticmethod
    def _plain(row: Any) -> Any:
        return row[0] if len(row) == 1 else row


class SequenceSource:
    """Rows in memory."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = list(rows)

    def filter(self, chosen: Filter, value: str) -> None:
        """Keep the rows that a filter keeps."""
        self.rows = [row for row in self.rows if chosen.apply(row, value)]

    def search(self, text: str, where: Any, columns: Sequence[Column]) -> None:
        """Keep the rows where a column's text holds the words; ``where`` may be a test of its own."""
        if callable(where):
            self.rows = [row for row in self.rows if where(row, text)]
        else:
            wanted = text.casefold()
            self.rows = [r for r in self.rows if any(wanted in str(c.of(r)).casefold() for c in columns)]

    def sort(self, column: Column | None, descending: bool) -> None:
        """Order by a column, unknown values last; equal rows keep their order."""
        if column is None:
            return
        known = [row for row in self.rows if column.of(row) is not None]
        unknown = [row for row in self.rows if column.of(row) is None]
        self.rows = sorted(known, key=column.of, reverse=descending) + unknown

    def page(self, offset: int, size: int, cap: int) -> Found:
        """Rows of a page and their number."""
        return self.rows[offset : offset + size], len(self.rows), False

    def everything(self) -> Iterator[Any]:
        """All rows."""
        return iter(self.rows)
