"""What notices say, as data: each kind with its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice. ``title`` has no values: it is all that a mail tells. ``text`` is for the inbox."""

    name: str
    title: Any
    text: Any
    level: str

    def words(self, values: dict[str, Any]) -> str:
        """The sentence of the inbox with its values."""
        return str(self.text) % values


KINDS: dict[str, NoticeKind] = {}


def kind(name: str, *, title: Any, text: Any = None, level: str = "info") -> str:
    """Declare a kind of notice; return its name.

    ``title`` is a plain phrase ("Berkas hasil menunggu konfirmasi"). ``text`` may use values as
    ``%(batch)s``. ``level`` is ``info``, ``tugas`` (something to do) or ``penting``.
    """
    KINDS[name] = NoticeKind(name, title, text or title, level)
    return name
