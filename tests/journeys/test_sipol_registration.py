"""A party from nothing to its receipt: everything that the law asks for is entered in the browser.

The country of this journey is small, so that the minima are: a province, a kab/kota of 3,999 people (three
members are enough, one for a thousand), two kecamatan of which half must have a board. Shares and settings
are those of 2024. Axe reads these pages in the journeys of entry, members and submission.
"""

from __future__ import annotations

import urllib.request
from typing import Any

import pytest
from sqlalchemy import select

from tests.sipol import conftest as make
from tests.sipol.entering import BORN, nik, pdf, picture
from tests.sipol.membering import row, write_csv
from tests.sipol.portal import open_stage, small_country

PASSWORD = "perahu-kertas-di-hulu-54"
#: Areas with a board: code, name, and the woman among its three; the centre must have one.
BOARDS = (("pusat", "Pusat"), ("12", "Sumatera Utara"), ("1201", "Tapanuli Tengah"), ("120101", "Barus"))
HOUSED = BOARDS[:3]
OFFICES = ("Ketua", "Sekretaris", "Bendahara")
#: Documents by the names that people give their files.
FILES = (
    *("Surat Pendaftaran.pdf", "Surat Pernyataan.pdf", "Berita Negara.pdf", "SK Menkumham.pdf", "AD ART.pdf"),
    *("SK DPP.pdf", "bukti kantor pusat.pdf", "bukti rekening pusat.pdf"),
    *("SK DPW Sumatera Utara.pdf", "bukti kantor 12.pdf", "bukti rekening 12.pdf"),
    *("SK DPC Tapanuli Tengah.pdf", "bukti kantor 1201.pdf", "bukti rekening 1201.pdf", "SK PAC Barus.pdf"),
)
DROP = """files => {
  const held = new DataTransfer();
  for (const [name, text] of files) held.items.add(new File([text], name, { type: "application/pdf" }));
  return held;
}"""


@pytest.fixture(scope="module")
def party(live: Any) -> int:
    """A party to which KPU has just given access, in a small country; its liaison. The party's id."""
    from flask_security import hash_password

    from electsys.elections.queries import by_code
    from electsys.identity.operations import seed_roles
    from modules.sipol.operations import registrations

    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    live.kpu = live.account("operator_kpu_ri", username="operator.pusat")
    with live.session() as session:
        seed_roles(actor=make.ACTOR)
        election = by_code("pemilu-2024")
        small_country(session, election)
        open_stage(session, election.id, "pendaftaran_parpol")
        facts = registrations.PartyFacts("nasional", "Partai Uji Samudra", "PUS")
        opened = registrations.open_registration(
            election, facts, registrations.LastElection(), actor=make.ACTOR
        )
        who = registrations.NewUser("penghubung.pus", "Siti Aminah", "siti@pus.invalid")
        account = registrations.add_user(opened, "admin_parpol_pusat", "", who, actor=make.ACTOR)
        account.password = hash_password(PASSWORD)
        return int(opened.party_id)


def test_from_nothing_to_the_receipt(live, page, log_in, sign_in, party, tmp_path, screenshot):
    base = f"/partai/pemilu-2024/{party}"
    log_in(page, "penghubung.pus", PASSWORD)
    page.goto("/partai/saya")
    page.get_by_role("heading", name="Langkah berikutnya").wait_for()
    screenshot(page, "partai-mulai", full=False)
    assert page.get_by_role("link", name="Periksa dan ajukan").count() == 0

    profile(page, base, tmp_path)
    for n, (code, name) in enumerate(BOARDS):
        board(page, base, code, name, first=3 * n + 1)
    for code, name in HOUSED:
        house(page, base, code, name)
    page.goto(base)
    page.get_by_text("12 pengurus belum tercatat sebagai anggota partai").wait_for()
    drop_documents(page, base, screenshot)
    members(page, base, tmp_path)

    page.goto("/partai/saya")
    assert page.get_by_text("belum tercatat sebagai anggota").count() == 0
    page.get_by_text("Semua syarat UU 7/2017 Pasal 173 ayat (2) terpenuhi.").or_(
        page.get_by_role("link", name="Periksa dan ajukan")
    ).first.wait_for()
    page.get_by_role("link", name="Periksa dan ajukan").click()
    screenshot(page, "partai-periksa-jawaban")
    page.get_by_label("Saya menyatakan data").check()
    page.get_by_role("button", name="Ajukan sekarang").click()
    page.get_by_text("menunggu pemeriksaan KPU").wait_for()
    sent = page.url
    kpu = page.context.browser.new_page(base_url=live.url)
    sign_in(kpu, live.kpu)
    kpu.goto(sent)
    kpu.get_by_role("button", name="Terima: lengkap").click()
    kpu.get_by_text("diterima, lengkap").wait_for()
    kpu.context.close()
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh MODEL TANDA.TERIMA").click()
    receipt(download.value.path(), outcome(live, party))


def profile(page: Any, base: str, tmp_path: Any) -> None:
    """Name, decree, State Gazette and logo."""
    page.goto(f"{base}/profil")
    logo = tmp_path / "lambang.png"
    logo.write_bytes(picture())
    page.get_by_label("Nomor SK Menteri").fill("M.HH-1.AH.11.01")
    page.get_by_label("Tanggal SK").fill("2022-03-01")
    page.get_by_label("Nomor Berita Negara").fill("12/2022")
    page.locator("input[name=logo]").first.set_input_files(logo)
    page.get_by_text("Tersimpan. Nomor tanda terima").wait_for()
    page.get_by_role("button", name="Simpan profil").click()
    page.get_by_role("img", name="Lambang").wait_for()


