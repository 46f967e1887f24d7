"""Printing forms: what stands on the paper, who may, and a job that goes on where it died."""

from __future__ import annotations

import io
import zipfile

import pypdfium2 as pdfium
import pytest
from sqlalchemy import func, select, text

from electsys import jobs
from electsys.elections.models import Ballot, BallotLine, Contest, Election, Participant
from electsys.errors import Refused
from electsys.ledger import Actor
from electsys.ledger.models import Act
from electsys.regions.models import Dapil
from modules.sidalih.models import AreaCount, VoterList, VoterRoll
from modules.situng.models import FormPrint, FormPrintPart
from modules.situng.operations import printing as operations
from modules.situng.queries import printing as queries

VILLAGE, TPS = "1201011001", "1201011001001"


@pytest.fixture
def election(session):
    return session.scalars(select(Election).where(Election.code == "pemilu-2024")).one()


@pytest.fixture
def dpr(session, election):
    """The DPR with a ballot of two parties in the dapil of the village."""
    contest = session.scalars(
        select(Contest).where(Contest.election_id == election.id, Contest.kind == "dpr")
    ).one()
    dapil = session.scalars(
        select(Dapil).where(
            Dapil.map_id == election.map_id,
            Dapil.chamber == "dpr",
            Dapil.id.in_(
                select(text("dapil_id")).select_from(text("dapil_village")).where(text("village_code = :v"))
            ),
        ),
        {"v": VILLAGE},
    ).one()
    ballot = Ballot(contest_id=contest.id, dapil_id=dapil.id, source="uji")
    session.add(ballot)
    session.flush()
    position = 0
    for party in session.scalars(
        select(Participant).where(Participant.contest_id == contest.id, Participant.number <= 2)
    ):
        for candidate in (None, 1, 2):
            position += 1
            session.add(
                BallotLine(
                    ballot_id=ballot.id,
                    position=position,
                    participant_id=party.id,
                    candidate_number=candidate,
                    name=party.name if candidate is None else f"CALON {party.number}-{candidate}",
                )
            )
    session.flush()
    return contest


@pytest.fixture
def dpt(session, election):
    """A DPT of 98 men and 103 women at one TPS."""
    roll = session.scalars(
        select(VoterRoll).where(VoterRoll.election_id == election.id, VoterRoll.region == "1201")
    ).one_or_none() or VoterRoll(election_id=election.id, region="1201")
    session.add(roll)
    session.flush()
    frozen = VoterList(roll_id=roll.id, stage="dpt", male=98, female=103, digest=b"x", determined_by="uji")
    session.add(frozen)
    session.flush()
    session.add(
        AreaCount(list_id=frozen.id, code=TPS, parent=VILLAGE, stations=1, male=98, female=103, facts={})
    )
    session.flush()


def words(pdf, page=0):
    return pdfium.PdfDocument(pdf)[page].get_textpage().get_text_range()


def test_a_form_bears_its_tps_and_what_is_known(session, election, contest, operator):
    pdf = operations.print_one(election, contest, TPS, actor=operator)
    document = pdfium.PdfDocument(pdf)
    assert len(document) == 2
    assert document[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)
    heading = words(pdf)
    for told in (
        TPS,
        "Tapanuli Tengah",
        "PRESIDEN DAN WAKIL PRESIDEN",
        f"E{1}/{election.id}/PPWP/{TPS}/1/2/",
    ):
        assert told in heading
    act = session.scalars(select(Act).where(Act.verb == "situng:form:print")).one()
    assert act.details["forms"] == 1


def test_printed_numbers_of_the_dpt_are_sidalihs(session, election, contest, operator, dpt):
    assert queries.known_numbers(election.id, VILLAGE) == {
        TPS: {"pemilih_dpt_l": 98, "pemilih_dpt_p": 103, "pemilih_dpt_j": 201}
    }
    known = words(operations.print_one(election, contest, TPS, actor=operator))
    blank = words(operations.print_one(election, contest, TPS[:-1] + "2", actor=operator))
    assert len(known.replace("001", "002")) > len(blank)


