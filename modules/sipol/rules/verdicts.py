"""What the items of an area add up to, and its parts to the area (domain.md 3.6; UU 7/2017 art. 173).

A kab/kota is met if its board, office, account and members all are; a province if its own are and enough of
its kab/kota; the party if its centre is and enough provinces. Before the repair what is not met is ``bms``,
after it ``tms``. Findings are codes and numbers; their words stand in :mod:`modules.sipol.verdict_words`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from modules.sipol.rules.requirements import CORE, Law, members_needed, needed_of

MET, WANTING, FAILED = "ms", "bms", "tms"
#: Steps of verification -> whether they come after a repair.
REPAIRED = {"vermin": False, "vermin_perbaikan": True, "verfak": False, "verfak_perbaikan": True}
#: Documents that are judged with the rows they prove, and so are no aspect of their own.
PROOFS = {
    "kepengurusan": "sk_kepengurusan",
    "kantor": "bukti_kantor",
    "rekening": "bukti_rekening",
}
#: Aspects of the factual step by the digits of an area (domain.md 3.6).
FACTUAL = {0: ("kepengurusan", "perempuan", "kantor"), 2: ("kepengurusan", "kantor")}
FACTUAL_DISTRICT = ("kepengurusan", "kantor", "anggota")


@dataclass(frozen=True)
class Aspect:
    """One aspect of an area: its verdict, the code of what is wrong, the numbers that it rests on."""

    name: str
    state: str
    reason: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether nothing is wrong."""
        return self.state == MET


@dataclass(frozen=True)
class Facts:
    """What was judged in one area. A judged state is ``ms``, ``bms``, ``tms``; None where nothing is there.

    ``documents`` are the kinds that this level must have beside those that prove a row.
    """

    digits: int
    #: Whether this is where the party begins: the centre, or Aceh for a local party.
    root: bool
    board: str | None = None
    core: frozenset[str] = frozenset()
    people: int = 0
    women: int = 0
    office: str | None = None
    account: bool = False
    account_proof: str | None = None
    documents: Mapping[str, str | None] = field(default_factory=dict)
    #: Kecamatan of a kab/kota, and those whose board is met.
    subdistricts: int = 0
    subdistricts_met: int = 0
    population: int | None = None
    members_met: int = 0


