"""From a file to the totals of every region: what counts, what waits, what never counts."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from electsys.db import db
from electsys.errors import Refused
from modules.situng.models import RegionTotal, ResultBatch
from modules.situng.operations.batches import apply_batch, cancel_batch, confirm_batch
from modules.situng.operations.totals import derive_totals, fold_totals, open_count
from modules.situng.queries.areas import dapil_page, region_page
from modules.situng.queries.forms import history, tps_form, village_forms
from modules.situng.queries.listing import anomalies_in, breaking, rule_counts
from tests.situng.conftest import CLEAN

#: Three real TPS of the first village of Tapanuli Tengah.
A, B, C = "1201011001001", "1201011001002", "1201011001003"


def total(contest, code, area="wilayah"):
    db.session.expire_all()
    return db.session.get(RegionTotal, (contest.id, area, code))


def test_opening_the_count_expects_every_tps_in_every_area(contest, session):
    for code in ("12", "1201", A[:6], A[:10]):
        expected = session.execute(
            text("select count(*) from tps where code like :p"), {"p": code + "%"}
        ).scalar_one()
        assert total(contest, code).expected == expected > 0
    assert total(contest, "1201").expected == 1099
    assert total(contest, "").parent is None
    assert total(contest, "12").parent == ""
    assert total(contest, "1201").parent == "12"


def test_opening_the_count_again_changes_nothing(contest, take_in, write_file):
    take_in(write_file([{"kode_tps": A}]))
    before = total(contest, "").votes
    from electsys.ledger import Actor

    open_count(contest, actor=Actor.system("test"))
    assert total(contest, "").votes == before


def test_nothing_moves_before_the_second_person(contest, count, bring, write_file):
    batch = bring(write_file([{"kode_tps": A}]))
    fold_totals(contest.id)
    assert batch.state == "menunggu"
    assert total(contest, "").votes == [0, 0, 0]
    assert tps_form(count, A).state is None
    assert history(count, A) == []


def test_an_accepted_form_rises_to_every_tier_and_dapil(contest, count, take_in, write_file):
    take_in(write_file([{"kode_tps": A}]))
    for code in (A[:10], A[:6], "1201", "12", ""):
        row = total(contest, code)
        assert row.votes == [17, 124, 9]
        assert (row.received, row.entered, row.accepted, row.flagged) == (1, 1, 1, 0)
        assert row.cells[count.model.index("suara_total")] == 151
    dapil = (
        db.session.execute(
            text(
                "select d.code from dapil d join dapil_village m on m.dapil_id = d.id "
                "where m.village_code = :v order by 1"
            ),
            {"v": A[:10]},
        )
        .scalars()
        .all()
    )
    assert len(dapil) >= 3
    for code in dapil:
        assert total(contest, code, "dapil").votes == [17, 124, 9]
    other = db.session.execute(text("select code from dapil where code like '13%' limit 1")).scalar_one()
    assert total(contest, other, "dapil") is None or total(contest, other, "dapil").votes == [0, 0, 0]


def test_a_form_with_an_open_f_stays_out_and_stands_in_the_queue(contest, count, take_in, write_file):
    take_in(write_file([{"kode_tps": A}, {"kode_tps": B, "suara_2": 624}]))
    row = total(contest, A[:10])
    assert row.votes == [17, 124, 9]
    assert (row.received, row.entered, row.accepted, row.flagged) == (2, 2, 1, 1)
    (waits,) = db.session.execute(anomalies_in(count, ["1201"])).all()
    assert (waits.code, waits.faults, waits.waiting) == (B, ["F.107:suara_sah"], None)
    assert [r.code for r in db.session.execute(anomalies_in(count, ["1202", "120101"]))] == [B]
    assert not db.session.execute(anomalies_in(count, ["1202"])).all()
    assert not db.session.execute(anomalies_in(count, [])).all()
    assert not db.session.execute(breaking(anomalies_in(count, ["1201"]), "F.101")).all()
    assert len(db.session.execute(breaking(anomalies_in(count, [""]), "F.107")).all()) == 1
    assert rule_counts(count, ["12"]) == {"F.107": 1}
    assert rule_counts(count, ["1202"]) == {}
    assert tps_form(count, B).latest.votes == (17, 624, 9)


def test_an_incomplete_form_is_received_and_shown_but_not_counted(contest, count, take_in, write_file):
    take_in(write_file([{"kode_tps": A, "suara_tidak_sah": None}, {"kode_tps": B, "suara_3": None}]))
    row = total(contest, "1201")
    assert (row.received, row.entered, row.accepted, row.flagged) == (2, 0, 0, 0)
    assert row.votes == [0, 0, 0]
    area = region_page(count, "1201").area
    assert (area.incomplete, area.missing) == (2, area.expected - 2)
    assert tps_form(count, A).state == "belum_lengkap"
    assert tps_form(count, B).latest.votes == (17, 124, None)


def test_an_empty_row_is_not_received(contest, count, take_in, write_file):
    blank = dict.fromkeys(CLEAN)
    batch = take_in(write_file([{"kode_tps": A} | blank, {"kode_tps": B}]))
    assert (batch.counts["rows"], batch.counts["empty"], batch.counts["new"]) == (2, 1, 1)
    assert total(contest, "").received == 1
    assert tps_form(count, A).latest is None


def test_a_second_file_makes_a_new_version_and_a_visible_difference(contest, count, take_in, write_file):
    take_in(write_file([{"kode_tps": A}, {"kode_tps": B}]))
    again = take_in(
        write_file([{"kode_tps": A, "suara_1": 18, "suara_2": 123}, {"kode_tps": B}], "kedua.csv")
    )
    assert (again.counts["unchanged"], again.counts["new"]) == (1, 1)
    assert total(contest, "").votes == [35, 247, 18]
    assert total(contest, "").received == 2
    versions = history(count, A)
    assert [v.votes for v in versions] == [(18, 123, 9), (17, 124, 9)]
    assert [v.file_name for v in versions] == ["kedua.csv", "hasil.csv"]


def test_a_faulty_newer_version_leaves_the_accepted_one_counting(contest, count, take_in, write_file):
    take_in(write_file([{"kode_tps": A}]))
    take_in(write_file([{"kode_tps": A, "suara_1": 900}]))
    row = total(contest, "1201")
    assert row.votes == [17, 124, 9]
    assert (row.received, row.accepted, row.flagged) == (1, 1, 1)
    form = tps_form(count, A)
    assert (form.state, form.latest.votes, form.accepted.votes) == ("anomali", (900, 124, 9), (17, 124, 9))
    take_in(write_file([{"kode_tps": A, "suara_1": 16, "suara_2": 125}]))
    row = total(contest, "1201")
    assert row.votes == [16, 125, 9]
    assert (row.received, row.accepted, row.flagged) == (1, 1, 0)


def adds_up(area):
    """Whether what a page says of its TPS is all of them, each once."""
    return area.accepted + area.flagged + area.incomplete + area.missing - area.older == area.expected


def test_every_tps_of_an_area_stands_in_one_count(contest, count, take_in, write_file):
    """A form that lacks a number and breaks a rule is an anomaly; it is not incomplete a second time."""
    rows = [
        {"kode_tps": A},
        {"kode_tps": B, "suara_2": 624, "pengguna_total_j": None},
        {"kode_tps": C, "suara_3": None},
    ]
    take_in(write_file(rows))
    area = region_page(count, "1201").area
    assert (area.accepted, area.flagged, area.incomplete, area.older) == (1, 1, 1, 0)
    assert area.missing == area.expected - 3 and adds_up(area)
    take_in(write_file([{"kode_tps": A, "suara_1": 900}, {"kode_tps": B, "suara_3": None}], "kedua.csv"))
    area = region_page(count, "1201").area
    assert (area.accepted, area.flagged, area.incomplete, area.older) == (1, 1, 2, 1)
    assert adds_up(area)
    assert derive_totals(contest.id) == []


def test_the_parts_of_a_dapil_add_up_to_it(contest, count, take_in, write_file):
    """The parts are the areas that its decision names, whatever their level."""
    take_in(write_file([{"kode_tps": A}]))
    known = "select code from region_total where contest_id = :c and area = 'dapil' and expected > 0"
    found = db.session.execute(text(known), {"c": contest.id}).scalars().all()
    pages = {code: dapil_page(count, code) for code in found}
    for code, page in pages.items():
        assert sum(part.expected for part in page.parts) == page.area.expected, code
        assert sum(part.accepted for part in page.parts) == page.area.accepted, code
    assert (pages["1202"].chamber, pages["12"].chamber) == ("dpr", "dpd")
    assert [code for code, _ in pages["12"].path] == ["", "12"]


def test_applying_a_batch_twice_counts_it_once(contest, take_in, write_file):
    batch = take_in(write_file([{"kode_tps": A}]))
    apply_batch(batch)
    fold_totals(contest.id)
    assert total(contest, "").votes == [17, 124, 9]
    assert fold_totals(contest.id) == 0


def test_the_bringer_cannot_confirm(bring, write_file, operator, session):
    batch = bring(write_file([{"kode_tps": A}]))
    with pytest.raises(Refused):
        confirm_batch(batch, actor=operator)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text("update result_batch set confirmed_by = created_by where id = :id"), {"id": batch.id}
        )


def test_a_confirmer_of_another_region_is_refused(bring, write_file, make_account):
    from electsys.ledger import Actor

    batch = bring(write_file([{"kode_tps": A}]))
    stranger = make_account(role="anggota_kpu_kabko", region="3101")
    with pytest.raises(Refused):
        confirm_batch(batch, actor=Actor(stranger.id, stranger.username))
    assert batch.state == "menunggu"


def test_a_cancelled_batch_never_counts(contest, bring, write_file, operator, second):
    batch = bring(write_file([{"kode_tps": A}]))
    cancel_batch(batch, reason="salah berkas", actor=operator)
    with pytest.raises(Refused):
        confirm_batch(batch, actor=second)
    assert total(contest, "").votes == [0, 0, 0]


def test_versions_are_append_only(take_in, write_file, session):
    take_in(write_file([{"kode_tps": A}]))
    for attack in (
        "update result_version set votes = '{1,1,1}'",
        "delete from result_version",
        "truncate result_version cascade",
        "delete from result_version_p12",
        "update result_version_p12 set complete = false",
    ):
        with pytest.raises(DBAPIError, match=r"append-only|permission denied"), session.begin_nested():
            session.execute(text(attack))


def test_recompute_agrees_and_finds_every_tampering(contest, take_in, write_file, session):
    take_in(write_file([{"kode_tps": A}, {"kode_tps": B, "suara_2": 624}, {"kode_tps": C}]))
    assert derive_totals(contest.id) == []
    session.execute(
        text(
            "update region_total set votes[1] = votes[1] + 1 "
            "where contest_id = :c and area = 'wilayah' and code in ('1201', '')"
        ),
        {"c": contest.id},
    )
    session.execute(
        text("update region_total set flagged = 0 where contest_id = :c and code = :v"),
        {"c": contest.id, "v": A[:10]},
    )
    assert [(d.area, d.code) for d in derive_totals(contest.id)] == [
        ("wilayah", ""),
        ("wilayah", "1201"),
        ("wilayah", A[:10]),
    ]


def test_pages_show_the_way_and_the_parts(contest, count, take_in, write_file):
    take_in(write_file([{"kode_tps": A}]))
    page = region_page(count, "1201")
    assert [code for code, _ in page.path] == ["", "12"]
    assert page.area.name
    assert {len(p.code) for p in page.parts} == {6}
    assert sum(p.accepted for p in page.parts) == page.area.accepted == 1
    assert sum(p.expected for p in page.parts) == page.area.expected
    nation = region_page(count, "")
    assert len(nation.parts) == 39
    assert region_page(count, "0000") is None
    forms = village_forms(count, A[:10])
    assert forms[0].code == A
    assert forms[0].state == "diterima"
    assert tps_form(count, A[:10] + "999") is None
    assert dapil_page(count, "1202").area.votes == (17, 124, 9)
    assert dapil_page(count, "9999") is None


def test_batches_keep_their_provenance(bring, write_file, operator, session):
    batch = bring(write_file([{"kode_tps": A}]))
    row = session.get(ResultBatch, batch.id)
    assert (row.created_by, row.file_name, row.source) == (operator.account_id, "hasil.csv", "impor")
