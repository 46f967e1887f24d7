"""The checks of a cell as DuckDB expressions: is it plain, what is its value, what is its error.

Nearly every cell of a good file already is in its plain form. :func:`plain` asks that cheaply, and a
column that is plain throughout is copied as it lies; only the others are looked at closer.
"""

from __future__ import annotations

from electsys.intake.specs import Choice, Code, Column, Date, Integer, Kind, Text

#: What counts as blank around a cell, no-break space and byte order mark included.
BLANKS = "' \t\r\n\u00a0\ufeff'"


def trimmed(raw: str) -> str:
    """The cell without blanks around it; a blank cell is NULL."""
    return f"nullif(trim({raw}, {BLANKS}), '')"


def plain(raw: str, column: Column) -> str:
    """Whether the cell ``raw`` is right and PostgreSQL can take it as it is written."""
    kind = column.kind
    if isinstance(kind, Integer):
        number = f"try_cast({raw} as {kind.sql_type})"
        good = f"{number} between {kind.min} and {kind.max} and {number}::varchar = {raw}"
    elif isinstance(kind, Code):
        good = f"regexp_full_match({raw}, '[0-9]{{{kind.digits}}}')"
    elif isinstance(kind, Text):
        good = f"length({raw}) <= {kind.max} and {trimmed(raw)} = {raw} and not contains({raw}, chr(10))"
    else:
        good = "false"
    blank = "false" if column.empty == "refuse" else "true"
    return f"case when {raw} is null then {blank} else coalesce({good}, false) end"


def value(raw: str, kind: Kind) -> str:
    """The typed value of the cell ``raw``, NULL where it is empty or wrong."""
    text = trimmed(raw)
    if isinstance(kind, Integer):
        wide = "bigint" if kind.sql_type == "bigint" else "integer"
        written = rf"regexp_extract({text}, '^(-?[0-9]{{1,40}})(\.0)?$', 1)"
        number = (
            f"case when try_cast({raw} as {wide})::varchar = {raw} then try_cast({raw} as {wide}) "
            f"when {raw} is not null then try_cast({written} as {wide}) end"
        )
        return f"case when {number} between {kind.min} and {kind.max} then {number} end"
    if isinstance(kind, Code):
        digits = kind.digits
        return (
            f"case when regexp_full_match({raw}, '[0-9]{{{digits}}}') then {raw} "
            f"when {raw} is not null then "
            f"nullif(regexp_extract({text}, '^(?:https?://.*/)?([0-9]{{{digits}}})$', 1), '') end"
        )
    if isinstance(kind, Date):
        iso = f"regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
        return f"case when {iso} then try_cast({text} as date) end"
    if isinstance(kind, Choice):
        branches = " ".join(f"when {_text(k.casefold())} then {_text(v)}" for k, v in kind.map.items())
        return f"case lower({text}) {branches} end"
    line = (
        f"case when contains({text}, chr(10)) then regexp_replace({text}, '\\s+', ' ', 'g') else {text} end"
    )
    return f"case when length({text}) <= {kind.max} then {line} end"


def error(raw: str, typed: str, column: Column) -> str:
    """The error code of a cell, NULL where it is right. ``typed`` is the name of its typed value."""
    branches = [f"when {typed} is not null then null"]
    blank = _text("empty") if column.empty == "refuse" else "null"
    branches.append(f"when {trimmed(raw)} is null then {blank}")
    return f"case {' '.join(branches)} {_wrong(trimmed(raw), column.kind)} end"


def _wrong(text: str, kind: Kind) -> str:
    if isinstance(kind, Integer):
        small = "negative" if kind.min >= 0 else "too_small"
        return (
            rf"when regexp_full_match({text}, '-[0-9]+(\.0)?') then '{small}' "
            rf"when regexp_full_match({text}, '[0-9]+(\.0)?') and try_cast({text} as hugeint) < {kind.min} "
            "then 'too_small' "
            rf"when regexp_full_match({text}, '[0-9]+(\.0)?') then 'too_large' "
            f"when regexp_full_match({text}, '-?[0-9]*([.,''’ ][0-9]+)+') then 'separator' "
            "else 'not_a_number'"
        )
    if isinstance(kind, Code):
        power = rf"regexp_full_match({text}, '[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+')"
        return f"when {power} then 'code_rounded' else 'code_digits'"
    if isinstance(kind, Date):
        return "else 'date_form'"
    if isinstance(kind, Text):
        return "else 'too_long'"
    return "else 'choice'"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
