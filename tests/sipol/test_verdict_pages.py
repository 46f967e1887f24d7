"""The pages of verification: what KPU, the party and Bawaslu read of an area, and concluding it."""

from __future__ import annotations

import pytest

from electsys import verification
from electsys.ledger import Actor
from electsys.verification.operations import desk
from modules.sipol.operations.judging import open_round
from modules.sipol.permissions import CONCLUDE, EDIT, READ, READ_MEMBERS, VERIFY
from modules.sipol.queries import verdict_items as queues
from tests.pages import Html, count_queries
from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.verifying import board, concluded, district, items, judge, open_step
from tests.sipol.verifying import few_members as few_members  # noqa: PLC0414  (a fixture)

DESK = ["verification:item:read", "verification:item:judge"]


@pytest.fixture
def row(session, election, few_members):
    found = make.registration(session, "vermin")
    district(session, found)
    open_step(session, found)
    open_round(found, "vermin", actor=ACTOR)
    session.commit()
    return found


@pytest.fixture
def sign_in(client, login, make_account):
    def sign_in(*rights, region="1201", party=None):
        account = make_account(permissions=list(rights), region=region, party=party)
        login(client, account)
        return Actor(account.id, account.username)

    return sign_in


def area(row, region="1201"):
    return f"/partai/pemilu-2024/{row.party_id}/verifikasi/{region}"


def test_an_empty_house_says_what_comes_next(client, sign_in, election):
    sign_in(READ)
    assert "Belum ada partai yang mendaftar" in client.get("/partai/verifikasi").text


def test_the_list_leads_each_reader_to_the_own_area(client, session, row, sign_in):
    sign_in(READ, VERIFY, *DESK)
    page = client.get("/partai/verifikasi", follow_redirects=True).text
    assert row.party.name in page
    assert area(row) in page
    assert "verifikasi administrasi" in page


def test_an_area_under_way_shows_progress_and_what_waits(client, session, row, sign_in):
    actor = sign_in(READ, READ_MEMBERS, VERIFY, *DESK)
    item = items(session, row, queues.MEMBERS)[0]
    desk.decide(verification.find(queues.MEMBERS), item, "tms", actor=actor, reason="pekerjaan")
    session.commit()
    with count_queries(60):
        page = Html(client.get(area(row)).text)
    text = page.text()
    assert "Keadaan sementara" in text
    assert "2 anggota partai belum diputus (Tapanuli Tengah)" in text
    assert "Pekerjaan yang dilarang menjadi anggota partai" in text
    assert "1 / 3" in text
    assert "Simpulkan" not in text


def test_a_plenary_concludes_by_form(client, session, row, sign_in, make_account):
    office = make_account(permissions=[VERIFY])
    actor = sign_in(READ, CONCLUDE, DESK[0])
    refused = client.post(f"{area(row)}/simpulkan", data={"pleno": "y"})
    assert refused.status_code == 422
    assert "belum diputus" in refused.text
    judge(session, row, Actor(office.id, office.username))
    session.commit()
    assert "Rapat pleno sudah memutuskan" in client.get(area(row)).text
    unticked = client.post(f"{area(row)}/simpulkan")
    assert unticked.status_code == 422
    done = client.post(f"{area(row)}/simpulkan", data={"pleno": "y"})
    assert done.status_code == 302
    page = client.get(done.location).text
    assert "memenuhi syarat" in page and "Disimpulkan" in page and "Riwayat kesimpulan" in page
    assert actor.name in page
    again = client.post(f"{area(row)}/simpulkan", data={"pleno": "y"})
    assert again.status_code == 422


def test_the_party_reads_why_and_no_more(client, session, row, sign_in, make_account):
    office = make_account(permissions=[VERIFY])
    queue = verification.find(queues.OFFICES)
    [item] = items(session, row, queues.OFFICES)
    desk.decide(
        queue,
        item,
        "bms",
        actor=Actor(office.id, office.username),
        reason="domisili",
        note="Tanda tangan camat tidak ada.",
    )
    session.commit()
    sign_in(READ, READ_MEMBERS, EDIT, party=row.party_id)
    page = client.get(area(row)).text
    assert "Keterangan domisili tidak ada" in page and "Tanda tangan camat tidak ada." in page
    assert "Ke meja" not in page and f"/verifikasi/butir/{item.id}" not in page
    other = make.registration(session, "vermin")
    board(session, other, "1201")
    session.commit()
    assert client.get(area(other), check=False).status_code == 403
    listed = client.get("/partai/pemilu-2024/verifikasi").text
    assert row.party.name in listed and other.party.name not in listed


def test_a_province_lists_its_parts(client, session, row, sign_in):
    concluded(session, row, "1202", "bms")
    session.commit()
    sign_in(READ, region="12")
    page = Html(client.get(area(row, "12")).text).text()
    assert "0 dari 33 memenuhi syarat; perlu 25." in page
    assert "tidak ada kepengurusan" in page and "belum disimpulkan" in page
    rows = client.get(f"{area(row, '12')}?hasil=bms&unduh=csv").text.splitlines()
    assert len(rows) == 2 and "1202" in rows[1]


def test_a_later_reader_sees_the_last_step(client, session, row, sign_in):
    concluded(session, row, "1201", "ms")
    row.state = "lolos"
    session.commit()
    sign_in(READ)
    assert "Disimpulkan" in client.get(area(row)).text
    assert "Keadaan sementara" in client.get(f"{area(row)}?tahap=verfak").text
    fresh = make.registration(session, "input")
    session.commit()
    assert "Belum ada yang diverifikasi" in client.get(area(fresh)).text
    assert client.get(area(fresh, "120101"), check=False).status_code == 404


def test_a_round_that_nobody_opened_is_opened_by_a_job(client, session, election, sign_in):
    found = make.registration(session, "vermin")
    board(session, found, "")
    session.commit()
    sign_in(READ, VERIFY, region="")
    page = client.get(area(found, "pusat")).text
    assert "Putaran belum dibuka" in page
    answer = client.post(f"/partai/pemilu-2024/{found.party_id}/verifikasi/buka")
    assert "/pekerjaan/" in answer.location
    from electsys.jobs.models import Job
    from modules.sipol.menu.verification import open_round as task

    job = session.query(Job).order_by(Job.id.desc()).first()
    assert job is not None and callable(task)
    open_round(found, "vermin", actor=ACTOR)
    session.commit()
    assert "Putaran belum dibuka" not in client.get(area(found, "pusat")).text


def test_waiting_work_stands_on_the_task_list(client, session, row, sign_in):
    sign_in(READ, VERIFY, *DESK)
    page = Html(client.get("/").text).text()
    assert "Verifikasi: Anggota partai" in page
    sign_in(READ, VERIFY, *DESK, region="3171")
    assert "Verifikasi: Anggota partai" not in Html(client.get("/").text).text()
