"""A phone in the field: activated once, days without a network, cut off again and again, and nothing is
lost or counted twice (NA-08..NA-10)."""

from __future__ import annotations

import datetime as dt
import json
import os
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from tests.devices import usable
from tests.devices.phone import Phone

APP = "tests.devices.usable"
VILLAGE = "1201011001"
PIN = "280945"
PASSWORD = "kotak-suara-biru-muda-41"
ITEMS = 20


@pytest.fixture(scope="module")
def field(live):
    """The suite with the test's use of phones; a Pantarlih of a village, and the one who activates."""
    from sqlalchemy import select

    from electsys.devices.permissions import MANAGE, READ
    from electsys.identity.models import Account, Role
    from electsys.identity.operations import create_account, give_grant
    from electsys.ledger import Actor

    actor = Actor.system("journey")
    with live.session() as session:
        for username, permissions, region in (
            ("petugas.uji", [usable.PERMISSION], VILLAGE),
            ("pps.uji", [MANAGE, READ], "1201"),
        ):
            role = Role(name=username.replace(".", "_"), label=username, permissions=permissions)
            session.add(role)
            session.flush()
            account = create_account(
                username,
                name=username.replace(".", " ").title(),
                email=f"{username}@test.invalid",
                password=PASSWORD,
                actor=actor,
                must_change=False,
            )
            give_grant(account, role, actor=actor, region=region)
        assert session.scalar(select(Account.id).where(Account.username == "petugas.uji"))
    with psycopg.connect(live.database) as connection:
        connection.execute(usable.TABLE.format(temp=""))
        connection.execute("grant all on uji_kiriman to electsys_app")
    for name in live.processes:
        live.kill(name)
    serve(live)
    return live


def serve(live: Any, **more: str) -> None:
    """Start the web server with the test's use of phones."""
    changed = {"ELECTSYS_UJI_APP": "1", **more}
    os.environ.update(changed)
    try:
        live.start("web", "gunicorn", f"{APP}:app", "--bind", f"127.0.0.1:{live.port}", "--threads", "4")
    finally:
        for name in changed:
            del os.environ[name]
    live.wait()


@pytest.fixture
def context(field, chromium):
    """A phone's browser: what it stores outlives its pages. Its own complaints fail the test."""
    made = chromium.new_context(
        base_url=field.url,
        viewport={"width": 360, "height": 740},
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        reduced_motion="reduce",
        has_touch=True,
    )
    complaints: list[str] = []
    made.on("page", lambda page: watch(page, complaints))
    yield made
    made.close()
    assert not complaints, complaints


def watch(page: Any, complaints: list[str]) -> None:
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda m: (
            complaints.append(m.text)
            if m.type == "error" and "Failed to load" not in m.text and "ERR_" not in m.text
            else None
        ),
    )


def code_for(live: Any) -> str:
    from sqlalchemy import select

    from electsys.devices import issue_activation
    from electsys.identity.models import Account
    from electsys.ledger import Actor
    from tests.devices.conftest import later

    with live.session() as session:
        account = session.scalars(select(Account).where(Account.username == "petugas.uji")).one()
        return issue_activation(
            usable.KIND,
            account,
            region=VILLAGE,
            election_id=None,
            until=later(days=30),
            actor=Actor.system("journey"),
        )


def taken(live: Any) -> list[tuple[str, int]]:
    with psycopg.connect(live.database) as connection:
        return connection.execute("select isi, foto from uji_kiriman order by isi, key").fetchall()


def activate(live: Any, context: Any, axe: Any = None) -> Any:
    """A phone that has scanned its code; the page of its task, open."""
    page = context.new_page()
    page.goto(f"/lapangan/aktivasi#{code_for(live)}")
    page.get_by_text("Kode sudah terbaca dari QR.").wait_for()
    assert "#" not in page.url
    if axe:
        axe(page, widths=(360,))
        page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_label("Nama perangkat").fill("ponsel Siti")
    page.get_by_label("PIN baru").fill(PIN)
    page.get_by_label("Ulangi PIN").fill(PIN)
    page.get_by_role("button", name="Aktifkan").click()
    page.wait_for_url("**/lapangan/uji/")
    unlock(page)
    page.evaluate("navigator.serviceWorker.ready")
    return page


def unlock(page: Any, pin: str = PIN) -> None:
    page.locator("#gembok").wait_for()
    page.get_by_label("PIN", exact=True).fill(pin)
    page.get_by_role("button", name="Buka", exact=True).click()


