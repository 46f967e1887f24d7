"""The pages of entry over HTTP: three requests a person, blind second entry, questions, photos, rounds."""

from __future__ import annotations

import functools
import io
import re

import pytest
from sqlalchemy import select

from electsys.elections.models import Ballot, BallotLine, Contest, Participant
from electsys.ledger import Actor
from electsys.regions.models import Dapil, DapilVillage
from modules.situng.models import Capture
from modules.situng.operations.captures import open_capture, submit_entry
from modules.situng.operations.photos import add_photo
from modules.situng.operations.totals import open_count
from modules.situng.queries.contests import contest_count
from modules.situng.queries.queues import QUEUES
from tests.pages import Html, count_queries
from tests.situng.conftest import CLEAN
from tests.situng.test_capture import A, B, picture

DESK = "/hasil/entri/pemilu-2024/ppwp"
PUBLIC = "/hitung-suara/pemilu-2024/ppwp"


@pytest.fixture
def typist(app, make_account, login):
    """A client of an operator of entry, and its account."""

    def make(role="operator_kpu_kabko", region="1201"):
        account = make_account(role=role, region=region)
        client = app.test_client()
        login(client, account)
        client.account = Actor(account.id, account.username)
        return client

    return make


def hidden(page, name):
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)
    assert found, page.text[:500]
    return found.group(1)


def send(client, values, page, **more):
    fields = {k: "" if v is None else str(v) for k, v in values.items()}
    fields |= {"csrf_token": hidden(page, "csrf_token"), "kunci": hidden(page, "kunci")} | more
    return client.post(f"{DESK}/{A}", data=fields)


def take(client, step):
    home = client.get(DESK)
    return client.post(f"{DESK}/ambil", data={"csrf_token": hidden(home, "csrf_token"), "langkah": step})


def capture_of(session, code=A):
    session.expire_all()
    return session.query(Capture).filter_by(tps_code=code).order_by(Capture.round.desc()).first()


def test_two_people_enter_a_form_and_it_stands_on_the_public_page(session, client, count, typist):
    one, two = typist(), typist("operator_sirekap_ppk", "120101")
    row = open_capture(count, A, actor=one.account)
    add_photo(row, picture(), page=1, actor=one.account)
    session.commit()
    sent = send(one, CLEAN, one.get(f"{DESK}/{A}"))
    assert sent.status_code == 302 and capture_of(session).state == "entri_pertama"
    assert "Menunggu entri kedua" in one.get(f"{DESK}/{A}").text
    page = two.get(f"{DESK}/{A}")
    assert "Entri kedua" in page.text and 'value="124"' not in page.text and ">124<" not in page.text
    hidden_photo = re.search(r"/hitung-suara/foto/12/\d+", page.text).group(0)
    assert client.get(hidden_photo, check=False).status_code == 404
    assert two.get(hidden_photo).status_code == 200
    assert send(two, CLEAN, page).status_code == 302
    assert capture_of(session).state == "diterima"
    done = two.get(f"{DESK}/{A}").text
    assert re.search(r'class="capture-qr"[^>]*>\s*<svg[^>]*viewBox', done), "the QR is a picture"
    assert f"{PUBLIC}/{A}" in done and f"{PUBLIC}/{A}.json" in done and capture_of(session).version_id
    public = client.get(f"{PUBLIC}/{A}").text
    assert "Dientri dua orang" in public and "SHA-256" in public and hidden_photo in public
    assert "tanggapan/situng_lapor?tentang=" in public
    assert client.get(hidden_photo).mimetype == "image/png"
    assert client.get(f"{PUBLIC}/{A}.json").json["versi"][0]["foto"]


def test_a_fault_is_asked_about_once_and_then_stored_as_written(session, count, typist):
    one = typist()
    wrong = CLEAN | {"suara_2": 224, "suara_sah": 150}
    page = send(one, wrong, one.get(f"{DESK}/{A}"))
    assert page.status_code == 422
    assert "F.107" in page.text and "angka ratusan" in page.text and "bila 124" in page.text
    assert capture_of(session) is None or capture_of(session).state == "kosong"
    ticked = {"tertulis": "1", "diperiksa": hidden(page, "diperiksa")}
    other = send(one, wrong | {"suara_1": 18}, page, **ticked)
    assert other.status_code == 422  # what was ticked was for other numbers
    page = send(one, wrong, other)
    assert send(one, wrong, page, tertulis="1", diperiksa=hidden(page, "diperiksa")).status_code == 302
    assert capture_of(session).first_votes == [17, 224, 9]


