"""Packets: each answered on its own, once for ever, and nothing of what they hold stays in this room."""

from __future__ import annotations

import base64
import datetime as dt
import json
import logging
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec

from electsys.devices import rules
from electsys.devices.models import Device, DevicePacket
from electsys.ledger import Act
from tests.devices.phone import Phone

SECRET = "Siti Aminah 1201014101900001"


def stored(session):
    return session.scalars(sa.select(DevicePacket).order_by(DevicePacket.id)).all()


def test_a_packet_gets_a_receipt(session, phone, rows):
    answer = phone.say("rumah 1")
    assert (answer["outcome"], answer["status"], answer["again"]) == ("ok", 200, False)
    assert answer["values"] == {"nomor": 7, "protokol": 2}
    row = stored(session)[0]
    assert answer["receipt"] == {
        "number": f"TP-{row.received_at.year}-{row.id:06d}",
        "digest": row.digest.hex(),
        "received_at": row.received_at.isoformat(),
    }
    assert dt.datetime.now(dt.UTC) - row.made_at < dt.timedelta(minutes=1)
    assert rows() == [("rumah 1", 0)]


def test_sent_again_it_gets_the_same_answer_and_changes_nothing(session, phone, rows):
    packet = phone.packet({"isi": "rumah 1"})
    first = phone.send(packet).json["answers"][0]
    again = phone.send(packet).json["answers"][0]
    assert again == first | {"again": True}
    assert len(stored(session)) == 1
    assert rows() == [("rumah 1", 0)]


def test_a_refusal_stands_too_whatever_the_module_would_say_later(phone, rows):
    packet = phone.packet({"isi": "rumah 1", "lakukan": "tolak"})
    first = phone.send(packet).json["answers"][0]
    assert (first["outcome"], first["status"], first["code"]) == ("refused", 422, "alamat")
    assert first["message"] == "Rumah ini di luar wilayah Anda."
    assert first["hint"] == "Periksa alamatnya."
    assert phone.send(packet).json["answers"][0] == first | {"again": True}
    assert rows() == []


def test_other_content_under_a_used_key_is_a_conflict(session, phone, rows):
    key = str(uuid.uuid4())
    phone.send(phone.packet({"isi": "rumah 1"}, key=key))
    answer = phone.send(phone.packet({"isi": "rumah 2"}, key=key)).json["answers"][0]
    assert (answer["outcome"], answer["status"], answer["code"]) == ("conflict", 409, "kunci_terpakai")
    assert answer["receipt"] is None
    assert rows() == [("rumah 1", 0)]
    assert len(stored(session)) == 1


def test_keys_are_a_device_s_own(session, client, phone, issue, holder, make_account, rows):
    from tests.devices import usable
    from tests.devices.conftest import VILLAGE

    code = issue(account=make_account(permissions=[usable.PERMISSION], region=VILLAGE))
    session.commit()
    other = Phone(client)
    other.activate(code)
    key = str(uuid.uuid4())
    for sender, isi in ((phone, "satu"), (other, "dua")):
        assert sender.send(sender.packet({"isi": isi}, key=key)).json["answers"][0]["outcome"] == "ok"
    assert rows() == [("dua", 0), ("satu", 0)]


def test_a_batch_is_answered_packet_by_packet(session, phone, rows, caplog):
    asked = ["", "tolak", "", "bentrok", "gagal", ""]
    packets = [phone.packet({"isi": f"rumah {i}", "lakukan": what}) for i, what in enumerate(asked)]
    answer = phone.send(*packets, pending=6)
    assert [a["outcome"] for a in answer.json["answers"]] == [
        "ok",
        "refused",
        "ok",
        "conflict",
        "later",
        "ok",
    ]
    assert [a["key"] for a in answer.json["answers"]] == [p["key"] for p in packets]
    assert [row.isi for row in rows()] == ["rumah 0", "rumah 2", "rumah 5"]
    assert [row.outcome for row in stored(session)] == ["ok", "refused", "ok", "conflict", "ok"]
    assert "RuntimeError" in caplog.text
    assert "rumah 4" not in caplog.text
    act = session.scalars(sa.select(Act).where(Act.verb == "devices:packet:receive")).one()
    assert act.details == {"kind": "uji", "count": 5, "ok": 3, "refused": 1, "conflict": 1}
    device = session.scalars(sa.select(Device)).one()
    assert (device.pending, device.protocol) == (1, 2)  # only the one that is to come again


def test_the_same_packet_twice_in_a_batch_counts_once(phone, rows):
    packet = phone.packet({"isi": "rumah 1"})
    answers = phone.send(packet, packet).json["answers"]
    assert [a["again"] for a in answers] == [False, True]
    assert rows() == [("rumah 1", 0)]


