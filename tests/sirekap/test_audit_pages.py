"""The pages of an audit: prepared by one, seeded by another, read by both, followed by everybody."""

from __future__ import annotations

import csv
import hashlib
import io

from sqlalchemy import select

from electsys.jobs import run_pending
from modules.sirekap.models import Audit
from modules.sirekap.queries import audits as queries
from tests.sirekap.test_audit_operations import SEED, clear_race


def test_an_audit_on_its_pages(world, client, app, login, make_account):
    session, contest = world.session, clear_race(world)
    first, second = (make_account(role="anggota_kpu_ri", region="") for _ in range(2))
    here = f"/audit-hasil/pemilu/{world.election.code}"
    assert "Belum ada audit" in client.get(here).text
    login(client, first)
    asked = client.post(here, data={"what": f"{contest.id}:"})
    assert "/pekerjaan/" in asked.location
    # The request only asked: the work is a job, and its page leads to the audit.
    assert session.scalars(select(Audit).where(Audit.contest_id == contest.id)).one_or_none() is None
    run_pending(app)
    done = client.get(asked.location)
    assert "TPS dapat terundi" in done.text
    audit = session.scalars(select(Audit).where(Audit.contest_id == contest.id)).one()
    page = f"/audit-hasil/{audit.id}"
    assert "menunggu benih" in client.get(page).text
    refused = client.post(f"{page}/benih", data={"seed": SEED, "source": "dadu"})
    assert refused.status_code == 422 and "orang lain" in refused.text
    login(client, second)
    assert client.post(f"{page}/benih", data={"seed": "123", "source": "dadu"}).status_code == 422
    assert client.post(f"{page}/benih", data={"seed": SEED, "source": "dadu"}).status_code == 302
    running = client.get(page).text
    assert "Undian sedang berjalan" in running and f'action="{page}/benih"' not in running
    run_pending(app)
    assert "Undian sedang berjalan" not in client.get(page).text
    sheets = client.get(f"{page}/lembar.pdf", check=False)
    assert sheets.data.startswith(b"%PDF")
    session.refresh(audit)
    papers = queries.papers_of(audit)
    shown = client.get(page).text
    assert "sesudah dibaca" in shown  # blind: who reads the paper is not shown what was published
    wrong = client.post(
        f"{page}/kertas", data={"code": papers[0].code, f"suara_{audit.participants[0]}": "x"}
    )
    assert wrong.status_code == 422
    for account in (second, first):
        login(client, account)
        for paper in papers:
            votes = {
                f"suara_{key}": str(n) for key, n in zip(audit.participants, paper.published, strict=True)
            }
            assert client.post(f"{page}/kertas", data={"code": paper.code, **votes}).status_code == 302
    assert "Tutup: hasil dikukuhkan" in client.get(page).text
    assert client.post(f"{page}/tutup", data={}).status_code == 302

    public = app.test_client()
    assert "Hasil dikukuhkan" in public.get(page).text
    file = public.get(f"{page}/tps.csv", check=False).text
    session.refresh(audit)
    body = file.split("\n", 1)[1].rstrip("\n")
    assert hashlib.sha256(body.encode()).hexdigest() == audit.frame_sha256
    drawn = list(csv.DictReader(io.StringIO(public.get(f"{page}/undian.csv", check=False).text)))
    assert [int(row["undian"]) for row in drawn] == list(range(1, audit.draws + 1))
    assert all(row["diumumkan_1"] == row["kertas_1"] for row in drawn)