def ready(page: Any) -> None:
    page.get_by_text("Jalan Melati 2").wait_for()


def waiting(page: Any, n: int, timeout: float = 30_000) -> None:
    page.wait_for_function(
        "n => document.getElementById('baris-keadaan').dataset.waiting === String(n)", arg=n, timeout=timeout
    )


def save(page: Any, isi: str, *, lakukan: str = "", photo: bytes | None = None) -> None:
    page.get_by_label("Isi", exact=True).fill(isi)
    page.get_by_label("Lakukan").fill(lakukan)
    if photo is not None:
        page.set_input_files("#foto", {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.get_by_role("button", name="Simpan").click()
    page.wait_for_function("isi => document.getElementById('ingat').textContent === isi", arg=isi)


def test_activation_by_a_second_person_with_the_page(field, page, log_in, axe):
    """The officer's side: who has no phone, a code on the screen."""
    log_in(page, "pps.uji", PASSWORD)
    page.goto("/perangkat")
    axe(page)
    page.get_by_role("link", name="Aktifkan perangkat petugas").first.click()
    axe(page)
    page.get_by_role("link", name="Petugas Uji").click()
    axe(page)
    page.get_by_role("button", name="Buat kode aktivasi").click()
    page.get_by_role("heading", name="Cara memakai").wait_for()
    axe(page)


def test_twenty_interruptions_lose_and_double_nothing(field, context, axe):
    page = activate(field, context, axe)
    ready(page)
    axe(page, widths=(360,))
    page.set_viewport_size({"width": 360, "height": 740})
    context.set_offline(True)
    # Ten times in the field: saved, and the page is killed at once; it opens without a network.
    for n in range(ITEMS // 2):
        save(page, f"rumah {n:02d}")
        page.close(run_before_unload=False)
        page = context.new_page()
        page.goto("/lapangan/uji/")
        page.get_by_text("luring").wait_for()
        unlock(page)
        ready(page)
        assert page.locator("#ingat").inner_text() == f"rumah {n:02d}"
        waiting(page, n + 1)
    assert taken(field) == []
    # Five times on the road: the network is there, the server takes the packet, the answer never arrives.
    cut = {"left": 0, "lost": 0}

    def lose_the_answer(route: Any) -> None:
        if cut["left"] == 0:
            route.continue_()
            return
        cut["left"] -= 1
        cut["lost"] += 1
        route.fetch()
        route.abort("connectionreset")

    context.route("**/api/perangkat/paket", lose_the_answer)
    context.set_offline(False)
    waiting(page, 0)
    for n in range(ITEMS // 2, ITEMS // 2 + 5):
        cut["left"] = 1
        save(page, f"rumah {n:02d}")
        page.get_by_text("dicoba lagi").wait_for()
        assert len(taken(field)) == n + 1  # the server has it, the phone does not know
        send_now(page)
        waiting(page, 0)
    assert cut == {"left": 0, "lost": 5}
    assert len(taken(field)) == ITEMS // 2 + 5

    # Five times the page is closed while its request is under way, before or after the server has it.
    context.unroute("**/api/perangkat/paket")

    closed = {"requests": 0}

    def close_in_between(route: Any) -> None:
        if closed["requests"] % 2:
            route.fetch()
        closed["requests"] += 1

    context.route("**/api/perangkat/paket", close_in_between)
    for n in range(ITEMS // 2 + 5, ITEMS):
        save(page, f"rumah {n:02d}")
        page.wait_for_timeout(300)  # a request is under way: of this packet, or of all since the last answer
        page.close(run_before_unload=False)
        page = context.new_page()
        page.goto("/lapangan/uji/")
        unlock(page)
        ready(page)
    assert closed["requests"] >= 5
    context.unroute("**/api/perangkat/paket")
    page.reload()
    unlock(page)
    waiting(page, 0)
    assert taken(field) == [(f"rumah {n:02d}", 0) for n in range(ITEMS)]
    page.get_by_text("semua terkirim").wait_for()
    axe(page, widths=(360,))


def send_now(page: Any) -> None:
    page.locator("#menu > summary").click()
    page.get_by_role("button", name="Kirim sekarang").click()


def noise() -> bytes:
    import io

    from PIL import Image

    image = Image.frombytes("RGB", (2000, 1500), os.urandom(9_000_000))
    exif = Image.Exif()
    exif[271] = "PT Uji"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def test_a_photo_is_shrunk_cut_off_and_arrives_once(field, context):
    from electsys.documents.models import StoredFile

    page = activate(field, context)
    ready(page)
    content = noise()
    assert len(content) > 2_000_000
    seen = {"pieces": 0}

    def cut(route: Any) -> None:
        seen["pieces"] += 1
        if seen["pieces"] in (2, 3):
            if seen["pieces"] == 3:
                route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    context.route("**/api/perangkat/berkas/*", cut)
    save(page, "dengan foto", photo=content)
    for _ in range(2):
        page.get_by_text("dicoba lagi").wait_for()
        send_now(page)
    waiting(page, 0)
    assert taken(field)[0] == ("dengan foto", 1)
    with field.session() as session:
        stored = session.query(StoredFile).order_by(StoredFile.id.desc()).first()
        assert stored.kind == "field_photo"
        assert 64 * 1024 < stored.size <= 300_000


def ask(url: str, sent: Any, headers: dict[str, str]) -> tuple[int, Any]:
    """Post JSON to the live server; status and answer."""
    request = urllib.request.Request(  # noqa: S310  (our own server)
        url, json.dumps(sent).encode(), {"Content-Type": "application/json", **headers}
    )
    with urllib.request.urlopen(request, timeout=60) as got:  # noqa: S310
        return got.status, json.loads(got.read())


class Posts:
    """The live server as a test client, as far as a phone needs one."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, path: str, *, headers: dict[str, str] | None = None, csrf: bool, **sent: Any) -> Any:
        assert not csrf
        status, answer = ask(self.url + path, sent["json"], headers or {})
        return SimpleNamespace(status_code=status, json=answer)


def test_the_same_packets_at_the_same_time_count_once(field):
    phone = Phone(Posts(field.url))
    assert phone.activate(code_for(field)).status_code == 201
    packets = [phone.packet({"isi": f"serentak {i}"}) for i in range(10)]
    with ThreadPoolExecutor(8) as pool:
        answers = [
            a for got in pool.map(lambda _i: phone.send(*packets), range(16)) for a in got.json["answers"]
        ]
    assert {a["outcome"] for a in answers} == {"ok"}
    assert sum(not a["again"] for a in answers) == 10
    assert [isi for isi, _foto in taken(field) if isi.startswith("serentak")] == [
        f"serentak {i}" for i in range(10)
    ]


def test_what_was_not_taken_wants_a_decision(field, context, axe):
    page = activate(field, context)
    ready(page)
    save(page, "rumah lain", lakukan="bentrok")
    page.get_by_role("button", name="1 perlu diputuskan").click()
    page.get_by_text("Rumah ini sudah dicatat petugas lain.").wait_for()
    axe(page, widths=(360,))
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Buang kiriman ini").click()
    page.get_by_role("button", name="Ketuk sekali lagi").click()
    page.locator("#bentrok").wait_for(state="hidden")
    assert "rumah lain" not in [isi for isi, _foto in taken(field)]


STORED = """async () => {
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const r = indexedDB.open(name);
    const db = await new Promise((done) => { r.onsuccess = () => done(r.result); });
    for (const store of db.objectStoreNames) {
      const rows = await new Promise((done) => {
        const r = db.transaction(store).objectStore(store).getAll(); r.onsuccess = () => done(r.result);
      });
      for (const row of rows) found.push([name, store, row]);
    }
    db.close();
  }
  const bytes = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? String.fromCharCode(...new Uint8Array(value.buffer ?? value)) : value;
  return JSON.stringify(found, (key, value) => bytes(value));
}"""


def test_the_phone_keeps_nothing_in_clear_and_locks(field, context):
    page = activate(field, context)
    ready(page)
    context.set_offline(True)
    save(page, "Siti Aminah rahasia")
    stored = page.evaluate(STORED)
    for text in ("Siti Aminah", "Jalan Melati", "Bearer", PIN):
        assert text not in stored
    assert '"menunggu"' in stored
    page.locator("#menu > summary").click()
    page.get_by_role("button", name="Kunci layar").click()
    page.locator("#gembok").wait_for()
    assert "Jalan Melati" not in page.content()
    for _ in range(4):
        unlock(page, "999999")
        page.get_by_text("PIN salah").wait_for()
    unlock(page, "999999")
    page.get_by_text("Tunggu 30 detik").wait_for()
    unlock(page)  # the right one has to wait as well
    page.get_by_text("Terlalu banyak PIN salah").wait_for()
    page.clock.install()
    page.clock.fast_forward(31_000)
    unlock(page)
    ready(page)
    waiting(page, 1)
    page.clock.fast_forward(11 * 60 * 1000)
    page.locator("#gembok").wait_for()
    assert "Jalan Melati" not in page.content()


def test_a_revoked_phone_erases_itself_at_its_next_contact(field, context):
    from sqlalchemy import select

    from electsys.devices.models import Device
    from electsys.devices.operations.devices import revoke_device
    from electsys.ledger import Actor

    page = activate(field, context)
    ready(page)
    context.set_offline(True)
    save(page, "tidak sampai")
    with field.session() as session:
        device = session.scalars(select(Device).order_by(Device.id.desc()).limit(1)).one()
        revoke_device(device, reason="hilang", actor=Actor.system("journey"))
    context.set_offline(False)
    page.get_by_text("Perangkat ini sudah dicabut.").wait_for()
    assert "Jalan Melati" not in page.content()
    stored = page.evaluate(STORED)
    assert "wrapped" not in stored
    assert "menunggu" not in stored
    page.reload()
    page.get_by_text("Ponsel ini belum diaktifkan").wait_for()
    assert "tidak sampai" not in [isi for isi, _foto in taken(field)]


def test_after_the_task_its_data_go_first_then_everything(field, context):
    page = activate(field, context)
    ready(page)
    context.set_offline(True)
    save(page, "sisa tugas")
    page.close()
    for days, told in ((31, "Tugas sudah berakhir."), (38, "Isi perangkat ini sudah dihapus.")):
        page = context.new_page()
        page.clock.set_system_time(dt.datetime.now(dt.UTC) + dt.timedelta(days=days))
        page.goto("/lapangan/uji/")
        if days == 31:
            unlock(page)
        page.get_by_text(told).wait_for()
        assert "Jalan Melati" not in page.content()
        assert page.evaluate(STORED).count('"values"') == (
            1 if days == 31 else 0
        )  # the token, to send the rest
        assert ('"menunggu"' in page.evaluate(STORED)) == (days == 31)
        page.close()


def test_its_holder_signs_out(field, context):
    page = activate(field, context)
    ready(page)
    page.locator("#menu > summary").click()
    page.get_by_role("button", name="Keluar dan hapus isi").click()
    page.get_by_role("button", name="Ketuk sekali lagi").click()
    page.get_by_text("Isi perangkat ini sudah dihapus.").wait_for()
    page.goto("/lapangan/")
    page.get_by_text("belum diaktifkan untuk tugas apa pun").wait_for()


def test_a_lost_answer_does_not_spend_the_code(field, context):
    """The server has made the device, the phone does not know it: it asks again and gets in."""
    cut = {"left": 1}

    def lose(route: Any) -> None:
        if cut["left"]:
            cut["left"] -= 1
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    context.route("**/api/perangkat/aktivasi", lose)
    page = context.new_page()
    page.goto(f"/lapangan/aktivasi#{code_for(field)}")
    for label in ("PIN baru", "Ulangi PIN"):
        page.get_by_label(label).fill(PIN)
    page.get_by_role("button", name="Aktifkan").click()
    page.get_by_text("Belum ada jaringan.").wait_for()
    page.get_by_role("button", name="Aktifkan").click()
    page.wait_for_url("**/lapangan/uji/")
    unlock(page)
    ready(page)
    page.goto("/lapangan/")
    page.get_by_role("link", name="Kunjungan uji").wait_for()


def test_a_new_release_waits_until_the_old_pages_are_closed(field, context):
    page = activate(field, context)
    ready(page)
    old = page.evaluate("caches.keys()")
    assert len(old) == 1
    field.kill("web")
    serve(field, ELECTSYS_UJI_LABEL="Kunjungan baru")
    page.evaluate("navigator.serviceWorker.getRegistration('/lapangan/').then(r => r.update())")
    page.wait_for_function("caches.keys().then(names => names.length === 2)")
    page.reload()  # nothing is taken from under the reader, not even by loading the page again
    page.get_by_role("heading", name="Kunjungan uji").wait_for()
    page.close()
    page = context.new_page()
    page.goto("/lapangan/uji/")
    page.get_by_role("heading", name="Kunjungan baru").wait_for()
    unlock(page)
    ready(page)
    page.wait_for_function("caches.keys().then(names => names.length === 1)")
    assert page.evaluate("caches.keys()") != old
