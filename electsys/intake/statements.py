"""The SQL of one import: statements over its staging table, with its values."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import text

from electsys.db import db


class Statements:
    """Statements with ``{staging}`` for the staging table and ``:name`` for the values of the import."""

    def __init__(self, staging: str, values: dict[str, Any]) -> None:
        self.staging, self.values = staging, values

    def rows(self, sql: str, **parts: str) -> list[Any]:
        """What a query gives. ``parts`` fill further places of the text: names and clauses, never data."""
        return list(self._execute(sql, parts).all())

    def run(self, sql: str, **parts: str) -> int:
        """How many rows a statement wrote."""
        return int(self._execute(sql, parts).rowcount)

    def _execute(self, sql: str, parts: dict[str, str]) -> Any:
        statement = sql.format(staging=self.staging, **parts)
        named = set(re.findall(r"(?<!:):(\w+)", statement))
        return db.session.execute(text(statement), {name: self.values[name] for name in named})