def test_the_paper_reads_back(session, election, contest, operator, dpt):
    """Every mark, the code, and the blackened bubbles of a printed page are where the layout says."""
    cv2 = pytest.importorskip("cv2")
    zxing = pytest.importorskip("zxingcpp")
    import numpy as np

    from modules.situng.layouts import parse_qr

    pdf = operations.print_one(election, contest, TPS, actor=operator)
    scale = 8 / (72 / 25.4)
    image = np.array(pdfium.PdfDocument(pdf)[0].render(scale=scale).to_pil().convert("L"))
    page = queries.form_for(
        contest, queries.groups(election, [contest], VILLAGE)[0].ballot_id, VILLAGE
    ).pages[0]
    corners, ids, _r = cv2.aruco.ArucoDetector(
        cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    ).detectMarkers(image)
    found = {int(i): c[0] / 8 for i, c in zip(ids.flatten(), corners, strict=True)}
    for mark in page.markers:
        assert found[mark.id][0] == pytest.approx((mark.box.x, mark.box.y), abs=0.3)
        assert found[mark.id][2] == pytest.approx((mark.box.right, mark.box.bottom), abs=0.3)
    [code] = zxing.read_barcodes(image)
    key = parse_qr(code.text)
    assert (key.tps, key.contest, key.page, key.of) == (TPS, "ppwp", 1, 2)
    black = {
        (cell.name, b.digit, b.value)
        for cell in page.cells
        for b in cell.bubbles
        if image[
            round((b.y - 0.7) * 8) : round((b.y + 0.7) * 8), round((b.x - 0.7) * 8) : round((b.x + 0.7) * 8)
        ].mean()
        < 60
    }
    assert black == {
        *(("pemilih_dpt_l", 1, 9), ("pemilih_dpt_l", 2, 8)),
        *(("pemilih_dpt_p", 0, 1), ("pemilih_dpt_p", 1, 0), ("pemilih_dpt_p", 2, 3)),
        *(("pemilih_dpt_j", 0, 2), ("pemilih_dpt_j", 1, 0), ("pemilih_dpt_j", 2, 1)),
    }


def test_a_party_contest_prints_the_ballot_of_its_dapil(session, election, dpr, operator):
    pdf = operations.print_one(election, dpr, TPS, actor=operator)
    ballot = words(pdf, 1)
    assert "CALON 2-2" in ballot and "CALON 1-1" in ballot
    assert "DPR" in words(pdf)


def test_outside_the_region_is_refused(session, election, contest, operator, make_account):
    with pytest.raises(Refused) as refused:
        operations.print_one(election, contest, "1202011001001", actor=operator)
    assert refused.value.status == 403
    with pytest.raises(Refused):
        operations.start_print(election, [contest], "12", actor=operator)
    witness = make_account(role="pps", region=VILLAGE)
    with pytest.raises(Refused):
        operations.start_print(election, [contest], VILLAGE, actor=Actor(witness.id, witness.username))


@pytest.mark.parametrize("tps", ["1201011001999", "1201019999001"])
def test_a_tps_that_is_not_there(session, election, contest, operator, tps):
    with pytest.raises(Refused) as refused:
        operations.print_one(election, contest, tps, actor=operator)
    assert refused.value.status == 404


def test_a_contest_without_a_ballot_is_named(session, election, operator):
    dprd = session.scalars(
        select(Contest).where(Contest.election_id == election.id, Contest.kind == "dprd_kabko")
    ).one()
    with pytest.raises(Refused, match="belum ditetapkan"):
        operations.start_print(election, [dprd], VILLAGE, actor=operator)
    assert session.scalar(select(func.count()).select_from(FormPrint)) == 0


