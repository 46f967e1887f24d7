"""What a reading says, in plain values, and the one way to say that nothing was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from modules.situng.layouts import FormKey, Page

#: ``read``: the machine stands by the value. ``unsure``: there is writing, a person must read it.
#: ``missing``: the cell is empty.
Status = Literal["read", "unsure", "missing"]


class Unreadable(Exception):
    """No cell was read; ``code`` says why, ``values`` fill its words (modules/situng/readings.py).

    Codes: ``kosong`` (no bytes), ``bukan_gambar``, ``terlalu_besar`` (pixels promised by the header),
    ``terlalu_kecil``, ``rusak`` (cut or damaged file), ``bukan_formulir``, ``sebagian`` (too few
    corner marks), ``qr_tidak_terbaca``, ``qr_asing``, ``qr_versi``, ``qr_rusak``, ``pemilu_lain``,
    ``pemilihan_lain``, ``tps_lain``, ``formulir_tidak_dikenal`` (no layout for its code), ``edisi_lain``
    (another print).
    """

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the rectified page."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True)
class DigitReading:
    """One place of a number: ``text`` is a digit, "" where it is empty, "?" where it is in doubt."""

    text: str
    confidence: float
    #: What each source said on its own: a digit, "" or "blank", "x", "dash", "other"; None: no such source.
    written: str | None = None
    bubble: str | None = None
    #: The runner-up digit of the handwriting and its chance.
    other: str = ""
    other_chance: float = 0.0


@dataclass(frozen=True)
class CellReading:
    """One number of the form, with the place to look at it."""

    name: str
    value: int | None
    confidence: float
    status: Status
    box: Box
    row: Box
    digits: tuple[DigitReading, ...] = ()
    #: Why a cell is unsure: ``lemah`` (weak), ``bertentangan`` (box and bubbles differ), ``ganda`` (two
    #: bubbles), ``bukan_angka``, ``tidak_rapat`` (a gap inside the number), ``letak`` (its print was not
    #: found), ``jumlah`` (the sums of the form do not fit).
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageReading:
    """One page: what it is, how good the picture is, and every cell that the page should hold."""

    form_model: str
    page: int
    of: int
    #: 13 digits, or None where the paper does not say so in a way that a machine can read.
    tps_code: str | None
    contest: str | None
    election: int | None
    edition: str | None
    cells: Mapping[str, CellReading]
    #: ``gelap``, ``buram``, ``terpotong``, ``miring``, ``qr_tidak_terbaca``: what to tell who took the photo.
    hints: tuple[str, ...] = ()
    #: Width and height of the rectified page in pixels; the boxes of the cells refer to it.
    size: tuple[int, int] = (0, 0)
    key: FormKey | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Expect:
    """What a photo should show; None is anything. Another TPS, contest or election is refused."""

    tps: str | None = None
    contest: str | None = None
    election: int | None = None
    #: With these a page whose QR is spoilt may still be read, as a page of the expected form.
    key: FormKey | None = None


class Models(Protocol):
    """Where the layouts of printed forms come from: the database, or a test."""

    def pages(self, key: FormKey) -> tuple[str, list[Page]] | None:
        """Code of the form model and its pages for the election, contest and TPS of a key; None: unknown."""
