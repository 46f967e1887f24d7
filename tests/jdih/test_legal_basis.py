"""Every article that the suite cites leads to a document of the register."""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import func, select

from electsys.elections.citations import cite
from electsys.elections.models import CodeEntry, LegalSetting, Stage
from electsys.ledger import Actor
from modules.jdih.models import LawDocument, LawKind, LawRelation
from modules.jdih.operations import register
from modules.jdih.operations.seeding import facts, seed_basis
from modules.jdih.queries import register as queries
from modules.jdih.rules import naming
from modules.situng.layouts import form_model
from modules.situng.rules import ALL_RULES, CAUTION
from modules.situng.wording import catalogue

ROOT = Path(__file__).parents[2]
ACTOR = Actor.system("uji")
#: Sources that are no law: a count, our own papers.
NO_LAW = re.compile(rf"Sirekap 2024|{CAUTION}|")


@pytest.fixture
def basis(session):
    return seed_basis(actor=ACTOR)


def cited(text):
    return [c.document for c in naming.find(text)]


def unresolved(texts):
    wanted = {document for text in texts for document in cited(text)}
    return sorted(document for document in wanted if queries.by_citation(document) is None)


def test_the_instruments_of_the_legal_basis(session, basis):
    documents, relations = basis
    assert documents == len(facts()) == session.scalar(select(func.count()).select_from(LawDocument))
    assert relations == session.scalar(select(func.count()).select_from(LawRelation))
    # Every instrument of domain.md section 1, row by row.
    for citation in (
        *("UU 7/2017", "Perppu 1/2022", "UU 7/2023", "UU 1/2015", "UU 8/2015", "UU 10/2016", "UU 6/2020"),
        *("UU 2/2008", "UU 2/2011", "UU 27/2022", "UU 17/2014", "UU 23/2014", "PKPU 3/2022", "PKPU 4/2022"),
        *("PKPU 11/2022", "PKPU 11/2017", "PKPU 6/2018", "PKPU 6/2022", "PKPU 6/2023", "PKPU 7/2022"),
        *("PKPU 7/2023", "Kep 27/2023", "Kep 55/2023", "Kep 799/2024", "PKPU 6/2021", "PKPU 1/2025"),
        *("PKPU 10/2022", "PKPU 13/2022", "PKPU 11/2023", "PKPU 10/2023", "PKPU 19/2023", "PKPU 23/2023"),
        *("PKPU 3/2017", "PKPU 9/2020", "PKPU 8/2024", "PKPU 10/2024", "Kep 532/2024", "PKPU 25/2023"),
        *("Kep 66/2024", "PKPU 5/2024", "Kep 219/2024", "PKPU 6/2024", "Kep 1205/2024", "PKPU 3/2019"),
        *("PKPU 4/2019", "PKPU 5/2019", "PKPU 17/2024", "PKPU 18/2024", "PKPU 6/2017", "PKPU 6/2019"),
        *("PKPU 3/2025", "PKPU 8/2022", "PKPU 5/2021", "Perpres 33/2012", "Permenkumham 2/2013"),
        *("Permenkumham 8/2019", "PKPU 2/2021", "PKPU 8/2021", "Kep 57/2022", "Kep 42/2023"),
        *("MK 55/PUU-XVIII/2020", "MK 87/PUU-XX/2022", "MA 24 P/HUM/2023", "MK 90/PUU-XXI/2023"),
        *("MK 116/PUU-XXI/2023", "MK 60/PUU-XXII/2024", "MK 70/PUU-XXII/2024", "MK 62/PUU-XXII/2024"),
        "MK 135/PUU-XXII/2024",
    ):
        found = queries.by_citation(citation)
        assert found is not None, citation
        assert found[0].legal_status is not None


STATUSES = {
    # amended by Perppu 1/2022; art 222 annulled by MK 62/PUU-XXII/2024
    "UU 7/2017": "dicabut_sebagian",
    "Perppu 1/2022": "berlaku",
    "PKPU 7/2022": "diubah",
    "PKPU 10/2023": "diubah",
    "PKPU 6/2021": "dicabut",
    "PKPU 6/2017": "dicabut",
    "PKPU 6/2019": "dicabut",
    "PKPU 3/2025": "berlaku",
    "PKPU 9/2020": "dicabut",
    "UU 1/2015": "diubah",
    "MK 70/PUU-XXII/2024": "berlaku",
    "Permenkumham 2/2013": "dicabut",
}


def test_status_of_the_legal_basis(session, basis):
    assert {c: queries.by_citation(c)[0].legal_status for c in STATUSES} == STATUSES


def test_seeding_again_adds_nothing_and_leaves_edits_alone(session, basis):
    law = queries.by_citation("PKPU 4/2022")[0]
    register.edit_document(law, {"source": "BN Uji"}, reason="x", actor=ACTOR)
    assert seed_basis(actor=ACTOR) == (0, 0)
    assert law.source == "BN Uji"


def test_seeding_is_quick(session):
    start = time.monotonic()
    seed_basis(actor=ACTOR)
    assert time.monotonic() - start < 30


def test_each_document_has_one_version_and_its_relations_in_it(session, basis):
    law = queries.by_citation("PKPU 3/2025")[0]
    [version] = queries.versions_of(law)
    assert [r["target"] for r in version.snapshot["relations"]] == ["2014uu017", "2017pkpu006"]
    assert law.stem == "2025pkpu003"
    assert queries.by_citation("MK 55/PUU-XVIII/2020")[0].year == 2021


