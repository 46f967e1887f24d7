"""Every queue of entry with something in it, and empty: what stands there, why, and where it leads."""

from __future__ import annotations

import io

import pytest

from modules.situng.operations.captures import open_capture, submit_entry
from modules.situng.operations.photos import add_photo
from modules.situng.queries import queues
from modules.situng.queue_lists import EMPTY, NAMES
from modules.situng.simulated import photos
from tests.situng.conftest import CLEAN
from tests.situng.test_capture import A, B, C, people, picture  # noqa: F401

# ruff: noqa: F811  (fixtures of other files)

PAGE = "/hasil/antrean/pemilu-2024/ppwp"
REGIONS = ["1201"]


@pytest.fixture
def reader(app, session, make_account, login):
    """A client of whoever oversees the work of a kab/kota."""
    client = app.test_client()
    login(client, make_account(role="anggota_kpu_kabko", region="1201"))
    return client


def test_every_empty_queue_says_what_to_do(session, count, reader):
    numbers = queues.how_many(count, REGIONS)
    for queue in queues.QUEUES:
        page = reader.get(f"{PAGE}?antrean={queue}").text
        assert str(NAMES[queue]) in page
        if numbers[queue] == 0:
            assert str(EMPTY[queue]) in page
    assert numbers.pop(queues.MISSING) == 1099 and not any(numbers.values())


def test_the_anomaly_names_the_digit_and_leads_to_its_correction(session, count, reader, people):
    row = open_capture(count, A, actor=people[0])
    add_photo(row, picture(), page=1, actor=people[0])
    for actor in people[:2]:
        submit_entry(row, CLEAN | {"suara_2": 624}, actor=actor, reasons={"W.119:suara_besar": "x"})
    session.commit()
    page = reader.get(f"{PAGE}?antrean=anomali").text
    assert "angka ratusan (624 → 124)" in page and f"/hasil/pembetulan/pemilu-2024/ppwp/{A}" in page
    assert queues.how_many(count, REGIONS)["anomali"] == 1
    export = reader.get(f"{PAGE}?antrean=anomali&unduh=csv").text
    assert A in export and "F.107" in export and "ratusan" in export


def test_a_photo_of_another_tps_stands_there_until_the_right_one_comes(session, count, reader, people):
    row = open_capture(count, A, actor=people[0])
    wrong, right = (photos(count, code, {})[0] for code in (B, A))
    add_photo(row, io.BytesIO(wrong), page=1, actor=people[0])
    session.commit()
    assert B in reader.get(f"{PAGE}?antrean=tertukar").text
    assert queues.how_many(count, REGIONS)["tertukar"] == 1
    add_photo(row, io.BytesIO(right), page=1, actor=people[0])
    session.commit()
    assert str(EMPTY["tertukar"]) in reader.get(f"{PAGE}?antrean=tertukar").text
    assert queues.how_many(count, REGIONS)["tertukar"] == 0


def test_two_neighbours_alike_may_be_mixed_up(session, count, reader, people, take_in, write_file):
    take_in(write_file([{"kode_tps": A}, {"kode_tps": B}, {"kode_tps": C, "suara_1": 18, "suara_2": 123}]))
    session.commit()
    page = reader.get(f"{PAGE}?antrean=tertukar").text
    assert A in page and B in page and C not in page and "bandingkan TPS sedesa" in page
    assert queues.how_many(count, REGIONS)["tertukar"] == 2
    row = open_capture(count, B, actor=people[0])
    add_photo(row, picture(), page=1, actor=people[0])
    for actor in people[:2]:  # two people looked at the photo, and it is so
        submit_entry(row, CLEAN, actor=actor, reasons={"W.120:kembar": "Sesuai foto"})
    session.commit()
    assert queues.how_many(count, REGIONS)["tertukar"] == 1
    assert B not in reader.get(f"{PAGE}?antrean=tertukar").text


def test_reports_of_witnesses_and_the_public_are_one_click_away(app, session, count, make_account, login):
    reader = app.test_client()
    login(reader, make_account(role="operator_kpu_kabko", region="1201"))
    page = reader.get(PAGE).text
    assert "Laporan saksi dan masyarakat" in page and "jenis=situng_lapor" in page


def test_what_a_machine_could_not_read(session, count, reader, people):
    from modules.situng.models import MachineReading

    row = open_capture(count, A, actor=people[0])
    photo = add_photo(row, picture(), page=1, actor=people[0]).photo
    session.add(
        MachineReading(province=photo.province, photo_id=photo.id, reader="uji", cells={}, unsure=3, hints=[])
    )
    session.commit()
    page = reader.get(f"{PAGE}?antrean=ragu").text
    assert A in page and queues.how_many(count, REGIONS)["ragu"] == 1


def test_the_work_is_measured_by_area(session, count, reader, people):
    row = open_capture(count, A, actor=people[0])
    submit_entry(row, CLEAN, actor=people[0])
    session.commit()
    page = reader.get(f"{PAGE}/kinerja").text
    assert "tidak ada petugas yang dihitung" in page and "Barus" in page
    export = reader.get(f"{PAGE}/kinerja?unduh=csv").text
    assert "Barus" in export and people[0].name not in export
