"""Log-in: names, lock-out, sessions, first passwords, second factors."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select, text, update

from electsys.identity.login import TOKEN
from electsys.identity.models import Account, AccountSession, LoginLock
from electsys.identity.operations import disable_account, end_sessions, locks
from electsys.ledger import Act, Actor
from tests.factories import PASSWORD

SYSTEM = Actor.system("test")
INBOX = "/kotak-masuk"


@pytest.fixture
def account(make_account):
    return make_account("operator_kpu_kabko", "1201", password=PASSWORD)


def enter(client, identity, password=PASSWORD, **more):
    return client.submit(client.get("/masuk"), "/masuk", email=identity, password=password, **more)


def inside(client):
    return client.get(INBOX).status_code == 200


def acts(session, verb):
    return session.scalars(select(Act).where(Act.verb == verb)).all()


@pytest.mark.parametrize("form", ["{u}", "  {U} ", "{e}", "{E}"])
def test_by_user_name_or_email_whatever_the_case(client, account, form):
    identity = form.format(
        u=account.username, U=account.username.upper(), e=account.email, E=account.email.upper()
    )
    assert enter(client, identity).location == "/"
    assert inside(client)


def test_back_to_the_page_that_was_asked_for(client, account):
    page = client.get("/kotak-masuk?hanya=belum")
    assert page.status_code == 302
    page = client.get(page.location)
    assert "Masuk dulu" in page.text
    answer = client.submit(page, "/masuk", email=account.username, password=PASSWORD)
    assert answer.location == "/kotak-masuk?hanya=belum"


def test_no_way_out_of_the_site(client, account):
    page = client.get("/masuk?next=https://jahat.example/")
    answer = client.submit(page, "/masuk", email=account.username, password=PASSWORD)
    assert "jahat" not in (answer.location or "")


def test_a_wrong_password_an_unknown_name_and_a_disabled_account(client, session, account):
    wrong = enter(client, account.username, "bukan kata sandinya")
    unknown = enter(client, "tidak.ada", "bukan kata sandinya")
    said = "Nama pengguna atau kata sandi salah."
    assert said in wrong.text
    assert said in unknown.text
    disable_account(account, actor=SYSTEM, reason="uji")
    assert "dinonaktifkan" in enter(client, account.username).text
    assert said in enter(client, account.username, "bukan").text, "only who knows the password learns it"
    assert not inside(client)


def test_an_account_without_a_password_lets_nobody_in(client, session, account):
    account.password = None
    assert "Isi nama pengguna" in enter(client, account.username, "").text
    assert "salah" in enter(client, account.username, "apa saja").text


def test_five_failures_lock_even_the_right_password_and_say_how_long(client, session, account):
    for _ in range(5):
        enter(client, account.username, "salah")
    locked = enter(client, account.username)
    assert "Coba lagi 1 menit lagi" in locked.text
    assert not inside(client)
    # Locked, the answer is the same for a right and a wrong password: nothing can be guessed meanwhile.
    assert "Coba lagi 1 menit lagi" in enter(client, account.username, "salah").text
    [act] = acts(session, "identity:session:lock")
    assert act.subject == f"account:{account.id}"


def test_the_wait_doubles_and_a_success_forgets_it(client, session, account):
    key = locks.key("account", account.id)
    for _ in range(5):
        enter(client, account.username, "salah")
    session.execute(update(LoginLock).values(locked_until=func.now()))
    enter(client, account.username, "salah")
    assert "Coba lagi 2 menit lagi" in enter(client, account.username).text
    session.execute(update(LoginLock).values(locked_until=func.now()))
    assert enter(client, account.username).status_code == 302
    assert session.get(LoginLock, key, populate_existing=True) is None


def test_an_unknown_name_is_locked_alike(client):
    for _ in range(5):
        enter(client, "tidak.ada", "salah")
    assert "Coba lagi 1 menit lagi" in enter(client, "tidak.ada", "salah").text


def test_failures_of_long_ago_count_no_more(session):
    for _ in range(5):
        locks.fail("account", 1)
    session.execute(update(LoginLock).values(failed_at=func.now() - dt.timedelta(days=2), locked_until=None))
    assert locks.fail("account", 1) == dt.timedelta(0)
    session.execute(update(LoginLock).values(failed_at=func.now() - dt.timedelta(days=2)))
    assert locks.tidy() == 1


def test_many_failures_from_one_address_wait_whatever_the_name(client, account):
    for _ in range(60):
        locks.fail("origin", "127.0.0.1")
    assert "Terlalu banyak percobaan" in enter(client, account.username).text


def test_a_session_is_registered_and_ends_with_the_log_out(client, session, account):
    enter(client, account.username)
    row = session.scalars(select(AccountSession)).one()
    assert row.account_id == account.id
    with client.session_transaction() as cookie:
        token = cookie[TOKEN]
    assert token.encode() not in row.token_hash
    client.submit(client.get(INBOX, check=False), "/keluar")
    assert not inside(client)
    session.expire_all()
    assert session.scalars(select(AccountSession)).one().ended_why == "keluar"
    with client.session_transaction() as cookie:
        cookie[TOKEN], cookie["_user_id"] = token, account.fs_uniquifier
    assert not inside(client), "the cookie of a session that was left opens nothing"


@pytest.mark.parametrize(
    ("column", "ago"), [("seen_at", dt.timedelta(minutes=31)), ("created_at", dt.timedelta(hours=13))]
)
def test_idle_and_absolute_time_out(client, session, account, column, ago):
    enter(client, account.username)
    assert inside(client)
    session.execute(update(AccountSession).values({column: func.now() - ago}))
    page = client.get(INBOX)
    assert page.status_code == 302
    assert "Sesi Anda sudah berakhir" in client.get(page.location).text


def test_the_last_request_is_written_down_to_the_minute(client, session, account):
    enter(client, account.username)
    session.execute(update(AccountSession).values(seen_at=func.now() - dt.timedelta(minutes=10)))
    session.expire_all()
    client.get(INBOX)
    seen = session.scalar(select(func.clock_timestamp() - AccountSession.seen_at))
    assert seen < dt.timedelta(minutes=1)


def test_a_revoked_session_and_a_disabled_account_lose_access_at_once(client, session, account, app):
    enter(client, account.username)
    assert inside(client)
    assert end_sessions(account.id, "dicabut", actor=SYSTEM) == 1
    assert not inside(client)
    enter(client, account.username)
    assert inside(client)
    disable_account(account, actor=SYSTEM, reason="uji")
    assert not inside(client)


def test_a_session_of_somebody_else_is_none(client, session, account, make_account, login):
    login(client, make_account())
    with client.session_transaction() as cookie:
        cookie["_user_id"] = account.fs_uniquifier
    assert not inside(client)


def test_a_first_password_is_changed_before_anything_else(client, session, account):
    account.must_change_password = True
    session.flush()
    assert enter(client, account.username).status_code == 302
    page = client.get(INBOX)
    assert page.location == "/akun-saya/sandi"
    assert client.get(INBOX, headers={"Accept": "application/json"}).status_code == 403
    page = client.get(page.location)
    again = client.submit(
        page, "/akun-saya/sandi", password=PASSWORD, new_password=PASSWORD, new_password_confirm=PASSWORD
    )
    assert "harus berbeda" in again.text
    new = "gunung-kelapa-tugu-19-embun"
    done = client.submit(
        page, "/akun-saya/sandi", password=PASSWORD, new_password=new, new_password_confirm=new
    )
    assert done.location == "/akun-saya"
    assert inside(client)
    session.expire_all()
    assert session.get(Account, account.id).password_at is not None
    assert acts(session, "identity:account:password")


def test_who_enters_with_a_passkey_alone_sets_a_password_without_an_old_one(
    client, session, make_account, login
):
    account = make_account()
    assert account.password is None
    login(client, account)
    page = client.get("/akun-saya/sandi")
    assert page.status_code == 200
    assert "Kata sandi sekarang" not in page.text
    short = client.submit(page, "/akun-saya/sandi", new_password="pendek", new_password_confirm="pendek")
    assert "paling sedikit 12" in short.text
    new = "gunung-kelapa-tugu-19-embun"
    done = client.submit(page, "/akun-saya/sandi", new_password=new, new_password_confirm=new)
    assert done.location == "/akun-saya", done.text
    session.expire_all()
    assert session.get(Account, account.id).password
    # From now on the old one is asked for.
    page = client.get("/akun-saya/sandi")
    assert "Kata sandi sekarang" in page.text
    other = "lautan-padi-senja-44-bukit"
    refused = client.submit(page, "/akun-saya/sandi", new_password=other, new_password_confirm=other)
    assert refused.status_code in (200, 422)
    session.expire_all()
    assert session.get(Account, account.id).verify_and_update_password(new)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("pendek", "paling sedikit 12"),
        ("passwordpassword", "mudah ditebak"),
        ("akun ujiakun uji", "mudah ditebak"),
        ("a1" * 65, "paling banyak 128"),
    ],
)
def test_weak_passwords_are_refused_in_words(client, account, new, said):
    enter(client, account.username)
    page = client.submit(
        client.get("/akun-saya/sandi"),
        "/akun-saya/sandi",
        password=PASSWORD,
        new_password=new,
        new_password_confirm=new,
    )
    assert said in page.text


def test_a_password_change_ends_the_sessions_elsewhere(client, session, account, app):
    other = app.test_client()
    enter(other, account.username)
    enter(client, account.username)
    new = "gunung-kelapa-tugu-19-embun"
    client.submit(
        client.get("/akun-saya/sandi"),
        "/akun-saya/sandi",
        password=PASSWORD,
        new_password=new,
        new_password_confirm=new,
    )
    assert inside(client)
    assert not inside(other)
    why = session.scalars(select(AccountSession.ended_why).order_by(AccountSession.id)).all()
    assert why == ["sandi", "keluar", None]


def test_guesses_of_the_old_password_wait_too(client, account):
    enter(client, account.username)
    new = "gunung-kelapa-tugu-19-embun"
    for _ in range(5):
        client.submit(
            client.get("/akun-saya/sandi"),
            "/akun-saya/sandi",
            password="salah",
            new_password=new,
            new_password_confirm=new,
        )
    page = client.submit(
        client.get("/akun-saya/sandi"),
        "/akun-saya/sandi",
        password=PASSWORD,
        new_password=new,
        new_password_confirm=new,
    )
    assert "Terlalu banyak percobaan" in page.text


def test_a_forgotten_password_by_mail(client, session, account):
    page = client.submit(client.get("/lupa-sandi"), "/lupa-sandi", email=account.email)
    known = page.text
    body = session.scalar(text("select body from mail where recipient = :r"), {"r": account.email})
    assert "http://127.0.0.1:8000/lupa-sandi/" in body
    assert account.name not in body
    unknown = client.submit(client.get("/lupa-sandi"), "/lupa-sandi", email="tidak.ada@test.invalid")
    sentence = "Bila alamat email itu terdaftar"
    assert sentence in known
    assert sentence in unknown.text
    assert session.scalar(text("select count(*) from mail")) == 1
    path = body.split("http://127.0.0.1:8000")[1].split()[0]
    new = "gunung-kelapa-tugu-19-embun"
    done = client.submit(client.get(path), path, password=new, password_confirm=new)
    assert done.location.endswith("/masuk")
    assert "masuk" in done.location
    assert enter(client, account.username, new).location == "/"
    client.submit(client.get(INBOX, check=False), "/keluar")
    assert client.get(path).status_code == 302, "a link is used once"


def test_mails_to_one_address_wait(client, account):
    for _ in range(3):
        client.submit(client.get("/lupa-sandi"), "/lupa-sandi", email=account.email)
    page = client.submit(client.get("/lupa-sandi"), "/lupa-sandi", email=account.email)
    assert "Terlalu banyak percobaan" in page.text


def set_up_authenticator(client, session, account):
    """Put an authenticator up as a person would; return what makes its codes."""
    from passlib.totp import TOTP

    page = client.get("/akun-saya/autentikator")
    page = client.post("/akun-saya/autentikator", data={"setup": "authenticator"})
    key = page.text.split("<code>")[1].split("</code>")[0]
    totp = TOTP(key=key.replace(" ", "").replace("-", ""), new=False)
    done = client.submit(page, 0, code=totp.generate().token)
    assert done.location == "/akun-saya"
    return totp


def test_an_authenticator_is_asked_for_after_the_password(client, session, account):
    enter(client, account.username)
    totp = set_up_authenticator(client, session, account)
    stored = session.scalar(select(Account.tf_totp_secret).where(Account.id == account.id))
    assert totp.base32_key not in stored, "the seed is sealed"
    codes = client.post("/akun-saya/kode-pemulihan", data={"generate_new_codes": "1"})
    recovery = codes.text.split("<code>")[1].split("</code>")[0]
    kept = session.scalar(text("select mf_recovery_codes from account where id = :i"), {"i": account.id})
    assert recovery not in kept
    client.submit(client.get(INBOX, check=False), "/keluar")

    page = enter(client, account.username)
    assert "/masuk/kode" in page.location
    assert not inside(client)
    page = client.submit(client.get("/masuk/kode"), "/masuk/kode", code="000000")
    assert "Kode salah" in page.text
    assert not inside(client)
    done = client.submit(page, "/masuk/kode", code=totp.generate(time=_later()).token)
    assert done.location == "/"
    assert inside(client)
    client.submit(client.get(INBOX, check=False), "/keluar")

    enter(client, account.username)
    path = "/masuk/kode-pemulihan"
    assert client.submit(client.get(path), path, code=recovery).location == "/"
    assert inside(client)
    client.submit(client.get(INBOX, check=False), "/keluar")
    enter(client, account.username)
    assert "salah atau sudah dipakai" in client.submit(client.get(path), path, code=recovery).text


def _later() -> int:
    """A moment whose code was not used yet."""
    return int(dt.datetime.now(dt.UTC).timestamp()) + 30


def test_codes_cannot_be_guessed_forever(client, session, account):
    enter(client, account.username)
    totp = set_up_authenticator(client, session, account)
    client.submit(client.get(INBOX, check=False), "/keluar")
    enter(client, account.username)
    for _ in range(5):
        client.submit(client.get("/masuk/kode"), "/masuk/kode", code="000000")
    page = client.submit(client.get("/masuk/kode"), "/masuk/kode", code=totp.generate(time=_later()).token)
    assert "Terlalu banyak percobaan" in page.text
    assert not inside(client)


def test_factors_ask_the_password_once_more(client, account, login):
    login(client, account)
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = 1
    for path in ("/akun-saya/autentikator", "/akun-saya/kode-pemulihan", "/akun-saya/kunci-sandi"):
        page = client.get(path)
        assert page.location.startswith("/masuk/ulang"), path
    page = client.get(page.location)
    assert "sekali lagi" in page.text
    assert "Kata sandi salah" in client.submit(page, "/masuk/ulang", password="salah").text
    done = client.submit(page, "/masuk/ulang", password=PASSWORD)
    assert done.location == "/akun-saya/kunci-sandi"
    assert client.get(done.location).status_code == 200


def test_passkey_pages(client, account, login):
    login(client, account)
    page = client.get("/akun-saya/kunci-sandi")
    page = client.submit(page, "/akun-saya/kunci-sandi", name="Laptop kantor", usage="first")
    assert 'data-passkey="register"' in page.text
    assert "Ikuti petunjuk" in page.text
    client.submit(client.get(INBOX, check=False), "/keluar")
    page = client.get("/masuk/kunci-sandi")
    page = client.submit(page, "/masuk/kunci-sandi")
    assert 'data-passkey="signin"' in page.text
    for name in ("js/webauthn.js", "js/base64.js"):
        with client.get(f"/aset-keamanan/{name}") as script:
            assert script.status_code == 200


def test_doors_that_we_do_not_want_are_shut(client):
    assert client.get("/masuk/bantuan-kode").status_code == 404
    for path in ("/login", "/register", "/us-signin", "/tf-setup", "/refresh-token"):
        assert client.get(path).status_code == 404


def test_no_token_in_a_header_or_an_address_opens_anything(client, account):
    with client.application.test_request_context():
        token = account.get_auth_token()
    assert client.get(INBOX, headers={"Authentication-Token": token}).status_code == 302
    assert client.get(f"{INBOX}?auth_token={token}").status_code == 302


def test_programs_get_401(client):
    page = client.get(INBOX, headers={"Accept": "application/json"})
    assert page.status_code == 401
    assert page.json["status"] == 401
