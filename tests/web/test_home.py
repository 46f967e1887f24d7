"""Home, menu, task list, health, metrics."""

from __future__ import annotations

import datetime as dt

import pytest

from electsys.web import home, navigation, people, tasks
from electsys.web.tasks import Task, due
from tests.pages import Html, count_queries

NOW = dt.datetime(2024, 2, 14, 6, 0, tzinfo=dt.UTC)


@pytest.fixture
def registers(monkeypatch):
    """Empty registers that forget what a test puts in."""
    monkeypatch.setattr(navigation, "_ENTRIES", dict(navigation._ENTRIES))
    monkeypatch.setattr(tasks, "_SOURCES", {})
    monkeypatch.setattr(home, "_PUBLISHED", {})
    monkeypatch.setattr(people, "_unread", [])


def texts(page, cls):
    return [page.text(e) for e in page.with_class(cls)]


def test_the_public_sees_services_and_what_is_out(client, registers, monkeypatch):
    absent = home.System("belum", "Belum dipasang", "Sistem yang tidak ada di sini.", "flag")
    monkeypatch.setattr(home, "SYSTEMS", (*home.SYSTEMS, absent))
    home.published(
        lambda: [home.News("Hasil sementara", "612 TPS", "/pola", NOW), home.News("DPT", "x", "/pola", None)]
    )
    page = Html(client.get("/").text)
    news = texts(page, "task-news")
    assert news[0].startswith("Hasil sementara") and "612 TPS" in news[0] and news[1].startswith("DPT")
    assert "14 Februari 2024 13.00 WIB" in news[0] and "2024" not in news[1]
    assert len(page.with_class("card-link")) == 7
    later = page.with_class("card-later")
    assert later and all(not list(e.iter("a")) and "menyusul" in page.text(e) for e in later)


def test_a_task_list_shows_what_is_urgent_first(client, registers, make_account, login):
    login(client, make_account())
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)

    def urgent(account):
        return [Task("Mendesak", "/pola", deadline=soon)]

    def secret(account):
        return [Task("Rahasia", "/pola")]

    tasks.source(None, lambda account: [Task("Tanpa batas", "/pola", count=1234, order=1)])
    tasks.source(None, urgent)
    tasks.source("no:such:permission", secret)
    page = Html(client.get("/").text)
    listed = texts(page, "task")
    assert len(listed) == 2 and "Mendesak" in listed[0] and "besok" in listed[0] and "1.234" in listed[1]
    assert page.text(page.one("h1")) == "Tugas saya"


def test_an_empty_task_list_says_so(client, registers, make_account, login):
    login(client, make_account("saksi", "1201"))
    assert "Tidak ada yang menunggu Anda" in client.get("/").text


@pytest.mark.parametrize(
    ("hours", "zone", "said"),
    [
        (-30, "WIB", ("terlambat 1 hari", True)),
        (1, "WIB", ("hari ini", True)),
        (9, "WIT", ("besok", True)),  # 15.00 WIT, nine hours later is the next day there
        (9, "WIB", ("hari ini", True)),
        (24 * 3, "WIB", ("3 hari lagi", True)),
        (24 * 4, "WIB", ("4 hari lagi", False)),
    ],
)
def test_days_left_are_counted_on_the_clock_of_the_body(app, hours, zone, said):
    with app.test_request_context("/"):
        assert due(Task("x", "/", deadline=NOW + dt.timedelta(hours=hours), zone=zone), NOW) == said
        assert due(Task("x", "/"), NOW) is None


def test_the_menu_shows_what_may_be_opened(client, registers, make_account, login, monkeypatch):
    navigation.entry("Terbuka", "web.verify", group="publik", order=5)
    navigation.entry("Kerja", "web.open_data", group="kerja")
    navigation.entry("Kelola saja", "web.help_page", permission="no:such:permission", group="kelola", x=1)
    navigation.entry("Belum ada", "nowhere.page", group="publik")
    anonymous = Html(client.get("/periksa").text)
    assert "Terbuka" in texts(anonymous, "mainnav-row")[0]
    assert "Kerja" not in texts(anonymous, "mainnav-row")[0] and "Belum ada" not in anonymous.text()
    here = [e for e in anonymous.all("a") if e.get("aria-current") == "page"]
    assert {anonymous.text(e) for e in here} == {"Terbuka"}
    login(client, make_account())
    inside = Html(client.get("/periksa").text)
    assert "Kerja" in texts(inside, "mainnav-row")[0]
    assert "Kelola saja" not in inside.text()


def test_a_page_of_the_nation_is_no_line_of_a_region(client, registers, make_account, login):
    navigation.entry("Seluruh negeri", "web.verify", permission="uji:halaman:baca", nation=True)
    navigation.entry("Di wilayah", "web.open_data", permission="uji:halaman:baca")
    for region, seen in (("1201", False), ("", True)):
        login(client, make_account(permissions=["uji:halaman:baca"], region=region))
        menu = texts(Html(client.get("/bantuan").text), "mainnav-row")[0]
        assert "Di wilayah" in menu and ("Seluruh negeri" in menu) is seen


def test_a_menu_group_must_exist():
    with pytest.raises(ValueError, match="menu group"):
        navigation.entry("x", "web.home", group="lain")


def test_the_masthead_greets_and_counts(client, registers, make_account, login):
    people.count_unread_with(lambda account: 1234)
    login(client, make_account())
    page = Html(client.get("/bantuan").text)
    assert "Akun Uji" in texts(page, "menu-name")[0]
    assert "1.234" in texts(page, "count")[0]


def test_a_help_page_costs_no_query_for_the_public(client):
    with count_queries(0):
        client.get("/bantuan")


def test_the_demo_says_that_it_is_one(client, app, monkeypatch):
    assert "data simulasi" not in client.get("/").text
    monkeypatch.setitem(app.config, "DEMO", True)
    assert "data simulasi" in client.get("/").text


def test_health(client):
    assert client.get("/sehat").json == {"status": "sehat"}


def test_metrics_are_for_this_machine_and_for_those_who_may(client, session, make_account, login):
    client.get("/bantuan")
    answer = client.get("/metrik")
    assert answer.status_code == 200
    assert 'electsys_requests_total{endpoint="web.help_page",status="200"}' in answer.text
    far = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}
    assert client.get("/metrik", **far).status_code == 403
    proxied = {"headers": {"X-Forwarded-For": "203.0.113.9"}}
    assert client.get("/metrik", **proxied).status_code == 403
    account = make_account()
    session.commit()
    login(client, account)
    assert client.get("/metrik", **far).status_code == 403