def test_a_region_is_printed_by_a_job(
    app, session, client, login, election, contest, dpr, make_account, monkeypatch
):
    account = make_account(role="operator_kpu_kabko", region="1201")
    actor = Actor(account.id, account.username)
    monkeypatch.setattr(operations, "IN_ONE", 2)
    row = operations.start_print(election, [contest, dpr], VILLAGE, actor=actor)
    stations = row.forms // 2
    session.commit()
    jobs.run_pending(app)
    parts = queries.parts_of(row.id)
    assert sum(p.forms for p, *_r in parts) == row.forms
    assert [p.position for p, *_r in parts] == list(range(1, len(parts) + 1))
    assert {p.without_dpt == p.forms for p, *_r in parts} == {True}
    assert len({p.edition for p, *_r in parts}) == 2
    login(client, account)
    page = client.get(f"/hasil/cetak/{row.id}").text
    assert "Unduh semua (ZIP)" in page
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"/hasil/cetak/{row.id}/unduh").data))
    assert archive.testzip() is None
    assert len(archive.namelist()) == len(parts)
    pages = [len(pdfium.PdfDocument(archive.read(name))) for name in archive.namelist()]
    assert sum(pages) == sum(p.pages for p, *_r in parts)
    seen = [words(archive.read(name), at) for name in archive.namelist() for at in (0,)]
    assert len(set(seen)) == len(seen)
    assert stations > 2


def test_a_job_that_died_goes_on(session, election, contest, operator, monkeypatch):
    monkeypatch.setattr(operations, "IN_ONE", 1)
    row = operations.start_print(election, [contest], VILLAGE, actor=operator)
    session.commit()
    asked = []

    def twice(done, total, stage):
        asked.append(done)
        return len(asked) <= 2

    assert operations.make_parts(row, actor=operator, tell=twice) == 2
    first = {p.position: p.file_id for p, *_r in queries.parts_of(row.id)}
    assert operations.make_parts(row, actor=operator) == row.forms
    parts = queries.parts_of(row.id)
    assert [p.position for p, *_r in parts] == list(range(1, row.forms + 1))
    assert {p.position: p.file_id for p, *_r in parts if p.position in first} == first


def test_what_was_printed_stays_on_record(session, election, contest, operator):
    row = operations.start_print(election, [contest], VILLAGE, actor=operator)
    for statement in ("update form_print set forms = 1", "delete from form_print"):
        with pytest.raises(Exception, match=r"append-only|denied"), session.begin_nested():
            session.execute(text(f"{statement} where id = {row.id}"))
    assert session.get(FormPrintPart, (row.id, 1)) is None


def test_contests_of_jakarta_and_abroad(session, election):
    def kinds(region):
        return [c.kind for c in queries.Law.of(election).contests_in(region)]

    assert kinds("1201") == ["ppwp", "dpr", "dpd", "dprd_prov", "dprd_kabko"]
    assert kinds("3171") == ["ppwp", "dpr", "dpd", "dprd_prov"]
    assert kinds("9901") == ["ppwp", "dpr"]
    assert queries.Law.of(election).system_of("9501") == "noken"


def test_the_page_prints_one_and_many(session, client, login, election, contest, make_account):
    login(client, make_account(role="operator_kpu_kabko", region="1201"))
    page = client.get("/hasil/cetak")
    assert "Cetak formulir C.Hasil" in page.text and "Belum ada pencetakan" in page.text
    answer = client.post("/hasil/cetak", data={"tps": TPS, "contest": contest.id})
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF")
    wrong = client.post("/hasil/cetak", data={"tps": "12", "contest": contest.id})
    assert wrong.status_code in (400, 422) and "13 angka" in wrong.text
    nothing = client.post("/hasil/cetak", data={"region": VILLAGE})
    assert "Pilih sekurangnya satu pemilihan" in nothing.text
    outside = client.post("/hasil/cetak", data={"region": "1202", "contests": [contest.id]})
    assert outside.status_code in (403, 422)
    started = client.post("/hasil/cetak", data={"region": VILLAGE, "contests": [contest.id]})
    assert started.status_code == 302
    assert session.scalars(select(FormPrint.region)).all() == [VILLAGE]
    waiting = client.get(started.location)
    assert "Berkas pertama sedang dibuat" in waiting.text
    early = client.get(started.location + "/unduh", follow_redirects=True)
    assert "belum selesai" in early.text
