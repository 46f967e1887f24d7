"""Reading a number in full: a reason, a right, a budget, a trace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from electsys import privacy
from electsys.db import db
from electsys.errors import Refused
from electsys.identity.models import Role
from electsys.identity.operations import create_account, give_grant
from electsys.ledger import Act, Actor
from electsys.notices import Notice
from electsys.notices.kinds import KINDS
from electsys.privacy import operations, queries
from electsys.privacy.models import Disclosure, DisclosureBudget
from tests.privacy.conftest import add_row

NIK = "1201014107900001"
REASON = "Mencocokkan KTP-el pemilih"


def actor_of(account: Any) -> Actor:
    return Actor(account.id, account.username)


def trail(session: Any, verb: str) -> list[Act]:
    session.flush()
    return list(session.scalars(sa.select(Act).where(Act.verb == verb).order_by(Act.id)))


def test_a_number_is_opened_and_the_opening_is_written_down(session: Any, row: int, opener: Any) -> None:
    account = opener()
    assert privacy.reveal("probe", row, actor=actor_of(account), reason=f"  {REASON} ") == NIK
    (act,) = trail(session, "privacy:nik:reveal")
    assert (act.subject, act.account_id, act.reason) == (f"probe:{row}", account.id, REASON)
    assert (act.region, act.details) == ("120101", {"field": "nik"})
    (entry,) = session.scalars(sa.select(Disclosure))
    assert (entry.kind, entry.subject, entry.rows, entry.purpose) == ("reveal", f"probe:{row}", 1, REASON)
    assert operations.used_today(account.id) == 1


@pytest.mark.parametrize("reason", ["", "   ", "cek", "a  b  c  d"])
def test_no_reason_no_number(session: Any, row: int, opener: Any, reason: str) -> None:
    with pytest.raises(Refused, match="alasan") as refusal:
        privacy.reveal("probe", row, actor=actor_of(opener()), reason=reason)
    assert refusal.value.field == "reason"
    assert trail(session, "privacy:nik:reveal") == []


@pytest.mark.parametrize("region", ["1202", "32"])
def test_no_right_no_number(session: Any, row: int, opener: Any, region: str) -> None:
    account = opener(region)
    with pytest.raises(Refused, match="berwenang") as refusal:
        privacy.reveal("probe", row, actor=actor_of(account), reason=REASON)
    assert refusal.value.status == 403
    assert operations.used_today(account.id) == 0


def test_a_job_of_the_system_has_no_eyes(session: Any, row: int) -> None:
    with pytest.raises(Refused, match="berwenang"):
        privacy.reveal("probe", row, actor=Actor.system("fold"), reason=REASON)


def test_a_row_without_a_region_is_the_nations(session: Any, probe: Any, row: int, opener: Any) -> None:
    key = add_row(session, region=None)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="berwenang"):
        privacy.reveal("probe", key, actor=actor_of(opener("1201")), reason=REASON)
    assert privacy.reveal("probe", key, actor=actor_of(opener("")), reason=REASON) == NIK


@pytest.mark.parametrize(
    ("table", "offset", "field"), [("nothing", 0, "nik"), ("probe", 1000, "nik"), ("probe", 0, "x")]
)
def test_what_is_not_there_is_not_found(
    session: Any, row: int, opener: Any, *, table: str, offset: int, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        privacy.reveal(table, row + offset, actor=actor_of(opener()), reason=REASON, field=field)
    assert refusal.value.status == 404


def test_an_empty_field_is_said_to_be_empty(session: Any, row: int, opener: Any) -> None:
    with pytest.raises(Refused, match="tidak menyimpan"):
        privacy.reveal("probe", row, actor=actor_of(opener()), reason=REASON, field="nkk")


def test_a_number_in_the_reason_is_masked(session: Any, row: int, opener: Any) -> None:
    privacy.reveal("probe", row, actor=actor_of(opener()), reason=f"Mencocokkan {NIK} di KTP")
    assert trail(session, "privacy:nik:reveal")[0].reason == "Mencocokkan 1201**********01 di KTP"
    assert session.scalars(sa.select(Disclosure.purpose)).one() == "Mencocokkan 1201**********01 di KTP"


# --- the budget -----------------------------------------------------------------------------------


@pytest.fixture
def overseer(session: Any, make_account: Any) -> Any:
    """An account of the nation that reads the register."""
    role = Role(name="pengawas", label="Pengawas", permissions=["privacy:register:read"])
    session.add(role)
    account = make_account()
    give_grant(account, role, actor=Actor.system("test"))
    session.flush()
    return account


@pytest.fixture
def limit(app: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setitem(app.config, "PRIVACY_DAILY_ROWS", 3)
    return 3


def test_the_budget_ends_with_one_alarm(
    session: Any, row: int, opener: Any, overseer: Any, limit: int
) -> None:
    account = opener()
    for _ in range(limit):
        privacy.reveal("probe", row, actor=actor_of(account), reason=REASON)
    for _ in range(3):
        with pytest.raises(Refused, match="Batas harian") as refusal:
            privacy.reveal("probe", row, actor=actor_of(account), reason=REASON)
        assert refusal.value.status == 429
    assert operations.used_today(account.id) == limit
    (alarm,) = trail(session, "privacy:budget:exceed")
    assert (alarm.account_id, alarm.details) == (account.id, {"limit": 3, "asked": 1})
    assert session.scalar(sa.select(sa.func.count()).where(Disclosure.kind == "refused")) == 1
    notice = session.scalars(sa.select(Notice)).one()
    assert (notice.account_id, notice.kind) == (overseer.id, "privacy.budget")
    assert str(account.id) in KINDS[notice.kind].words(notice.values)


def test_the_alarm_stays_when_the_refused_request_is_rolled_back(
    own_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(own_app.config, "PRIVACY_DAILY_ROWS", 3)
    account = create_account(
        "budi", name="Budi", email="budi@test.invalid", password=None, actor=Actor.system("test")
    )
    db.session.commit()
    actor = actor_of(account)
    assert operations.spend_budget(2, actor=actor) == 2
    with pytest.raises(Refused):
        operations.spend_budget(2, actor=actor)
    db.session.rollback()
    assert len(trail(db.session, "privacy:budget:exceed")) == 1
    assert operations.used_today(account.id) == 0


class Clock:
    """The budget's clock in the test's hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = datetime(2024, 2, 14, 16, 59, 30, tzinfo=UTC)  # half a minute before midnight in Jakarta
        monkeypatch.setattr(operations, "now", lambda: self.at)

    def later(self, **much: int) -> None:
        self.at += timedelta(**much)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_each_account_has_its_own_budget(session: Any, row: int, opener: Any, limit: int) -> None:
    first, second = actor_of(opener()), actor_of(opener())
    assert operations.spend_budget(3, actor=first) == 3
    assert operations.spend_budget(1, actor=second) == 1


