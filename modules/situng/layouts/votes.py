"""The votes of a form: a row of the full width for a few lines, two columns for parties and their lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from modules.situng.layouts.models import Line, Section, VoteCell, vote_cells
from modules.situng.layouts.pen import (
    BOTTOM,
    GUTTER,
    LEFT,
    RIGHT,
    TOP,
    Group,
    Pen,
    Size,
    draw_heading,
    draw_number,
    draw_wide,
)
from modules.situng.layouts.shapes import CellBox, Fill, Rect, Text

PARTY_H = 6.5
#: Up to so many pairs or persons get a row of the full width, with room for the number in words.
WIDE_LINES = 6


@dataclass(frozen=True)
class _Block:
    """A part of a column of section IV: the head of a party, or a row with its number."""

    height: float
    head: Line | None = None
    cell: VoteCell | None = None
    #: The party that a row belongs to; a column that begins with it repeats the head.
    party: Line | None = None


def draw_votes(pen: Pen, size: Size, section: Section, lines: Sequence[Line]) -> None:
    """The lines of the ballot, on a page of their own: a contest's votes are not torn without need."""
    cells = vote_cells(lines)
    if pen.y > TOP:
        pen.turn()
    if len(cells) <= WIDE_LINES and all(c.role == "suara" for c in cells):
        _few(pen, size, section, cells)
        return
    blocks = _blocks(size, cells)
    done, first = 0, True
    while done < len(blocks):
        draw_heading(pen, section, more=not first)
        first = False
        left, right, done = _columns(blocks, done, BOTTOM - pen.y)
        _column(pen, size, left, LEFT)
        _column(pen, size, right, LEFT + (RIGHT - LEFT + GUTTER) / 2)
        pen.y += max(sum(b.height for b in left), sum(b.height for b in right))
        if done < len(blocks):
            pen.turn()


def _few(pen: Pen, size: Size, section: Section, cells: Sequence[VoteCell]) -> None:
    height = size.row_h_wide + 1.6
    draw_heading(pen, section)
    for vote in cells:
        pen.room(height)
        whole = Rect(LEFT, pen.y, RIGHT - LEFT, height)
        words = f"{vote.line.number:02d}.  {vote.label}"
        draw_wide(pen, size, whole, words, True, partial(_vote_box, vote, row=whole), bold=True)


def _vote_box(vote: VoteCell, group: Group, crop: Rect, *, row: Rect) -> CellBox:
    return CellBox(vote.name, vote.ref, vote.label, vote.role, *group, crop=crop, row=row)


def _blocks(size: Size, cells: Sequence[VoteCell]) -> list[_Block]:
    blocks, party = [], None
    for cell in cells:
        if cell.role == "suara_partai":
            party = cell.line
            blocks.append(_Block(PARTY_H, head=party, party=party))
        blocks.append(_Block(size.row_h, cell=cell, party=party))
        if cell.role == "jumlah_partai":
            party = None
    return blocks


def _fill(blocks: Sequence[_Block], start: int, height: float) -> tuple[list[_Block], int]:
    """What of the blocks fits a column, and where the next begins; a head never stands at its foot."""
    column: list[_Block] = []
    used, at = 0.0, start
    if at < len(blocks) and blocks[at].head is None and blocks[at].party is not None:
        column.append(_Block(PARTY_H, head=blocks[at].party))
        used = PARTY_H
    while at < len(blocks):
        block = blocks[at]
        need = block.height + (blocks[at + 1].height if block.head is not None else 0)
        if used + need > height + 1e-6:
            break
        column.append(block)
        used += block.height
        at += 1
    return column, at


def _columns(blocks: Sequence[_Block], start: int, height: float) -> tuple[list[_Block], list[_Block], int]:
    """Two columns from ``start``, and where the next begins; the last pair is as short as it can be."""
    left, middle = _fill(blocks, start, height)
    right, end = _fill(blocks, middle, height)
    if end == len(blocks):
        low = sum(b.height for b in blocks[start:]) / 2
        while low < height:
            a, middle = _fill(blocks, start, low)
            b, end = _fill(blocks, middle, low)
            if end == len(blocks):
                left, right = a, b
                break
            low += 1
    return left, right, end


def _column(pen: Pen, size: Size, blocks: Sequence[_Block], x: float) -> None:
    width, y = (RIGHT - LEFT - GUTTER) / 2, pen.y
    for block in blocks:
        box = Rect(x, y, width, block.height)
        if block.head is not None:
            more = "" if block.party is not None else " (lanjutan)"
            words = f"{block.head.number}. {block.head.name.upper()}{more}"
            inner = Rect(x + 1.2, y, width - 2.4, block.height)
            pen.add(
                fills=[Fill(box, fill=225, stroke=0)],
                texts=[Text(inner, words, _fit(words, width, 8.5, 1), bold=True)],
            )
        elif block.cell is not None:
            _compact(pen, size, block.cell, box)
        y = box.bottom


def _compact(pen: Pen, size: Size, vote: VoteCell, box: Rect) -> None:
    crop = Rect(box.right - size.group_w - 1, box.y, size.group_w + 1, box.h)
    label = Rect(box.x + 1, box.y + 0.4, crop.x - box.x - 1.6, box.h - 0.8)
    words, bold = _vote_words(vote)
    texts = [Text(label, words, _fit(words, label.w, 7.5, 4), bold=bold)]
    fills = [Fill(box, stroke=0, fill=244 if vote.role == "jumlah_partai" else None)]
    group = draw_number(size, crop.x + 0.4, box.y + (box.h - size.group_h) / 2, texts, fills)
    pen.add(cells=[_vote_box(vote, group, crop, row=box)], texts=texts, fills=fills)


def _vote_words(vote: VoteCell) -> tuple[str, bool]:
    if vote.role == "suara_partai":
        return "A.1  Suara partai politik", False
    if vote.role == "jumlah_partai":
        return "B.  Jumlah suara partai politik dan calon (A.1 + A.2)", True
    return (vote.label if vote.line.candidate else f"{vote.line.number}. {vote.label}"), False


def _fit(words: str, width: float, size: float, rows: int) -> float:
    """The largest size, in points, at which the words surely fit; capitals take about 0.72 of it."""
    while size > 5 and len(words) * size * 0.3528 * 0.66 > width * rows * (0.82 if rows > 1 else 1):
        size -= 0.5
    return size
