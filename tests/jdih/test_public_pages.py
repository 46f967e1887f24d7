"""The public's pages: what they show, what they keep to themselves, and how much they ask of the database."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import xml.etree.ElementTree as ET

import pytest

from electsys.documents import store_file
from electsys.ledger import Actor
from modules.jdih import indexing
from modules.jdih.demo.documents import plain_pdf
from modules.jdih.models import LawFile, LawRelation
from modules.jdih.queries.search import SIZE
from tests.jdih.searching import publish
from tests.pages import Html, count_queries

ACTOR = Actor.system("test")
TEXT = (
    "Pembukaan. Lihat Pasal 8 di bawah.",
    "Pasal 7\nSatu.\nPasal 8\n(1) Calon harus setia.\n(2) Usia.\nPasal 9\nLain.",
)


@pytest.fixture(autouse=True)
def store_folder(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))


@pytest.fixture
def pkpu(session):
    return publish(
        session,
        "Pencalonan Anggota DPR & DPRD",
        kind="pkpu",
        number="10",
        year=2023,
        citation="PKPU 10/2023",
        subjects=["pencalonan"],
        abstract="Bahwa perlu diatur.\n\nDasar: UU 7/2017.",
        source="BN Tahun 2023 Nomor 334",
        pages=TEXT,
    )


def with_file(session, document, *, role="utama", position=1, lines=("isi berkas",), origin="unggahan"):
    content = plain_pdf([lines])
    file = store_file(io.BytesIO(content), name="x.pdf", kind="document", actor=ACTOR, origin=origin)
    session.add(
        LawFile(document_id=document.id, file_id=file.id, role=role, label="Salinan", position=position)
    )
    session.flush()
    session.expire(document)
    return content


def relate(session, source, kind, target, **more):
    session.add(LawRelation(source_id=source.id, kind=kind, target_id=target.id, **more))
    session.flush()


# --- search --------------------------------------------------------------------------------------


def test_the_first_page_leads_into_the_register(client, pkpu):
    page = Html(client.get("/jdih/").text)
    assert "Pencalonan Anggota DPR & DPRD" in page.text()
    assert any(e.get("href") == "/jdih/satker" for e in page.all("a"))


def test_an_empty_register_says_so(client):
    response = client.get("/jdih/")
    assert "Belum ada produk hukum" in response.text


def test_a_hit_shows_its_passage_and_leads_to_the_page_of_the_file(client, pkpu):
    page = Html(client.get("/jdih/?cari=setia").text)
    assert [page.text(e) for e in page.all("mark")] == ["setia"]
    link = next(e for e in page.all("a") if "#page=" in (e.get("href") or ""))
    assert link.get("href").endswith(f"/{pkpu.stem}.pdf#page=2")


def test_a_mended_query_is_said(client, pkpu):
    assert "Ditampilkan hasil untuk" in client.get("/jdih/?cari=pencalonn").text


def test_no_hit_says_what_to_do(client, pkpu):
    page = client.get("/jdih/?cari=zzzzqqqq")
    assert "Tidak ditemukan" in page.text
    page = client.get("/jdih/?cari=pencalonan&tahun=1999")
    assert "Cari tanpa saringan" in page.text


@pytest.mark.parametrize(
    "query",
    ["cari=" + "a" * 5000, "cari=%00", "halaman=999999999999", "halaman=-1", "halaman=x",
     "tahun=abc&jenis=%27",
     "cari=%3Cscript%3Ealert(1)%3C/script%3E", "jenis=pkpu&jenis=kpt&satker=nasional", "status=-"],
)  # fmt: skip
def test_strange_addresses_give_pages(client, pkpu, query):
    assert client.get(f"/jdih/?{query}").status_code == 200
    assert client.get(f"/jdih/cari.json?{query}").status_code == 200


def test_facets_lead_to_what_they_promise(client, session, pkpu):
    publish(session, "Jadwal kampanye", year=2024)
    publish(session, "Jadwal pencalonan", year=2024)
    page = Html(client.get("/jdih/?cari=pencalonan").text)
    link = next(e for e in page.all("a") if (e.get("href") or "").endswith("tahun=2024"))
    assert page.text(link).endswith("1")
    narrowed = Html(client.get(link.get("href")).text)
    assert "1 dokumen" in narrowed.text()
    assert any(e.get("aria-current") == "true" for e in narrowed.all("a"))


def test_the_json_twin_counts_alike(client, session, pkpu):
    twin = client.get("/jdih/cari.json?cari=PKPU 10 2023").json
    assert twin["jumlah"] == 1
    assert twin["hasil"][0]["tepat"] is True
    assert twin["saringan"]["jenis"] == {"pkpu": 1}


def test_the_hits_of_a_search_as_a_file(client, session, pkpu):
    """All of them, in the order of the page, whatever the page; of what is asked for and nothing else."""
    for n in range(SIZE + 5):
        publish(session, f"Pedoman kampanye {n}", unit="1201", kind="kpt_kabko", pages=("kampanye rapat",))
    session.commit()
    answer = client.get("/jdih/?cari=kampanye&unduh=csv&halaman=2")
    assert 'filename="produk-hukum.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == SIZE + 5
    assert {row["Satker"] for row in rows} == {"KPU Kabupaten Tapanuli Tengah"}
    shown = [hit["halaman"] for hit in client.get("/jdih/cari.json?cari=kampanye").json["hasil"]]
    assert [row["Alamat"] for row in rows][:SIZE] == shown
    narrowed = client.get("/jdih/?cari=kampanye&jenis=pkpu&unduh=csv").data.decode("utf-8-sig")
    assert narrowed.count("\r\n") == 1
    book = client.get("/jdih/?unduh=xlsx")
    assert book.data.startswith(b"PK")
    book.close()
    assert client.get("/jdih/?unduh=exe", check=False).status_code == 404
    assert "unduh=csv" in client.get("/jdih/?cari=kampanye").text


def test_a_full_page_asks_little_of_the_database(client, session):
    for n in range(SIZE):
        publish(session, f"Pedoman kampanye {n}", unit="1201", kind="kpt_kabko", pages=("kampanye rapat",))
    session.commit()
    session.expire_all()
    client.get("/jdih/?cari=kampanye")
    session.expire_all()
    with count_queries(12):
        client.get("/jdih/?cari=kampanye")


# --- document ------------------------------------------------------------------------------------


def test_a_document_shows_all_it_has(client, session, pkpu):
    content = with_file(session, pkpu, role="lampiran", position=2)
    old = publish(session, "Pencalonan lama", kind="pkpu", number="20", year=2018, citation="PKPU 20/2018")
    ruling = publish(session, "Uji materi", kind="putusan_ma", number="24 P/HUM/2023", year=2023)
    relate(session, pkpu, "mencabut", old, note="seluruhnya")
    relate(session, ruling, "menguji", pkpu, outcome="membatalkan_sebagian")
    page = Html(client.get(f"/jdih/dokumen/{pkpu.stem}").text)
    text = page.text()
    for said in (
        "BN Tahun 2023 Nomor 334",
        "pencalonan",
        "Dasar: UU 7/2017.",
        "Mencabut",
        "Diuji dalam",
        "seluruhnya",
    ):
        assert said in text, said
    assert hashlib.sha256(content).hexdigest() in text
    assert f"{pkpu.stem}-lampiran-1.pdf" in text
    svg = next(e for e in page.all("svg") if e.get("class") == "law-graph")
    assert len([e for e in svg.iter() if e.tag == "a"]) == 2
    assert "PKPU 10/2023" in page.text(svg)
    back = Html(client.get(f"/jdih/dokumen/{old.stem}").text)
    assert "Dicabut dengan" in back.text()


def test_a_graph_of_many_relations_stays_small(client, session, pkpu):
    for n in range(12):
        other = publish(session, f"Pelaksanaan {n}", number=str(400 + n))
        relate(session, other, "melaksanakan", pkpu)
    page = Html(client.get(f"/jdih/dokumen/{pkpu.stem}").text)
    svg = next(e for e in page.all("svg") if e.get("class") == "law-graph")
    assert "dan 7 lainnya" in page.text(svg)
    assert page.text().count("Pelaksanaan") >= 12  # the list has them all


def test_drafts_and_unknown_names_are_not_there(client, session):
    draft = publish(session, "Rahasia", state="konsep")
    for path in (
        f"/jdih/dokumen/{draft.stem}",
        f"/jdih/dokumen/{draft.stem}.json",
        "/jdih/dokumen/tidak-ada",
    ):
        assert client.get(path).status_code == 404


def test_a_draft_shows_in_no_relation(client, session, pkpu):
    draft = publish(session, "Rancangan rahasia", number="999", state="konsep")
    relate(session, draft, "mengubah", pkpu)
    assert "rahasia" not in client.get(f"/jdih/dokumen/{pkpu.stem}").text
    assert "999" not in str(client.get(f"/jdih/dokumen/{pkpu.stem}.json").json["relasi"])


def test_a_withdrawn_document_says_why_and_gives_nothing(client, session):
    document = publish(session, "Keliru", state="konsep", pages=("isi",))
    document.state, document.withdrawal = "ditarik", "Salah berkas."
    document.published_at = dt.datetime.now(dt.UTC)
    session.commit()
    page = client.get(f"/jdih/dokumen/{document.stem}")
    assert page.status_code == 410
    assert "Salah berkas." in page.text
    assert ".pdf" not in page.text
    twin = client.get(f"/jdih/dokumen/{document.stem}.json").json
    assert twin["keadaan"] == "ditarik" and "lampiran" not in twin
    assert client.get(f"/jdih/dokumen/{document.stem}/{document.stem}.pdf").status_code == 404


def test_the_twin_has_the_official_keys(client, session, pkpu):
    with_file(session, pkpu)
    twin = client.get(f"/jdih/dokumen/{pkpu.stem}.json").json
    assert {
        "judul",
        "nomor",
        "teu",
        "tanggal_penetapan",
        "subjek",
        "bidang_hukum",
        "lampiran",
        "relasi",
    } <= set(twin)
    assert twin["nomor"] == "10"
    assert twin["kutipan"] == "PKPU 10/2023"


def test_a_document_asks_as_much_with_many_relations_as_with_one(client, session, pkpu):
    for n in range(8):
        relate(session, publish(session, f"P {n}", number=str(500 + n)), "melaksanakan", pkpu)
    session.commit()
    session.expire_all()
    with count_queries(12):
        client.get(f"/jdih/dokumen/{pkpu.stem}")


# --- citations -----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["PKPU 10/2023:8(2)", "pkpu nomor 10 tahun 2023 pasal 8 ayat (2)"])
def test_a_citation_leads_to_its_article(client, pkpu, said):
    response = client.get("/jdih/kutipan", query_string={"dasar": said})
    assert response.status_code == 302
    assert response.location.endswith("pasal=8(2)#pasal") or response.location.endswith(
        "pasal=8%282%29#pasal"
    )
    page = Html(client.get(response.location.partition("#")[0]).text)
    quoted = page.text(page.one("blockquote"))
    assert quoted.startswith("Pasal 8 (1) Calon harus setia.")
    assert "Pasal 9" not in quoted
    assert any("#page=2" in (e.get("href") or "") for e in page.all("a"))


def test_a_citation_without_article_leads_to_the_document(client, pkpu):
    assert client.get("/jdih/kutipan?dasar=PKPU 10/2023").location.endswith(f"/jdih/dokumen/{pkpu.stem}")


def test_an_unknown_citation_leads_to_the_search(client, pkpu):
    assert "/jdih/?cari=" in client.get("/jdih/kutipan?dasar=PKPU 99/2099").location
    assert client.get("/jdih/kutipan").status_code == 302


def test_an_article_that_is_not_there_is_said(client, pkpu):
    assert "belum dapat ditampilkan" in client.get(f"/jdih/dokumen/{pkpu.stem}?pasal=77").text
    assert client.get(f"/jdih/dokumen/{pkpu.stem}?pasal=.*(").status_code == 200


# --- files ---------------------------------------------------------------------------------------


def test_a_file_comes_under_its_name_whole_and_in_parts(client, session):
    document = publish(session, "Keputusan")
    content = with_file(session, document)
    path = f"/jdih/dokumen/{document.stem}/{document.stem}.pdf"
    whole = client.get(path)
    assert whole.data == content
    assert whole.mimetype == "application/pdf"
    assert f"{document.stem}.pdf" in whole.headers["Content-Disposition"]
    assert whole.headers["Content-Disposition"].startswith("attachment")
    part = client.get(path, headers={"Range": "bytes=5-20"})
    assert (part.status_code, part.data) == (206, content[5:21])
    assert client.get(path, headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    with client.get(path, headers={"If-None-Match": whole.headers["ETag"]}) as known:
        assert known.status_code == 304


def test_only_files_of_the_document_are_given(client, session):
    document, other = publish(session, "Satu"), publish(session, "Dua")
    with_file(session, document)
    with_file(session, other, lines=("lain",))
    for name in (f"{other.stem}.pdf", "x.pdf", "..%2f..%2fetc%2fpasswd", f"{document.stem}-lampiran-1.pdf"):
        assert client.get(f"/jdih/dokumen/{document.stem}/{name}").status_code == 404


# --- sites and feeds -----------------------------------------------------------------------------


def test_each_satker_has_a_site_of_its_own_documents(client, session, pkpu):
    own = publish(session, "Keputusan Tapteng", kind="kpt_kabko", unit="1201")
    page = client.get("/jdih/satker/1201").text
    assert "Keputusan Tapteng" in page and "Pencalonan" not in page
    assert "KPU Kabupaten Tapanuli Tengah" in page
    assert "Pencalonan" in client.get("/jdih/satker/nasional").text
    province = Html(client.get("/jdih/satker/12").text)
    assert any(e.get("href") == "/jdih/satker/1201" for e in province.all("a"))
    assert any(e.get("href") == "/jdih/satker/12" for e in Html(client.get("/jdih/satker").text).all("a"))
    assert "belum menerbitkan" in client.get("/jdih/satker/3171").text
    atom = client.get("/jdih/satker/1201/atom.xml").text
    assert own.stem in atom and pkpu.stem not in atom


@pytest.mark.parametrize("unit", ["0000", "120101", "x", "00", "1", "12%00", "-1"])
def test_other_codes_are_no_satker(client, unit):
    assert client.get(f"/jdih/satker/{unit}").status_code == 404


def tree(response):
    return ET.fromstring(response.data)  # noqa: S314  (of our own making)


ATOM = "{http://www.w3.org/2005/Atom}"


def test_atom_is_well_formed_and_tells_when(client, session, pkpu):
    publish(session, "Judul <aneh> & \x0b baru")
    response = client.get("/jdih/atom.xml")
    assert response.mimetype == "application/atom+xml"
    feed = tree(response)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 2
    for entry in entries:
        assert entry.find(f"{ATOM}id").text.startswith("http")
        assert entry.find(f"{ATOM}updated").text
    assert feed.find(f"{ATOM}updated").text == max(e.find(f"{ATOM}updated").text for e in entries)
    assert (
        client.get("/jdih/atom.xml", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    )


def test_an_empty_atom_is_well_formed(client):
    assert tree(client.get("/jdih/atom.xml")).findall(f"{ATOM}entry") == []


def test_the_map_of_the_site_has_every_document_once(client, session, monkeypatch):
    from modules.jdih.queries import public

    monkeypatch.setattr(public, "MAP_PART", 2)
    made = {publish(session, f"D {n}").stem for n in range(5)}
    publish(session, "rahasia", state="konsep")
    index = tree(client.get("/jdih/sitemap.xml"))
    parts = [e.text for e in index.iter() if e.tag.endswith("loc")]
    assert len(parts) == 3
    found = []
    for part in range(1, 4):
        urls = tree(client.get(f"/jdih/sitemap-{part}.xml"))
        found += [e.text.rpartition("/")[2] for e in urls.iter() if e.tag.endswith("loc")]
    assert len(found) == 5 and set(found) == made
    assert client.get("/jdih/sitemap-4.xml").status_code == 404
    assert client.get("/jdih/sitemap-0.xml").status_code == 404


def test_robots_name_the_map(client):
    text = client.get("/robots.txt").text
    assert "Sitemap: http" in text and "/jdih/sitemap.xml" in text


def test_the_home_page_leads_here(client, pkpu):
    page = client.get("/").text
    assert "/jdih/" in page and pkpu.title.replace("&", "&amp;") in page


def test_the_index_is_built_anew_by_command(app, session, pkpu):
    from sqlalchemy import text

    session.execute(text("delete from law_index"))
    result = app.test_cli_runner().invoke(args=["jdih", "index"])
    assert result.exit_code == 0, result.output
    assert session.scalar(text("select count(*) from law_index")) == 1
    assert indexing.unread(pkpu.id) == []


def test_a_paper_of_this_house_shows_the_code_that_is_printed_on_it(client, session):
    from electsys.documents import issue_document
    from modules.jdih.operations.register import register_official

    paper = issue_document(
        "Kpt",
        "keputusan",
        {"diktum": ["Menetapkan."], "signers": [{"name": "Uji", "role": "Ketua"}]},
        unit="1201",
        series="keputusan",
        year=2024,
        date=dt.date(2024, 3, 1),
        title="Jadwal",
        subject="uji:1",
        actor=ACTOR,
    )
    law = register_official(paper, actor=ACTOR)
    session.commit()
    page = Html(client.get(f"/jdih/dokumen/{law.stem}").text)
    code = next(e for e in page.with_class("law-qr")[0].iter() if e.tag == "svg")
    assert (code.get("viewBox") or code.get("viewbox")) and code.get("width") is None
    assert any(e.get("href") == f"/dokumen/{paper.token}" for e in page.all("a"))
    assert client.get(f"/jdih/dokumen/{law.stem}.json").json["keaslian"].endswith(paper.token)
