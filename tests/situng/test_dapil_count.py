"""Contests with a ballot a dapil: forms of two dapil in one file, totals by line and by party."""

from __future__ import annotations

import csv

import pytest
from sqlalchemy import select, text

from electsys.db import db
from electsys.elections.models import Ballot, BallotLine, Participant
from electsys.regions.models import Dapil, DapilVillage, Tps
from modules.situng.imports import stage_results
from modules.situng.models import RegionTotal
from modules.situng.operations.batches import FileFacts, confirm_and_apply, load_batch, open_batch
from modules.situng.operations.totals import derive_totals, open_count
from modules.situng.queries.areas import dapil_page, region_page
from modules.situng.queries.beside import contests_beside
from modules.situng.queries.contests import contest_by_code, contest_count, count_for_entry
from tests.situng.conftest import CLEAN

#: Candidates of each of two parties in the two dapil of the ballot: their widths differ.
CANDIDATES = ((2, 3), (1, 2))
ADMINISTRATION = {k: v for k, v in CLEAN.items() if not k.startswith(("suara_1", "suara_2", "suara_3"))}


@pytest.fixture
def contest(session):
    """The DPR, in an election whose two dapil of North Sumatra have ballots of two parties."""
    return contest_by_code("pemilu-2024", "dpr")


@pytest.fixture
def places(session, contest):
    """Two dapil that share province 12, each with its ballot and two of its TPS: [(dapil, [tps, tps])]."""
    parties = session.scalars(
        select(Participant)
        .where(Participant.contest_id == contest.id, Participant.kind == "partai")
        .order_by(Participant.number)
        .limit(2)
    ).all()
    dapil = session.scalars(select(Dapil).where(Dapil.chamber == "dpr").order_by(Dapil.code)).all()
    found = []
    for each in dapil:
        stations = session.scalars(
            select(Tps.code)
            .join(DapilVillage, DapilVillage.village_code == Tps.village_code)
            .where(DapilVillage.dapil_id == each.id)
            .order_by(Tps.code)
            .limit(2)
        ).all()
        if len(stations) == 2:
            found.append((each, list(stations)))
        if len(found) == 2:
            break
    assert len(found) == 2, "the map of the tests has two dapil of the DPR with polling stations"
    for (each, _stations), sizes in zip(found, CANDIDATES, strict=True):
        ballot = Ballot(contest_id=contest.id, dapil_id=each.id, source="uji")
        session.add(ballot)
        session.flush()
        lines = [
            (party, number, f"Calon {party.number}.{number}" if number else party.name)
            for party, size in zip(parties, sizes, strict=True)
            for number in range(size + 1)
        ]
        session.add_all(
            BallotLine(
                ballot_id=ballot.id,
                position=n,
                participant_id=party.id,
                candidate_number=number or None,
                name=name,
            )
            for n, (party, number, name) in enumerate(lines, 1)
        )
    session.flush()
    return found


def _system():
    from electsys.ledger import Actor

    return Actor.system("uji")


def form(count, base):
    """A clean form: votes that differ line by line, administration that fits them."""
    votes = [base + n for n in range(len(count.lines))]
    valid = sum(votes)
    used = valid + 1
    row = ADMINISTRATION | dict(zip(count.columns, votes, strict=True))
    row |= {"pemilih_dpt_l": 300, "pemilih_dpt_p": 300, "pemilih_dpt_j": 600}
    row |= {"pengguna_dpt_l": used, "pengguna_dpt_p": 0, "pengguna_dpt_j": used}
    row |= {f"pengguna_dptb_{c}": 0 for c in "lpj"} | {f"pengguna_dpk_{c}": 0 for c in "lpj"}
    row |= {"pengguna_total_l": used, "pengguna_total_p": 0, "pengguna_total_j": used}
    row |= {"surat_suara_diterima": 612, "surat_suara_digunakan": used, "surat_suara_rusak": 0}
    row |= {"surat_suara_tidak_digunakan": 612 - used}
    row |= {f"disabilitas_{c}": 0 for c in "lpj"}
    row |= {"suara_sah": valid, "suara_tidak_sah": 1, "suara_total": used}
    return row, votes


@pytest.fixture
def people(make_account):
    from electsys.ledger.actor import Actor

    def of(role):
        account = make_account(role=role, region="")
        return Actor(account.id, account.username)

    return of("operator_kpu_ri"), of("anggota_kpu_ri")


def write(path, rows):
    header = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, header)
        writer.writeheader()
        writer.writerows(rows)
    return path


def count_in(contest, path, people):
    operator, second = people
    staging = stage_results(contest_count(contest.id), path, region="")
    assert staging.error_count == 0, staging.first_errors()
    batch = open_batch(contest, file=FileFacts(path.name, "0" * 64), region="", actor=operator)
    load_batch(batch, actor=operator)
    confirm_and_apply(batch, actor=second)
    return batch


def kept(contest, area, code):
    db.session.expire_all()
    return db.session.get_one(RegionTotal, (contest.id, area, code))


