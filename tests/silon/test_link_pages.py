"""Pages of links: what a verifier and a watcher read, and what those who put up never do."""

from __future__ import annotations

import pytest

from tests.pages import Html, count_queries
from tests.silon import conftest as make
from tests.sipol import conftest as parties

NIK = "1201011705804999"


@pytest.fixture
def pair(session):
    """Somebody on a list for the DPR, and again for another party in another dapil."""
    mine = make.nomination(session)
    first = make.candidate(session, mine, nik=NIK, name="SITI SATU", sex="P")
    other = make.nomination(session, place="3201")
    second = make.candidate(session, other, nik=NIK, name="SITI DUA", sex="P", number=7)
    parties.member(session, make.participant(session, of=None), nik=NIK)
    session.expire_all()
    return first, second


@pytest.fixture
def read(client, login, make_account, session):
    """The text of a page as an account with a role reads it."""

    def read(path, role, region="", party=None, status=200):
        login(client, make_account(role, region, party=party))
        response = client.get(path)
        assert response.status_code == status, response.status_code
        return Html(response.text).text() if status == 200 else ""

    return read


def test_a_verifier_reads_who_and_where(pair, read):
    first, second = pair
    text = read(f"/calon/kaitan/{first.id}", "operator_kpu_ri")
    assert "SITI DUA" in text and "nomor urut 7" in text
    assert second.nomination.dapil.name in text
    assert "Pencalonan ganda" in text
    listed = read(f"/calon/{first.nomination_id}/kaitan", "operator_kpu_ri")
    assert "SITI DUA" in listed


def test_those_who_put_up_learn_that_there_is_another_and_not_who(pair, read):
    first, second = pair
    # The second lock hides candidates of others; nominations lie open to the grants alone.
    for path, refusal in ((f"/calon/kaitan/{first.id}", 404), (f"/calon/{first.nomination_id}/kaitan", 403)):
        text = read(path, "admin_parpol_pusat", party=first.party_id)
        assert "oleh pengusul lain" in text
        for secret in ("SITI DUA", second.nomination.dapil.name, "nomor urut 7", "Tercatat di"):
            assert secret not in text
        read(path, "admin_parpol_pusat", party=second.party_id, status=refusal)


def test_an_own_second_list_is_told_as_ones_own(session, read):
    party = make.participant(session)
    first = make.candidate(session, make.nomination(session, of=party), nik=NIK)
    make.candidate(session, make.nomination(session, of=party, place="1201"), nik=NIK)
    session.expire_all()
    text = read(f"/calon/kaitan/{first.id}", "admin_parpol_pusat", party=party.party_id)
    assert "oleh partai Anda sendiri" in text


@pytest.mark.parametrize("role", ["operator_kpu_ri", "anggota_kpu_ri", "bawaslu_n"])
def test_the_nation_wide_list(pair, read, role):
    text = read("/calon/ganda/pemilu-2024", role)
    assert "SITI SATU" in text and "SITI DUA" in text
    assert NIK not in text
    narrowed = read("/calon/ganda/pemilu-2024?tanda=usia", role)
    assert "SITI" not in narrowed and "Tidak ada" in narrowed


def test_no_party_reads_the_nation_wide_list(pair, read):
    read("/calon/ganda/pemilu-2024", "admin_parpol_pusat", party=pair[0].party_id, status=403)


def test_a_download_carries_no_number_of_a_person(pair, client, login, make_account):
    login(client, make_account("bawaslu_n"))
    response = client.get("/calon/ganda/pemilu-2024?tanda=ganda&unduh=csv")
    assert response.status_code == 200
    assert "SITI SATU" in response.text and "SITI DUA" in response.text
    assert NIK not in response.text


def test_a_list_without_flags_says_so(session, read):
    of = make.nomination(session)
    make.candidate(session, of)
    assert "Tidak ada tanda" in read(f"/calon/{of.id}/kaitan", "operator_kpu_ri")


def test_a_full_list_costs_no_more_than_one(session, read, client, login, make_account):
    of, other = make.nomination(session), make.nomination(session, place="1201")
    for n in range(8):
        for where in (of, other):
            make.candidate(session, where, nik=f"12010117058047{n:02}")
    session.expire_all()
    login(client, make_account("operator_kpu_ri"))
    client.get(f"/calon/{of.id}/kaitan")
    with count_queries(30):
        client.get(f"/calon/{of.id}/kaitan")
