"""Control rows at every door: each look-up rings once, nobody real rings, and the answer tells nothing."""

from __future__ import annotations

import csv
import datetime as dt
import itertools

import pytest
import sqlalchemy as sa

from electsys.errors import Refused
from electsys.ledger import Act
from electsys.notices import Notice
from electsys.privacy import blind_index, blind_index_birth
from electsys.responses import checks, guard
from electsys.responses.forms import question
from modules.sidalih.claims import claims_of
from modules.sidalih.models import CanaryTouch, Voter, VoterCanary
from modules.sidalih.models.moves import VoterMove
from modules.sidalih.operations import abroad, canaries, searches
from modules.sidalih.operations.canaries import Canaries, keep_canaries
from modules.sidalih.operations.lookup import publish_lookup
from modules.sidalih.operations.moves import Application, open_place, submit_move
from modules.sidalih.permissions import COMPILE, EDIT, MOVE, READ
from modules.sidalih.queries.copies import lines_of
from tests.sidalih.conftest import ACTOR, OTHER_VILLAGE, VILLAGE, claims
from tests.sidalih.copying import ASKS, asked, freeze, some_voters
from tests.sidalih.importing import row, write_csv
from tests.sidalih.moving import freeze as freeze_dpt
from tests.sidalih.moving import tps_at, voter_at

ASK = "/api/cek/dpt"


@pytest.fixture
def overseer(make_account):
    return make_account(permissions=["privacy:register:read"])


@pytest.fixture
def bait(session, roll, actor_with, overseer):
    """A control row of a copy, whose number and name the test knows: ``(copy, line)``."""
    freeze(session, some_voters(session))
    copy = asked(actor_with(ASKS))
    line = next(iter(lines_of(copy.list_id, copy.region)))
    drawn = Canaries(copy.id, {line.tps_code: 40}, 2, dt.date(2024, 2, 14))
    found = list(drawn.among(line.tps_code, [line], set()))
    assert keep_canaries(drawn) == 2
    session.commit()
    return copy, found[0].line


@pytest.fixture
def rung(session, overseer):
    """What rang: ``rung(copy, "cek")`` says that it did once, told once; ``rung()`` that nothing did."""

    def check(copy=None, where="", times=1, actor=None):
        session.expire_all()
        touches = session.scalars(sa.select(CanaryTouch)).all()
        acts = session.scalars(sa.select(Act).where(Act.verb == "sidalih:copy:leak")).all()
        notices = session.scalars(sa.select(Notice).where(Notice.kind == canaries.ALARM)).all()
        if copy is None:
            assert (touches, acts, notices) == ([], [], [])
            return
        assert [(t.copy_id, t.place) for t in touches] == [(copy.id, where)] * times
        assert {t.account_id for t in touches} == {actor and actor.account_id}
        assert [a.details for a in acts] == [{"place": where}]
        assert [n.account_id for n in notices] == [overseer.id]

    return check


def ask(client, nik, **proof):
    address = {"REMOTE_ADDR": f"192.0.2.{next(_addresses) % 250}"}  # each from a network of its own
    answer = client.post(ASK, json={"nik": nik, **proof}, environ_base=address)
    answer.close()  # the bell rings when the answer has left
    return answer


_addresses = itertools.count()


# --- cek DPT ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["lahir", "nama"])
def test_the_public_check_rings_and_answers_as_for_anybody(client, bait, rung, by):
    copy, line = bait
    proof = {"tanggal_lahir": line.born.isoformat()} if by == "lahir" else {"nama": line.name}
    ask(client, claims().nik, **proof)  # the first answer to anybody brings the cookie of the session
    stranger = ask(client, claims().nik, **proof)
    rung()
    touched = ask(client, line.nik, **proof)
    assert (touched.status_code, touched.data) == (stranger.status_code, stranger.data)
    assert touched.data == b'{"ditemukan":false}'
    own = {"X-Request-ID", "Content-Security-Policy"}  # a number and a nonce of each answer
    assert {k: v for k, v in touched.headers if k not in own} == {
        k: v for k, v in stranger.headers if k not in own
    }
    rung(copy, "cek")
    ask(client, line.nik, **proof)
    rung(copy, "cek", times=2)


def test_the_bell_of_the_check_rings_only_when_the_answer_has_left(client, session, bait, rung):
    copy, line = bait
    answer = client.post(ASK, json={"nik": line.nik, "tanggal_lahir": "1980-01-01"})
    assert answer.json == {"ditemukan": False}
    rung()
    answer.close()
    rung(copy, "cek")


def test_the_page_of_the_check_rings_too(client, bait, rung):
    copy, line = bait
    form = {"lahir": f"{line.born:%d-%m-%Y}"}
    client.get("/cek/dpt")
    stranger = client.post("/cek/dpt", data=form | {"nik": claims().nik})
    stranger.close()
    rung()
    page = client.post("/cek/dpt", data=form | {"nik": line.nik})
    page.close()
    assert "tidak ada dalam daftar pemilih" in page.text
    assert plain(page) == plain(stranger)
    rung(copy, "cek")