def test_forms_of_two_dapil_in_one_file(client, contest, places, people, tmp_path):
    open_count(contest, actor=_system())
    rows, naive = [], {}
    for n, (_dapil, stations) in enumerate(places):
        for m, code in enumerate(stations):
            row, votes = form(contest_count(contest.id, code), 3 * n + m + 1)
            rows.append({"kode_tps": code, **row})
            naive[code] = votes
    batch = count_in(contest, write(tmp_path / "dpr.csv", rows), people)
    assert batch.counts["clean"] == 4
    assert batch.ballot_id is None

    # Line by line in each dapil and its villages.
    for dapil, stations in places:
        total = [sum(pair) for pair in zip(*(naive[code] for code in stations), strict=True)]
        assert list(kept(contest, "dapil", dapil.code).votes) == total
        if stations[0][:10] == stations[1][:10]:
            assert list(kept(contest, "wilayah", stations[0][:10]).votes) == total
        page = dapil_page(contest_count(contest.id), dapil.code)
        assert page.area.votes == tuple(total)
        assert len(page.count.lines) == len(total)

    # By party where both come together.
    def by_party(code):
        count = contest_count(contest.id, code)
        first = sum(v for line, v in zip(count.lines, naive[code], strict=True) if line.number == 1)
        return first, sum(naive[code]) - first

    both = [sum(column) for column in zip(*(by_party(code) for code in naive), strict=True)]
    nation = region_page(contest_count(contest.id), "")
    assert list(nation.area.votes[:2]) == both
    assert sum(nation.area.votes) == sum(map(sum, naive.values()))
    assert sum(part.total for part in nation.parts) == nation.area.total
    assert nation.area.accepted == 4

    # A reader of the president's count, and whoever enters, are led to it.
    president = "/hitung-suara/pemilu-2024/ppwp"
    assert 'href="/hitung-suara/pemilu-2024/dpr/nasional"' in client.get(f"{president}/nasional").text
    beside = [each.kind for each in contests_beside(contest_count(contest_by_code("pemilu-2024", "ppwp").id))]
    assert beside == ["ppwp", "dpr"]

    # A later version of a form adds the difference only.
    code = places[0][1][0]
    row, votes = form(contest_count(contest.id, code), 9)
    count_in(contest, write(tmp_path / "later.csv", [{"kode_tps": code, **row}]), people)
    other = naive[places[0][1][1]]
    assert list(kept(contest, "dapil", places[0][0].code).votes) == [
        a + b for a, b in zip(votes, other, strict=True)
    ]
    assert sum(kept(contest, "wilayah", "").votes) == sum(map(sum, naive.values())) - sum(naive[code]) + sum(
        votes
    )
    assert derive_totals(contest.id) == []

    # A total that drifts is found, of a dapil and of the nation.
    for where in ("area = 'dapil' and code = :dapil", "area = 'wilayah' and code = ''"):
        db.session.execute(
            text(f"update region_total set votes[1] = votes[1] + 1 where contest_id = :c and {where}"),
            {"c": contest.id, "dapil": places[0][0].code},
        )
    assert {(d.area, d.code) for d in derive_totals(contest.id)} == {
        ("dapil", places[0][0].code),
        ("wilayah", ""),
    }


def test_votes_for_somebody_of_another_dapil_and_tps_without_a_ballot_are_refused(
    contest, places, tmp_path, session
):
    """Party 1 has two candidates in the first dapil and one in the second: number 2 is unknown there."""
    rows = []
    for _dapil, stations in places:
        row, _votes = form(contest_count(contest.id, stations[0]), 1)
        rows.append({"kode_tps": stations[0], **row})
    rows[1]["suara_1_2"] = 7
    staging = stage_results(contest_count(contest.id), write(tmp_path / "c.csv", rows), region="")
    errors = staging.first_errors()
    assert staging.error_count == 1
    assert "surat suara dapil" in str(errors[0])

    known = [dapil.id for dapil, _stations in places]
    code = session.scalar(
        select(Tps.code)
        .join(DapilVillage, DapilVillage.village_code == Tps.village_code)
        .join(Dapil, Dapil.id == DapilVillage.dapil_id)
        .where(Dapil.chamber == "dpr", Dapil.id.not_in(known))
        .limit(1)
    )
    if code is None:
        # A map of two dapil: take the second one's ballot away instead.
        session.execute(text("select 1"))
        code = places[1][1][0]
        session.execute(
            text("update dapil_village set dapil_id = -1 where village_code = :v"), {"v": code[:10]}
        )
    row, _votes = form(contest_count(contest.id, places[0][1][0]), 1)
    path = write(tmp_path / "d.csv", [{"kode_tps": code, **row}])
    staging = stage_results(contest_count(contest.id), path, region="")
    assert staging.error_count >= 1
    assert "surat suaranya belum ditetapkan" in str(staging.first_errors()[0])


def test_entry_keeps_the_ballot_of_each_dapil(contest, places):
    for dapil, stations in places:
        for tps in stations:
            kept = count_for_entry("pemilu-2024", "dpr", tps)
            asked = contest_count(contest.id, tps)
            assert kept.dapil == asked.dapil and kept.dapil[0] == dapil.id
            assert (kept.lines, kept.outer) == (asked.lines, asked.outer)
