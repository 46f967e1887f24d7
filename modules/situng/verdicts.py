"""The rules of ``rules.py`` as SQL, for a whole staged file in one statement.

The relations are compiled from the same table that :func:`rules.judge` reads. The hints, which are
no linear relations, are written here once more in SQL; ``tests/situng/test_verdicts.py`` holds both
to the same answer on random forms.
"""

from __future__ import annotations

from modules.situng.layouts import FormModel
from modules.situng.rules import HINTS, REQUIRED, VOTES, Limits, Relation, relations


def vote_column(number: int, candidate: int | None = None) -> str:
    """Name of the column with the votes of a ballot number, or of a candidate on that party's list."""
    return f"suara_{number}" if candidate is None else f"suara_{number}_{candidate}"


def judged(staging: str, model: FormModel, votes: list[str], limits: Limits) -> str:
    """A SELECT over ``staging`` that adds ``cells, votes, empty, complete, faults, warnings``.

    ``staging`` has one nullable integer column a cell of the model and a line of the ballot (``votes``).
    """
    every = [*model.names, *votes]
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
               coalesce({", ".join(every)}) is null as empty,
               {present} as complete,
               array_remove(array[{", ".join(_fault(r) for r in relations(model))}], null)::text[] as faults,
               array_remove(array[{", ".join(_hints(votes, limits))}], null)::text[] as warnings
        from (select *, {known}, {total} as k_{VOTES} from {staging}) as s
    """


def _dpt_unknown() -> str:
    return "pemilih_dpt_j = 0 and coalesce(pengguna_total_j, 0) > 0"


def _fault(relation: Relation) -> str:
    left = " + ".join(f"k_{name}::bigint" for name in relation.left)
    right = " + ".join(f"k_{name}::bigint" for name in relation.right)
    broken = "<>" if relation.op == "=" else ">"
    return f"case when {left} {broken} {right} then '{relation.key}' end"


def _hints(votes: list[str], limits: Limits) -> list[str]:
    n, d = limits.spare_numerator, limits.spare_denominator
    due = f"k_pemilih_dpt_j + (k_pemilih_dpt_j::bigint * {n} + {d} - 1) / {d}"
    single = f"greatest({', '.join(votes)}) = k_{VOTES} and k_{VOTES} > 0" if len(votes) > 1 else "false"
    conditions = {
        "W.109:dpt_nol": _dpt_unknown(),
        "W.112:cadangan": f"k_surat_suara_diterima <> {due}",
        "W.114:dpt": f"k_pemilih_dpt_j > {limits.max_voters}",
        "W.119:suara_besar": f"k_{VOTES} > {limits.max_voters}",
        "W.119:partisipasi_penuh": "k_pemilih_dpt_j > 0 and k_pengguna_dpt_j = k_pemilih_dpt_j",
        "W.119:tanpa_tidak_sah": f"k_suara_tidak_sah = 0 and k_{VOTES} > 0",
        "W.119:satu_peserta": single,
        "W.119:nihil": f"k_{VOTES} = 0",
    }
    return [f"case when {conditions[hint.key]} then '{hint.key}' end" for hint in HINTS]
