"""Who is told, in which words, and by which way."""

from __future__ import annotations

import datetime as dt
import smtplib
import stat

import pytest
from sqlalchemy import select, text

from electsys import jobs, notices
from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.ledger.actor import Actor
from electsys.notices import Holders, Mail, Notice, operations, queries
from electsys.notices.mailing import compose, transport
from tests.pages import count_queries

CONFIRM = "situng:batch:confirm"
MORNING = dt.datetime(2026, 11, 24, 0, 30, tzinfo=dt.UTC)  # 07.30 WIB


def tell(to, actor, batch="12"):
    return notices.notify(to, "uji.menunggu", {"batch": batch}, "/hasil/berkas/12", actor=actor)


def told(session):
    return set(session.scalars(select(Notice.account_id)))


# --- who ------------------------------------------------------------------------------------------


def test_the_nearest_holders_are_told_and_not_the_actor(session, make_account):
    near, me, other = (make_account("anggota_kpu_kabko", region) for region in ("1201", "1201", "1202"))
    far = make_account("anggota_kpu_ri")
    operator = make_account("operator_kpu_kabko", "1201")  # holds no right to confirm
    assert tell(Holders(CONFIRM, region="1201"), Actor(me.id, me.username)) == 1
    assert told(session) == {near.id}
    assert queries.holders(CONFIRM, Scope("1203")) == [far.id]
    assert queries.holders(CONFIRM, Scope("12010110")) == sorted([near.id, me.id])
    assert operator.id not in queries.holders(CONFIRM, Scope("1201"))
    assert other.id in queries.holders(CONFIRM, Scope("1202"))


def test_grants_of_another_party_or_election_or_time_do_not_count(session, make_account):
    from electsys.identity.models import Grant

    party = make_account("admin_parpol_pusat", party=7)
    assert queries.holders("sipol:party:edit", Scope(party=8)) == []
    assert queries.holders("sipol:party:edit", Scope(party=7)) == [party.id]
    session.execute(text("update account_grant set valid_to = now()"))
    session.expire_all()
    assert session.query(Grant).count() > 0
    assert queries.holders("sipol:party:edit", Scope(party=7)) == []


def test_an_inactive_account_is_not_told(session, make_account):
    account = make_account("anggota_kpu_kabko", "1201")
    account.active = False
    session.flush()
    assert queries.holders(CONFIRM, Scope("1201")) == []


def test_accounts_are_told_once_each(session, make_account, actor):
    account = make_account()
    assert tell([account, account.id], actor) == 1
    assert tell([], actor) == 0


# --- what -----------------------------------------------------------------------------------------


def test_a_notice_with_a_missing_value_or_a_strange_link_is_an_error(session, make_account, actor):
    account = make_account()
    with pytest.raises(KeyError):
        notices.notify([account], "uji.menunggu", {}, "/x", actor=actor)
    with pytest.raises(KeyError):
        notices.notify([account], "uji.tidak_ada", {}, "/x", actor=actor)
    for link in ("//jahat.example/", "https://jahat.example/"):
        with pytest.raises(Exception, match="ck_notice_link"), session.begin_nested():
            notices.notify([account], "uji.menunggu", {"batch": 1}, link, actor=actor)


# --- mail -----------------------------------------------------------------------------------------


def test_a_mail_holds_the_title_and_the_link_and_nothing_else(app, session, make_account, actor, outbox):
    account = make_account()
    account.name = "Siti Rahayu"
    tell([account], actor, batch="milik Siti Rahayu 1201010101010001")
    assert outbox() == []
    jobs.run_pending(app)
    (message,) = outbox()
    notice = session.scalars(select(Notice)).one()
    assert message["To"] == account.email
    assert message["Subject"] == "Berkas hasil menunggu konfirmasi"
    assert message.get_content().splitlines() == [
        "Berkas hasil menunggu konfirmasi",
        "",
        "Buka setelah masuk:",
        f"http://127.0.0.1:8000/kotak-masuk/{notice.id}",
        "",
        "Email ini dikirim otomatis; mohon tidak dibalas. Atur email pada halaman Kotak masuk.",
    ]
    assert session.scalars(select(Mail)).all() == []
    assert "Siti" not in str(session.execute(text("select string_agg(args::text, '') from job")).scalar())


def test_a_rolled_back_act_sends_no_mail(app, session, make_account, actor, outbox):
    account = make_account()
    with session.begin_nested() as act:
        tell([account], actor)
        act.rollback()
    jobs.run_pending(app)
    assert outbox() == []
    assert told(session) == set()


def test_outbox_files_are_private(app, session, outbox):
    notices.send_mail("a@test.invalid", "Judul", "Isi")
    jobs.run_pending(app)
    (file,) = app.config["OUTBOX"].glob("*")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_subject_cannot_add_a_header(app):
    message = compose(app.config, "a@test.invalid", "Judul\r\nBcc: b@test.invalid", "Isi")
    assert message["Bcc"] is None
    assert message["Subject"] == "Judul Bcc: b@test.invalid"


WISHES = {"langsung": (1, 0), "harian": (0, 1), "tidak": (0, 0)}


@pytest.mark.parametrize("wish", WISHES)
def test_mails_come_as_the_account_wishes(app, session, make_account, outbox, wish):
    at_once, in_digest = WISHES[wish]
    account = make_account()
    operations.set_mail(account.id, wish)
    tell([account], Actor.system("uji"))
    jobs.run_pending(app)
    assert len(outbox()) == at_once
    assert operations.queue_digests(MORNING) == in_digest
    jobs.run_pending(app)
    assert len(outbox()) == at_once + in_digest
    assert told(session) == {account.id}


