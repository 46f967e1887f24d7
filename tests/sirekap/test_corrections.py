"""Corrections: where they may be made, what they need, and that every sum above follows."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from electsys.errors import Refused
from electsys.ledger import Actor
from modules.sirekap import official_votes
from modules.sirekap.operations.corrections import (
    Proof,
    Ruling,
    correct_column,
    decide_proposal,
    propose_by_ruling,
)
from modules.sirekap.operations.objections import file_objection, note_objection, reject_objection
from modules.sirekap.operations.recaps import close_recap, lock_recap, open_recap, read_unit, reopen_recap
from modules.sirekap.operations.witnesses import (
    end_mandate,
    note_attendance,
    register_mandate,
    sign_recap,
)
from modules.sirekap.queries.recaps import readings, sheet, version_of
from tests.sirekap.ladder import build

TPS = "1201011001001"


def proof(world, **more):
    file = world.file()
    return Proof(
        **{"reason_code": "salah_salin", "reason": "Angka 7 terbaca 1.", "evidence": file, "photo": file}
        | more
    )


def moved(world, kind="ppwp", tps=TPS):
    """The form with one vote moved from the first to the second line."""
    cells, votes = world.forms[kind, tps]
    return {"cells": cells, "votes": [votes[0] - 1, votes[1] + 1, *votes[2:]]}


def opened(world, kind="ppwp", region="120101"):
    recap = world.recap(kind, region)
    open_recap(recap, actor=world.people[region][0])
    return recap


def test_a_correction_in_the_open_plenary_keeps_both_values(world):
    recap, (first, _) = opened(world), world.people["120101"]
    made = correct_column(recap, TPS, **moved(world), proof=proof(world), actor=first)
    assert (list(made.before_votes), list(made.after_votes)) == (
        world.forms["ppwp", TPS][1],
        moved(world)["votes"],
    )
    assert made.made_in == recap.id and made.account_id == first.account_id
    column = next(c for c in sheet(recap).columns if c.unit == TPS)
    assert (column.number, column.source, column.source_id) == (2, "pembetulan", made.id)
    assert list(column.votes) == moved(world)["votes"]


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        ({"reason": "  "}, "Tuliskan alasan pembetulan"),
        ({"reason_code": "lain"}, "Pilih alasan"),
        ({"evidence": None}, "Unggah bukti"),
        ({"photo": None}, "Unggah foto"),
        ({"reason_code": "hitung_ulang"}, None),
    ],
)
def test_a_correction_needs_reason_evidence_and_photo(world, lacks, words):
    recap, (first, _) = opened(world), world.people["120101"]
    facts = {"proof": proof(world, **lacks), "actor": first, **moved(world)}
    if words is None:
        assert correct_column(recap, TPS, **facts).id
        return
    with pytest.raises(Refused, match=words):
        correct_column(recap, TPS, **facts)
    assert next(c for c in sheet(recap).columns if c.unit == TPS).number == 1


def test_values_that_cannot_stand_on_a_form_are_refused_in_words(world):
    recap, (first, _) = opened(world), world.people["120101"]
    cells, votes = world.forms["ppwp", TPS]
    for bad, words in (
        ({"votes": [votes[0] + 1, *votes[1:]]}, "belum sesuai satu sama lain"),
        ({"votes": [-1, *votes[1:]]}, "kurang dari nol"),
        ({"votes": [None, *votes[1:]]}, "Isi semua suara"),
        ({"votes": votes[1:]}, "Jumlah isian"),
        ({}, "Tidak ada angka yang berubah"),
    ):
        with pytest.raises(Refused, match=words):
            correct_column(
                recap, TPS, **({"cells": cells, "votes": votes} | bad), proof=proof(world), actor=first
            )


def test_a_locked_form_changes_only_in_the_open_plenary_above_and_sums_follow(world):
    recap = world.finish(world.recap("ppwp", "120101"))
    ppk, kpu = world.people["120101"][0], world.people["1201"]
    facts = {"proof": proof(world), **moved(world)}
    with pytest.raises(Refused, match="Tidak ada pleno yang terbuka"):
        correct_column(recap, TPS, **facts, actor=ppk)
    parent = opened(world, region="1201")
    with pytest.raises(Refused, match="milik badan penyelenggara"):
        correct_column(recap, TPS, **facts, actor=ppk)
    made = correct_column(recap, TPS, **facts, actor=kpu[0])
    assert made.made_in == parent.id and recap.version == 2 and recap.state == "disahkan"
    version = version_of(recap)
    assert (version.act, version.correction_id) == ("pembetulan", made.id)
    expected = world.expected("ppwp", lambda c: c.startswith("120101"))[1]
    assert list(version.votes) == [expected[0] - 1, expected[1] + 1, expected[2]]
    [column] = [c for c in sheet(parent).columns if c.unit == "120101"]
    assert column.votes == tuple(version.votes) and column.source_id == 2
    world.session.execute(text("set constraints all immediate"))
    world.finish(world.recap("ppwp", "120102"))
    assert world.finish(parent).state == "disahkan"


def test_a_correction_in_the_province_goes_through_both_tiers_below(world):
    for recap in (*world.units("ppwp", "kecamatan"), *world.units("ppwp", "kabko")):
        world.finish(recap)
    province = opened(world, region="12")
    correct_column(
        world.recap("ppwp", "120101"), TPS, **moved(world), proof=proof(world), actor=world.people["12"][0]
    )
    world.session.execute(text("set constraints all immediate"))
    assert [world.recap("ppwp", r).version for r in ("120101", "1201", "1202")] == [2, 2, 1]
    total = world.expected("ppwp", lambda c: c.startswith("12"))[1]
    assert sheet(province).votes == [total[0] - 1, total[1] + 1, total[2]]
    assert world.finish(province).version == 1


def test_a_ruling_changes_every_tier_and_needs_two_people(world):
    for tier in ("kecamatan", "ppln", "kabko", "provinsi", "nasional"):
        for recap in world.units("ppwp", tier):
            world.finish(recap)
    recap, (first, second) = world.recap("ppwp", "120101"), world.people[""]
    facts = {"proof": proof(world, reason_code="putusan"), **moved(world)}
    with pytest.raises(Refused, match="hanya putusan"):
        correct_column(recap, TPS, **facts, actor=first)
    for bad in (first.account_id, world.people["12"][0].account_id):
        with pytest.raises(Refused, match="orang kedua"):
            correct_column(recap, TPS, **facts, ruling=Ruling("01/PHPU", bad), actor=first)
    with pytest.raises(Refused, match="nomor putusan"):
        correct_column(recap, TPS, **facts, ruling=Ruling(" ", second.account_id), actor=first)
    with pytest.raises(Refused, match="milik badan"):
        correct_column(
            recap, TPS, **facts, ruling=Ruling("01/PHPU", second.account_id), actor=world.people["12"][0]
        )
    told = facts | {"ruling": "01/PHPU", "actor": first}
    with pytest.raises(Refused, match="belum sesuai"):
        propose_by_ruling(recap, TPS, **(told | {"votes": [1, 1, 1]}))
    declined = propose_by_ruling(recap, TPS, **told)
    assert decide_proposal(declined, agree=False, actor=first) is None and recap.version == 1
    proposal = propose_by_ruling(recap, TPS, **told)
    with pytest.raises(Refused, match="orang kedua"):
        decide_proposal(proposal, agree=True, actor=first)
    with pytest.raises(Refused, match="milik badan"):
        decide_proposal(proposal, agree=True, actor=world.people["12"][0])
    made = decide_proposal(proposal, agree=True, actor=second)
    assert made.made_in is None and made.ruling == "01/PHPU" and proposal.correction_id == made.id
    assert (made.account_id, made.approved_by) == (first.account_id, second.account_id)
    with pytest.raises(Refused, match="sudah diputus"):
        decide_proposal(proposal, agree=True, actor=second)
    world.session.execute(text("set constraints all immediate"))
    assert [world.recap("ppwp", r).version for r in ("120101", "1201", "12", "")] == [2, 2, 2, 2]
    total = world.expected("ppwp", lambda c: True)[1]
    assert list(official_votes("uji-rekap", "ppwp").areas[0].votes) == [total[0] - 1, total[1] + 1, total[2]]


def test_the_plenary_writes_the_first_values_of_a_form_that_was_not_accepted(session, make_account):
    world = build(session, make_account, accept=lambda kind, code: code != TPS)
    recap, (first, _) = opened(world), world.people["120101"]
    facts = {"actor": first, "cells": world.forms["ppwp", TPS][0], "votes": world.forms["ppwp", TPS][1]}
    with pytest.raises(Refused, match="belum mempunyai angka"):
        correct_column(recap, TPS, **facts, proof=proof(world))
    made = correct_column(recap, TPS, **facts, proof=proof(world, reason_code="pengisian_pleno"))
    assert made.before_votes is None
    assert sheet(recap).votes == world.expected("ppwp", lambda c: c.startswith("120101"))[1]


def test_reopening_before_the_lock_gives_a_new_version(world):
    recap, (first, second) = opened(world), world.people["120101"]
    for village in readings(recap):
        read_unit(recap, village, actor=first)
    close_recap(recap, actor=first)
    with pytest.raises(Refused, match="Tidak ada pleno"):
        correct_column(recap, TPS, **moved(world), proof=proof(world), actor=first)
    reopen_recap(recap, "Salah salin di TPS 1.", actor=second)
    correct_column(recap, TPS, **moved(world), proof=proof(world), actor=first)
    close_recap(recap, actor=first)
    assert recap.version == 2
    lock_recap(recap, actor=second)


def test_corrections_are_never_changed_and_always_two_values(world):
    recap, (first, _) = opened(world), world.people["120101"]
    correct_column(recap, TPS, **moved(world), proof=proof(world), actor=first)
    session = world.session
    for statement in (
        "update recap_correction set reason = 'lain'",
        "delete from recap_correction",
        "delete from recap_version",
    ):
        with pytest.raises(DBAPIError, match=r"append-only|permission denied"), session.begin_nested():
            session.execute(text(statement))


# --- witnesses and objections --------------------------------------------------------------------


def participant(world, kind="ppwp", number=1):
    return next(p for p in world.contests[kind].participants if p.number == number)


def mandate(world, region="120101", kind="ppwp", number=1, **more):
    facts = {
        "name": f"Saksi {number}",
        "letter_number": f"{number}/SM",
        "letter_date": world.election.voting_day,
    }
    return register_mandate(
        world.election.id,
        region,
        participant(world, kind, number),
        **(facts | more),
        actor=world.people[region][0],
    )


def test_one_mandate_a_participant_and_level(world):
    made = mandate(world)
    with pytest.raises(Refused, match="sudah mempunyai saksi: Saksi 1"):
        mandate(world)
    assert mandate(world, region="1201").region == "1201"
    with pytest.raises(Refused, match="Tuliskan alasannya"):
        end_mandate(made, " ", actor=world.people["120101"][0])
    end_mandate(made, "Sakit.", actor=world.people["120101"][0])
    assert mandate(world, name="Pengganti").name == "Pengganti"


def test_a_participant_of_another_ballot_has_no_witness_here(world):
    with pytest.raises(Refused, match="bukan peserta"):
        # Overseas nobody votes for the DPD.
        register_mandate(
            world.election.id,
            "9901",
            participant(world, "dpd", 2),
            name="X",
            letter_number="1",
            letter_date=world.election.voting_day,
            actor=world.people["9901"][0],
        )


def test_the_witness_of_another_party_is_refused(world, make_account):
    other = make_account(role="saksi", region="120101", party=2)
    with pytest.raises(Refused, match="saksi partai lain"):
        mandate(world, kind="dpr", account=other)
    with pytest.raises(Refused, match="bukan akun saksi"):
        mandate(world, kind="dpr", account=world.accounts["120102"][0])
    own = make_account(role="saksi", region="120101", party=1)
    assert mandate(world, kind="dpr", account=own).account_id == own.id


def test_signatures_by_the_mandate_of_this_level_and_refusals_with_a_reason(world):
    here, above, dpr = mandate(world), mandate(world, region="1201"), mandate(world, kind="dpr")
    recap, (first, second) = opened(world), world.people["120101"]
    with pytest.raises(Refused, match="setelah rekapitulasinya ditutup"):
        sign_recap(recap, role="saksi", signed=True, mandate=here, actor=first)
    for village in readings(recap):
        read_unit(recap, village, actor=first)
    close_recap(recap, actor=first)
    for bad, words in (
        ({"mandate": above}, "tingkat lain"),
        ({"mandate": dpr}, "bukan saksi peserta pemilihan ini"),
        ({"mandate": None}, "surat mandat yang berlaku"),
        ({"mandate": here, "signed": False}, "alasan tidak menandatangani"),
    ):
        with pytest.raises(Refused, match=words):
            sign_recap(recap, **({"role": "saksi", "signed": True} | bad), actor=first)
    refusal = sign_recap(
        recap, role="saksi", signed=False, reason="Menunggu hitung ulang.", mandate=here, actor=first
    )
    assert refusal.reason and not refusal.signed
    sign_recap(recap, role="ketua", name="Ketua PPK", signed=True, actor=first)
    with pytest.raises(Refused, match="sudah dicatat"):
        sign_recap(recap, role="ketua", name="Ketua PPK", signed=True, actor=first)
    lock_recap(recap, actor=second)  # a refusal does not void the form
    note_attendance(world.election.id, "120101", name="", role="saksi", mandate=here, actor=first)
    with pytest.raises(Refused, match="sudah dicatat hadir"):
        note_attendance(world.election.id, "120101", name="", role="saksi", mandate=here, actor=first)
    with pytest.raises(Refused, match="tingkat lain"):
        note_attendance(world.election.id, "120101", name="", role="saksi", mandate=above, actor=first)


def test_an_objection_is_answered_before_the_form_closes(world, make_account):
    witness, (first, _) = mandate(world), world.people["120101"]
    recap = opened(world)
    overseer = make_account(role="panwascam", region="120101")
    stranger = make_account(role="panwascam", region="120102")
    with pytest.raises(Refused, match="tidak berwenang"):
        file_objection(recap, "Salah.", actor=Actor(stranger.id, "x"))
    with pytest.raises(Refused, match="Tuliskan apa"):
        file_objection(recap, " ", mandate=witness, actor=first)
    with pytest.raises(Refused, match="Pilih saksi"):
        file_objection(recap, "Salah.", actor=first)
    one = file_objection(
        recap, "Suara 01 terbaca salah.", unit=TPS, row="suara_1", mandate=witness, actor=first
    )
    two = file_objection(recap, "Kotak terbuka.", actor=Actor(overseer.id, overseer.username))
    three = file_objection(recap, "Hitung ulang.", mandate=witness, actor=first)
    assert two.filed_by == overseer.name and one.filed_by == "Saksi 1"
    for village in readings(recap):
        read_unit(recap, village, actor=first)
    with pytest.raises(Refused, match="3 keberatan belum dijawab"):
        close_recap(recap, actor=first)
    correct_column(recap, TPS, **moved(world), proof=proof(world), objection=one, actor=first)
    assert one.state == "diterima_langsung_diperbaiki" and one.outcome == "Angka 7 terbaca 1."
    with pytest.raises(Refused, match="alasan"):
        reject_objection(two, " ", actor=first)
    reject_objection(two, "Segel utuh menurut berita acara.", actor=first)
    note_objection(three, "Dibawa ke kabupaten.", actor=first)
    with pytest.raises(Refused, match="tidak dapat dilakukan"):
        reject_objection(three, "x", actor=first)
    close_recap(recap, actor=first)