def test_what_this_phone_did_not_sign_is_refused_and_its_key_stays_free(session, client, phone, rows):
    packet = phone.packet({"isi": "rumah 1"})
    for changed in (
        {"body": json.dumps({"isi": "rumah 2"})},
        {"made_at": "2024-02-14T00:00:00+00:00"},
        {"files": [str(uuid.uuid4())]},
        {"signature": Phone(client).packet({"isi": "rumah 1"})["signature"]},
        {"signature": base64.b64encode(b"short").decode()},
    ):
        answer = phone.send(packet | changed).json["answers"][0]
        assert (answer["outcome"], answer["code"]) == ("refused", "rusak")
    assert stored(session) == []
    assert phone.send(packet).json["answers"][0]["outcome"] == "ok"
    assert rows() == [("rumah 1", 0)]


@pytest.mark.parametrize(
    "body",
    ["[]", "nothing", '{"isi": NaN}', '{"isi": "\\u0000"}', '{"isi": "\\ud800"}', "[" * 16000, "1"],
)
def test_a_body_that_nobody_can_keep(session, phone, body):
    packet = phone.packet({})
    signed = phone.sign("\n".join((packet["key"], packet["made_at"], "", body)))
    answer = phone.send(packet | {"body": body, "signature": signed}).json["answers"][0]
    assert (answer["outcome"], answer["code"]) == ("refused", "rusak")
    assert stored(session) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"packets": []}, "rusak"),
        ({"extra": 1}, "rusak"),
        ({"pending": -1}, "rusak"),
        ({"protocol": 3}, "protokol"),
        ({"protocol": 0}, "protokol"),
        ({"protocol": True}, "rusak"),
        ({"protocol": None}, "rusak"),
    ],
)
def test_a_request_is_read_strictly(client, phone, change, code):
    sent = {"protocol": 2, "pending": 0, "packets": [phone.packet({"isi": SECRET})]} | change
    answer = client.post("/api/perangkat/paket", json=sent, headers=phone.headers, csrf=False)
    assert answer.status_code in (400, 409)
    assert answer.json["code"] == code
    assert SECRET not in answer.text


def test_a_request_holds_fifty_packets(phone):
    packets = [phone.packet({"isi": f"{i:02d}"}) for i in range(rules.BATCH + 1)]
    assert phone.send(*packets).json["code"] == "rusak"
    assert {a["outcome"] for a in phone.send(*packets[:-1]).json["answers"]} == {"ok"}
    assert phone.send(phone.packet({"isi": "x" * rules.BODY})).json["code"] == "rusak"


def test_a_request_too_large_is_refused_unread(client, phone):
    answer = client.post(
        "/api/perangkat/paket", data=b"x" * (rules.REQUEST + 1), headers=phone.headers, csrf=False
    )
    assert (answer.status_code, answer.json["code"]) == (413, "terlalu_besar")


def test_a_fixture_of_the_release_before_is_still_understood(session, phone, rows):
    """NA-11: the server accepts protocol N-1; what an old client sent is replayed as it was."""
    old = json.loads((Path(__file__).parent / "packets_v1.json").read_text())
    phone.key = ec.derive_private_key(int(old["private_key"], 16), ec.SECP256R1())
    session.scalars(sa.select(Device)).one().public_key = phone.point
    session.commit()
    packets = [p | {"signature": phone.sign(f"{p['key']}\n{p['body']}")} for p in old["packets"]]
    answers = phone.send(*packets, protocol=1).json["answers"]
    assert [a["outcome"] for a in answers] == ["ok", "conflict"]
    assert answers[0]["values"]["protokol"] == 1
    assert [a["again"] for a in phone.send(*packets, protocol=1).json["answers"]] == [True, True]
    assert rows() == [("Jalan Melati 7", 0)]
    assert [(row.protocol, row.made_at) for row in stored(session)] == [(1, None), (1, None)]
    assert session.scalars(sa.select(Device)).one().protocol == 1
    newer = packets[0] | {"made_at": "2024-02-14T00:00:00+00:00", "files": []}
    assert phone.send(newer, protocol=1).json["code"] == "rusak"


def test_nothing_that_was_sent_stays_in_clear(session, phone, rows, caplog):
    """Of the payload this room keeps a keyed digest; a number in a module's answer is masked."""
    caplog.set_level(logging.DEBUG)
    number = "1201014101900001"
    phone.say(SECRET)
    phone.say(SECRET, lakukan="gagal")
    told = phone.say(number, lakukan="nomor")
    assert told["values"] == {"nik": "1201**********01"}
    tables = ("device", "device_activation", "device_packet", "device_file", "act")
    kept = "\n".join(str(session.execute(sa.text(f"select t::text from {t} t")).all()) for t in tables)
    assert len(stored(session)) == 2
    for told in (SECRET, number, "Siti"):
        assert told not in kept
        assert told not in caplog.text
        assert told.encode().hex() not in kept
    import hashlib

    packet = phone.packet({"isi": SECRET})
    phone.send(packet)
    plain = "\n".join((packet["key"], packet["made_at"], "", packet["body"])).encode()
    assert stored(session)[-1].digest != hashlib.sha256(plain).digest()


def test_the_database_itself_keeps_packets_for_ever(session, phone):
    phone.say()
    session.commit()
    for change in ("update device_packet set outcome = 'refused'", "delete from device_packet"):
        with pytest.raises(sa.exc.DBAPIError, match="device_packet"), session.begin_nested():
            session.execute(sa.text(change))
