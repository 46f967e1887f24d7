"""What a form is compared with beyond its own sums: pure functions of plain values.

Whether the QR of the photo names this TPS (NA-13), whether the DPT is that of Sidalih, what the other
contests of the TPS and its neighbours say, what a machine read. For a results file the same is asked in SQL
(:mod:`modules.situng.surroundings`); a test holds both to the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from modules.situng.rules import PLAIN, BallotRules, Cells, Limits, judge

#: Equal across the contests of a TPS (domain.md R15), because the same people came to vote.
SAME_VOTERS = tuple(f"{name}_{c}" for name in ("pemilih_dpt", "pengguna_dpt", "pengguna_dpk") for c in "lpj")
SAME_DISABILITY = tuple(f"disabilitas_{c}" for c in "lpj")
#: From this confidence on a machine's reading is worth a second look where people wrote another number.
SURE = 0.9
#: Fewer votes than this are alike by chance.
TELLING = 20


@dataclass(frozen=True)
class Around:
    """What is known around a form when it is judged."""

    #: SHA-256 of the newest photo of each page, in the order of the pages: what a person sees beside it.
    photos: tuple[str, ...] = ()
    #: DPT of the TPS in Sidalih: men, women; None where no DPT is set or the TPS has no voter in it.
    dpt: tuple[int, int] | None = None
    #: TPS that the QR of the form's photos name, this one left out.
    other_tps: tuple[str, ...] = ()
    #: TPS of the same village whose votes are the same, one by one.
    twins: tuple[str, ...] = ()
    #: Cells of the same TPS in other contests that count: a mapping of each.
    contests: tuple[Cells, ...] = ()
    #: What a machine read without doubt, by cell; votes as ``suara_<number>``.
    read: Mapping[str, int] = field(default_factory=dict)
    #: How the TPS votes: ``langsung`` or ``noken``.
    system: str = "langsung"


def judge_entry(
    cells: Cells,
    votes: Sequence[int | None],
    columns: Sequence[str],
    limits: Limits,
    around: Around,
    *,
    ballot: BallotRules = PLAIN,
    sums: Sequence[int | None] = (),
) -> tuple[list[str], list[str]]:
    """Judge a form that people entered: its F and W findings, those of every form first.

    ``sums`` are the sums of the parties, in the order of ``ballot.sums``.
    """
    numbers = dict(zip(columns, votes, strict=True)) | dict(zip(ballot.sums, sums, strict=False))
    faults, warnings = judge(cells, votes, limits, ballot=ballot, numbers=numbers, system=around.system)
    if around.dpt is not None and _differs(cells, dict(zip(_DPT, _triple(around.dpt), strict=True))):
        faults.append("F.111:pemilih_dpt")
    if around.other_tps:
        faults.append("F.120:qr")
    if any(_differs(cells, {c: other.get(c) for c in SAME_VOTERS}) for other in around.contests):
        warnings.append("W.115:pemilih")
    if any(_differs(cells, {c: other.get(c) for c in SAME_DISABILITY}) for other in around.contests):
        warnings.append("W.116:disabilitas")
    if around.twins and sum(v or 0 for v in votes) >= TELLING and len(votes) > 1:
        warnings.append("W.120:kembar")
    if unlike_machine({**cells, **numbers}, around.read):
        warnings.append("W.121:bacaan")
    return faults, warnings


_DPT = ("pemilih_dpt_l", "pemilih_dpt_p", "pemilih_dpt_j")


def _triple(pair: tuple[int, int]) -> tuple[int, int, int]:
    return (*pair, sum(pair))


def _differs(cells: Cells, other: Mapping[str, int | None]) -> bool:
    """Whether any cell that both know has two values; zero DPT beside voters is not known."""
    return any(
        cells.get(name) is not None and value is not None and cells[name] != value
        for name, value in other.items()
        if not (name in _DPT and cells.get("pemilih_dpt_j") == 0 and (cells.get("pengguna_total_j") or 0) > 0)
    )


def unlike_machine(entered: Cells, read: Mapping[str, int]) -> list[str]:
    """Cells in which people wrote another number than a machine read without doubt."""
    return [name for name, value in read.items() if entered.get(name) is not None and entered[name] != value]


def differing(
    names: Sequence[str], first: Sequence[int | None], second: Sequence[int | None]
) -> tuple[str, ...]:
    """Names of the numbers in which two entries differ; unknown differs from every number."""
    return tuple(n for n, a, b in zip(names, first, second, strict=True) if a != b)
