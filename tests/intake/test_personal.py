"""Personal files lie sealed: in the store, while they arrive, in work files, in the database."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from electsys import jobs
from electsys.db import db
from electsys.documents import StoredFile, kinds, open_file, receiving, store_file
from electsys.documents.checking import check_store
from electsys.documents.models import Upload
from electsys.documents.operations import uploads
from electsys.documents.operations.files import key_of
from electsys.documents.sealing import (
    CHUNK,
    FrameReader,
    SealedFile,
    SealedSpool,
    SealingWriter,
    append_frame,
    frames_end,
    new_key,
    size_of,
)
from electsys.documents.store import current
from electsys.errors import Refused
from electsys.identity.operations import create_account
from electsys.intake import Code, Column, Outcome, Sealing, Spec, Text, inspect, register, stage
from electsys.intake.formats import detect
from electsys.intake.operations import on_disk
from electsys.intake.reading import connect, rewrite
from electsys.intake.registry import KINDS
from electsys.ledger import Actor
from electsys.privacy import SealError, keys, rotation
from tests.intake.conftest import rows_of

ACTOR = Actor.system("uji")
NIK = "1201015705807001"
FILE = f"nik,nama\n{NIK},Siti\n1201015705807002,Ani\n"
DATA = FILE.encode()
JSON = {"Accept": "application/json"}


def seal(rows):
    """What a module's sealing does, in small: a mark of the number, and nothing of it in clear."""
    for _row, nik, name in rows:
        yield (
            hashlib.sha256(b"x" + nik.encode()).digest() if nik else None,
            name,
            None if nik else ["nik:hilang"],
        )


SPEC = Spec(
    "orang",
    "Orang",
    (Column("nik", Code(16), required=True), Column("nama", Text(50))),
    key=("nik",),
    personal=True,
    sealing=Sealing(
        {"mark": "bytea", "nama": "text"}, lambda: seal, ("mark",), {"hilang": ("NIK hilang.", "Isi NIK.")}
    ),
)


def sealed(content: bytes, path: Path, key=None) -> SealedFile:
    """A content, sealed at a path."""
    key = key or new_key()
    with path.open("wb") as file, SealingWriter(file, key) as out:
        out.write(content)
    return SealedFile.at(path, key)


