"""Which document of which area a file is, told from its name: ``SK DPC Nias 1204.pdf``.

Pure: names, kinds and areas are given. What is told without doubt may be placed at once (``sure``); what only
looks like an area is proposed; everything else says why it is left to people, as a code with what it names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from modules.sipol.rules.names import likeness, plain

#: Purposes of the files of a party (electsys.documents.kinds).
PURPOSE, LOGO, PHOTO = "party_document", "party_logo", "photo"
#: Names of areas that look alike by less than this are not proposed. [M]
LIKELY = 0.84
#: And the second best must be less alike by this.
AHEAD = 0.05

#: Words in names of files -> kind of document; longer phrases first. Codes of the table ``dokumen_parpol``.
PHRASES: tuple[tuple[str, str], ...] = (
    ("surat pendaftaran", "surat_pendaftaran"),
    ("f pendaftaran", "surat_pendaftaran"),
    ("surat pernyataan", "surat_pernyataan"),
    ("f surat pernyataan", "surat_pernyataan"),
    ("berita negara", "berita_negara"),
    ("lembaran negara", "berita_negara"),
    ("bnri", "berita_negara"),
    ("sk kemenkumham", "sk_kemenkumham"),
    ("sk menkumham", "sk_kemenkumham"),
    ("sk menteri", "sk_kemenkumham"),
    ("kemenkumham", "sk_kemenkumham"),
    ("menkumham", "sk_kemenkumham"),
    ("anggaran dasar", "ad_art"),
    ("anggaran rumah tangga", "ad_art"),
    ("ad art", "ad_art"),
    ("adart", "ad_art"),
    ("bukti rekening", "bukti_rekening"),
    ("rekening", "bukti_rekening"),
    ("buku tabungan", "bukti_rekening"),
    ("rek bank", "bukti_rekening"),
    ("bukti kantor", "bukti_kantor"),
    ("kantor", "bukti_kantor"),
    ("domisili", "bukti_kantor"),
    ("sewa", "bukti_kantor"),
    ("sekretariat", "bukti_kantor"),
    ("sk kepengurusan", "sk_kepengurusan"),
    ("sk pengurus", "sk_kepengurusan"),
    ("susunan pengurus", "sk_kepengurusan"),
    ("kepengurusan", "sk_kepengurusan"),
    ("pengurus", "sk_kepengurusan"),
    ("surat keputusan", "sk_kepengurusan"),
    ("sk", "sk_kepengurusan"),
)
#: Words that say of which level a board is, as parties call them -> lengths of region codes. DPD is the
#: province in some parties and the kab/kota in others.
LEVEL_WORDS: dict[str, frozenset[int]] = {
    **dict.fromkeys(("dpp", "pusat", "nasional"), frozenset({0})),
    **dict.fromkeys(("dpw", "provinsi", "prov", "propinsi"), frozenset({2})),
    "dpd": frozenset({2, 4}),
    **dict.fromkeys(("dpc", "kabupaten", "kab", "kabko", "kota"), frozenset({4})),
    **dict.fromkeys(("pac", "dpac", "ranting", "kecamatan", "kec", "distrik"), frozenset({6})),
}
#: Words of file names that say nothing.
NOISE = frozenset(
    (
        *(
            "tahun",
            "tgl",
            "tanggal",
            "no",
            "nomor",
            "scan",
            "scanned",
            "final",
            "fix",
            "revisi",
            "rev",
            "baru",
        ),
        *("copy", "salinan", "asli", "partai", "ttd", "pdf", "dok", "dokumen", "file", "berkas", "tentang"),
        *("dan", "di", "untuk", "bukti", "surat", "adm", "administrasi"),
    )
)
#: Numbers of decrees often hold the month so.
_ROMAN = re.compile(r"[ivxl]+")


@dataclass(frozen=True)
class Kind:
    """A kind of document, and the lengths of region codes that have it."""

    code: str
    label: str
    levels: frozenset[int]


@dataclass(frozen=True)
class Area:
    """An area that a document may belong to; ``above`` are the names over it, nearest first."""

    code: str
    name: str
    above: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """What a name tells. Without ``problem`` the place is sure.

    Problems: ``kind_unknown``; ``area_unknown``; ``area_outside`` (``detail``: the code that lies outside);
    ``area_similar`` (the area is proposed, not sure); ``area_ambiguous`` (``detail``: how many);
    ``area_contradicts`` (``detail``: what the name says beside the code); ``level_wrong`` (that area has no
    such document); ``twice`` (two files of one drop go to one place).
    """

    name: str
    kind: str | None = None
    area: str | None = None
    problem: str | None = None
    detail: str = ""

    @property
    def sure(self) -> bool:
        """Whether it may be placed without asking."""
        return self.problem is None


def stem(name: str) -> str:
    """The name without its ending, as plain words; letters and digits are parted."""
    words = plain(re.sub(r"\.[A-Za-z0-9]{2,5}$", "", name.replace("_", " ")))
    return _one_word(" ".join(re.findall(r"[a-z]+|[0-9]+", words)))


class Matcher:
    """Matches the names of one drop.

    ``areas`` are those where the sender may place documents; ``known`` tells every code of the map, so that
    another region is told from a mistyped one; ``own`` are the words of the party's name, which say nothing.
    """

    def __init__(
        self,
        kinds: Sequence[Kind],
        areas: Iterable[Area],
        known: Iterable[str] = (),
        own: Iterable[str] = (),
    ) -> None:
        self.kinds = {kind.code: kind for kind in kinds}
        self.areas = {area.code: area for area in areas}
        self.known = frozenset(known) | set(self.areas)
        self.noise = NOISE | {word for each in own for word in plain(each).split()}
        self.phrases = [
            *((plain(kind.code.replace("_", " ")), kind.code) for kind in kinds),
            *((phrase, code) for phrase, code in PHRASES if code in self.kinds),
        ]
        self.by_name: dict[str, list[Area]] = {}
        for area in self.areas.values():
            for form in {_bare(area.name), _one_word(plain(area.name))}:
                self.by_name.setdefault(form, []).append(area)
        self.by_pair: dict[str, list[Area]] = {}
        for area in self.areas.values():
            for pair in _pairs(" ".join(_ways(area))):
                self.by_pair.setdefault(pair, []).append(area)

    def all(self, names: Sequence[str]) -> list[Match]:
        """Every name of a drop; the second file for one place is left to people."""
        found: list[Match] = []
        seen: set[tuple[str | None, str | None]] = set()
        for name in names:
            match = self.one(name)
            if match.sure and (match.kind, match.area) in seen:
                match = Match(name, match.kind, match.area, "twice")
            elif match.sure:
                seen.add((match.kind, match.area))
            found.append(match)
        return found

    def one(self, name: str) -> Match:
        """What one name tells."""
        kind, rest = self._kind(stem(name))
        words = rest.split()
        asked = _levels(words)
        lengths = kind.levels if kind else frozenset({0, 2, 4, 6})
        wanted = (asked & lengths) if asked else lengths
        if not wanted and kind:
            return Match(name, kind.code, None, "level_wrong", kind.label)
        match = self._area(name, kind, words, wanted)
        return match if kind else Match(name, None, match.area, "kind_unknown")

    def _kind(self, text: str) -> tuple[Kind | None, str]:
        """The kind that the words name, and the words without it; the longest phrase wins."""
        padded = f" {text} "
        there = [pair for pair in self.phrases if f" {pair[0]} " in padded]
        if not there:
            return None, text
        code = max(there, key=lambda pair: len(pair[0]))[1]
        for phrase, other in sorted(there, key=lambda pair: -len(pair[0])):
            if other == code:
                padded = padded.replace(f" {phrase} ", " ", 1)
        return self.kinds[code], " ".join(padded.split())

    def _area(self, name: str, kind: Kind | None, words: list[str], wanted: frozenset[int]) -> Match:
        code = kind.code if kind else None
        if wanted == {0}:
            inside = "" in self.areas
            return Match(name, code, "") if inside else Match(name, code, None, "area_outside", "pusat")
        texts = self._texts(words)
        coded, other = self._codes(words, wanted)
        if coded is not None:
            return self._agree(name, code, coded, texts)
        if other is not None:
            problem = "level_wrong" if other in self.areas else "area_outside"
            return Match(name, code, None, problem, other)
        if not texts:
            return Match(name, code, None, "area_unknown")
        return self._named(name, code, texts, wanted)

    def _texts(self, words: list[str]) -> list[str]:
        """What may be the name of an area: the words as they stand, then with less and less around them."""
        plain_words = [w for w in words if not w.isdigit()]
        if all(w in LEVEL_WORDS or w in self.noise or _ROMAN.fullmatch(w) for w in plain_words):
            return []
        start = 0
        while (
            plain_words[start] in LEVEL_WORDS
            or plain_words[start] in self.noise
            or _ROMAN.fullmatch(plain_words[start])
        ):
            start += 1
        # "X Koto", "Kota Baru": what says nothing as a rule may be a part of the name.
        whole = [plain_words[n:] for n in range(start + 1)]
        quiet = [w for w in plain_words[start:] if w not in self.noise]
        bare = [w for w in quiet if w not in LEVEL_WORDS]
        return [" ".join(each) for each in dict.fromkeys(map(tuple, (*whole, quiet, bare))) if each]

    def _codes(self, words: list[str], wanted: frozenset[int]) -> tuple[str | None, str | None]:
        """The code in the words: (ours, or None; one that is known, but not ours or of another level).

        Dotted codes ("12.04.01") arrive as several numbers of two digits and are joined. Two digits alone are
        a code only where a province is meant or nothing else stands there: as a rule they number a decree.
        """
        numbers = [w for w in words if w.isdigit()]
        joined = "".join(numbers) if len(numbers) > 1 and all(len(n) == 2 for n in numbers) else ""
        found = [joined, *reversed(numbers)]
        lengths = (2, 4, 6) if wanted == {2} or (words == numbers and len(numbers) == 1) else (4, 6)
        codes = [n for n in found if len(n) in lengths]
        for number in codes:
            if number in self.areas and len(number) in wanted:
                return number, None
        for number in codes:
            if number in self.known and not (len(number) == 4 and 1945 <= int(number) <= 2099):
                return None, number
        return None, None

    def _agree(self, name: str, kind: str | None, code: str, texts: list[str]) -> Match:
        """A code is sure, unless the words beside it name another area to the letter."""
        own = _bare(self.areas[code].name)
        for text in texts:
            if f" {own} " in f" {text} ":
                return Match(name, kind, code)
            other = [a for a in self.by_name.get(text, []) if not code.startswith(a.code or "-")]
            if other and likeness(text, own) < LIKELY:
                return Match(name, kind, code, "area_contradicts", f"{other[0].name} ({other[0].code})")
        return Match(name, kind, code)

    def _named(self, name: str, kind: str | None, texts: list[str], wanted: frozenset[int]) -> Match:
        """By its name: to the letter, else what looks alike and is ahead of all others."""
        for text in texts:
            here = [a for a in self.by_name.get(text, ()) if len(a.code) in wanted]
            exact = list(dict.fromkeys([*here, *self._with_parent(text, wanted)]))
            exact = _of_kind(exact, texts) if len(exact) > 1 else exact
            if len(exact) == 1:
                return Match(name, kind, exact[0].code)
            if exact:
                return Match(name, kind, None, "area_ambiguous", str(len(exact)))
        floor = LIKELY - AHEAD
        scored = sorted(
            (
                (max(likeness(text, each, floor) for text in texts[-2:] for each in _ways(area)), area.code)
                for area in self._near(texts[-2:])
                if area.code and len(area.code) in wanted
            ),
            reverse=True,
        )
        if not scored or scored[0][0] < LIKELY:
            return Match(name, kind, None, "area_unknown", texts[-1])
        near = [each for each in scored if scored[0][0] - each[0] < AHEAD]
        if len(near) > 1:
            return Match(name, kind, None, "area_ambiguous", str(len(near)))
        return Match(name, kind, scored[0][1], "area_similar", texts[-1])

    def _near(self, texts: list[str]) -> list[Area]:
        """Areas that share half the pairs of letters of a text: of the thousands, few are compared."""
        found: dict[str, Area] = {}
        for text in texts:
            pairs = _pairs(text)
            shared = Counter(area.code for pair in pairs for area in self.by_pair.get(pair, ()))
            found |= {code: self.areas[code] for code, n in shared.items() if 2 * n >= len(pairs)}
        return list(found.values())

    def _with_parent(self, text: str, wanted: frozenset[int]) -> list[Area]:
        """Areas whose name begins or ends the words while the rest is the name of an area above."""
        words = text.split()
        found = []
        for cut in range(1, len(words)):
            for own, rest in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
                above = _bare(" ".join(rest))
                found += [
                    area
                    for area in self.by_name.get(" ".join(own), ())
                    if len(area.code) in wanted and area.above and above in _forms(area.above)
                ]
        return list(dict.fromkeys(found))


def _one_word(text: str) -> str:
    """Jakarta Pusat is a name; elsewhere "pusat" is the centre of a party."""
    return text.replace("jakarta pusat", "jakartapusat")


def _bare(name: str) -> str:
    """The name of an area without the words of its kind before it."""
    words = _one_word(plain(name)).split()
    while len(words) > 1 and (words[0] in LEVEL_WORDS or words[0] in ("adm", "administrasi")):
        words = words[1:]
    return " ".join(words)


def _forms(names: Iterable[str]) -> set[str]:
    """Names of areas as files write them."""
    return {_bare(name) for name in names}


def _of_kind(areas: list[Area], texts: list[str]) -> list[Area]:
    """Of namesakes, those that the words "kota" or "kabupaten" before the name mean."""
    words = set(texts[0].split())
    if "kota" in words:
        return [a for a in areas if plain(a.name).startswith("kota ")] or areas
    if words & {"kab", "kabupaten"}:
        return [a for a in areas if not plain(a.name).startswith("kota ")] or areas
    return areas


def _ways(area: Area) -> tuple[str, ...]:
    """How an area is written: its name, and its name with that above it."""
    own = _bare(area.name)
    return (own, f"{own} {_bare(area.above[0])}") if area.above else (own,)


def _pairs(text: str) -> set[str]:
    """The pairs of letters in the words of a text."""
    return {word[n : n + 2] for word in text.split() for n in range(len(word) - 1)}


def _levels(words: Iterable[str]) -> frozenset[int]:
    """The lengths of region codes that the words allow; the first word decides where they disagree."""
    found: frozenset[int] = frozenset()
    for word in words:
        if word in LEVEL_WORDS:
            found = (found & LEVEL_WORDS[word]) or found or LEVEL_WORDS[word]
    return found
