"""What linkage reads of a voter, and the columns it derives: one SQL for DuckDB and for Spark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Record(NamedTuple):
    """One row of a list, in clear. ``birth_date`` is YYYY-MM-DD; an empty text is unknown."""

    record_id: int
    nik: str
    nkk: str
    name: str
    birth_place: str
    birth_date: str
    sex: str
    address: str
    rt: str
    rw: str
    village_code: str


@dataclass(frozen=True)
class Dialect:
    """Where the SQL of the two engines differs."""

    name: str
    jaro_winkler: str
    matches: str  # whether a text holds a pattern
    tokens: str  # {0} -> the sorted words of {0}, joined by blanks
    initials: str  # {0} -> the sorted first letters of the words of {0}

    def sorted_words(self, text: str) -> str:
        """The words of a text in alphabetical order."""
        return self.tokens.format(text)

    def first_letters(self, text: str) -> str:
        """The first letters of its words in alphabetical order."""
        return self.initials.format(text)


DUCKDB = Dialect(
    "duckdb",
    "jaro_winkler_similarity",
    "regexp_matches",
    "array_to_string(list_sort(string_split({0}, ' ')), ' ')",
    "array_to_string(list_sort(list_transform(string_split({0}, ' '), lambda w: substr(w, 1, 1))), '')",
)
SPARK = Dialect(
    "spark",
    "jaro_winkler",
    "regexp_like",
    "array_join(array_sort(split({0}, ' ')), ' ')",
    "array_join(array_sort(transform(split({0}, ' '), w -> substr(w, 1, 1))), '')",
)

#: Old and new spelling, and letters that are written for each other, in this order: E is written for I, O for
#: U, F and V for P, Z and X for S, Q for K, W for U, Y for I; H is hardly heard.
LETTERS = (
    ("OE", "U"), ("DJ", "J"), ("TJ", "C"), ("SJ", "S"), ("SY", "S"), ("KH", ""), ("CH", ""), ("TS", "S"),
)  # fmt: skip
SINGLE = ("EOFVZXQWYH", "IUPPSSKUI")
DOUBLE = ("II", "UU", "AA", "LL", "MM", "NN", "SS", "TT", "RR", "DD", "KK", "PP")

#: One name, many clerks: whole words that are written short, as the letters above leave them.
WORDS = (
    (" M ", " MUAMAD "), (" MD ", " MUAMAD "), (" MU ", " MUAMAD "), (" MUD ", " MUAMAD "),
    (" MUAMID ", " MUAMAD "), (" ABD ", " ABDUL "), (" ST ", " SITI "),
)  # fmt: skip


def sound_steps(dialect: Dialect) -> tuple[str, ...]:
    """A name as it sounds, in steps: each says what becomes of the text ``heard`` before it.

    Only names that hold something to write otherwise are rewritten: to look first is cheaper.
    """
    return (
        "' ' || name || ' '",
        _rewritten(LETTERS, dialect),
        f"translate(heard, '{SINGLE[0]}', '{SINGLE[1]}')",
        _rewritten([(two, two[0]) for two in DOUBLE], dialect),
        f"trim({_rewritten(WORDS, dialect)})",
    )


def _rewritten(pairs: Sequence[tuple[str, str]], dialect: Dialect) -> str:
    sql = "heard"
    for old, new in pairs:
        sql = f"replace({sql}, '{old}', '{new}')"
    looked_for = "|".join(old for old, _new in pairs)
    return f"case when {dialect.matches}(heard, '{looked_for}') then {sql} else heard end"


def clean_sql(text: str) -> str:
    """Capitals, without full stops, commas, hyphens and apostrophes; blanks single."""
    return f"trim(replace(translate(upper({text}), '.,-/''`', '    '), '  ', ' '))"


def prepared_sql(source: str, dialect: Dialect) -> str:
    """The query that turns records of the table ``source`` into what is compared."""
    steps, last = "", "cleaned"
    for number, step in enumerate(sound_steps(dialect)):
        sql = step.replace("heard", f"heard{number - 1}")
        steps += f", step{number} as (select *, {sql} as heard{number} from {last})"
        last = f"step{number}"
    heard = last.replace("step", "heard")
    day, month = "substr(birth_date, 9, 2)", "substr(birth_date, 6, 2)"
    return f"""
        with cleaned as (
            select record_id, nullif(nik, '') as nik, nullif(nkk, '') as nkk,
                nullif({clean_sql("name")}, '') as name,
                nullif({clean_sql("birth_place")}, '') as birth_place,
                case when length(birth_date) = 10 then birth_date end as birth_date,
                nullif(sex, '') as sex,
                nullif({clean_sql("address")}, '') as address, rt, rw,
                nullif(village_code, '') as village
            from {source}
        ){steps}
        select record_id, nik, substr(nik, 1, 6) as nik_region,
            try_cast(substr(nik, 13, 4) as int) as nik_serial,
            nkk, name,
            nullif({dialect.sorted_words(heard)}, '') as sound,
            nullif({dialect.first_letters(heard)}, '') as initials,
            birth_place, birth_date,
            substr(birth_date, 1, 4) || '-' || least({day}, {month}) || '-' || greatest({day}, {month})
                as date_key,
            sex, village,
            village || ' ' || rt || ' ' || rw as ward,
            village || ' ' || rt || ' ' || rw || ' ' || address as home
        from {last}
    """