def test_a_digest_counts_by_kind_and_comes_once_a_day(app, session, make_account, actor, outbox):
    account = make_account()
    operations.set_mail(account.id, "harian")
    for batch in (1, 2, 3):
        tell([account], actor, batch)
    operations.mark_read(session.scalars(select(Notice).limit(1)).one())
    session.flush()
    assert operations.queue_digests(MORNING - dt.timedelta(hours=3)) == 0  # 04.30 WIB
    assert operations.queue_digests(MORNING) == 1
    tell([account], actor, 4)
    assert operations.queue_digests(MORNING + dt.timedelta(hours=1)) == 0
    jobs.run_pending(app)
    (message,) = outbox()
    assert "- Berkas hasil menunggu konfirmasi (2)" in message.get_content()
    assert message.get_content().count("http") == 1
    session.expire_all()
    assert operations.queue_digests(MORNING + dt.timedelta(days=1)) == 1
    jobs.run_pending(app)
    assert "(1)" in outbox()[-1].get_content()


def test_the_digest_beat_asks_for_digests(app, session, monkeypatch):
    asked = []
    monkeypatch.setattr("electsys.notices.jobs.queue_digests", lambda: asked.append(1))
    jobs.run_periodic(app, "notices.digest")
    assert asked == [1]


class Server:
    """A mail server: refuses one address, and is away for some time."""

    def __init__(self):
        self.sent, self.away, self.log = [], 0, []

    def __call__(self, host, port, timeout):
        self.log.append((host, port))
        if self.away:
            self.away -= 1
            raise ConnectionRefusedError
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def ehlo(self):
        self.log.append("ehlo")

    def has_extn(self, name):
        return False

    def starttls(self, context):
        self.log.append("starttls")

    def login(self, user, password):
        self.log.append(("login", user, password))

    def send_message(self, message):
        if message["To"].startswith("salah"):
            raise smtplib.SMTPRecipientsRefused({})
        self.sent.append(message["To"])


@pytest.fixture
def server(app, monkeypatch):
    server = Server()
    monkeypatch.setattr(smtplib, "SMTP", server)
    monkeypatch.setitem(app.config, "SMTP_HOST", "surat.test")
    monkeypatch.setitem(app.config, "SMTP_USER", "kpu")
    monkeypatch.setitem(app.config, "SMTP_PASSWORD", "rahasia")
    return server


def test_credentials_travel_over_tls_only(app, server):
    with transport(app.config):
        pass
    assert server.log == [("surat.test", 587), "ehlo", "starttls", ("login", "kpu", "rahasia")]


def test_a_server_that_is_away_is_tried_again(app, session, server):
    server.away = 1
    notices.send_mail("a@test.invalid", "Judul", "Isi")
    jobs.run_pending(app)
    assert server.sent == []
    assert session.query(Mail).count() == 1
    session.execute(text("update procrastinate_jobs set scheduled_at = now()"))
    jobs.run_pending(app)
    assert server.sent == ["a@test.invalid"]
    assert session.query(Mail).count() == 0


def test_one_bad_address_does_not_hold_up_the_others_nor_repeat_them(app, session, server):
    operations._queue(
        [(to, "Judul", "Isi") for to in ("a@test.invalid", "salah@test.invalid", "b@test.invalid")]
    )
    jobs.run_pending(app)
    session.execute(text("update procrastinate_jobs set scheduled_at = now()"))
    jobs.run_pending(app)
    assert server.sent == ["a@test.invalid", "b@test.invalid"]
    assert [m.recipient for m in session.scalars(select(Mail))] == ["salah@test.invalid"]


def test_tidy_forgets_old_mails_and_old_read_notices(app, session, make_account, actor):
    account = make_account()
    for batch in (1, 2, 3):
        tell([account], actor, batch)
    old, read, new = session.scalars(select(Notice).order_by(Notice.id)).all()
    session.execute(text("update notice set created_at = now() - interval '1 year'"))
    session.execute(
        text("update notice set read_at = now() - interval '1 year' where id = :i"), {"i": old.id}
    )
    session.execute(text("update notice set read_at = now() where id = :i"), {"i": read.id})
    session.execute(text("update mail set created_at = now() - interval '8 days'"))
    kept = {read.id, new.id}
    jobs.run_periodic(app, "notices.tidy")
    assert set(session.scalars(text("select id from notice"))) == kept
    assert session.scalar(text("select count(*) from mail")) == 0


# --- reading --------------------------------------------------------------------------------------


def test_unread_is_one_query(app, session, make_account, actor):
    account, other = make_account(), make_account()
    for batch in range(3):
        tell([account], actor, batch)
    tell([other], actor)
    number = account.id
    with count_queries(1):
        assert notices.unread_count(number) == 3
    assert operations.mark_all_read(number) == 3
    assert notices.unread_count(number) == 0
    assert notices.unread_count(other.id) == 1


def test_a_mail_wish_that_does_not_exist_is_refused(session, make_account):
    account = make_account()
    assert queries.mail_preference(account.id) == "langsung"
    with pytest.raises(Refused):
        operations.set_mail(account.id, "kadang")
    operations.set_mail(account.id, "harian")
    operations.set_mail(account.id, "tidak")
    assert queries.mail_preference(account.id) == "tidak"
