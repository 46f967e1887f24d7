"""Pages of officers, and the shell that phones keep."""

from __future__ import annotations

import gzip
import json
import re

import pytest
import sqlalchemy as sa

from electsys.devices import kinds, rules
from electsys.devices.models import Device, DeviceActivation
from electsys.identity.models import Grant
from electsys.web import assets
from tests.devices import usable
from tests.devices.conftest import VILLAGE, later
from tests.devices.phone import Phone
from tests.pages import count_queries


@pytest.fixture
def at_desk(session, client, officer, login):
    login(client, officer)
    return client


def grant_of(session, holder):
    return session.scalars(sa.select(Grant.id).where(Grant.account_id == holder.id)).one()


def test_from_the_list_of_holders_to_a_code_that_works(session, at_desk, holder, app):
    session.commit()
    page = at_desk.get("/perangkat/pemegang?tugas=uji")
    assert "Cetak lembar untuk 1 petugas" in page.text
    form = at_desk.get(f"/perangkat/aktivasi/uji/{grant_of(session, holder)}")
    assert form.status_code == 200
    shown = at_desk.submit(form, until=later(days=20).date().isoformat())
    assert shown.headers["Cache-Control"] == "no-store"
    code = re.search(r"\b([A-Z2-9]{5}(?:-[A-Z2-9]{5}){3})\b", shown.text)[1]
    assert "/lapangan/aktivasi" in shown.text
    assert code.replace("-", "") not in shown.request.path
    row = session.scalars(sa.select(DeviceActivation)).one()
    assert row.region == VILLAGE
    phone = Phone(app.test_client())
    plain = code.replace("-", "")
    assert phone.activate(plain).status_code == 201
    listed = at_desk.get("/perangkat")
    assert "ponsel uji" in listed.text
    assert "sudah aktif" in at_desk.get("/perangkat/pemegang?tugas=uji").text


def test_a_day_that_is_over_comes_back_at_its_field(session, at_desk, holder):
    form = at_desk.get(f"/perangkat/aktivasi/uji/{grant_of(session, holder)}")
    shown = at_desk.submit(form, until=later(days=-3).date().isoformat())
    assert shown.status_code == 422
    assert "Akhir tugas sudah lewat." in shown.text


def test_sheets_for_all_who_have_no_code(session, at_desk, holder, make_account, app):
    other = make_account(permissions=[usable.PERMISSION], region="1201011002")
    make_account(permissions=[usable.PERMISSION], region="3171011001")
    session.commit()
    page = at_desk.get("/perangkat/pemegang?tugas=uji")
    paper = at_desk.submit(page, "/perangkat/pemegang/lembar", until=later(days=20).date().isoformat())
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF")
    made = session.scalars(sa.select(DeviceActivation.account_id)).all()
    assert sorted(made) == sorted([holder.id, other.id])
    assert "kode menunggu dipakai" in at_desk.get("/perangkat/pemegang?tugas=uji").text
    again = at_desk.post(
        "/perangkat/pemegang/lembar?tugas=uji", data={"until": later(days=20).date().isoformat()}, check=False
    )
    assert "sudah punya" in again.text


def test_an_officer_sees_devices_of_the_region_only(session, client, phone, make_account, login):
    from electsys.devices.permissions import READ

    for region, seen in (("12", True), ("1201011002", False), ("3171", False)):
        login(client, make_account(permissions=[READ], region=region))
        assert ("ponsel uji" in client.get("/perangkat").text) == seen


def test_a_device_with_its_packets_is_revoked(session, at_desk, phone):
    phone.say("rumah rahasia")
    phone.say("rumah rahasia", lakukan="tolak")
    session.commit()
    device = session.scalars(sa.select(Device)).one()
    page = at_desk.get(f"/perangkat/{device.id}")
    assert "Rumah ini di luar wilayah Anda." in page.text
    assert "rumah rahasia" not in page.text
    form = at_desk.get(f"/perangkat/{device.id}/cabut")
    assert at_desk.submit(form, reason="").status_code == 422
    assert at_desk.submit(form, reason="ponsel hilang").status_code == 302
    assert "dicabut" in at_desk.get(f"/perangkat/{device.id}").text
    assert phone.get("/saya").json["code"] == "dicabut"


def test_lists_do_not_ask_row_by_row(session, at_desk, make_account, app):
    from tests.devices.routes_device import device_of
    from tests.route_examples import World

    world = World(session, None, make_account)
    for _ in range(12):
        device_of(world, make_account(permissions=[usable.PERMISSION], region=VILLAGE))
    session.commit()
    at_desk.get("/perangkat")
    for path in ("/perangkat", "/perangkat/pemegang?tugas=uji"):
        with count_queries(22):
            assert at_desk.get(path).status_code == 200


# --- the shell ------------------------------------------------------------------------------------


def release(client):
    text = client.get("/lapangan/sw.js").text
    return json.loads(re.match(r"const RELEASE = (\{.*?\});\n", text)[1])