def test_the_budget_opens_again_a_day_after_it_was_taken_not_at_midnight(
    session: Any, row: int, opener: Any, limit: int, clock: Clock
) -> None:
    account = actor_of(opener())
    assert operations.spend_budget(2, actor=account) == 2
    clock.later(minutes=2)  # another day in Jakarta
    assert operations.spend_budget(1, actor=account) == 3
    with pytest.raises(Refused, match="Batas harian"):
        operations.spend_budget(1, actor=account)
    clock.later(hours=23, minutes=57)
    with pytest.raises(Refused, match="Batas harian"):
        operations.spend_budget(1, actor=account)
    clock.later(minutes=2)
    assert operations.spend_budget(2, actor=account) == 3
    with pytest.raises(Refused, match="Batas harian"):
        operations.spend_budget(1, actor=account)


def test_a_minute_has_a_budget_too(
    app: Any,
    session: Any,
    row: int,
    opener: Any,
    overseer: Any,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "PRIVACY_MINUTE_ROWS", 5)
    account = opener()
    actor = actor_of(account)
    operations.spend_budget(3, actor=actor)
    clock.later(seconds=59)
    operations.spend_budget(2, actor=actor)
    clock.later(milliseconds=500)
    with pytest.raises(Refused, match="Terlalu cepat") as refusal:
        operations.spend_budget(1, actor=actor)
    assert refusal.value.status == 429
    assert session.scalars(sa.select(Notice.account_id)).all() == [overseer.id]
    clock.later(seconds=1)
    assert operations.spend_budget(3, actor=actor) == 8