def plain(page):
    """The text of a page's main part, without the masked number that was asked."""
    from tests.pages import Html

    main = Html(page.text).all("main")
    text = " ".join("".join(main[0].itertext()).split())
    return " ".join(word for word in text.split() if "*" not in word)


def test_a_voter_who_is_found_costs_no_look_at_control_rows(session, bait):
    """The found row ends the statement: the second half is never begun."""
    voter = session.scalars(sa.select(Voter).limit(1)).one()
    frozen = freeze(session, [voter])
    publish_lookup(frozen.id, actor=ACTOR)
    facts = claims_of(voter)
    statement = guard._joined(checks.ALL["dpt"].statement or "")
    visitor = guard.Visitor.of("192.0.2.1")

    def plan(asked):
        values = guard._values(guard.CHECKS, visitor, None, None)
        values |= {"pair": asked.pair, "nik_index": asked.nik_index}
        raw = session.connection().connection.driver_connection
        lines = raw.execute("explain (analyze, timing off, costs off) " + statement, values).fetchall()
        [probe] = [line for (line,) in lines if "voter_canary" in line]
        return probe

    assert "never executed" in plan(question(facts.nik, "lahir", facts.birth_date.isoformat()))
    assert "never executed" not in plan(question(claims().nik, "lahir", "1980-05-17"))


def test_who_asks_what_was_seen_of_a_control_row_rings(client, bait, rung):
    copy, line = bait
    body = {"nik": line.nik, "tanggal_lahir": line.born.isoformat()}
    answer = client.post("/api/cek/data-saya", json=body)
    answer.close()
    assert answer.json == {"ditemukan": False}
    rung(copy, "jejak")


def test_voters_ring_nothing_at_the_check(client, session, bait, rung):
    voters = session.scalars(sa.select(Voter)).all()
    publish_lookup(freeze(session, voters).id, actor=ACTOR)
    facts = claims_of(voters[0])
    assert ask(client, facts.nik, tanggal_lahir=facts.birth_date.isoformat()).json["ditemukan"] is True
    assert ask(client, facts.nik, tanggal_lahir="1933-03-03").json["ditemukan"] is False
    rung()


# --- moves ------------------------------------------------------------------------------------------


def test_the_counter_of_moves_rings(session, election, bait, rung, actor_with):
    copy, line = bait
    freeze_dpt(session, [voter_at(session)])
    actor = actor_with(MOVE)
    target = tps_at(session, OTHER_VILLAGE + "001")
    words = []
    for nik in (claims().nik, line.nik):
        with pytest.raises(Refused) as refused:
            submit_move(election, Application(nik, target, "tugas", "asal"), actor=actor)
        words.append((refused.value.message, refused.value.hint, refused.value.field, refused.value.status))
    assert words[0] == words[1]
    assert "tidak ada dalam DPT" in words[0][0]
    assert session.scalars(sa.select(VoterMove)).all() == []
    rung(copy, "pindah", actor=actor)


def test_the_list_of_a_special_place_rings(session, election, bait, actor_with, monkeypatch):
    """The bell has a transaction of its own; a test has one for all, so only the pull is watched here."""
    copy, line = bait
    pulled = []
    monkeypatch.setattr(canaries, "ring", lambda *what: pulled.append(what))
    place = open_place(
        election, VILLAGE, kind="lapas", name="Lapas Uji", body="Uji", address="Jalan 1", cap=100, actor=ACTOR
    )
    actor = actor_with(EDIT, COMPILE)
    stranger, touched = abroad.place_people(election, place, [claims().nik, line.nik], actor=actor)
    assert (stranger.done, stranger.words) == (touched.done, touched.words)
    assert pulled == [(copy.id, "pindah", actor)]


# --- import -----------------------------------------------------------------------------------------


def test_an_imported_file_rings_once_and_takes_nobody_in(
    app, session, bait, rung, make_account, tmp_path, monkeypatch
):
    copy, line = bait
    account = make_account("operator_kpu_kabko", "1201")
    session.commit()
    asked_of = []
    real = canaries.touched_many

    def listen(found, *rest, **more):
        asked_of.append(set(found))
        return real(found, *rest, **more)

    monkeypatch.setattr(canaries, "touched_many", listen)
    other = dt.date(1970, 1, 1)
    rows = [
        row(),
        row(nik=line.nik, tanggal_lahir=line.born.isoformat(), jenis_kelamin=line.sex),
        row(nik="9" * 16, tanggal_lahir=other.isoformat()),
    ]
    path = write_csv(tmp_path / "dp4.csv", rows)
    command = ["sidalih", "import", str(path), "--election", "pemilu-2024", "--as", account.username]
    before = session.scalar(sa.select(sa.func.count()).select_from(Voter))
    result = app.test_cli_runner().invoke(args=[*command, "--accept-valid"])
    assert result.exit_code == 0, result.output
    assert "3 baris = 2 diterima + 1 ditolak + 0 sama" in result.output
    assert asked_of == [{blind_index(line.nik)}]  # one question for the whole file
    with (tmp_path / "dp4-kesalahan.csv").open(encoding="utf-8-sig", newline="") as file:
        [wrong] = list(csv.reader(file))[1:]
    assert wrong[0] == "3"
    assert "tidak ada orang dengan nomor ini" in " ".join(wrong)
    assert line.nik not in " ".join(wrong)
    assert "kendali" not in " ".join(wrong).lower()
    assert session.scalar(sa.select(sa.func.count()).select_from(Voter)) == before + 2
    assert not session.scalars(sa.select(Voter).where(Voter.nik_index == blind_index(line.nik))).all()
    from electsys.ledger import Actor

    rung(copy, "impor", actor=Actor(account.id, account.username))


