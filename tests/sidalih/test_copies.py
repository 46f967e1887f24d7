"""Copies of a frozen list: two people, lawful columns, a locked file, control rows, the registers."""

from __future__ import annotations

import datetime as dt
import io
import re

import pypdfium2
import pytest
import sqlalchemy as sa

from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.jobs import run_periodic
from electsys.ledger import Act, Actor
from electsys.privacy.handover import ALPHABET, Attachment, locked_pdf, new_password
from electsys.privacy.models import Disclosure
from modules.sidalih.claims import claims_of
from modules.sidalih.models import ListMark, VoterCopy
from modules.sidalih.operations import canaries as rows
from modules.sidalih.operations import copies as operations
from modules.sidalih.operations.voters import amend_voter
from modules.sidalih.queries import copies as queries
from modules.sidalih.rules.copies import PROFILES, PURPOSES, age_on, control_count
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE
from tests.sidalih.copying import (
    APPROVES,
    ASKS,
    READS,
    asked,
    bait,
    content,
    freeze,
    made,
    opened,
    some_voters,
    table,
    unlocked,
)

FULL_NUMBER = re.compile(r"\d{16}")


@pytest.fixture
def voters(session, roll):
    return some_voters(session, 12)


@pytest.fixture
def frozen(session, voters):
    return freeze(session, voters)


# --- the law as data ------------------------------------------------------------------------------


def test_no_profile_gives_a_birth_date_and_each_names_its_ground():
    for profile in PROFILES.values():
        assert "tanggal_lahir" not in profile.columns
        assert "UU 27/2022" in profile.basis
        assert set(profile.purposes) <= set(PURPOSES)
    assert PROFILES["peserta"].columns == (
        *("nama", "jenis_kelamin", "umur", "alamat", "rt", "rw", "keterangan"),
    )
    assert [p.code for p in PROFILES.values() if "disabilitas" in p.columns] == ["cetak"]
    assert [p.code for p in PROFILES.values() if not p.marked] == ["cetak"]


@pytest.mark.parametrize(
    ("count", "per", "controls"),
    [(400_000, 5, 200), (10_000, 5, 5), (10_001, 5, 6), (12, 5, 2), (1, 5, 2), (0, 5, 0), (10_000, 0, 0)],
)
def test_control_rows_are_at_least_five_in_ten_thousand(count, per, controls):
    assert control_count(count, per) == controls


@pytest.mark.parametrize(("born", "age"), [("2007-02-14", 17), ("2007-02-15", 16), ("1944-02-29", 79)])
def test_age_is_counted_in_whole_years_on_the_voting_day(born, age):
    assert age_on(dt.date.fromisoformat(born), dt.date(2024, 2, 14)) == age


