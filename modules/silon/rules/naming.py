"""Whose document a file is, told from its name: ``01_ijazah.pdf`` is the diploma of number 1.

Pure. What is told without doubt may be placed at once (``sure``); everything else says as a code why it is
left to people: ``kind_unknown``; ``number_unknown``; ``number_absent`` (nobody stands there);
``name_contradicts`` (the name in the file is somebody else's); ``not_asked`` (that candidate need not bring
it); ``closed`` (what is there is right already); ``twice`` (two files of one drop go to one place).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from modules.silon.rules.documents import Kind

#: Words in names of files -> kind of document; the longest that is there wins. Codes of ``dokumen_calon`` and
#: ``dokumen_pencalonan``; a kind's own code with blanks for its strokes is a phrase too.
PHRASES: tuple[tuple[str, str], ...] = (
    *((words, "pernyataan") for words in ("bb pernyataan", "surat pernyataan", "model bb")),
    *((words, "ktp_el") for words in ("ktp", "e ktp", "ktp elektronik", "identitas")),
    *((words, "ijazah") for words in ("ijasah", "sttb", "diploma", "legalisir")),
    *((words, "sehat_jasmani") for words in ("jasmani", "surat sehat jasmani", "kesehatan jasmani")),
    *((words, "sehat_rohani") for words in ("rohani", "kejiwaan", "surat sehat rohani", "kesehatan rohani")),
    *((words, "bebas_narkoba") for words in ("narkoba", "napza", "bnn", "narkotika")),
    *((words, "bukti_pemilih") for words in ("terdaftar pemilih", "tanda bukti terdaftar", "dpt", "pemilih")),
    *((words, "kta") for words in ("kartu anggota", "kartu tanda anggota")),
    *((words, "pas_foto") for words in ("foto", "pasfoto", "pas photo", "photo")),
    *((words, "sk_pengadilan") for words in ("pengadilan", "pengadilan negeri", "tidak pernah dipidana")),
    *((words, "skck") for words in ("catatan kepolisian", "kepolisian")),
    *((words, "riwayat_hidup") for words in ("cv", "drh", "daftar riwayat", "riwayat hidup")),
    *((words, "putusan_pidana") for words in ("putusan", "surat bebas", "mantan terpidana", "terpidana")),
    *((words, "pengunduran_diri") for words in ("surat pengunduran", "pengunduran", "mengundurkan diri")),
    *((words, "tanda_terima_mundur") for words in ("tanda terima pengunduran", "tanda terima")),
    *((words, "sk_pemberhentian") for words in ("pemberhentian", "keputusan pemberhentian")),
    *((words, "mundur_partai") for words in ("mundur dari partai", "pengunduran diri dari partai")),
    *((words, "surat_perwakilan") for words in ("perwakilan", "kbri", "kjri", "paspor")),
    *((words, "sehat_pasangan") for words in ("tim dokter", "pemeriksaan kesehatan")),
    *((words, "visi_misi") for words in ("visi", "visi misi program")),
    *(
        (words, "bukti_kepala_daerah")
        for words in ("kepala daerah", "bukti kepala daerah", "pernah kepala daerah")
    ),
    *((words, "surat_pengajuan") for words in ("b pengajuan", "pengajuan")),
    *((words, "daftar_bakal_calon") for words in ("b daftar", "daftar bakal calon", "daftar calon")),
    *((words, "persetujuan_pusat") for words in ("persetujuan", "persetujuan dpp")),
    *((words, "pencalonan_pasangan") for words in ("b pencalonan", "pencalonan")),
    *((words, "kesepakatan_gabungan") for words in ("kesepakatan", "gabungan partai")),
)
#: Words before a number that say that it is a place on the list.
_PLACE = re.compile(r"(?:^|\b(?:no|nomor|urut|calon|caleg)\s+)(\d{1,3})\b")


@dataclass(frozen=True)
class Who:
    """A candidate that a file may belong to: place, name, the kinds asked, those that are closed."""

    number: int
    name: str
    asked: frozenset[str]
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Match:
    """What a name tells; without ``problem`` it is sure. ``number`` 0 is the nomination itself."""

    name: str
    kind: str | None = None
    number: int | None = None
    problem: str | None = None

    @property
    def sure(self) -> bool:
        """Whether it may be placed without asking."""
        return self.problem is None


def stem(name: str) -> str:
    """The name without its ending as plain words; letters and digits are parted."""
    bare = re.sub(r"\.[A-Za-z0-9]{2,5}$", "", name).casefold()
    return " ".join(re.findall(r"[a-z]+|[0-9]+", bare.replace("'", "")))


class Matcher:
    """Matches the names of one drop against the candidates of a nomination and the kinds of the law."""

    def __init__(self, kinds: Sequence[Kind], people: Iterable[Who], own: Who) -> None:
        self.kinds = {kind.code: kind for kind in kinds}
        self.people: Mapping[int, Who] = {who.number: who for who in people}
        self.own = own
        self.phrases = [
            *((kind.code.replace("_", " "), kind.code) for kind in kinds),
            *((phrase, code) for phrase, code in PHRASES if code in self.kinds),
        ]

    def all(self, names: Sequence[str]) -> list[Match]:
        """Every name of a drop; the second file for one place is left to people."""
        found: list[Match] = []
        seen: set[tuple[str | None, int | None]] = set()
        for name in names:
            match = self.one(name)
            if match.sure and (match.kind, match.number) in seen:
                match = replace(match, problem="twice")
            elif match.sure:
                seen.add((match.kind, match.number))
            found.append(match)
        return found

    def one(self, name: str) -> Match:
        """What one name tells."""
        text = stem(name)
        kind = self._kind(text)
        if kind is not None and kind.of_nomination:
            return self._placed(name, kind, self.own)
        number, problem = self._number(text)
        if kind is None:
            return Match(name, None, number, "kind_unknown")
        if problem is not None or number is None:
            return Match(name, kind.code, number, problem or "number_unknown")
        return self._placed(name, kind, self.people[number])

    def _placed(self, name: str, kind: Kind, who: Who) -> Match:
        if kind.code not in who.asked:
            return Match(name, kind.code, who.number, "not_asked")
        if kind.code in who.closed:
            return Match(name, kind.code, who.number, "closed")
        return Match(name, kind.code, who.number)

    def _kind(self, text: str) -> Kind | None:
        padded = f" {text} "
        there = [(phrase, code) for phrase, code in self.phrases if f" {phrase} " in padded]
        if not there:
            return None
        return self.kinds[max(there, key=lambda pair: len(pair[0]))[1]]

    def _number(self, text: str) -> tuple[int | None, str | None]:
        """The place that the words name, and what is wrong with it."""
        named = self._named(text)
        told = _PLACE.search(text)
        if told is None:
            if named is not None:
                return named, None
            return (next(iter(self.people)), None) if len(self.people) == 1 else (None, "number_unknown")
        number = int(told.group(1))
        if number not in self.people:
            return None, "number_absent"
        return number, "name_contradicts" if named not in (None, number) else None

    def _named(self, text: str) -> int | None:
        """The one candidate whose whole name the words hold."""
        padded = f" {text} "
        found = [who.number for who in self.people.values() if who.name and f" {stem(who.name)} " in padded]
        return found[0] if len(found) == 1 else None
