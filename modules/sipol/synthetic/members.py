"""Members that do not exist, by number: for the demo, tests and measurements.

Every number is one person: no two share a NIK, or a name and birth date, so that whatever is double was put
there by :func:`seeded`, which tells it. Serials of NIK are 7000 and higher: the registry counts the births of
one day in one kecamatan upwards from 0001 and stays below a few hundred.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = _words(
    """
    ADI AGUS AHMAD ANDI ARIF ASEP BAMBANG BAYU BUDI DEDI DIMAS EKO FAJAR GUNAWAN HADI HASAN
    HENDRA INDRA IWAN JOKO KURNIA LUKMAN MADE NANDA NUR PUTRA RAHMAT RIZKI RUDI SLAMET SURYA
    TEGUH TONO UDIN WAHYU WAYAN YANTO YUSUF ZAINAL ZULKIFLI
    """
)
WOMEN = _words(
    """
    AISYAH AMI ANI AYU CITRA DEWI DIAN DWI EKA ENDANG FITRI HANI IDA INDAH INTAN KARTIKA LESTARI
    LINA MARIA MAYA MEGA NINGSIH NOVI NURUL PUJI PUTRI RATNA RINA RINI SARI SITI SRI SUCI TITIK
    TRI WATI WULAN YANI YULI YUNI
    """
)
MIDDLE = _words(
    """
    ABADI AKBAR ALAM ANUGRAH BAHARI BAKTI BUANA CAHYA DARMA DHARMA FAJRI GALIH GEMILANG HARAPAN
    ILHAM JATI JAYA KARYA KENCANA KUSUMA LAKSANA MULIA MURNI NUGRAHA PERKASA PERMATA PRATAMA
    PURNAMA RAHARJA SAKTI SANTOSA SATRIA SEJATI SETIA TAMA TULUS UTAMA WIBAWA WIJAYA YUDA
    """
)
FAMILY = _words(
    """
    ADIPUTRA ARITONANG BATUBARA DAMANIK FIRMANSYAH GINTING HALIM HARAHAP HIDAYAT HUTAPEA
    ISKANDAR KURNIAWAN LUBIS MAHENDRA MANURUNG NASUTION NUGROHO PANE PANGGABEAN PRASETYO
    RAMADHAN RITONGA SAPUTRA SARAGIH SETIAWAN SIAHAAN SIMATUPANG SINAGA SIREGAR SITOMPUL SITORUS
    SUGIARTO SUSANTO SUTRISNO SYAHPUTRA TAMBUNAN TANJUNG WIBOWO WICAKSONO YULIANTO
    """
)
WORK = (
    "PETANI/PEKEBUN",
    "WIRASWASTA",
    "KARYAWAN SWASTA",
    "PEDAGANG",
    "BURUH HARIAN LEPAS",
    "NELAYAN/PERIKANAN",
)
NAMES = len(GIVEN) * len(MIDDLE) * len(FAMILY)
#: Days of birth: fifty years that end before anybody could be under age in 2022.
FIRST, DAYS = dt.date(1954, 1, 1), 18_000
#: Coprime to the number of (name, day): a number leads to one pair and no other number does.
STRIDE = 492_876_847
SERIALS = 3_000


class Member(NamedTuple):
    """One row of a member file; texts as the file writes them (design, section 7)."""

    nik: str
    nama: str
    jenis_kelamin: str
    tempat_lahir: str
    tanggal_lahir: str
    status_kawin: str
    pekerjaan: str
    alamat: str
    kode_desa: str
    nomor_kta: str
    tanggal_kta: str


COLUMNS = Member._fields


class Seeded(NamedTuple):
    """A row with the flags that it must bear, and the number of the member elsewhere whom it doubles."""

    member: Member
    flags: tuple[str, ...] = ()
    other: int | None = None


def member(number: int, villages: Sequence[str], card: str | None = None) -> Member:
    """The member of a number. ``villages`` are of different kecamatan; 3,000 people fit into each."""
    if number >= len(villages) * SERIALS:
        raise ValueError(f"{len(villages)} kecamatan hold no {number + 1} people")
    name, day = divmod(number * STRIDE % (NAMES * DAYS), DAYS)
    born = FIRST + dt.timedelta(days=day)
    woman = number % 2 == 1
    first, rest = divmod(name, len(MIDDLE) * len(FAMILY))
    middle, last = divmod(rest, len(FAMILY))
    village = villages[number % len(villages)]
    serial = 7_000 + number // len(villages)
    nik = f"{village[:6]}{born.day + 40 * woman:02d}{born:%m%y}{serial:04d}"
    return Member(
        nik,
        f"{(WOMEN if woman else GIVEN)[first]} {MIDDLE[middle]} {FAMILY[last]}",
        "P" if woman else "L",
        "JAKARTA",
        born.isoformat(),
        "S" if number % 3 else "B",
        WORK[number % len(WORK)],
        f"JALAN MELATI {number % 200 + 1}",
        village,
        card or f"{number:09d}",
        "2021-06-01",
    )


def seeded(
    villages: Sequence[str], count: int, *, first: int, elsewhere: range, seed: int, share: float = 0.01
) -> Iterator[Seeded]:
    """``count`` rows of one party from the number ``first`` on, doubles among them; a share of each kind.

    A twin stands in another branch or in the same (``ganda_identik``), under another NIK or another name
    (``potensi_ganda``), or in another party (``ganda_eksternal``, of a number of ``elsewhere``, none twice).
    """
    rng = random.Random(seed)  # noqa: S311 - made-up people
    others = iter(rng.sample(elsewhere, min(len(elsewhere), int(count * share) + 1)))
    made, number = 0, first
    while made < count:
        row = member(number, villages, f"K{number:09d}")
        number += 1
        kind = rng.random() / share
        other = next(others, None) if 2 <= kind < 3 else None
        if other is not None:
            twin = member(other, villages, row.nomor_kta)
            made += 1
            yield Seeded(twin, ("ganda_eksternal",), other)
            continue
        if kind >= 2 or made + 2 > count:
            made += 1
            yield Seeded(row)
            continue
        card = f"{row.nomor_kta}-2"
        if kind < 1:
            village = row.kode_desa if kind < 0.5 else villages[(number * 7) % len(villages)]
            twin, flag = row._replace(kode_desa=village, nomor_kta=card), "ganda_identik"
        elif kind < 1.5:
            # The serial after the last one that a number has.
            serial = f"{int(row.nik[12:]) - 6_000:04d}"
            twin, flag = row._replace(nik=row.nik[:12] + serial, nomor_kta=card), "potensi_ganda"
        else:
            twin, flag = row._replace(nama=f"{row.nama} KEDUA", nomor_kta=card), "potensi_ganda"
        made += 2
        yield Seeded(row, (flag,))
        yield Seeded(twin, (flag,))


def write_csv(path: Path, rows: Iterable[Member]) -> int:
    """Write a member file, readable by its owner only; the number of rows."""
    count = 0
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count
