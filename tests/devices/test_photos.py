"""Photos come in pieces and may be cut off at any byte."""

from __future__ import annotations

import hashlib
import io
import os
import uuid

import pytest
import sqlalchemy as sa
from PIL import Image

from electsys.devices import rules
from electsys.devices.models import Device, DeviceFile
from electsys.documents import open_file
from electsys.documents.models import StoredFile, Upload
from electsys.documents.operations.uploads import folder
from tests.documents.conftest import photo_with_exif, picture


@pytest.fixture
def packet(phone):
    """A packet that announced a photo and was taken."""
    key, photo = str(uuid.uuid4()), str(uuid.uuid4())
    assert (
        phone.send(phone.packet({"isi": "rumah"}, key=key, files=(photo,))).json["answers"][0]["outcome"]
        == "ok"
    )
    return key, photo


def big():
    """Noise, which no JPEG makes small."""
    image = Image.frombytes("RGB", (400, 400), os.urandom(480_000))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    content = out.getvalue()
    assert 2 * rules.CHUNK < len(content) < rules.PHOTO_MOST
    return content


def test_piece_by_piece_with_cuts(session, phone, packet, rows, tmp_path):
    key, photo = packet
    content, size = big(), rules.CHUNK
    assert phone.client.head(f"/api/perangkat/berkas/{photo}", headers=phone.headers).status_code == 404
    answer = phone.put(photo, key, content, 0, content[:size])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (200, str(size))
    assert answer.json["receipt"] is None
    # The answer was lost, so the phone sends the piece again, from where it thinks it is.
    again = phone.put(photo, key, content, 0, content[:size])
    assert (again.status_code, again.json["code"], again.json["offset"]) == (409, "tidak_sambung", size)
    assert again.headers["Upload-Offset"] == str(size)
    # Only a part of the next piece came through.
    assert phone.put(photo, key, content, size, content[size : size + 1000]).json["offset"] == size + 1000
    head = phone.client.head(f"/api/perangkat/berkas/{photo}", headers=phone.headers)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == (
        str(size + 1000),
        str(len(content)),
    )
    assert rows() == [("rumah", 0)]
    phone.get("/saya?menunggu=3")
    at = size + 1000
    while at < len(content):
        answer = phone.put(photo, key, content, at, content[at : at + size])
        at = answer.json["offset"]
    answer.close()
    stored = session.scalars(sa.select(StoredFile)).one()
    assert answer.json["receipt"] == {"number": stored.receipt, "digest": stored.received_sha256}
    assert (stored.kind, stored.name) == ("field_photo", f"{photo}.jpg")
    assert rows() == [("rumah", 1)]
    assert session.scalars(sa.select(Device.pending)).one() == 2  # of the three that the test claims
    # Once more for a lost last answer: the same receipt, and no second photo.
    assert phone.put(photo, key, content, 0, content[:size]).json["receipt"]["number"] == stored.receipt
    assert rows() == [("rumah", 1)]
    assert list(folder().glob("*.part")) == []


def test_a_photo_loses_its_place_and_camera(session, phone, packet):
    key, photo = packet
    content = photo_with_exif()
    assert phone.put(photo, key, content, 0, content).json["receipt"]
    stored = session.scalars(sa.select(StoredFile)).one()
    with open_file(stored) as file:
        assert b"PT Uji" not in file.read()


def test_pieces_that_nobody_continued_begin_again(session, phone, packet):
    key, photo = packet
    content = big()
    phone.put(photo, key, content, 0, content[:1000])
    for part in folder().glob("*.part"):
        part.unlink()
    session.execute(sa.delete(Upload))
    session.commit()
    assert phone.get(f"/berkas/{photo}").headers["Upload-Offset"] == "0"
    assert phone.put(photo, key, content, 0, content[:2000]).json["offset"] == 2000


def test_a_photo_belongs_to_a_packet_that_was_taken(session, phone, packet):
    content = picture()
    answer = phone.put(str(uuid.uuid4()), str(uuid.uuid4()), content, 0, content)
    assert (answer.status_code, answer.json["code"]) == (409, "tanpa_paket")
    refused = phone.say("x", lakukan="tolak")
    assert phone.put(str(uuid.uuid4()), refused["key"], content, 0, content).json["code"] == "tanpa_paket"
    assert session.scalar(sa.select(sa.func.count()).select_from(DeviceFile)) == 0


def test_what_is_no_photo_is_refused_and_may_begin_again(session, phone, packet):
    key, photo = packet
    answer = phone.put(photo, key, b"not a picture at all", 0, b"not a picture at all")
    assert answer.status_code == 415
    content = picture()
    wrong = {"Upload-SHA256": "0" * 64}
    other = str(uuid.uuid4())
    assert phone.put(other, key, content, 0, content, **wrong).status_code == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0


def test_limits(phone, packet):
    key, photo = packet
    content = b"x" * (rules.CHUNK + 1)
    assert phone.put(photo, key, content, 0, content).json["code"] == "terlalu_besar"
    short = content[:100]
    assert phone.put(photo, key, short, 0, short + b"more").json["code"] == "terlalu_besar"
    huge = {"Upload-Length": str(rules.PHOTO_MOST + 1)}
    assert phone.put(photo, key, short, 0, short, **huge).status_code in (413, 422)
    for broken in ({"Upload-Length": "-1"}, {"Packet-Key": "x"}, {"Upload-SHA256": "x"}):
        assert phone.put(photo, key, short, 0, short, **broken).status_code == 400


def test_another_content_under_a_photo_s_key(phone, packet):
    key, photo = packet
    content = big()
    phone.put(photo, key, content, 0, content[:1000])
    other = content + b"x"
    assert phone.put(photo, key, other, 1000, b"x").json["code"] == "kunci_terpakai"


def test_what_came_through_before_a_cut_need_not_be_sent_again(phone, packet):
    """The line breaks in the middle of a piece: the server keeps the part that it has."""
    key, photo = packet
    content = big()
    headers = phone.headers | {
        "Packet-Key": key,
        "Upload-Length": str(len(content)),
        "Upload-SHA256": hashlib.sha256(content).hexdigest(),
    }
    phone.client.put(
        f"/api/perangkat/berkas/{photo}?offset=0",
        input_stream=io.BytesIO(content[:10_000]),
        content_length=60_000,
        headers=headers,
        csrf=False,
    )
    head = phone.client.head(f"/api/perangkat/berkas/{photo}", headers=phone.headers)
    assert head.headers["Upload-Offset"] == "10000"
    at = 10_000
    while at < len(content):
        answer = phone.put(photo, key, content, at, content[at : at + rules.CHUNK])
        at = answer.json["offset"]
    answer.close()
    assert answer.json["receipt"]["digest"] == hashlib.sha256(content).hexdigest()
