"""Siapa yang terpilih: calon setiap partai, DPD, presiden, kepala daerah; diputuskan ulang dari D.Hasil dalam log.

Hukum, kursi, nama yang dicoret, dan urutan yang diputuskan pleno diambil dari catatan keputusan; suara dari
D.Hasil terbaru sebelum catatan itu. Suara yang sama diurutkan menurut undang-undang; sebaran dihitung dari
formulir TPS bila jumlahnya sama dengan D.Hasil. Yang tidak ada dalam log dicatat di ``NOTES``.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import groupby

from facts import CONTESTS, DECISIONS, LISTS, TOP, Claims, Contest, official, regions, some, spread_of
from seats import Votes, allocate, closest, reaching

#: Di mana urutan penentu suara sama tertulis dalam hukum setiap pemilihan.
CHAIN = {"dpd": "dpd_urutan_seri", "ppwp": "pres_urutan_seri"} | dict.fromkeys(LISTS, "calon_urutan_seri")
#: Yang tidak dapat dihitung dari log, dan karena itu diterima seperti tertulis.
NOTES: set[str] = set()


def share(text: str) -> Fraction:
    """Bagian menurut hukum: 1/2, 0,04, atau 20 %."""
    percent = text.endswith("%")
    return Fraction(text.strip(" %").replace(",", ".")) / (100 if percent else 1)


class Ties:
    """Urutan di antara yang suaranya sama: menurut hukum, lalu menurut pleno."""

    def __init__(self, contest: Contest, index: int, body: dict, key: str, chain: str, told: list[dict]):
        self.chain, self.orders = json.loads(body["law"][chain]), body["ties"]
        self.part = contest, key, index
        self.told = {(each["tempat"], each["cara"]): each["nilai"] for each in told}

    def value(self, place: str, way: str, key: str) -> int | None:
        told = self.told.get((place, way), {}).get(key)
        if way == "pleno":
            NOTES.add(
                f"{place}: suara sama, urutannya diputuskan pleno seperti tertulis pada catatan keputusan"
            )
            return -self.orders[place].index(key) if key in self.orders[place] else None
        if way.startswith("sebaran_") and (found := spread_of(*self.part, key)) is not None:
            return found[way.removeprefix("sebaran_")]
        NOTES.add(f"{place}: suara sama, {way} tidak dapat dihitung dari log; diterima seperti tertulis")
        return told

    def tiers(self, place: str, tied: list[str], ways: list[str] | None = None) -> Iterator[list[str]]:
        """Yang sama, dari yang pertama; yang tidak terpisahkan tetap bersama."""
        if ways is None:
            ways = [*self.chain, *(["pleno"] if place in self.orders else [])]
        values = {key: self.value(place, ways[0], key) for key in tied} if len(tied) > 1 and ways else {}
        if not values or None in values.values():
            yield tied
            return
        for _value, same in groupby(sorted(tied, key=lambda key: -values[key]), key=values.get):
            yield from self.tiers(place, [*same], ways[1:])

    def ranked(self, place: str, votes: Votes) -> list[list[str]]:
        """Semua menurut suara, lalu menurut urutan penentu."""
        order = sorted(votes, key=lambda key: (-votes[key], int(key.rpartition(".")[2])))
        return [t for _n, same in groupby(order, key=votes.get) for t in self.tiers(place, [*same])]

    def first(self, place: str, votes: Votes, count: int) -> list[str]:
        """Yang menempati ``count`` tempat pertama, sejauh dapat diputuskan."""
        return take(self.ranked(place, votes), count)


def steps(told: list[dict], contest: Contest, key: str, index: int) -> Claims:
    """Sebaran yang tertulis di antara yang suaranya sama, sejauh dapat dihitung dari log."""
    for each in told:
        level = each["cara"].removeprefix("sebaran_")
        found = {who: spread_of(contest, key, index, who) for who in each["nilai"] if level != each["cara"]}
        if found and all(found.values()):
            yield f"{each['tempat']} {each['cara']}:", each["nilai"], {k: v[level] for k, v in found.items()}


def take(tiers: Iterable[list[str]], count: int) -> list[str]:
    taken: list[str] = []
    for tier in tiers:
        if len(taken) + len(tier) > count:
            break
        taken += tier
    return taken


def places(tiers: list[list[str]], last: list[str]) -> dict[str, int]:
    """Peringkat: yang tidak terpisahkan berbagi; ``last`` semua di belakang."""
    ranks: dict[str, int] = {}
    for tier in tiers:
        ranks |= dict.fromkeys(tier, len(ranks) + 1)
    return ranks | dict.fromkeys(last, len(ranks) + 1)


def of_list(ties: Ties, place: str, votes: Votes, seats: int, struck: list[str]) -> tuple[dict, list[str]]:
    """Peringkat calon satu partai, dan yang terpilih; yang tanpa suara menurut nomor urut."""
    voted = {key: n for key, n in votes.items() if n and key not in struck}
    rest = sorted(
        (k for k in votes if k not in voted and k not in struck), key=lambda k: int(k.split(".")[1])
    )
    ranks = places([*ties.ranked(place, voted), *([key] for key in rest)], [k for k in votes if k in struck])
    return ranks, [*ties.first(place, voted, seats), *rest][:seats]


def of_persons(ties: Ties, place: str, votes: Votes, seats: int, struck: list[str]) -> tuple[dict, list[str]]:
    """Peringkat calon DPD, dan yang terpilih; tanpa suara tidak ada yang terpilih."""
    voted = {key: n for key, n in votes.items() if n and key not in struck}
    return places(ties.ranked(place, voted), [k for k in votes if k not in voted]), ties.first(
        place, voted, seats
    )


def of_office(kind: str, body: dict, index: int, votes: Votes, ties: Ties, place: str) -> dict:
    """Presiden (UU 7/2017 pasal 416) atau kepala daerah (UU 10/2016 pasal 54D, 107, 109)."""
    law, contest = body["law"], CONTESTS[kind]
    blank = next(
        (str(li["number"]) for li in contest.ballots[body["area"]]["lines"] if li.get("blank")), None
    )
    pairs = {key: n for key, n in votes.items() if key != blank}
    again, valid = law["putaran_kedua"] == "ya", sum(votes.values())
    provinces: dict[str, Votes] = {}
    need = None
    if kind == "ppwp":
        bar, part = share(law["menang_pres_total"]), share(law["menang_pres_prov"])
        for code in sorted(regions("D.Prov", kind, index)):
            provinces[code] = official(contest, "D.Prov", code, "", index)[1]
        if not again and (len(pairs) != 2 or law["menang_pres_dua_pasangan"] == "ya"):
            need = int(share(law["menang_pres_prov_fraksi"]) * len(provinces)) + 1
    else:
        area = json.loads(law.get("menang_kada_mayoritas", "{}")).get(body["area"])
        bar, part = share(law["menang_kada_tunggal"] if blank else area or "1/2"), Fraction(0)
        again = again or not (blank or area)  # tanpa syarat mayoritas suara terbanyak menang
    tests = {
        key: {
            "suara": n,
            "cukup": n > bar * valid,
            "provinsi": sum(v[key] >= part * sum(v.values()) > 0 for v in provinces.values()),
        }
        for key, n in pairs.items()
    }
    won = [k for k, test in tests.items() if test["cukup"] and test["provinsi"] >= (need or 0)]
    if (again and not won) or (again and kind == "ppwp"):
        won = ties.first(place, pairs, 1)
    onward = [] if won or blank else ties.first(place, pairs, 2)
    return {
        "jenis": "menang" if won else "kotak_kosong" if blank else "putaran_kedua",
        "pemenang": won[0] if won else None,
        "lanjut": sorted(onward),
        "perlu_provinsi": need,
        "kosong": votes.get(blank),
        "pasangan": tests,
        "provinsi": provinces,
    }


def claims(data: dict, contest: Contest) -> Claims:
    """``terpilih.json``: suara, peringkat, yang terpilih, dan perubahan dari versi sebelumnya."""
    kind, area = contest.kind, data["wilayah"]
    history = DECISIONS[kind, area]
    index, body = history[-1]
    yield from head(data, index, body)
    yield "hukum:", data["hukum"], body["law"]
    told = [step for part in data["bagian"] for step in part["seri"]]
    yield "bagian", [part["kode"] for part in data["bagian"]], sorted(body["parts"])
    found = {part["kode"]: part for part in data["bagian"]}
    chain = CHAIN.get(kind, "kada_urutan_seri")
    seats_of = won_seats(contest, index, body, told)
    office = None
    for key, facts_of in body["parts"].items():
        part, struck = found[key], facts_of["struck"]
        entry, votes = official_part(contest, body, key, index)
        ties = Ties(contest, index, body, key, chain, told)
        yield f"D.Hasil {key or 'nasional'}", part["catatan"], entry
        yield from steps(part["seri"], contest, key, index)
        yield f"kursi {key}", part["kursi"], facts_of["seats"]
        yield f"suara sah {key}", part["suara_sah"], sum(votes.values())
        rows = {who["nomor"]: who for who in part["calon"]}
        if kind in LISTS:
            yield f"kursi partai {key}:", some(part["hasil"]), some(seats_of[key])
            ranks, elected = {}, []
            votes = {k: n for k, n in votes.items() if "." in k}
            for number, own in groupby(votes, key=lambda k: k.split(".")[0]):
                some_votes = {k: votes[k] for k in own}
                place = f"calon:{key}:{number}"
                more, chosen = of_list(ties, place, some_votes, seats_of[key].get(number, 0), struck)
                ranks, elected = ranks | more, [*elected, *chosen]
        elif kind == "dpd":
            ranks, elected = of_persons(ties, f"dpd:{key}", votes, facts_of["seats"], struck)
        else:
            office = of_office(kind, body, index, votes, ties, f"{kind}:{key}")
            ranks = {k: 1 + sum(other > n for other in votes.values()) for k, n in votes.items()}
            elected = [office["pemenang"]] if office["pemenang"] else []
        yield f"suara {key}:", {k: who["suara"] for k, who in rows.items()}, votes
        yield f"peringkat {key}:", {k: who["peringkat"] for k, who in rows.items()}, ranks
        yield f"terpilih {key}", sorted(k for k, who in rows.items() if who["terpilih"]), sorted(elected)
        yield f"dicoret {key}", sorted(k for k, who in rows.items() if who["dicoret"]), sorted(struck)
        yield f"terpilih {key} menurut catatan keputusan", sorted(facts_of["elected"]), sorted(elected)
    written = data["jabatan"] and data["jabatan"] | {"lanjut": sorted(data["jabatan"]["lanjut"])}
    yield "pasangan calon:", written, office
    yield from changes(data["perubahan"], contest, history)


def seat_claims(data: dict, contest: Contest) -> Claims:
    """``kursi.json``: suara dari D.Hasil, ambang batas, kursi, dan pasangan terdekat."""
    history = DECISIONS[contest.kind, data["wilayah"]]
    index, body = history[-1]
    yield from head(data, index, body)
    limit = share(body["law"].get("ambang_parlemen", "0"))
    yield "ambang batas", Fraction(data["ambang"] or 0), limit
    yield "dapil", [each["kode"] for each in data["dapil"]], sorted(body["parts"])
    passed = reaching([each["suara"] for each in data["dapil"]], limit)
    yield "partai yang memenuhi ambang batas", sorted(data["lolos"]), passed
    seats_of = won_seats(contest, index, body, [step for each in data["dapil"] for step in each["seri"]])
    total: Counter[str] = Counter()
    for each in data["dapil"]:
        code, won = each["kode"], seats_of[each["kode"]]
        entry, votes = official_part(contest, body, code, index)
        yield f"D.Hasil dapil {code}", each["catatan"], entry
        yield from steps(each["seri"], contest, code, index)
        yield f"suara dapil {code}:", each["suara"], totals(votes)
        yield f"alokasi kursi dapil {code}", each["kursi"], body["parts"][code]["seats"]
        yield f"kursi dapil {code}:", some(each["hasil"]), some(won)
        taking = {p: n for p, n in each["suara"].items() if p in passed}
        last, rivals = allocate(taking, each["kursi"], [])
        yield f"kursi terakhir dapil {code}", sorted(each["undian"]), sorted(won - last) if rivals else []
        pair = each["terdekat"] and tuple(each["terdekat"].values())
        yield f"pasangan terdekat dapil {code}", pair, closest(taking, won)
        total.update(won)
    yield "jumlah kursi:", some(data["kursi"]), some(total)
    yield "jumlah kursi menurut catatan keputusan:", {p: n for p, n in body["seats"] if n}, some(total)
    before = dict(history[-2][1]["seats"]) if len(history) > 1 else None
    yield "kursi sebelum putusan", data["sebelum"], before


def head(data: dict, index: int, body: dict) -> Claims:
    """Keputusan yang mana, versi berapa, dan apakah atas putusan."""
    written = [data["catatan_keputusan"], data["versi"], data["keputusan"], data["putusan"] is not None]
    yield "keputusan", written, [index, body["version"], body["decision"], body["by_ruling"]]


def official_part(contest: Contest, body: dict, key: str, index: int) -> tuple[int, Votes]:
    """Suara resmi satu dapil, atau seluruh wilayah: nomor catatan D.Hasil, dan suara setiap baris."""
    return official(contest, TOP.get(contest.kind, "D.Nas"), body["area"], key, index)


def totals(votes: Votes) -> Counter[str]:
    """Suara partai dan calonnya bersama."""
    found: Counter[str] = Counter()
    for key, n in votes.items():
        found[key.split(".")[0]] += n
    return found


def won_seats(contest: Contest, index: int, body: dict, told: list[dict]) -> dict[str, Votes]:
    """Kursi setiap partai di setiap dapil."""
    if contest.kind not in LISTS:
        return {}
    votes = {key: totals(official_part(contest, body, key, index)[1]) for key in body["parts"]}
    passed = reaching([*votes.values()], share(body["law"].get("ambang_parlemen", "0")))
    found = {}
    for key, part in body["parts"].items():
        taking = {p: n for p, n in votes[key].items() if p in passed}
        won, rivals = allocate(taking, part["seats"], [])
        if rivals:
            ties = Ties(contest, index, body, key, "kursi_urutan_seri", told)
            order = ties.tiers(f"kursi:{key}", sorted(rivals, key=int))
            won, rivals = allocate(taking, part["seats"], take(order, part["seats"] - won.total()))
        found[key] = won
    return found


def changes(written: list[dict] | None, contest: Contest, history: list) -> Claims:
    """Yang berbeda dari versi sebelumnya: suara, kursi partai, terpilih."""
    if len(history) < 2:
        yield "perubahan", written, None
        return
    sides = []
    for index, body in history[-2:]:
        side = {}
        for key, part in body["parts"].items():
            votes = official_part(contest, body, key, index)[1]
            lists = contest.kind in LISTS
            every = votes | totals(votes) if lists else votes
            for who, n in every.items():
                won = part["won"].get(who, 0) if lists and "." not in who else None
                side[key, who] = n, won, who in part["elected"]
        sides.append(side)
    empty = None, None, False
    want = {
        key: [*zip(sides[0].get(key, empty), sides[1].get(key, empty))]
        for key in {**sides[0], **sides[1]}
        if sides[0].get(key, empty) != sides[1].get(key, empty)
    }
    found = {
        (row["bagian"], row["nomor"]): [(*row["suara"],), (*row["kursi"],), (*row["terpilih"],)]
        for row in written or []
    }
    yield "perubahan:", found, want


def table(rows: csv.DictReader, contest: Contest, area: str) -> Claims:
    """``terpilih.csv``: suara dan yang terpilih menurut catatan keputusan."""
    index, body = DECISIONS[contest.kind, area][-1]
    want = {}
    for key, part in body["parts"].items():
        votes = official_part(contest, body, key, index)[1]
        for who, n in votes.items():
            if contest.kind not in LISTS or "." in who:
                want[key, who] = n, who in part["elected"]
    found = {(r["kode"], r["nomor"]): (int(r["suara"]), r["status"] == "terpilih") for r in rows}
    yield "yang terpilih:", found, want
