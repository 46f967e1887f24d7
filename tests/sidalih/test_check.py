"""Cek DPT: who knows a NIK and what belongs to it learns the polling station; nobody else learns anything."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text

from electsys.events import publish
from electsys.jobs.models import Job
from electsys.privacy import blind_index_birth
from modules.sidalih.claims import claims_of
from modules.sidalih.events import ListDetermined
from modules.sidalih.models import ListEntry, VoterList, VoterLookup
from modules.sidalih.operations import voters as operations
from modules.sidalih.operations.lookup import mark_lookup, publish_lookup, voters_of
from modules.sidalih.permissions import EDIT
from tests.sidalih.conftest import ACTOR, VILLAGE

ASK = "/api/cek/dpt"


@pytest.fixture
def freeze(session, roll):
    """Freeze voters into a list, as determining does."""

    def make(*voters, stage="dpt", sequence=1) -> VoterList:
        found = VoterList(
            roll_id=roll.id,
            stage=stage,
            sequence=sequence,
            male=0,
            female=len(voters),
            digest=b"-" * 32,
            determined_by="uji",
        )
        session.add(found)
        session.flush()
        for number, voter in enumerate(voters, 1):
            session.add(
                ListEntry(
                    province="12",
                    list_id=found.id,
                    tps_code=voter.tps_code,
                    number=number,
                    voter_id=voter.id,
                    version=voter.version,
                )
            )
        session.flush()
        return found

    return make


def asked(client, nik, **proof):
    return client.post(ASK, json={"nik": nik, **proof})


def test_the_pair_finds_the_station_and_shows_a_masked_name(client, make_voter, freeze):
    voter = make_voter(name="SITI RAHMAWATI")
    facts = claims_of(voter)
    assert publish_lookup(freeze(voter).id, actor=ACTOR) == 1
    for proof in ({"tanggal_lahir": "1980-05-17"}, {"nama": "Siti  Rahmawati, S.Pd."}):
        answer = asked(client, facts.nik, **proof)
        assert answer.status_code == 200
        data = answer.json["data"]
        assert (data["kode_tps"], data["nama"], data["nomor"]) == (VILLAGE + "001", "S*** R********", 1)
        assert data["hari"] == "2024-02-14"
        assert "Barus" in data["kecamatan"]
        assert facts.nik not in answer.text
        assert "1980" not in answer.text


def test_none_and_a_wrong_pair_are_the_same_bytes(client, make_voter, freeze):
    voter = make_voter(name="SITI RAHMAWATI")
    publish_lookup(freeze(voter).id, actor=ACTOR)
    nik = claims_of(voter).nik
    wrong = asked(client, nik, tanggal_lahir="1980-05-18")
    none = asked(client, "3171015705807001", tanggal_lahir="1980-05-17")
    assert (wrong.status_code, wrong.data) == (none.status_code, none.data) == (200, b'{"ditemukan":false}')


def test_a_list_answers_with_what_it_held(client, session, make_voter, actor_with, freeze):
    voter = make_voter(name="SITI LAMA")
    found = freeze(voter)
    operations.amend_voter(voter, {"name": "SITI BARU"}, actor=actor_with(EDIT), reason="Dicocokkan")
    publish_lookup(found.id, actor=ACTOR)
    nik = claims_of(voter).nik
    assert asked(client, nik, nama="siti lama").json["ditemukan"] is True
    assert asked(client, nik, nama="siti baru").json["ditemukan"] is False


def test_a_later_list_takes_the_place_of_the_earlier(client, session, make_voter, freeze):
    gone, stays = make_voter(), make_voter()
    publish_lookup(freeze(gone, stays, stage="dps").id, actor=ACTOR)
    publish_lookup(freeze(stays).id, actor=ACTOR)
    publish_lookup(freeze(stays, sequence=2).id, actor=ACTOR)
    assert asked(client, claims_of(gone).nik, tanggal_lahir="1980-05-17").json["ditemukan"] is False
    assert asked(client, claims_of(stays).nik, tanggal_lahir="1980-05-17").json["data"]["daftar"] == "dpt"
    assert session.scalar(text("select count(*) from voter_lookup")) == 2


def test_a_mark_is_shown(client, make_voter, freeze):
    voter = make_voter()
    publish_lookup(freeze(voter).id, actor=ACTOR)
    mark_lookup(voter, "pindah_keluar")
    answer = asked(client, claims_of(voter).nik, tanggal_lahir="1980-05-17")
    assert answer.json["data"]["keterangan"] == "pindah_keluar"


def test_the_projection_holds_no_number_no_date_and_no_full_name(session, make_voter, freeze):
    voter = make_voter(name="SITI RAHMAWATI", birth_date=dt.date(1977, 11, 3))
    publish_lookup(freeze(voter).id, actor=ACTOR)
    rows = session.execute(select(VoterLookup.__table__)).all()
    said = str(rows) + "".join(bytes(row.pair).hex() for row in rows)
    facts = claims_of(voter)
    for secret in (facts.nik, facts.nkk, "1977", "RAHMAWATI"):
        assert secret not in said
    assert {len(bytes(row.pair)) for row in rows} == {16}
    assert voters_of(blind_index_birth(facts.nik, facts.birth_date)) == [voter.id]


def test_determining_a_list_starts_the_job(session, roll, make_voter, freeze):
    found = freeze(make_voter())
    event = ListDetermined(
        actor=ACTOR, election_id=roll.election_id, region="1201", stage="dpt", list_id=found.id
    )
    publish(event)
    session.flush()
    job = session.scalars(select(Job).where(Job.subject == f"voter_list:{found.id}")).one()
    assert job.task == "sidalih.lookup"


def test_the_page_finds_and_offers_an_objection(client, make_voter, freeze):
    voter = make_voter(name="SITI RAHMAWATI")
    publish_lookup(freeze(voter).id, actor=ACTOR)
    form = {"nik": claims_of(voter).nik, "lahir": "17-05-1980"}
    client.get("/cek/dpt")
    page = client.post("/cek/dpt", data=form)
    assert "S*** R********" in page.text
    assert "Keberatan atas data saya" in page.text
    assert claims_of(voter).nik not in page.text
