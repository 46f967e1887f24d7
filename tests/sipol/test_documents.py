"""Documents of a party: one place, old versions that stay, receipts, what waits, dead links."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from electsys.documents.store import current
from electsys.errors import Refused
from electsys.ledger import Actor
from electsys.ledger.models import Act
from modules.sipol.models import PartyDocument, PartyUpload
from modules.sipol.operations.documents import discard_upload, file_document, keep_upload, move_document
from modules.sipol.queries import documents as queries
from modules.sipol.rules.documents import Match
from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.entering import EXECUTABLE, open_stage, pdf, picture, place, registration, store

DECREE = "sk_kepengurusan"


@pytest.fixture
def row(session, election):
    return registration(session, election)


@pytest.fixture
def here(row):
    return place(row)


def test_an_executable_is_refused_by_its_content(session, row):
    for name, kind in (("sk.pdf", "party_document"), ("lambang.png", "party_logo")):
        with pytest.raises(Refused, match="Isi berkas ini ELF; yang diterima") as refused:
            store(EXECUTABLE, name, kind)
        assert "Mengganti nama berkas tidak mengubah isinya" in refused.value.hint


def test_a_pdf_that_acts_is_refused(session, row):
    acting = pdf(catalog="/OpenAction<</S/JavaScript/JS(app.alert(1))>>")
    with pytest.raises(Refused, match="memuat skrip"):
        store(acting, "sk.pdf")


def test_a_newer_upload_takes_the_place_and_the_old_one_stays(session, here, row):
    first = file_document(store(pdf("1"), "a.pdf"), here, DECREE, actor=ACTOR)
    second = file_document(store(pdf("2"), "b.pdf"), here, DECREE, actor=ACTOR)
    session.expire_all()
    assert (first.current, second.current) == (False, True)
    assert queries.documents_at(row.id, "1201") == {DECREE: second}
    assert [v.id for v in queries.versions_of(second)] == [second.id, first.id]
    acts = session.scalars(select(Act).where(Act.verb == "sipol:document:file").order_by(Act.id)).all()
    assert [act.details["replaces"] for act in acts] == [None, first.id]
    assert acts[1].details["sha256"] == second.file.sha256


def test_a_sender_whose_answer_was_lost_may_ask_again(session, here):
    stored = store(pdf(), "a.pdf")
    first = file_document(stored, here, DECREE, actor=ACTOR)
    assert file_document(stored, here, DECREE, actor=ACTOR) is first
    second = file_document(store(pdf("2"), "b.pdf"), here, DECREE, actor=ACTOR)
    assert file_document(stored, here, DECREE, actor=ACTOR) is first  # a newer one came in between: it stands
    assert len(session.scalars(select(PartyDocument)).all()) == 2 and second.current


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("ad_art", "1201", "tidak diminta pada tingkat kabupaten/kota"),
        ("bukti_kantor", "120101", "tidak diminta pada tingkat kecamatan"),
        ("akta", "1201", "tidak dikenal"),
    ],
)
def test_a_kind_that_the_area_has_not(row, kind, code, said):
    with pytest.raises(Refused, match=said) as refused:
        file_document(store(pdf(), "a.pdf"), place(row, code), kind, actor=ACTOR)
    assert refused.value.field == "kind"


def test_what_was_checked_for_something_else_is_not_taken(here):
    with pytest.raises(Refused, match="bukan SK kepengurusan"):
        file_document(store(picture(), "a.png", "photo"), here, DECREE, actor=ACTOR)
    with pytest.raises(Refused, match="bukan Foto kantor"):
        file_document(store(pdf(), "a.pdf"), here, "foto_kantor", actor=ACTOR)
    assert file_document(store(picture(), "a.png", "photo"), here, "foto_kantor", actor=ACTOR).current


def test_the_file_of_somebody_else_cannot_be_taken(here, row, make_account):
    account = make_account("admin_parpol_pusat", party=row.party_id)
    mine = Actor(account.id, account.username)
    stranger = make_account("admin_parpol_pusat", party=row.party_id + 1)
    stored = store(pdf(), "rahasia.pdf", actor=Actor(stranger.id, stranger.username))
    with pytest.raises(Refused, match="bukan unggahan partai ini") as refused:
        file_document(stored, here, DECREE, actor=mine)
    assert refused.value.status == 403
    own = store(pdf(), "sk.pdf", actor=mine)
    assert file_document(own, here, DECREE, actor=mine).uploaded_by == account.id


def test_nothing_is_placed_while_the_data_are_locked(session, election):
    open_stage(session, election)
    row = make.registration(session, "vermin")
    with pytest.raises(Refused, match="terkunci"):
        file_document(store(pdf(), "a.pdf"), place(row), DECREE, actor=ACTOR)


def test_what_is_not_sure_waits_and_is_placed_by_hand(session, row, here):
    stored = store(pdf(), "SK DPC Nais.pdf")
    match = Match(stored.name, DECREE, "1204", "area_similar", "nais")
    waiting = keep_upload(stored, here, match, actor=ACTOR)
    assert keep_upload(stored, here, match, actor=ACTOR) is waiting
    assert [w.file_id for w in queries.waiting_in(row, "12")] == [stored.id]
    assert queries.waiting_in(row, "13") == []
    made = file_document(stored, place(row, "1204"), DECREE, actor=ACTOR)
    assert (waiting.state, waiting.document_id) == ("ditempatkan", made.id)
    assert queries.waiting_in(row, "") == []
    with pytest.raises(Refused, match="sudah ditempatkan"):
        discard_upload(waiting, actor=ACTOR)


def test_what_is_discarded_keeps_its_receipt(session, row, here):
    stored = store(pdf(), "x.pdf")
    waiting = keep_upload(stored, here, Match("x.pdf", None, None, "kind_unknown"), actor=ACTOR)
    discard_upload(waiting, actor=ACTOR)
    assert queries.waiting_in(row, "") == [] and session.get(PartyUpload, waiting.id).state == "dibuang"
    assert stored.receipt.startswith("TT-")


def test_uploads_whose_page_went_away_are_found(session, row, here, make_account):
    account = make_account("admin_parpol_pusat", party=row.party_id)
    mine = Actor(account.id, account.username)
    left, placed = (store(pdf(n), f"{n}.pdf", actor=mine) for n in ("kiri", "ada"))
    file_document(placed, here, DECREE, actor=mine)
    assert [f.id for f in queries.left_behind(account.id)] == [left.id]


def test_a_document_in_the_wrong_place_moves_and_leaves_its_version_there(session, row, here):
    wrong = file_document(store(pdf(), "a.pdf"), here, DECREE, actor=ACTOR)
    with pytest.raises(Refused, match="sudah berada di situ"):
        move_document(wrong, here, DECREE, actor=ACTOR)
    with pytest.raises(Refused, match="tidak diminta"):
        move_document(wrong, place(row, "120101"), "bukti_kantor", actor=ACTOR)
    right = move_document(wrong, place(row, "1204"), DECREE, actor=ACTOR)
    session.expire_all()
    assert (wrong.current, right.current, right.file_id) == (False, True, wrong.file_id)
    assert queries.documents_at(row.id, "1201") == {}
    with pytest.raises(Refused, match="sudah digantikan"):
        move_document(wrong, place(row, "1202"), DECREE, actor=ACTOR)


def test_a_dead_link_is_seen(session, here):
    made = file_document(store(pdf("mati"), "a.pdf"), here, DECREE, actor=ACTOR)
    assert not queries.is_lost(made.file)
    current().remove(made.file.sha256)
    assert queries.is_lost(made.file)


def test_areas_where_an_account_may_place_documents(session, election, row):
    from electsys.identity.access import Scope

    here = {a.code for a in queries.areas_for(row, election, [Scope("1201", row.party_id)])}
    assert "1201" in here and "120101" in here and not here & {"", "12", "1204"}
    assert queries.areas_for(row, election, [Scope("", row.party_id + 1)]) == []
    everywhere = queries.areas_for(row, election, [Scope("")])
    assert {"", "12", "1204"} <= {a.code for a in everywhere}
    [barus] = [a for a in everywhere if a.code == "120101"]
    assert barus.above == ("TAPANULI TENGAH", "SUMATERA UTARA")
    aceh = registration(session, election, of=make.party(session, kind="lokal_aceh"), region="11")
    assert all(a.code[:2] in ("", "11") for a in queries.areas_for(aceh, election, [Scope("")]))


def test_the_kinds_are_those_of_the_election(election):
    kinds = {kind.code: kind.levels for kind in queries.kinds_of(election.id)}
    assert kinds[DECREE] == {0, 2, 4, 6} and kinds["ad_art"] == {0} and kinds["bukti_kantor"] == {0, 2, 4}
    assert queries.kind_named(election.id, "foto_kantor") and not queries.kind_named(election.id, "x")
