"""The pages of jobs: whose they are, what they show, which buttons they have."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, update

from electsys import jobs
from electsys.db import db
from electsys.errors import Refused
from electsys.jobs import Job, queries
from electsys.jobs.tasks import BEATS
from electsys.ledger.actor import Actor
from tests.pages import count_queries


@pytest.fixture(autouse=True)
def tasks():
    jobs.task("uji.diam", label="Pekerjaan diam")(lambda job: job.result("Beres.", "/bantuan"))

    @jobs.task("uji.tolak", label="Pekerjaan tolak")
    def refuse(job):
        raise Refused("Kolom tidak ada.")


@pytest.fixture
def me(make_account, client, login):
    account = make_account("operator_kpu_kabko", "1201")
    login(client, account)
    return account


def start(account, task="uji.diam", **more):
    job = jobs.start(task, actor=Actor(account.id, account.username), **more)
    db.session.commit()  # a refused request must not take it along
    return job


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_my_list_shows_mine_only(client, session, me, make_account):
    mine, other = start(me), start(make_account())
    text = page(client, "/pekerjaan")
    assert f"/pekerjaan/{mine.id}" in text
    assert f"/pekerjaan/{other.id}" not in text
    assert "Pekerjaan berkala" not in text


def test_a_foreign_job_does_not_exist(client, session, me, make_account):
    job = start(make_account())
    for path in ("", ".json"):
        assert client.get(f"/pekerjaan/{job.id}{path}").status_code == 404
    for path in ("batalkan", "ulangi"):
        assert client.post(f"/pekerjaan/{job.id}/{path}").status_code == 404
    assert client.get("/admin/pekerjaan").status_code == 403
    assert client.get("/pekerjaan/999999999").status_code == 404


def test_nobody_reads_jobs_without_logging_in(client, session, make_account):
    job = start(make_account())
    for path in ("/pekerjaan", "/admin/pekerjaan", f"/pekerjaan/{job.id}", f"/pekerjaan/{job.id}.json"):
        assert client.get(path).status_code in (302, 401)


def test_an_admin_reads_all_and_an_overseer_has_no_buttons(client, session, me, make_account, login):
    job = start(me)
    login(client, make_account("bawaslu_n"))
    assert f"/pekerjaan/{job.id}" in page(client, "/admin/pekerjaan")
    assert "Batalkan pekerjaan ini" not in page(client, f"/pekerjaan/{job.id}")
    login(client, make_account("superadmin_pusdatin"))
    assert "Batalkan pekerjaan ini" in page(client, f"/pekerjaan/{job.id}")


def test_a_waiting_job_says_what_it_waits_for(client, session, me):
    first, second = start(me, lock="contest:1"), start(me, lock="contest:1")
    alone = start(me, lock="contest:2")
    assert queries.shown(first.id).state == "menunggu"
    assert queries.shown(alone.id).state == "menunggu"
    answer = client.get(f"/pekerjaan/{second.id}.json").get_json()
    assert (answer["state"], answer["label"]) == ("menunggu_giliran", "menunggu giliran")
    assert answer["waits_for"] == f"Menunggu pekerjaan {first.id} (Pekerjaan diam) selesai lebih dulu."
    text = page(client, f"/pekerjaan/{second.id}")
    assert answer["waits_for"] in text
    assert '<meta http-equiv="refresh"' in text
    assert "js/progress.js" in text


def test_the_progress_of_a_running_job(client, session, me):
    job = start(me)
    job.started_at = job.progress_at = job.created_at
    job.state, job.done, job.total, job.stage = "berjalan", 250, 1000, "Membaca"
    session.flush()
    answer = client.get(f"/pekerjaan/{job.id}.json").get_json()
    assert (answer["percent"], answer["stage"], answer["finished"]) == (25, "Membaca", False)
    text = page(client, f"/pekerjaan/{job.id}")
    assert 'value="25"' in text
    assert "250 dari 1.000" in text


def test_a_finished_job_leads_to_its_outcome(app, client, session, me):
    job = start(me)
    jobs.run_pending(app)
    text = page(client, f"/pekerjaan/{job.id}")
    assert "Beres." in text
    assert 'href="/bantuan"' in text
    assert "<progress" not in text
    assert "refresh" not in text


def test_cancel_and_retry_by_the_buttons(app, client, session, me):
    job = start(me)
    assert client.post(f"/pekerjaan/{job.id}/batalkan").status_code == 302
    assert job.state == "dibatalkan"
    assert client.post(f"/pekerjaan/{job.id}/batalkan").status_code == 409
    assert client.post(f"/pekerjaan/{job.id}/ulangi").status_code == 302
    assert job.state == "menunggu"


def test_a_button_without_its_token_does_nothing(client, session, me):
    job = start(me)
    assert client.post(f"/pekerjaan/{job.id}/batalkan", csrf=False).status_code == 400
    assert job.state == "menunggu"


def test_the_list_filters_by_state(app, client, session, me):
    done, failed = start(me), start(me, "uji.tolak")
    jobs.run_pending(app)
    text = page(client, "/pekerjaan?status=gagal")
    assert f"/pekerjaan/{failed.id}" in text
    assert f"/pekerjaan/{done.id}" not in text


def test_the_list_downloads_mine_only(client, session, me, make_account):
    mine, other = start(me), start(make_account())
    rows = client.get("/pekerjaan?unduh=csv").text.splitlines()
    assert len(rows) == 2
    assert rows[1].startswith(str(mine.id))
    assert str(other.id) != rows[1].split(",")[0]


def test_the_admin_sees_periodic_work(app, client, session, make_account, login):
    jobs.run_periodic(app, "jobs.tidy")
    login(client, make_account("superadmin_pusdatin"))
    assert "Membersihkan pekerjaan lama" in page(client, "/admin/pekerjaan")


def test_all_periodic_work_has_a_name(app):
    assert all(str(beat.label) for beat in BEATS.values())


def test_the_admin_is_told_of_jobs_that_failed_lately(client, session, make_account, login, me):
    login(client, make_account("superadmin_pusdatin"))
    assert "pekerjaan yang gagal" not in page(client, "/")
    job = start(me)
    session.execute(update(Job).where(Job.id == job.id).values(state="gagal", finished_at=func.now()))
    assert "Periksa pekerjaan yang gagal minggu ini" in page(client, "/")
    long_ago = func.now() - dt.timedelta(days=8)
    session.execute(update(Job).where(Job.id == job.id).values(finished_at=long_ago))
    assert "pekerjaan yang gagal" not in page(client, "/")


def test_the_list_needs_no_query_a_row(client, session, me):
    for _ in range(30):
        start(me, lock="satu")
    with count_queries(6):
        page(client, "/pekerjaan")


def test_jobs_of_a_subject_newest_first(session, me):
    a, b = start(me, subject="thing:1"), start(me, subject="thing:1")
    start(me, subject="thing:11")
    assert [s.job.id for s in queries.of_subject("thing:1")] == [b.id, a.id]
