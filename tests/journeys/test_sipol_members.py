"""A liaison brings members, sees what is flagged, and answers it; the office of KPU hears a person whom two
parties claim."""

from __future__ import annotations

import io
import urllib.request

import pytest

from tests.sipol import conftest as make
from tests.sipol.membering import FAR, row, write_csv

PASSWORD = "bendera-pagi-di-teluk-63"
NIK = "1201010903858801"


@pytest.fixture(scope="module")
def world(live):
    """A party with a liaison in Tapanuli Tengah, another party elsewhere that claims one of its people."""
    from sqlalchemy import select

    from electsys.identity.models import Account, Role
    from electsys.identity.operations import create_account, give_grant, seed_roles

    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    live.account("operator_kpu_kabko", "1201", username="operator.tapteng", password=PASSWORD)
    with live.session() as session:
        seed_roles(actor=make.ACTOR)
        # Participants that update their data: that stage is open on any day of these years.
        ours = make.updating(session, of=make.party(session, name="Partai Bahari"))
        theirs = make.updating(session, of=make.party(session, name="Partai Rimba"))
        make.member(session, theirs, nik=NIK, name="BUDI GANDA", village=FAR)
        account = create_account(
            "penghubung.tapteng",
            name="Penghubung Tapteng",
            email="penghubung@test.invalid",
            password=PASSWORD,
            actor=make.ACTOR,
            must_change=False,
        )
        role = session.scalars(select(Role).where(Role.name == "operator_parpol_kabko")).one()
        give_grant(account, role, actor=make.ACTOR, region="1201", party_id=ours.party_id)
        assert session.get(Account, account.id) is not None
        return {"ours": ours.party_id, "theirs": theirs.party_id}


def letter(tmp_path, name):
    """A picture of a signed letter."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(picture).text((60, 60), "SURAT PERNYATAAN ANGGOTA", fill="black")
    out = io.BytesIO()
    picture.save(out, "PNG")
    path = tmp_path / name
    path.write_bytes(out.getvalue())
    return path


def test_a_liaison_brings_members_and_answers_a_flag(live, page, log_in, world, tmp_path, axe, screenshot):
    rows = [row() for _ in range(24)]
    rows.append(row(nik=NIK, nama="Budi Ganda", nomor_kta="KTA-77"))
    rows.append(row(pekerjaan="Pegawai Negeri Sipil (PNS)"))
    rows.append(rows[0] | {"nomor_kta": "KTA-78"})
    rows.append(row(kode_desa=FAR))
    path = write_csv(tmp_path / "anggota bahari.csv", rows)
    log_in(page, "penghubung.tapteng", PASSWORD)
    page.goto(f"/partai/pemilu-2024/{world['ours']}/anggota")
    assert "Belum ada anggota di wilayah ini" in page.inner_text("main")
    axe(page)
    page.get_by_role("link", name="Impor berkas anggota").click()
    page.set_input_files("input[type=file]", path)
    page.get_by_text("Tersimpan. Nomor tanda terima").wait_for()
    page.click("main button[type=submit]")
    page.get_by_role("heading", name="Cocokkan kolom").wait_for()
    page.get_by_role("button", name="Periksa berkas").click()
    page.get_by_role("heading", name="Hasil pemeriksaan").wait_for(timeout=90_000)
    assert "provinsi lain" in page.inner_text("main")
    page.get_by_role("button", name="Terima 27 baris yang sahih").click()
    page.get_by_text("28 baris = 27 diterima + 1 ditolak").wait_for(timeout=90_000)
    page.get_by_role("link", name="Buka hasilnya").click()
    assert "Neraca cocok" in page.inner_text("main")
    axe(page)
    screenshot(page, "anggota-berkas")
    page.goto(f"/partai/pemilu-2024/{world['ours']}/tanda-anggota")
    axe(page)
    screenshot(page, "anggota-tanda")
    page.get_by_role("link", name="1 ganda eksternal").click()
    assert "BUDI GANDA" in page.inner_text("main") and NIK not in page.content()
    axe(page)
    page.get_by_role("link", name="BUDI GANDA").click()
    assert "tercatat juga di partai lain" in page.inner_text("main")
    assert "Rimba" not in page.content()
    axe(page)
    page.get_by_role("link", name="Unggah surat pernyataan").click()
    page.set_input_files("input[type=file]", letter(tmp_path, "pernyataan KTA-77.png"))
    page.get_by_text("Tersimpan. Nomor tanda terima").wait_for()
    axe(page)
    page.click("main form button[type=submit]")
    page.get_by_text("menunggu putusan").wait_for()
    page.goto(f"/partai/pemilu-2024/{world['ours']}/surat-pernyataan")
    axe(page)
    page.goto(f"/partai/pemilu-2024/{world['ours']}/tambah-anggota")
    axe(page)


def test_the_office_hears_whom_two_parties_claim(live, page, log_in, world, tmp_path, axe, screenshot):
    from sqlalchemy import func, select

    from modules.sipol.models import MemberStatement, PartyMember

    with live.session() as session:
        claims = session.scalars(
            select(PartyMember).where(PartyMember.flags.any_() == "ganda_eksternal").order_by(PartyMember.id)
        ).all()
        assert {row.party_id for row in claims} == set(world.values())
        file = session.scalar(select(MemberStatement.file_id))
        # Ours came first: the office of that kab/kota hears the person.
        for member in sorted(
            claims, key=lambda row: row.party_id != world["ours"]
        ):  # what verifiers at two desks accepted
            session.add(
                MemberStatement(
                    member_id=member.id,
                    party_id=member.party_id,
                    village_code=member.village_code,
                    flag="ganda_eksternal",
                    file_id=file,
                    state="diterima",
                    decided_at=func.now(),
                )
            )
        ours = next(row.id for row in claims if row.party_id == world["ours"])
    log_in(page, "operator.tapteng", PASSWORD)
    page.goto("/partai/klarifikasi")
    axe(page)
    page.get_by_role("button", name="Selesaikan kegandaan").click()
    page.get_by_text("1 dipanggil untuk klarifikasi").wait_for(timeout=90_000)
    page.goto("/partai/klarifikasi")
    axe(page)
    screenshot(page, "klarifikasi-daftar", full=False)
    page.get_by_role("link", name="BUDI GANDA").click()
    page.get_by_label("Orang ini menyatakan anggota").select_option(str(world["theirs"]))
    page.get_by_label("Waktu klarifikasi (WIB)").fill("2024-01-05T10:00")
    page.set_input_files("input[type=file]", letter(tmp_path, "berita acara.png"))
    page.get_by_text("Tersimpan. Nomor tanda terima").wait_for()
    axe(page)
    page.get_by_role("button", name="Catat hasil klarifikasi").click()
    page.get_by_text("Klarifikasi dicatat").wait_for()
    page.goto(f"/partai/anggota/{ours}")
    assert "memilih partai lain" in page.inner_text("main")
    axe(page)
