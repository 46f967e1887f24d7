"""The documented shape of every family of Sirekap's public JSON of 2024, as strict checks of plain data."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
ADMINISTRATION = {"suara_sah", "suara_total", "suara_tidak_sah"} | {
    f"{name}_{column}"
    for name in ("pemilih_dpt", "pengguna_dpt", "pengguna_dptb", "pengguna_non_dpt", "pengguna_total")
    for column in "jlp"
}
KINDS = {"Reguler"} | {f"{a} Suara {b}" for a in ("Penghitungan", "Pemungutan") for b in ("Ulang", "Susulan")}
IMAGE = r"https?://[^/]+/hitung-suara/foto/\d\d/\d+"
Check = Callable[[Any], None]


def is_count(value: Any) -> None:
    assert type(value) is int and value >= 0, value


def is_count_or_null(value: Any) -> None:
    if value is not None:
        is_count(value)


def keyed(data: dict[str, Any], key: str, check: Check) -> None:
    """An object whose keys all look so and whose values all pass."""
    assert isinstance(data, dict)
    for name, value in data.items():
        assert re.fullmatch(key, name), name
        check(value)


def wilayah(data: Any, levels: str = "12345") -> None:
    for row in data:
        assert list(row) == ["nama", "id", "kode", "tingkat"]
        assert row["nama"] and type(row["id"]) in (int, type(None))
        assert str(row["tingkat"]) in levels and row["kode"].isalnum()


def dapil_list(key: str) -> Check:
    def check(data: Any) -> None:
        assert data
        for row in data:
            assert list(row) == ["id", "nama", key]
            assert type(row["id"]) is int and re.fullmatch(r"\d{4}|\d{6}", row[key])

    return check


def person(row: Any) -> None:
    assert set(row) == {"nama", "nomor_urut", "jenis_kelamin", "tempat_tinggal"}
    assert type(row["nomor_urut"]) is int and row["jenis_kelamin"] in ("L", "P", None)


def pairs(data: Any) -> None:
    def pair(row: Any) -> None:
        assert list(row) == ["ts", "nama", "warna", "nomor_urut"] and STAMP.fullmatch(row["ts"])

    keyed(data, r"\d+", pair)


def parties(data: Any) -> None:
    def party(row: Any) -> None:
        assert list(row) == [
            *("ts", "id_partai", "id_pilihan", "is_aceh", "nama", "nama_lengkap", "nomor_urut", "warna")
        ]
        assert type(row["id_partai"]) is int and type(row["is_aceh"]) is bool

    keyed(data, r"\d+", party)


def lists(data: Any) -> None:
    keyed(data, r"\d+", lambda row: row is None or keyed(row, r"\d+", person))


def _chart(chart: Any, *, required: bool = True) -> None:
    if chart is None:
        return
    votes = dict(chart)
    persen = votes.pop("persen")
    assert type(persen) is float and 0 < persen <= 100
    assert votes or not required
    keyed(votes, r"\d+", is_count)


def aggregate(*, lists: bool) -> Check:
    """A region of ``hhcw``; of lists the votes come first in a row, else ``psu``."""

    def check(data: Any) -> None:
        assert list(data) == ["ts", "psu", "mode", "chart", "table", "progres"]
        assert STAMP.fullmatch(data["ts"]) and (data["psu"], data["mode"]) == ("Reguler", "hhcw")
        _chart(data["chart"])
        assert set(data["progres"]) == {"total", "progres"}
        for code, row in data["table"].items():
            assert code.isalnum()
            votes = [key for key in row if key not in ("psu", "persen", "status_progress")]
            if votes:
                tail = ["persen", "status_progress"]
                assert list(row) == ([*votes, "psu", *tail] if lists else ["psu", *votes, *tail])
                assert row["status_progress"] is True and row["psu"] in KINDS
                keyed({key: row[key] for key in votes}, r"\d+", is_count)
            else:
                assert row == {"psu": "Reguler", "persen": 0.0, "status_progress": False}
        for key in (data["chart"] or {}).keys() - {"persen"}:
            assert data["chart"][key] == sum(row.get(key, 0) for row in data["table"].values())

    return check


def _station(data: Any, keys: set[str]) -> None:
    assert keys - {"caleg"} <= set(data) <= keys, set(data) ^ keys
    assert len(data["images"]) >= 3
    assert all(each is None or re.fullmatch(IMAGE, each) for each in data["images"])
    assert STAMP.fullmatch(data["ts"])
    assert data["psu"] is None or data["psu"] in KINDS
    assert data["status_suara"] is (data["chart"] is not None)
    assert data["status_adm"] is (data["administrasi"] is not None)
    if data["administrasi"] is not None:
        assert set(data["administrasi"]) == ADMINISTRATION
        keyed(data["administrasi"], r"\w+", is_count_or_null)


COMMON = {"chart", "images", "administrasi", "psu", "ts", "status_suara", "status_adm"}


def station_of_persons(data: Any) -> None:
    _station(data, COMMON | {"mode"})
    assert data["mode"] == "hhcw"
    if data["chart"] is not None:
        assert next(iter(data["chart"])) == "null" and data["chart"]["null"] is None
        keyed({k: v for k, v in data["chart"].items() if k != "null"}, r"\d+", is_count_or_null)


def station_of_lists(data: Any) -> None:
    _station(data, COMMON | {"caleg", "kode_dapil"})
    assert re.fullmatch(r"\d{4}|\d{6}", data["kode_dapil"])
    assert ("caleg" in data) is (data["chart"] is not None)

    def sums(row: Any) -> None:
        assert list(row) == ["jml_suara_total", "jml_suara_partai"]
        keyed(row, r"\w+", is_count_or_null)

    def names(row: Any) -> None:
        assert list(row)[-1] == "null" and row["null"] is None
        keyed({k: v for k, v in row.items() if k != "null"}, r"\d+", is_count_or_null)

    keyed(data["chart"] or {}, r"\d+", sums)
    keyed(data.get("caleg", {}), r"\d+", names)
    assert (data["chart"] or {}).keys() == data.get("caleg", {}).keys()


def _dapil(data: Any) -> None:
    assert list(data) == ["ts", "mode", "chart", "table", "progres"]
    assert STAMP.fullmatch(data["ts"]) and data["mode"] == "hhcw"
    _chart(data["chart"])
    assert set(data["progres"]) == {"total", "progres"}


def nation_by_dapil(data: Any) -> None:
    _dapil(data)
    for code, row in data["table"].items():
        assert re.fullmatch(r"\d{4}", code) and list(row)[-1] == "persen"
        keyed({key: n for key, n in row.items() if key != "persen"}, r"\d+", is_count)


def dapil(data: Any) -> None:
    _dapil(data)
    assert (data["table"] is None) is (data["chart"] is None)
    for number, row in (data["table"] or {}).items():
        assert list(row)[-2:] == ["jml_suara_total", "jml_suara_partai"]
        keyed(row, r"\d+|jml_suara_(total|partai)", is_count)
        assert row["jml_suara_total"] == data["chart"][number]
        assert row["jml_suara_total"] == sum(row.values()) - row["jml_suara_total"]


P, K, C, V = r"\w{2}", r"\w{4}", r"\w{6}", r"\w{10}"
WAY = rf"({P}(/{K}(/{C}(/{V})?)?)?)"
TPS = rf"{P}/{K}/{C}/{V}/\w{{13}}"
#: Every documented path under the root, and its shape; a path of another form is no path of Sirekap's.
FAMILIES: dict[str, Check] = {
    r"wilayah/pemilu/ppwp/0": lambda d: wilayah(d, "1"),
    rf"wilayah/pemilu/ppwp/{WAY}": wilayah,
    r"wilayah/pemilu/pdpr/dapil_dpr": dapil_list("kode"),
    r"wilayah/pemilu/pdprdp/0": lambda d: wilayah(d, "1"),
    rf"wilayah/pemilu/pdprdp/{P}": dapil_list("kode_dapil"),
    rf"wilayah/pemilu/pdprdk/{P}/{K}": dapil_list("kode_dapil"),
    rf"wilayah/pemilu/pdprdk/{P}/{K}/\d{{6}}": wilayah,
    r"pemilu/ppwp": pairs,
    r"pemilu/partai": parties,
    r"pemilu/caleg/partai/(\d{4}|\d{6})": lists,
    rf"pemilu/caleg/dpd/{P}": lambda d: keyed(d, r"\d+", person),
    rf"pemilu/hhcw/ppwp(/{WAY})?": aggregate(lists=False),
    rf"pemilu/hhcw/pdpd/{WAY}": aggregate(lists=False),
    rf"pemilu/hhcw/pdpr(/{WAY})?": aggregate(lists=True),
    rf"pemilu/hhcw/pdprdp/{WAY}": aggregate(lists=True),
    rf"pemilu/hhcw/pdprdk/{P}/{K}(/{C}(/{V})?)?": aggregate(lists=True),
    rf"pemilu/hhcw/(ppwp|pdpd)/{TPS}": station_of_persons,
    rf"pemilu/hhcw/(pdpr|pdprdp|pdprdk)/{TPS}": station_of_lists,
    r"pemilu/hhcd/pdpr/0": nation_by_dapil,
    r"pemilu/hhcd/pdpr/\d{4}": dapil,
    rf"pemilu/hhcd/pdprdp/{P}/\d{{6}}": dapil,
    rf"pemilu/hhcd/pdprdk/{P}/{K}/\d{{6}}": dapil,
}


def family_of(path: str) -> str:
    """The one family of a path; an assertion fails where there is none, or more than one."""
    found = [family for family in FAMILIES if re.fullmatch(family, path.removesuffix(".json"))]
    assert len(found) == 1, (path, found)
    return found[0]
