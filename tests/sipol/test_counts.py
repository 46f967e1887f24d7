"""What a party has, counted in SQL; the second lock; the verdict on the real map."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text

from electsys.regions.models import Region
from modules.sipol.models import PartyDocument, PartyOffice, PartyOfficer, PartyProgress
from modules.sipol.operations.progress import count_all, count_progress
from modules.sipol.queries.counts import areas_of, counted_states, members_by
from modules.sipol.queries.requirements import judgement_of, law_of
from modules.sipol.requirement_words import line_words, trace
from modules.sipol.rules.requirements import failing
from modules.sipol.synthetic.registration import fill_members, fill_registration, map_areas
from tests.sipol.conftest import member, party, registration
from tests.sipol.portal import stored

BARUS = ("12", "1201", "120101")


def scope(session, scope="", parties=""):
    session.execute(
        text("select set_config('app.scope', :s, true), set_config('app.parties', :p, true)"),
        {"s": scope, "p": parties},
    )


@pytest.fixture
def row(session):
    made = registration(session)
    fill_registration(made, ["", *BARUS], seed=3, file_id=stored(session))
    return made


def test_the_whole_map_is_counted(session, row):
    areas = areas_of(row)
    lengths = [len(code) for code in areas]
    assert [lengths.count(n) for n in (0, 2, 4, 6)] == [1, 38, 514, 7277]
    assert not any(code.startswith("99") for code in areas)
    barus = areas["1201"]
    assert (barus.board, barus.core, barus.people, barus.women) == (
        True,
        frozenset({"ketua", "sekretaris", "bendahara"}),
        3,
        1,
    )
    assert (barus.office, barus.account) == (True, True)
    assert barus.documents == {"sk_kepengurusan", "bukti_kantor", "bukti_rekening"}
    assert areas["120101"].documents == {"sk_kepengurusan"}
    assert not areas["120101"].office
    assert barus.population == session.scalar(
        select(Region.population).where(Region.map_id == 2024, Region.code == "1201")
    )
    assert areas["1202"] == areas["1202"]._replace(board=False, core=frozenset(), members=0)
    assert list(areas_of(row, "1201"))[:2] == ["1201", "120101"]
    assert set(areas_of(row, "120101")) == {"120101"}


def test_an_incomplete_board_and_old_documents_do_not_count(session, row):
    session.execute(
        delete(PartyOfficer).where(PartyOfficer.region == "1201", PartyOfficer.office == "sekretaris")
    )
    for document in session.scalars(select(PartyDocument).where(PartyDocument.region == "1201")):
        document.current = document.kind != "bukti_kantor"
    session.flush()
    area = areas_of(row, "1201")["1201"]
    assert area.core == {"ketua", "bendahara"}
    assert area.documents == {"sk_kepengurusan", "bukti_rekening"}


def test_another_party_is_not_counted(session, row):
    other = registration(session)
    assert not areas_of(other, "1201")["1201"].board
    member(session, row)
    assert members_by(other) == {}


@pytest.mark.parametrize(
    ("state", "counted"),
    [
        ("input", ("baru", "ms", "bms")),
        ("vermin", ("baru", "ms", "bms")),
        ("bms_vermin", ("ms", "baru")),
        ("verfak_perbaikan", ("ms", "baru")),
        ("verfak", ("ms",)),
        ("peserta", ("ms",)),
    ],
)
def test_which_states_count(state, counted):
    assert counted_states(state) == counted


def test_who_counts_as_a_member(session, row):
    member(session, row)
    member(session, row, "bms")
    member(session, row, "ms", village="1201021001")
    member(session, row, "tms")
    member(session, row, "ditarik")
    member(session, row, flags=["ganda_identik"])
    member(session, row, flags=["ganda_eksternal"])
    member(session, row, response_id=7)
    assert members_by(row) == {"1201": 4}
    assert members_by(row, "1201", 6) == {"120101": 3, "120102": 1}
    row.state = "verfak"
    session.flush()
    assert members_by(row) == {"1201": 1}
    row.state = "bms_verfak"
    session.flush()
    assert members_by(row) == {"1201": 3}


def test_the_second_lock_is_asked_once(session, row):
    member(session, row)
    whole = areas_of(row, "1201")["1201"]
    assert (whole.members, whole.people) == (1, 3)
    for reach in ({"scope": "1201"}, {"scope": "12", "parties": str(row.party_id)}):
        scope(session, **reach)
        assert areas_of(row, "1201")["1201"] == whole
    for reach in ({"scope": "3171"}, {"scope": "", "parties": str(row.party_id + 1)}):
        scope(session, **reach)
        hidden = areas_of(row, "1201")["1201"]
        assert (hidden.members, hidden.people, hidden.board) == (0, 0, False)
    scope(session, "1201")
    assert members_by(row) == {}  # not the nation, for who may see a part of it
    scope(session)
    assert members_by(row) == {"1201": 1}


def test_the_index_serves_the_count(session, row):
    session.connection().exec_driver_sql("set local enable_seqscan = off")
    session.connection().exec_driver_sql("set local role electsys_owner")
    plan = session.execute(
        text(
            "explain select left(village_code, 4), count(*) from party_member where registration_id = 1"
            " and village_code >= '' and village_code < '~' and state not in ('ditarik', 'tms')"
            " and response_id is null and not (flags @> array['ganda_identik']::text[])"
            " and state = any (array['ms']) group by 1"
        )
    ).scalars()
    assert "ix_party_member_counted" in " ".join(plan)


def test_the_law_comes_from_the_settings(session, row):
    law = law_of(row)
    assert (law.provinces, law.districts, law.subdistricts) == (1, 0.75, 0.5)
    assert (law.members_most, law.members_share * 1000, law.rounding) == (1000, 1, "floor")
    assert law.documents[0][0] == "surat_pendaftaran"
    assert law.documents[6] == ("sk_kepengurusan",)
    local = registration(session, of=party(session, kind="lokal_aceh"), region="11")
    assert (law_of(local).districts, law_of(local).subdistricts) == (0.5, 0.25)


def test_the_trace_names_every_area_that_fails(session, row):
    judged = judgement_of(row)
    assert not judged.meets
    wanted = {verdict.code for verdict in failing(judged.verdict)}
    lines = trace(judged, "PU")
    assert {line.code for line in lines} == wanted
    assert len(wanted) == 1 + 38 + 514 + 7276
    assert [line.depth for line in lines[:4]] == [0, 1, 2, 3]
    north = next(line for line in lines if line.code == "12")
    assert north.name == "Sumatera Utara"
    assert north.reasons[0].startswith("0 dari 33 kabupaten/kota memenuhi, perlu 25; kurang 25 dari: ")
    assert "Tapanuli Tengah" in north.reasons[0]
    words = {line.key: line_words(line) for line in judged.lines}
    assert words["provinsi"] == "kurang 37 dari 38 provinsi"
    assert words["badan_hukum"] == "kurang 2 dari 2 keterangan"


def test_a_local_party_is_judged_in_aceh(session):
    local = registration(session, of=party(session, kind="lokal_aceh"), region="11")
    judged = judgement_of(local)
    assert (judged.verdict.code, judged.verdict.needed, len(judged.verdict.parts)) == ("11", 12, 23)
    assert "provinsi" not in {line.key for line in judged.lines}


def test_progress_is_kept_for_the_list(session, row):
    member(session, row)
    count_progress(row)
    kept = session.get(PartyProgress, row.id)
    assert (kept.boards, kept.members, kept.provinces, kept.provinces_needed) == (4, 1, 0, 38)
    districts = session.execute(
        text(
            "select count(*) from region where map_id = 2024 and level = 2 and code < '99'"
            " group by parent_code"
        )
    ).scalars()
    assert (kept.districts, kept.districts_needed) == (0, sum(-(-3 * n // 4) for n in districts))
    first = kept.gaps
    session.execute(delete(PartyOffice).where(PartyOffice.region == "12"))
    count_all()
    session.expire_all()
    assert session.get(PartyProgress, row.id).gaps == first


def test_members_for_a_measurement(session, row):
    assert fill_members(row, 500, root="1201") == 500
    found = members_by(row)
    assert found == {"1201": 500}


def test_the_map_as_a_list(session, election):
    assert map_areas(election.id, ("1201",))[:2] == ["1201", "120101"]
    assert map_areas(election.id)[0] == ""
