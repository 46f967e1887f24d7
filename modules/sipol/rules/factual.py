"""What a visit to an office or a board must find (PKPU 4/2022 art. 77-83; domain.md 3.6)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from modules.sipol.rules.requirements import CORE, needed_of
from modules.sipol.rules.verdicts import MET, Aspect

#: Aspect -> the questions that a visitor answers with yes or no, by key, in their order. ``hadir_`` stands
#: before an office of the mandatory three, who come in person or show by video who they are.
ASPECTS: dict[str, tuple[str, ...]] = {
    "kantor": ("alamat", "digunakan", "papan", "sampai_akhir"),
    "kepengurusan": (*(f"hadir_{office}" for office in CORE), "sesuai_sk"),
    "perempuan": ("cocok",),
}
#: Question -> the code of what is wrong where it was answered with no; the first that fails is the reason.
FAULTS: dict[str, str] = {
    "alamat": "alamat_beda",
    "digunakan": "tidak_digunakan",
    "papan": "",
    "sampai_akhir": "masa_kurang",
    "sesuai_sk": "sk_beda",
    "cocok": "perempuan_beda",
}


def judge_visit(
    aspect: str, ticked: Mapping[str, bool], *, people: int, women: int, share: Fraction, bad: str
) -> Aspect:
    """The verdict of a visit; ``bad`` is what is not met in this step (``bms`` or ``tms``).

    A missing signboard is recorded and fails nobody. Women: at the centre the share of the law must be met by
    the people who are really there (art. 173(2)e).
    """
    answers = {question: bool(ticked.get(question)) for question in ASPECTS[aspect]}
    details: dict[str, Any] = dict(answers)
    absent = [
        question.removeprefix("hadir_")
        for question, yes in answers.items()
        if question.startswith("hadir_") and not yes
    ]
    if absent:
        return Aspect(aspect, bad, "tidak_hadir", details | {"missing": absent})
    for question, yes in answers.items():
        fault = FAULTS.get(question, "")
        if fault and not yes:
            return Aspect(aspect, bad, fault, details)
    if aspect == "perempuan":
        needed = needed_of(people, share)
        details |= {"people": people, "women": women, "needed": needed}
        if people == 0 or Fraction(women, people) < share:
            return Aspect(aspect, bad, "perempuan_kurang", details)
    return Aspect(aspect, MET, None, details)
