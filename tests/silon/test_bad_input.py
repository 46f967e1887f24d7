"""Bad input, each refused exactly (issue 6, part 7): what is wrong, where, how to mend it."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from sqlalchemy import select

from electsys.documents import store_file
from electsys.errors import Refused
from modules.silon.checking import findings_of
from modules.silon.finding_words import finding_words
from modules.silon.models import Candidate
from modules.silon.operations.candidate_photos import PURPOSE
from modules.silon.operations.candidates import add_candidate
from modules.silon.operations.links import reflag
from modules.silon.operations.submissions import submit
from modules.silon.rules.documents import PURPOSE as DOCUMENT
from tests.silon import conftest as make
from tests.silon import staging
from tests.silon.filing import open_stage

ACTOR = make.ACTOR


@pytest.fixture
def of(session, election):
    found = make.nomination(session)
    open_stage(session, found)
    return found


def names(session, of):
    return session.scalars(select(Candidate.name).where(Candidate.nomination_id == of.id)).all()


def test_two_candidates_with_number_one(session, of):
    first = make.candidate(session, of, number=1)
    with pytest.raises(Refused) as refused:
        add_candidate(of, make.claim(), actor=ACTOR, number=1)
    assert "Nomor urut 1" in refused.value.message and first.name in refused.value.message
    assert (refused.value.field, names(session, of)) == ("number", [first.name])


def test_a_photo_of_40_megabytes(session, of):
    with pytest.raises(Refused) as refused:
        store_file(io.BytesIO(b"\xff\xd8" + bytes(40_000_000)), name="foto.jpg", kind=PURPOSE, actor=ACTOR)
    assert refused.value.message == "Berkas melebihi batas 5,0 MB untuk Foto calon."


def test_a_diploma_that_is_an_html_file(session, of):
    html = b"<!doctype html><html><head><title>Ijazah</title></head><body>SMA</body></html>"
    with pytest.raises(Refused) as refused:
        store_file(io.BytesIO(html), name="01_ijazah.pdf", kind=DOCUMENT, actor=ACTOR)
    assert "Isi berkas ini HTML" in refused.value.message
    assert "PDF, JPEG, PNG" in refused.value.message + (refused.value.hint or "")


def test_the_same_person_in_two_parties(app, session, of):
    nik, born = "1201015705806001", dt.date(1980, 5, 17)
    here = make.candidate(session, of, nik=nik, name="SITI GANDA", sex="P", born=born)
    other = make.nomination(session, place="3201")
    there = make.candidate(session, other, nik=nik, name="SITI GANDA", sex="P", born=born)
    session.expire_all()
    assert here.person_id == there.person_id
    for row, list_ in ((here, of), (there, other)):
        assert "ganda_calon" in row.flags
        [found] = [f for f in findings_of(list_) if f.code == "ganda_calon"]
        assert (found.severity, found.numbers) == ("bms", (row.number,))
        with app.test_request_context():
            said = "Nomor 1: juga dicalonkan oleh partai, di dapil, atau dalam pemilihan lain."
            assert finding_words(found) == said


def test_a_name_with_a_script_tag(session, of):
    with pytest.raises(Refused) as refused:
        add_candidate(of, make.claim(name="SITI <script>alert(1)</script>"), actor=ACTOR)
    assert refused.value.field == "name"
    assert "“<”" in refused.value.message
    assert names(session, of) == []


def test_a_birth_date_that_gives_20_years_and_364_days(app, session, of):
    old, young = (
        make.candidate(session, of, sex="P", born=born)
        for born in (dt.date(2002, 11, 3), dt.date(2002, 11, 4))
    )
    reflag([old.id, young.id], cause="uji")
    session.expire_all()
    assert (old.flags.count("usia"), young.flags.count("usia")) == (0, 1)
    [found] = [f for f in findings_of(of) if f.code == "usia"]
    assert (found.severity, found.numbers) == ("tolak", (2,))
    with app.test_request_context():
        assert finding_words(found) == "Nomor 2: belum 21 tahun pada tanggal acuan."
    with pytest.raises(Refused, match="Nomor 2: belum 21 tahun"):
        submit(of, actor=staging.member(session, "admin_parpol_pusat", party=of.party_id))
