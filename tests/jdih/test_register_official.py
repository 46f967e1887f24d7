"""Papers that this house issues enter the register: once, under their number, with their file."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from electsys.documents import issue_document
from electsys.ledger import Act
from modules.jdih.models import LawFile
from modules.jdih.operations import register
from modules.jdih.queries import register as queries
from tests.jdih.registering import SYSTEM, draft


@pytest.fixture(autouse=True)
def store_folder(app, session, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))


def issue(kind="Kpt", template="keputusan", unit="1201", **more):
    data = {
        "signers": [{"name": "Nama Uji", "role": "Ketua"}],
        "menimbang": ["bahwa uji"],
        "mengingat": ["Undang-Undang Nomor 7 Tahun 2017 tentang Pemilihan Umum"],
        "diktum": ["Menetapkan uji."],
    }
    return issue_document(
        kind,
        template,
        data,
        unit=unit,
        series="keputusan" if kind == "Kpt" else kind,
        year=2026,
        title="Penetapan Uji",
        subject="uji:1",
        actor=SYSTEM,
        date=dt.date(2026, 3, 4),
        **more,
    )


def test_a_decision_enters_published_with_its_file(session):
    paper = issue()
    law = register.register_official(paper, actor=SYSTEM, subjects=["uji"], abstract="Isi.")
    assert (law.kind, law.unit, law.number, law.year) == ("kpt_kabko", "1201", paper.entry.serial, 2026)
    assert (law.state, law.legal_status, law.title) == ("terbit", "berlaku", "Penetapan Uji")
    assert (law.set_on, law.subjects, law.abstract) == (paper.date, ["uji"], "Isi.")
    [file] = session.scalars(select(LawFile).where(LawFile.document_id == law.id))
    assert (file.file_id, file.role) == (paper.file_id, "utama")
    assert queries.versions_of(law)[0].snapshot["files"][0]["sha256"] == paper.file.sha256
    assert session.scalars(select(Act).where(Act.verb == "jdih:document:enter")).all()


def test_a_second_call_gives_the_same_row(session):
    paper = issue()
    first = register.register_official(paper, actor=SYSTEM)
    assert register.register_official(paper, actor=SYSTEM, abstract="lain") is first
    assert first.abstract == ""
    assert len(queries.versions_of(first)) == 1


def test_the_kind_follows_the_satker(session):
    national = register.register_official(issue(unit=""), actor=SYSTEM)
    province = register.register_official(issue(unit="12"), actor=SYSTEM, publish=False)
    assert (national.kind, province.kind) == ("kpt", "kpt_prov")
    assert national.citation == f"Kep {national.number}/2026"
    assert (province.state, province.published_at) == ("konsep", None)


def test_minutes_do_not_enter(session):
    paper = issue("BA", "berita_acara", classification="PL.01.8", unit="1201")
    with pytest.raises(LookupError, match="BA"):
        register.register_official(paper, actor=SYSTEM)


def test_a_number_typed_in_before_is_not_overwritten(session):
    paper = issue()
    other = draft("kpt_kabko", unit="1201", number=paper.entry.serial, year=2026)
    with pytest.raises(register.Exists) as refused:
        register.register_official(paper, actor=SYSTEM)
    assert refused.value.existing == other.id