def test_a_warning_is_accepted_with_a_reason(session, typist):
    one = typist()
    odd = CLEAN | {"surat_suara_diterima": 207, "surat_suara_tidak_digunakan": 56}
    page = send(one, odd, one.get(f"{DESK}/{A}"))
    assert page.status_code == 422 and "W.112" in page.text
    known = {"diperiksa": hidden(page, "diperiksa")}
    assert send(one, odd, page, **known).status_code == 422
    sent = send(one, odd, page, **known, **{"alasan-W.112:cadangan": "Ditambah dari TPS 002"})
    assert sent.status_code == 302
    said = capture_of(session).reasons["W.112:cadangan"]
    assert (said["alasan"], said["akun"]) == ("Ditambah dari TPS 002", one.account.account_id)


def test_what_is_no_number_comes_back_with_its_field(typist):
    one = typist()
    page = send(one, CLEAN | {"suara_2": "12a"}, one.get(f"{DESK}/{A}"))
    assert page.status_code == 422 and 'href="#suara_2"' in page.text and 'value="17"' in page.text


def test_a_draft_comes_back(session, typist):
    one, two = typist(), typist()
    page = one.get(f"{DESK}/{A}")
    fields = {"csrf_token": hidden(page, "csrf_token"), "suara_1": "17", "suara_2": "1"}
    assert one.post(f"{DESK}/{A}/draf", data=fields).status_code == 204
    again = one.get(f"{DESK}/{A}").text
    assert "Draf Anda" in again and 'value="17"' in again
    assert 'value="17"' not in two.get(f"{DESK}/{A}").text


def test_the_third_person_sees_only_what_differs_and_no_names(session, count, typist):
    one, two, three = typist(), typist("operator_sirekap_ppk", "120101"), typist("ppk", "120101")
    row = open_capture(count, A, actor=one.account)
    add_photo(row, picture(), page=1, actor=one.account)
    submit_entry(row, CLEAN, actor=one.account)
    submit_entry(row, CLEAN | {"suara_2": 142}, actor=two.account)
    session.commit()
    queue = three.get("/hasil/antrean/pemilu-2024/ppwp?antrean=selisih")
    assert f"{DESK}/{A}/selisih" in queue.text
    page = three.get(f"{DESK}/{A}/selisih")
    assert "124" in page.text and "142" in page.text
    assert page.text.count("<fieldset") == 1
    for person in (one, two):
        assert person.account.name not in page.text
    token = hidden(page, "csrf_token")
    assert three.post(f"{DESK}/{A}/selisih", data={"csrf_token": token}).status_code == 422
    sent = three.post(f"{DESK}/{A}/selisih", data={"csrf_token": token, "pilih-suara_2": "0"})
    assert sent.status_code == 302 and capture_of(session).state == "diterima"


def test_another_round_keeps_the_old_version_and_strikes_it_through(
    session, client, count, typist, make_account, app, login
):
    one, two = typist(), typist("operator_sirekap_ppk", "120101")
    for n, values in enumerate((CLEAN, CLEAN | {"suara_1": 16, "suara_2": 125})):
        if n:
            member = typist("anggota_kpu_kabko")
            page = member.get(f"/hasil/putaran/pemilu-2024/ppwp/{A}")
            fields = {
                "csrf_token": hidden(page, "csrf_token"),
                "vote_kind": "Pemungutan Suara Ulang",
                "decision": "Keputusan 12/2024: kotak dibuka tidak sah",
                "document": (io.BytesIO(pdf()), "sk.pdf"),
            }
            assert member.post(f"/hasil/putaran/pemilu-2024/ppwp/{A}", data=fields).status_code == 302
            assert "Keputusan 12/2024" in client.get(f"{PUBLIC}/{A}").text
        row = open_capture(count, A, actor=one.account)
        add_photo(row, picture(n), page=1, actor=one.account)
        for person in (one, two):
            submit_entry(row, values, actor=person.account)
        assert (row.round, row.state) == (n + 1, "diterima")
    session.commit()
    public = client.get(f"{PUBLIC}/{A}").text
    assert (
        "Pemungutan Suara Ulang" in public and "<del>17</del>" in public and public.count("form-photos") == 2
    )


