"""The published side: whole, true to the log, and only what changed."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import sqlalchemy as sa

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.ledger import log_leaf
from electsys.ledger.log_models import LeafEntry
from electsys.publishing import Target
from modules.sirekap.publication import jobs as periodic
from modules.sirekap.publication.publishing import publish_election
from modules.sirekap.publication.shelf import digest
from modules.sirekap.publication.stops import ask_stop, end_stop, order_stop
from tests.s3 import s3_server
from tests.sirekap.published import VILLAGE, A, B, counted_app, files_of, house, published, verify  # noqa: F401
from tests.situng.test_capture import CLEAN, picture

SCHEMA = Path(__file__).resolve().parents[3] / "shared/data/standards/nist_sp1500-100_v2.schema.json"
WAY = f"12/1201/120101/{VILLAGE}"


def test_the_verifier_agrees(published):  # noqa: F811
    done = verify(published)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SEMUA COCOK." in done.stdout and "1 anomali" in done.stdout


def test_every_form_is_at_its_place_and_nowhere_else(published):  # noqa: F811
    files = files_of(published)
    stations = {path for path in files if A in path}
    assert stations == {f"pemilu/hhcw/ppwp/{WAY}/{A}.json"}, "a TPS is an anchor of its village's page"
    page = files[f"hitung/ppwp/{WAY}.html"].decode()
    assert re.search(r"Terakhir berubah \d+ \w+ \d{4} \d\d\.\d\d WIB\.", page), "how old the numbers are"
    assert f'id="tps-{A}"' in page and "log publik" in page and "<script" not in page and "style=" not in page
    for path in ("index.html", "bukti.html", "koreksi.html", "infrastruktur.html", "aset/publik.css"):
        assert path in files
    assert all(f"hitung/ppwp/{way}.html" in files for way in ("nasional", "12", "12/1201", "12/1201/120101"))


def test_the_structure_on_the_paths_of_sirekap(published):  # noqa: F811
    """The count on them: test_shapes.py."""
    dapil = json.loads((published / "wilayah/pemilu/pdpr/dapil_dpr.json").read_bytes())
    assert len(dapil) == 84 and dapil[0] == {"id": dapil[0]["id"], "nama": "ACEH I", "kode": "1101"}
    parties = json.loads((published / "pemilu/partai.json").read_bytes())
    assert len(parties) == 24 and [k for k, p in parties.items() if p["is_aceh"]] == [
        *map(str, range(18, 24))
    ]
    assert set(parties["1"]) == {
        *("ts", "id_partai", "id_pilihan", "is_aceh", "nama", "nama_lengkap", "nomor_urut", "warna")
    }


def test_twins_carry_the_same_numbers_and_their_place_in_the_log(published):  # noqa: F811
    data = json.loads((published / f"data/ppwp/{WAY}.json").read_bytes())
    assert data["wilayah"]["suara"] == {"1": 17, "2": 124, "3": 9} and data["wilayah"]["anomali"] == 1
    form = next(each for each in data["rincian"] if each["kode"] == A)
    assert form["catatan"] is not None and len(form["sidik"]) == 64
    rows = list(csv.DictReader(io.StringIO((published / "data/ppwp/nasional.csv").read_text())))
    assert rows[0]["suara_2"] == "124" and sum(int(row["suara_2"]) for row in rows[1:]) == 124
    package = json.loads((published / "data/datapackage.json").read_bytes())
    listed = {each["path"]: each["hash"] for each in package["resources"]}
    assert listed["ppwp/nasional.csv"].startswith("sha256:") and "ppwp/12.csv" in listed


def test_boards_tell_how_far_every_region_is(published):  # noqa: F811
    board = json.loads((published / "data/papan/12/1201/120101.json").read_bytes())
    (count,) = [each["hitung"] for each in board["pemilihan"] if each["hitung"]]
    assert (count["diterima"], count["dihitung"], count["anomali"], count["belum_lengkap"]) == (3, 1, 1, 1)
    assert count["belum_diterima"] == count["tps"] - 3 and board["laju"]["dihitung"][-1][1] == 1
    assert "pada" not in board, "a board changes when what it says does"
    page = (published / "papan/12/1201/120101.html").read_text()
    assert "<progress" in page and "Belum diterima" in page and "style=" not in page and "<script" not in page
    assert "papan/12/1201/120101.html" in (published / "papan/12/1201.html").read_text()
    assert "papan/nasional.html" in (published / "index.html").read_text()


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema is not at hand (../shared)")
def test_the_report_is_valid_nist_sp_1500_100(published):  # noqa: F811
    validator = jsonschema_rs.Draft4Validator(json.loads(SCHEMA.read_bytes()))
    report = json.loads((published / "data/ppwp/nist.json").read_bytes())
    assert [str(e) for e in validator.iter_errors(report)] == []
    (contest,) = report["Election"][0]["Contest"]
    counts = {s["SequenceOrder"]: s["VoteCounts"][0]["Count"] for s in contest["ContestSelection"]}
    assert counts == {1: 17, 2: 124, 3: 9}


def test_only_what_changed_is_written_and_corrections_are_told(published, house, tmp_path):  # noqa: F811
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    again = house.publish(tmp_path)
    assert again.written == 0, "nothing happened"
    before = files_of(tmp_path)
    house.bring({"kode_tps": B})
    done = house.publish(tmp_path)
    after = files_of(tmp_path)
    changed = {path for path in after if after[path] != before.get(path)} - {"manifest.json"}
    ours = {path for path in changed if not path.startswith(("log/", "manifest/"))}
    assert len(ours) == done.written
    steps = ["nasional", "12", "12/1201", "12/1201/120101", WAY]
    areas = {f"data/ppwp/{s}.{kind}" for s in steps for kind in ("json", "csv")}
    areas |= {f"hitung/ppwp/{s}.html" for s in steps}
    areas |= {f"pemilu/hhcw/ppwp{'' if s == 'nasional' else '/' + s}.json" for s in steps}
    feeds = {"koreksi.html", "data/koreksi.csv", "data/koreksi.atom", "data/koreksi/12.csv"}
    others = {"data/ppwp/nist.json", "data/datapackage.json", f"pemilu/hhcw/ppwp/{WAY}/{B}.json"}
    boards = {f"data/papan/{s}.json" for s in [*steps[:-1], "daftar"]} | {
        f"papan/{s}.html" for s in steps[:-1]
    }
    assert ours == areas | feeds | others | boards
    rows = list(csv.DictReader(io.StringIO(after["data/koreksi.csv"].decode())))
    assert [(r["kode_tps"], r["kolom"], r["sebelum"], r["sesudah"]) for r in rows] == [
        (B, "suara_2", "624", "124")
    ]
    atom = ElementTree.fromstring(after["data/koreksi.atom"])  # noqa: S314  (our own)
    (entry,) = atom.findall("{http://www.w3.org/2005/Atom}entry")
    assert B in entry.findtext("{http://www.w3.org/2005/Atom}title")
    found = verify(tmp_path)
    assert found.returncode == 0, found.stdout
    older, newer = (json.loads(files["manifest.json"])["as_of"] for files in (before, after))
    assert older < newer


def test_a_killed_publication_is_mended_by_the_next(published, house, tmp_path, monkeypatch):  # noqa: F811
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    house.bring({"kode_tps": A, "suara_1": 16, "suara_sah": 149, "suara_tidak_sah": 2})
    real, left = Target.write, [9]

    def dying(self, path, content):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        real(self, path, content)

    monkeypatch.setattr(Target, "write", dying)
    with pytest.raises(KeyboardInterrupt):
        house.publish(tmp_path)
    monkeypatch.undo()
    db.session.rollback()
    assert verify(tmp_path).returncode == 1, "half a publication is not taken for a whole one"
    house.publish(tmp_path)
    assert verify(tmp_path).returncode == 0


def test_the_wrong_target_and_a_missing_key_are_refused(house, tmp_path, monkeypatch):  # noqa: F811
    (tmp_path / "manifest.json").write_text('{"election":"pemilu-2019"}')
    with pytest.raises(Refused, match="pemilu-2019"):
        house.publish(tmp_path)
    with pytest.raises(Refused, match="Tidak ada pemilu"):
        publish_election("tidak-ada", str(tmp_path))
    db.session.rollback()
    for name, value in (("KEY_DIR", tmp_path), ("TESTING", False), ("DEMO", False)):
        monkeypatch.setitem(house.app.config, name, value)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(Refused, match="Kunci log"):
        house.publish(tmp_path)
    db.session.rollback()
    assert files_of(tmp_path) == {}, "without a key nothing is begun"


def test_a_store_of_objects_is_published_to_as_well(house, tmp_path, monkeypatch):  # noqa: F811
    with s3_server(monkeypatch) as store:
        first = house.publish("s3://terbitan/pemilu")
        again = house.publish("s3://terbitan/pemilu")
        assert first.written > 40 and again.written == 0
        monkeypatch.setitem(house.app.config, "PUBLISH", "pemilu-2024=s3://terbitan/pemilu")
        served = house.app.test_client().get("/pemilu/ppwp.json")
        assert served.data == store.objects["terbitan/pemilu/pemilu/ppwp.json"][0]
        house.bring({"kode_tps": B, "suara_1": 18, "suara_2": 123})
        house.publish("s3://terbitan/pemilu")
    for key, (content, _kind) in store.objects.items():
        place = tmp_path / key
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    done = verify(tmp_path / "terbitan/pemilu")
    assert done.returncode == 0, done.stdout
    kinds = {key.rpartition(".")[2]: kind for key, (_content, kind) in store.objects.items()}
    assert (kinds["html"], kinds["json"], kinds["csv"]) == ("text/html", "application/json", "text/csv")
    puts = [key.removeprefix("terbitan/pemilu/") for key in store.puts]
    last = len(puts) - 1 - puts[::-1].index("log/checkpoint")
    assert puts[-1] == "manifest.json" and last == len(puts) - 2, "the checkpoint, then the list of contents"


def test_a_stop_takes_two_people_and_takes_nothing_away(published, house, tmp_path):  # noqa: F811
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    house.publish(tmp_path)
    one, other = house.people
    election = db.session.query(Election).filter_by(code="pemilu-2024").one()
    with pytest.raises(Refused, match="pemberitahuan"):
        ask_stop(election, "sebentar", actor=one)
    stop = ask_stop(election, "Kunci log diganti; berlanjut pukul 20.00 WIB.", actor=one)
    with pytest.raises(Refused, match="sudah diajukan"):
        ask_stop(election, "Kunci log diganti; berlanjut pukul 20.00 WIB.", actor=other)
    db.session.commit()
    assert house.publish(tmp_path).stopped is None, "asked is not ordered"
    with pytest.raises(Refused, match="orang lain"):
        order_stop(stop, actor=one)
    order_stop(stop, actor=other)
    db.session.commit()
    before = files_of(tmp_path)
    house.bring({"kode_tps": f"{VILLAGE}004"})
    done = house.publish(tmp_path)
    assert done.stopped.startswith("Kunci log")
    after = files_of(tmp_path)
    numbers = {path for path in before if path.startswith(("data/", "hitung/", "pemilu/"))}
    assert {path: after[path] for path in numbers} == {path: before[path] for path in numbers}
    assert "20.00 WIB" in after["pemberitahuan.html"].decode()
    assert verify(tmp_path).returncode == 0, "stopped, and still true to its own state"
    end_stop(stop, actor=other)
    db.session.commit()
    house.publish(tmp_path)
    final = files_of(tmp_path)
    assert "pemberitahuan.html" not in final
    assert verify(tmp_path).returncode == 0
    told = [
        json.loads(bytes(b))["stop"]
        for b in db.session.scalars(
            sa.select(LeafEntry.body).where(LeafEntry.subject == f"notice:{stop.id}").order_by(LeafEntry.seq)
        )
    ]
    assert told == ["asked", "ordered", "ended"]


def test_the_command(house, tmp_path):  # noqa: F811
    run = house.app.test_cli_runner().invoke
    arguments = ["sirekap", "publish", "--election", "pemilu-2024", "--to", str(tmp_path)]
    done = run(args=[*arguments, "--region", VILLAGE])
    assert done.exit_code == 0 and "berkas ditulis" in done.output, done.output
    assert run(args=["sirekap", "publish", "--election", "x", "--to", str(tmp_path)]).exit_code == 1


def test_locked_recaps_are_published_from_the_log_and_added_up_again(house, tmp_path):  # noqa: F811
    election = db.session.query(Election.id).filter_by(code="pemilu-2024").scalar()

    def lock(form, region, votes, columns):
        facts = {"contest": "dpd", "region": region, "dapil": None, "version": 1, "columns": columns}
        facts |= {"votes": votes, "cells": {}, "sha256": "a" * 64}
        log_leaf(form, election, facts, subject=f"{form}:dpd:{region}:-", actor=house.people[0])

    lock("D.Kec", "990101", [5, 7], 3)
    lock("D.Kec", "990102", [1, 2], 3)
    lock("D.Kab", "9901", [6, 9], 2)
    db.session.commit()
    house.publish(tmp_path)
    done = verify(tmp_path)
    assert done.returncode == 0 and "3 formulir rekapitulasi" in done.stdout, done.stdout
    rows = list(csv.DictReader(io.StringIO((tmp_path / "data/rekap.csv").read_text())))
    assert [(r["formulir"], r["wilayah"], r["suara"]) for r in rows] == [
        *(("D.Kab", "9901", "6 9"), ("D.Kec", "990101", "5 7"), ("D.Kec", "990102", "1 2"))
    ]
    page = (tmp_path / "rekap/99/9901.html").read_text()
    assert "990101" in page and "D.HASIL KECAMATAN" in page and '<td class="num">15</td>' in page
    above = (tmp_path / "rekap/99.html").read_text()
    assert "D.HASIL KABKO" in above and "990101" not in above and 'href="../rekap/99/9901.html"' in above
    nation = (tmp_path / "rekap.html").read_text()
    assert 'href="rekap/99.html"' in nation and "3 D.Hasil" in nation and "9901<" not in nation
    lock("D.Kab", "9901", [6, 10], 2)
    db.session.commit()
    house.publish(tmp_path)
    assert '<td class="num">16</td>' in (tmp_path / "rekap/99.html").read_text()
    done = verify(tmp_path)
    assert done.returncode == 1 and "D.Kab dpd 9901" in done.stdout
    lock("D.Kab", "9901", [6, 9], 2)
    db.session.commit()


def test_it_goes_out_by_itself_where_the_settings_say(house, tmp_path, monkeypatch):  # noqa: F811
    sent = []
    monkeypatch.setattr(periodic, "publish_election", lambda *where: sent.append(where))
    periodic.publish()
    monkeypatch.setitem(house.app.config, "PUBLISH", f"pemilu-2024={tmp_path}")
    periodic.publish()
    assert sent == [("pemilu-2024", str(tmp_path))]


def test_photos_are_at_their_addresses_and_a_late_one_touches_its_form_alone(house, tmp_path):  # noqa: F811
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account
    from electsys.ledger import Actor
    from modules.situng.operations.captures import open_capture, submit_entry
    from modules.situng.operations.photos import add_photo
    from modules.situng.queries.contests import contest_by_code, contest_count

    code, way = "1201011002001", "12/1201/120101/1201011002"
    account = create_account(
        "petugas", name="Akun Uji", email="p@test.invalid", password=None, actor=Actor.system("uji"),
        must_change=False,
    )  # fmt: skip
    role = db.session.query(Role).filter_by(name="operator_sirekap_ppk").one()
    db.session.add(Grant(account_id=account.id, role_id=role.id, region="120101", given_by="uji"))
    db.session.flush()
    one, other = Actor(account.id, "petugas"), house.people[0]
    count = contest_count(contest_by_code("pemilu-2024", "ppwp").id)
    capture = open_capture(count, code, actor=one)
    first = add_photo(capture, picture(1), page=1, actor=one).photo
    submit_entry(capture, CLEAN, actor=one)
    db.session.commit()
    house.publish(tmp_path)
    station = tmp_path / f"pemilu/hhcw/ppwp/{way}/{code}.json"
    assert not station.exists(), "one entry is nothing to publish"
    submit_entry(capture, CLEAN, actor=other)
    db.session.commit()
    assert capture.state == "diterima"
    house.publish(tmp_path)

    def images():
        return json.loads(station.read_bytes())["images"]

    def bytes_at(address):
        return house.app.test_client().get(address.removeprefix(house.app.config["BASE_URL"]))

    (address, *rest) = images()
    assert rest == [None, None]
    shown = bytes_at(address)
    assert shown.status_code == 200 and digest(shown.data) == first.sha256
    row = next(f for f in json.loads((tmp_path / f"data/ppwp/{way}.json").read_bytes())["rincian"]
               if f["kode"] == code)  # fmt: skip
    assert row["versi"][0]["foto"] == [first.sha256]
    assert row["foto"] == [{"halaman": 1, "sha256": first.sha256, "alamat": address}]
    assert f'href="{address}"' in (tmp_path / f"hitung/ppwp/{way}.html").read_text()
    before = files_of(tmp_path)
    assert house.publish(tmp_path).written == 0
    late = add_photo(capture, picture(2), page=3, actor=one).photo
    better = add_photo(capture, picture(3), page=1, actor=one).photo
    db.session.commit()
    house.publish(tmp_path)
    after = files_of(tmp_path)
    changed = {path for path in after if after[path] != before.get(path)} - {"manifest.json"}
    assert {path for path in changed if not path.startswith(("log/", "manifest/"))} == {
        *(f"pemilu/hhcw/ppwp/{way}/{code}.json", f"data/ppwp/{way}.json", f"hitung/ppwp/{way}.html")
    }
    assert [digest(bytes_at(each).data) for each in images() if each] == [better.sha256, late.sha256]
    assert images()[1] is None
    leaves = db.session.scalars(
        sa.select(LeafEntry.body).where(LeafEntry.subject == f"photo:ppwp:{code}").order_by(LeafEntry.seq)
    )
    assert [json.loads(bytes(body))["photo_sha256"] for body in leaves] == [late.sha256, better.sha256]
    assert verify(tmp_path).returncode == 0
