"""The law of a C.Hasil as data and pure functions (UU 7/2017; PKPU 25/2023; domain.md 6.2).

A form is judged, never refused: values stay as written on the paper, and each broken rule leaves a
coded finding with the cells it touches. Class F (``F.1xx``) must be resolved before the form counts;
class W (``W.1xx``) asks a person to look. A rule whose inputs are not known is *not assessed*: it is
neither passed nor broken.

Most rules are linear: a sum of cells equals, or does not exceed, another. They are written once, as
:class:`Relation`; :func:`judge` reads them for one form and ``verdicts.py`` compiles the same table
to SQL for a million. A test holds both to the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from modules.situng.layouts.models import FormModel, Line, vote_cells

Cells = Mapping[str, int | None]

#: Stands for the sum of the candidates' or parties' votes (section IV of the form).
VOTES = "suara"


@dataclass(frozen=True)
class Relation:
    """``sum(left) op sum(right)`` over cells; broken when it does not hold."""

    code: str
    subject: str
    left: tuple[str, ...]
    op: Literal["=", "<="]
    right: tuple[str, ...]
    article: str

    @property
    def key(self) -> str:
        """How a finding names the rule and the place: ``F.101:pemilih_dpt``."""
        return f"{self.code}:{self.subject}"

    @property
    def touches(self) -> tuple[str, ...]:
        """The cells that the relation reads."""
        return self.left + self.right


TRIPLES = (
    "pemilih_dpt",
    "pemilih_dptb",
    "pemilih_dpk",
    "pemilih_total",
    "pengguna_dpt",
    "pengguna_dptb",
    "pengguna_dpk",
    "pengguna_total",
    "disabilitas_terdaftar",
    "disabilitas",
)
KPPS = "PKPU 25/2023"

#: R01 to R10 and R13 of domain.md 6.2, all of class E: they must hold on a clean form. Those whose cells a
#: form does not have (only C1 of 2019 sums the registered voters) do not concern it: :func:`relations`.
RELATIONS: tuple[Relation, ...] = (
    *(Relation("F.101", t, (f"{t}_l", f"{t}_p"), "=", (f"{t}_j",), KPPS) for t in TRIPLES),
    *(
        Relation(
            "F.102",
            f"{who}_total_{c}",
            (f"{who}_dpt_{c}", f"{who}_dptb_{c}", f"{who}_dpk_{c}"),
            "=",
            (f"{who}_total_{c}",),
            KPPS,
        )
        for who in ("pemilih", "pengguna")
        for c in "lpj"
    ),
    Relation(
        "F.103",
        "surat_suara",
        ("surat_suara_digunakan", "surat_suara_rusak", "surat_suara_tidak_digunakan"),
        "=",
        ("surat_suara_diterima",),
        KPPS,
    ),
    Relation("F.104", "pengguna", ("surat_suara_digunakan",), "=", ("pengguna_total_j",), KPPS),
    Relation("F.105", "suara_total", ("suara_sah", "suara_tidak_sah"), "=", ("suara_total",), KPPS),
    Relation("F.106", "surat_suara", ("suara_total",), "=", ("surat_suara_digunakan",), KPPS),
    Relation("F.106", "pengguna", ("suara_total",), "=", ("pengguna_total_j",), KPPS),
    Relation("F.107", "suara_sah", (VOTES,), "=", ("suara_sah",), KPPS),
    *(
        Relation("F.109", f"pengguna_dpt_{c}", (f"pengguna_dpt_{c}",), "<=", (f"pemilih_dpt_{c}",), KPPS)
        for c in "lpj"
    ),
    *(
        Relation("F.110", f"disabilitas_{c}", (f"disabilitas_{c}",), "<=", (f"pengguna_total_{c}",), KPPS)
        for c in "lpj"
    ),
    Relation("F.113", "pengguna", ("pengguna_total_j",), "<=", ("surat_suara_diterima",), KPPS),
)


def relations(model: FormModel) -> tuple[Relation, ...]:
    """The relations that concern a form: all their cells are on it."""
    there = {*model.names, VOTES}
    return tuple(rule for rule in RELATIONS if there.issuperset(rule.touches))


def party_relations(lines: Sequence[Line]) -> tuple[Relation, ...]:
    """R08: a party's B is its A.1 and its candidates' A.2; one relation a party of the ballot."""
    parts: dict[int, list[str]] = {}
    for cell in vote_cells(lines):
        if cell.role in ("suara_partai", "suara_calon"):
            parts.setdefault(cell.line.number, []).append(cell.name)
    return tuple(
        Relation("F.108", f"partai_{number}", tuple(names), "=", (f"suara_{number}_jumlah",), KPPS)
        for number, names in parts.items()
    )


@dataclass(frozen=True)
class BallotRules:
    """What a ballot adds to the rules of its form: the sums of its parties, and who was struck from it."""

    #: R08, one relation a party (:func:`party_relations`).
    parties: tuple[Relation, ...] = ()
    #: Votes of candidates who were struck after the DCT: those votes belong to the party (domain.md 6.3).
    struck: tuple[str, ...] = ()

    @property
    def sums(self) -> tuple[str, ...]:
        """The numbers B of the paper, a party each, in the order of the ballot: ``suara_4_jumlah``."""
        return tuple(relation.right[0] for relation in self.parties)


#: A ballot of pairs or persons.
PLAIN = BallotRules()

#: Cells without which a form is incomplete, beside every vote (design.md, "Accepted means complete").
REQUIRED = ("suara_sah", "suara_tidak_sah", "suara_total", "pengguna_total_j")


@dataclass(frozen=True)
class Limits:
    """Settings of the election that the warnings use (``LegalSettings``)."""

    #: Most voters of one TPS (PKPU 7/2022: 300 in 2024), key ``maks_pemilih_tps``.
    max_voters: int
    #: Spare ballots as an exact fraction of the DPT (UU 7/2017 art 344: 2 %), ``surat_suara_cadangan``.
    spare_numerator: int
    spare_denominator: int
    #: How regions vote by their prefix, ``sistem_pemungutan``: :func:`vote_system`.
    systems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hint:
    """A warning that is no linear relation: how one form fails it, and the same in SQL."""

    key: str
    article: str
    touches: tuple[str, ...]


#: Signs that experience, and no article, asks to look at (domain.md R19).
CAUTION = "kewajaran"

HINTS: tuple[Hint, ...] = (
    Hint("W.109:dpt_nol", "PKPU 25/2023", ("pemilih_dpt_j",)),
    Hint("W.112:cadangan", "UU 7/2017 Pasal 344", ("surat_suara_diterima", "pemilih_dpt_j")),
    Hint("W.114:dpt", "PKPU 7/2022; UU 7/2017 Pasal 350", ("pemilih_dpt_j",)),
    Hint("W.118:dicoret", KPPS, (VOTES,)),
    Hint("W.119:suara_besar", CAUTION, (VOTES,)),
    Hint("W.119:partisipasi_penuh", CAUTION, ("pengguna_dpt_j", "pemilih_dpt_j")),
    Hint("W.119:tanpa_tidak_sah", CAUTION, ("suara_tidak_sah",)),
    Hint("W.119:satu_peserta", CAUTION, (VOTES,)),
    Hint("W.119:nihil", CAUTION, (VOTES,)),
    Hint("W.119:noken", "Kep 66/2024", (VOTES,)),
)

#: What is usual where a community votes by agreement; there :data:`HINTS` asks once, by ``W.119:noken``.
USUAL_BY_NOKEN = ("W.119:partisipasi_penuh", "W.119:tanpa_tidak_sah", "W.119:satu_peserta")
NOKEN = "noken"

#: Rules that compare a form with what lies around it, whichever way it came in: one by one in
#: :mod:`modules.situng.checks`, a whole file at once in :mod:`modules.situng.surroundings`.
AROUND_RULES: tuple[Hint, ...] = (
    Hint("F.111:pemilih_dpt", KPPS, ("pemilih_dpt_l", "pemilih_dpt_p", "pemilih_dpt_j")),
    Hint("F.120:qr", KPPS, ()),
    Hint("W.115:pemilih", KPPS, ("pemilih_dpt_j", "pengguna_dpt_j", "pengguna_dpk_j")),
    Hint("W.116:disabilitas", KPPS, ("disabilitas_j",)),
    Hint("W.120:kembar", CAUTION, (VOTES,)),
    Hint("W.121:bacaan", CAUTION, ()),
)

ALL_RULES: tuple[Relation | Hint, ...] = (*RELATIONS, *HINTS, *AROUND_RULES)

#: Rules of domain.md 6.2 whose inputs other modules bring later. They are shown as not assessed.
NOT_YET = ("F.117",)


def dpt_is_known(cells: Cells) -> bool:
    """Whether the DPT of the form can be used: a zero beside voters is a missing number."""
    return not (cells.get("pemilih_dpt_j") == 0 and (cells.get("pengguna_total_j") or 0) > 0)


def ballots_due(voters: int, limits: Limits) -> int:
    """Ballots that a TPS must receive: DPT plus the spare share, rounded up (UU 7/2017 art 344)."""
    return voters - (-voters * limits.spare_numerator // limits.spare_denominator)


def is_empty(cells: Cells, votes: Sequence[int | None]) -> bool:
    """Whether nothing at all was written: such a form counts as not received."""
    return all(v is None for v in votes) and all(v is None for v in cells.values())


def is_complete(cells: Cells, votes: Sequence[int | None]) -> bool:
    """Whether every number that a total needs is there (design.md, "Accepted means complete")."""
    return all(v is not None for v in votes) and all(cells.get(name) is not None for name in REQUIRED)


def judge(
    cells: Cells,
    votes: Sequence[int | None],
    limits: Limits,
    *,
    ballot: BallotRules = PLAIN,
    numbers: Cells | None = None,
    system: str = "langsung",
) -> tuple[list[str], list[str]]:
    """Judge one form: the keys of its broken F rules and of its W warnings, each in table order.

    ``numbers`` names what ``ballot`` reads: the votes of parties and candidates and the sums of parties.
    ``system`` is how its TPS votes (:func:`vote_system`).
    """
    known = dict(cells)
    if not dpt_is_known(cells):
        known |= {f"pemilih_dpt_{c}": None for c in "lpj"}
    total = None if any(v is None for v in votes) else sum(v for v in votes if v is not None)
    known[VOTES] = total
    faults = [r.key for r in RELATIONS if _broken(r, known)]
    faults += [r.key for r in ballot.parties if _broken(r, numbers or {})]
    struck = any((numbers or {}).get(name) for name in ballot.struck)
    return faults, _hints(cells, known, votes, limits, struck, system)


def _broken(relation: Relation, known: Mapping[str, int | None]) -> bool:
    values = [known.get(name) for name in relation.touches]
    if any(v is None for v in values):
        return False
    left = sum(known[name] or 0 for name in relation.left)
    right = sum(known[name] or 0 for name in relation.right)
    return left != right if relation.op == "=" else left > right


def _hints(
    cells: Cells,
    known: Mapping[str, int | None],
    votes: Sequence[int | None],
    limits: Limits,
    struck: bool,
    system: str,
) -> list[str]:
    dpt, received = known.get("pemilih_dpt_j"), known.get("surat_suara_diterima")
    used, invalid, total = known.get("pengguna_dpt_j"), known.get("suara_tidak_sah"), known[VOTES]
    broken: dict[str, Any] = {
        "W.109:dpt_nol": not dpt_is_known(cells),
        "W.112:cadangan": dpt is not None and received is not None and received != ballots_due(dpt, limits),
        "W.114:dpt": dpt is not None and dpt > limits.max_voters,
        "W.118:dicoret": struck,
        "W.119:suara_besar": total is not None and total > limits.max_voters,
        "W.119:partisipasi_penuh": dpt is not None and dpt > 0 and used == dpt,
        "W.119:tanpa_tidak_sah": invalid == 0 and (total or 0) > 0,
        "W.119:satu_peserta": bool(total) and len(votes) > 1 and max_share(votes) == total,
        "W.119:nihil": total == 0,
    }
    broken["W.119:noken"] = system == NOKEN and any(broken[key] for key in USUAL_BY_NOKEN)
    if system == NOKEN:
        broken |= dict.fromkeys(USUAL_BY_NOKEN, False)
    return [hint.key for hint in HINTS if broken[hint.key]]


def max_share(votes: Sequence[int | None]) -> int:
    """The largest single vote, 0 if there is none."""
    return max((v for v in votes if v is not None), default=0)


def contests_of(kinds: Sequence[str], region: str, absent: Mapping[str, Sequence[str]]) -> list[str]:
    """The kinds of contest that are voted on in a region, in the order given.

    ``absent`` names by prefix what a region does not elect (setting ``pemilihan_tidak_ada``): Jakarta has no
    council in its cities, voters abroad elect the president and the DPR.
    """
    left_out = {
        kind for prefix, kinds_there in absent.items() if region.startswith(prefix) for kind in kinds_there
    }
    return [kind for kind in kinds if kind not in left_out]


def vote_system(region: str, systems: Mapping[str, str]) -> str:
    """How a region votes (setting ``sistem_pemungutan``): ``noken``; ``langsung`` where nothing is set."""
    prefix = max((p for p in systems if region.startswith(p)), key=len, default=None)
    return systems[prefix] if prefix is not None else "langsung"