@dataclass(frozen=True)
class Parts:
    """The parts of an area: how many there are, must be met, are met; and the codes of those that are not."""

    of: int = 0
    needed: int = 0
    found: int = 0
    wanting: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether enough are met."""
        return self.found >= self.needed


def worse(repaired: bool) -> str:
    """What is not met is called so before, or after, the repair."""
    return FAILED if repaired else WANTING


def judge_area(facts: Facts, law: Law, *, repaired: bool) -> tuple[Aspect, ...]:
    """The aspects of one area after an administrative step."""
    bad = worse(repaired)
    found = [_board(facts, law, bad), _women(facts, law, bad)]
    found += [_row("kantor", facts.office, bad), _account(facts, bad)] if facts.digits <= 4 else []
    if facts.documents:
        found.append(_documents(facts, bad))
    if facts.digits == 4:
        found.append(_members(facts, law, bad))
    return tuple(found)


def _row(name: str, state: str | None, bad: str) -> Aspect:
    if state == MET:
        return Aspect(name, MET)
    return Aspect(name, bad, "tidak_ada" if state is None else "tidak_ms")


def _board(facts: Facts, law: Law, bad: str) -> Aspect:
    details: dict[str, Any] = {"people": facts.people}
    if facts.digits == 4:
        needed = needed_of(facts.subdistricts, law.subdistricts)
        details |= {"of": facts.subdistricts, "needed": needed, "found": facts.subdistricts_met}
    own = _row("kepengurusan", facts.board, bad)
    missing = [office for office in CORE if office not in facts.core]
    if not own.met:
        return Aspect("kepengurusan", bad, own.reason, details)
    if missing:
        return Aspect("kepengurusan", bad, "inti_kurang", details | {"missing": missing})
    if details.get("found", 0) < details.get("needed", 0):
        return Aspect("kepengurusan", bad, "kecamatan_kurang", details)
    return Aspect("kepengurusan", MET, None, details)


def _women(facts: Facts, law: Law, bad: str) -> Aspect:
    """30 % at the centre; below it the share is recorded and fails nobody (art. 173(2)e)."""
    details = {"people": facts.people, "women": facts.women}
    if not facts.root:
        return Aspect("perempuan", MET, None, details)
    enough = facts.people > 0 and Fraction(facts.women, facts.people) >= law.women
    details["needed"] = needed_of(facts.people, law.women)
    return Aspect("perempuan", MET if enough else bad, None if enough else "perempuan_kurang", details)


def _account(facts: Facts, bad: str) -> Aspect:
    if not facts.account:
        return Aspect("rekening", bad, "tidak_ada")
    return _row("rekening", facts.account_proof, bad)


def _documents(facts: Facts, bad: str) -> Aspect:
    wanting = sorted(kind for kind, state in facts.documents.items() if state != MET)
    details = {"needed": len(facts.documents), "found": len(facts.documents) - len(wanting)}
    if not wanting:
        return Aspect("dokumen", MET, None, details)
    return Aspect("dokumen", bad, "dokumen_kurang", details | {"missing": wanting})


def _members(facts: Facts, law: Law, bad: str) -> Aspect:
    needed = members_needed(facts.population, law)
    details = {"needed": needed, "found": facts.members_met, "population": facts.population}
    if facts.members_met >= needed:
        return Aspect("anggota", MET, None, details)
    return Aspect("anggota", bad, "anggota_kurang", details)


# --- upwards -------------------------------------------------------------------------------------


def parts_of(law: Law, digits: int, root: bool, states: Mapping[str, str | None]) -> Parts:
    """The parts of an area (code -> verdict, None where the party is not there) against the law.

    Provinces of the nation: all (art. 173(2)b). Kab/kota of a province, or of Aceh for a local party: the
    share of the law (173(2)c). A kab/kota has none: its kecamatan are an aspect of its board.
    """
    if digits >= 4:
        return Parts()
    share = law.provinces if digits == 0 else law.districts
    met = [code for code, state in states.items() if state == MET]
    wanting = tuple(sorted(code for code, state in states.items() if state != MET))
    return Parts(len(states), needed_of(len(states), share), len(met), wanting)


def conclude(aspects: Sequence[Aspect], parts: Parts, *, repaired: bool) -> Aspect:
    """The area as a whole (aspect ``akhir``)."""
    wanting = [aspect.name for aspect in aspects if not aspect.met]
    details: dict[str, Any] = {"wanting": wanting}
    if parts.of:
        details |= {"of": parts.of, "needed": parts.needed, "found": parts.found}
    if wanting:
        return Aspect("akhir", worse(repaired), "aspek_kurang", details)
    if not parts.enough:
        return Aspect("akhir", worse(repaired), "bagian_kurang", details)
    return Aspect("akhir", MET, None, details)


def move_of(step: str, state: str, *, needs_factual: bool) -> str:
    """The move of a registration that the verdict on the whole party makes (domain.md 3.2)."""
    if state == FAILED:
        return "fail"
    if state == WANTING:
        return "fail" if REPAIRED[step] else "defer"
    return "pass" if step.startswith("vermin") and needs_factual else "clear"


def factual_aspects(digits: int) -> tuple[str, ...]:
    """Which aspects the factual step must have found in an area."""
    return FACTUAL.get(digits, FACTUAL_DISTRICT)


def round_of(step: str, sequence: int) -> int:
    """The round of the desk: odd before a repair, even after it; a later pair where a ruling began anew."""
    return 2 * (sequence - 1) + (2 if REPAIRED[step] else 1)