# --- asking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"profile": "semua"}, "profile"),
        ({"purpose": "pengawasan"}, "purpose"),
        ({"region": "12"}, "region"),
        ({"region": "120101100"}, "region"),
        ({"region": "12O1"}, "region"),
        ({"stage": "dps"}, "stage"),
        ({"stage": "dphp"}, "stage"),
        ({"region": OTHER_VILLAGE}, "stage"),
        ({"recipient": "KPU"}, "recipient"),
        ({"person": "  "}, "person"),
        ({"profile": "cetak", "purpose": "pemungutan", "region": "1201"}, "region"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(session, frozen, actor_with, changes, field):
    with pytest.raises(Refused) as refusal:
        asked(actor_with(ASKS), **changes)
    assert refusal.value.field == field
    assert session.scalar(sa.select(sa.func.count()).select_from(VoterCopy)) == 0


@pytest.mark.parametrize(("permissions", "region"), [([ASKS], "1202"), ([READS], "1201")])
def test_only_who_may_asks(frozen, actor_with, permissions, region):
    with pytest.raises(Refused) as refusal:
        asked(actor_with(*permissions, region=region))
    assert refusal.value.status == 403


def test_a_job_asks_for_nothing(frozen):
    with pytest.raises(Refused, match="akun petugas"):
        asked(Actor.system("x"))


def test_the_newest_list_of_the_stage_is_copied(session, voters, frozen, actor_with):
    again = freeze(session, voters[:3], sequence=2)
    assert asked(actor_with(ASKS)).list_id == again.id


def test_numbers_in_a_request_are_masked(session, frozen, actor_with):
    copy = asked(actor_with(ASKS), note="tentang 1201014107900001", person="Budi 1201014107900001")
    assert (copy.note, copy.person) == ("tentang 1201**********01", "Budi 1201**********01")


# --- two people -----------------------------------------------------------------------------------


def test_who_asks_does_not_approve_or_refuse(session, frozen, actor_with):
    one = actor_with(ASKS, APPROVES)
    copy = asked(one)
    for act in (
        lambda: operations.approve_copy(copy, actor=one),
        lambda: operations.refuse_copy(copy, reason="tidak perlu", actor=one),
        lambda: operations.approve_copy(copy, actor=Actor.system("x")),
    ):
        with pytest.raises(Refused, match="sendiri"):
            act()
    assert copy.state == "diminta"


def test_the_database_itself_wants_two_people(session, frozen, actor_with):
    one = actor_with(ASKS)
    copy = asked(one)
    statement = sa.text(
        "update voter_copy set state = 'disetujui', decided_by = requested_by, decided_at = now()"
        " where id = :id"
    )
    with pytest.raises(sa.exc.IntegrityError, match="two_people"), session.begin_nested():
        session.execute(statement, {"id": copy.id})


def test_a_refusal_has_a_reason_and_makes_no_file(session, frozen, actor_with):
    copy = asked(actor_with(ASKS))
    second = actor_with(APPROVES)
    with pytest.raises(Refused, match="alasan"):
        operations.refuse_copy(copy, reason=" ", actor=second)
    operations.refuse_copy(copy, reason="Surat permintaan belum ada", actor=second)
    assert (copy.state, copy.decided_by, copy.file_id) == ("ditolak", second.account_id, None)


def test_the_file_goes_to_one_and_the_password_to_the_other(app, session, frozen, make_account):
    copy, first, second = made(app, session, make_account)
    with pytest.raises(Refused, match="yang meminta"):
        operations.hand_over(copy, actor=second)
    with pytest.raises(Refused):
        operations.show_password(copy, actor=first)
    stored = operations.hand_over(copy, actor=first)
    assert (copy.state, stored.id) == ("diunduh", copy.file_id)
    password = operations.show_password(copy, actor=second)
    assert re.fullmatch(r"([A-Z2-9]{5}-){4}[A-Z2-9]{5}", password)
    assert copy.sealed is None
    with pytest.raises(Refused, match="sudah ditunjukkan"):
        operations.show_password(copy, actor=second)


def test_the_password_is_nowhere_in_clear(app, session, frozen, make_account):
    copy, _first, second = made(app, session, make_account)
    sealed = bytes(copy.sealed)
    password = operations.show_password(copy, actor=second)
    assert password.encode() not in sealed
    kept = session.execute(sa.text("select row_to_json(a)::text from act a")).scalars().all()
    kept += session.execute(sa.text("select row_to_json(j)::text from job j")).scalars().all()
    assert kept
    assert not [text for text in kept if password in text]


# --- the file -------------------------------------------------------------------------------------


def test_a_locked_pdf_opens_with_its_password_alone():
    from electsys.documents import render_pdf

    cover = render_pdf(
        "documents/salinan_daftar", {"title": "x", "stamp": "s", "heads": [], "places": [], "stations": []}
    )
    locked = locked_pdf(cover, [Attachment("a.csv", "text/csv", b"SITI RAHMAWATI;1")], "AAAAA-BBBBB")
    assert b"SITI" not in locked
    for wrong in ("", "aaaaa-bbbbb"):
        with pytest.raises(pypdfium2.PdfiumError):
            opened(locked, wrong)
    assert opened(locked, "AAAAA-BBBBB") == {"a.csv": b"SITI RAHMAWATI;1"}
    assert (
        pypdfium2.raw.FPDF_GetSecurityHandlerRevision(
            pypdfium2.PdfDocument(io.BytesIO(locked), password="AAAAA-BBBBB").raw
        )
        == 6
    )


def test_passwords_differ_and_cannot_be_misread():
    some = {new_password() for _ in range(50)}
    assert len(some) == 50
    assert not set("".join(some)) & set("IO01lo")
    assert len(ALPHABET) == 32


def test_a_party_gets_seven_elements_and_no_number(app, session, voters, frozen, make_account):
    copy, _first, second = made(app, session, make_account)
    name, lines = table(unlocked(copy, second))
    assert name == f"salinan-{copy.id}-{VILLAGE}.csv"
    assert list(lines[0]) == ["desa", "tps", *PROFILES["peserta"].columns]
    assert (copy.rows, copy.controls, len(lines)) == (12, 2, 14)
    named = {line["nama"] for line in lines}
    assert {v.name for v in voters} < named
    text = str(lines)
    assert not FULL_NUMBER.search(text)
    assert "*" not in text
    for voter in voters:
        claims = claims_of(voter)
        assert claims.birth_date.isoformat() not in text
    [first] = [line for line in lines if line["nama"] == voters[0].name]
    assert first["umur"] == str(age_on(claims_of(voters[0]).birth_date, dt.date(2024, 2, 14)))
    assert (first["desa"], first["tps"]) == (VILLAGE, "001")


def test_bawaslu_gets_masked_numbers(app, session, voters, frozen, make_account):
    copy, _first, second = made(app, session, make_account, profile="pengawas", purpose="pengawasan")
    _name, lines = table(unlocked(copy, second))
    for line in lines:
        assert re.fullmatch(r"1201\*{10}\d\d", line["nik"]), line
        assert line["nkk"] == "*" * 16
    assert "disabilitas" not in lines[0]


def test_a_copy_of_a_station_holds_that_station_alone(app, session, voters, frozen, make_account):
    copy, _first, second = made(app, session, make_account, region=VILLAGE + "002")
    _name, lines = table(unlocked(copy, second))
    assert {line["tps"] for line in lines} == {"002"}
    assert copy.rows == sum(v.tps_code.endswith("002") for v in voters)


def test_the_copy_shows_the_rows_as_the_list_froze_them(
    app, session, voters, frozen, make_account, actor_with
):
    old = voters[0].name
    amend_voter(voters[0], {"name": "NAMA SESUDAH DPT"}, actor=actor_with("sidalih:voter:edit"), reason="KTP")
    copy, _first, second = made(app, session, make_account)
    named = {line["nama"] for line in table(unlocked(copy, second))[1]}
    assert old in named
    assert "NAMA SESUDAH DPT" not in named


def test_marks_stand_in_the_copy_until_they_are_taken_back(app, session, voters, frozen, make_account):
    def mark(voter, kind):
        session.add(
            ListMark(
                province="12",
                list_id=frozen.id,
                voter_id=voter.id,
                tps_code=voter.tps_code,
                kind=kind,
                reason="uji",
                actor="uji",
            )
        )
        session.flush()

    mark(voters[0], "meninggal")
    mark(voters[1], "ganda")
    mark(voters[1], "batal")
    copy, _first, second = made(app, session, make_account)
    notes = {line["nama"]: line["keterangan"] for line in table(unlocked(copy, second))[1]}
    assert (notes[voters[0].name], notes[voters[1].name]) == ("Meninggal", "")


def test_the_printed_list_has_every_number_in_order_and_no_control_row(
    app, session, voters, frozen, make_account
):
    copy, _first, second = made(app, session, make_account, profile="cetak", purpose="pemungutan")
    files = unlocked(copy, second)
    assert list(files) == [f"{VILLAGE}.pdf"]
    assert (copy.rows, copy.controls) == (12, 0)
    document = pypdfium2.PdfDocument(io.BytesIO(files[f"{VILLAGE}.pdf"]))
    pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) == 2  # a station begins a page
    for page, tps in zip(pages, ("001", "002"), strict=True):
        here = [v for v in voters if v.tps_code.endswith(tps)]
        places = [page.index(v.name) for v in here]
        assert places == sorted(places)
        assert f"Jumlah pemilih: {len(here)}" in page
        assert f"Salinan {copy.id} untuk {copy.recipient}" in page.replace("\r\n", " ")
        assert not FULL_NUMBER.search(page)
    assert "1201**********" in pages[0]


