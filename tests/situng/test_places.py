"""Places that do not vote as most do, from entry to the public page: noken, TPSLN, KSK, Pos."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text

from electsys.elections.models import Ballot, BallotLine, LegalSetting, Participant
from electsys.ledger import Actor
from modules.situng.layouts import form_model, layout
from modules.situng.operations.captures import open_capture, submit_entry
from modules.situng.operations.photos import add_photo
from modules.situng.operations.rehearsal import REASONS, made_up
from modules.situng.operations.totals import fold_totals, open_count
from modules.situng.queries.contests import contest_by_code, contest_count
from tests.situng.conftest import CLEAN
from tests.situng.test_capture import A, as_actor, picture

PUBLIC = "/hitung-suara/pemilu-2024"
KINDS = {"tpsln": "TPS luar negeri", "ksk": "Kotak suara keliling", "pos": "Pemungutan lewat pos"}


@pytest.fixture
def typists(make_account):
    return [as_actor(make_account(role="operator_kpu_ri", region="")) for _ in range(2)]


def enter(count, code, values, people, n=0):
    row = open_capture(count, code, actor=people[0])
    add_photo(row, picture(n), page=1, actor=people[0])
    reasons = dict.fromkeys(REASONS, "Sesuai berita acara")
    for person in people:
        submit_entry(row, values, actor=person, reasons=reasons)
    fold_totals(count.contest_id)
    return row


@pytest.fixture
def abroad(session, count):
    """A place of each kind in one city abroad."""
    village = session.scalar(
        text("select village_code from dapil_village v join dapil d on d.id = v.dapil_id"
             " where d.code = '3102' and d.chamber = 'dpr' and village_code like '99%' order by 1 limit 1")
    )  # fmt: skip
    assert village, "voters abroad vote in DKI Jakarta II"
    codes = {}
    for number, kind in enumerate(KINDS, 1):
        codes[kind] = f"{village}{number:03d}"
        session.execute(text("delete from tps where code = :c"), {"c": codes[kind]})
        session.execute(
            text("insert into tps (election_id, province, code, village_code, kind, number, name)"
                 " values (:e, '99', :c, :v, :k, :n, :name)"),
            {"e": count.election_id, "c": codes[kind], "v": village, "k": kind, "n": number,
             "name": f"{kind.upper()} {number:03d}"},
        )  # fmt: skip
    session.flush()
    return codes


@pytest.fixture
def dpr(session):
    """The DPR with a ballot of DKI Jakarta II alone."""
    contest = contest_by_code("pemilu-2024", "dpr")
    party = session.scalars(
        select(Participant).where(Participant.contest_id == contest.id).order_by(Participant.number).limit(1)
    ).one()
    dapil = session.scalar(text("select id from dapil where code = '3102' and chamber = 'dpr'"))
    ballot = Ballot(contest_id=contest.id, dapil_id=dapil, source="uji", version=9)
    session.add(ballot)
    session.flush()
    for n in range(3):
        session.add(
            BallotLine(
                ballot_id=ballot.id, position=n + 1, participant_id=party.id, candidate_number=n or None,
                name=f"Calon {n}" if n else party.name,
            )
        )  # fmt: skip
    session.flush()
    return contest


@pytest.mark.parametrize("kind", KINDS)
def test_each_place_abroad_has_its_count_and_page(session, client, count, abroad, dpr, typists, kind):
    code = abroad[kind]
    enter(count, code, made_up(count, code), typists)
    open_count(dpr, actor=Actor.system("uji"))
    house = contest_count(dpr.id, code)
    enter(house, code, made_up(house, code), typists, n=1)
    session.commit()
    for contest, lines in (("ppwp", count.lines), ("dpr", house.lines)):
        page = client.get(f"{PUBLIC}/{contest}/{code}")
        assert KINDS[kind] in page.text and "Dihitung" in page.text
        twin = client.get(f"{PUBLIC}/{contest}/{code}.json").json
        assert sum(twin["versi"][0]["suara"].values()) == sum(range(1, len(lines) + 1))
        assert client.get(f"{PUBLIC}/{contest}/99.json").json["wilayah"]["dihitung"] == 1
    assert "dapil DKI Jakarta II" in client.get(f"{PUBLIC}/dpr/{code}").text
    dapil = client.get(f"{PUBLIC}/dpr/dapil/3102.json").json["wilayah"]
    assert dapil["dihitung"] == 1 and sum(dapil["suara"].values()) == 6, "abroad counts in DKI Jakarta II"


def test_a_form_abroad_has_its_own_name_and_signers(count):
    words = [t.text for page in layout(form_model(), "ppwp", count.printed, "99") for t in page.texts]
    assert "MODEL C.HASILLN-PPWP" in words
    assert any("(KPPSLN)" in each for each in words)
    home = [t.text for page in layout(form_model(), "ppwp", count.printed, "12") for t in page.texts]
    assert "MODEL C.HASIL-PPWP" in home and not any("(KPPSLN)" in each for each in home)


def test_noken_is_counted_and_said(session, client, count, typists):
    now = session.scalars(
        select(LegalSetting)
        .where(LegalSetting.election_id == count.election_id, LegalSetting.key == "sistem_pemungutan")
        .order_by(LegalSetting.version.desc())
        .limit(1)
    ).one()
    copied = ("election_id", "key", "topic", "label", "kind", "choices", "regulation")
    session.add(
        LegalSetting(
            **{n: getattr(now, n) for n in copied}, version=now.version + 1, value=json.dumps({A: "noken"}),
            reason="uji", created_by="uji",
        )
    )  # fmt: skip
    session.flush()
    count = contest_count(count.contest_id)
    agreed = CLEAN | {
        "suara_1": 201, "suara_2": 0, "suara_3": 0,
        "suara_sah": 201, "suara_tidak_sah": 0, "suara_total": 201,
        "pengguna_dpt_l": 103, "pengguna_dpt_p": 98, "pengguna_dpt_j": 201,
        "pengguna_dpk_l": 0, "pengguna_dpk_p": 0, "pengguna_dpk_j": 0,
        "pengguna_total_l": 103, "pengguna_total_p": 98, "pengguna_total_j": 201,
        "surat_suara_digunakan": 201, "surat_suara_tidak_digunakan": 5,
    }  # fmt: skip
    row = enter(count, A, agreed, typists)
    assert (row.state, row.warnings) == ("diterima", ["W.119:noken"])
    session.commit()
    page = client.get(f"{PUBLIC}/ppwp/{A}").text
    assert "sistem noken" in page and "lazim pada noken" in page and "Sesuai berita acara" in page
    assert "sistem noken" not in client.get(f"{PUBLIC}/ppwp/1201011001002").text
