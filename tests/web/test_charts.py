"""Bars, lines and maps: exact lengths, words beside colours, a table for each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from electsys.web import charts
from electsys.web.charts.bars import width
from electsys.web.charts.lines import ceiling
from electsys.web.charts.maps import step_of
from tests.pages import Html


@pytest.fixture(autouse=True)
def request_context(app):
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 10, "0"), (1, 3, "33.333"), (10, 10, "100"), (20, 10, "100"), (1, 0, "0"), (-1, 5, "0")],
)
def test_lengths_are_exact(part, whole, said):
    assert width(part, whole) == said


@given(part=st.integers(0, 10**9), whole=st.integers(1, 10**9))
def test_a_bar_never_leaves_its_ground(part, whole):
    assert 0 <= float(width(part, whole)) <= 100


def test_shares_say_what_they_draw():
    parts = [charts.Share("Pasangan <A>", 25, "#a3161a", 1), charts.Share("B", 75, "url(javascript:x)", 2)]
    html = Html(str(charts.shares(parts, title="Suara")))
    bars = [r for r in html.all("rect") if r.get("class") != "bar-ground"]
    assert [r.get("width") for r in bars] == ["25", "75"]
    assert [r.get("fill") for r in bars] == ["#a3161a", None]
    rows = [html.text(tr) for tr in html.one("tbody")]
    assert rows == ["1Pasangan <A>2525,00%", "2B7575,00%"]


def test_shares_of_nothing_draw_nothing():
    html = Html(str(charts.shares([charts.Share("A", 0)], title="Suara")))
    assert "–" in html.text() and html.all("rect")[1].get("width") == "0"


def test_two_charts_of_a_page_share_no_id():
    html = Html(str(charts.shares([], title="A")) + str(charts.shares([], title="B")))
    ids = [e.get("id") for e in html.all() if e.get("id")]
    assert len(ids) == len(set(ids)) == 2


@given(st.integers(0, 10**12))
def test_an_axis_holds_its_values_and_its_quarters_are_whole(value):
    top = ceiling(value)
    assert value <= top <= max(1, 3 * value)
    assert top < 4 or top % 4 == 0 or top == 10


def test_a_line_stays_on_its_ground():
    html = Html(
        str(charts.line([("13.00", 0), ("14.00", 50), ("15.00", 80)], title="T", head="Jam", unit="TPS"))
    )
    points = [tuple(map(float, p.split(","))) for p in html.one("polyline").get("points").split()]
    assert points[0][1] > points[1][1] > points[2][1] == 12
    assert [html.text(tr) for tr in html.one("tbody")] == ["13.000", "14.0050", "15.0080"]


@pytest.mark.parametrize("points", [[], [("satu", 5)]])
def test_a_short_line(points):
    assert Html(str(charts.line(points, title="T", head="Jam", unit="TPS"))).all("svg")


@pytest.mark.parametrize(
    ("part", "whole", "step"),
    [(0, 10, 1), (1, 10, 1), (2, 10, 2), (9, 10, 5), (10, 10, 5), (None, 3, None), (1, 0, None)],
)
def test_steps(part, whole, step):
    assert step_of(part, whole) == step


def test_a_map_tells_each_area_and_marks_leaders_by_more_than_colour():
    leaders = [charts.Share("A", 0, "#111111", 1), charts.Share("B", 0, "#222222", 2)]
    areas = [
        charts.Area("1", "Satu", "M0 0H1V1Z", "01 unggul", leader=0, link="/satu", label="01", at=(1, 1)),
        charts.Area("2", "Dua", "M1 0H2V1Z", "02 unggul", leader=1),
        charts.Area("3", "Tiga", "M2 0H3V1Z", "belum ada data"),
        charts.Area("4", "Empat", "M3 0H4V1Z", "40%", step=3),
    ]
    html = Html(
        str(
            charts.choropleth(
                areas, viewbox="0 0 4 1", title="Peta", description="D", head="Unggul", leaders=leaders
            )
        )
    )
    assert html.text(html.one("desc")) == "D"
    drawn = [p for p in html.all("path") if p.get("d", "").endswith("V1Z")]
    fills = [p.get("class") or p.get("fill") for p in drawn]
    assert (
        fills[:2] == ["#111111", "#222222"]
        and fills[2].startswith("url(#peta-")
        and fills[3:] == ["none", "step-3"]
    )
    # On paper, where the colour of the class does not hold, a step is a pattern.
    step = drawn[-1].get("fill").removeprefix("url(#").removesuffix(")")
    assert html.by_id(step) is not None and len({p.get("id") for p in html.all("pattern")}) == 6
    named = [e.get("aria-label") for e in html.all() if (e.get("aria-label") or "").startswith("Satu")]
    assert named == ["Satu: 01 unggul"]
    assert [html.text(tr) for tr in html.one("tbody")][2] == "Tigabelum ada data"


def test_a_stack_tells_states_by_pattern_and_words_and_is_full():
    bars = [charts.Bar("Kecamatan <A>", (1, 0, 2)), charts.Bar("Kosong", (0, 0, 0), link="/x")]
    html = Html(str(charts.stack(bars, ["selesai", "jalan", "belum"], title="Jenjang", head="Nama")))
    drawn = [r for r in html.all("rect") if r.get("x") is not None and "key" in (r.get("class") or "")]
    assert [(r.get("x"), r.get("width")) for r in drawn] == [("0.0", "200.0"), ("200.0", "400.0")]
    # Each state has a look of its own: a colour with a pattern, the last an empty bar.
    assert [r.get("class") for r in drawn] == ["key stack-1", "key stack-last"]
    assert len(html.all("pattern")) == 1
    picture = next(s for s in html.all("svg") if s.get("role") == "img")
    assert picture.get("aria-label") == "Kecamatan <A>: 1 selesai, 2 belum"
    rows = [html.text(tr) for tr in html.one("tbody")]
    assert rows == ["Kecamatan <A>1023", "Kosong0000"]
    assert html.all("a")[0].get("href") == "/x"


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6).filter(any))
def test_the_pieces_of_a_stack_fill_the_bar(parts):
    pieces = charts.Bar("", tuple(parts)).pieces()
    assert [state for state, *_ in pieces] == [n for n, part in enumerate(parts) if part]
    assert abs(sum(length for *_, length in pieces) - 600) < 0.05
    ends = [start + length for _, start, length in pieces]
    assert all(abs(a - b) < 0.02 for a, b in zip(ends, [s for _, s, _ in pieces[1:]], strict=False))
