"""Forms in the public log: canonical JSON by the database, one entry a form and version."""

from __future__ import annotations

import hashlib
import json

import pytest
import rfc8785
import sqlalchemy as sa

from electsys.ledger import log, log_queries
from electsys.ledger.log_models import LeafEntry
from modules.situng.operations.batches import FileFacts, apply_batch, confirm_batch
from modules.situng.operations.corrections import propose_correction
from modules.situng.operations.leaves import Provenance, log_versions, subject_of
from tests.situng.conftest import CLEAN

A, B, C = "1201011001001", "1201011001002", "1201011001003"


def entries(session, code):
    """The entries of a form in order, each checked to be canonical."""
    found = session.scalars(
        sa.select(LeafEntry).where(LeafEntry.subject == subject_of("ppwp", code)).order_by(LeafEntry.seq)
    ).all()
    bodies = [json.loads(each.body) for each in found]
    assert [bytes(each.body) for each in found] == [rfc8785.dumps(body) for body in bodies]
    return found, bodies


def test_every_form_of_a_file_leaves_one_canonical_entry(session, take_in, write_file, count):
    batch = take_in(
        write_file([{"kode_tps": A}, {"kode_tps": B, "suara_2": 624}, {"kode_tps": C, "suara_sah": None}])
    )
    (_,), (body,) = entries(session, A)
    assert body["status"] == "diterima" and body["form_type"] == "C.Hasil"
    assert body["values"] == CLEAN
    assert (body["contest"], body["election"], body["tps_code"]) == ("ppwp", "pemilu-2024", A)
    assert (body["seq"], body["prev_leaf"], body["batch"]) == (1, None, batch.id)
    assert body["entry1_hash"] == "0" * 64 and body["photo_sha256"] == []
    assert body["entered_by"] != body["confirmed_by"]
    assert (body["entered_by_role"], body["confirmed_by_role"]) == ("operator_kpu_kabko", "anggota_kpu_kabko")
    (_,), (flagged,) = entries(session, B)
    assert flagged["status"] == "anomali" and flagged["faults"] and flagged["values"]["suara_2"] == 624
    (_,), (lacking,) = entries(session, C)
    assert lacking["status"] != "diterima" and lacking["values"]["suara_sah"] is None


def test_what_does_not_count_yet_is_not_in_the_log(session, bring, write_file):
    bring(write_file([{"kode_tps": A}]))
    assert entries(session, A) == ([], [])


def test_a_correction_follows_what_it_corrects(
    session, take_in, write_file, contest, count, operator, second
):
    take_in(write_file([{"kode_tps": A, "suara_2": 624}]))
    (before,), _ = entries(session, A)
    values = {name: CLEAN[name] for name in count.model.names}
    reason = "Ratusan tertulis 6, pada formulir 1: “124”\n\u0007"
    batch = propose_correction(
        contest,
        count,
        A,
        cells=values,
        votes=[17, 124, 9],
        reason=reason,
        evidence=FileFacts("foto.jpg", "a" * 64),
        actor=operator,
    )
    confirm_batch(batch, actor=second)
    apply_batch(batch)
    (_, _), (_, body) = entries(session, A)
    assert body["form_type"] == "correction" and body["seq"] == 2
    assert body["prev_leaf"] == before.hash.hex()
    assert body["entry1_hash"] == "a" * 64
    assert body["reason_sha256"] == hashlib.sha256(reason.strip().encode()).hexdigest()
    assert "Ratusan" not in str(body)


def test_a_single_form_takes_the_same_way(session, bring, write_file, count, operator, second):
    batch = bring(write_file([{"kode_tps": A}, {"kode_tps": B}]))
    version = session.execute(
        sa.text("select id from result_version where batch_id = :b and tps_code = :t"),
        {"b": batch.id, "t": A},
    ).scalar_one()
    provenance = Provenance(
        entered_by=operator.account_id,
        confirmed_by=second.account_id,
        entry1="d" * 64,
        entry2="e" * 64,
        photos=["b" * 64, "c" * 64],
    )
    which = "province = :province and tps_code = :tps and id = :version"
    key = {"province": "12", "tps": A, "version": version}
    assert log_versions(count, which, key, provenance) == 1
    (_,), (body,) = entries(session, A)
    assert (body["entry1_hash"], body["entry2_hash"]) == ("d" * 64, "e" * 64)
    assert body["photo_sha256"] == ["b" * 64, "c" * 64] and body["batch"] is None
    assert entries(session, B) == ([], [])


@pytest.mark.parametrize("kind", ["Pemungutan Suara Ulang", 'Ä "kutip" \\ garis/ \u001f\u007f\u2028 🗳'])
def test_any_text_of_the_database_is_written_as_the_standard_says(session, bring, write_file, second, kind):
    batch = bring(write_file([{"kode_tps": A}]))
    session.execute(
        sa.text(
            "insert into result_version (province, contest_id, tps_code, batch_id, vote_kind, cells, votes,"
            " complete, faults, warnings) select province, contest_id, :code, batch_id, :kind, cells, votes,"
            " false, '{F.101,F.102}', '{W.103}' from result_version where batch_id = :batch"
        ),
        {"code": B, "kind": kind, "batch": batch.id},
    )
    confirm_batch(batch, actor=second)
    apply_batch(batch)
    (_,), (body,) = entries(session, B)
    assert (body["vote_kind"], body["faults"], body["warnings"]) == (kind, ["F.101", "F.102"], ["W.103"])


def test_the_page_of_a_form_says_that_it_is_in_the_log(session, client, take_in, write_file):
    take_in(write_file([{"kode_tps": A}]))
    session.commit()
    page = f"/hitung-suara/pemilu-2024/ppwp/{A}"
    assert "menunggu masuk log" in client.get(page).text
    log.integrate()
    text = client.get(page).text
    (place,) = log_queries.places(1, subject_of("ppwp", A)) or [None]
    assert f"termasuk di log no. {place.index}" in text and f"/log/pemilu-2024/{place.index}" in text
    assert "termasuk" not in client.get(page.replace(A, C)).text
