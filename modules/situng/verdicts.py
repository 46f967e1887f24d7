"""The rules of ``rules.py`` as SQL, for a whole staged file in one statement.

The relations are compiled from the same table that :func:`rules.judge` reads. The hints, which are
no linear relations, are written here once more in SQL; ``tests/situng/test_verdicts.py`` holds both
to the same answer on random forms.
"""

from __future__ import annotations

from modules.situng.layouts import FormModel
from modules.situng.rules import (
    HINTS,
    NOKEN,
    PLAIN,
    REQUIRED,
    USUAL_BY_NOKEN,
    VOTES,
    BallotRules,
    Limits,
    Relation,
    relations,
)


def vote_column(number: int, candidate: int | None = None) -> str:
    """Name of the column with the votes of a ballot number, or of a candidate on that party's list."""
    return f"suara_{number}" if candidate is None else f"suara_{number}_{candidate}"


def judged(
    staging: str, model: FormModel, votes: list[str], limits: Limits, ballot: BallotRules = PLAIN
) -> str:
    """A SELECT over ``staging`` that adds ``cells, votes, sums, empty, complete, faults, warnings``.

    ``staging`` has one nullable integer column a cell of the model, a line of the ballot (``votes``) and a
    sum of a party (``ballot.sums``). ``sums`` is empty where no party's sum was written.
    """
    every = [*model.names, *votes, *ballot.sums]
    faults = [*(_fault(r) for r in relations(model)), *(_fault(r, "") for r in ballot.parties)]
    sums = ", ".join(ballot.sums)
    written = (
        f"case when num_nonnulls({sums}) > 0 then array[{sums}]::int[] else '{{}}' end" if sums else "'{}'"
    )
    known = ", ".join(
        f"case when {_dpt_unknown()} then null else {name} end as k_{name}"
        if name.startswith("pemilih_dpt_")
        else f"{name} as k_{name}"
        for name in model.names
    )
    total = " + ".join(votes)
    present = " and ".join(f"{name} is not null" for name in (*votes, *REQUIRED))
    return f"""
        select kode_tps, row_number,
               array[{", ".join(model.names)}]::int[] as cells,
               array[{", ".join(votes)}]::int[] as votes,
               {written}::int[] as sums,
               coalesce({", ".join(every)}) is null as empty,
               {present} as complete,
               array_remove(array[{", ".join(faults)}], null)::text[] as faults,
               array_remove(array[{", ".join(_hints(votes, limits, ballot))}], null)::text[] as warnings
        from (select *, {known}, {total} as k_{VOTES} from {staging}) as s
    """


def _dpt_unknown() -> str:
    return "pemilih_dpt_j = 0 and coalesce(pengguna_total_j, 0) > 0"


def _fault(relation: Relation, known: str = "k_") -> str:
    left = " + ".join(f"{known}{name}::bigint" for name in relation.left)
    right = " + ".join(f"{known}{name}::bigint" for name in relation.right)
    broken = "<>" if relation.op == "=" else ">"
    return f"case when {left} {broken} {right} then '{relation.key}' end"


def noken(code: str, limits: Limits) -> str:
    """Whether the TPS of column ``code`` votes by noken, as :func:`modules.situng.rules.vote_system` says."""
    longest = sorted(limits.systems, key=len, reverse=True)
    whens = " ".join(
        f"when {code} like '{prefix}%' then {str(limits.systems[prefix] == NOKEN).lower()}"
        for prefix in longest
        if prefix.isascii() and prefix.isdigit()
    )
    return f"case {whens} else false end" if whens else "false"


def _hints(votes: list[str], limits: Limits, ballot: BallotRules) -> list[str]:
    n, d = limits.spare_numerator, limits.spare_denominator
    due = f"k_pemilih_dpt_j + (k_pemilih_dpt_j::bigint * {n} + {d} - 1) / {d}"
    single = f"greatest({', '.join(votes)}) = k_{VOTES} and k_{VOTES} > 0" if len(votes) > 1 else "false"
    conditions = {
        "W.109:dpt_nol": _dpt_unknown(),
        "W.112:cadangan": f"k_surat_suara_diterima <> {due}",
        "W.114:dpt": f"k_pemilih_dpt_j > {limits.max_voters}",
        "W.118:dicoret": " or ".join(f"{name} > 0" for name in ballot.struck) or "false",
        "W.119:suara_besar": f"k_{VOTES} > {limits.max_voters}",
        "W.119:partisipasi_penuh": "k_pemilih_dpt_j > 0 and k_pengguna_dpt_j = k_pemilih_dpt_j",
        "W.119:tanpa_tidak_sah": f"k_suara_tidak_sah = 0 and k_{VOTES} > 0",
        "W.119:satu_peserta": single,
        "W.119:nihil": f"k_{VOTES} = 0",
    }
    if (by_noken := noken("kode_tps", limits)) != "false":
        usual = " or ".join(f"({conditions[key]})" for key in USUAL_BY_NOKEN)
        conditions |= {key: f"not {by_noken} and ({conditions[key]})" for key in USUAL_BY_NOKEN}
        conditions["W.119:noken"] = f"{by_noken} and ({usual})"
    else:
        conditions["W.119:noken"] = "false"
    return [f"case when {conditions[hint.key]} then '{hint.key}' end" for hint in HINTS]
