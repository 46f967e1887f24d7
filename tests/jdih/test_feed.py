"""The feed for JDIHN: exactly the shape of domain.md 8.2, never empty, and exactly what changed."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from electsys import jobs
from electsys.errors import Refused
from modules.jdih import feed
from modules.jdih.rules import jdihn
from tests.jdih.searching import publish

#: domain.md 8.2 as a JSON schema (2020-12). Keys are those of the format; every value is a string.
DAY = {"type": "string", "pattern": r"^(\d{4}-\d\d-\d\d|-)$"}
TEXT = {"type": "string", "minLength": 1}
URL = {"type": "string", "pattern": r"^(https?://\S+|-)$"}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": list(jdihn.KEYS),
        "properties": dict.fromkeys(jdihn.KEYS, TEXT)
        | {
            "idData": {"type": "string", "pattern": r"^\d+$"},
            "tahun_pengundangan": {"type": "string", "pattern": r"^\d{4}$"},
            "tanggal_pengundangan": DAY,
            "tanggal_penetapan": DAY,
            "urlDownload": URL,
            "urlAbstrak": URL,
            "urlDetailPeraturan": {"type": "string", "pattern": r"^https?://\S+$"},
            "operasi": {"const": "4"},
            "display": {"const": "1"},
            "last_updated": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        },
    },
}
#: The keys that domain.md 8.2 lists, typed off here so that a change of the code's own list shows.
OFFICIAL = """
    idData tahun_pengundangan tanggal_pengundangan tanggal_penetapan jenis noPeraturan judul noPanggil
    penerbit deskripsiFisik isbn nomorIndukBuku singkatanJenis tempatTerbit sumber subjek status bahasa
    bidangHukum teuBadan fileDownload urlDownload abstrak urlAbstrak urlDetailPeraturan operasi display
    last_updated
    """.split()  # noqa: SIM905  (a list of words reads best as words)


def check(objects):
    """Fail where a feed breaks :data:`SCHEMA` (the few words of JSON Schema that it uses)."""
    assert isinstance(objects, list)
    assert len(objects) >= SCHEMA["minItems"]
    item = SCHEMA["items"]
    for each in objects:
        assert set(each) == set(item["required"]) == set(item["properties"])
        for key, value in each.items():
            rule = item["properties"][key]
            assert isinstance(value, str), key
            assert value == rule.get("const", value), key
            assert len(value) >= rule.get("minLength", 0), key
            assert re.search(rule.get("pattern", ""), value), (key, value)


@pytest.fixture(autouse=True)
def home(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "HOME", tmp_path)
    return tmp_path


def fetch(client, asked="", **more):
    """The feed, read to its end and closed, as a server closes it."""
    with client.get(f"/feed/document.json{asked}", **more) as response:
        response.get_data()
        return response


def changed(session, document, moment):
    session.execute(
        text("update law_document set changed_at = :m where id = :i"), {"m": moment, "i": document.id}
    )
    session.commit()
    session.expire_all()


def test_the_keys_are_those_of_the_format():
    assert sorted(jdihn.KEYS) == sorted(OFFICIAL)


def test_the_feed_fits_the_schema(client, session):
    publish(session, "Pencalonan", kind="pkpu", number="10", year=2023, abstract="Isi.", pages=("a",))
    publish(
        session, "Buku", kind="monografi", number=None, publisher="KPU", isbn="978-0-306-40615-7", status=None
    )
    publish(session, "Uji materi", kind="putusan_mk", number="90/PUU-XXI/2023", court="Mahkamah Konstitusi")
    publish(session, "Ditarik", state="ditarik", pages=("b",))
    publish(session, "Konsep", state="konsep")
    session.commit()
    response = fetch(client)
    assert response.mimetype == "application/json"
    rows = response.json
    check(rows)
    by_title = {row["judul"].rpartition(" tentang ")[2]: row for row in rows}
    assert len(rows) == 4
    pkpu = by_title["Pencalonan"]
    assert (pkpu["noPeraturan"], pkpu["singkatanJenis"], pkpu["status"]) == ("10", "PKPU", "Berlaku")
    assert pkpu["judul"] == "Peraturan Komisi Pemilihan Umum Nomor 10 Tahun 2023 tentang Pencalonan"
    assert pkpu["penerbit"] == pkpu["isbn"] == pkpu["noPanggil"] == "-"
    assert pkpu["fileDownload"].endswith(".pdf")
    assert pkpu["urlDownload"].endswith(f"/{pkpu['fileDownload']}")
    assert by_title["Buku"]["penerbit"] == "KPU"
    assert by_title["Buku"]["fileDownload"] == by_title["Buku"]["status"] == "-"


def test_a_download_of_the_feed_leads_somewhere(client, session, tmp_path, monkeypatch, app):
    import io
    from urllib.parse import urlsplit

    from electsys.documents import store_file
    from electsys.ledger import Actor
    from modules.jdih.demo.documents import plain_pdf
    from modules.jdih.models import LawFile

    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))
    document = publish(session, "Pencalonan")
    file = store_file(
        io.BytesIO(plain_pdf([["a"]])), name="a.pdf", kind="document", actor=Actor.system("test")
    )
    session.add(LawFile(document_id=document.id, file_id=file.id, role="utama", label="S", position=1))
    session.commit()
    session.expire_all()
    row = fetch(client).json[0]
    assert client.get(urlsplit(row["urlDownload"]).path).status_code == 200
    assert client.get(urlsplit(row["urlDetailPeraturan"]).path).status_code == 200


def test_a_withdrawal_reaches_the_harvester(client, session):
    document = publish(session, "Keliru", pages=("a",), abstract="Isi.")
    changed(session, document, dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    assert fetch(client, "?since=2024-01-02").json == []
    document.state, document.withdrawal = "ditarik", "Keliru."
    session.flush()
    changed(session, document, dt.datetime(2024, 1, 3, tzinfo=dt.UTC))
    for asked in ("?since=2024-01-02", ""):
        (row,) = fetch(client, asked).json
        check([row])
        assert row["status"] == "Ditarik"
        assert row["fileDownload"] == row["urlDownload"] == row["abstrak"] == "-"


def test_since_gives_exactly_what_changed(client, session):
    start = dt.datetime(2024, 3, 20, 0, 0, tzinfo=dt.UTC)
    documents = [publish(session, f"D {n}", state="ditarik" if n % 4 == 0 else "terbit") for n in range(12)]
    draft = publish(session, "Konsep", state="konsep")
    for n, document in enumerate([*documents, draft]):
        changed(session, document, start + dt.timedelta(minutes=n))
    for n in range(12):
        moment = start + dt.timedelta(minutes=n)
        for said in (
            moment.strftime("%Y-%m-%dT%H:%M") + "Z",
            moment.astimezone(feed.ZONE).strftime("%Y-%m-%dT%H:%M"),
            moment.isoformat().replace("+", "%2B"),
            moment.isoformat(),  # the plus sign arrives as a blank
        ):
            rows = fetch(client, f"?since={said}").json
            assert [r["idData"] for r in rows] == [str(d.id) for d in documents[n:]], said
    assert len(fetch(client, "?since=2024-03-20").json) == 12
    assert fetch(client, "?since=2024-03-21").json == []


@pytest.mark.parametrize(
    "said",
    ["", "kemarin", "2024", "2024-13-01", "2024-02-30", "2024-03-20T25:00", "2024-03-20'--"],
)
def test_a_since_that_is_no_time_is_refused_in_words(client, session, said):
    publish(session, "D")
    session.commit()
    response = fetch(client, query_string={"since": said})
    assert response.status_code == 400
    assert "since=2024-03-20" in response.json["detail"]


@given(st.text(max_size=40))
def test_any_since_is_a_time_or_refused(app, said):
    with app.test_request_context("/"):
        try:
            assert feed.since(said).tzinfo is not None
        except Refused as refusal:
            assert refusal.status == 400


def test_the_feed_is_never_empty(client, app, session, home):
    response = fetch(client)
    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"
    target = home / "out.json"
    target.write_text("lama")
    result = app.test_cli_runner().invoke(args=["jdih", "feed", "--out", str(target)])
    assert result.exit_code == 1
    assert "kosong" in result.output
    assert target.read_text() == "lama"
    assert [p.name for p in home.iterdir()] == ["out.json"]


def test_a_feed_that_breaks_half_way_leaves_the_old_one(app, session, home, monkeypatch):
    publish(session, "D 1")
    publish(session, "D 2")
    session.commit()
    target = home / "out.json"
    target.write_text("lama")
    made = iter([True])

    def broken(entry):
        next(made)
        return {"idData": str(entry.id)}

    monkeypatch.setattr(jdihn, "row", broken)
    with app.test_request_context("/"), pytest.raises((StopIteration, RuntimeError)):
        feed.write(target)
    assert target.read_text() == "lama"
    assert [p.name for p in home.iterdir()] == ["out.json"]


def test_the_command_writes_what_the_page_gives(client, app, session, home):
    for n in range(5):
        publish(session, f"Judul “{n}” & <b>")
    session.commit()
    target = home / "baru" / "document.json"
    result = app.test_cli_runner().invoke(args=["jdih", "feed", "--out", str(target)])
    assert result.exit_code == 0, result.output
    assert "5 dokumen" in result.output
    assert json.loads(target.read_text()) == fetch(client).json


def test_the_command_refuses_a_time_that_it_cannot_read(app, session, home):
    publish(session, "D")
    session.commit()
    result = app.test_cli_runner().invoke(args=["jdih", "feed", "--out", str(home / "x"), "--since", "dulu"])
    assert result.exit_code == 1
    assert not (home / "x").exists()


def test_a_reader_who_has_it_gets_nothing_until_something_changes(client, session):
    document = publish(session, "D")
    changed(session, document, dt.datetime(2024, 1, 1, 12, 0, 0, 123456, tzinfo=dt.UTC))
    first = fetch(client)
    assert first.headers["Last-Modified"] == "Mon, 01 Jan 2024 12:00:00 GMT"
    for asks, told in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        known = fetch(client, headers={asks: first.headers[told]})
        assert known.status_code == 304
    document.title = "Baru"
    session.flush()
    changed(session, document, dt.datetime(2024, 1, 1, 12, 0, 0, 123457, tzinfo=dt.UTC))
    again = fetch(client, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.json[0]["judul"].endswith("Baru")


def test_a_job_writes_it_before_anybody_asks(app, session, home):
    jobs.run_periodic(app, "modules.jdih.jobs.write_feed")
    assert not (home / "jdih").exists()
    publish(session, "D")
    session.commit()
    jobs.run_periodic(app, "modules.jdih.jobs.write_feed")
    (written,) = (home / "jdih").iterdir()
    check(json.loads(written.read_text()))


def test_under_another_address_the_old_feed_is_not_given(client, app, session, monkeypatch):
    publish(session, "D")
    session.commit()
    fetch(client)
    monkeypatch.setitem(app.config, "BASE_URL", "https://jdih.contoh.test")
    (row,) = fetch(client).json
    assert row["urlDetailPeraturan"].startswith("https://jdih.contoh.test/")


ENTRIES = st.builds(
    jdihn.Entry,
    id=st.integers(1, 10**9),
    year=st.integers(1945, 2100),
    set_on=st.none() | st.dates(dt.date(1945, 1, 1), dt.date(2100, 1, 1)),
    promulgated_on=st.none() | st.dates(dt.date(1945, 1, 1), dt.date(2100, 1, 1)),
    kind=st.text(min_size=1),
    abbreviation=st.text(min_size=1),
    type=st.sampled_from(["peraturan", "putusan", "monografi", "artikel"]),
    number=st.none() | st.text(),
    title=st.text(),
    page=st.just("https://x.test/a"),
    changed_at=st.datetimes(timezones=st.just(dt.UTC)).filter(lambda moment: moment.year >= 1000),
    withdrawn=st.booleans(),
    legal_status=st.none() | st.sampled_from(sorted(jdihn.STATUSES)),
    isbn=st.none() | st.text(),
    subjects=st.lists(st.text(), max_size=3),
    file=st.none() | st.just(jdihn.Link("a.pdf", "https://x.test/a.pdf")),
    sheet=st.none() | st.just(jdihn.Link("b.pdf", "https://x.test/b.pdf")),
    abstract=st.text(),
)


@given(ENTRIES)
def test_whatever_a_document_holds_its_row_fits_the_schema(entry):
    row = jdihn.row(entry)
    check([row])
    assert tuple(row) == jdihn.KEYS
    if entry.type != "monografi":
        assert row["isbn"] == "-"
    if entry.withdrawn:
        assert row["status"] == "Ditarik" and row["urlDownload"] == "-"