def test_every_setting_stage_and_code_resolves(session, basis):
    texts = [
        text
        for column in (LegalSetting.regulation, Stage.regulation, CodeEntry.regulation)
        for text in session.scalars(select(column).distinct())
    ]
    assert len(texts) > 30
    assert not [t for t in texts if not cited(t) and not NO_LAW.fullmatch(t)], "a citation nobody can read"
    assert not unresolved(texts)


def test_every_rule_and_form_resolves(session, basis):
    models = [form_model(path.stem) for path in (ROOT / "modules/situng/form_models").glob("*.toml")]
    texts = [rule.article for rule in ALL_RULES] + [m.regulation for m in models]
    assert not [t for t in texts if not cited(t) and not NO_LAW.fullmatch(t)]
    assert not unresolved(texts)


def test_every_citation_in_code_templates_and_data_resolves(session, basis):
    """Docstrings and comments name articles (design.md): each names a document of the register."""
    missing = {}
    for folder, pattern in (
        ("electsys", "*.py"),
        ("electsys", "*.toml"),
        ("modules", "*.py"),
        ("modules", "*.toml"),
        ("templates", "*.html"),
        ("templates", "*.typ"),
        ("migrations", "*.py"),
    ):
        for path in (ROOT / folder).rglob(pattern):
            if gone := unresolved(_passages(path)):
                missing[str(path.relative_to(ROOT))] = gone
    assert not missing


def _passages(path):
    """The text of a file, without examples that name no real document."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if "contoh:" not in line]


def test_what_the_papers_cite_in_full_is_there_too(session, basis):
    """Typst data of the demo and templates write "Undang-Undang Nomor 7 Tahun 2017"."""
    long = re.compile(r"(Undang-Undang|Peraturan KPU) Nomor (\d+) Tahun (\d{4})")
    prefix = {"Undang-Undang": "UU", "Peraturan KPU": "PKPU"}
    texts = [p.read_text(encoding="utf-8") for p in (ROOT / "templates").rglob("*.typ")]
    named = {f"{prefix[m[1]]} {m[2]}/{m[3]}" for text in texts for m in long.finditer(text)}
    assert not unresolved(named)


def test_the_file_is_in_order():
    rows = facts()
    keys = [(r["jenis"], r["nomor"], r["tahun"]) for r in rows]
    assert len(set(keys)) == len(keys)
    assert all(isinstance(r["k"], bool) and r["judul"] and r["subjek"] for r in rows)
    assert tomllib.loads((ROOT / "modules/jdih/data/dasar_hukum.toml").read_text())


def test_kinds_are_those_of_the_law(session):
    codes = set(session.scalars(select(LawKind.code)))
    assert codes >= {
        *(
            "uu",
            "perppu",
            "pp",
            "perpres",
            "permenkumham",
            "pkpu",
            "kpt",
            "kpt_prov",
            "kpt_kabko",
            "se",
            "sd",
        ),
        *("pks", "putusan_mk", "putusan_ma", "putusan_ptun", "putusan_bawaslu", "putusan_dkpp"),
        *("monografi", "artikel", "infografis", "naskah_akademik", "rancangan", "penelitian"),
    }


def test_the_command(app, session):
    from electsys.db import db
    from modules.jdih import cli

    runner = app.test_cli_runner()
    answer = runner.invoke(args=["jdih", "seed"])
    assert answer.exit_code == 0, answer.output
    assert f"{len(facts())} dokumen" in answer.output
    assert cli.jdih.name == "jdih" and db.session.scalar(select(func.count()).select_from(LawDocument))


# --- the hook ------------------------------------------------------------------------------------


def test_a_citation_becomes_a_link(app, session, basis):
    with app.test_request_context():
        assert cite("PKPU 10/2023:8(2)") == (
            '<a class="cite" href="/jdih/kutipan?dasar=PKPU+10/2023:8(2)" title="Peraturan Komisi Pemilihan'
            " Umum Nomor 10 Tahun 2023 tentang Pencalonan Anggota Dewan Perwakilan Rakyat, Dewan Perwakilan"
            " Rakyat Daerah Provinsi, dan Dewan Perwakilan Rakyat Daerah Kabupaten/Kota"
            '">PKPU 10/2023:8(2)</a>'
        )
        both = cite("PKPU 7/2022; UU 7/2017 art 350 <b>")
        assert both.count("<a ") == 2 and both.endswith(" &lt;b&gt;")


@pytest.mark.parametrize("text", ["", None, "Sirekap 2024", "PKPU 999/1999", "<i>UU</i>"])
def test_what_nobody_knows_stays_as_it_is(app, session, text):
    from markupsafe import escape

    with app.test_request_context():
        assert cite(text) == escape(text or "")


def test_the_catalogue_of_situng_names_its_articles(session, basis):
    assert not unresolved(entry.article for entry in catalogue())


def test_a_refusal_leads_to_the_article_of_its_stage(app, client, session, basis, monkeypatch):
    """A closed stage refuses with its regulation, and the page of the refusal links it."""
    from electsys.elections import calendar
    from electsys.elections.queries import by_code
    from electsys.errors import Refused
    from electsys.web.errors import refused

    election = by_code("pemilu-2024")
    with pytest.raises(Refused, match="Tahapan") as caught:
        calendar.require_open(election.id, "kampanye", region="1201")
    assert caught.value.hint.endswith("Dasar: PKPU 15/2023.")
    session.commit()
    with app.test_request_context():
        page = refused(caught.value).get_data(as_text=True)
    assert '<a class="cite" href="/jdih/kutipan?dasar=PKPU' in page
