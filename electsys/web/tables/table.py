"""The table: what the address asks for, applied to the source, shown or downloaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, render_template, request
from markupsafe import Markup
from sqlalchemy import Select

from electsys.web.here import page_path
from electsys.web.tables.columns import Column, Filter
from electsys.web.tables.downloads import WRITERS
from electsys.web.tables.sources import SelectSource, SequenceSource

#: Beyond this many rows the number is "more than": counting them all would cost more than it tells.
COUNT_CAP = 10_000


@dataclass(frozen=True)
class Page:
    """The rows shown and where they stand."""

    rows: list[Any]
    number: int
    pages: int
    first: int
    total: int
    more: bool

    @property
    def last(self) -> int:
        """Position of the last row shown."""
        return self.first + len(self.rows) - 1

    @property
    def numbers(self) -> list[int | None]:
        """Page numbers to link to; None is a gap."""
        near = {1, self.pages, *range(self.number - 1, self.number + 2)}
        shown = sorted(n for n in near if 1 <= n <= self.pages)
        links: list[int | None] = []
        for n in shown:
            if links and n - (links[-1] or 0) > 1:
                links.append(None)
            links.append(n)
        return links


class Table:
    """A table of a page. ``name`` is the file name of its download and, where a page has several tables,
    with ``prefix`` set, what their parameters begin with. ``exports=()`` allows no download."""

    def __init__(
        self,
        source: Select[Any] | Sequence[Any],
        columns: Sequence[Column],
        *,
        caption: Any,
        empty: Any,
        empty_action: tuple[Any, str] | None = None,
        filters: Sequence[Filter] = (),
        search: Sequence[Any] | Callable[..., Any] | bool | None = None,
        search_hint: Any = None,
        sort: str | None = None,
        size: int = 50,
        name: str = "tabel",
        prefix: str = "",
        exports: Sequence[str] = ("csv", "xlsx"),
        row_class: Callable[[Any], str] | None = None,
    ) -> None:
        self.columns = list(columns)
        self.caption, self.empty, self.empty_action = caption, empty, empty_action
        self.filters, self.searchable, self.search_hint = list(filters), search, search_hint
        self.default_sort, self.size = sort, size
        self.name, self.prefix, self.exports = re.sub(r"[^\w-]+", "-", name), prefix, tuple(exports)
        self.row_class = row_class
        self._source = SelectSource(source) if isinstance(source, Select) else SequenceSource(source)

    # --- what the address asks for ---------------------------------------------------------------

    def param(self, name: str) -> str:
        """The parameter of this table in the address."""
        return f"{self.prefix}-{name}" if self.prefix else name

    def _asked(self, name: str) -> str:
        return request.args.get(self.param(name), "").strip()

    @cached_property
    def text(self) -> str:
        """The words searched for, without what the database cannot hold."""
        return self._asked("cari").replace("\0", "")[:200] if self.searchable else ""

    @cached_property
    def chosen(self) -> dict[str, str]:
        """Filter -> value, known values only."""
        asked = {f.name: self._asked(f.name) for f in self.filters}
        return {
            f.name: asked[f.name] for f in self.filters if asked[f.name] in {v for v, _ in f.choices} - {""}
        }

    @cached_property
    def sorted_by(self) -> tuple[str | None, bool]:
        """Column name and whether descending; an unknown column is the default order."""
        for asked in (self._asked("urut"), self.default_sort or ""):
            name = asked.removeprefix("-")
            if any(c.name == name and c.sort is not None for c in self.columns):
                return name, asked.startswith("-")
        return None, False

    @cached_property
    def shown(self) -> list[Column]:
        """The columns chosen; without a choice those that are not hidden."""
        wanted = {w for value in request.args.getlist(self.param("kolom")) for w in value.split(",")}
        chosen = [c for c in self.columns if c.name in wanted]
        return chosen or [c for c in self.columns if not c.hidden]

    @property
    def cleared(self) -> dict[str, None]:
        """What to change in the address to see all rows again."""
        return {self.param(n): None for n in ("cari", "halaman", *(f.name for f in self.filters))}

    @property
    def narrowed(self) -> bool:
        """Whether a search or filter hides rows."""
        return bool(self.text or self.chosen)

    @cached_property
    def _narrowed_source(self) -> SelectSource | SequenceSource:
        source = self._source
        for f in self.filters:
            if f.name in self.chosen:
                source.filter(f, self.chosen[f.name])
        if self.text:
            source.search(self.text, self.searchable, self.columns)  # type: ignore[arg-type]
        name, descending = self.sorted_by
        source.sort(next((c for c in self.columns if c.name == name), None), descending)
        return source

    # --- what it gives ---------------------------------------------------------------------------

    @cached_property
    def page(self) -> Page:
        """The rows of the page asked for; a page beyond the end is the last one."""
        asked = self._asked("halaman")
        number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 9 else 1
        rows, total, more = self._narrowed_source.page((number - 1) * self.size, self.size, COUNT_CAP)
        pages = max(1, -(-total // self.size))
        if number > pages:
            number = pages
            rows, total, more = self._narrowed_source.page((number - 1) * self.size, self.size, COUNT_CAP)
        return Page(rows, number, pages, (number - 1) * self.size + 1, total, more)

    @property
    def path(self) -> str:
        """Where the forms and links of the table lead: the page that shows it."""
        return page_path()

    def link(self, **changed: Any) -> str:
        """This page's address with some of the table's parameters changed; None removes one."""
        return self.link_to({self.param(k): v for k, v in changed.items()})

    def link_to(self, changed: dict[str, Any]) -> str:
        """The address of the page with these parameters in place of its own."""
        kept = [(k, v) for k, v in request.args.items(multi=True) if k not in changed]
        query = urlencode([*kept, *((k, v) for k, v in changed.items() if v is not None)])
        return f"{self.path}?{query}" if query else self.path

    def kept(self, *without: str) -> list[tuple[str, str]]:
        """Parameters that a form of the table must carry along."""
        names = {self.param(n) for n in (*without, "halaman", "unduh")}
        return [(k, v) for k, v in request.args.items(multi=True) if k not in names]

    def sort_link(self, column: Column) -> str:
        """Ascending first, then descending."""
        name, descending = self.sorted_by
        turned = f"-{column.name}" if name == column.name and not descending else column.name
        return self.link(urut=turned, halaman=None)

    def aria_sort(self, column: Column) -> str | None:
        """What ``aria-sort`` says of a column."""
        name, descending = self.sorted_by
        return ("descending" if descending else "ascending") if name == column.name else None

    def is_head(self, column: Column) -> bool:
        """Whether the column names its row: the one marked so, else the first."""
        marked = [c for c in self.shown if c.head]
        return column is (marked[0] if marked else self.shown[0])

    def download(self) -> Response | None:
        """The file that ``unduh`` asks for (what the table shows, all pages), or None."""
        kind = self._asked("unduh")
        if not kind:
            return None
        if kind not in self.exports:
            abort(404)
        columns = [c for c in self.shown if c.export]
        return WRITERS[kind](columns, self._narrowed_source.everything(), self.name)

    def render(self) -> Markup:
        """The table with its search, filters, pager and downloads."""
        return Markup(render_template("web/table.html", table=self))  # noqa: S704  (our own template)