def test_the_cover_says_for_whom_and_how_many(app, session, frozen, make_account):
    copy, _first, second = made(app, session, make_account)
    password = operations.show_password(copy, actor=second)
    document = pypdfium2.PdfDocument(io.BytesIO(content(copy)), password=password)
    words = " ".join(document[0].get_textpage().get_text_range().split())
    for shown in (copy.recipient, "Pemilih : 12", "2 baris kendali", "UU 27/2022"):
        assert shown in words, words


def test_a_build_that_is_run_again_changes_nothing(app, session, frozen, make_account):
    from modules.sidalih.operations.copy_files import build_copy

    copy, _first, second = made(app, session, make_account)
    before = copy.file_id
    build_copy(copy, actor=second)
    assert copy.file_id == before


# --- the registers --------------------------------------------------------------------------------


def test_the_first_download_enters_the_register_once(app, session, frozen, make_account):
    copy, first, _second = made(app, session, make_account)
    assert session.scalars(sa.select(Disclosure)).all() == []
    operations.hand_over(copy, actor=first)
    stored = operations.hand_over(copy, actor=first)
    [entry] = session.scalars(sa.select(Disclosure)).all()
    assert (entry.kind, entry.subject, entry.rows) == ("export", f"voter_list:{frozen.id}:{VILLAGE}", 12)
    assert (entry.recipient, entry.purpose) == (copy.recipient, "Pencermatan daftar oleh peserta pemilu")
    assert entry.file_sha256.hex() == stored.sha256
    verbs = session.scalars(
        sa.select(Act.verb).where(Act.subject == f"voter_copy:{copy.id}").order_by(Act.id)
    ).all()
    assert verbs == [
        "sidalih:copy:request",
        "sidalih:copy:approve",
        "sidalih:copy:build",
        "sidalih:copy:download",
        "sidalih:copy:download",
    ]