def test_the_limits_of_the_house(app: Any) -> None:
    with app.app_context():
        assert (operations.daily_limit(), operations.minute_limit()) == (500, 50)


@pytest.mark.parametrize("rows", [0, -5])
def test_nothing_and_less_take_nothing_and_give_nothing_back(session: Any, opener: Any, rows: int) -> None:
    actor = actor_of(opener())
    operations.spend_budget(1, actor=actor)
    operations.spend_budget(rows, actor=actor)
    assert operations.used_today(actor.account_id) == 1


def test_old_moments_are_forgotten(session: Any, opener: Any, clock: Clock) -> None:
    actor = actor_of(opener())
    operations.spend_budget(1, actor=actor)
    clock.later(days=30)
    operations.spend_budget(2, actor=actor)
    assert operations.forget_budgets() == 0
    clock.later(days=2)
    assert operations.forget_budgets() == 1
    assert session.scalars(sa.select(DisclosureBudget.used)).all() == [2]


@pytest.mark.parametrize("rows", [4, 1000])
def test_a_bulk_beyond_the_budget_takes_nothing(
    session: Any, row: int, opener: Any, limit: int, rows: int
) -> None:
    account = opener()
    with pytest.raises(Refused, match="Batas harian"):
        operations.spend_budget(rows, actor=actor_of(account))
    assert operations.used_today(account.id) == 0


# --- the register ---------------------------------------------------------------------------------


def test_a_file_that_was_handed_out_stands_in_the_register(session: Any) -> None:
    entry = privacy.register_export(
        "voter_list:5",
        recipient="Bawaslu Kabupaten Tapanuli Tengah",
        purpose="Pengawasan DPT",
        rows=1200,
        sha256=b"\x01" * 32,
        actor=Actor(7, "budi"),
        region="1201",
    )
    session.flush()
    assert (entry.kind, entry.rows, entry.region) == ("export", 1200, "1201")
    (act,) = trail(session, "privacy:disclosure:register")
    assert act.details == {"rows": 1200, "sha256": "01" * 32}


@pytest.mark.parametrize("statement", ["update disclosure set rows = 0", "delete from disclosure"])
def test_the_register_is_never_changed(session: Any, statement: str) -> None:
    with pytest.raises(sa.exc.DatabaseError, match="permission denied"):
        session.execute(sa.text(statement))


# --- pages ----------------------------------------------------------------------------------------


def test_the_page_asks_first_and_shows_once(
    session: Any, client: Any, login: Any, row: int, opener: Any
) -> None:
    account = opener()
    session.commit()
    login(client, account)
    url = f"/admin/privasi/buka/probe/{row}"
    page = client.get(url)
    assert page.status_code == 200
    assert NIK not in page.text
    assert trail(session, "privacy:nik:reveal") == []
    page = client.submit(client.get(url), reason="pendek")
    assert page.status_code == 422
    assert NIK not in page.text
    assert "error-summary" in page.text
    page = client.submit(client.get(url), reason=REASON)
    assert page.status_code == 200
    assert NIK in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert NIK not in client.get(url).text
    assert len(trail(session, "privacy:nik:reveal")) == 1


@pytest.mark.parametrize(("region", "status"), [("1201", 200), ("1202", 403), (None, 403)])
def test_the_page_opens_inside_ones_region_only(
    session: Any, client: Any, login: Any, *, row: int, opener: Any, region: str | None, status: int
) -> None:
    account = opener(region or "1201")
    if region is None:
        account.grants[0].valid_to = account.grants[0].valid_from
    session.commit()
    login(client, account)
    assert client.get(f"/admin/privasi/buka/probe/{row}").status_code == status


