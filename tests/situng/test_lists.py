"""Lists of forms: the public one by state and rule, the queue of those who mend, the forms of a file."""

from __future__ import annotations

import csv
import hashlib
import io

import pytest

from electsys.errors import Refused
from electsys.web.formats import angka
from modules.situng.models import ResultBatch
from modules.situng.operations.batches import FileFacts, cancel_batch, confirm_and_apply
from modules.situng.operations.corrections import propose_correction
from modules.situng.queries.areas import region_page
from modules.situng.queries.forms import tps_form
from tests.pages import Html, count_queries
from tests.situng.conftest import CLEAN

A, B, C, D = (f"120101100100{n}" for n in (1, 2, 3, 4))
BASE = "/hitung-suara/pemilu-2024/ppwp"
QUEUE = "/hasil/anomali/pemilu-2024/ppwp"
WRONG = {"suara_2": 624}


@pytest.fixture
def counted(session, take_in, write_file):
    """A form that counts, one that cannot be right, one that lacks a number; the rest has not arrived."""
    batch = take_in(
        write_file([{"kode_tps": A}, {"kode_tps": B} | WRONG, {"kode_tps": C, "suara_tidak_sah": None}])
    )
    session.commit()
    return batch


@pytest.fixture
def correct(session, contest, count, operator):
    """Propose a correction of a form."""

    def correct(code, actor=operator, file_id=None, **changed):
        values = CLEAN | changed
        return propose_correction(
            contest,
            count,
            code,
            cells={name: values[name] for name in count.model.names},
            votes=[values[name] for name in count.columns],
            reason="Salah salin angka ratusan",
            evidence=FileFacts("foto.jpg", "1" * 64, file_id),
            actor=actor,
        )

    return correct


def codes(answer):
    """The TPS codes in the rows of a page's table."""
    page = Html(answer.text)
    return [page.text(s) for s in page.all("small") if page.text(s).isdigit() and len(page.text(s)) == 13]


def download(client, address):
    return list(csv.DictReader(io.StringIO(client.get(address).text.lstrip("\ufeff"))))


def test_anyone_reads_what_was_flagged_and_why_and_what_is_missing(client, counted):
    flagged = client.get(f"{BASE}/1201/formulir?status=anomali")
    assert codes(flagged) == [B]
    assert "F.107" in flagged.text and "Jumlah suara peserta tidak sama dengan suara sah" in flagged.text
    assert codes(client.get(f"{BASE}/12/formulir?status=belum_lengkap")) == [C]
    assert codes(client.get(f"{BASE}/nasional/formulir?status=diterima")) == [A]
    missing = codes(client.get(f"{BASE}/1201011001/formulir?status=belum_diterima"))
    assert D in missing and not {A, B, C} & set(missing)
    assert {A, B, C, D} <= set(codes(client.get(f"{BASE}/1201011001/formulir")))
    twin = client.get(f"{BASE}/1201/formulir?status=anomali&unduh=json").json
    assert [row["kode"] for row in twin] == codes(flagged)
    assert client.get(f"{BASE}/1201/formulir?status=lain").status_code == 404
    assert client.get(f"{BASE}/0000/formulir").status_code == 404


def test_each_number_of_a_page_leads_to_the_forms_behind_it(client, counted):
    for code in ("nasional", "12", "1201"):
        page = client.get(f"{BASE}/{code}")
        for state in ("anomali", "belum_lengkap", "belum_diterima"):
            assert f'href="{BASE}/{code}/formulir?status={state}"' in page.text
    parts = client.get(f"{BASE}/12").text
    assert f'href="{BASE}/1201/formulir?status=anomali"' in parts
    listed = Html(client.get(f"{BASE}/1201/formulir").text)
    filters = {listed.text(a) for a in listed.all("a")}
    assert {"Dihitung 1", "Anomali 1", "Belum lengkap 1"} <= filters


