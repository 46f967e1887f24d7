"""The menu: rooms and modules name their pages, the layout shows those that the reader may open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, request, url_for

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
    values: dict[str, Any] = field(hash=False, default_factory=dict)

    @property
    def url(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint, **self.values)

    @property
    def here(self) -> bool:
        """Whether the page shown lies under this entry, and under no closer one."""
        return self.url == _closest(request.path)


_ENTRIES: dict[tuple[str, str], Entry] = {}


def entry(
    label: Any,
    endpoint: str,
    *,
    permission: str | None = None,
    group: str = "kerja",
    order: int = 50,
    icon: str | None = None,
    **values: Any,
) -> None:
    """Put a page into the menu. ``label`` is a lazy string; without ``permission`` every reader of the
    group sees it. Registered twice it stands once."""
    if group not in GROUPS:
        raise ValueError(f"no menu group {group!r}")
    _ENTRIES[endpoint, repr(sorted(values.items()))] = Entry(
        label, endpoint, permission, group, order, icon, values
    )


def entries(group: str) -> list[Entry]:
    """What the reader may open of a group, in order."""
    return sorted(
        (e for e in _known() if e.group == group and may(e.permission)),
        key=lambda e: (e.order, e.endpoint),
    )


def _known() -> Iterator[Entry]:
    """Entries whose page this app has."""
    return (e for e in list(_ENTRIES.values()) if e.endpoint in current_app.view_functions)


def _closest(path: str) -> str | None:
    urls = [e.url for e in _known()]
    under = [u for u in urls if path == u or (u != "/" and path.startswith(u.rstrip("/") + "/"))]
    return max(under, key=len, default=None)
