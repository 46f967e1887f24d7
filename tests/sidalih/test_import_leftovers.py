"""After an import no number of its file lies in clear anywhere: database, WAL, store, work files, sheets.

What a transaction wrote stays in the server's files even where a test rolls it back.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from electsys import jobs
from electsys.db import db
from electsys.documents import receiving
from electsys.elections.queries import by_code
from electsys.intake import stage
from modules.sidalih.imports.specs import spec_for
from modules.sidalih.synthetic import people
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE
from tests.sidalih.importing import write_csv, write_xlsx
from tests.sidalih.leftovers import leftovers

HOME = Path(os.environ.get("ELECTSYS_HOME", "."))


def made(count: int, seed: int) -> list[dict[str, str]]:
    """Synthetic rows; the last one is wrong, so that there is an error sheet."""
    day = dt.date(2024, 2, 14)
    rows = [
        v._replace(tps="")._asdict()
        for v in people([VILLAGE, OTHER_VILLAGE], count, seed=seed, voting_day=day)
    ]
    rows[-1]["nama"] = ""
    return rows


def numbers(rows: list[dict[str, str]]) -> set[str]:
    return {r[name] for r in rows for name in ("nik", "nkk")}


def settled() -> None:
    """Let the server write all that it holds."""
    with psycopg.connect(os.environ["ELECTSYS_TEST_ADMIN"], autocommit=True) as connection:
        connection.execute("checkpoint")


def where() -> list[Path]:
    """Everything that the house writes, and the work folders of the intake."""
    return [HOME, *Path(tempfile.gettempdir()).glob("intake-*")]


@pytest.fixture
def begun():
    """When the test began; what was written before is not its doing."""
    return time.time() - 1


@pytest.fixture
def account(make_account, session):
    account = make_account("operator_kpu_kabko", "1201")
    session.commit()
    return account


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_after_the_command(app, session, account, tmp_path, write, capfd, begun):
    rows = made(400, seed=11 if write is write_csv else 12)
    path = write(tmp_path / ("dp4.xlsx" if write is write_xlsx else "dp4.csv"), rows)
    (tmp_path / "lembar").mkdir()
    result = app.test_cli_runner().invoke(
        args=[
            *("sidalih", "import", str(path), "--election", "pemilu-2024", "--accept-valid"),
            *("--as", account.username, "--errors", str(tmp_path / "lembar" / path.name)),
        ],
    )
    assert result.exit_code == 0, result.output
    assert db.session.scalar(text("select count(*) from voter")) == 399
    settled()
    wanted = numbers(rows)
    assert leftovers([*where(), tmp_path / "lembar"], known=wanted, since=begun) == []
    said = result.output + "".join(capfd.readouterr())
    assert not [n for n in wanted if n in said]
    assert leftovers([path], known=wanted), "the search finds what is there"


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_after_an_upload(app, client, session, account, login, tmp_path, write, monkeypatch, capfd, begun):
    monkeypatch.setattr(receiving, "IN_MEMORY", 1000)
    login(client, account)
    rows = made(300, seed=21 if write is write_csv else 22)
    path = write(tmp_path / ("dp4.xlsx" if write is write_xlsx else "dp4.csv"), rows)
    page = client.get("/unggah/pemilih")
    context = f"{by_code('pemilu-2024').id}:1201:dp4"
    with path.open("rb") as file:
        sent = client.submit(page, "unggah", file=(file, path.name), context=context)
    assert sent.status_code == 302, sent.text
    address = sent.location
    shown = client.get(address)
    assert client.submit(shown, "kolom").status_code == 302
    jobs.run_pending(app)
    ready = client.get(address)
    confirm = client.post(f"{address}/terapkan", data={"mode": "sahih", "csrf_token": _token(ready.text)})
    assert confirm.status_code == 302
    jobs.run_pending(app)
    done = client.get(address)
    assert "300 baris = 299 diterima + 1 ditolak" in done.text
    sheet = client.get(f"{address}/kesalahan").data
    settled()
    wanted = numbers(rows)
    (tmp_path / "lembar").mkdir()
    (tmp_path / "lembar" / path.name).write_bytes(sheet)
    assert leftovers([*where(), tmp_path / "lembar"], known=wanted, since=begun) == []
    said = shown.text + ready.text + done.text + "".join(capfd.readouterr())
    assert not [n for n in wanted if n in said]


def _token(page: str) -> str:
    import re

    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def test_while_a_large_file_is_staged(app, session, database, election, tmp_path, begun):
    """The staging table is larger than its buffers, so that the server writes it to its files meanwhile."""
    rows = made(4000, seed=31)
    path = write_csv(tmp_path / "dp4.csv", rows)
    with psycopg.connect(database) as connection:
        connection.execute("set local role electsys_app; set local temp_buffers = '800kB'")
        staging = stage(connection, path, spec_for(election, "1201"), "voter_staging")
        assert staging.error_count == 1
        assert staging.raw.execute("select pg_relation_size('voter_staging')").fetchone()[0] > 1_500_000
        settled()
        assert leftovers(where(), known=numbers(rows), since=begun) == []
        # The same buffers do not hold a table in clear back: the search would have seen it.
        connection.execute("create temporary table bocor (x text)")
        with connection.cursor().copy("copy bocor from stdin") as copy:
            for row in rows * 20:
                copy.write_row((row["nik"],))
        assert leftovers(where(), known=numbers(rows), since=begun)
        connection.rollback()


def test_the_search_finds_a_number_wherever_it_is(session, tmp_path, begun):
    number = "1201015705807123"
    session.execute(text("insert into person (name) values (:n)"), {"n": f"NIK {number}"})
    settled()
    assert leftovers([HOME / "pgdata"], known={number}, since=begun), "in the database or its WAL"
    (tmp_path / "a.log").write_bytes(b"x" * ((1 << 22) - 8) + number.encode() + b".")
    (tmp_path / "b.csv").write_text(number, "utf-16")
    write_xlsx(tmp_path / "c.xlsx", [{"nik": number}], columns=("nik",))
    found = {Path(left.path.partition("!")[0]).name for left in leftovers([tmp_path], known={number})}
    assert found == {"a.log", "b.csv", "c.xlsx"}
    assert {left.number for left in leftovers([tmp_path])} == {number}
    assert number not in str(leftovers([tmp_path])[0])
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "e").write_text(f"{number}0 9999999999999999 120101570580712")
    assert leftovers([tmp_path / "d"]) == []
