"""Numbers of a KPPS's phone carried in as QR by somebody else (titipan)."""

from __future__ import annotations

import base64
import hashlib
import io
import json

import pytest
import sqlalchemy as sa
from PIL import Image

from electsys.devices.carried import gather
from electsys.devices.models import DevicePacket
from electsys.ledger import Act
from modules.situng.models import Capture
from tests.situng.phones import cat, numbers, state
from tests.situng.test_capture import people  # noqa: F401  (a fixture)

pytestmark = pytest.mark.usefixtures("own_files")


def shown(phone, packet, device, part=560):
    """What the phone shows of a packet (js/kpps/codes.js)."""
    item = {"d": device, "v": 2, "k": packet["key"], "m": packet["made_at"], "f": packet["files"]}
    item |= {"s": packet["signature"], "b": packet["body"]}
    text = base64.urlsafe_b64encode(json.dumps(item).encode()).decode().rstrip("=")
    check = hashlib.sha256(text.encode()).hexdigest()[:8]
    parts = [text[i : i + part] for i in range(0, len(text), part)]
    return [f"EK1.{check}.{n}.{len(parts)}.{each}" for n, each in enumerate(parts, 1)]


@pytest.fixture
def desk(client, officer, login):
    """The officer's page."""
    login(client, officer)
    return client


def device_id(session):
    from electsys.devices.models import Device

    return session.scalars(sa.select(Device.id)).first()


def test_pieces_in_any_order_and_wrapped_by_a_messenger(session, phone, count):
    pieces = shown(phone, phone.packet(numbers(count)), 7, part=100)
    wrapped = "\n".join(p[:40] + "\n" + p[40:] for p in reversed(pieces))
    found = gather([wrapped, pieces[0]])
    assert (len(found.whole), found.missing, found.spoilt) == (1, (), 0)
    assert found.whole[0].device == 7
    found = gather(pieces[:-1])
    assert (found.whole, found.missing) == ((), (((len(pieces),), len(pieces)),))
    assert gather([pieces[0][:-3] + "xxx", *pieces[1:]]).spoilt == 1
    assert gather(["halo"]).whole == ()


def test_a_carried_packet_is_the_phone_s_own(session, contest, count, phone, desk, officer, kpps):
    packet = phone.packet(numbers(count))
    text = "\n".join(shown(phone, packet, device_id(session)))
    page = desk.post("/perangkat/titipan", data={"text": text})
    row = session.scalars(sa.select(DevicePacket)).one()
    assert row.receipt in page.text
    assert state(contest).first_person == kpps.id
    assert "142" not in page.text  # nothing of what it holds is shown to whoever may enter it a second time
    act = session.scalars(sa.select(Act).where(Act.verb == "devices:packet:carry")).one()
    assert (act.actor, act.details["outcome"]) == (officer.username, "ok")
    assert "tidak dicatat dua kali" in desk.post("/perangkat/titipan", data={"text": text}).text
    again = phone.send(packet).json["answers"][0]
    assert (again["again"], again["receipt"]["number"]) == (True, row.receipt)
    assert session.scalar(sa.select(sa.func.count()).select_from(Capture)) == 1


def test_a_carried_packet_as_pictures_of_the_screen(session, contest, count, phone, desk):
    import segno

    files = []
    for n, piece in enumerate(shown(phone, phone.packet(numbers(count)), device_id(session), part=300)):
        out = io.BytesIO()
        segno.make(piece, error="l", micro=False).save(out, kind="png", scale=5, border=4)
        out.seek(0)
        files.append((out, f"{n}.png"))
    assert len(files) > 1
    desk.post("/perangkat/titipan", data={"photos": files}, content_type="multipart/form-data")
    assert state(contest).state == "entri_pertama"


@pytest.mark.parametrize("wrong", ["nothing", "part", "spoilt", "signature", "device", "cat", "text", "bomb"])
def test_what_cannot_be_carried_in_is_told(session, contest, count, phone, desk, wrong):
    packet = phone.packet(numbers(count))
    if wrong == "signature":
        packet["body"] = packet["body"].replace("124", "142")
    pieces = shown(phone, packet, device_id(session) + (wrong == "device"), part=300)
    sent = {
        "nothing": ({"text": "Selamat sore"}, "Tidak ada kiriman KPPS"),
        "part": ({"text": pieces[0]}, "belum dipindai"),
        "spoilt": ({"text": "\n".join(pieces).replace("A", "B")}, "rusak"),
        "signature": ({"text": "\n".join(pieces)}, "tidak diterima"),
        "device": ({"text": "\n".join(pieces)}, "bukan dari ponsel yang dikenal"),
        "cat": ({"photos": [(io.BytesIO(cat()), "kucing.jpg")]}, "kucing.jpg"),
        "text": ({"photos": [(io.BytesIO(b"bukan foto"), "a.jpg")]}, "bukan foto yang dapat dibaca"),
        "bomb": ({"photos": [(_bomb(), "besar.jpg")]}, "juta piksel"),
    }
    data, words = sent[wrong]
    page = desk.post("/perangkat/titipan", data=data, content_type="multipart/form-data")
    assert words in page.text
    assert state(contest) is None


def _bomb():
    out = io.BytesIO()
    Image.new("L", (10_000, 6_000)).save(out, "JPEG", quality=30, optimize=True)
    out.seek(0)
    return out


def test_nobody_carries_for_a_phone_outside_their_area(
    session, contest, count, phone, client, make_account, login
):
    login(client, make_account(role="pps", region="1201011002"))
    text = "\n".join(shown(phone, phone.packet(numbers(count)), device_id(session)))
    client.post("/perangkat/titipan", data={"text": text}, check=False)
    assert state(contest) is None