def board(page: Any, base: str, code: str, name: str, *, first: int) -> None:
    """The decree of an area and its mandatory three; the first is a woman."""
    page.goto(f"{base}/kepengurusan/{code}")
    page.get_by_label("Nomor SK").fill(f"SK-{code}/2022")
    for label, day in (("Tanggal SK", "2022-03-01"), ("Masa bakti sejak", "2022-03-01")):
        page.get_by_label(label).fill(day)
    page.get_by_label("Masa bakti sampai").fill("2027-02-28")
    page.get_by_role("button", name="Simpan kepengurusan").click()
    for n, office in enumerate(OFFICES):
        person = first + n
        assert page.locator("#office").input_value() == office.lower()
        page.get_by_label("Nama", exact=True).fill(f"Uji Samudra {person}")
        page.get_by_label("NIK", exact=True).fill(nik(person, sex=sex_of(person)))
        page.get_by_label("Tanggal lahir").fill(BORN.isoformat())
        page.locator(f"input[name=sex][value={sex_of(person)}]").check()
        page.get_by_role("button", name="Simpan dan kembali" if n == 2 else "Simpan, isi berikutnya").click()
        page.get_by_text(f"UJI SAMUDRA {person} tersimpan").wait_for()


def sex_of(person: int) -> str:
    """The first of each three is a woman."""
    return "P" if person % 3 == 1 else "L"


def house(page: Any, base: str, code: str, name: str) -> None:
    """The office and the bank account of an area."""
    page.goto(f"{base}/kantor/{code}")
    page.get_by_label("Alamat lengkap").fill(f"Jalan Melati 4, {name}")
    page.locator("input[name=tenure][value=milik]").check()
    page.get_by_role("button", name="Simpan kantor").click()
    page.get_by_text(f"Kantor {name} tersimpan.").wait_for()
    page.goto(f"{base}/rekening/{code}")
    page.get_by_label("Bank", exact=True).fill("Bank Uji")
    page.get_by_label("Nomor rekening").fill(f"100200{len(code)}")
    page.get_by_label("Atas nama").fill("Partai Uji Samudra")
    page.get_by_role("button", name="Simpan rekening").click()
    page.get_by_text(f"Rekening {name} tersimpan.").wait_for()


def drop_documents(page: Any, base: str, screenshot: Any) -> None:
    """All documents of all areas, dropped in one go and told by their names."""
    page.goto(f"{base}/dokumen/pusat")
    files = [[name, pdf(name).decode("ascii")] for name in FILES]
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": page.evaluate_handle(DROP, files)})
    page.get_by_text(f"{len(FILES)} dari {len(FILES)} berkas selesai").wait_for(timeout=60_000)
    assert page.locator("[data-drop-list] .state-ok").count() == len(FILES)
    screenshot(page, "partai-dokumen-semua")


def members(page: Any, base: str, tmp_path: Any) -> None:
    """A file of members: the officers, whom the statutes of the party make members."""
    path = write_csv(
        tmp_path / "anggota samudra.csv",
        [
            row(
                nik=nik(n, sex=sex_of(n)),
                nama=f"Uji Samudra {n}",
                jenis_kelamin=sex_of(n),
                tanggal_lahir=BORN.isoformat(),
            )
            for n in range(1, 3 * len(BOARDS) + 1)
        ],
    )
    page.goto(f"{base}/anggota")
    page.get_by_role("link", name="Impor berkas anggota").click()
    page.set_input_files("input[type=file]", path)
    page.get_by_text("Tersimpan. Nomor tanda terima").wait_for()
    page.click("main button[type=submit]")
    page.get_by_role("heading", name="Cocokkan kolom").wait_for()
    page.get_by_role("button", name="Periksa berkas").click()
    page.get_by_role("heading", name="Hasil pemeriksaan").wait_for(timeout=90_000)
    page.get_by_role("button", name="Terapkan semua baris").click()
    page.get_by_text("12 baris = 12 diterima").wait_for(timeout=90_000)


def receipt(path: Any, hashes: list[str]) -> None:
    """The receipt bears the hash of every document."""
    import pypdfium2

    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path))
    plain = "".join(text.split())
    assert len(hashes) == len(FILES) and [each for each in hashes if each not in plain] == []


def outcome(live: Any, party: int) -> list[str]:
    """One submission, all documents and members from the browser; the hashes of the documents."""
    from electsys.documents import StoredFile
    from modules.sipol.models import PartyDocument, PartyMember, PartyRegistration, PartySubmission

    with live.session() as session:
        registration = session.scalars(
            select(PartyRegistration).where(PartyRegistration.party_id == party)
        ).one()
        assert registration.state == "vermin"
        assert session.scalars(
            select(PartySubmission.id).where(PartySubmission.registration_id == registration.id)
        ).one()
        assert len(session.scalars(select(PartyMember.id).where(PartyMember.party_id == party)).all()) == 12
        return list(
            session.scalars(
                select(StoredFile.sha256)
                .join(PartyDocument, PartyDocument.file_id == StoredFile.id)
                .where(PartyDocument.party_id == party)
            )
        )
