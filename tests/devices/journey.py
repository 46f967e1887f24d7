"""A phone in a real browser before a real server: what the journeys of devices share."""

from __future__ import annotations

import io
import json
import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import psycopg
from PIL import Image

from tests.devices import usable

APP = "tests.devices.usable"
VILLAGE = "1201011001"
PIN = "280945"
PASSWORD = "kotak-suara-biru-muda-41"


def prepare(live: Any) -> Any:
    """The suite with the test's use of phones; a Pantarlih of a village, and the one who activates."""
    from electsys.devices.permissions import MANAGE, READ
    from electsys.identity.models import Role
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


@contextmanager
def phone_browser(live: Any, chromium: Any) -> Iterator[Any]:
    """A phone's browser: what it stores outlives its pages. Its own complaints fail the test."""
    made = chromium.new_context(
        base_url=live.url,
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
    """Collect faults of scripts and breaches of policy; a cut network is no fault here."""
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
    """A fresh activation code for the Pantarlih."""
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
    remembered(page, isi)


def remembered(page: Any, isi: str) -> None:
    """The phone shows what it keeps: that is read from its store a moment after the page is open."""
    page.wait_for_function("isi => document.getElementById('ingat').textContent === isi", arg=isi)


def send_now(page: Any) -> None:
    page.locator("#menu > summary").click()
    page.get_by_role("button", name="Kirim sekarang").click()


def noise() -> bytes:
    image = Image.frombytes("RGB", (2000, 1500), os.urandom(9_000_000))
    exif = Image.Exif()
    exif[271] = "PT Uji"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


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
