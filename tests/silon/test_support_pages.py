"""Pages of the verification of supporters: what KPU, a verifier and those who are supported see and do."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from electsys import jobs
from electsys.errors import Refused
from electsys.identity.operations import seed_roles
from electsys.ledger import Actor
from electsys.verification.models import Contact, Sample, VerificationItem
from electsys.verification.registry import JUDGE
from electsys.verification.registry import READ as READ_ITEMS
from modules.silon.models import NominationLiaison, SupporterPaper
from modules.silon.operations import support_factual as factual
from modules.silon.operations import support_steps, supporters
from modules.silon.permissions import ASSIGN_VISITS, CONCLUDE, EDIT, READ, RECEIVE, SUBMIT, VERIFY, VISIT
from modules.silon.queries import support as queries
from modules.silon.queries.support_judging import QUEUE
from modules.silon.rules import support as rules
from tests.pages import count_queries
from tests.silon import conftest as make
from tests.silon import supporting, visiting
from tests.silon.test_support import claim

NEAR, FAR = "1201011001", "1202011001"


@pytest.fixture(autouse=True)
def opened(session):
    seed_roles(actor=make.ACTOR)
    visiting.open_stages()


@pytest.fixture
def office(make_account):
    """The KPU of the province."""
    return make_account(
        permissions=[READ, RECEIVE, VERIFY, CONCLUDE, ASSIGN_VISITS, VISIT, READ_ITEMS, JUDGE], region="12"
    )


@pytest.fixture
def verifier(make_account):
    return make_account(permissions=[READ, VISIT, VERIFY, READ_ITEMS, JUDGE], region="1201")


def liaison_of(session, make_account, row):
    account = make_account(permissions=[READ, EDIT, SUBMIT], region="12")
    session.add(NominationLiaison(nomination_id=row.id, account_id=account.id))
    session.flush()
    return account


def jpeg() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    out.seek(0)
    return out, "ktp.jpg"


def test_the_province_enters_the_seed_nowhere_and_the_nation_once(
    session, client, login, office, make_account
):
    page = "/calon/dukungan/pemilu/pemilu-2024/undian"
    login(client, office)
    assert "belum ditetapkan" in client.get(page).text
    assert client.post(page, data={"undian": "7", "sumber": "pleno"}).status_code == 403
    login(client, make_account(permissions=[READ, ASSIGN_VISITS]))
    short = client.submit(client.get(page), page, undian="7", sumber="")
    assert short.status_code == 422 and "Tuliskan sumbernya" in short.text
    assert client.submit(client.get(page), page, undian="7 31", sumber="pleno").status_code == 302
    assert "7 31" in client.get(page).text


def test_from_the_draw_to_the_closed_area(app, session, client, login, office, verifier, monkeypatch):
    monkeypatch.setattr(queries, "determined_voters", lambda election, region: 10_853_940)
    monkeypatch.setattr(queries, "demand_of", lambda nomination: rules.Demand(3, 1, 33))
    row = visiting.in_field(session, {NEAR: 2, FAR: 1})
    base = f"/calon/dukungan/{row.id}/faktual"
    login(client, office)
    page = client.get(base)
    assert "Bilangan undian belum ditetapkan" in page.text
    visiting.seed()
    page = client.get(base)
    assert client.submit(page, f"{base}/sampel").status_code == 302
    session.commit()
    jobs.run_pending(app)
    near, _far = session.scalars(select(Sample).order_by(Sample.region)).all()
    people = visiting.people(session, near)
    area = client.get(f"{base}/1201")
    assert all(f"/calon/dukungan/faktual/orang/{p.id}" in area.text for p in people)
    assert near.frame_digest.hex() in area.text
    assert client.submit(area, f"{base}/1201/bagi", akun=[str(verifier.id)]).status_code == 302
    login(client, verifier)
    assert "Datangi 2 orang" in client.get("/calon/dukungan/faktual").text
    assert "Datangi pendukung calon" in client.get("/").text
    own = client.get("/calon/dukungan/faktual/tugas")
    assert "PENDUKUNG UJI" in own.text and "1201**" not in own.text
    for n, person in enumerate(people):
        at = f"/calon/dukungan/faktual/orang/{person.id}"
        said = {"cara": "rumah", "hasil": "membenarkan", "waktu": "2026-01-02T09:00"}
        without = client.submit(client.get(at), at, **said)
        assert without.status_code == 422 and "foto bukti" in without.text
        assert session.query(Contact).count() == n, "nothing half-applied"
        assert client.submit(client.get(at), at, **said, foto=jpeg()).status_code == 302
    done = client.get(at)
    assert "membenarkan dukungannya" in done.text and "Foto 1" in done.text and "1201**********" in done.text
    pdf = client.get(f"{base}/1201/lembar-kerja.pdf")
    assert pdf.data[:5] == b"%PDF-"
    login(client, office)
    area = client.get(f"{base}/1201")
    assert client.submit(area, f"{base}/1201/tutup").status_code == 302
    assert "2 × 2 / 2" in client.get(f"{base}/1201").text
    assert "2 dari 3 pendukung" in client.get(base).text
    page = client.get(f"/calon/dukungan/{row.id}")
    early = client.submit(page, f"/calon/dukungan/{row.id}/simpulkan", reason="")
    assert early.status_code == 422 and "1 wilayah" in early.text


def test_who_is_supported_sees_figures_and_no_people(session, client, login, make_account):
    visiting.seed()
    row = visiting.in_field(session, {NEAR: 2})
    [sample] = factual.draw(row, actor=make.ACTOR).samples
    person = visiting.people(session, sample)[0]
    login(client, liaison_of(session, make_account, row))
    shown = client.get(f"/calon/dukungan/{row.id}/faktual/1201")
    assert shown.status_code == 200 and "PENDUKUNG UJI" not in shown.text
    assert client.get(f"/calon/dukungan/faktual/orang/{person.id}").status_code == 403
    assert client.get(f"/calon/dukungan/{row.id}/faktual/1201/lembar-kerja.pdf").status_code == 403
    supporter = client.get(f"/calon/dukungan/pendukung/{person.subject.partition(':')[2]}")
    assert supporter.status_code == 200 and "dalam sampel" not in supporter.text
    other = visiting.in_field(session, {NEAR: 2}, label="LAIN")
    assert client.get(f"/calon/dukungan/{other.id}/faktual").status_code == 403
    assert "LAIN" not in client.get("/calon/dukungan/faktual").text


def test_a_liaison_brings_papers_and_reads_why_a_flag_came(session, client, login, make_account):
    row = supporting.person(session)
    rival = supporting.person(session, label="CALON SAINGAN")
    mine, theirs = (liaison_of(session, make_account, each) for each in (row, rival))
    one = supporters.add_supporter(row, claim(occupation="KEPALA DESA"), actor=Actor(mine.id, mine.name))
    supporters.add_supporter(rival, claim(), actor=Actor(theirs.id, "penghubung saingan"))
    login(client, mine)
    at = f"/calon/dukungan/pendukung/{one.id}"
    page = client.get(at)
    assert "karena perubahan pada daftar lain" in page.text and "karena perubahan baris ini" in page.text
    assert rival.label not in page.text and "penghubung saingan" not in page.text
    bring = f"{at}/dokumen"
    missing = client.submit(client.get(bring), bring, kind="ktp")
    assert missing.status_code == 422
    assert client.submit(client.get(bring), bring, kind="ktp", file=jpeg()).status_code == 302
    paper = session.scalars(select(SupporterPaper)).one()
    assert paper.file.sealed is not None
    answer = client.get(f"/calon/dukungan/dokumen/{paper.id}")
    assert answer.mimetype == "image/jpeg" and answer.headers["Cache-Control"] == "no-store"
    withdraw = f"{at}/tarik"
    assert client.submit(client.get(withdraw), withdraw, reason="").status_code == 422
    assert client.submit(client.get(withdraw), withdraw, reason="salah ketik").status_code == 302
    gone = client.get(at)
    assert "Salah ketik" in gone.text and "dilepas" in gone.text


def test_a_repair_says_how_many_are_asked_for(session, client, login, make_account, monkeypatch):
    monkeypatch.setattr(queries, "determined_voters", lambda election, region: 10_853_940)
    monkeypatch.setattr(queries, "demand_of", lambda nomination: rules.Demand(5, 1, 33))
    visiting.seed()
    row = visiting.in_field(session, {NEAR: 3})
    visiting.visit_all(session, row, factual.draw(row, actor=make.ACTOR).samples)
    kpu = make_account(permissions=[READ, CONCLUDE], region="12")  # a member of KPU receives nothing
    login(client, kpu)
    page = f"/calon/dukungan/{row.id}"
    assert "3 dari 5 pendukung" in client.get(page).text
    assert client.submit(client.get(page), f"{page}/simpulkan", reason="").status_code == 422
    assert client.submit(client.get(page), f"{page}/simpulkan", reason="Kurang dua").status_code == 302
    login(client, liaison_of(session, make_account, row))
    shown = client.get(page).text
    assert "paling sedikit 2 pendukung baru" in shown and "3 dari 5 pendukung" in shown
    assert "menurut proyeksi sampelnya" in shown
    assert f"{page}/serahkan" not in shown, "not before the two are there"


def test_the_desk_and_the_way_to_it(app, session, client, login, office, verifier):
    row = supporting.person(session, "vermin")
    one = supporting.supporter(session, row)
    supporting.supporter(session, row, flags=["nik"], own_flags=["nik"])
    login(client, office)
    page = client.get(f"/calon/dukungan/{row.id}")
    assert "Buka 2 pendukung di meja" in page.text
    assert client.submit(page, f"/calon/dukungan/{row.id}/buka-putaran").status_code == 302
    session.commit()
    jobs.run_pending(app)
    assert session.query(VerificationItem).filter_by(queue=QUEUE).count() == 2
    assert "di meja</button>" not in client.get(f"/calon/dukungan/{row.id}").text
    login(client, verifier)
    assert "Pendukung calon perseorangan" in client.get("/").text
    desk = client.get(f"/verifikasi/{QUEUE}/meja?pemilu=pemilu-2024")
    assert desk.status_code == 200 and "2" in desk.text
    item = session.scalars(select(VerificationItem).order_by(VerificationItem.priority)).first()
    sheet = client.get(f"/verifikasi/butir/{item.id}")
    assert sheet.status_code == 200 and "NIK tidak cocok" in sheet.text
    assert client.get(f"/calon/dukungan/pendukung/{one.id}").status_code == 200


def test_pages_ask_the_same_whatever_the_size(session, client, login, office):
    visiting.seed()
    row = visiting.in_field(session, {NEAR: 12, FAR: 8})
    factual.draw(row, actor=make.ACTOR)
    login(client, office)
    for page in ("", "/pendukung", "/faktual", "/faktual/1201"):
        client.get(f"/calon/dukungan/{row.id}{page}")
        with count_queries(60):
            assert client.get(f"/calon/dukungan/{row.id}{page}").status_code == 200


def test_what_was_not_handed_in_in_time_is_ended_by_the_plenary(session, client, login, make_account):
    import datetime as dt

    from electsys.elections import calendar
    from electsys.elections.operations import set_times

    row = supporting.person(session)
    kpu = make_account(permissions=[READ, CONCLUDE], region="12")
    login(client, kpu)
    page = f"/calon/dukungan/{row.id}"
    assert "tidak diserahkan" not in client.get(page).text
    with pytest.raises(Refused, match="belum berakhir"):
        support_steps.lapse(row, reason="x", actor=Actor(kpu.id, kpu.name))
    past = dt.datetime.now(dt.UTC) - dt.timedelta(days=9)
    stage = calendar.stage(row.election_id, "dukungan_dpd")
    set_times(stage, past, past + dt.timedelta(days=1), reason="uji", actor=make.ACTOR)
    assert client.submit(client.get(page), f"{page}/simpulkan", reason="").status_code == 422
    assert client.submit(client.get(page), f"{page}/simpulkan", reason="Tidak datang").status_code == 302
    session.expire_all()
    assert row.support_state == "tms"
    assert "Tidak datang" in client.get(page).text
