"""What people write into the cells of a file, on its way into a row."""

from __future__ import annotations

import re
from typing import Literal

from electsys.privacy.rules import form_problem

#: A spreadsheet wrote a long number with an exponent, and lost its last digits.
ROUNDED = re.compile(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+")
#: What people put before a number so that a spreadsheet leaves it alone, and between its groups.
DECORATION = str.maketrans("", "", "'`’ .\u00a0")


def bare_number(kind: Literal["nik", "nkk"], written: str | None, problems: list[str]) -> str | None:
    """A NIK or NKK without what people put around its digits; None, and a problem, where it is none.

    A cell without text is no problem here: whether the number may be missing is its column's affair.
    """
    if not written:
        return None
    if len(written) == 16 and written.isascii() and written.isdecimal():
        return written
    if ROUNDED.fullmatch(written):
        problems.append(f"{kind}:number_rounded")
        return None
    bare = written.translate(DECORATION)
    if problem := form_problem(bare, kind):
        problems.append(f"{kind}:{problem.code}")
        return None
    return bare


def one_line(written: str | None) -> str | None:
    """Text with single blanks, its letters as they are: titles are written in both cases."""
    return " ".join(written.split()) if written else None


def upper(written: str | None) -> str | None:
    """A name, place, address or card number in capitals, with single blanks."""
    return " ".join(written.upper().split()) if written else None
