"""Documents filed: sealed, one place, old versions that stay, content as it is, what waits, who may."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from electsys.documents import open_file
from electsys.documents.store import current
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.privacy import operations as privacy
from modules.silon.models import CandidateDocument, CandidateUpload, CandidateVersion
from modules.silon.operations.candidate_photos import set_photo
from modules.silon.operations.documents import discard_upload, file_document, keep_upload, read_document
from modules.silon.operations.nominations import add_liaison
from modules.silon.permissions import EDIT, READ
from modules.silon.queries import documents as queries
from modules.silon.rules.naming import Match
from tests.silon import conftest as make
from tests.silon.conftest import ACTOR
from tests.silon.filing import document, open_stage, store
from tests.sipol.entering import EXECUTABLE, pdf, picture

HTML = b"<!doctype html><html><head><title>Ijazah</title></head><body>SMA</body></html>"


def large():
    """A picture that has room for the words of a watermark."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def row(session, election):
    found = make.nomination(session)
    open_stage(session, found)
    return found


@pytest.fixture
def one(session, row):
    return make.candidate(session, row)


@pytest.fixture
def liaison(make_account, row):
    account = make_account(permissions=[EDIT, READ], party=row.party_id)
    return Actor(account.id, account.username)


@pytest.mark.parametrize("name", ["01_ijazah.pdf", "ijazah.html", "ijazah.jpg"])
def test_a_diploma_that_is_an_html_file_is_told_exactly(session, name):
    with pytest.raises(Refused) as refused:
        store(HTML, name)
    assert "Isi berkas ini HTML" in refused.value.message
    assert "PDF, JPEG, PNG" in refused.value.message
    assert "Mengganti nama berkas tidak mengubah isinya" in refused.value.hint


