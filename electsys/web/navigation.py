"""The menu: rooms and modules name their pages, the layout shows those that the reader may open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, request, url_for

from electsys.identity.access import Scope
from electsys.web.people import may

#: Where an entry stands: open to everybody; work; administration; the reader's own account.
GROUPS = ("publik", "kerja", "kelola", "akun")


@dataclass(frozen=True)
class Entry:
    """One line of a menu."""

    label: Any
    endpoint: str
    permission: str | None
    group: str
    order: int
    icon: str | None
    #: Whether the page is the whole nation's: one whose grant ends at a region is not led to a refusal.
    nation: bool
    values: dict[str, Any] = field(hash=False, default_factory=dict)

    @property
    def url(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint, **self.values)

    @property
    def open(self) -> bool:
        """Whether the reader may open it."""
        return may(self.permission, Scope(region="") if self.nation else None)

    @property
    def here(self) -> bool:
        """Whether the page shown lies under this entry, and under no closer one."""
        return self.url == _closest()


_ENTRIES: dict[tuple[str, str], Entry] = {}
#: Where a request keeps what :func:`_closest` found.
_CLOSEST = "electsys.menu.closest"


def entry(
    label: Any,
    endpoint: str,
    *,
    permission: str | None = None,
    group: str = "kerja",
    order: int = 50,
    icon: str | None = None,
    nation: bool = False,
    **values: Any,
) -> None:
    """Put a page into the menu. ``label`` is a lazy string; without ``permission`` every reader of the
    group sees it; ``nation`` asks for it in the whole nation. Registered twice it stands once."""
    if group not in GROUPS:
        raise ValueError(f"no menu group {group!r}")
    _ENTRIES[endpoint, repr(sorted(values.items()))] = Entry(
        label, endpoint, permission, group, order, icon, nation, values
    )


def entries(group: str) -> list[Entry]:
    """What the reader may open of a group, in order."""
    return sorted(
        (e for e in _known() if e.group == group and e.open),
        key=lambda e: (e.order, e.endpoint),
    )


#: (group, blueprint) -> name: the pages that stand together under it. Several blueprints may share a name.
_SECTIONS: dict[tuple[str | None, str], Any] = {}
#: From so many pages on they fold into one line of the menu.
FOLDS = 2


def section(blueprint: str, label: Any, *, group: str | None = None) -> None:
    """Let the pages of a blueprint (those of one group, if it is named) stand together under a name, where a
    reader has several of them."""
    _SECTIONS[group, blueprint] = label


def _section_of(found: Entry) -> Any:
    blueprint = found.endpoint.partition(".")[0]
    return _SECTIONS.get((found.group, blueprint)) or _SECTIONS.get((None, blueprint))


@dataclass(frozen=True)
class Section:
    """A line of the menu that opens: its name and its pages."""

    label: Any
    entries: list[Entry]

    @property
    def order(self) -> int:
        """Where it stands among the lines: where its first page would."""
        return self.entries[0].order

    @property
    def here(self) -> bool:
        """Whether the page shown lies under one of its pages."""
        return any(e.here for e in self.entries)


def lines(group: str) -> list[Entry | Section]:
    """The lines of a group in order: pages by themselves, and named sections where a reader has several."""
    found = entries(group)
    together: dict[str, list[Entry]] = {}
    for each in found:
        if (label := _section_of(each)) is not None:
            together.setdefault(str(label), []).append(each)
    shown: list[Entry | Section] = []
    for each in found:
        pages = together.get(str(_section_of(each)), [])
        if len(pages) < FOLDS:
            shown.append(each)
        elif each is pages[0]:
            shown.append(Section(_section_of(each), pages))
    return shown


def _known() -> Iterator[Entry]:
    """Entries whose page this app has."""
    return (e for e in list(_ENTRIES.values()) if e.endpoint in current_app.view_functions)


def _closest() -> str | None:
    """The address in the menu that the page shown lies under: found once a request, asked by every entry."""
    if _CLOSEST not in request.environ:
        path = request.path
        urls = [e.url for e in _known()]
        under = [u for u in urls if path == u or (u != "/" and path.startswith(u.rstrip("/") + "/"))]
        request.environ[_CLOSEST] = max(under, key=len, default=None)
    found: str | None = request.environ[_CLOSEST]
    return found
