"""Bad input to a plenary, as people send it: each is refused by its page, in words, and nothing changes."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import text

from modules.sirekap.models import RecapCorrection
from modules.sirekap.operations.exports import export_workbook
from modules.sirekap.operations.recaps import open_recap
from modules.sirekap.queries.recaps import readings, sheet
from tests.sirekap.ladder import PNG, build
from tests.sirekap.test_corrections import mandate, moved, participant
from tests.sirekap.workbooks import cell_of, write

TPS = "1201011001001"


@pytest.fixture
def plenary(session, make_account, client, login):
    """A kecamatan that reads the president's contest, two forms missing; its operator is signed in."""
    world = build(session, make_account, accept=lambda _kind, code: not code.endswith("002"))
    recap = world.recap("ppwp", "120101")
    open_recap(recap, actor=world.people["120101"][0])
    session.commit()
    login(client, world.accounts["120101"][0])
    return world, recap, f"/rekap/d/{recap.id}"


def state_of(world, recap):
    """Everything that a refusal leaves alone."""
    session = world.session
    session.expire_all()
    return (
        recap.state,
        recap.version,
        [(c.unit, c.number, c.votes) for c in sheet(recap).columns],
        [(unit, row.read_at) for unit, row in sorted(readings(recap).items())],
        *(
            session.scalar(text(f"select count(*) from {table}"))
            for table in ("recap_correction", "recap_objection", "witness_mandate", "recap_version")
        ),
    )


def refused(client, world, recap, address, data, words):
    """The page says what, and how to mend it; nothing moved."""
    before = state_of(world, recap)
    page = client.post(address, data=data)
    assert page.status_code in (403, 409, 422), page.status_code
    assert words in page.text and 'role="alert"' in page.text
    assert state_of(world, recap) == before
    return page.text


def send_back(content):
    return {"file": (io.BytesIO(content), "pleno.xlsx"), "photo": (io.BytesIO(PNG), "foto.png")}


def test_closing_with_missing_tps(plenary, client):
    world, recap, address = plenary
    said = refused(
        client, world, recap, f"{address}/putus/close", {}, "2 TPS atau wilayah belum ada angkanya"
    )
    assert "bagian belum dibacakan" in said and "1201011001002" in said  # each that is missing is named


def test_a_correction_without_a_reason(plenary, client):
    world, recap, address = plenary
    form = moved(world)
    data = dict(zip(sheet(recap).model.names, form["cells"], strict=True))
    data |= {f"suara_{n}": v for n, v in enumerate(form["votes"], 1)}
    for missing, words in (
        ({"reason_code": "salah_baca", "reason": "  "}, "Tuliskan alasan pembetulan."),
        ({"reason_code": "entah", "reason": "Terbalik."}, "Not a valid choice"),
    ):
        files = {name: (io.BytesIO(PNG), f"{name}.png") for name in ("evidence", "photo")}
        page = refused(client, world, recap, f"{address}/betulkan/{TPS}", data | missing | files, "")
        assert words in page or "Pilih" in page
        assert f'value="{form["votes"][0]}"' in page  # what was typed is still there
    assert world.session.query(RecapCorrection).count() == 0


def test_a_witness_of_the_wrong_party(plenary, client, login, make_account):
    world, recap, address = plenary
    of_two = mandate(world, kind="dpr", number=2)
    session = world.session
    session.commit()
    # The operator picks a witness of another contest.
    sent = {"mandate": str(of_two.id), "statement": "Angka berbeda.", "unit": TPS, "row": "suara_1"}
    refused(client, world, recap, f"{address}/keberatan/catat", sent, "Angka berbeda.")
    # An account of one party is named the witness of another.
    of_one = make_account(role="saksi", region="120101", party=1)
    session.commit()
    sent = {
        "participant": str(participant(world, "dpr", 1).id),
        "name": "Saksi",
        "letter_number": "1/SM",
        "letter_date": "2024-02-14",
        "account": make_account(role="saksi", region="120101", party=2).username,
    }
    session.commit()
    said = refused(client, world, recap, "/rekap/uji-rekap/120101/mandat", sent, "partai lain")
    assert "1/SM" in said
    # The witness of one party objects by the mandate of another.
    login(client, of_one)
    dpr = world.recap("dpr", "120101")
    open_recap(dpr, actor=world.people["120101"][0])
    session.commit()
    for chosen in (str(of_two.id), ""):
        sent = {"mandate": chosen, "statement": "Atas nama partai lain."}
        refused(client, world, dpr, f"/rekap/d/{dpr.id}/keberatan", sent, "Atas nama partai lain.")
    # By the mandate of its own party it may.
    own = mandate(world, kind="dpr", number=1, account=of_one)
    session.commit()
    sent = {"mandate": str(own.id), "statement": "Segel rusak."}
    assert client.post(f"/rekap/d/{dpr.id}/keberatan", data=sent).status_code == 302


def test_the_file_of_another_tier(plenary, client):
    world, recap, address = plenary
    above = world.recap("ppwp", "1201")
    kpu = world.people["1201"][0]
    open_recap(above, actor=kpu)
    content = export_workbook(above, actor=kpu)
    world.session.commit()
    said = refused(
        client, world, recap, f"{address}/luring", send_back(content),
        "Berkas ini milik D.HASIL KABKO-PPWP wilayah 1201, bukan D.Hasil ini.",
    )  # fmt: skip
    assert "Kirim berkas itu dari halaman D.Hasil miliknya." in said


def test_an_edited_formula(plenary, client):
    world, recap, address = plenary
    content = client.post(f"{address}/luring.xlsx", check=False).data
    total = cell_of(content, "suara_1", "jumlah")
    for edited in ("=SUM(C1:D1)", 999):
        back = send_back(write(content, {total: edited}))
        said = refused(
            client, world, recap, f"{address}/luring", back, f"Rumus jumlah pada sel {total} berubah."
        )
        assert "Kembalikan rumusnya" in said


def test_a_replayed_export(plenary, client):
    world, recap, address = plenary
    for ending in ("xlsx", "json"):
        content = client.post(f"{address}/luring.{ending}", check=False).data
        back = {"file": (io.BytesIO(content), f"pleno.{ending}")}
        assert client.post(f"{address}/luring", data=back).status_code == 302
        back = {"file": (io.BytesIO(content), f"lagi.{ending}")}
        said = refused(client, world, recap, f"{address}/luring", back, "Berkas ini sudah pernah dimasukkan.")
        assert "unduh berkas baru" in said
