"""A KPPS's day without a network: activated by the PPS, filled, photographed, killed, sent, counted."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from tests.devices.journey import PIN, phone_browser, send_now, unlock, waiting

CODE = "1201011001001"
PASSWORD = "tinta-ungu-di-jari-61"


@pytest.fixture(scope="module")
def station(live) -> Any:
    """The TPS with its KPPS, the PPS that activates phones, and an operator for the second entry."""
    from modules.situng.demo import clean_form
    from modules.situng.queries.contests import contest_by_code, contest_count
    from modules.situng.simulated import photos

    live.account("pps", CODE[:10], username="pps.uji", password=PASSWORD)
    live.account("kpps_ketua", CODE, username="ketua.kpps")
    second = live.account("operator_kpu_kabko", "1201", username="operator.uji", password=PASSWORD)
    with live.session():
        count = contest_count(contest_by_code("pemilu-2024", "ppwp").id)
        values = clean_form(count, CODE)
        pages = photos(count, CODE, values)
        other = photos(count, CODE, values, of="1201011001002")[0]
    return SimpleNamespace(values=values, pages=pages, other=other, second=second)


@pytest.fixture
def phone(live, chromium, station) -> Any:
    with phone_browser(live, chromium) as opened:
        opened.set_default_timeout(60_000)
        yield opened


def narrow(page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 740})


def activate(page: Any, context: Any, log_in: Any, axe: Any, screenshot: Any) -> Any:
    """The PPS makes a code, the KPPS scans it: the phone is at work."""
    log_in(page, "pps.uji", PASSWORD)
    page.goto("/perangkat/pemegang?tugas=kpps")
    axe(page)
    page.get_by_role("link", name="Ketua Kpps").click()
    page.get_by_role("button", name="Buat kode aktivasi").click()
    code = page.locator(".field-code").inner_text()
    screenshot(page, "kpps-aktivasi", full=False)
    hand = context.new_page()
    hand.goto(f"/lapangan/aktivasi#{code}")
    hand.get_by_label("PIN baru").fill(PIN)
    hand.get_by_label("Ulangi PIN").fill(PIN)
    hand.get_by_role("button", name="Aktifkan").click()
    hand.wait_for_url("**/lapangan/kpps/")
    unlock(hand)
    hand.evaluate("navigator.serviceWorker.ready")
    hand.locator("#daftar-kontes li").first.wait_for()
    return hand


def fill(hand: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        hand.locator(f"#{name}").fill(str(value))


def snap(hand: Any, page: int, content: bytes) -> None:
    hand.set_input_files(f"#foto-{page}", {"name": "c.jpg", "mimeType": "image/jpeg", "buffer": content})


def entries(live: Any) -> list[Any]:
    with psycopg.connect(live.database) as connection:
        return connection.execute(
            "select state, first_votes from capture where tps_code = %s", (CODE,)
        ).fetchall()


def test_a_day_without_a_network(live, station, page, phone, log_in, axe, screenshot):
    hand = activate(page, phone, log_in, axe, screenshot)
    axe(hand, widths=(360,))
    narrow(hand)
    phone.set_offline(True)

    # Half of the form, then the page is killed: what was typed is there again.
    values = station.values
    hand.get_by_role("button", name="Isi angka").first.click()
    hand.get_by_role("heading", name="Presiden").wait_for()
    half = dict(list(values.items())[:12])
    fill(hand, half)
    hand.wait_for_timeout(1200)
    hand.close(run_before_unload=False)
    hand = phone.new_page()
    hand.goto("/lapangan/kpps/")
    unlock(hand)
    hand.get_by_role("button", name="Isi angka").first.click()
    assert hand.locator("#pengguna_dpt_j").input_value() == str(values["pengguna_dpt_j"])

    # A digit too many: the sum says so; it is mended, the rest of the warnings get a reason.
    fill(hand, values | {"suara_1": values["suara_1"] + 100})
    hand.get_by_text("jumlah belum cocok").wait_for()
    hand.get_by_role("button", name="Simpan dan kirim").click()
    hand.get_by_role("heading", name="Periksa dulu").wait_for()
    assert "F.107" in hand.locator("#temuan").inner_text()
    shown = hand.get_by_role("heading", name="Periksa dulu").bounding_box()
    bar = hand.locator("#keadaan").bounding_box()
    assert shown["y"] >= bar["y"] + bar["height"], "what is wrong begins below the bar, not under it"
    axe(hand, widths=(360,))
    narrow(hand)
    screenshot(hand, "kpps-temuan", full=False)
    fill(hand, {"suara_1": values["suara_1"]})
    hand.get_by_text("jumlah cocok").wait_for()
    hand.evaluate("scrollTo(0, 500)")
    screenshot(hand, "kpps-angka", full=False)
    hand.locator("#simpan-angka").click()
    for choice in hand.locator("#temuan select").all():
        choice.select_option(label="Sesuai C.Hasil")
    if hand.locator("#temuan select").count():
        hand.locator("#simpan-angka").click()

    # The photos of its pages; the same one twice is noticed on the phone.
    hand.get_by_role("heading", name="Foto Presiden").wait_for()
    snap(hand, 1, station.pages[0])
    hand.get_by_text("Foto halaman 1 aman di ponsel").wait_for()
    snap(hand, 2, station.pages[0])
    hand.get_by_text("sama persis").wait_for()
    snap(hand, 2, station.pages[1])
    hand.get_by_text("Foto halaman 2 aman di ponsel").wait_for()
    axe(hand, widths=(360,))
    narrow(hand)
    screenshot(hand, "kpps-foto", full=False)
    hand.locator("#foto").get_by_role("button", name="Kembali ke daftar").click()
    hand.get_by_text("aman di ponsel, belum dikirim").wait_for()
    assert entries(live) == []

    # The page is killed once more; the QR is there without a network.
    hand.close(run_before_unload=False)
    hand = phone.new_page()
    hand.goto("/lapangan/kpps/")
    hand.get_by_text("luring").wait_for()
    unlock(hand)
    hand.get_by_role("button", name="Tunjukkan QR").click()
    hand.locator("#kode-ke").get_by_text("Kode 1 dari 1").wait_for()
    axe(hand, widths=(360,))
    narrow(hand)
    screenshot(hand, "kpps-qr", full=False)
    carried(hand, live, page, axe, screenshot)

    # The network is back: everything goes, the numbers that were carried count once.
    hand.locator("#kode").get_by_role("button", name="Kembali ke daftar").click()
    phone.set_offline(False)
    send_now(hand)
    waiting(hand, 0)
    hand.get_by_text("3 dari 3 bagian sudah diterima KPU").wait_for()
    hand.locator("#selesai").wait_for()
    hand.locator(".kpps-receipt summary").click()
    assert len(hand.locator(".kpps-hash").inner_text()) == 64
    axe(hand, widths=(360,))
    narrow(hand)
    screenshot(hand, "kpps-diterima", full=False)
    votes = [values[f"suara_{n}"] for n in (1, 2, 3)]
    assert entries(live) == [("entri_pertama", votes)]
    counted(live, station, hand, page, log_in)


def carried(hand: Any, live: Any, page: Any, axe: Any, screenshot: Any) -> None:
    """The PPS takes a picture of the phone's screen and hands it in."""
    from PIL import Image

    seen = Image.open(io.BytesIO(hand.screenshot()))
    out = io.BytesIO()
    seen.resize((seen.width * 2, seen.height * 2)).rotate(3, fillcolor="white").convert("RGB").save(
        out, "JPEG"
    )
    page.goto("/perangkat/titipan")
    axe(page)
    photo = {"name": "layar.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    page.set_input_files("#photos", photo)
    page.get_by_role("button", name="Kirim titipan").click()
    page.get_by_text("Kiriman diterima.").wait_for()
    axe(page)
    screenshot(page, "kpps-titipan", full=False)
    assert [state for state, _votes in entries(live)] == ["entri_pertama"]


def counted(live: Any, station: Any, hand: Any, page: Any, log_in: Any) -> None:
    """Nothing is public after the first entry; after the second, blind one it is, with its photos."""
    from electsys.ledger import Actor
    from modules.situng.operations.captures import submit_entry
    from modules.situng.queries.captures import latest_round
    from modules.situng.queries.contests import contest_by_code

    public = f"/hitung-suara/pemilu-2024/ppwp/{CODE}"
    votes = str(station.values["suara_total"])
    page.context.clear_cookies()
    page.goto(public)
    assert page.get_by_text("yang dihitung").count() == 0
    assert votes not in page.locator("main").inner_text()
    with live.session():
        row = latest_round(contest_by_code("pemilu-2024", "ppwp").id, CODE)
        reasons = {f"W.119:{why}": "Sesuai foto" for why in ("tanpa_tidak_sah", "satu_peserta")}
        submit_entry(
            row,
            station.values,
            actor=Actor(station.second, "operator.uji"),
            reasons=reasons | {"W.121:bacaan": "Sesuai foto", "W.112:cadangan": "Sesuai foto"},
        )
        assert row.state == "diterima"
    page.reload()
    page.get_by_text("yang dihitung").first.wait_for()
    assert votes in page.locator("main").inner_text()


def test_another_tps_s_photo_is_told_on_the_phone(live, station, page, phone, log_in, axe, screenshot):
    hand = activate(page, phone, log_in, lambda *_a, **_k: None, lambda *_a, **_k: None)
    hand.get_by_role("button", name="Foto halaman").first.click()
    snap(hand, 1, station.other)
    # Once the photo has arrived the phone asks by itself what KPU saw in it.
    hand.locator("[data-page='1']").get_by_text("menunjuk TPS 1201011001002").wait_for()
    narrow(hand)
    screenshot(hand, "kpps-foto-tps-lain", full=False)


def test_numbers_overtake_a_photo_that_is_on_its_way(station, page, phone, log_in):
    """A photo of several pieces is under way when the numbers are kept: they go before its next piece."""
    from tests.devices.journey import noise

    hand = activate(page, phone, log_in, lambda *_a, **_k: None, lambda *_a, **_k: None)
    order: list[str] = []
    held: list[Any] = []

    def hold_the_first(route: Any) -> None:
        order.append("foto")
        if held:
            route.continue_()
        else:
            held.append(route)

    phone.route("**/api/perangkat/berkas/*offset=*", hold_the_first)
    phone.on("request", lambda r: order.append("paket") if r.url.endswith("/paket") else None)
    hand.get_by_role("button", name="Foto halaman").first.click()
    snap(hand, 2, noise())
    hand.get_by_text("Foto halaman 2 aman di ponsel").wait_for()
    hand.locator("#foto").get_by_role("button", name="Kembali ke daftar").click()
    hand.get_by_role("button", name="Isi angka").or_(
        hand.get_by_role("button", name="Lihat angka")
    ).first.click()
    fill(hand, {"suara_1": 1})
    hand.locator("#simpan-angka").click()
    hand.locator("#tertulis").check()
    for choice in hand.locator("#temuan select").all():
        choice.select_option(index=1)
    assert order == ["paket", "foto"]
    hand.locator("#simpan-angka").click()
    hand.get_by_role("heading", name="Foto Presiden").wait_for()
    held[0].continue_()
    waiting(hand, 0)
    assert order[:3] == ["paket", "foto", "paket"] and order[3:].count("foto") >= 2


def test_the_phone_judges_as_the_server_does(live, station, page):
    """One table of rules read in two languages: random forms, wrong and right, give the same findings."""
    import random

    from electsys.web import assets
    from modules.situng import field_bundle
    from modules.situng.checks import Around, judge_entry
    from modules.situng.queries.captures import names_of
    from modules.situng.queries.contests import contest_by_code, contest_count, limits

    rng, dpt = random.Random(5), (132, 107)
    with live.session():
        count = contest_count(contest_by_code("pemilu-2024", "ppwp").id)
        election = contest_by_code("pemilu-2024", "ppwp").election
        bundle = field_bundle.carried(election, CODE) | {"dpt": list(dpt)}
        bounds = limits(count.election_id)
    with live.app.test_request_context():
        module = assets.asset("js/kpps/rules.js")
    names, width = names_of(count), len(count.model.names)
    forms = [{name: station.values[name] for name in names}]
    for _n in range(300):
        form = dict(rng.choice(forms[:40]))
        for name in rng.sample(names, rng.randint(0, 3)):
            form[name] = rng.choice([None, 0, 1, 5, (form[name] or 0) + 1, 150, 320])
        forms.append(form)
    expected = []
    for form in forms:
        values = [form[name] for name in names]
        cells = dict(zip(count.model.names, values[:width], strict=True))
        faults, warnings = judge_entry(cells, values[width:], count.columns, bounds, Around(dpt=dpt))
        expected.append(sorted(key.partition(":")[0] for key in (*faults, *warnings)))
    assert len({tuple(each) for each in expected}) > 20
    page.goto("/lapangan/")
    told = page.evaluate(
        """async ([module, bundle, forms]) => {
          const { judge, namesOf } = await import(module);
          const contest = bundle.kontes[0];
          const names = namesOf(bundle.formulir[contest.formulir], contest);
          return [names, forms.map((values) => {
            const { sums, looks } = judge(bundle, contest, names, values);
            return [...sums.map(({ code }) => code), ...looks.map(({ key }) => key.split(":")[0])].sort();
          })];
        }""",
        [module, bundle, forms],
    )
    assert told[0] == names
    for form, there, here in zip(forms, expected, told[1], strict=True):
        assert here == there, form


def test_the_longest_ballot_is_entered_party_by_party(live, station, page, phone, log_in, axe):
    """The DPR: 18 parties with ten candidates each; a packet still under two kilobytes, the QR in parts."""
    import json

    with live.session() as session:
        long_ballot(session)
    hand = activate(page, phone, log_in, lambda *_a, **_k: None, lambda *_a, **_k: None)
    phone.set_offline(True)
    card = hand.locator("[data-contest=dpr]")
    card.get_by_role("button", name="Isi angka").click()
    values = dict(station.values)
    for name in ("suara_1", "suara_2", "suara_3"):
        del values[name]
    fill(hand, values)
    hand.evaluate(
        """() => document.querySelectorAll("[data-votes] input").forEach((input, i) => {
          input.value = String(i % 3);
          input.dispatchEvent(new Event("input", { bubbles: true }));
        })"""
    )
    assert hand.locator("[data-votes] input").count() == 18 * 12
    assert hand.locator("[data-party='2']").inner_text() == "Dihitung ponsel: 10"
    axe(hand, widths=(360,))
    narrow(hand)
    hand.locator("#suara_1").scroll_into_view_if_needed()
    hand.locator("#simpan-angka").click()
    if hand.locator("#tertulis").count():
        hand.locator("#tertulis").check()
    for choice in hand.locator("#temuan select").all():
        choice.select_option(index=1)
    hand.locator("#simpan-angka").click()
    hand.get_by_role("heading", name="Foto DPR").wait_for()
    assert hand.locator("#daftar-foto li").count() >= 6
    hand.locator("#foto").get_by_role("button", name="Kembali ke daftar").click()
    card.get_by_role("button", name="Tunjukkan QR").click()
    hand.get_by_text("Kode 1 dari").wait_for()
    hand.get_by_role("button", name="Kode berikutnya").click()
    hand.get_by_text("Kode 2 dari").wait_for()
    text = hand.locator("#teks-kode").input_value()
    hand.locator("#kode").get_by_role("button", name="Kembali ke daftar").click()
    sent: list[str] = []
    phone.on("request", lambda r: sent.append(r.post_data or "") if r.url.endswith("/paket") else None)
    phone.set_offline(False)
    send_now(hand)
    card.get_by_text("Tanda terima").wait_for()
    [packet] = json.loads(sent[0])["packets"]
    assert len(json.dumps(packet, separators=(",", ":"))) <= 2048
    page.goto("/perangkat/titipan")
    page.get_by_label("Isi kode QR").fill(text)
    page.get_by_role("button", name="Kirim titipan").click()
    page.get_by_text("tidak dicatat dua kali").wait_for()


def long_ballot(session: Any) -> None:
    """A frozen ballot of the DPR in the dapil of the TPS."""
    from sqlalchemy import select

    from electsys.elections.models import Ballot, BallotLine, Participant
    from electsys.ledger import Actor
    from electsys.regions.models import Dapil, DapilVillage
    from modules.situng.operations.totals import open_count
    from modules.situng.queries.contests import contest_by_code

    contest = contest_by_code("pemilu-2024", "dpr")
    dapil = session.scalars(
        select(Dapil.id)
        .join(DapilVillage, DapilVillage.dapil_id == Dapil.id)
        .where(Dapil.chamber == "dpr", DapilVillage.village_code == CODE[:10])
    ).one()
    parties = session.scalars(
        select(Participant)
        .where(Participant.contest_id == contest.id, Participant.region_code == "")
        .order_by(Participant.number)
    ).all()[:18]
    ballot = Ballot(contest_id=contest.id, dapil_id=dapil, source="uji")
    session.add(ballot)
    session.flush()
    lines = [(party, n) for party in parties for n in range(11)]
    session.add_all(
        BallotLine(
            ballot_id=ballot.id,
            position=at,
            participant_id=party.id,
            candidate_number=n or None,
            name=f"CALON CONTOH YANG BERNAMA PANJANG {party.number}.{n}" if n else party.name,
        )
        for at, (party, n) in enumerate(lines, 1)
    )
    session.flush()
    open_count(contest, actor=Actor.system("uji"))
