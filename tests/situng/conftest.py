"""Results in test: the demo's contest, small files, and the two people that a file needs."""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from electsys.devices import issue_activation
from electsys.ledger.actor import Actor
from modules.situng import field
from modules.situng.imports import stage_results
from modules.situng.operations.batches import FileFacts, confirm_and_apply, load_batch, open_batch
from modules.situng.queries.contests import contest_by_code, contest_count
from tests.devices.phone import Phone

TPS = "1201011001001"
CLEAN = {
    "pemilih_dpt_l": 103, "pemilih_dpt_p": 98, "pemilih_dpt_j": 201,
    "pengguna_dpt_l": 65, "pengguna_dpt_p": 70, "pengguna_dpt_j": 135,
    "pengguna_dptb_l": 0, "pengguna_dptb_p": 0, "pengguna_dptb_j": 0,
    "pengguna_dpk_l": 8, "pengguna_dpk_p": 8, "pengguna_dpk_j": 16,
    "pengguna_total_l": 73, "pengguna_total_p": 78, "pengguna_total_j": 151,
    "surat_suara_diterima": 206, "surat_suara_digunakan": 151,
    "surat_suara_rusak": 0, "surat_suara_tidak_digunakan": 55,
    "disabilitas_l": 1, "disabilitas_p": 0, "disabilitas_j": 1,
    "suara_1": 17, "suara_2": 124, "suara_3": 9,
    "suara_sah": 150, "suara_tidak_sah": 1, "suara_total": 151,
}  # fmt: skip


@pytest.fixture
def contest(session):
    """The presidential contest of the election; its count was opened with the template."""
    return contest_by_code("pemilu-2024", "ppwp")


@pytest.fixture
def count(contest):
    """The contest as the count sees it."""
    return contest_count(contest.id)


@pytest.fixture
def operator(make_account):
    """Who brings files for Tapanuli Tengah."""
    account = make_account(role="operator_kpu_kabko", region="1201")
    return Actor(account.id, account.username)


@pytest.fixture
def second(make_account):
    """Who confirms them."""
    account = make_account(role="anggota_kpu_kabko", region="1201")
    return Actor(account.id, account.username)


@pytest.fixture
def write_file(tmp_path):
    """Write a results file of rows (dicts over CLEAN; None clears a cell)."""

    def write(rows, name="hasil.csv", header=None):
        header = header or ["kode_tps", *CLEAN]
        path = tmp_path / name
        with path.open("w", newline="") as out:
            writer = csv.DictWriter(out, header, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(CLEAN | row for row in rows)
        return path

    return write


@pytest.fixture
def bring(contest, count, operator):
    """Stage and load a file as the operator; it then waits for the second person."""

    def bring(path, *, region="1201", mapping=None, actor=operator):
        staging = stage_results(count, path, region=region, mapping=mapping)
        assert staging.error_count == 0, staging.first_errors()
        batch = open_batch(contest, file=FileFacts(path.name, "0" * 64), region=region, actor=actor)
        load_batch(batch, actor=actor)
        return batch

    return bring


@pytest.fixture
def take_in(bring, second):
    """Bring a file and have it confirmed and counted."""

    def take_in(path, *, actor=second, **options):
        batch = bring(path, **options)
        confirm_and_apply(batch, actor=actor)
        return batch

    return take_in


@pytest.fixture
def own_files(app, tmp_path, monkeypatch):
    """A store of files of the test's own."""
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))
    monkeypatch.setitem(app.config, "HOME", tmp_path)


@pytest.fixture
def officer(make_account):
    """Who gives phones to the KPPS of a village."""
    return make_account(role="pps", region="1201011001")


@pytest.fixture
def kpps(make_account):
    """The head of the KPPS of one TPS."""
    return make_account(role="kpps_ketua", region=TPS)


@pytest.fixture
def activated(session, client, count, officer):
    """Phones at work, each of an account."""

    def activate(account, region=TPS):
        code = issue_activation(
            field.KIND,
            account,
            region=region,
            election_id=count.election_id,
            until=dt.datetime.now(dt.UTC) + dt.timedelta(days=3),
            actor=Actor(officer.id, officer.username),
        )
        session.commit()
        found = Phone(client)
        assert found.activate(code).status_code == 201
        return found

    return activate


@pytest.fixture
def phone(activated, kpps):
    """The phone of that KPPS."""
    return activated(kpps)
