"""Resumable uploads: cuts, repeats, foreign hands, expiry."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import time

import pytest
from sqlalchemy import select, update

from electsys.documents import StoredFile, kinds, open_file
from electsys.documents.models import Upload
from electsys.documents.operations import uploads
from electsys.errors import Refused
from electsys.ledger import Actor
from tests.documents.conftest import picture

DATA = b"kode_tps,suara_1\n" + b"1201010001001,45\n" * 1000
STREAM = "application/offset+octet-stream"
JSON = {"Accept": "application/json"}


@pytest.fixture
def owner(make_account, client, session, login):
    account = make_account("operator_kpu_kabko", "1201")
    session.commit()  # into the test's own transaction: a refused request keeps it
    login(client, account)
    return account


def begin(client, data=DATA, kind="table", **more):
    asked = {"kind": kind, "name": "hasil.csv", "length": len(data), **more}
    return client.post("/unggahan", json=asked, headers=JSON)


def patch(client, url, data, at):
    response = client.patch(url, data=data, content_type=STREAM, headers={"Upload-Offset": str(at), **JSON})
    response.close()
    return response


def test_in_three_pieces_with_a_cut(client, session, owner):
    begun = begin(client, sha256=hashlib.sha256(DATA).hexdigest())
    assert begun.status_code == 201
    url = begun.headers["Location"]
    first = patch(client, url, DATA[:5000], 0)
    assert (first.status_code, first.headers["Upload-Offset"]) == (200, "5000")
    # The connection is cut; the sender asks where to go on, and was wrong about it.
    assert client.head(url).headers["Upload-Offset"] == "5000"
    wrong = patch(client, url, DATA[6000:], 6000)
    assert (wrong.status_code, wrong.headers["Upload-Offset"]) == (409, "5000")
    assert patch(client, url, DATA[5000:9000], 5000).json["file"] is None
    done = patch(client, url, DATA[9000:], 9000)
    assert done.json["file"]["received_sha256"] == hashlib.sha256(DATA).hexdigest()
    stored = session.scalars(select(StoredFile)).one()
    assert done.json["file"]["receipt"] == stored.receipt
    assert stored.account_id == owner.id
    with open_file(stored) as file:
        assert file.read() == DATA
    assert list(uploads.folder().iterdir()) == []


def test_the_last_piece_twice_is_one_file(client, session, owner):
    url = begin(client).headers["Location"]
    patch(client, url, DATA, 0)
    again = patch(client, url, b"", len(DATA))
    assert again.status_code == 200
    assert again.json["file"]["receipt"] == session.scalars(select(StoredFile)).one().receipt


def test_a_server_that_died_before_the_end_goes_on(client, session, owner):
    """All bytes are on disk, but the process died before the row knew of a file."""
    url = begin(client).headers["Location"]
    upload = session.scalars(select(Upload)).one()
    uploads.append(upload.token, upload.length, io.BytesIO(DATA), at=0)
    assert client.get(url).json == {
        "token": upload.token,
        "offset": len(DATA),
        "length": len(DATA),
        "file": None,
    }
    assert patch(client, url, b"", len(DATA)).json["file"]


def test_a_stream_that_breaks_keeps_what_arrived(client, session, owner):
    begin(client)
    upload = session.scalars(select(Upload)).one()

    class Breaking(io.BytesIO):
        def read(self, n=-1):
            piece = super().read(min(n, 700))
            if not piece:
                raise ConnectionResetError
            return piece

    with pytest.raises(ConnectionResetError):
        uploads.append(upload.token, upload.length, Breaking(DATA[:2100]), at=0)
    assert uploads.offset_of(upload) == 2100
    assert uploads.append(upload.token, upload.length, io.BytesIO(DATA[2100:]), at=2100) == len(DATA)
    assert uploads.part_of(upload.token).read_bytes() == DATA


def test_two_senders_at_once_do_not_mix(client, session, owner):
    begin(client)
    upload = session.scalars(select(Upload)).one()

    class Nosy(io.BytesIO):
        def read(self, n=-1):
            with pytest.raises(Refused) as no:
                uploads.append(upload.token, upload.length, io.BytesIO(b"x"), at=0)
            assert no.value.status == 423
            return super().read(n)

    uploads.append(upload.token, upload.length, Nosy(DATA), at=0)
    assert uploads.part_of(upload.token).read_bytes() == DATA


def test_more_than_was_promised_is_refused(client, session, owner):
    url = begin(client, DATA[:10]).headers["Location"]
    assert patch(client, url, DATA[:11], 0).status_code == 413
    assert client.head(url).headers["Upload-Offset"] == "0"
    upload = session.scalars(select(Upload)).one()
    assert uploads.append(upload.token, 10, io.BytesIO(DATA), at=0) == 10  # a body of unknown length


def test_a_refused_file_starts_anew(client, session, owner):
    url = begin(client, b"\0" * 500).headers["Location"]
    no = patch(client, url, b"\0" * 500, 0)
    assert no.status_code == 415
    assert "CSV, XLSX" in no.json["title"]
    assert no.json["hint"]
    assert client.head(url).headers["Upload-Offset"] == "0"
    assert session.scalars(select(StoredFile)).all() == []


def test_a_transfer_that_changed_a_byte_is_refused(client, session, owner):
    url = begin(client, sha256="0" * 64).headers["Location"]
    assert "SHA-256" in patch(client, url, DATA, 0).json["title"]


def test_too_large_is_refused_before_a_byte_is_sent(client, session, owner):
    asked = {"kind": "evidence", "name": "a.jpg", "length": kinds.ALL["evidence"].max_bytes + 1}
    no = client.post("/unggahan", json=asked, headers=JSON)
    assert no.status_code == 413
    assert "10,0 MB" in no.json["title"]


@pytest.mark.parametrize(
    "asked",
    [
        None,
        [],
        {"kind": "apa", "name": "a", "length": 1},
        {"kind": "table", "name": 3, "length": 1},
        {"kind": "table", "name": "a", "length": "1"},
        {"kind": "table", "name": "a", "length": True},
        {"kind": "table", "name": "a", "length": 1, "sha256": "x"},
    ],
)
def test_nonsense_is_refused(client, session, owner, asked):
    assert client.post("/unggahan", json=asked).status_code == 400


def test_an_empty_file_and_a_wrong_content_type(client, session, owner):
    assert begin(client, b"").status_code == 422
    url = begin(client).headers["Location"]
    assert client.patch(url, data=b"x", headers={"Upload-Offset": "0"}).status_code == 415
    assert client.patch(url, data=b"x", content_type=STREAM).status_code == 400


def test_another_account_finds_nothing(client, session, owner, make_account, login):
    url = begin(client).headers["Location"]
    other = make_account("operator_kpu_kabko", "1201")
    session.commit()
    login(client, other)
    assert client.get(url).status_code == 404
    assert patch(client, url, DATA, 0).status_code == 404
    assert client.delete(url).status_code == 404


def test_without_login_or_token_nothing_begins(app, session):
    client = app.test_client()
    asked = {"kind": "table", "name": "a", "length": 1}
    assert client.post("/unggahan", json=asked).status_code in (302, 401)


def test_it_can_be_cancelled(client, session, owner):
    url = begin(client).headers["Location"]
    patch(client, url, DATA[:100], 0)
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404
    assert list(uploads.folder().iterdir()) == []


def test_nobody_fills_the_disk(client, session, owner, monkeypatch):
    monkeypatch.setattr(uploads, "OPEN_AT_ONCE", 2)
    assert [begin(client).status_code for _ in range(3)] == [201, 201, 429]
    monkeypatch.setattr(uploads, "OPEN_AT_ONCE", 9)
    monkeypatch.setattr(uploads, "RESERVE", 2**60)
    no = begin(client)
    assert no.status_code == 507
    assert "penuh" in no.json["title"]


def test_what_nobody_continues_is_swept(client, session, owner, store_folder):
    kept = begin(client).headers["Location"]
    patch(client, kept, DATA[:10], 0)
    old = begin(client).headers["Location"]
    patch(client, old, DATA[:10], 0)
    session.execute(
        update(Upload)
        .where(Upload.token == old.rpartition("/")[2])
        .values(expires_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    )
    (store_folder / ".tmp").mkdir(parents=True, exist_ok=True)
    (store_folder / ".tmp" / "mati").write_bytes(b"x")
    os.utime(store_folder / ".tmp" / "mati", (1, 1))
    for part in uploads.folder().iterdir():
        os.utime(part, (time.time() - 3600,) * 2)
    assert uploads.sweep_uploads() == 2
    assert client.get(kept).json["offset"] == 10
    assert client.get(old).status_code == 404
    assert len(list(uploads.folder().iterdir())) == 1


def test_a_form_takes_the_token_or_the_file(app, session, owner, client):
    from wtforms.validators import InputRequired

    from electsys.documents.forms import UploadField
    from electsys.web.forms import Form

    class Evidence(Form):
        class Meta(Form.Meta):
            csrf = False

        bukti = UploadField("Bukti", kind="evidence", validators=[InputRequired("Pilih berkas.")])

    actor = Actor(owner.id, owner.username)
    data = picture()
    url = begin(client, data, "evidence").headers["Location"]
    token = url.rpartition("/")[2]

    def submit(value):
        with app.test_request_context("/", method="POST", data={"bukti": value}):
            form = Evidence()
            if not form.validate_on_submit():
                return form.bukti.errors
            try:
                return form.bukti.store(actor=actor)
            except Refused as no:
                return no.field, no.message

    assert submit("") == ["Pilih berkas."]
    assert submit(token)[0] == "bukti"  # not finished yet
    patch(client, url, data, 0)
    assert submit(token).sha256 == submit((io.BytesIO(data), "a.jpg")).sha256
    with app.test_request_context("/"):
        html = str(Evidence().bukti())
        hint = Evidence().bukti.description
    assert 'data-upload-kind="evidence"' in html
    assert hint == (
        "JPEG, PNG, PDF. Paling besar 10,0 MB; PDF paling banyak 50 halaman; "
        "gambar paling besar 50 juta piksel."
    )
    other = Actor(owner.id + 1, "orang lain")
    with pytest.raises(Refused):
        uploads_of(token, other)


def uploads_of(token, actor):
    from electsys.documents.forms import take_upload

    return take_upload(token, kind="evidence", actor=actor)