def pdf():
    import pypdfium2

    made = pypdfium2.PdfDocument.new()
    made.new_page(200, 200)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_number_without_its_photo_is_not_shown(session, client, count, typist):
    one, two = typist(), typist("operator_sirekap_ppk", "120101")
    row = open_capture(count, A, actor=one.account)
    for person in (one, two):
        submit_entry(row, CLEAN, actor=person.account)
    session.commit()
    text = client.get(f"{PUBLIC}/{A}").text
    assert "Menunggu foto" in text and "124" not in Html(text).text()
    assert A in one.get("/hasil/antrean/pemilu-2024/ppwp?antrean=menunggu_foto").text


@pytest.mark.parametrize("queue", QUEUES)
def test_every_queue_lists_and_exports(session, count, typist, queue):
    one, two = typist(), typist("operator_sirekap_ppk", "120101")
    row = open_capture(count, A, actor=one.account)
    for person in (one, two):
        submit_entry(row, CLEAN, actor=person.account)
    submit_entry(open_capture(count, B, actor=one.account), CLEAN, actor=one.account)
    session.commit()
    with count_queries(30):
        page = one.get(f"/hasil/antrean/pemilu-2024/ppwp?antrean={queue}")
    assert page.status_code == 200
    export = one.get(f"/hasil/antrean/pemilu-2024/ppwp?antrean={queue}&unduh=csv")
    assert export.mimetype == "text/csv" and export.text


def test_the_pace_names_areas_and_no_person(session, count, typist):
    one, two = typist(), typist("operator_sirekap_ppk", "120101")
    row = open_capture(count, A, actor=one.account)
    for person in (one, two):
        submit_entry(row, CLEAN, actor=person.account)
    session.commit()
    text = one.get("/hasil/antrean/pemilu-2024/ppwp/kinerja").text
    assert "Menunggu foto" in text and two.account.name not in text


def test_a_form_of_twenty_takes_three_requests_a_person(session, app, count, typist):
    """Take, page, send: over HTTP, for each of both people (Abacus counts so)."""
    contest = Contest(election_id=count.election_id, kind="dpd", name="DPD")
    known = session.query(Contest).filter_by(election_id=count.election_id, kind="dpd").one_or_none()
    contest = known or contest
    session.add(contest)
    session.flush()
    province = session.scalar(
        select(DapilVillage.dapil_id)
        .join(Dapil, Dapil.id == DapilVillage.dapil_id)
        .where(Dapil.chamber == "dpd", DapilVillage.village_code == A[:10])
    )
    ballot = Ballot(contest_id=contest.id, dapil_id=province, source="uji", version=9)
    session.add(ballot)
    session.flush()
    for n in range(1, 21):
        person = Participant(
            contest_id=contest.id, number=900 + n, kind="perseorangan", name=f"Calon {n}", short_name=f"C{n}"
        )
        session.add(person)
        session.flush()
        session.add(BallotLine(ballot_id=ballot.id, position=n, participant_id=person.id, name=person.name))
    session.flush()
    open_count(contest, actor=Actor.system("uji"))
    many = contest_count(contest.id)
    one, two = typist(), typist("operator_sirekap_ppk", "120101")
    row = open_capture(many, A, actor=one.account)
    add_photo(row, picture(), page=1, actor=one.account)
    session.commit()
    votes = {f"suara_{900 + n}": 7 for n in range(1, 21)} | {"suara_901": 17}
    values = {k: v for k, v in CLEAN.items() if not k[6:].isdigit()} | votes
    desk = "/hasil/entri/pemilu-2024/dpd"
    for person, step in ((one, "pertama"), (two, "kedua")):
        home = person.get(desk)
        requests: list[int] = []
        count_them = functools.partial(requests.append, 1)
        person.application.before_request_funcs.setdefault(None, []).append(count_them)
        token = hidden(home, "csrf_token")
        page = person.post(
            f"{desk}/ambil", data={"csrf_token": token, "langkah": step}, follow_redirects=True
        )
        fields = {k: str(v) for k, v in values.items()}
        fields |= {"csrf_token": hidden(page, "csrf_token"), "kunci": hidden(page, "kunci"), "berikut": "1"}
        sent = person.post(f"{desk}/{A}", data=fields)
        person.application.before_request_funcs[None].pop()
        assert sent.status_code == 302 and len(requests) <= 3
    session.expire_all()
    assert session.query(Capture).filter_by(contest_id=contest.id).one().state == "diterima"
