"""Operations of the register: duplicates, versions, publication, withdrawal, relations, files."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from electsys import events
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from modules.jdih.events import RulingIssued
from modules.jdih.models import LawDocument, LawRelation, LawVersion
from modules.jdih.operations import files, register, relations
from modules.jdih.operations.checking import Doubtful, Exists
from modules.jdih.queries import register as queries
from tests.jdih.registering import SYSTEM, draft, published, stored


@pytest.fixture(autouse=True)
def store_folder(app, session, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))


@pytest.fixture
def officer(make_account):
    """JDIH staff of Tapanuli Tengah."""
    account = make_account("jdih_pengelola", "1201")
    return Actor(account.id, account.username)


@pytest.fixture
def national(make_account):
    """JDIH staff of KPU RI."""
    account = make_account("jdih_pengelola")
    return Actor(account.id, account.username)


def acts(session, verb):
    session.flush()
    return session.scalars(select(Act).where(Act.verb == verb).order_by(Act.id)).all()


def status(document):
    return document.legal_status


# --- drafts --------------------------------------------------------------------------------------


def test_a_draft_gets_stem_citation_heading_and_a_first_version(national):
    law = register.draft_document(
        "pkpu", {"title": "  Pencalonan\n uji ", "number": " 901 "}, unit="", year=2023, actor=national
    )
    assert (law.stem, law.citation, law.number) == ("2023pkpu901", "PKPU 901/2023", "901")
    assert (law.heading, law.place, law.language) == (
        "Indonesia. Komisi Pemilihan Umum",
        "Jakarta",
        "Indonesia",
    )
    assert (law.state, law.legal_status) == ("konsep", "berlaku")
    [version] = queries.versions_of(law)
    assert version.snapshot["title"] == law.title == "Pencalonan\n uji"
    assert (version.version, version.created_by) == (1, national.name)


def test_a_decision_of_a_satker_bears_its_name(officer):
    law = draft("kpt_kabko", unit="1201", number="12", year=2024, actor=officer)
    assert law.stem == "1201-2024kpt012"
    assert law.citation is None
    assert law.heading == "Tapanuli Tengah (Kabupaten). Komisi Pemilihan Umum"


def test_a_used_number_is_refused_with_the_document_that_has_it(national):
    first = draft(number="55", actor=national)
    with pytest.raises(Exists) as refused:
        draft(number="55", actor=national)
    assert refused.value.existing == first.id
    assert refused.value.field == "number"
    assert "Nomor 55 Tahun 2023" in refused.value.message
    # Another satker, kind or year may use it.
    draft(number="55", year=2024)
    draft("kpt", number="55")
    draft("kpt_kabko", unit="1201", number="55")
    draft("kpt_kabko", unit="1202", number="55")


def test_the_same_title_in_a_year_is_doubted_until_accepted(national):
    first = draft(title="Tata Cara: Uji, Coba")
    with pytest.raises(Doubtful) as doubted:
        draft(title="tata cara uji coba")
    [doubt] = doubted.value.doubts
    assert (doubt.code, doubt.document_id) == ("title", first.id)
    assert queries.name_of(first) in doubt.sentence
    draft(title="tata cara uji coba", year=2024)
    given = {"title": "tata cara uji coba", "number": "56"}
    register.draft_document("pkpu", given, unit="", year=2023, actor=national, accepted=["title"])


def test_a_satker_writes_only_what_it_issues_and_only_its_own(officer, national):
    with pytest.raises(Refused) as elsewhere:
        draft("kpt_kabko", unit="1202", actor=officer)
    assert elsewhere.value.status == 403
    with pytest.raises(Refused) as national_law:
        draft("pkpu", actor=officer)
    assert national_law.value.status == 403
    with pytest.raises(Refused) as wrong_kind:
        draft("pkpu", unit="1201", actor=national)
    assert wrong_kind.value.field == "unit"
    assert draft("kpt_kabko", unit="1202", actor=national).unit == "1202"


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("monografi", {"isbn": "9786020000001"}, "isbn"),
        ("monografi", {"isbn": "bukan isbn"}, "isbn"),
        ("pkpu", {"number": "9" * 81}, "number"),
        ("pkpu", {"set_on": dt.date(2023, 5, 2), "promulgated_on": dt.date(2023, 5, 1)}, "promulgated_on"),
        ("putusan_mk", {"ruling_regions": ["1299"]}, "ruling_regions"),
        ("putusan_mk", {"ruling_regions": ["'; drop table"]}, "ruling_regions"),
    ],
)
def test_wrong_values_name_their_field(session, kind, values, field):
    with pytest.raises(Refused) as refused:
        draft(kind, **values)
    assert refused.value.field == field


@pytest.mark.parametrize("isbn", ["978-0-306-40615-7", "0-306-40615-2", "080442957X"])
def test_a_right_isbn(session, isbn):
    assert draft("monografi", isbn=isbn).isbn == isbn


def test_a_field_of_another_type_is_a_mistake_of_the_program(session):
    with pytest.raises(LookupError, match="isbn"):
        draft("pkpu", isbn="0-306-40615-2")
    with pytest.raises(LookupError, match="psw"):
        draft("putusan_mk", ruling_kinds=["psw"])


@pytest.mark.parametrize("year", [1899, 2201])
def test_a_year_out_of_range(session, year):
    with pytest.raises(Refused) as refused:
        draft(year=year)
    assert refused.value.field == "year"


# --- editing -------------------------------------------------------------------------------------


def test_an_edit_is_a_version_with_its_reason(session, national):
    law = published()
    before = law.changed_at
    register.edit_document(
        law, {"subjects": ["calon", "calon", " "], "source": "BN 1"}, reason="Lengkapi", actor=national
    )
    newer, *_rest, older = queries.versions_of(law)
    assert law.subjects == ["calon"]
    assert queries.differences(older.snapshot, newer.snapshot)[0] == ("state", "konsep", "terbit")
    assert ("subjects", [], ["calon"]) in queries.differences(older.snapshot, newer.snapshot)
    assert newer.reason == "Lengkapi"
    session.refresh(law)
    assert law.changed_at > before
    [act] = acts(session, "jdih:document:edit")
    assert (act.reason, act.details["fields"]) == ("Lengkapi", ["source", "subjects"])


def test_an_edit_needs_a_reason_and_a_change(national):
    law = draft()
    with pytest.raises(Refused) as no_reason:
        register.edit_document(law, {"source": "BN 1"}, reason=" ", actor=national)
    assert no_reason.value.field == "reason"
    with pytest.raises(Refused, match="Tidak ada yang berubah"):
        register.edit_document(law, {"source": ""}, reason="x", actor=national)
    assert len(queries.versions_of(law)) == 1


def test_a_draft_changes_its_number_and_with_it_stem_and_citation(national):
    law, other = draft(number="61"), draft(number="62")
    register.edit_document(law, {"number": "63"}, reason="salah ketik", actor=national)
    assert (law.stem, law.citation) == ("2023pkpu063", "PKPU 63/2023")
    with pytest.raises(Exists) as refused:
        register.edit_document(law, {"number": "62"}, reason="x", actor=national)
    assert refused.value.existing == other.id


def test_a_published_number_stands(national):
    law = published(number="64")
    with pytest.raises(Refused) as refused:
        register.edit_document(law, {"number": "65"}, reason="x", actor=national)
    assert refused.value.field == "number"
    register.withdraw_document(law, reason="salah nomor", actor=national)
    with pytest.raises(Refused):
        register.edit_document(law, {"number": "65"}, reason="x", actor=national)


def test_a_published_document_keeps_what_it_must_say(national):
    law = published()
    with pytest.raises(Refused) as refused:
        register.edit_document(law, {"title": " "}, reason="x", actor=national)
    assert refused.value.field == "title"


# --- publication ---------------------------------------------------------------------------------


def test_publication_asks_for_required_metadata(session, national):
    law = draft("monografi", publisher="")
    with pytest.raises(Refused) as refused:
        register.publish_document(law, actor=national)
    assert refused.value.field == "publisher"
    assert "Penerbit" in refused.value.message
    register.edit_document(law, {"publisher": "KPU"}, reason="x", actor=national)
    register.publish_document(law, actor=national)
    assert (law.state, law.published_at is not None, law.legal_status) == ("terbit", True, None)
    assert acts(session, "jdih:document:publish")


def test_withdrawal_says_why_and_its_relations_count_no_longer(session, national):
    old, new = published(year=2019), published(year=2023)
    relations.relate(new, "mencabut", old, actor=national)
    assert status(old) == "dicabut"
    with pytest.raises(Refused) as refused:
        register.withdraw_document(new, reason=" ", actor=national)
    assert refused.value.field == "reason"
    register.withdraw_document(new, reason="Salah unggah", actor=national)
    assert (new.state, new.withdrawal) == ("ditarik", "Salah unggah")
    assert status(old) == "berlaku"
    register.republish_document(new, reason="Sudah benar", actor=national)
    assert (new.state, new.withdrawal, status(old)) == ("terbit", None, "dicabut")
    changes = [a.details for a in acts(session, "jdih:status:follow")]
    assert [c["to"] for c in changes if c["from"] != c["to"]] == ["dicabut", "berlaku", "dicabut"]


def test_a_ruling_is_told_to_other_modules(session, national, monkeypatch):
    monkeypatch.setattr(events, "_SUBSCRIPTIONS", {})
    heard = []

    def hear(event):
        heard.append(event)

    events.subscribe(RulingIssued, hear)
    law = draft("putusan_mk", number="9/PHPU/2024", year=2024, ruling_kinds=["psu"], ruling_regions=["1201"])
    assert not heard
    register.publish_document(law, actor=national)
    [event] = heard
    assert (event.document_id, event.court, event.number) == (law.id, "putusan_mk", "9/PHPU/2024")
    assert (event.kinds, event.regions, event.actor) == (("psu",), ("1201",), national)
    register.publish_document(draft(), actor=national)
    assert len(heard) == 1


def test_a_handler_that_refuses_undoes_the_publication(session, national, monkeypatch):
    monkeypatch.setattr(events, "_SUBSCRIPTIONS", {})

    def refuse(event):
        raise Refused("Tahapan terkunci.")

    events.subscribe(RulingIssued, refuse)
    law = draft("putusan_mk")
    with pytest.raises(Refused, match="terkunci"), session.begin_nested():
        register.publish_document(law, actor=national)
    session.refresh(law)
    assert law.state == "konsep"


# --- relations -----------------------------------------------------------------------------------


def test_a_relation_shows_at_both_ends(national):
    old, new = published(year=2019), published(year=2023)
    relations.relate(new, "mengubah", old, note="pasal 8", actor=national)
    assert queries.relations_of(new) == [("mengubah", "out", old, "pasal 8")]
    assert queries.relations_of(old) == [("mengubah", "in", new, "pasal 8")]
    assert (status(old), status(new)) == ("diubah", "berlaku")


def test_an_unpublished_target_is_not_shown_to_the_public(national):
    law, secret = published(year=2023), draft(year=2019)
    relations.relate(law, "mencabut", secret, actor=national)
    assert queries.relations_of(law) == []
    assert [r.other for r in queries.related(law, public=False)] == [secret]


def test_a_draft_changes_nobodys_status_until_it_is_published(national):
    old, new = published(year=2019), draft(year=2023)
    relations.relate(new, "mencabut", old, actor=national)
    assert status(old) == "berlaku"
    register.publish_document(new, actor=national)
    assert status(old) == "dicabut"


def test_status_follows_for_everything_reachable(national):
    first, amendment, second = published(year=2017), published(year=2019), published(year=2020)
    relations.relate(amendment, "mengubah", first, actor=national)
    relations.relate(second, "mengubah", amendment, actor=national)
    new = published(year=2025)
    relation = relations.relate(new, "mencabut", first, actor=national)
    assert [status(x) for x in (first, amendment, second)] == ["dicabut"] * 3
    relations.unrelate(relation, reason="keliru", actor=national)
    assert [status(x) for x in (first, amendment, second)] == ["diubah", "diubah", "berlaku"]


def test_circles_and_oneself_are_refused(session, national):
    a, b, c = published(year=2019), published(year=2020), published(year=2021)
    with pytest.raises(Refused, match="dirinya sendiri"):
        relations.relate(a, "mencabut", a, actor=national)
    relations.relate(c, "mencabut", b, actor=national)
    relations.relate(b, "mengubah", a, actor=national)
    with pytest.raises(Refused) as refused:
        relations.relate(a, "mencabut", c, actor=national, accepted=["newer"])
    names = [queries.short_name(x) for x in (a, c, b, a)]
    assert " → ".join(names) in refused.value.message
    with pytest.raises(Refused, match="sudah tercatat"):
        relations.relate(c, "mencabut", b, actor=national)
    assert session.scalar(select(func.count()).select_from(LawRelation)) >= 2


def test_what_is_newer_is_amended_only_after_a_look(national):
    older, newer = published(year=2019), published(year=2023)
    with pytest.raises(Doubtful) as doubted:
        relations.relate(older, "mengubah", newer, actor=national)
    assert [d.code for d in doubted.value.doubts] == ["newer"]
    assert "2023" in doubted.value.doubts[0].sentence
    relations.relate(older, "mengubah", newer, actor=national, accepted=["newer"])


def test_a_satker_does_not_revoke_what_is_not_its_own(officer, national):
    own = published("kpt_kabko", unit="1201", year=2024)
    theirs = published("kpt_kabko", unit="1202", year=2023)
    law = published(year=2022)
    for target in (theirs, law):
        with pytest.raises(Refused) as refused:
            relations.relate(own, "mencabut", target, actor=officer, accepted=["lower"])
        assert refused.value.status == 403
    relations.relate(own, "melaksanakan", law, actor=officer)
    old = published("kpt_kabko", unit="1201", year=2023)
    relations.relate(own, "mencabut", old, actor=officer)
    with pytest.raises(Refused) as refused:
        relations.relate(law, "melaksanakan", published("uu", year=2017), actor=officer)
    assert refused.value.status == 403


def test_a_ruling_and_what_it_decided(national):
    law, ruling = published("uu", year=2017), published("putusan_mk", year=2024)
    with pytest.raises(Refused) as refused:
        relations.relate(ruling, "menguji", law, actor=national)
    assert refused.value.field == "outcome"
    relations.relate(ruling, "menguji", law, outcome="membatalkan", actor=national)
    assert status(law) == "tidak_berlaku"


# --- files ---------------------------------------------------------------------------------------


def test_files_are_attached_replaced_and_detached_and_versions_name_their_hash(national):
    law = draft()
    first, second, annex = stored("satu"), stored("dua"), stored("lampiran")
    row = files.attach_file(law, first, role="utama", label="Batang tubuh", actor=national)
    with pytest.raises(Refused, match="sudah mempunyai berkas utama"):
        files.attach_file(law, second, role="utama", label="", actor=national)
    with pytest.raises(Refused, match="sudah terpasang di dokumen ini"):
        files.attach_file(law, stored("satu"), role="lampiran", label="", actor=national)
    files.attach_file(law, annex, role="lampiran", label="", actor=national)
    files.replace_file(row, second, reason="Salinan yang jelas", actor=national)
    files.detach_file(files.files_of(law)[1], reason="Bukan lampirannya", actor=national)
    hashes = [[f["sha256"] for f in v.snapshot["files"]] for v in reversed(queries.versions_of(law))]
    a, b, c = first.sha256, second.sha256, annex.sha256
    assert hashes == [[], [a], [a, c], [b, c], [b]]


def test_a_file_that_another_document_has_is_doubted(national):
    law, other = draft(), draft()
    files.attach_file(other, stored("sama"), role="utama", label="", actor=national)
    with pytest.raises(Doubtful) as doubted:
        files.attach_file(law, stored("sama"), role="utama", label="", actor=national)
    assert doubted.value.doubts[0].document_id == other.id
    files.attach_file(law, stored("sama"), role="utama", label="", actor=national, accepted=["hash"])


# --- the trail of versions -----------------------------------------------------------------------


def test_versions_cannot_be_changed(session):
    from sqlalchemy.exc import DBAPIError

    law = draft()
    session.flush()
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(
            LawVersion.__table__.update().where(LawVersion.document_id == law.id).values(reason="lain")
        )


def test_picking_a_document_while_typing(session):
    law = published(number="871", title="Rekapitulasi Berjenjang Uji", year=2031)
    assert queries.pick("PKPU 871/2031")[0] is law
    assert queries.pick("pkpu 871")[0] is law
    assert queries.pick("berjenjang uji")[0] is law
    assert queries.pick("100% _\0") == []
    assert queries.pick("  ") == []


def test_citations_resolve_only_to_what_is_published(session):
    law = published(number="872", year=2031)
    assert queries.by_citation("pkpu 872/2031:8(2)") == (law, "8(2)")
    hidden = draft(number="873", year=2031)
    assert queries.by_citation(hidden.citation) is None
    assert queries.by_citation("bukan kutipan") is None
    assert queries.by_stem("2031pkpu872") is law
    assert session.get(LawDocument, law.id) is law


def test_system_may_not_publish_by_the_staffs_way(session):
    with pytest.raises(Refused):
        register.publish_document(draft(), actor=SYSTEM)