def test_a_voter_finds_the_lists_that_held_them(app, session, voters, frozen, make_account):
    copy, first, _second = made(app, session, make_account, region=VILLAGE + "002")
    operations.hand_over(copy, actor=first)
    from electsys.privacy.queries import seen_of

    of = {v.tps_code[10:]: v for v in voters}
    assert seen_of(queries.subjects_of_voters([of["001"].id])) == []
    [seen] = seen_of(queries.subjects_of_voters([of["002"].id]))
    assert seen.recipient == copy.recipient
    assert queries.subjects_of_voters([]) == []


def test_who_looked_at_my_data_tells_of_the_copy(app, session, voters, frozen, make_account):
    from electsys.responses import traces
    from modules.sidalih.menu.copies import copied
    from modules.sidalih.models import VoterLookup

    copy, first, _second = made(app, session, make_account)
    operations.hand_over(copy, actor=first)

    class Question:
        pair = b"\x07" * 32

    columns = {c.name for c in VoterLookup.__table__.columns}
    assert {"pair", "voter_id"} <= columns
    import modules.sidalih.menu.copies as menu

    menu_voters, menu.voters_of = menu.voters_of, lambda pair: [voters[0].id]
    try:
        [trace] = copied(Question())
    finally:
        menu.voters_of = menu_voters
    assert (trace.kind, trace.recipient) == ("export", copy.recipient)
    assert "sidalih_copies" in traces._SOURCES


# --- expiry ---------------------------------------------------------------------------------------