def test_other_content_than_it_says_is_refused(session):
    with pytest.raises(Refused, match="ELF"):
        store(EXECUTABLE, "ktp.pdf")
    with pytest.raises(Refused, match="memuat skrip"):
        store(pdf(catalog="/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "ktp.pdf")
    with pytest.raises(Refused, match="kosong"):
        store(b"", "ktp.pdf")


def test_it_lies_sealed_on_the_disk(session, row, one):
    content = pdf("NIK 1201010101800001")
    made = file_document(store(content, "ktp.pdf"), row, one, "ktp_el", actor=ACTOR)
    with current().open(made.file.sha256) as raw:
        lying = raw.read()
    assert b"1201010101800001" not in lying and not lying.startswith(b"%PDF")
    with open_file(made.file) as clear:
        assert clear.read() == content


def test_a_newer_upload_takes_the_place_and_the_old_one_stays(session, row, one):
    first = file_document(store(), row, one, "ijazah", actor=ACTOR)
    second = file_document(store(), row, one, "ijazah", actor=ACTOR)
    session.expire_all()
    assert (first.current, second.current) == (False, True)
    assert queries.in_force(row)[one.id] == {"ijazah": second}
    assert [v.id for v in queries.versions_of(second)] == [second.id, first.id]
    acts = session.scalars(select(Act).where(Act.verb == "silon:document:file").order_by(Act.id)).all()
    assert [a.details["replaces"] for a in acts] == [None, first.id]
    assert acts[1].details["sha256"] == second.file.sha256


def test_a_sender_whose_answer_was_lost_may_ask_again(session, row, one):
    stored = store()
    made = file_document(stored, row, one, "ijazah", actor=ACTOR)
    assert file_document(stored, row, one, "ijazah", actor=ACTOR) is made
    assert len(session.scalars(select(CandidateDocument.id)).all()) == 1


def test_what_is_not_asked_has_no_place(session, row, one):
    with pytest.raises(Refused, match="tidak diminta dari calon ini"):
        file_document(store(), row, one, "putusan_pidana", actor=ACTOR)
    with pytest.raises(Refused, match="dokumen seorang calon"):
        file_document(store(), row, None, "ijazah", actor=ACTOR)
    with pytest.raises(Refused, match="tidak dikenal"):
        file_document(store(), row, one, "akta", actor=ACTOR)
    convict = make.candidate(session, row, conditions=("mantan_terpidana",))
    assert file_document(store(), row, convict, "putusan_pidana", actor=ACTOR).current
    other = make.nomination(session)
    with pytest.raises(Refused, match="bukan calon pencalonan ini"):
        file_document(store(), other, one, "ijazah", actor=ACTOR)


def test_who_left_the_list_brings_nothing_more(session, row):
    gone = make.candidate(session, row, "ditarik")
    with pytest.raises(Refused, match="tidak lagi dalam daftar"):
        file_document(store(), row, gone, "ijazah", actor=ACTOR)


def test_nothing_is_filed_while_the_data_is_locked_or_the_stage_is_closed(session, election, row, one):
    locked = make.nomination(session, "vermin")
    who = make.candidate(session, locked)
    with pytest.raises(Refused, match="terkunci"):
        file_document(store(), locked, who, "ijazah", actor=ACTOR)
    open_stage(session, row, "persiapan_calon", days=-1)
    open_stage(session, row, days=-1)
    with pytest.raises(Refused, match="sudah ditutup"):
        file_document(store(), row, one, "ijazah", actor=ACTOR)


def test_the_file_of_somebody_else_cannot_be_taken(session, row, one, liaison, make_account):
    stranger = make_account(permissions=[EDIT], party=row.party_id + 1)
    theirs = store(actor=Actor(stranger.id, stranger.username))
    with pytest.raises(Refused, match="bukan unggahan pencalonan ini"):
        file_document(theirs, row, one, "ijazah", actor=liaison)
    with pytest.raises(Refused) as refused:
        file_document(store(), row, one, "ijazah", actor=Actor(stranger.id, stranger.username))
    assert refused.value.status == 403
    assert file_document(store(actor=liaison), row, one, "ijazah", actor=liaison).uploaded_by


def test_a_liaison_of_another_person_may_not(session, election, make_account):
    mine = make.nomination(session, kind="perseorangan")
    other = make.nomination(session, kind="perseorangan")
    open_stage(session, mine)
    account = make_account(permissions=[EDIT, READ], region="12")
    add_liaison(mine, account.id, actor=ACTOR)
    actor = Actor(account.id, account.username)
    who = make.candidate(session, mine)
    assert file_document(store(actor=actor), mine, who, "ktp_el", actor=actor).current
    with pytest.raises(Refused) as refused:
        file_document(store(actor=actor), other, make.candidate(session, other), "ktp_el", actor=actor)
    assert refused.value.status == 403


def test_the_photo_in_force_is_the_candidates_photo(session, row, one):
    with pytest.raises(Refused, match="JPEG atau PNG"):
        file_document(store(), row, one, "pas_foto", actor=ACTOR)
    made = file_document(store(picture(), "1 foto.png"), row, one, "pas_foto", actor=ACTOR)
    assert (one.photo_id, one.version) == (made.file_id, 2)
    versions = session.scalars(
        select(CandidateVersion).where(CandidateVersion.candidate_id == one.id).order_by(CandidateVersion.id)
    ).all()
    assert versions[-1].changed == ["photo_id"]
    own = store(picture("JPEG"), "wajah.jpg", kind="candidate_photo")
    set_photo(one, own, actor=ACTOR)
    assert queries.in_force(row)[one.id]["pas_foto"].file_id == one.photo_id == own.id
    with pytest.raises(Refused, match="keperluan lain"):
        file_document(
            store(picture("JPEG"), "x.jpg", kind="candidate_photo"), row, one, "ijazah", actor=ACTOR
        )


def test_what_is_not_sure_waits_and_is_placed_by_hand(session, row, one):
    stored = store(name="scan001.pdf")
    match = Match(stored.name, None, 1, "kind_unknown")
    waiting = keep_upload(stored, row, match, actor=ACTOR)
    assert keep_upload(stored, row, match, actor=ACTOR) is waiting
    assert [w.file_id for w in queries.waiting_in(row)] == [stored.id]
    made = file_document(stored, row, one, "ijazah", actor=ACTOR)
    assert (waiting.state, waiting.document_id) == ("ditempatkan", made.id)
    with pytest.raises(Refused, match="sudah ditempatkan"):
        discard_upload(waiting, row, actor=ACTOR)
    other = keep_upload(store(name="x.pdf"), row, match, actor=ACTOR)
    discard_upload(other, row, actor=ACTOR)
    assert session.get(CandidateUpload, other.id).state == "dibuang" and not queries.waiting_in(row)


def test_uploads_whose_page_went_away_are_found(session, row, one, liaison):
    left, placed = store(name="kiri.pdf", actor=liaison), store(name="ada.pdf", actor=liaison)
    file_document(placed, row, one, "ijazah", actor=liaison)
    assert [f.id for f in queries.left_behind(liaison.account_id)] == [left.id]


@pytest.mark.parametrize("content", ["pdf", "png"])
def test_reading_is_marked_counted_and_logged(session, row, one, liaison, content):
    kind, body = ("ijazah", pdf("isi")) if content == "pdf" else ("ktp_el", large())
    made = file_document(store(body, f"a.{content}"), row, one, kind, actor=ACTOR)
    before = privacy.used_today(liaison.account_id)
    given = read_document(made, actor=liaison)
    assert given != body and given[:4] == body[:4]
    if content == "pdf":
        import pypdfium2

        text = pypdfium2.PdfDocument(io.BytesIO(given))[0].get_textpage().get_text_range()
        assert f"Dokumen {made.id} dibuka" in text
    assert privacy.used_today(liaison.account_id) == before + 1
    act = session.scalars(select(Act).where(Act.verb == "silon:document:read")).one()
    assert act.account_id == liaison.account_id and act.details["file"] == made.file_id


def test_a_budget_that_is_spent_opens_nothing(session, row, one, liaison, monkeypatch):
    made = document(session, row, one, "ktp_el")
    monkeypatch.setattr(privacy, "daily_limit", lambda: 0)
    with pytest.raises(Refused) as refused:
        read_document(made, actor=liaison)
    assert refused.value.status == 429
