"""Pages of plenaries, reviews, changes and ballots: what KPU does, what a party says, who may not."""

from __future__ import annotations

from sqlalchemy import select

from electsys.elections.models import Ballot
from modules.silon.models import CandidateClarification, Listing, ListingReview
from modules.silon.operations import listings, responses
from modules.silon.operations.listing_jobs import make_proof
from tests.silon import conftest as make
from tests.silon import staging
from tests.silon.conftest import ACTOR

BODY = "/calon/penetapan/pemilu-2024/dpr/nasional"


def test_a_plenary_on_its_page(session, enter):
    staging.open_all(session)
    of, _rows = staging.party_list(session)
    client = enter("anggota_kpu_ri")
    assert f'href="{BODY}"' in client.get("/calon/penetapan").text
    page = client.get(BODY).text
    assert "1 daftar dengan 3 calon, 1 perempuan" in page
    answer = client.post(f"{BODY}/pleno/dcs", data={"signer": "", "pleno": "y"})
    assert answer.status_code == 422
    assert "Tulis nama ketua" in answer.text
    assert session.scalars(select(Listing)).all() == []
    answer = client.post(f"{BODY}/pleno/dcs", data={"signer": "Siti Aminah", "pleno": "y"})
    assert answer.status_code == 303
    session.expire_all()
    assert of.state == "dcs"
    page = client.get(BODY).text
    assert "3 calon ditetapkan dengan nomor" in page
    assert "Buka masukan dan tanggapan masyarakat" in page
    assert client.post(f"{BODY}/langkah/open_responses").status_code == 303
    session.expire_all()
    assert of.state == "tanggapan"


def test_who_still_lacks_the_decision_of_dismissal_is_named_on_the_page(session, enter):
    _of, rows = staging.provisional(session)
    rows[1].conditions = ["mengundurkan_diri"]
    staging.to_replacement(session)
    listings.advance(staging.contest(session), "", "draft", actor=staging.member(session))
    client = enter("anggota_kpu_ri")
    page = client.get(BODY).text
    assert "1 calon belum membawa keputusan pemberhentiannya" in page
    assert f"/calon/bakal/{rows[1].id}" in page
    answer = client.post(f"{BODY}/pleno/dct", data={"signer": "Siti Aminah", "pleno": "y"})
    assert answer.status_code == 422
    assert f"2. {rows[1].name}" in answer.text


def test_the_office_sees_a_body_but_does_not_determine(session, enter):
    staging.open_all(session)
    staging.party_list(session)
    client = enter("operator_kpu_ri")
    page = client.get(BODY).text
    assert "Tetapkan dan terbitkan" not in page
    answer = client.post(f"{BODY}/pleno/dcs", data={"signer": "A", "pleno": "y"}, check=False)
    assert answer.status_code == 403


def test_broken_lists_are_named_before_the_plenary(session, enter):
    staging.open_all(session)
    staging.party_list(session, sexes="LLL")
    client = enter("anggota_kpu_ri")
    page = client.get(BODY).text
    assert "1 daftar tidak memenuhi ketentuan" in page
    answer = client.post(f"{BODY}/pleno/dcs", data={"signer": "Siti", "pleno": "y"})
    assert answer.status_code == 422
    assert "keterwakilan perempuan" in answer.text


def test_a_party_looks_at_its_draft(session, enter):
    staging.open_all(session)
    of, rows = staging.party_list(session)
    listings.draft_listings(staging.contest(session), "", "rancangan_dcs", actor=ACTOR)
    client = enter("admin_parpol_pusat", party=of.party_id)
    path = f"/calon/rancangan/{of.id}"
    assert f"/calon/surat-suara/peserta/{of.id}" not in client.get(f"/calon/daftar/{of.id}").text
    page = client.get(path).text
    assert rows[0].ballot_name in page
    answer = client.post(path, data={"outcome": "koreksi", "note": ""})
    assert "Tulis apa yang perlu dikoreksi" in answer.text
    assert client.post(path, data={"outcome": "koreksi", "note": "Nomor 1: SITI"}).status_code == 303
    assert "Anda meminta koreksi: Nomor 1: SITI" in client.get(path).text
    review = session.scalars(select(ListingReview)).one()
    assert (review.nomination_id, review.outcome) == (of.id, "koreksi")


def test_another_party_does_not_see_the_draft(session, enter):
    staging.open_all(session)
    of, _rows = staging.party_list(session)
    other = make.participant(session)
    client = enter("admin_parpol_pusat", party=other.party_id)
    for path in (f"/calon/rancangan/{of.id}", f"/calon/pengganti/{of.id}", BODY):
        assert client.get(path, check=False).status_code in (403, 404)


def test_a_proof_is_approved_by_the_participant_and_asked_anew_after_a_change(session, enter):
    from modules.silon.operations import amendments

    of, rows = staging.final(session)
    ballot = session.scalars(select(Ballot).where(Ballot.dapil_id == of.dapil_id)).one()
    paper = make_proof(ballot, actor=ACTOR)
    assert paper.file.media_type == "application/pdf"
    client = enter("admin_parpol_pusat", party=of.party_id)
    path = f"/calon/surat-suara/peserta/{of.id}"
    assert f'href="{path}"' in client.get(f"/calon/daftar/{of.id}").text
    assert "Contoh surat suara (PDF)" in client.get(path).text
    assert client.get(f"{path}/contoh.pdf").data.startswith(b"%PDF-")
    assert client.post(path, data={"outcome": "sesuai"}).status_code == 303
    assert "Anda menyetujui contoh ini" in client.get(path).text
    amendments.strike_candidate(
        rows[0],
        "meninggal",
        reason="akta 1",
        evidence=staging.evidence(),
        signer=staging.SIGNER,
        actor=staging.member(session),
    )
    page = client.get(path).text
    assert "versi 2" in page
    assert "Anda menyetujui contoh ini" not in page