# --- contents ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_a_content_comes_back_whole_and_from_any_place(tmp_path, size):
    content = os.urandom(size)
    file = sealed(content, tmp_path / "x")
    assert size_of(file) == size
    with file.open() as opened:
        assert opened.read() == content
        for at in {0, size // 2, max(0, size - 3), CHUNK - 1, size}:
            opened.seek(at)
            assert opened.read(CHUNK + 9) == content[at : at + CHUNK + 9]
    assert len(content) < 20 or content[:20] not in (tmp_path / "x").read_bytes()


def test_text_is_read_as_from_a_path(tmp_path):
    file = sealed("é;b\r\n1;2\r\n".encode("cp1252"), tmp_path / "x")
    with file.open(encoding="cp1252", newline="") as opened:
        assert opened.read() == "é;b\r\n1;2\r\n"


@pytest.mark.parametrize("wound", ["bit", "cut_at_a_chunk", "cut", "appended", "swapped", "head", "empty"])
def test_a_wounded_content_does_not_open(tmp_path, wound):
    path = tmp_path / "x"
    file = sealed(os.urandom(3 * CHUNK), path)
    raw = bytearray(path.read_bytes())
    head, piece = 16, CHUNK + 16
    if wound == "bit":
        raw[head + 5] ^= 1
    elif wound == "cut_at_a_chunk":
        raw = raw[: head + 2 * piece]
    elif wound == "cut":
        raw = raw[:-1]
    elif wound == "appended":
        raw += bytes(piece)
    elif wound == "swapped":
        first, second = raw[head : head + piece], raw[head + piece : head + 2 * piece]
        raw[head : head + 2 * piece] = second + first
    elif wound == "head":
        raw[0] ^= 1
    else:
        raw = bytearray()
    path.write_bytes(raw)
    with pytest.raises(SealError), file.open() as opened:
        opened.read()


def test_another_key_does_not_open_it_and_the_key_is_never_printed(tmp_path):
    file = sealed(b"x", tmp_path / "x")
    with pytest.raises(SealError), replace(file, key=new_key()).open() as opened:
        opened.read()
    assert file.key.hex() not in repr(file) and str(file.key) not in repr(file)


def test_frames_grow_by_any_piece_and_a_torn_one_is_left_out():
    key, part, content = new_key(), io.BytesIO(), os.urandom(5000)
    at = 0
    for length in (1, 700, 0, 4299):
        append_frame(part, key, content[at : at + length], at=at)
        at += length
    assert frames_end(part)[0] == 5000
    part.seek(0)
    assert io.BufferedReader(FrameReader(part, key)).read() == content
    for cut in (1, 16, 40, 4299):
        torn = io.BytesIO(part.getvalue()[:-cut])
        arrived, end = frames_end(torn)
        assert arrived == 701
        torn.truncate(end)
        torn.seek(0, os.SEEK_END)
        append_frame(torn, key, content[701:], at=701)
        torn.seek(0)
        assert io.BufferedReader(FrameReader(torn, key)).read() == content
    moved = io.BytesIO(part.getvalue()[part.getvalue().index(b"\0\0\x02\xbc") :])
    with pytest.raises(SealError):
        FrameReader(moved, key).read(10)


def test_a_form_is_spooled_sealed(tmp_path):
    spool = SealedSpool(100, str(tmp_path))
    content = b"0123456789" * 500
    for at in range(0, len(content), 700):
        spool.write(content[at : at + 700])
    file = spool._file
    assert file is not None and spool._memory.getvalue() == b""
    spool.seek(0)
    assert spool.read(7) == content[:7]
    assert spool.read() == content[7:]
    spool.seek(-5, os.SEEK_END)
    assert spool.read() == content[-5:]
    file.seek(0)
    assert b"01234567890123456789" not in file.read()
    spool.close()
    assert file.closed
    small = SealedSpool(100)
    small.write(b"abc")
    small.seek(0)
    assert small.read() == b"abc" and small._file is None


# --- the file store ---------------------------------------------------------------------------------


def keep(content=DATA, kind="personal", name="orang.csv"):
    return store_file(io.BytesIO(content), name=name, kind=kind, actor=ACTOR)


def everything_stored() -> bytes:
    store = current()
    return b"".join(store.open(address).read() for address, _ in store.contents())


def test_a_personal_file_is_kept_sealed(session):
    stored = keep()
    assert stored.received_sha256 == hashlib.sha256(FILE.encode()).hexdigest()
    assert stored.sha256 != stored.received_sha256
    assert (stored.size, stored.media_type, stored.cleaned) == (len(FILE), "text/csv", False)
    assert NIK.encode() not in everything_stored()
    with open_file(stored) as file:
        assert file.read() == FILE.encode()
    again = keep()
    assert again.sha256 != stored.sha256, "each has a key of its own"
    assert stored.sha256 not in check_store().changed


def test_another_file_lies_as_it_is(session):
    stored = keep(b"a,b\n1,2\n", kind="table")
    assert stored.sealed is None
    assert stored.sha256 == stored.received_sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()


def test_a_workbook_is_inspected_and_read_sealed(session, book):
    path = book([["nik", "nama"], [NIK, "Siti"]])
    stored = keep(path.read_bytes(), name="orang.xlsx")
    assert stored.media_type == kinds.XLSX
    with on_disk(stored) as source:
        assert isinstance(source, SealedFile)
        found = inspect(source, SPEC)
    assert (found.rows, found.sample) == (1, ((2, (NIK, "Siti")),))


def test_a_zip_bomb_is_refused_sealed_too(session, tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "x", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", bytes(64 * 1024**2))
    with pytest.raises(Refused, match="mengembang"):
        keep((tmp_path / "x").read_bytes())


def test_limits_are_those_of_the_content(session, monkeypatch):
    monkeypatch.setitem(kinds.ALL, "personal", replace(kinds.ALL["personal"], max_bytes=20))
    assert keep(b"nik,nama\n1,2\n").size == 13
    with pytest.raises(Refused, match="melebihi batas"):
        keep(b"nik,nama\n" + b"1,2\n" * 5)


def test_on_an_object_store_nothing_lies_in_clear_either(session, app, monkeypatch, tmp_path):
    monkeypatch.setitem(app.config, "FILE_STORE", "memory://berkas")
    stored = keep()
    assert not current().local
    assert NIK.encode() not in everything_stored()
    with on_disk(stored) as source:
        assert isinstance(source, SealedFile)
        with source.open() as file:
            assert file.read() == FILE.encode()
        [copy] = current().scratch.iterdir()
        assert NIK.encode() not in copy.read_bytes()
    assert list(current().scratch.iterdir()) == []


def test_a_lost_content_is_named(session):
    stored = keep()
    current().remove(stored.sha256)
    with pytest.raises(Refused, match="tidak ada lagi"), on_disk(stored):
        pass


def test_a_rotation_keeps_every_file(own_app, tmp_path, monkeypatch):
    monkeypatch.setitem(own_app.config, "KEY_DIR", tmp_path)
    monkeypatch.setitem(own_app.config, "FILE_STORE", str(tmp_path / "files"))
    keys.add_key(tmp_path / "privacy.json")
    stored = keep()
    owner = create_account(
        "pembawa", name="Pembawa", email="p@test.invalid", password=None, actor=ACTOR, must_change=False
    )
    actor = Actor(owner.id, owner.username)
    upload = uploads.begin_upload(kind="personal", name="x", length=9, expected_sha256=None, actor=actor)
    db.session.commit()
    before = key_of(stored)
    assert rotation.uses() == {1: 2}
    assert rotation.begin_rotation(actor=ACTOR) == 2
    db.session.commit()
    with pytest.raises(Refused, match="masih dibutuhkan"):
        rotation.retire_key(1, actor=ACTOR, force=True)
    assert rotation.reseal_all() == 2
    rotation.retire_key(1, actor=ACTOR, force=True)
    db.session.expire_all()
    assert key_of(stored) == before
    assert key_of(upload) is not None
    with open_file(stored) as file:
        assert file.read() == FILE.encode()


def test_the_key_of_a_file_cannot_be_revealed(session, make_account):
    from electsys.privacy import reveal

    admin = make_account(permissions=["privacy:nik:reveal"])
    stored = keep()
    with pytest.raises(Refused):
        reveal("stored_file", stored.id, actor=Actor(admin.id, admin.username), reason="Ingin tahu isinya")


# --- while it arrives -------------------------------------------------------------------------------


@pytest.fixture
def owner(make_account, client, session, login):
    account = make_account("operator_kpu_kabko", "1201")
    session.commit()
    login(client, account)
    return account


def patch(client, url, data, at):
    headers = {"Upload-Offset": str(at), **JSON}
    response = client.patch(url, data=data, content_type="application/offset+octet-stream", headers=headers)
    response.close()
    return response


def test_an_upload_in_pieces_is_sealed_from_the_first_byte(client, session, owner):
    data = FILE.encode() * 50
    asked = {"kind": "personal", "name": "orang.csv", "length": len(data)}
    asked["sha256"] = hashlib.sha256(data).hexdigest()
    url = client.post("/unggahan", json=asked, headers=JSON).headers["Location"]
    assert patch(client, url, data[:700], 0).headers["Upload-Offset"] == "700"
    upload = session.scalars(select(Upload)).one()
    part = uploads.part_of(upload.token)
    assert NIK.encode() not in part.read_bytes()
    assert client.head(url).headers["Upload-Offset"] == "700"
    with part.open("ab") as file:
        file.write(b"\0\0\1\0half a frame of a server that died")
    assert client.head(url).headers["Upload-Offset"] == "700"
    assert patch(client, url, data[700:], 699).headers["Upload-Offset"] == "700"
    done = patch(client, url, data[700:], 700)
    assert done.json["file"]["received_sha256"] == asked["sha256"]
    stored = session.scalars(select(StoredFile).where(StoredFile.kind == "personal")).one()
    with open_file(stored) as file:
        assert file.read() == data
    assert NIK.encode() not in everything_stored()
    assert not part.exists()


def test_a_part_file_that_was_changed_is_no_file(client, session, owner):
    actor = Actor(owner.id, owner.username)
    upload = uploads.begin_upload(
        kind="personal", name="x.csv", length=len(FILE), expected_sha256=None, actor=actor
    )
    uploads.append(upload.token, upload.length, io.BytesIO(FILE.encode()), at=0, key=key_of(upload))
    part = uploads.part_of(upload.token)
    raw = bytearray(part.read_bytes())
    raw[-1] ^= 1
    part.write_bytes(raw)
    with pytest.raises(SealError):
        uploads.finish_upload(upload, actor=actor)
    part.unlink()


# --- the intake -------------------------------------------------------------------------------------


@pytest.fixture
def personal(app):
    """A kind of personal files; what was applied."""
    kept, applied = dict(KINDS), []

    def apply(delivery):
        applied.append(db.session.execute(text(f"select * from {delivery.staging.table}")).all())
        return Outcome("Selesai.", "intake.own")

    register(SPEC, apply=apply, permission="situng:batch:import", table="orang_staging")
    yield applied
    KINDS.clear()
    KINDS.update(kept)


def test_in_the_browser(client, app, session, owner, personal, monkeypatch):
    monkeypatch.setattr(receiving, "IN_MEMORY", 1000)
    page = client.get("/unggah/orang")
    assert 'data-upload-kind="personal"' in page.text
    filler = "".join(f"12010157058{n:05d},Orang {n}\n" for n in range(30_000, 31_000))
    content = (FILE + filler).encode()
    response = client.submit(page, "unggah", file=(io.BytesIO(content), "orang.csv"))
    assert response.status_code == 302
    address = response.location
    shown = client.get(address)
    assert NIK not in shown.text and "1201**********01" in shown.text
    assert client.submit(shown, "kolom").status_code == 302
    jobs.run_pending(app)
    ready = client.get(address)
    assert "1.002" in ready.text and NIK not in ready.text
    assert client.submit(ready, f"{address}/terapkan").status_code == 302
    jobs.run_pending(app)
    [rows] = personal
    assert len(rows) == 1_002
    assert rows[0][:3] == (2, hashlib.sha256(b"x" + NIK.encode()).digest(), "Siti")
    assert NIK.encode() not in everything_stored()


def test_a_clear_file_is_never_taken_for_a_personal_one(session, owner, personal):
    from electsys.intake.operations import receive_file

    clear = keep(kind="table")
    actor = Actor(owner.id, owner.username)
    with pytest.raises(TypeError, match="in clear"):
        receive_file(KINDS["orang"], "", clear, actor=actor)
    KINDS["orang"] = replace(KINDS["orang"], personal=False)
    with pytest.raises(TypeError, match="in clear"):
        receive_file(KINDS["orang"], "", keep(), actor=actor)


@pytest.mark.parametrize(
    "content",
    [
        FILE.encode(),
        FILE.replace(",", ";").replace("\n", "\r\n\r\n").encode("utf-16"),
        ("nik,nama\n" + f'{NIK},"Siti, ""S"""\n1201015705807002,Ani\n').encode(),
    ],
    ids=["plain", "rewritten", "quoted"],
)
def test_only_what_the_sealing_makes_reaches_the_database(connection, tmp_path, content):
    s = stage(connection, sealed(content, tmp_path / "x"), SPEC, "staged")
    marks = [hashlib.sha256(b"x" + nik).digest() for nik in (NIK.encode(), b"1201015705807002")]
    assert [mark for (mark,) in rows_of(s, "mark")] == marks
    columns = connection.execute(
        "select string_agg(attname, ' ' order by attnum) from pg_attribute"
        " where attrelid = 'staged'::regclass and attnum > 0"
    ).fetchone()
    assert columns == ("row_number mark nama problems",)
    dump = connection.execute("select string_agg(s::text, '') from staged s").fetchone()[0]
    assert NIK not in dump
    assert s.error_count == 0


def test_problems_and_doubles_of_sealed_rows_are_errors(connection, write):
    path = write(f"nik,nama\n{NIK},A\n12,B\n{NIK},C\n,D\n")
    s = stage(connection, path, SPEC, "staged")
    assert [(e.row_number, e.column, e.code, e.value, e.message) for e in s.errors()] == [
        (2, "nik", "duplicate", None, "Baris ganda: kunci yang sama ada juga di baris 4."),
        (3, "nik", "code_digits", None, "Kode harus terdiri atas 16 angka."),
        (3, "nik", "hilang", None, "NIK hilang."),
        (4, "nik", "duplicate", None, "Baris ganda: kunci yang sama ada juga di baris 2."),
        (5, "nik", "hilang", None, "NIK hilang."),
    ]


def test_a_personal_file_without_a_sealing_is_a_mistake_of_the_program(connection, write):
    with pytest.raises(TypeError, match="staged sealed"):
        stage(connection, write(FILE), replace(SPEC, sealing=None), "staged")


@pytest.mark.parametrize("first", [NIK, "1980-05-17", "120101"])
def test_a_row_of_data_is_no_header(write, first):
    with pytest.raises(Refused, match="bukan judul kolom"):
        inspect(write(f"{first},nama\n{NIK},Siti\n"), SPEC)


def test_work_files_are_sealed_and_duckdb_has_no_overflow(tmp_path, write):
    path = write(FILE.replace("\n", "\r\n\r\n"))
    table = rewrite(path, detect(path, SPEC), tmp_path, sealed=True)
    assert isinstance(table.path, SealedFile)
    assert NIK.encode() not in (tmp_path / "plain.csv").read_bytes()
    with connect(tmp_path, SPEC) as duck:
        assert duck.execute("select current_setting('temp_directory')").fetchone() == ("",)
        found = duck.execute(f"select c0 from {table.sql()} where {table.filled()}").fetchone()
        assert found == (NIK,)
    with connect(tmp_path) as duck:
        assert "overflow" in duck.execute("select current_setting('temp_directory')").fetchone()[0]


def test_a_sealed_file_is_read_in_bounded_memory(tmp_path, connection):
    """40 MB of rows through the whole staging: what this process holds grows by far less."""
    import resource

    key, path = new_key(), tmp_path / "besar"
    with path.open("wb") as file, SealingWriter(file, key) as out:
        out.write(b"nik,nama\n")
        for n in range(0, 400_000, 1000):
            rows = (f"{1201015705800000 + n + m},{'x' * 80}\n" for m in range(1000))
            out.write("".join(rows).encode())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spec = replace(SPEC, columns=(SPEC.columns[0], Column("nama", Text(100))))
    s = stage(connection, SealedFile.at(path, key), spec, "staged")
    assert s.rows == 400_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