def test_a_rule_narrows_the_list_and_the_list_downloads(client, counted):
    assert codes(client.get(f"{BASE}/1201/formulir?kode=F.107")) == [B]
    assert codes(client.get(f"{BASE}/1201/formulir?kode=F.101")) == []
    rows = {r["Kode TPS"]: r for r in download(client, f"{BASE}/1201/formulir?unduh=csv")}
    assert len(rows) == 1099
    assert rows[B]["02 Prabowo"] == "624" and "F.107:suara_sah" in rows[B]["Yang bertentangan"]
    assert rows[D]["02 Prabowo"] == ""
    assert client.get(f"{BASE}/nasional/formulir?unduh=csv").status_code == 404, "a million rows at one click"
    assert len(download(client, f"{BASE}/nasional/formulir?status=anomali&unduh=csv")) == 1


def test_the_list_asks_few_queries(client, counted):
    client.get(f"{BASE}/nasional/formulir")
    with count_queries(12):
        client.get(f"{BASE}/nasional/formulir")


def test_a_tps_is_found_by_its_code_and_a_village_by_its_name(client, counted):
    answer = client.get(f"{BASE}/cari?q=1201 0110 01.001")
    assert answer.location == f"{BASE}/{A}"
    assert f'href="{BASE}/120101"' in client.get(f"{BASE}/cari?q=tapteng barus").text
    village = client.get(f"{BASE}/cari?q=1201011001999").text
    assert f'href="{BASE}/1201011001"' in village, "no such TPS: its village"
    assert "Tidak ada wilayah atau TPS yang cocok" in client.get(f"{BASE}/cari?q=xqzwy").text
    assert client.get("/hitung-suara?wilayah=1201").location == f"{BASE}/1201"
    assert client.get("/hitung-suara?dapil=1202").location == f"{BASE}/dapil/1202"


def test_an_account_with_two_regions_sees_both_queues(session, client, make_account, login, counted):
    from electsys.identity import grants
    from electsys.identity.models import Grant

    account = make_account("operator_kpu_kabko", "1202")
    login(client, account)
    assert codes(client.get(QUEUE)) == []
    role = session.query(Grant).filter_by(account_id=account.id).one().role_id
    session.add(Grant(account_id=account.id, role_id=role, region="1201", given_by="uji"))
    session.commit()
    grants.forget(account.id)
    assert codes(client.get(QUEUE)) == [B]
    assert codes(client.get(f"{QUEUE}?wilayah=1201")) == [B]
    assert codes(client.get(f"{QUEUE}?wilayah=1202")) == []
    assert client.get(f"{QUEUE}?wilayah=1203").status_code == 403
    assert client.get(f"{QUEUE}?wilayah=12").status_code == 403
    assert client.get(f"{QUEUE}?wilayah=x").status_code == 404


def test_a_form_is_corrected_once_at_a_time(
    session, client, make_account, login, counted, correct, operator, second
):
    batch = correct(B)
    session.commit()
    login(client, make_account("operator_kpu_kabko", "1201"))
    assert "Pembetulan menunggu konfirmasi" in client.get(QUEUE).text
    assert f'href="/hasil/berkas/{batch.id}"' in client.get(f"/hasil/pembetulan/pemilu-2024/ppwp/{B}").text
    with pytest.raises(Refused, match="menunggu konfirmasi"):
        correct(B, suara_1=18)
    cancel_batch(batch, reason="salah foto", actor=operator)
    again = correct(B)
    confirm_and_apply(again, actor=second)
    session.commit()
    assert codes(client.get(QUEUE)) == []


def test_a_correction_shows_old_and_new_side_by_side_for_everybody(
    session, client, count, counted, correct, second
):
    batch = correct(B)
    page = f"{BASE}/{B}"
    session.commit()
    assert "<del>" not in client.get(page).text, "nothing is public before the second person"
    confirm_and_apply(batch, actor=second)
    session.commit()
    text = client.get(page).text
    assert "<del>624</del>" in text and "Salah salin angka ratusan" in text
    assert tps_form(count, B).state == "diterima"
    assert region_page(count, "1201").area.votes == (34, 248, 18)


