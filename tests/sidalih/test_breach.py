"""The breach kit: who was read, letters, notices, in one command; and the copy that a leak came from."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re

import pypdfium2
import pytest
import sqlalchemy as sa

from electsys import privacy
from electsys.ledger import Act, Actor
from modules.sidalih.models import CanaryTouch
from modules.sidalih.operations import copies as operations
from modules.sidalih.operations.breach import Breach, draw_kit
from modules.sidalih.operations.voters import amend_voter
from modules.sidalih.queries.breach import Affected, Extent, Sight, extent_of
from tests.sidalih.conftest import VILLAGE
from tests.sidalih.copying import freeze, made, opened, some_voters

REASON = "Mencocokkan KTP-el pemilih"
FULL_NUMBER = re.compile(rb"\d{16}")
HOUR = dt.timedelta(hours=1)


def around():
    now = dt.datetime.now(dt.UTC)
    return now - HOUR, now + HOUR


@pytest.fixture
def voters(session, roll):
    return some_voters(session, 12)


@pytest.fixture
def thief(make_account):
    """A stolen account that opens numbers and changes rows."""
    return make_account(
        permissions=["privacy:nik:reveal", "sidalih:voter:edit", "sidalih:voter:read"], region="1201"
    )


def steal(thief, voters):
    actor = Actor(thief.id, thief.username)
    for voter in voters:
        privacy.reveal("voter", voter.id, actor=actor, reason=REASON)
    return actor


def words(path):
    document = pypdfium2.PdfDocument(path)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def test_the_kit_tells_who_was_read_and_how(session, voters, thief, make_account, tmp_path):
    actor = steal(thief, voters[:3])
    amend_voter(voters[3], {"address": "JALAN BARU 9"}, actor=actor, reason="KTP")
    honest = make_account(permissions=["privacy:nik:reveal"], region="1201")
    privacy.reveal("voter", voters[5].id, actor=Actor(honest.id, honest.username), reason=REASON)
    since, until = around()
    out = tmp_path / "kit"
    extent = draw_kit(Breach(thief.username, since, until, unit="1201"), out, actor=Actor.system("uji"))
    assert sorted(extent.affected) == sorted(v.id for v in voters[:4])
    lines = list(
        csv.DictReader(io.StringIO((out / "daftar-terdampak.csv").read_text("utf-8-sig")), delimiter=";")
    )
    assert {line["nama"] for line in lines} == {v.name for v in voters[:4]}
    assert all(re.fullmatch(r"1201\*{10}\d\d", line["nik"]) for line in lines)
    assert "NIK dibuka" in {line["yang_dibaca"] for line in lines}
    summary = json.loads((out / "ringkasan.json").read_text())
    assert (summary["orang_terdampak"], summary["nomor_dibuka_lengkap"]) == (4, 3)
    assert [each["wilayah"] for each in summary["jangkauan_akun"]] == ["1201"]
    letters = words(out / "surat-pemilih.pdf")
    assert len(letters) == 4
    [mine] = [page for page in letters if voters[0].name in page]
    assert "Pasal 46" in mine
    assert "NIK dibuka" in mine
    assert "JALAN MELATI 0, RT 001" in mine
    assert "TAPANULI TENGAH" in mine
    assert "4" in " ".join(words(out / "pemberitahuan-lembaga.pdf"))
    assert "KONSEP" in " ".join(words(out / "pengumuman-konsep.pdf"))
    assert summary["berkas"] == [
        *("daftar-terdampak.csv", "surat-pemilih.pdf", "pemberitahuan-lembaga.pdf", "pengumuman-konsep.pdf"),
    ]
    assert sorted(p.name for p in out.iterdir()) == sorted([*summary["berkas"], "ringkasan.json"])
    [act] = session.scalars(sa.select(Act).where(Act.verb == "sidalih:breach:draw")).all()
    assert (act.subject, act.details["persons"]) == (f"account:{thief.id}", 4)


def test_no_number_leaves_in_full_and_nobody_else_may_read_the_folder(session, voters, thief, tmp_path):
    steal(thief, voters[:2])
    since, until = around()
    out = tmp_path / "kit"
    draw_kit(Breach(thief.username, since, until), out, actor=Actor.system("uji"))
    assert out.stat().st_mode & 0o777 == 0o700
    for path in out.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path
        text = " ".join(words(path)).encode() if path.suffix == ".pdf" else path.read_bytes()
        assert not FULL_NUMBER.search(text), path


@pytest.mark.parametrize("active", [True, False])
def test_the_papers_say_that_the_account_is_closed_only_where_it_is(session, voters, thief, tmp_path, active):
    steal(thief, voters[:1])
    thief.active = active
    session.flush()
    draw_kit(Breach(thief.username, *around()), tmp_path / "kit", actor=Actor.system("uji"))
    for name, says in (("surat-pemilih", "sudah kami tutup"), ("pemberitahuan-lembaga", "sudah ditutup")):
        assert (says in " ".join(words(tmp_path / "kit" / f"{name}.pdf"))) is not active


def test_time_and_account_bound_it(session, voters, thief, tmp_path):
    steal(thief, voters[:2])
    now = dt.datetime.now(dt.UTC)
    before = extent_of(accounts=[thief.id], since=now - 2 * HOUR, until=now - HOUR)
    assert (before.affected, before.budget) == ({}, 0)
    inside = extent_of(accounts=[thief.id], since=now - HOUR, until=now + HOUR)
    assert len(inside.affected) == 2
    other = extent_of(accounts=[thief.id + 1000], since=now - HOUR, until=now + HOUR)
    assert other.affected == {}


def test_a_seen_person_is_told_through_the_voters_row(session, voters, make_account):
    seer = make_account(permissions=["privacy:nik:reveal"])
    privacy.reveal("person", voters[0].person_id, actor=Actor(seer.id, seer.username), reason=REASON)
    since, until = around()
    extent = extent_of(accounts=[seer.id], since=since, until=until)
    assert list(extent.affected) == [voters[0].id]
    assert extent.others == 0


def test_a_refusal_counts_as_such(app, session, voters, thief, monkeypatch):
    monkeypatch.setitem(app.config, "PRIVACY_DAILY_ROWS", 1)
    from electsys.errors import Refused

    with pytest.raises(Refused):
        steal(thief, voters[:2])
    since, until = around()
    extent = extent_of(accounts=[thief.id], since=since, until=until)
    assert (len(extent.affected), extent.refusals, extent.budget) == (1, 1, 1)


def test_a_leaked_copy_concerns_everybody_in_it(app, session, voters, make_account, tmp_path):
    freeze(session, voters)
    copy, first, _second = made(app, session, make_account, region=VILLAGE + "001")
    operations.hand_over(copy, actor=first)
    here = {v.id for v in voters if v.tps_code.endswith("001")}
    since, until = around()
    out = tmp_path / "kit"
    extent = draw_kit(Breach(None, since, until, copies=(copy.id,)), out, actor=Actor.system("uji"))
    assert set(extent.affected) == here
    assert extent.files[0][:2] == (copy.id, copy.recipient)
    page = next(p for p in words(out / "surat-pemilih.pdf") if voters[0].name in p)
    assert "Nama, L/P, Umur" in page
    assert copy.recipient in " ".join(words(out / "pemberitahuan-lembaga.pdf"))
    # The account that downloaded it is asked for: the same people, without naming the copy.
    from electsys.identity.models import Account

    name = session.get(Account, first.account_id).username
    again = draw_kit(Breach(name, since, until), tmp_path / "again", actor=Actor.system("uji"))
    assert set(again.affected) == here


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"account": None}, "Sebut akun"),
        ({"account": "tidak.ada"}, "tidak ada"),
        ({"copies": (4711,)}, "salinan nomor 4711"),
        ({"until": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "sesudah awalnya"),
    ],
)
def test_what_makes_no_sense_is_refused(session, thief, tmp_path, change, says):
    from electsys.errors import Refused

    since, until = around()
    facts = {"account": thief.username, "since": since, "until": until} | change
    with pytest.raises(Refused, match=says):
        draw_kit(Breach(**facts), tmp_path / "kit", actor=Actor.system("uji"))
    assert not (tmp_path / "kit").exists()


def test_a_folder_in_use_is_left_alone(session, thief, tmp_path):
    from electsys.errors import Refused

    (tmp_path / "lain.txt").write_text("x")
    since, until = around()
    with pytest.raises(Refused, match="tidak kosong"):
        draw_kit(Breach(thief.username, since, until), tmp_path, actor=Actor.system("uji"))


def test_the_deadline_is_three_days_after_it_became_known(session, voters, thief, tmp_path):
    steal(thief, voters[:1])
    since, until = around()
    known = dt.datetime(2024, 2, 14, 1, 0, tzinfo=dt.UTC)
    draw_kit(
        Breach(thief.username, since, until, known_at=known), tmp_path / "kit", actor=Actor.system("uji")
    )
    summary = json.loads((tmp_path / "kit" / "ringkasan.json").read_text())
    assert summary["batas_pemberitahuan"] == "2024-02-17T01:00:00+00:00"


def test_drill_a_big_breach_makes_several_files(session, monkeypatch, tmp_path):
    """Letters to persons (made up here) by the kit itself; bench/leak.py times 10,000 of them."""
    from modules.sidalih.operations import breach as kit

    sight = Sight(dt.datetime(2024, 2, 1, tzinfo=dt.UTC), "NIK dibuka")
    home = ("JALAN MELATI 4", "001", "002", VILLAGE, VILLAGE + "001")
    people = {n: Affected(n, "1201**********01", f"UJI {n}", *home, [sight]) for n in range(50)}
    monkeypatch.setattr(kit, "extent_of", lambda **_: Extent(people, [], 0, 0, 0, []))
    monkeypatch.setattr(kit, "_account", lambda name: 1)
    monkeypatch.setattr(kit, "LETTERS", 20)
    draw_kit(Breach("x", *around()), tmp_path / "kit", actor=Actor.system("uji"))
    files = sorted((tmp_path / "kit").glob("surat-pemilih-*.pdf"))
    assert [path.name[-7:-4] for path in files] == ["001", "002", "003"]
    assert sum(len(pypdfium2.PdfDocument(path)) for path in files) == 50


def test_the_command(app, session, voters, thief, tmp_path):
    steal(thief, voters[:2])
    session.commit()
    since, until = around()
    out = tmp_path / "kit"
    answer = app.test_cli_runner().invoke(
        args=[
            *("sidalih", "breach", "--account", thief.username, "--from", since.isoformat()),
            *("--to", until.isoformat(), "--unit", "1201", "--out", str(out)),
        ]
    )
    assert answer.exit_code == 0, answer.output
    assert "2 orang terdampak, 0 berkas keluar, 2 nomor dibuka lengkap" in answer.output
    assert (out / "surat-pemilih.pdf").exists()
    wrong = app.test_cli_runner().invoke(
        args=[
            "sidalih",
            "breach",
            "--account",
            "x",
            "--from",
            "kemarin",
            "--to",
            "2024-01-01",
            "--out",
            str(out),
        ]
    )
    assert wrong.exit_code == 2
    assert "Tulis waktu seperti" in wrong.output


# --- tracing a leak -------------------------------------------------------------------------------


@pytest.fixture
def leak(app, session, roll, make_account, tmp_path):
    """A copy of a village, made and unlocked, as a file that was found; and a second copy beside it."""
    voters = some_voters(session, 60, tps=("001",))
    freeze(session, voters)
    copy, _first, second = made(app, session, make_account)
    made(app, session, make_account, recipient="DPC Partai Lain")
    from electsys.db import db
    from electsys.documents import StoredFile, open_file

    with open_file(db.session.get_one(StoredFile, copy.file_id)) as file:
        locked = file.read()
    [data] = opened(locked, operations.show_password(copy, actor=second)).values()
    path = tmp_path / "bocor.csv"
    path.write_bytes(data)
    session.commit()
    return copy, path


def test_a_found_file_names_its_copy(app, session, leak):
    copy, path = leak
    answer = app.test_cli_runner().invoke(args=["sidalih", "trace-leak", str(path)])
    assert answer.exit_code == 0, answer.output
    assert f"berasal dari salinan {copy.id}, diserahkan kepada {copy.recipient}" in answer.output
    assert session.scalars(sa.select(CanaryTouch.copy_id)).all() == [copy.id]
    [act] = session.scalars(sa.select(Act).where(Act.verb == "sidalih:copy:trace")).all()
    assert act.subject == f"voter_copy:{copy.id}"
    assert act.details["rows"] == 62


def test_sorted_and_cleaned_the_control_rows_still_tell(app, session, leak):
    copy, path = leak
    head, *lines = path.read_text("utf-8-sig").splitlines()
    lines = sorted(re.sub(r" +", " ", line).replace(" ;", ";") for line in lines)
    path.write_text("\n".join([head, *lines]), encoding="cp1252")
    answer = app.test_cli_runner().invoke(args=["sidalih", "trace-leak", str(path)])
    assert answer.exit_code == 0, answer.output
    assert f"salinan {copy.id}, diserahkan" in answer.output
    assert "baris kendali" in answer.output


def test_a_file_of_ones_own_names_nobody(app, session, leak, tmp_path):
    path = tmp_path / "lain.csv"
    path.write_text("nama;alamat;rt;rw\n" + "\n".join(f"ORANG {i};JALAN DURI {i};001;001" for i in range(90)))
    answer = app.test_cli_runner().invoke(args=["sidalih", "trace-leak", str(path)])
    assert answer.exit_code == 1
    assert "Tidak ada salinan" in answer.output
    assert session.scalars(sa.select(CanaryTouch)).all() == []


def test_a_file_without_names_is_refused_in_words(app, session, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a;b\n1;2\n")
    answer = app.test_cli_runner().invoke(args=["sidalih", "trace-leak", str(path)])
    assert answer.exit_code == 1
    assert "kolom nama dan alamat" in answer.output