def test_kpu_sees_who_approved(session, enter):
    of, _rows = staging.final(session)
    client = enter("anggota_kpu_ri")
    ballot = session.scalars(select(Ballot).where(Ballot.dapil_id == of.dapil_id)).one()
    assert f"/calon/surat-suara/{ballot.id}" in client.get(f"{BODY}/surat-suara").text
    page = client.get(f"/calon/surat-suara/{ballot.id}").text
    assert "Persetujuan peserta" in page
    assert "belum ada" in page


def test_a_name_is_struck_on_its_page(session, enter):
    import io

    of, rows = staging.final(session)
    client = enter("anggota_kpu_ri")
    path = f"/calon/perubahan/calon/{rows[0].id}/coret"
    assert path in client.get(f"{BODY}/perubahan").text
    data = {"cause": "meninggal", "reason": "akta 1", "signer": "Siti Aminah"}
    answer = client.post(path, data=data)
    assert answer.status_code == 422
    assert "Sertakan buktinya" in answer.text
    answer = client.post(path, data=data | {"evidence": (io.BytesIO(staging.picture()), "akta.jpg")})
    assert answer.status_code == 303
    session.expire_all()
    assert (rows[0].state, of.state) == ("dicoret", "perubahan_dct")
    back = f"/calon/perubahan/calon/{rows[0].id}/pulihkan"
    assert back in client.get(f"{BODY}/perubahan").text
    answer = client.post(back, data={"ruling": "12/2023", "reason": "memulihkan", "signer": "Siti"})
    assert answer.status_code == 303
    session.expire_all()
    assert rows[0].state == "dct"


def test_the_party_reads_the_question_and_never_the_sender(session, enter):
    from electsys.responses import kinds
    from electsys.responses.operations import receive_response
    from modules.silon.queries.responses import KIND, subject_of

    of, rows = staging.provisional(session)
    sent = receive_response(
        kinds.ALL[KIND],
        {"nama": "SITI RAHMAWATI", "nik": "1201014903857777", "isi": "Ijazah calon ini sangat diragukan."},
        about=responses.about(subject_of(rows[0].id)),
    ).response
    client = enter("operator_kpu_ri")
    page = client.get(f"/calon/tanggapan/{sent.id}").text
    assert "Ijazah calon ini sangat diragukan." in page
    assert sent.number in client.get("/calon/tanggapan").text
    question = "Mohon tunjukkan ijazah asli calon ini."
    assert (
        client.post(f"/calon/tanggapan/{sent.id}/klarifikasi", data={"question": question}).status_code == 303
    )
    asked = session.scalars(select(CandidateClarification)).one()
    client = enter("admin_parpol_pusat", party=of.party_id)
    path = f"/calon/klarifikasi/{asked.id}"
    assert path in client.get("/calon/klarifikasi").text
    page = client.get(path).text
    assert question in page
    assert "SITI" not in page
    assert "12010149" not in page
    assert client.get(f"/calon/tanggapan/{sent.id}", check=False).status_code == 403
    assert client.get(f"/kelola/tanggapan/{sent.id}", check=False).status_code in (403, 404)
    assert client.post(path, data={"answer": "Ijazah asli kami lampirkan di sini."}).status_code == 303
    assert "Ijazah asli kami lampirkan" in client.get(path).text


def test_the_form_of_a_response_names_its_candidate(session, client):
    from modules.silon.queries.responses import subject_of

    _of, rows = staging.provisional(session)
    page = client.get(f"/tanggapan/tanggapan_dcs?tentang={subject_of(rows[0].id)}").text
    assert rows[0].ballot_name in page
    for wrong in ("", "candidate:999999999", "voter:1"):
        assert client.get(f"/tanggapan/tanggapan_dcs?tentang={wrong}", check=False).status_code == 404


def test_a_replacement_on_its_pages(session, enter):
    import io

    of, rows = staging.provisional(session)
    staging.to_replacement(session)
    client = enter("operator_kpu_ri")
    listed = f"/calon/pengganti/{of.id}"
    assert f"/calon/pengganti/calon/{rows[0].id}/keluar" in client.get(listed).text
    answer = client.post(
        f"/calon/pengganti/calon/{rows[0].id}/keluar",
        data={
            "action": "die",
            "reason": "akta 3",
            "evidence": (io.BytesIO(staging.picture()), "akta.jpg"),
        },
    )
    assert answer.status_code == 303
    session.expire_all()
    assert rows[0].state == "meninggal"
    client = enter("admin_parpol_pusat", party=of.party_id)
    assert f"/calon/pengganti/calon/{rows[0].id}/ganti" in client.get(listed).text
    said = make.claim()
    answer = client.post(
        f"/calon/pengganti/calon/{rows[0].id}/ganti",
        data={
            "nik": said.nik,
            "name": said.name,
            "sex": said.sex,
            "birth_place": said.birth_place,
            "birth_date": said.birth_date.isoformat(),
            "marital_status": "S",
            "reason": "meninggal dunia",
        },
    )
    assert answer.status_code == 303, answer.text[:4000]
    assert "menggantikan" in client.get(listed).text
