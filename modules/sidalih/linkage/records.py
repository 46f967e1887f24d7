"""What linkage reads of a voter, and the columns it derives: one SQL for DuckDB and for Spark."""

from __future__ import annotations

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
    "array_to_string(list_sort(string_split({0}, ' ')), ' ')",
    "array_to_string(list_sort(list_transform(string_split({0}, ' '), lambda w: substr(w, 1, 1))), '')",
)
SPARK = Dialect(
    "spark",
    "jaro_winkler",
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


def sound_sql(name: str) -> str:
    """A name as it sounds: words padded by blanks, one spelling for what is spoken alike."""
    sql = f"' ' || {name} || ' '"
    for old, new in LETTERS:
        sql = f"replace({sql}, '{old}', '{new}')"
    sql = f"translate({sql}, '{SINGLE[0]}', '{SINGLE[1]}')"
    for old, new in (*((two, two[0]) for two in DOUBLE), *WORDS):
        sql = f"replace({sql}, '{old}', '{new}')"
    return f"trim({sql})"


def clean_sql(text: str) -> str:
    """Capitals, without full stops, commas, hyphens and apostrophes; blanks single."""
    return f"trim(replace(translate(upper({text}), '.,-/''`', '    '), '  ', ' '))"


def prepared_sql(source: str, dialect: Dialect) -> str:
    """The query that turns records of the table ``source`` into what is compared."""
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
        ), heard as (
            select *, {sound_sql("name")} as heard from cleaned
        )
        select record_id, nik, substr(nik, 1, 6) as nik_region,
            try_cast(substr(nik, 13, 4) as int) as nik_serial,
            nkk, name,
            nullif({dialect.sorted_words("heard")}, '') as sound,
            nullif({dialect.first_letters("heard")}, '') as initials,
            birth_place, birth_date,
            substr(birth_date, 1, 4) || '-' || least({day}, {month}) || '-' || greatest({day}, {month})
                as date_key,
            sex, village,
            village || ' ' || rt || ' ' || rw as ward,
            village || ' ' || rt || ' ' || rw || ' ' || address as home
        from heard
    """