# --- the searches -----------------------------------------------------------------------------------


@pytest.fixture
def reader(session, client, make_account, login):
    account = make_account(permissions=[READ], region="1201")
    session.commit()
    login(client, account)
    from electsys.ledger import Actor

    return Actor(account.id, account.username)


@pytest.mark.parametrize("code", [VILLAGE, "120101", "1201"])
def test_the_search_by_name_rings(client, roll, bait, rung, reader, code):
    copy, line = bait
    page = client.get(f"/pemilih/{roll.id}/pemilih/{code}", query_string={"nama": line.name.lower()})
    assert page.status_code == 200
    rung(copy, "cari", actor=reader)


def test_the_search_in_the_table_of_a_village_rings(client, roll, bait, rung, reader):
    copy, line = bait
    address = f"/pemilih/{roll.id}/pemilih/{VILLAGE}"
    assert client.get(address, query_string={"cari": line.name}).status_code == 200
    rung(copy, "cari", actor=reader)


def test_names_of_voters_parts_of_names_and_other_places_ring_nothing(
    client, session, roll, bait, rung, reader, make_voter
):
    _copy, line = bait
    address = f"/pemilih/{roll.id}/pemilih/"
    first, _, rest = line.name.partition(" ")
    for code, words in (
        (OTHER_VILLAGE, line.name),
        (VILLAGE, first),
        (VILLAGE, f"{first} {rest} LAIN"),
        (VILLAGE, session.scalars(sa.select(Voter.name).limit(1)).one()),
    ):
        assert client.get(address + code, query_string={"nama": words}).status_code == 200
    rung()
    make_voter(name=line.name)
    session.commit()
    client.get(address + VILLAGE, query_string={"nama": line.name})
    rung()


def test_the_search_by_number_rings_and_shows_the_same_page(client, roll, bait, rung, reader):
    copy, line = bait
    stranger = client.post(f"/pemilih/{roll.id}/nik", data={"nik": claims().nik})
    touched = client.post(f"/pemilih/{roll.id}/nik", data={"nik": line.nik})
    assert (stranger.status_code, plain(stranger)) == (touched.status_code, plain(touched))
    rung(copy, "cari", actor=reader)


# --- and none of it is kept in clear ----------------------------------------------------------------


def test_no_number_of_a_control_row_is_kept(session, bait):
    _copy, line = bait
    said = str(session.execute(sa.select(VoterCanary.__table__)).all())
    assert line.nik not in said
    assert line.name not in said
    assert blind_index_birth(line.nik, line.born).hex() not in said


def test_a_name_of_one_word_asks_nothing(session, bait, monkeypatch):
    monkeypatch.setattr(canaries, "canaries_by_name", lambda found: pytest.fail("asked"))
    assert canaries.touched_name("Siti", [VILLAGE], "cari") is None
    assert searches.queries.villages_in(searches.Election(map_id=1), VILLAGE + "001") == [VILLAGE]


@pytest.mark.parametrize(("kind", "refused"), [("abroad", ["nik_unknown"]), ("dpk", [])])
def test_files_of_people_who_vote_elsewhere_ring(
    session, election, bait, rung, actor_with, tmp_path, kind, refused
):
    """A file of a PPLN takes nobody in; a line of the DPK stays as the KPPS wrote it."""
    from modules.sidalih import people_files
    from tests.sidalih.test_moves_pages import Handed, staged

    copy, line = bait
    actor = actor_with(EDIT, COMPILE)
    spec, check = (
        (people_files.abroad_spec, people_files._check_abroad)
        if kind == "abroad"
        else (people_files.dpk_spec, people_files._check_dpk)
    )
    home = f"{VILLAGE}001"
    lines = [
        f"{nik},,Siti Satu,Barus,1980-05-17,P,S,Jalan 1,TPSLN,{home},0" for nik in (claims().nik, line.nik)
    ]
    staging = staged(session, election, tmp_path, spec, lines)
    check(Handed(staging, f"{election.id}:1201", actor, None))
    found = [e for e in staging.errors() if e.code == "nik_unknown"]
    assert [e.code for e in found] == refused
    assert all(e.row_number == 3 and "tidak ada orang dengan nomor ini" in str(e.message) for e in found)
    rung(copy, "impor", actor=actor)
