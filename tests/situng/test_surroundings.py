"""A file is compared with what lies around its forms just as an entry is (F.111, F.120, W.115 to W.121)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text

from electsys.elections.models import Contest
from modules.situng.checks import judge_entry
from modules.situng.models import FormPhoto, ResultForm, ResultVersion
from modules.situng.operations.captures import open_capture
from modules.situng.operations.photos import add_photo
from modules.situng.queries.captures import around
from modules.situng.queries.contests import limits
from tests.situng.conftest import CLEAN
from tests.situng.test_capture import A, B, C, people, picture  # noqa: F401

# ruff: noqa: F811  (fixtures of other files)


def findings(session, code=A):
    """What the newest version of a form was found to have."""
    row = session.scalars(
        select(ResultVersion).where(ResultVersion.tps_code == code).order_by(ResultVersion.id.desc()).limit(1)
    ).one()
    return row.faults, row.warnings


def of_people(count, people, code=A, values=CLEAN):
    """What an entry of the same numbers would be found to have."""
    capture = open_capture(count, code, actor=people[0])
    cells = {name: values[name] for name in count.model.names}
    votes = [values[name] for name in count.columns]
    bounds = limits(count.election_id)
    seen = around(capture, count, votes, bounds)
    return judge_entry(cells, votes, count.columns, bounds, seen)


@pytest.fixture
def dpt(session, count):
    """Let Sidalih know a DPT of the TPS: men, women."""

    def set_dpt(men, women, code=A, sequence=1):
        roll = session.scalar(
            text("select id from voter_roll where election_id = :e and region = '1201'"),
            {"e": count.election_id},
        ) or session.scalar(
            text("insert into voter_roll (election_id, region) values (:e, '1201') returning id"),
            {"e": count.election_id},
        )
        made = session.scalar(
            text(
                "insert into voter_list (roll_id, stage, sequence, male, female, digest, determined_by)"
                " values (:r, 'dpt', :s, :m, :f, '', 'uji') returning id"
            ),
            {"r": roll, "s": sequence, "m": men, "f": women},
        )
        session.execute(
            text(
                "insert into voter_area_count (list_id, code, parent, stations, male, female)"
                " values (:l, :c, :p, 1, :m, :f)"
            ),
            {"l": made, "c": code, "p": code[:10], "m": men, "f": women},
        )
        session.flush()

    return set_dpt


def test_the_dpt_of_sidalih(session, count, people, bring, write_file, dpt):
    dpt(103, 98)
    bring(write_file([{"kode_tps": A}]))
    assert findings(session) == ([], [])
    dpt(103, 97, sequence=2)  # the newest list counts
    bring(write_file([{"kode_tps": A, "suara_1": 16, "suara_2": 125}, {"kode_tps": B}], "dua.csv"))
    assert findings(session)[0] == ["F.111:pemilih_dpt"]
    assert of_people(count, people)[0] == ["F.111:pemilih_dpt"]
    assert findings(session, B)[0] == [], "a TPS without a DPT is not judged by it"


def test_a_dpt_of_zero_beside_voters_is_not_compared(session, count, people, bring, write_file, dpt):
    dpt(103, 98)
    zero = {"pemilih_dpt_l": 0, "pemilih_dpt_p": 0, "pemilih_dpt_j": 0}
    bring(write_file([{"kode_tps": A, **zero}]))
    assert "F.111:pemilih_dpt" not in findings(session)[0]
    assert "F.111:pemilih_dpt" not in of_people(count, people, values=CLEAN | zero)[0]


def test_the_other_contests_of_the_tps(session, count, people, bring, write_file):
    other = Contest(election_id=count.election_id, kind="gubernur", region_code="12", name="Gubernur")
    session.add(other)
    session.flush()
    cells = [CLEAN[name] for name in count.model.names]
    cells[count.model.index("pengguna_dpt_j")] += 1
    cells[count.model.index("disabilitas_j")] += 1
    stand_in(session, other.id, A, cells, [1])
    bring(write_file([{"kode_tps": A}, {"kode_tps": B, "suara_1": 18, "suara_2": 123}]))
    both = ["W.115:pemilih", "W.116:disabilitas"]
    assert findings(session)[1] == both == of_people(count, people)[1]
    assert "W.115:pemilih" not in findings(session, B)[1]


def stand_in(session, contest_id, code, cells, votes):
    """A form that counts, put there without a file."""
    from modules.situng.models import ResultBatch
    from tests.situng.examples import people as accounts

    one, _two = accounts(session, 2)
    file = ResultBatch(
        contest_id=contest_id, form_model="c_hasil_2024", source="impor", region="", state="menunggu",
        created_by=one.id,
    )  # fmt: skip
    session.add(file)
    session.flush()
    version = ResultVersion(
        province=code[:2], contest_id=contest_id, tps_code=code, batch_id=file.id, cells=cells, votes=votes,
        complete=True, faults=[], warnings=[], vote_kind="Reguler",
    )  # fmt: skip
    session.add(version)
    session.flush()
    session.add(
        ResultForm(
            province=code[:2],
            contest_id=contest_id,
            tps_code=code,
            state="diterima",
            latest_id=version.id,
            accepted_id=version.id,
        )
    )
    session.flush()


def test_neighbours_in_the_file_and_beside_it(session, count, people, bring, take_in, write_file):
    bring(write_file([{"kode_tps": A}, {"kode_tps": B}, {"kode_tps": C, "suara_1": 18, "suara_sah": 151}]))
    assert findings(session)[1] == findings(session, B)[1] == ["W.120:kembar"]
    assert "W.120:kembar" not in findings(session, C)[1]
    take_in(write_file([{"kode_tps": B}], "b.csv"))
    bring(write_file([{"kode_tps": A}], "a.csv"))
    assert "W.120:kembar" in findings(session)[1] and "W.120:kembar" in of_people(count, people)[1]
    few = {"suara_1": 1, "suara_2": 2, "suara_3": 3, "suara_sah": 6}
    bring(write_file([{"kode_tps": A, **few}, {"kode_tps": B, **few}], "sedikit.csv"))
    assert "W.120:kembar" not in findings(session)[1], "few votes are alike by chance"


def test_the_photo_of_another_tps_and_what_a_machine_read(session, count, people, bring, write_file):
    row = open_capture(count, A, actor=people[0])
    photo = add_photo(row, picture(), page=1, actor=people[0]).photo
    session.flush()
    read = {
        "suara_1": {"nilai": 18, "status": "read", "yakin": 0.99},
        "suara_2": {"nilai": 999, "status": "unsure", "yakin": 0.4},
        "suara_3": {"nilai": None, "status": "missing", "yakin": 1},
    }
    session.execute(
        text(
            "insert into machine_reading (province, photo_id, reader, cells, unsure)"
            " values (:p, :i, 'uji', cast(:c as jsonb), 1) on conflict do nothing"
        ),
        {"p": photo.province, "i": photo.id, "c": json.dumps(read)},
    )
    bring(write_file([{"kode_tps": A}]))
    assert findings(session) == ([], ["W.121:bacaan"]) == of_people(count, people)
    swapped = FormPhoto(
        **{n: getattr(photo, n) for n in ("province", "contest_id", "tps_code", "round")},
        file_id=photo.file_id, account_id=photo.account_id,
        page=2, sha256="1" * 64, received_sha256="1" * 64, seen_tps=B,
    )  # fmt: skip
    session.add(swapped)
    session.flush()
    bring(write_file([{"kode_tps": A, "suara_1": 18, "suara_2": 123}], "tukar.csv"))
    assert findings(session) == (["F.120:qr"], [])
    assert of_people(count, people)[0] == ["F.120:qr"]


def test_by_noken_what_is_usual_is_asked_once(session, count, people, bring, write_file):
    from electsys.elections.models import LegalSetting

    every = {
        "suara_1": 201, "suara_2": 0, "suara_3": 0,
        "suara_sah": 201, "suara_tidak_sah": 0, "suara_total": 201,
        "pengguna_dpt_l": 103, "pengguna_dpt_p": 98, "pengguna_dpt_j": 201,
        "pengguna_dpk_l": 0, "pengguna_dpk_p": 0, "pengguna_dpk_j": 0,
        "pengguna_total_l": 103, "pengguna_total_p": 98, "pengguna_total_j": 201,
        "surat_suara_digunakan": 201, "surat_suara_tidak_digunakan": 5,
    }  # fmt: skip
    bring(write_file([{"kode_tps": A, **every}]))
    usual = ["W.119:partisipasi_penuh", "W.119:tanpa_tidak_sah", "W.119:satu_peserta"]
    assert findings(session) == ([], usual) == of_people(count, people, values=CLEAN | every)
    now = session.scalars(
        select(LegalSetting)
        .where(LegalSetting.election_id == count.election_id, LegalSetting.key == "sistem_pemungutan")
        .order_by(LegalSetting.version.desc())
        .limit(1)
    ).one()
    copied = ("election_id", "key", "topic", "label", "kind", "choices", "regulation")
    session.add(
        LegalSetting(
            **{n: getattr(now, n) for n in copied},
            version=now.version + 1,
            value=json.dumps({"1201": "noken", B: "langsung"}),
            reason="u",
            created_by="u",
        )
    )
    session.flush()
    bring(
        write_file(
            [{"kode_tps": A, **every, "disabilitas_l": 0, "disabilitas_j": 0}, {"kode_tps": B}], "n.csv"
        )
    )
    assert findings(session) == ([], ["W.119:noken"]) == of_people(count, people, values=CLEAN | every)
    assert findings(session, B) == ([], [])
    bring(write_file([{"kode_tps": B, **every}], "b.csv"))
    assert findings(session, B)[1][:3] == usual, "the longest prefix decides"


def test_a_correction_is_judged_alike(session, contest, count, operator, second, take_in, write_file, dpt):
    from modules.situng.operations.batches import FileFacts
    from modules.situng.operations.corrections import propose_correction

    take_in(write_file([{"kode_tps": A, "suara_2": 134}]))
    dpt(103, 97)
    values = CLEAN
    propose_correction(
        contest,
        count,
        A,
        cells={n: values[n] for n in count.model.names},
        votes=[values[n] for n in count.columns],
        reason="uji",
        evidence=FileFacts("bukti.jpg", "0" * 64),
        actor=operator,
    )
    assert findings(session)[0] == ["F.111:pemilih_dpt"]