def test_the_shell_is_the_same_for_everybody(session, client, officer, login):
    session.commit()

    def plain(page):
        return re.sub(r'nonce="[^"]+"', "", page.text)

    for path in ("/lapangan/", "/lapangan/aktivasi", "/lapangan/uji/"):
        nobody = client.get(path)
        assert "Set-Cookie" not in nobody.headers
        login(client, officer)
        assert plain(client.get(path)) == plain(nobody)
        with client.session_transaction() as cookie:
            cookie.clear()
    assert client.get("/lapangan/tidakada/").status_code == 404


def test_the_worker_stores_all_that_the_pages_load(client):
    stored = release(client)
    for path in [p for p in stored["pages"] if p.endswith(("/", "aktivasi"))]:
        page = client.get(path)
        wanted = set(re.findall(r'(?:src|href)="(/aset/[^"]+)"', page.text))
        assert wanted <= set(stored["assets"]), path
    for path in [*stored["pages"], *stored["assets"]]:
        assert client.get(path, check=False).status_code == 200, path
    assert not any(path.endswith("worker.js") for path in stored["assets"])
    names = {path.split("/", 3)[3] for path in stored["assets"]}
    for module in [n for n in names if n.endswith(".js")]:
        text = (assets.OWN / module).read_text()
        for other in re.findall(r'from "\./([a-z]+\.js)"', text):
            assert f"{module.rpartition('/')[0]}/{other}" in names, f"{module} imports {other}"


def test_the_worker_keeps_to_its_scope_and_is_never_stored_itself(client):
    answer = client.get("/lapangan/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "/api" not in " ".join(release(client)["pages"])


def test_another_template_is_another_release(app, client, monkeypatch):
    before = release(client)["version"]
    assert release(client)["version"] == before
    monkeypatch.setitem(kinds.KINDS, "uji", kinds.KINDS["lain"])
    assert release(client)["version"] != before


def test_the_shell_is_small(client):
    """NA-09: at most 150 kB over the air, and half of it is Bootstrap's style sheet."""
    size = 0
    stored = release(client)
    for path in [*stored["pages"], *stored["assets"]]:
        answer = client.get(path, headers={"Accept-Encoding": "gzip"}, check=False)
        size += len(answer.data if "Content-Encoding" in answer.headers else gzip.compress(answer.data))
    assert size < 150_000, size


def test_the_manifest_makes_it_an_app(client):
    manifest = client.get("/lapangan/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    told = manifest.json
    assert (told["display"], told["scope"], told["start_url"]) == ("standalone", "/lapangan/", "/lapangan/")
    for icon in told["icons"]:
        assert client.get(icon["src"]).mimetype == icon["type"]
    assert {icon["sizes"] for icon in told["icons"]} == {"any", "192x192", "512x512"}


def test_no_script_writes_html_or_asks_elsewhere():
    for path in (assets.OWN / "js/offline").glob("*.js"):
        text = path.read_text()
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?://", text
        ), path


def test_client_and_server_agree_on_what_they_share():
    folder = assets.OWN / "js/offline"
    told = {name: (folder / name).read_text() for name in ("util.js", "queue.js", "photos.js", "client.js")}
    assert f"PROTOCOL = {rules.PROTOCOL};" in told["util.js"]
    assert f"BATCH = {rules.BATCH};" in told["queue.js"]
    assert f"GOAL = {rules.PHOTO_GOAL};" in told["photos.js"]
    assert "PIECE = 64 * 1024;" in told["photos.js"]
    assert rules.CHUNK == 64 * 1024
    assert 'ENDS = ["dicabut", "berakhir"]' in told["client.js"]


def test_every_word_that_a_script_says_is_known():
    from electsys.devices.wording import WORDS

    asked = set()
    for path in (assets.OWN / "js/offline").glob("*.js"):
        asked |= set(re.findall(r'(?<!#)\b(?:say|BadPhoto)\("([a-z_]+)"', path.read_text()))
    asked |= {"pin_short", "pin_simple"}
    assert asked - set(WORDS) == set()


@pytest.mark.parametrize("name", ["aktivasi", "Uji", "u", "a-b", ""])
def test_a_name_that_would_not_do(name):
    with pytest.raises(ValueError, match="name of a use"):
        kinds.register(name, label="x", permission="x:x:x", receive=usable.receive, bundle=usable.bundle)


def test_no_secret_can_get_into_an_address(client):
    """Without its script a form would send its named fields in the URL."""
    from tests.pages import Html

    for path in ("/lapangan/aktivasi", "/lapangan/uji/"):
        fields = [
            e for e in Html(client.get(path).text).all("input") if e.get("id") in ("pin", "pin2", "kode")
        ]
        assert fields
        assert [e.get("name") for e in fields] == [None] * len(fields)


def test_who_works_on_a_phone_is_led_to_it(client, login, make_account):
    from electsys.devices.permissions import MANAGE
    from tests.devices import usable

    login(client, make_account(permissions=[usable.PERMISSION], region="1201011001"))
    home = client.get("/").text
    assert "Kerjakan di ponsel" in home and 'href="/lapangan/uji/"' in home
    login(client, make_account(permissions=[usable.PERMISSION, MANAGE], region="1201"))
    assert "Kerjakan di ponsel" not in client.get("/").text
