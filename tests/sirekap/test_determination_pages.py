"""The pages of results: a person's way from the locked D.Hasil to the public page, and its twins."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from sqlalchemy import select

from electsys import jobs
from electsys.elections.models import Participant
from electsys.ledger import Actor
from modules.sirekap import determination_jobs
from modules.sirekap.models import Determination
from tests.sirekap.test_determinations import decided, give, lock, open_stages, plenary  # noqa: F401


@dataclass
class Handle:
    """What a job's body is given, for the test."""

    actor: Actor
    url: str | None = None

    def result(self, _message, url=None):
        self.url = url


def test_from_the_locked_forms_to_the_public_page(world, client, app, login, make_account):
    session, contest = world.session, world.contests["dpr"]
    give(session, contest, 3)
    open_stages(session, world.election)
    lock(world, "dpr")
    office, member = (
        make_account(role="operator_kpu_ri", region=""),
        make_account(role="anggota_kpu_ri", region=""),
    )
    login(client, office)
    work = client.get(f"/penetapan/kerja/pemilu/{world.election.code}")
    assert "DPR" in work.text and "Hitung hasil" in work.text
    asked = client.post(f"/penetapan/kerja/hitung/{contest.id}/nasional", data={})
    assert asked.status_code == 302
    job = session.scalars(select(jobs.Job).where(jobs.Job.task == "sirekap.compute_result")).one()
    handle = Handle(Actor(office.id, office.username))
    determination_jobs.run(handle, **job.args)
    row = session.scalars(select(Determination).where(Determination.contest_id == contest.id)).one()
    assert row.state == "konsep" and handle.url == f"/penetapan/kerja/{row.id}"
    draft = client.get(f"/penetapan/kerja/{row.id}")
    assert "Ajukan ke pleno" in draft.text and "Tetapkan dan terbitkan" not in draft.text
    assert client.get(f"/penetapan/{row.id}", check=False).status_code == 404  # nothing leaks before
    assert client.post(f"/penetapan/kerja/{row.id}/ajukan", data={}).status_code == 302
    login(client, member)
    assert "Tetapkan dan terbitkan" in client.get(f"/penetapan/kerja/{row.id}").text
    wrong = client.post(f"/penetapan/kerja/{row.id}/tetapkan", data={"signer": "Ketua"})
    assert wrong.status_code == 422
    done = client.post(f"/penetapan/kerja/{row.id}/tetapkan", data={"signer": "Ketua Uji", "pleno": "y"})
    assert done.status_code == 302

    client = app.test_client()
    assert "DPR" in client.get(f"/penetapan/pemilu/{world.election.code}").text
    session.refresh(row)
    page = client.get(f"/penetapan/{row.id}")
    assert row.decision_number in page.text and "Ambang batas 4 %" in page.text
    for part in row.parts:
        shown = client.get(f"/penetapan/{row.id}/bagian/{part.key}")
        assert "Bagaimana setiap kursi diperoleh" in shown.text and "Paling dekat" in shown.text
        file = client.get(f"/penetapan/{row.id}/bagian/{part.key}?bagi-unduh=csv", check=False)
        rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
        assert len(rows) == len(part.trace["quotients"])
    data = client.get(f"/penetapan/{row.id}.json", check=False).json
    assert data["suara_sah"] == row.valid == sum(part["suara_sah"] for part in data["bagian"])
    seats = sum(w["kursi"] or 0 for part in data["bagian"] for w in part["perolehan"])
    assert seats == 3 * len(row.parts)
    assert client.get(f"/penetapan/{row.id}/perbedaan", check=False).status_code == 404  # the first version


def test_the_president_by_province(world, client, plenary):  # noqa: F811
    lock(world, "ppwp")
    row = decided(world, "ppwp", plenary)
    page = client.get(f"/penetapan/{row.id}").text
    assert "Menurut provinsi" in page and "Provinsi yang cukup" in page
    names = world.session.scalars(select(Participant.name).where(Participant.contest_id == row.contest_id))
    assert all(name in page for name in names)
    assert client.get(f"/penetapan/{row.id}/bagian/nasional").status_code == 200
