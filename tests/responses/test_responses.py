"""Objections and responses: received, followed, decided, and heard by the module."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from sqlalchemy import func, select, text

from electsys.errors import Refused
from electsys.events import subscribe
from electsys.identity import grants
from electsys.ledger import Act, Actor
from electsys.notices.models import Notice
from electsys.privacy import blind_index
from electsys.responses import (
    Answer,
    ResponseDecided,
    ResponseReceived,
    kinds,
    operations,
    queries,
    register,
    tickets,
)
from electsys.responses.forms import question
from electsys.responses.models import PublicResponse, ResponseFile
from tests.responses import toy

NOW = dt.datetime(2024, 4, 20, 3, 0, tzinfo=dt.UTC)
ANSWERS = {
    "nama": "Budi Santoso",
    "kontak": "0812-0000-0000",
    "isi": "Nama saya tertulis dua kali, di TPS 001 dan TPS 004.",
    "hal": "ganda",
}


def receive(answers=None, **more):
    return operations.receive_response(
        kinds.ALL[toy.KIND], ANSWERS | (answers or {}), **{"region": "1201011001", "at": NOW} | more
    )


def ticket():
    answer = toy.look(question(toy.NIK, "lahir", toy.BORN))
    return tickets.read(tickets.issue(answer, nik=toy.NIK, proof=toy.BORN, by="lahir"), toy.KIND)


def actor(account):
    return Actor(account.id, account.username)


def test_a_response_is_received_sealed_and_numbered(session):
    received = receive({"nik": "1201 0141 0890 0008"})
    row = received.response
    assert row.number == f"TGP-2024-{row.id:06d}" and row.state == "diterima" and not row.proven
    assert row.due_at - row.created_at == dt.timedelta(hours=72)
    assert row.nik_index == blind_index("1201014108900008")
    assert queries.contents(row) == ANSWERS | {"nik": "1201014108900008"}
    stored = session.execute(text("select * from public_response where id = :id"), {"id": row.id}).one()
    said = repr(tuple(bytes(v) if isinstance(v, memoryview) else v for v in stored))
    for secret in ("Budi", "0812", "TPS 004", "1201014108900008", received.code):
        assert secret not in said
    act = session.scalars(select(Act).where(Act.verb == "responses:response:receive")).one()
    assert (act.actor, act.region, act.details) == (
        "publik",
        "1201011001",
        {"kind": toy.KIND, "proven": False},
    )


def test_a_ticket_proves_the_nik_and_says_the_matter(session):
    row = receive({"nik": "1201014108900008"}, ticket=ticket()).response
    assert row.proven and row.subject == "uji:7" and row.region == "1201011001"
    assert queries.contents(row)["nik"] == toy.NIK and queries.contents(row)["lahir"] == toy.BORN
    assert row.nik_index == blind_index(toy.NIK)
    assert session.scalars(queries.of_nik(blind_index(toy.NIK), [toy.KIND])).all() == [row]


def test_a_ticket_is_for_its_kind_and_not_for_long(app, session, monkeypatch):
    answer = Answer({}, offers=("uji_lain",))
    text_of = tickets.issue(answer, nik=toy.NIK, proof=toy.BORN, by="lahir")
    assert toy.NIK not in text_of
    assert tickets.read(text_of, "uji_lain").nik == toy.NIK
    for wrong, kind in ((text_of, toy.KIND), (text_of[:-8] + "AAAAAAA=", "uji_lain"), ("x", "uji_lain")):
        with pytest.raises(Refused, match="dua jam"):
            tickets.read(wrong, kind)
    monkeypatch.setattr(tickets, "LIFE", dt.timedelta(seconds=-1))
    with pytest.raises(Refused, match="dua jam"):
        tickets.read(tickets.issue(answer, nik=toy.NIK, proof=toy.BORN, by="lahir"), "uji_lain")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"nama": " "}, "nama"),
        ({"isi": "Terlalu pendek."}, "isi"),
        ({"isi": "x" * 4001}, "isi"),
        ({"nik": "123"}, "nik"),
        ({"hal": ""}, "hal"),
    ],
)
def test_what_is_missing_is_named(session, change, field):
    with pytest.raises(Refused) as refused:
        receive(change)
    assert refused.value.field == field
    assert session.scalar(select(func.count()).select_from(PublicResponse)) == 0
    assert toy.HEARD == []


def test_a_kind_may_ask_for_a_proof_first(session):
    kind = register("uji_bukti", label="Uji bukti", permission=toy.PERMISSION, needs_proof=True)
    with pytest.raises(Refused, match="cek dulu"):
        operations.receive_response(kind, ANSWERS, at=NOW)


def test_the_officers_of_the_area_are_told_in_the_same_transaction(session, make_account, officer):
    elsewhere = make_account(permissions=["responses:response:decide", toy.PERMISSION], region="3171")
    row = receive().response
    notice = session.scalars(select(Notice).where(Notice.kind == operations.NOTICE)).one()
    assert (notice.account_id, notice.link) == (officer.id, f"/kelola/tanggapan/{row.id}")
    assert notice.values == {"number": row.number, "kind": "Keberatan atas daftar uji"}
    assert elsewhere.id != officer.id
    assert [type(e) for e in toy.HEARD] == [ResponseReceived]
    assert toy.HEARD[0].response_id == row.id and toy.HEARD[0].region == "1201011001"


def test_what_a_module_refuses_leaves_nothing(session):
    def refuse(event):
        raise Refused("Daftar sudah beku.")

    kind = register("uji_beku", label="Uji beku", permission=toy.PERMISSION, received=refuse)
    with pytest.raises(Refused, match="beku"):
        operations.receive_response(kind, ANSWERS, at=NOW)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(PublicResponse)) == 0


def png():
    from PIL import Image

    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "png")
    content.seek(0)
    return content


def test_files_come_with_it_up_to_a_number(session):
    row = receive(files=[(png(), "bukti.png"), (png(), "ktp.png")]).response
    assert [f.kind for f in row.files] == ["response", "response"]
    with pytest.raises(Refused, match="paling banyak 3") as refused:
        receive(files=[(png(), "x.png")] * 4)
    assert refused.value.field == "berkas"
    with pytest.raises(Refused):
        receive(files=[(io.BytesIO(b"nik,nama\n"), "daftar.csv")])


# --- follow ---------------------------------------------------------------------------------------


def test_receipt_and_code_together_find_it(session):
    received = receive()
    number, code = received.response.number, received.code
    other = receive()
    assert queries.by_code(number, code).id == received.response.id
    assert queries.by_code(number.lower(), f"{code[:4]}-{code[4:8]}-{code[8:]}".lower()) is not None
    assert queries.by_code(other.response.number, code) is None
    assert queries.by_code(number, other.code) is None
    assert len(code) == 12


def test_the_public_reads_no_response_but_by_its_code(app, session):
    """The second lock: with the scope of nobody the table is empty, and the code opens one row."""
    received = receive()
    session.execute(text("select set_config('app.scope', '-', true)"))
    assert session.scalar(select(func.count()).select_from(PublicResponse)) == 0
    assert queries.by_code(received.response.number, received.code) is not None
    session.execute(text("select set_config('app.scope', '3171', true)"))
    assert session.scalar(select(func.count()).select_from(PublicResponse)) == 0
    session.execute(text("select set_config('app.scope', '3171,1201', true)"))
    assert session.scalar(select(func.count()).select_from(PublicResponse)) == 1


def test_nobody_deletes_a_response(session):
    from sqlalchemy.exc import ProgrammingError

    receive()
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("delete from public_response"))


# --- decide ---------------------------------------------------------------------------------------


def test_an_officer_decides_with_a_reason(session, officer):
    heard = []
    subscribe(ResponseDecided, heard.append)
    row = receive().response
    operations.take_response(row, actor=actor(officer))
    assert (row.state, row.taken_by) == ("diproses", officer.id)
    operations.decide_response(
        row, "kabul", code="uji_sah", text=f"NIK {toy.NIK} dihapus.", actor=actor(officer)
    )
    assert (row.state, row.reason_code, row.decided_by) == ("diterima_isinya", "uji_sah", officer.id)
    assert row.reason == "Keberatan Anda sah. NIK 1201**********07 dihapus."
    event = toy.HEARD[-1]
    assert isinstance(event, ResponseDecided) and event.accepted and event.response_id == row.id
    assert event in heard
    verbs = session.scalars(select(Act.verb).where(Act.subject == f"public_response:{row.id}")).all()
    assert sorted(verbs) == [
        "responses:response:accept",
        "responses:response:receive",
        "responses:response:take",
    ]


def test_who_decides_at_once_has_also_taken_it_up(session, officer):
    row = receive().response
    operations.decide_response(row, "tolak", code="sudah_benar", actor=actor(officer))
    assert row.state == "ditolak" and row.taken_by == officer.id and not toy.HEARD[-1].accepted
    with pytest.raises(Refused) as refused:
        operations.decide_response(row, "kabul", code="uji_sah", actor=actor(officer))
    assert refused.value.status == 409


@pytest.mark.parametrize(
    ("decision", "more", "field"),
    [
        ("kabul", {}, "text"),
        ("kabul", {"text": "  "}, "text"),
        ("kabul", {"code": "sudah_benar"}, "code"),
        ("tolak", {"code": "uji_sah"}, "code"),
        ("mungkin", {"text": "Alasan"}, "decision"),
    ],
)
def test_no_decision_without_a_reason_that_fits(session, officer, decision, more, field):
    row = receive().response
    with pytest.raises(Refused) as refused:
        operations.decide_response(row, decision, actor=actor(officer), **more)
    assert refused.value.field == field and row.state == "diterima"


def test_the_kinds_own_permission_decides_too(session, make_account):
    row = receive().response
    only_room = make_account(permissions=["responses:response:decide"], region="1201")
    only_kind = make_account(permissions=[toy.PERMISSION], region="1201")
    elsewhere = make_account(permissions=["responses:response:decide", toy.PERMISSION], region="1202")
    for account in (only_room, only_kind, elsewhere):
        with pytest.raises(Refused) as refused:
            operations.decide_response(row, "tolak", code="sudah_benar", actor=actor(account))
        assert refused.value.status == 403
    assert row.state == "diterima"


def test_the_queue_shows_what_its_reader_may_decide(session, make_account, officer):
    near, far = receive().response, receive(region="3171011001").response
    register("uji_rahasia", label="Uji rahasia", permission="uji:rahasia:putus")
    operations.receive_response(kinds.ALL["uji_rahasia"], ANSWERS, region="1201011001", at=NOW)
    assert [r[0] for r in session.execute(queries.queue(officer))] == [near]
    assert queries.waiting(officer)[0] == 1
    nation = make_account(
        permissions=["responses:response:read", "responses:response:decide", toy.PERMISSION]
    )
    assert {r[0] for r in session.execute(queries.queue(nation))} == {near, far}
    stranger = make_account(permissions=["responses:response:read"], region="1201")
    assert session.execute(queries.queue(stranger)).all() == []
    operations.decide_response(near, "tolak", code="sudah_benar", actor=actor(officer))
    grants.forget()
    assert queries.waiting(officer) == (0, None)


def test_the_days_come_from_the_setting_of_the_election(session, monkeypatch):
    kind = register(
        "uji_hari",
        label="Uji hari",
        permission=toy.PERMISSION,
        setting="tenggat_uji",
        days=3,
        election=lambda: 1,
    )
    assert operations.days_of(kind, 1) == 3, "no such setting: the kind's own days"
    monkeypatch.setattr("electsys.elections.settings.current", lambda *_: object())
    monkeypatch.setattr("electsys.elections.settings.value", lambda election, key: 7)
    assert operations.days_of(kind, 1) == 7
    assert operations.days_of(kind, None) == 3


def test_the_table_of_files_links_both(session):
    row = receive(files=[(png(), "bukti.png")]).response
    link = session.scalars(select(ResponseFile)).one()
    assert (link.response_id, link.file_id) == (row.id, row.files[0].id)


@pytest.mark.parametrize("name", ["x", "Besar", "pakai-garis", "1angka", "lacak"])
def test_names_of_kinds_stand_in_addresses(name):
    with pytest.raises(ValueError, match="address"):
        register(name, label="x", permission=toy.PERMISSION)


def test_a_kinds_fields_do_not_hide_those_of_all():
    from electsys.responses import Field

    with pytest.raises(ValueError, match="isi"):
        register("uji_isi", label="x", permission=toy.PERMISSION, fields=(Field("isi", "Isi"),))