def test_what_is_past_its_hours_is_closed_and_its_password_forgotten(app, session, frozen, make_account):
    copy, first, second = made(app, session, make_account)
    hours = (copy.expires_at - copy.built_at).total_seconds() / 3600
    assert hours == pytest.approx(24, abs=0.1)
    assert operations.expire_copies() == 0
    copy.expires_at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    session.flush()
    for act in (
        lambda: operations.hand_over(copy, actor=first),
        lambda: operations.show_password(copy, actor=second),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.status == 410
    run_periodic(app, "sidalih.expire_copies")
    session.refresh(copy)
    assert (copy.state, copy.sealed) == ("kedaluwarsa", None)
    with pytest.raises(Refused, match="kedaluwarsa"):
        operations.hand_over(copy, actor=first)


# --- pages ----------------------------------------------------------------------------------------


def test_from_the_request_to_the_file_through_the_pages(app, session, client, login, frozen, make_account):
    from electsys.jobs import run_pending

    one = make_account(permissions=[ASKS, READS], region="1201")
    two = make_account(permissions=[APPROVES, READS], region="1201")
    session.commit()
    login(client, one)
    page = client.get("/pemilih/salinan")
    assert "Belum ada salinan yang diminta" in page.text
    form = client.get("/pemilih/salinan/minta")
    wrong = client.submit(
        form, profile="peserta", purpose="pemungutan", region=VILLAGE, recipient="DPC Uji", person="Budi Uji"
    )
    assert wrong.status_code == 422
    assert "tidak diberikan untuk keperluan itu" in wrong.text
    sent = client.submit(
        form, profile="peserta", purpose="pencermatan", region=VILLAGE, recipient="DPC Uji", person="Budi Uji"
    )
    assert sent.status_code == 302, sent.text
    [copy] = session.scalars(sa.select(VoterCopy)).all()
    own = client.get(f"/pemilih/salinan/{copy.id}")
    assert "Menunggu persetujuan akun lain" in own.text
    assert "Setujui salinan ini" not in own.text

    login(client, two)
    page = client.get(f"/pemilih/salinan/{copy.id}")
    assert "Setujui salinan ini" in page.text
    refused = client.post(f"/pemilih/salinan/{copy.id}/tolak", data={"reason": ""})
    assert refused.status_code == 422
    assert client.post(f"/pemilih/salinan/{copy.id}/setujui").status_code == 302
    run_pending(app)
    session.refresh(copy)
    page = client.get(f"/pemilih/salinan/{copy.id}")
    assert "Tunjukkan kata sandi" in page.text
    assert "Unduh PDF terkunci" not in page.text
    shown = client.post(f"/pemilih/salinan/{copy.id}/sandi")
    password = re.search(r"([A-Z2-9]{5}-){4}[A-Z2-9]{5}", shown.text)[0]
    assert shown.headers["Cache-Control"] == "no-store"
    assert password not in client.get(f"/pemilih/salinan/{copy.id}").text

    login(client, one)
    assert "Unduh PDF terkunci" in client.get(f"/pemilih/salinan/{copy.id}").text
    file = client.post(f"/pemilih/salinan/{copy.id}/unduh")
    assert file.status_code == 200
    assert file.headers["Content-Type"] == "application/pdf"
    assert opened(file.data, password)
    assert "DPC Uji" in client.get("/penyerahan-data").text


def test_a_leaked_copy_says_so_on_its_page(app, session, client, login, frozen, make_account):
    copy, _first, second = made(app, session, make_account)
    rows.touched(bytes(bait(session, copy).nik_index), "pindah")
    session.commit()
    from electsys.identity.models import Account

    login(client, session.get(Account, second.account_id))
    page = client.get(f"/pemilih/salinan/{copy.id}")
    assert "Salinan ini bocor" in page.text
    assert "layanan pindah memilih" in page.text


def test_an_election_without_the_settings_has_the_laws_own(session, frozen, actor_with):
    from modules.sidalih.operations.copy_files import _setting

    assert _setting(by_code("pemilu-2024").id, "kanari_per_10000", 1) == 5
    assert _setting(by_code("pemilu-2024").id, "tidak_ada", 7) == 7
