"""The one model of both engines: which pairs are looked at, what is compared, how much each answer weighs.

A weight is log2(m / u): m is how often two rows of one person look like that, u how often two rows of any
two people do. m and u are data (``data/parameters.json``, written by ``training``); those u that follow from
the list at hand (how often two people share a home, a village, a registering kecamatan) are counted in each
run, and so are the frequencies of names and places of birth, so that a common name weighs little.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from modules.sidalih.linkage.records import Dialect

PARAMETERS = Path(__file__).parent / "data" / "parameters.json"

#: Pairs from this match weight up are candidates (the odds of one person are 2 to this power).
THRESHOLD = 2.0

#: Of 100 rows, how many are expected to be a second row of somebody; sets the starting weight.
EXPECTED = 1.0

#: Pairs that agree on all columns of one of these are compared.
BLOCKS: tuple[tuple[str, ...], ...] = (
    ("nik",),
    ("date_key", "sound"),
    ("date_key", "village"),
    ("date_key", "birth_place", "initials"),
    ("nkk", "initials"),
    ("village", "sound"),
)

_ONE_HOME = "(coalesce(nkk_l = nkk_r, false) or coalesce(home_l = home_r, false))"
_OTHER_NIK = "coalesce(nik_l <> nik_r, true)"
_NEIGHBOURS = "(nik_region_l = nik_region_r and abs(nik_serial_l - nik_serial_r) between 1 and 2)"

#: Comparison -> its levels in order: (key, condition). {jw} is the engine's Jaro-Winkler similarity.
COMPARISONS: Mapping[str, Sequence[tuple[str, str]]] = {
    "nama": (
        ("kosong", "name_l is null or name_r is null"),
        ("sama", "name_l = name_r"),
        ("bunyi", "sound_l = sound_r"),
        (
            "mirip",
            "{jw}(sound_l, sound_r) >= 0.95 or {jw}(name_l, name_r) >= 0.95"
            " or (length(sound_l) > 6 and levenshtein(sound_l, sound_r) <= 1)",
        ),
        (
            "agak_mirip",
            "{jw}(sound_l, sound_r) >= 0.88 or {jw}(name_l, name_r) >= 0.9"
            " or levenshtein(sound_l, sound_r) <= 2",
        ),
        ("beda", "ELSE"),
    ),
    "tanggal_lahir": (
        ("kosong", "birth_date_l is null or birth_date_r is null"),
        ("sama", "birth_date_l = birth_date_r"),
        ("tertukar", "date_key_l = date_key_r"),
        ("satu_angka", "levenshtein(birth_date_l, birth_date_r) <= 1"),
        ("beda", "ELSE"),
    ),
    "tempat_lahir": (
        ("kosong", "birth_place_l is null or birth_place_r is null"),
        ("sama", "birth_place_l = birth_place_r"),
        ("mirip", "levenshtein(birth_place_l, birth_place_r) <= 1"),
        ("beda", "ELSE"),
    ),
    "jenis_kelamin": (
        ("kosong", "sex_l is null or sex_r is null"),
        ("sama", "sex_l = sex_r"),
        ("beda", "ELSE"),
    ),
    "rumah": (
        ("kosong", "village_l is null or village_r is null"),
        ("nkk", "nkk_l = nkk_r"),
        ("alamat", "home_l = home_r"),
        ("rt", "ward_l = ward_r"),
        ("desa", "village_l = village_r"),
        ("kecamatan", "substr(village_l, 1, 6) = substr(village_r, 1, 6)"),
        ("kabkota", "substr(village_l, 1, 4) = substr(village_r, 1, 4)"),
        ("beda", "ELSE"),
    ),
    "nik": (
        ("kosong", "nik_l is null or nik_r is null"),
        ("sama", "nik_l = nik_r"),
        (
            "salah_ketik",
            "nik_region_l <> nik_region_r and levenshtein(nik_l, nik_r) <= 2",
        ),
        ("wilayah", "nik_region_l = nik_region_r"),
        ("beda", "ELSE"),
    ),
    # What no learning can tell, because it agrees on nearly everything. Twins bear two names, or are brother
    # and sister; the registry numbers them in a row. Father and son may bear one name, but not one day.
    "saudara": (
        ("kosong", "birth_date_l is null or birth_date_r is null"),
        (
            "kembar",
            f"birth_date_l = birth_date_r and name_l <> name_r and {_ONE_HOME} and {_OTHER_NIK}"
            f" and (sex_l <> sex_r or coalesce({_NEIGHBOURS}, false) or {{jw}}(sound_l, sound_r) < 0.8)",
        ),
        (
            "keluarga",
            f"{_ONE_HOME} and {_OTHER_NIK} and date_key_l <> date_key_r"
            " and levenshtein(birth_date_l, birth_date_r) > 1",
        ),
        ("bukan", "ELSE"),
    ),
}  # fmt: skip

#: Levels whose weight is set, not learnt. Lists to learn from hold no NIK twice, yet one that does says much.
FIXED: Mapping[tuple[str, str], tuple[float, float]] = {
    ("nik", "sama"): (0.1, 1e-9),
    ("saudara", "kembar"): (1e-18, 1.0),
    ("saudara", "keluarga"): (1e-3, 1.0),
    ("saudara", "bukan"): (1.0, 1.0),
}

#: Levels that weigh by how frequent the value is, and the column that holds it.
FREQUENCY = {
    ("nama", "sama"): "sound",
    ("nama", "bunyi"): "sound",
    ("tempat_lahir", "sama"): "birth_place",
}

#: Levels whose u is counted in each run: level -> columns that agree. Each is contained in the next.
COUNTED: Mapping[str, Sequence[tuple[str, str]]] = {
    "rumah": (
        ("nkk", "nkk"),
        ("alamat", "home"),
        ("rt", "ward"),
        ("desa", "village"),
        ("kecamatan", "substr(village, 1, 6)"),
        ("kabkota", "substr(village, 1, 4)"),
    ),
    "nik": (("wilayah", "nik_region"),),
    "tempat_lahir": (("sama", "birth_place"),),
}

Parameters = dict[str, dict[str, tuple[float, float]]]


@cache
def _stored() -> str:
    return PARAMETERS.read_text(encoding="utf-8")


def stored_parameters() -> Parameters:
    """Comparison -> level -> (m, u), as trained."""
    return {
        comparison: {level: (m, u) for level, (m, u) in levels.items()}
        for comparison, levels in json.loads(_stored())["parameters"].items()
    }


def counted_parameters(
    parameters: Parameters, rows: int, one: Callable[[str], float | None], table: str
) -> Parameters:
    """The same with every u that the list itself tells: ``one`` gives the single value of a query.

    Two of n rows agree on a column in sum(k * (k - 1)) of n * (n - 1) cases, k being the sizes of the groups.
    """
    result = {comparison: dict(levels) for comparison, levels in parameters.items()}
    total = max(rows * (rows - 1.0), 1.0)
    for comparison, levels in COUNTED.items():
        within = 0.0
        for level, column in levels:
            pairs = one(
                f"select sum(k * (k - 1.0)) from (select count(*) as k from {table}"
                f" where {column} is not null group by {column}) as g"
            )
            share = float(pairs or 0) / total
            m, _u = result[comparison][level]
            result[comparison][level] = (m, max(share - within, 0.5 / total))
            within = max(within, share)
        m, _u = result[comparison]["beda"]
        result[comparison]["beda"] = (m, max(1.0 - within, 0.001))
    return result


def prior(rows: int) -> float:
    """The chance that two rows taken at random are one person if ``EXPECTED`` of 100 are second rows."""
    return min(0.1, 2 * EXPECTED / 100 / max(rows, 2))


def settings(dialect: Dialect, parameters: Parameters | None, rows: int) -> Any:
    """The model as splink's settings. Without ``parameters`` m and u are open, for training."""
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        probability_two_random_records_match=prior(rows),
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in BLOCKS],
        comparisons=[_comparison(name, dialect, parameters) for name in COMPARISONS],
        retain_matching_columns=True,  # else the levels found (gamma) are not told
        retain_intermediate_calculation_columns=True,
    )


def _comparison(name: str, dialect: Dialect, parameters: Parameters | None) -> Any:
    from splink.comparison_library import CustomComparison

    levels: list[Any] = []
    for key, condition in COMPARISONS[name]:
        level: dict[str, Any] = {
            "sql_condition": condition.replace("{jw}", dialect.jaro_winkler),
            "label_for_charts": key,
        }
        if key == "kosong":
            level["is_null_level"] = True
        else:
            weight = FIXED.get((name, key)) or (parameters and parameters[name][key])
            if weight:
                level["m_probability"], level["u_probability"] = weight
            if (name, key) in FIXED:
                level["fix_m_probability"] = level["fix_u_probability"] = True
            if column := FREQUENCY.get((name, key)):
                level["tf_adjustment_column"] = column
                level["disable_tf_exact_match_detection"] = True
        levels.append(level)
    return CustomComparison(levels, output_column_name=name)
