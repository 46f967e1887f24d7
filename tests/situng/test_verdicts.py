"""SQL and Python judge every form alike, whatever is on it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from modules.situng.layouts import form_model
from modules.situng.rules import Limits, is_complete, is_empty, judge
from modules.situng.verdicts import judged

MODEL = form_model()
COLUMNS = ["suara_1", "suara_2", "suara_3"]
LIMITS = Limits(max_voters=300, spare_numerator=1, spare_denominator=50)

#: Small numbers, so that equalities hold by chance often enough; blanks; and the absurd.
cell = st.one_of(st.none(), st.integers(0, 4), st.sampled_from((150, 151, 300, 301, 617, 80_000, 999_999)))


def forms_of(model):
    return st.tuples(
        st.fixed_dictionaries(dict.fromkeys(model.names, cell)), st.tuples(*[cell for _ in COLUMNS])
    )


form = forms_of(MODEL)
OLDER = form_model("c1_ppwp_2019")
blank = (dict.fromkeys(MODEL.names), (None, None, None))
zeros = (dict.fromkeys(MODEL.names, 0), (0, 0, 0))


def sql_verdicts(session, forms, model=MODEL):
    columns = [*model.names, *COLUMNS]
    session.execute(text("drop table if exists judged_forms"))
    spec = ", ".join(f"{name} integer" for name in columns)
    session.execute(text(f"create temp table judged_forms (row_number bigint, kode_tps text, {spec})"))
    for i, (cells, votes) in enumerate(forms):
        values = cells | dict(zip(COLUMNS, votes, strict=True))
        session.execute(
            text(
                f"insert into judged_forms (row_number, kode_tps, {', '.join(columns)}) "
                f"values (:row, '1201012001001', {', '.join(':' + c for c in columns)})"
            ),
            values | {"row": i},
        )
    query = judged("judged_forms", model, COLUMNS, LIMITS)
    return session.execute(text(f"select * from ({query}) q order by row_number")).all()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(form, min_size=1, max_size=8))
def test_sql_agrees_with_the_pure_rules(session, forms):
    forms = [*forms, blank, zeros]
    for row, (cells, votes) in zip(sql_verdicts(session, forms), forms, strict=True):
        faults, warnings = judge(cells, votes, LIMITS)
        assert row.faults == faults
        assert row.warnings == warnings
        assert row.complete == is_complete(cells, votes)
        assert row.empty == is_empty(cells, votes)
        assert row.cells == [cells[name] for name in MODEL.names]
        assert row.votes == list(votes)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(forms_of(OLDER), min_size=1, max_size=8))
def test_a_form_with_other_rows_is_judged_alike(session, forms):
    for row, (cells, votes) in zip(sql_verdicts(session, forms, OLDER), forms, strict=True):
        assert (row.faults, row.warnings) == judge(cells, votes, LIMITS)
        assert row.cells == [cells[name] for name in OLDER.names]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form)
def test_no_impossible_form_passes_unflagged(session, drawn):
    """A form whose votes exceed the people who voted always breaks an F rule once it is complete."""
    cells, votes = drawn
    total = cells["pengguna_total_j"]
    if is_complete(cells, votes) and total is not None and sum(votes) > total:
        assert judge(cells, votes, LIMITS)[0]


def test_a_ballot_of_many_lists_is_judged(session):
    """24 lists of ten: a function of PostgreSQL takes 100 arguments, and no more."""
    columns = [f"suara_{n}{each}" for n in range(1, 25) for each in ("", *(f"_{c}" for c in range(1, 11)))]
    every = ", ".join(f"null::integer as {name}" for name in [*MODEL.names, *columns])
    source = f"(select 1 as row_number, '1201012001001' as kode_tps, {every})"
    row = session.execute(text(judged(f"{source} as f", MODEL, columns, LIMITS))).one()
    assert (row.empty, row.complete, row.faults) == (True, False, [])
