"""Made-up members: each number is one person, and whatever is double was put there."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import gcd

import pytest

from electsys.privacy import check_nik, normalise_name
from modules.sipol.synthetic import members as made

VILLAGES = [f"12{n // 90 + 10:02}{n % 90 + 10:02}1001" for n in range(400)]


def test_no_two_numbers_share_a_nik_or_an_identity():
    rows = [made.member(n, VILLAGES) for n in range(0, 400 * made.SERIALS, 97)]
    assert gcd(made.STRIDE, made.NAMES * made.DAYS) == 1
    assert len({row.nik for row in rows}) == len(rows)
    assert len({(normalise_name(row.nama), row.tanggal_lahir) for row in rows}) == len(rows)
    assert not [row for row in rows if check_nik(row.nik, sex=row.jenis_kelamin)]
    with pytest.raises(ValueError, match="hold no"):
        made.member(400 * made.SERIALS, VILLAGES)


def test_the_truth_is_what_the_rows_say():
    rows = list(made.seeded(VILLAGES, 5_000, first=0, elsewhere=range(100_000, 105_000), seed=7, share=0.05))
    assert len(rows) == 5_000
    niks, identities = defaultdict(list), defaultdict(list)
    for row in rows:
        niks[row.member.nik].append(row)
        identities[row.member.nama, row.member.tanggal_lahir].append(row)
    for row in rows:
        same_nik = niks[row.member.nik]
        same_identity = identities[row.member.nama, row.member.tanggal_lahir]
        expected = set()
        if len([r for r in same_nik if r in same_identity]) > 1:
            expected.add("ganda_identik")
        if any(r not in same_identity for r in same_nik) or any(r not in same_nik for r in same_identity):
            expected.add("potensi_ganda")
        if row.other is not None:
            expected.add("ganda_eksternal")
            assert row.member.nik == made.member(row.other, VILLAGES).nik
        assert set(row.flags) == expected
    assert len({row.member.nomor_kta for row in rows}) == len(rows)
    kinds = Counter(flag for row in rows for flag in row.flags)
    assert set(kinds) == {"ganda_identik", "potensi_ganda", "ganda_eksternal"} and min(kinds.values()) > 100
