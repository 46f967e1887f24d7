"""A ruling that is in the register of law is a link wherever a correction rests on it."""

from __future__ import annotations

import pytest

from modules.sirekap.determination_words import ruling
from modules.sirekap.operations.corrections import Proof, propose_by_ruling
from tests.jdih.registering import published
from tests.sirekap.test_corrections import moved

TPS = "1201011001001"
KNOWN, UNKNOWN = "MK 1/PHPU.PRES-XXII/2024", "MK 2/PHPU.PRES-XXII/2024"


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("1/PHPU/2024", "Putusan Nomor 1/PHPU/2024"),
        ("MK 1/PHPU/2024", "Putusan MK 1/PHPU/2024"),
        (" Putusan MK 1/PHPU/2024", "Putusan MK 1/PHPU/2024"),
    ],
)
def test_how_a_ruling_is_called(written, called):
    assert ruling(written) == called


def test_the_number_of_a_ruling_leads_to_jdih_where_it_is_registered(world, client, login):
    published("putusan_mk", number="1/PHPU.PRES-XXII/2024", year=2024, title="Perselisihan Hasil Pilpres")
    recap, actor = world.finish(world.recap("ppwp", "120101")), world.people["120101"][0]
    for number in (KNOWN, UNKNOWN):
        proof = Proof("putusan", "Amar putusan.", world.file(), world.file())
        propose_by_ruling(recap, TPS, ruling=number, proof=proof, actor=actor, **moved(world))
    world.session.commit()
    login(client, world.accounts["120101"][1])
    page = client.get(f"/rekap/d/{recap.id}").text
    assert f">{KNOWN}</a>" in page and "Perselisihan Hasil Pilpres" in page
    assert f">{UNKNOWN}</a>" not in page and page.count("belum terdaftar di JDIH") == 1