def test_staff_may_correct_from_the_page_of_the_tps(client, make_account, login, counted):
    link = f'href="/hasil/pembetulan/pemilu-2024/ppwp/{A}"'
    assert link not in client.get(f"{BASE}/{A}").text
    login(client, make_account("operator_kpu_kabko", "1202"))
    assert link not in client.get(f"{BASE}/{A}").text
    login(client, make_account("operator_kpu_kabko", "1201"))
    assert link in client.get(f"{BASE}/{A}").text


def test_a_file_lists_what_it_changes(session, client, make_account, login, counted, bring, write_file):
    rows = [{"kode_tps": A, "suara_1": 18, "suara_sah": 151, "pengguna_dptb_j": 1}, {"kode_tps": D}]
    batch = bring(write_file(rows, "kedua.csv"))
    session.commit()
    login(client, make_account("operator_kpu_kabko", "1201"))
    page = f"/hasil/berkas/{batch.id}"
    text = client.get(page).text
    assert "<del>17</del> 18" in text and "<del>150</del> 151" in text
    assert "01: 17 → 18; Pengguna hak pilih dalam DPTb (Jumlah): 0 → 1; Suara sah: 150 → 151" in text
    (changed,) = download(client, f"{page}?hanya=berubah&unduh=csv")
    assert changed["Kode TPS"] == A and changed["01 Anies"] == "18"
    assert [r["Kode TPS"] for r in download(client, f"{page}?unduh=csv&urut=-kode")] == [D, A]
    assert [r["Kode TPS"] for r in download(client, f"{page}?hanya=anomali&unduh=csv")] == [A]


def test_the_second_person_opens_the_evidence(
    session, client, make_account, login, counted, correct, operator
):
    from electsys.documents import store_file

    content = b"kode_tps,suara_1\n1201011001002,17\n"
    stored = store_file(io.BytesIO(content), kind="table", name="bukti.csv", actor=operator)
    batch = correct(B, file_id=stored.id)
    session.commit()
    address = f"/hasil/berkas/{batch.id}/unduh"
    login(client, make_account("anggota_kpu_kabko", "1201"))
    assert f'href="{address}"' in client.get(f"/hasil/berkas/{batch.id}").text
    answer = client.get(address)
    assert hashlib.sha256(answer.data).hexdigest() == hashlib.sha256(content).hexdigest()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/hasil/berkas/{counted.id}/unduh").status_code == 404, "brought on the command line"
    login(client, make_account("anggota_kpu_kabko", "1202"))
    assert client.get(address).status_code == 403


def test_a_second_account_that_may_not_confirm_leaves_no_file_behind(
    app, session, contest, make_account, write_file
):
    first, stranger = make_account("operator_kpu_kabko", "1201"), make_account("anggota_kpu_kabko", "3171")
    session.commit()
    path = write_file([{"kode_tps": D}])
    command = ["situng", "import-results", str(path), "--election", "pemilu-2024", "--contest", "ppwp"]
    before = session.query(ResultBatch).count()
    for second in (first, stranger):
        names = ["--as", first.username, "--approve-as", second.username]
        answer = app.test_cli_runner().invoke(args=[*command, *names])
        assert answer.exit_code == 1 and "Ditolak" in answer.stderr
        assert session.query(ResultBatch).count() == before


def test_the_public_list_of_codes_names_articles_in_words(client):
    text = client.get("/hitung-suara/kode").text
    assert "domain.md" not in text and "design.md" not in text
    assert "UU 7/2017 Pasal 344" in text and "tanda yang tidak lazim, tanpa pasal" in text


def test_numbers_of_the_page_add_up(client, counted):
    area = client.get(f"{BASE}/1201.json").json["wilayah"]
    parts = [area[name] for name in ("dihitung", "anomali", "belum_lengkap", "belum_diterima")]
    assert sum(parts) == area["tps"] == 1099
    assert angka(area["belum_diterima"]) in client.get(f"{BASE}/1201").text
