"""What the public's home page shows: the six systems, and what has been published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class System:
    """One of the six. Its card leads to the page ``<name>.start`` once that exists."""

    name: str
    title: Any
    text: Any
    icon: str
    #: Its first public page, where that is not ``<name>.start``.
    page: str | None = None

    @property
    def built(self) -> bool:
        """Whether its page exists in this app."""
        return self.endpoint in current_app.view_functions

    @property
    def endpoint(self) -> str:
        """Its first public page."""
        return self.page or f"{self.name}.start"


SYSTEMS = (
    System(
        "situng",
        _l("Hitung suara"),
        _l("Angka setiap TPS dari C.Hasil, dijumlahkan sampai tingkat nasional."),
        "bar-chart-line",
    ),
    System(
        "sirekap",
        _l("Rekapitulasi resmi"),
        _l("Hasil pleno dari kecamatan sampai nasional, pembetulan, dan perolehan kursi."),
        "clipboard-check",
        page="rekap.public_start",
    ),
    System(
        "sidalih", _l("Daftar pemilih"), _l("Periksa apakah Anda terdaftar, dan di TPS mana."), "person-vcard"
    ),
    System(
        "sipol",
        _l("Partai politik"),
        _l("Pendaftaran, keanggotaan, dan penetapan peserta pemilu."),
        "flag",
        page="sipol.public_start",
    ),
    System(
        "silon",
        _l("Calon"),
        _l("Daftar calon sementara dan tetap, serta tanggapan masyarakat."),
        "people",
        page="silon.public_start",
    ),
    System(
        "jdih",
        _l("Produk hukum"),
        _l("Peraturan, keputusan, dan berita acara, lengkap dengan statusnya."),
        "journal-text",
        page="jdih.search",
    ),
)


def to_come(modules: set[str]) -> list[System]:
    """The systems that some of these modules belong to and that this installation does not have yet."""
    return [system for system in SYSTEMS if system.name in modules and not system.built]


@dataclass(frozen=True)
class News:
    """Something published: what, in a sentence, where, when."""

    title: str
    text: str
    link: str
    at: dt.datetime | None = None


_PUBLISHED: dict[str, Callable[[], Iterable[News]]] = {}


def published(give: Callable[[], Iterable[News]]) -> None:
    """Let ``give()`` name what a module has published. It runs at each view of the home page."""
    _PUBLISHED[f"{give.__module__}.{give.__qualname__}"] = give


def news(most: int = 6) -> list[News]:
    """The newest of what has been published."""
    first = dt.datetime.min.replace(tzinfo=dt.UTC)
    given = [each for give in list(_PUBLISHED.values()) for each in give()]
    return sorted(given, key=lambda n: n.at or first, reverse=True)[:most]
