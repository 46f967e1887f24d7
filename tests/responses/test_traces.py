"""Who has looked at my data: told to the person whom it is about, and to nobody else."""

from __future__ import annotations

import datetime as dt

import pytest

from electsys import privacy
from electsys.ledger import Actor
from electsys.privacy.models import Disclosure
from electsys.responses import traces
from electsys.responses.forms import question
from tests.pages import Html
from tests.route_examples import claim

NIK, BORN, NAME = "1201014101900001", "1990-01-01", "Siti Aminah"
REASON = "Mencocokkan KTP-el pemilih yang datang."


@pytest.fixture
def person(session):
    """A synthetic person of Tapanuli Tengah."""
    return claim("voter:1").person


@pytest.fixture
def opened(session, person, make_account):
    """Somebody at the KPU of Tapanuli Tengah has opened the NIK."""
    from sqlalchemy import select

    from electsys.identity.models import Role

    account = make_account("operator_kpu_kabko", "1201")
    role = session.scalars(select(Role).where(Role.name == "operator_kpu_kabko")).one()
    role.permissions = [*role.permissions, "privacy:nik:reveal"]
    session.flush()
    from electsys.identity import grants

    grants.forget()
    privacy.reveal("person", person.id, actor=Actor(account.id, account.username), reason=REASON)
    session.commit()
    return account


def ask(client, **typed):
    return client.submit(client.get("/cek/data-saya"), **{"nik": NIK, "lahir": "01-01-1990"} | typed)


def test_the_person_sees_office_role_time_and_purpose_but_no_name(client, opened):
    page = ask(client)
    row = Html(page.text).text(Html(page.text).one("tbody"))
    assert "KABUPATEN TAPANULI TENGAH" in row and "Operator KPU Kabupaten/Kota" in row and REASON in row
    assert "NIK Anda dibuka lengkap" in row
    assert opened.username not in page.text and opened.name not in page.text and NIK not in page.text
    by_name = ask(client, lahir="", nama="siti aminah")
    assert REASON in by_name.text


def test_programs_are_told_too(client, opened):
    given = {"nik": NIK, "tanggal_lahir": BORN}
    answer = client.post("/api/cek/data-saya", json=given, csrf=False)
    [trace] = answer.json["data"]["pembukaan"]
    assert trace["keperluan"] == REASON and trace["jenis"] == "reveal" and opened.username not in answer.text


def test_nobody_else_learns_whether_the_person_exists(client, session, opened):
    """A stranger's guess, an unknown NIK, and a person whose data nobody opened: one answer."""
    claim("voter:9", nik="1201014201900002", name="Rina Wati", birth_date=dt.date(1990, 1, 2))
    session.commit()
    answers = [
        client.post("/api/cek/data-saya", json=given, csrf=False).data
        for given in (
            {"nik": NIK, "tanggal_lahir": "1990-01-02"},
            {"nik": "1201014101900009", "tanggal_lahir": BORN},
            {"nik": "1201014201900002", "tanggal_lahir": "1990-01-02"},
        )
    ]
    assert set(answers) == {b'{"ditemukan":false}'}


def test_a_merged_row_leads_to_the_one_that_stands(client, session, opened, person):
    from electsys.identity.operations.persons import merge_people

    other = claim("voter:3", name="Budi Hartono", birth_date=dt.date(1971, 5, 6), sex="L").person
    merge_people(other.id, person.id, actor=Actor.system("uji"))
    session.commit()
    assert REASON in ask(client, lahir="06-05-1971").text


def test_refusals_are_no_disclosures_and_modules_add_theirs(client, session, person, monkeypatch):
    actor = Actor.system("uji")
    session.add(Disclosure(kind="refused", actor="x", subject=f"person:{person.id}", purpose="x", rows=1))
    monkeypatch.setattr(traces, "_SOURCES", dict(traces._SOURCES))
    assert traces.look(question(NIK, "lahir", BORN)) is None
    privacy.register_export(
        "voter_list:5",
        recipient="Partai Uji",
        purpose="Salinan DPT untuk peserta pemilu",
        rows=100,
        sha256=b"x" * 32,
        actor=actor,
        region="1201",
    )
    traces.register("uji", lambda q: traces.of_subjects(["voter_list:5"]) if q.by == "lahir" else [])
    session.flush()
    answer = traces.look(question(NIK, "lahir", BORN))
    [trace] = answer.extra
    assert (trace.recipient, trace.office, trace.kind) == ("Partai Uji", "Sistem electsys", "export")
    session.commit()
    assert "Partai Uji" in ask(client).text


def test_a_person_of_any_region_is_found_by_the_pair_alone(session, person):
    """The page has nobody's scope; the pair opens the key of its own row and no other."""
    from sqlalchemy import func, select, text

    from electsys.identity.models import Person

    session.execute(text("select set_config('app.scope', '-', true)"))
    assert session.scalar(select(func.count()).select_from(Person)) == 0
    pair = question(NIK, "lahir", BORN).pair
    assert session.scalars(select(func.person_of_pair(pair))).all() == [person.id]
    assert session.scalars(select(func.person_of_pair(b"x" * 32))).all() == []
