"""Which documents the law asks of a candidate and of a nomination (UU 7/2017 art. 240-243; PKPU 10/2023).

Pure. A row of the code tables ``dokumen_calon`` and ``dokumen_pencalonan`` says in words whom it is asked of:
``semua``; kinds of nomination (``daftar``, ``perseorangan``, ``pasangan``); kinds of contest; conditions of
the candidate. Words of one group are alternatives, groups are all to be met. ``opsional`` takes the duty
away, ``susulan`` lets it wait until the final list is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

#: Purpose of the files (electsys.documents.kinds), and the document that is the candidate's photo.
PURPOSE, PHOTO = "candidate_document", "pas_foto"
EVERYBODY, OPTIONAL, LATE = "semua", "opsional", "susulan"
NOMINATIONS = frozenset({"daftar", "perseorangan", "pasangan"})
CONTESTS = frozenset({"dpr", "dpd", "dprd_prov", "dprd_kabko", "ppwp", "gubernur", "bupati_walikota"})
#: Fields of a candidate that a document proves: where one changed, what was found right is judged again.
PROVEN = (
    *("nik", "name", "title_before", "title_after", "sex", "birth_place", "birth_date", "address"),
    *("occupation", "conditions"),
)
#: How much a document is asked for.
REQUIRED = "wajib"


@dataclass(frozen=True)
class Kind:
    """A kind of document: its code, what it is called, whom it is asked of, its article."""

    code: str
    label: Any
    words: frozenset[str]
    article: str = ""
    #: Asked of the nomination, not of each candidate.
    of_nomination: bool = False

    @property
    def need(self) -> str:
        """``wajib``, ``opsional`` or ``susulan``."""
        return OPTIONAL if OPTIONAL in self.words else LATE if LATE in self.words else REQUIRED

    @property
    def conditions(self) -> frozenset[str]:
        """The conditions of a candidate that ask for it."""
        return self.words - NOMINATIONS - CONTESTS - {EVERYBODY, OPTIONAL, LATE}

    def applies(self, nomination: str, contest: str, conditions: Iterable[str]) -> bool:
        """Whether it is asked at all in a nomination and contest of these kinds, under these conditions."""
        groups = (
            (self.words & NOMINATIONS, {nomination}),
            (self.words & CONTESTS, {contest}),
            (self.conditions, set(conditions)),
        )
        return all(not asked or asked & given for asked, given in groups)


def asked_of(
    kinds: Iterable[Kind], *, nomination: str, contest: str, conditions: Sequence[str] = ()
) -> list[Kind]:
    """The kinds that are asked, in their order: required, optional and late ones."""
    return [kind for kind in kinds if kind.applies(nomination, contest, conditions)]


def lacking(asked: Iterable[Kind], there: Iterable[str], *, late: bool = False) -> list[Kind]:
    """The kinds that must be there and are not; ``late`` asks for those too that may come later."""
    given = set(there)
    needed = (REQUIRED, LATE) if late else (REQUIRED,)
    return [kind for kind in asked if kind.need in needed and kind.code not in given]
