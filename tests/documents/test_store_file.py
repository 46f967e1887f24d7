"""What comes in is checked by its content, cleaned, and kept under its hash."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from electsys.documents import StoredFile, open_file, store_file
from electsys.errors import Refused
from electsys.ledger import Act
from tests.documents.conftest import photo_with_exif, picture


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def take(data, actor, kind="evidence", name="bukti.jpg", **options):
    return store_file(io.BytesIO(data), name=name, kind=kind, actor=actor, **options)


def read(stored) -> bytes:
    with open_file(stored) as file:
        return file.read()


def test_a_table_is_kept_byte_by_byte(session, actor, store_folder):
    data = b"kode_tps;suara_1\n1201010001001;45\n"
    stored = take(data, actor, "table", "hasil.csv")
    assert (stored.sha256, stored.received_sha256, stored.stored_sha256) == (sha(data),) * 3
    assert (stored.size, stored.media_type, stored.kind, stored.origin) == (
        len(data),
        "text/csv",
        "table",
        "unggahan",
    )
    assert read(stored) == data
    assert not stored.cleaned
    assert [p.relative_to(store_folder).as_posix() for p in store_folder.rglob("*") if p.is_file()] == [
        f"{stored.sha256[:2]}/{stored.sha256[2:4]}/{stored.sha256}"
    ]


def test_a_photo_loses_where_and_when_but_no_pixel(session, actor):
    data = photo_with_exif(orientation=6)
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    stored = take(data, actor)
    kept = read(stored)
    assert (stored.received_sha256, stored.sha256) == (sha(data), sha(kept))
    assert stored.cleaned
    assert b"Telepon" not in kept
    assert b"PPK Barus" not in kept
    with Image.open(io.BytesIO(kept)) as image, Image.open(io.BytesIO(data)) as original:
        assert dict(image.getexif()) == {274: 6}  # which way is up belongs to the picture
        assert image.tobytes() == original.tobytes()


def test_a_receipt_is_in_the_row_and_the_act_in_the_trail(session, actor):
    stored = take(picture(), actor)
    assert stored.receipt == f"TT-{stored.created_at.year}-{stored.id:06d}"
    act = session.scalars(select(Act).where(Act.subject == f"stored_file:{stored.id}")).one()
    assert (act.verb, act.account_id) == ("documents:file:store", 7)
    assert act.details["sha256"] == stored.sha256
    assert "bukti" not in str(act.details)  # a name may be a person's


def test_the_same_content_twice_is_two_receipts_and_one_content(session, actor, store_folder):
    first, second = take(picture(), actor), take(picture(), actor)
    assert first.id != second.id
    assert first.sha256 == second.sha256
    assert len([p for p in store_folder.rglob("*") if p.is_file()]) == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ani\\c hasil.jpg", "c hasil.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"),
        ("", "tanpa-nama"),
        (None, "tanpa-nama"),
        ("x" * 300 + ".jpg", "x" * 196 + ".jpg"),
    ],
)
def test_a_name_is_only_a_label(session, actor, given, kept):
    assert take(picture(), actor, name=given).name == kept


def test_a_transfer_that_changed_the_content_is_refused(session, actor):
    data = picture()
    assert take(data, actor, expected_sha256=sha(data)).sha256
    with pytest.raises(Refused, match="SHA-256"):
        take(data, actor, expected_sha256=sha(data + b"x"))


def test_one_byte_over_the_limit_is_refused_and_nothing_stays(session, actor, store_folder, monkeypatch):
    from dataclasses import replace

    from electsys.documents import kinds

    data = picture()
    monkeypatch.setitem(kinds.ALL, "evidence", replace(kinds.ALL["evidence"], max_bytes=len(data)))
    take(data, actor)
    monkeypatch.setitem(kinds.ALL, "evidence", replace(kinds.ALL["evidence"], max_bytes=len(data) - 1))
    before = session.scalar(select(func.count(StoredFile.id)))
    with pytest.raises(Refused) as no:
        take(data, actor)
    assert no.value.status == 413
    assert "melebihi batas" in no.value.message
    assert no.value.hint
    assert session.scalar(select(func.count(StoredFile.id))) == before
    assert list((store_folder / ".tmp").iterdir()) == []


def test_an_unknown_purpose_is_a_mistake_of_the_program(session, actor):
    with pytest.raises(LookupError):
        take(picture(), actor, kind="apa-saja")


def test_a_lost_content_is_said_so(session, actor, store_folder):
    stored = take(picture(), actor)
    (store_folder / stored.sha256[:2] / stored.sha256[2:4] / stored.sha256).unlink()
    with pytest.raises(Refused, match="tidak ada lagi") as no:
        open_file(stored)
    assert no.value.status == 500


def test_another_store_than_a_folder(session, actor, app, monkeypatch):
    monkeypatch.setitem(app.config, "FILE_STORE", "memory://electsys-test")
    data = b"a,b\n1,2\n"
    assert read(take(data, actor, "table", "x.csv")) == data
    from electsys.documents.store import current

    assert [address for address, _ in current().contents()] == [sha(data)]
    current().remove(sha(data))
    assert list(current().contents()) == []
