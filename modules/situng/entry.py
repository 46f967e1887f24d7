"""What the pages of entry ask of a person before a form is sent: findings to look at, one by one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from modules.situng import wording
from modules.situng.checks import Around, differing, judge_entry
from modules.situng.contest import ContestCount
from modules.situng.digits import Mend, likely
from modules.situng.forms import entry_labels
from modules.situng.models import Capture
from modules.situng.operations.values import Values, arrays, both_entries
from modules.situng.queries.captures import around, names_of
from modules.situng.queries.contests import limits
from modules.situng.rules import VOTES, relations, vote_system

PLACES = {
    "satuan": _l("angka satuan"),
    "puluhan": _l("angka puluhan"),
    "ratusan": _l("angka ratusan"),
    "ribuan": _l("angka ribuan"),
    "puluhan_ribu": _l("angka puluhan ribu"),
    "ratusan_ribu": _l("angka ratusan ribu"),
    "tukar": _l("dua angka yang mungkin tertukar tempat"),
}


@dataclass(frozen=True)
class Hint:
    """Where a wrong digit may be, in words."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Review:
    """The findings of what somebody is about to send, and what they have said about them so far."""

    #: Changes with every number: what was ticked for other numbers is not taken for these.
    digest: str
    faults: list[wording.Finding]
    warnings: list[wording.Finding]
    hints: list[Hint]
    as_written: bool
    reasons: dict[str, str]
    #: What lay around the form when it was judged; None where nobody has begun it.
    around: Around | None = None

    @property
    def open(self) -> bool:
        """Whether anything waits for the person: an F to confirm as written, a W without a reason."""
        return bool(self.faults and not self.as_written) or any(
            not self.reasons.get(w.key) for w in self.warnings
        )


def review(
    count: ContestCount,
    capture: Capture | None,
    code: str,
    values: Values,
    sent: Mapping[str, str],
    *,
    more: Iterable[str] = (),
) -> Review:
    """Judge what somebody is about to send; warnings that another person has explained are not asked."""
    cells, votes, sums = arrays(count, values)
    known = dict(zip(count.model.names, cells, strict=True))
    bounds = count.limits or limits(count.election_id)
    seen = around(capture, count, votes, bounds) if capture else None
    faults, warnings = judge_entry(
        known,
        votes,
        count.columns,
        bounds,
        seen or Around(system=vote_system(code, bounds.systems)),
        ballot=count.ballot,
        sums=sums,
    )
    explained = capture.reasons if capture else {}
    asked = [key for key in dict.fromkeys((*warnings, *more)) if key not in explained]
    digest = _digest(code, cells, [*votes, *sums])
    same = sent.get("diperiksa") == digest
    reasons = {key: sent.get(f"alasan-{key}", "").strip() for key in asked} if same else {}
    numbered = dict(zip(count.columns, votes, strict=True))
    partial = dict(zip(count.ballot.sums, sums, strict=False))
    return Review(
        digest,
        wording.explain(faults, count.model, cells, votes, numbers=numbered | partial),
        wording.explain(asked, count.model, cells, votes),
        digit_hints(count, known | partial, numbered),
        same and "tertulis" in sent,
        {key: why for key, why in reasons.items() if why},
        seen,
    )


def review_settled(count: ContestCount, capture: Capture, chosen: Values, sent: Mapping[str, str]) -> Review:
    """Judge the form as it will be with what the third person chose."""
    names = names_of(count)
    first, _second = both_entries(capture, names)
    values = dict(zip(names, first, strict=True)) | dict(chosen)
    return review(count, capture, capture.tps_code, values, sent)


def _digest(code: str, cells: list[int | None], votes: list[int | None]) -> str:
    return hashlib.sha256(json.dumps([code, cells, votes]).encode()).hexdigest()[:16]


def digit_hints(
    count: ContestCount, cells: Mapping[str, int | None], votes: Mapping[str, int | None]
) -> list[Hint]:
    """Where a wrong digit may be, in words; ``cells`` holds the sums of parties, too."""
    return [_hint(count, mend) for mend in likely(cells, votes, parties=count.ballot.parties)]


def _hint(count: ContestCount, mend: Mend) -> Hint:
    label = labels(count)[mend.name]
    return Hint(
        mend.name,
        _(
            "Cek %(place)s pada “%(label)s”: tertulis %(now)s, jumlah akan cocok bila %(then)s.",
            place=PLACES[mend.place],
            label=label,
            now=mend.now,
            then=mend.then,
        ),
    )


def labels(count: ContestCount) -> dict[str, str]:
    """Every number of a form in words, by its name."""
    return entry_labels(count)


def sums(count: ContestCount) -> str:
    """The linear rules for the page, as JSON: it adds up while somebody types."""
    votes = count.columns

    def side(names: tuple[str, ...]) -> list[str]:
        return [each for name in names for each in (votes if name == VOTES else [name])]

    return json.dumps(
        [
            {
                "code": r.code,
                "title": str(wording.TITLES[r.code]),
                "left": side(r.left),
                "op": r.op,
                "right": side(r.right),
            }
            for r in (*relations(count.model), *count.ballot.parties)
        ]
    )


def as_numbers(draft: Mapping[str, str]) -> dict[str, int]:
    """What of a draft is a number."""
    return {name: int(value) for name, value in draft.items() if value.isascii() and value.isdigit()}


@dataclass(frozen=True)
class Difference:
    """One number in which two entries differ; the order of the values says nothing about who wrote them."""

    name: str
    ref: str
    label: str
    values: tuple[int | None, int | None]


def differences(count: ContestCount, capture: Capture) -> list[Difference]:
    """The numbers in which the entries of a form differ, in its order; the smaller value first."""
    names = names_of(count)
    first, second = both_entries(capture, names)
    words = labels(count)
    refs = {cell.name: cell.ref for cell in count.model.cells}
    pairs = dict(zip(names, zip(first, second, strict=True), strict=True))

    def ordered(name: str) -> tuple[int | None, int | None]:
        a, b = sorted(pairs[name], key=lambda v: (v is None, v or 0))
        return a, b

    return [
        Difference(name, refs.get(name, "IV"), words[name], ordered(name))
        for name in differing(names, first, second)
    ]


def chosen(wanted: Iterable[Difference], sent: Mapping[str, str]) -> tuple[dict[str, int | None], list[str]]:
    """What the third person chose for each number, and the names where nothing usable was said.

    ``pilih-<name>`` is ``0`` or ``1`` (one of the two values) or ``lain`` with ``isi-<name>``: a number, or
    empty for "not written".
    """
    said: dict[str, int | None] = {}
    wrong = []
    for difference in wanted:
        choice = sent.get(f"pilih-{difference.name}", "")
        typed = sent.get(f"isi-{difference.name}", "").strip().replace(".", "")
        if choice in ("0", "1"):
            said[difference.name] = difference.values[int(choice)]
        elif choice == "lain" and (not typed or (typed.isascii() and typed.isdigit() and len(typed) <= 6)):
            said[difference.name] = int(typed) if typed else None
        else:
            wrong.append(difference.name)
    return said, wrong
