"""Tables over a select and over a sequence: page, filter, sort, columns, downloads."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, insert, select
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from electsys.regions.models import Region, RegionMap
from electsys.web.tables import Column, Filter, Table
from electsys.web.tables import table as table_module
from electsys.web.tables.downloads import harmless
from tests.pages import Html, count_queries

MAP = 1901


@pytest.fixture
def regions(session):
    """120 villages whose names repeat, so that only a stable order pages them well."""
    session.execute(
        insert(RegionMap), [{"id": MAP, "name": "uji", "source": "", "valid_from": dt.date(2024, 1, 1)}]
    )
    rows = [
        {
            "map_id": MAP,
            "code": f"12{i:02d}",
            "name": f"KAB {'ABC'[i % 3]}",
            "level": 2,
            "parent_code": "12",
            "population": None if i % 10 == 0 else i * 100,
        }
        for i in range(1, 100)
    ]
    session.execute(insert(Region), rows)
    return select(Region).where(Region.map_id == MAP)


COLUMNS = [
    Column("kode", "Kode", "code", sort=Region.code),
    Column("nama", "Nama", "name", sort=Region.name, head=True),
    Column("penduduk", "Penduduk", "population", kind="number", sort=Region.population),
    Column("induk", "Induk", "parent_code", hidden=True),
    Column("dua", "Dua kali", lambda r: 2 * (r.population or 0), kind="number"),
]


@pytest.fixture
def show(app):
    """Build a table as the request of that address would."""

    def show(source, query="", columns=COLUMNS, **more):
        with app.test_request_context("/pola?" + query):
            table = Table(source, columns, caption="Wilayah", empty="Muat wilayah dulu.", size=20, **more)
            page = table.page
            return table, page, Html(str(table.render()))

    return show


def codes(page):
    return [row.code for row in page.rows]


def test_pages_hold_every_row_once(show, regions):
    seen = [c for n in range(1, 6) for c in codes(show(regions, f"urut=nama&halaman={n}")[1])]
    assert len(seen) == len(set(seen)) == 99


def test_equal_names_keep_the_order_of_the_key(show, regions):
    _table, page, _html = show(regions, "urut=nama")
    assert codes(page) == [f"12{i:02d}" for i in range(3, 63, 3)]


@pytest.mark.parametrize(
    ("query", "number"),
    [("halaman=3", 3), ("halaman=99", 5), ("halaman=0", 1), ("halaman=x", 1), ("halaman=99999999999999", 1)],
)
def test_a_page_that_is_not_there_is_the_nearest(show, regions, query, number):
    assert show(regions, query)[1].number == number


def test_unknown_values_come_last_both_ways(show, regions):
    up = show(regions, "urut=penduduk&halaman=5")[1].rows
    down = show(regions, "urut=-penduduk&halaman=5")[1].rows
    assert up[-1].population is None and down[-1].population is None
    assert show(regions, "urut=-penduduk")[1].rows[0].population == 9900


def test_only_declared_columns_sort(show, regions):
    for query in ("urut=induk", "urut=dua", "urut=name; drop table region", "urut=-"):
        assert show(regions, query, sort="-kode")[1].rows[0].code == "1299"


def test_search_takes_its_words_as_they_are(show, regions):
    assert show(regions, "cari=kab a", search=(Region.name, Region.code))[1].total == 33
    assert show(regions, "cari=1207", search=(Region.name, Region.code))[1].total == 1
    for hostile in ("%25", "_", "'%3B--", "%00"):
        assert show(regions, f"cari={hostile}", search=(Region.name,))[1].total in (0, 99)
    assert show(regions, "cari=%25", search=(Region.name,))[1].total == 0


def test_a_filter_narrows_and_an_unknown_choice_does_not(show, regions):
    known = Filter("isi", "Isi", [("ada", "Ada")], lambda s, _v: s.where(Region.population.is_not(None)))
    assert show(regions, "isi=ada", filters=[known])[1].total == 90
    table, page, html = show(regions, "isi=lain", filters=[known])
    assert page.total == 99 and not table.narrowed
    assert html.by_id("tabel-isi") is not None


def test_counting_stops_at_the_cap(show, regions, monkeypatch):
    monkeypatch.setattr(table_module, "COUNT_CAP", 50)
    _table, page, html = show(regions)
    assert (page.total, page.more) == (50, True)
    assert "dari lebih dari 50" in html.text()


def test_a_select_without_a_condition_is_counted_and_paged(session, show, regions):
    everything = select(Region)
    rows = session.scalar(select(func.count()).select_from(Region))
    page = show(everything, "halaman=2")[1]
    assert page.total == min(rows, table_module.COUNT_CAP) and page.pages > 2
    assert page.number == 2 and len(page.rows) == 20


def test_a_joined_select_without_a_condition_is_counted(session, show):
    above = aliased(Region)
    joined = select(Region, above).outerjoin(
        above, (above.map_id == Region.map_id) & (above.code == Region.parent_code)
    )
    rows = session.scalar(select(func.count()).select_from(Region))
    page = show(joined, columns=[Column("kode", "Kode", lambda r: r[0].code)])[1]
    assert page.total == min(rows, table_module.COUNT_CAP)


def test_a_page_costs_two_queries(show, regions):
    with count_queries(2):
        show(regions, "urut=-penduduk&cari=kab", search=(Region.name,))


def test_grouped_selects_are_counted_by_group(show, regions):
    grouped = regions.with_only_columns(Region.name, func.count().label("n")).group_by(Region.name)
    columns = [Column("nama", "Nama", "name", sort=Region.name), Column("n", "Jumlah", "n", kind="number")]
    page = show(grouped, "urut=-nama", columns=columns)[1]
    assert page.total == 3 and [r.name for r in page.rows] == ["KAB C", "KAB B", "KAB A"]


def test_the_page_says_what_is_shown(show, regions):
    _table, _page, html = show(regions, "urut=-penduduk&halaman=2")
    heads = html.all("th")
    assert [h.get("aria-sort") for h in heads if h.get("aria-sort")] == ["descending"]
    assert "21–40 dari 99" in html.text(html.one("caption"))
    region = html.with_class("table-scroll")[0]
    assert region.get("tabindex") == "0" and region.get("role") == "region"
    rows = [h for h in heads if h.get("scope") == "row"]
    assert len(rows) == 20 and html.text(rows[0]).startswith("KAB")


def test_links_keep_what_was_asked(app, regions):
    query = "cari=kab&urut=nama&lain=1&_external=1&_scheme=javascript"
    with app.test_request_context("/pola?" + query):
        table = Table(regions, COLUMNS, caption="", empty="", search=(Region.name,))
        assert table.link(halaman=2) == f"/pola?{query}&halaman=2"
        assert table.link_to(table.cleared) == "/pola?urut=nama&lain=1&_external=1&_scheme=javascript"


def test_columns_are_chosen_by_name(show, regions):
    table, _page, html = show(regions, "kolom=induk&kolom=kode,zzz")
    assert [c.name for c in table.shown] == ["kode", "induk"]
    assert [html.text(h) for h in html.all("th")[:2]] == ["Kode", "Induk"]
    assert [c.name for c in show(regions, "kolom=zzz")[0].shown] == ["kode", "nama", "penduduk", "dua"]


def test_nothing_there_says_what_to_do(show, regions):
    _t, _p, html = show(regions.where(Region.level == 3), empty_action=("Muat", "/muat"))
    assert "Muat wilayah dulu." in html.text() and not html.all("table")
    assert any(a.get("href") == "/muat" for a in html.all("a"))
    narrowed = show(regions, "cari=tidakada", search=(Region.name,))[2]
    assert "Tampilkan semua" in narrowed.text()


def download(app, source, query, **more):
    with app.test_request_context("/pola?" + query):
        table = Table(source, COLUMNS, caption="Wilayah", empty="", size=20, name="wilayah uji", **more)
        response = table.download()
        response.direct_passthrough = False
        data = response.get_data()
        response.close()
        return response, data


def test_csv_holds_all_rows_of_what_is_shown(app, regions):
    response, data = download(
        app, regions, "unduh=csv&urut=-kode&cari=kab a&kolom=kode,penduduk", search=(Region.name,)
    )
    assert 'filename="wilayah-uji.csv"' in response.headers["Content-Disposition"]
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == ["Kode", "Penduduk"]
    assert len(rows) == 34 and rows[1] == ["1299", "9900"] and rows[-3] == ["1209", "900"]
    assert ["1290", ""] in rows


def test_xlsx_holds_numbers_as_numbers(app, regions):
    _response, data = download(app, regions, "unduh=xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["Kode", "Nama", "Penduduk", "Dua kali"]
    assert len(rows) == 100 and rows[1] == ["1201", "KAB B", 100.0, 200.0]


def test_json_is_keyed_by_the_names_of_the_columns(app, regions):
    response, data = download(
        app, regions, "unduh=json&urut=-kode&kolom=kode,penduduk", exports=("csv", "json"), search=()
    )
    assert response.mimetype == "application/json"
    rows = json.loads(data)
    assert len(rows) == 99 and rows[0] == {"kode": "1299", "penduduk": 9900}
    assert {"kode": "1290", "penduduk": None} in rows
    assert (
        json.loads(download(app, regions.where(Region.level == 3), "unduh=json", exports=("json",))[1]) == []
    )


def test_only_the_formats_that_are_offered(app, regions):
    offered = (("unduh=pdf", ("csv", "xlsx")), ("unduh=json", ("csv", "xlsx")), ("unduh=csv", ()))
    for query, exports in offered:
        with app.test_request_context("/pola?" + query), pytest.raises(NotFound):
            Table(regions, COLUMNS, caption="", empty="", exports=exports).download()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_no_text_becomes_a_formula(app, text):
    assert harmless(text) == "'" + text
    with app.test_request_context("/pola?unduh=csv"):
        columns = [Column("a", "A", "a"), Column("b", "B", "b")]
        response = Table([{"a": text, "b": -5}], columns, caption="", empty="").download()
        rows = list(
            csv.reader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"), newline=""))
        )
    assert rows[1] == ["'" + text, "-5"]


def test_xlsx_formulas_stay_text(app):
    with app.test_request_context("/pola?unduh=xlsx"):
        response = Table([{"a": "=1+1"}], [Column("a", "A", "a")], caption="", empty="").download()
        response.direct_passthrough = False
        book = CalamineWorkbook.from_filelike(io.BytesIO(response.get_data()))
        response.close()
    assert book.get_sheet_by_index(0).to_python()[1] == ["=1+1"]


def test_a_sequence_pages_sorts_filters_and_searches_alike(show):
    rows = [
        {"code": f"{i}", "n": None if i == 3 else i % 5, "at": dt.datetime(2024, 2, 14, i, tzinfo=dt.UTC)}
        for i in range(1, 24)
    ]
    columns = [
        Column("kode", "Kode", "code", sort=True, link=lambda r: f"/x/{r['code']}"),
        Column("n", "N", "n", kind="number", sort=True),
        Column("at", "Saat", "at", kind="moment", cell=None),
    ]
    even = Filter("genap", "Genap", [("ya", "Ya")], lambda row, _v: int(row["code"]) % 2 == 0)
    _t, page, html = show(rows, "urut=-n", columns=columns)
    assert page.rows[0]["n"] == 4 and page.total == 23
    assert show(rows, "urut=-n&halaman=2", columns=columns)[1].rows[-1]["n"] is None
    assert show(rows, "genap=ya", columns=columns, filters=[even])[1].total == 11
    assert show(rows, "cari=22", columns=columns, search=True)[1].total == 1
    assert "8.00 WIB" in html.text() or "08.00 WIB" in html.text()


def test_text_of_rows_is_never_markup(show):
    _t, _p, html = show(
        [{"a": "<script>alert(1)</script>"}], columns=[Column("a", "A", "a", link=lambda r: '/?x="><b>')]
    )
    assert not html.all("script") and not html.all("b")


def test_two_tables_keep_their_parameters_apart(app):
    with app.test_request_context("/pola?satu-halaman=2&dua-cari=x"):
        one, two = (
            Table(
                [{"a": i} for i in range(45)],
                [Column("a", "A", "a")],
                caption="",
                empty="",
                size=20,
                prefix=p,
                search=True,
            )
            for p in ("satu", "dua")
        )
        assert (one.page.number, one.text) == (2, "")
        assert (two.page.number, two.text) == (1, "x")
        assert one.link(halaman=3) == "/pola?dua-cari=x&satu-halaman=3"