def test_an_unknown_row_is_not_found(session: Any, client: Any, login: Any, row: int, opener: Any) -> None:
    account = opener()
    session.commit()
    login(client, account)
    assert client.get(f"/admin/privasi/buka/probe/{row + 1}").status_code == 404
    login(client, account)
    assert client.get("/admin/privasi/buka/account/1").status_code == 404


def test_the_register_page_shows_ones_own_region(
    session: Any, client: Any, login: Any, make_account: Any
) -> None:
    role = Role(name="pengawas", label="Pengawas", permissions=["privacy:register:read"])
    session.add(role)
    session.flush()
    account = make_account()
    give_grant(account, role, actor=Actor.system("test"), region="1201")
    for region in ("120101", "3201"):
        privacy.register_export(
            f"voter_list:{region}",
            recipient="Bawaslu",
            purpose="Pengawasan",
            rows=1,
            sha256=bytes(32),
            actor=Actor(7, "budi"),
            region=region,
        )
    session.flush()
    login(client, account)
    page = client.get("/admin/privasi/penyerahan")
    assert page.status_code == 200
    assert "voter_list:120101" in page.text
    assert "voter_list:3201" not in page.text
    assert "voter_list:120101" in client.get("/admin/privasi/penyerahan?jenis=export").text
    assert "voter_list:120101" not in client.get("/admin/privasi/penyerahan?jenis=reveal").text


def _handed(subject: str, region: str | None, recipient: str = "Bawaslu") -> None:
    privacy.register_export(
        subject,
        recipient=recipient,
        purpose="Pengawasan",
        rows=1200,
        sha256=b"\xab" * 32,
        actor=Actor(7, "budi"),
        region=region,
    )


def test_everybody_may_read_to_whom_lists_went(session: Any, client: Any, row: int, opener: Any) -> None:
    privacy.reveal("probe", row, actor=actor_of(opener()), reason=REASON)
    _handed("voter_list:5:120101", "120101", "Bawaslu Kabupaten Tapanuli Tengah")
    _handed("voter_list:6", None, "KPU RI")
    session.commit()
    page = client.get("/penyerahan-data")
    assert page.status_code == 200
    for shown in (
        "Bawaslu Kabupaten Tapanuli Tengah",
        "Barus (120101)",
        "Pengawasan",
        "1.200",
        "Seluruh Indonesia",
    ):
        assert shown in page.text
    for hidden in ("budi", REASON, "probe"):
        assert hidden not in page.text
    sheet = client.get("/penyerahan-data?unduh=csv&kolom=sidik")
    assert "ab" * 32 in sheet.text
    assert "budi" not in sheet.text


def test_the_public_register_is_never_empty_of_words(session: Any, client: Any) -> None:
    assert "Belum ada daftar yang diserahkan" in client.get("/penyerahan-data").text


def test_what_was_seen_of_somebody_is_found_by_row_and_by_list(session: Any, row: int, opener: Any) -> None:
    account = opener()
    privacy.reveal("probe", row, actor=actor_of(account), reason=REASON)
    for region in ("1201", "120102", "1201011001003", "1201011001004"):
        _handed(f"voter_list:5:{region}", region)
    _handed("voter_list:55:1201", "1201")
    session.flush()
    subjects = [f"probe:{row}", *queries.file_subjects("voter_list:5", "1201011001003")]
    found = queries.seen_of(subjects)
    assert [d.subject for d in found] == ["voter_list:5:1201011001003", "voter_list:5:1201", f"probe:{row}"]
    assert queries.seen_of(subjects, until=found[-1].at) == []
    assert queries.seen_of(subjects, since=found[0].at)[0].subject == "voter_list:5:1201011001003"
    assert queries.seen_of([]) == []


def test_a_refusal_is_no_sight(session: Any, row: int, opener: Any, limit: int) -> None:
    account = opener()
    with pytest.raises(Refused):
        operations.spend_budget(4, actor=actor_of(account))
    assert queries.seen_of([f"account:{account.id}"]) == []
