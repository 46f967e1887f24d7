"""Places: where people are born, and the lanes and houses they live in."""

from __future__ import annotations

import random
from functools import cache

STREETS = (
    "MELATI", "MAWAR", "KENANGA", "ANGGREK", "FLAMBOYAN", "CEMPAKA", "DAHLIA", "TERATAI", "KAMBOJA",
    "BOUGENVIL", "MERDEKA", "PAHLAWAN", "VETERAN", "PEMUDA", "PELAJAR", "NELAYAN", "PASAR", "MASJID",
    "SEKOLAH", "STASIUN", "PELABUHAN", "RAYA", "BARU", "LAMA", "TIMUR", "BARAT", "UTARA", "SELATAN",
    "RAJAWALI", "ELANG", "MERPATI", "CENDRAWASIH", "KUTILANG", "NURI", "MANGGIS", "DURIAN", "RAMBUTAN",
    "KELAPA", "SAWO", "JERUK", "SALAK", "NANGKA",
)  # fmt: skip
HAMLETS = (
    "KRAJAN", "SUKAMAJU", "SUKAMULYA", "SUMBER", "MULYO", "KARANG", "TENGAH", "PONDOK", "JAYA", "TANJUNG",
    "LEMBAH", "BUKIT", "PASIR", "RAWA", "SAWAH", "LADANG", "KEBON", "MUARA", "PANTAI", "GUNUNG", "WARINGIN",
    "JATI", "SENGON", "BAMBU", "TEGAL", "DUKUH", "KULON", "WETAN", "LOR", "KIDUL", "SEKAR",
)  # fmt: skip


@cache
def birth_places() -> dict[str, str]:
    """Code of a kab/kota at home -> its name as a KTP writes it as place of birth."""
    from electsys.regions.loading import read

    return {
        code: name.removeprefix("KOTA ").removeprefix("KABUPATEN ")
        for code, _id, name, *_rest in read("wilayah_2024")
        if len(code) == 4 and not code.startswith("99")
    }


@cache
def districts() -> tuple[str, ...]:
    """The codes of all kecamatan at home."""
    from electsys.regions.loading import read

    return tuple(row[0] for row in read("wilayah_2024") if len(row[0]) == 6 and not row[0].startswith("99"))


def is_town(village: str) -> bool:
    """Whether the village lies in a kota (the last two digits of its code are 71 and up)."""
    return village[2:4] >= "71"


class Lanes:
    """The houses of one village in order: neighbours share the lane and the RT, RT the RW."""

    def __init__(self, rng: random.Random, village: str, households: int) -> None:
        self._rng = rng
        self._town = is_town(village)
        self._left = 0
        self._rt, self._rw, self._of_rw = 0, 1, 0
        self._lane = ""
        self._house = 0
        self.last_rt = max(1, households // 30)

    def next(self) -> tuple[str, str, str]:
        """(address, RT, RW) of the next household."""
        rng = self._rng
        if self._left == 0:
            self._left = rng.randrange(22, 42)
            self._rt += 1
            self._of_rw += 1
            if self._of_rw > 5:
                self._rw, self._of_rw = self._rw + 1, 1
            self._lane = lane(rng, town=self._town)
            self._house = 0
        self._left -= 1
        self._house += 1 if rng.random() < 0.5 else 2
        address = f"{self._lane} NO {self._house}" if self._town else self._lane
        return address, f"{self._rt:03d}", f"{self._rw:03d}"


def lane(rng: random.Random, *, town: bool) -> str:
    """A street of a town, or the hamlet of a village."""
    if town:
        return f"JL {rng.choice(STREETS)} {rng.choice(('I', 'II', 'III', 'IV', 'V', 'RAYA'))}"
    word = rng.choice(HAMLETS)
    return f"{rng.choice(('DUSUN', 'KP', 'DUKUH'))} {word} {rng.choice(('I', 'II', 'III', 'ATAS', 'BAWAH'))}"


def some_home(rng: random.Random, village: str) -> tuple[str, str, str]:
    """(address, RT, RW) of any house of a village, for one who moves there."""
    town = is_town(village)
    address = lane(rng, town=town)
    rt = rng.randrange(1, 31)
    return (f"{address} NO {rng.randrange(1, 80)}" if town else address), f"{rt:03d}", f"{1 + rt // 6:03d}"
