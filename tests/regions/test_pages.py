"""Public pages of regions, the search with and without script, and the picker."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from electsys.regions.picker import RegionField


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/wilayah/", "Sumatera Utara"),
        ("/wilayah/12", "Tapanuli Tengah"),
        ("/wilayah/1201", "Barus"),
        ("/wilayah/120101", "Daerah pemilihan"),
        ("/wilayah/1201012003", "TPS 001"),
        ("/wilayah/93", "UU 14/2022"),
        ("/wilayah/99", "Luar Negeri"),
        ("/wilayah/dapil", "dihitung"),
        ("/wilayah/dapil/3102", "Jakarta Selatan"),
        ("/wilayah/cari?q=tapteng+barus", "Tapanuli Tengah, Sumatera Utara"),
        ("/wilayah/cari?q=zzzzqqqq", "Periksa ejaan"),
    ],
)
def test_pages(client, path, says):
    answer = client.get(path)
    assert answer.status_code == 200
    assert says.lower() in answer.text.lower()


@pytest.mark.parametrize("path", ["/wilayah/97", "/wilayah/xx", "/wilayah/dapil/0000", "/wilayah/12010"])
def test_what_is_not_there(client, path):
    assert client.get(path).status_code == 404


def test_a_table_downloads(client):
    answer = client.get("/wilayah/1201?unduh=csv")
    assert answer.mimetype == "text/csv"
    assert "120101" in answer.text


def test_the_search_answers_programs(client):
    rows = client.get("/wilayah/cari.json?q=tapteng+barus").json
    assert rows[0]["code"] == "120101"
    assert rows[0]["label"] == "Barus, Kecamatan (Tapanuli Tengah, Sumatera Utara)"
    assert {r["level"] for r in client.get("/wilayah/cari.json?q=barus&level=4").json} == {4}
    assert client.get("/wilayah/cari.json").json == []


class Picking(Form):
    region = RegionField()
    province = RegionField(level=1)
    place = RegionField(tps=True)


def pick(app: Any, **typed: str) -> Picking:
    form = Picking(MultiDict(typed))
    with app.test_request_context():
        form.validate()
        form.page = form.region()  # type: ignore[attr-defined]
    return form


def test_the_picker_takes_codes_and_clear_names(app, session):
    form = pick(app, region="tapteng barus", province="sumut", place="1201012003001")
    assert not form.errors
    assert (form.region.data, form.province.data, form.place.data) == ("120101", "12", "1201012003001")


def test_an_unclear_name_comes_back_as_a_choice(app, session):
    form = pick(app, region="barus")
    if form.errors:
        assert "120101" in form.page
    chosen = pick(app, **{"region": "pasar", "region-pilih": "120101"})
    assert chosen.region.data == "120101" and not chosen.region.errors


def test_many_of_one_name_ask_back(app, session):
    form = pick(app, region="sukamaju")
    assert "Pilih satu" in form.errors["region"][0]
    assert form.page.count('type="radio"') > 1


def test_what_is_no_region_is_refused(app, session):
    form = pick(app, region="9777", province="1201", place="zzzzqqqq")
    assert {*form.errors} == {"region", "province", "place"}
