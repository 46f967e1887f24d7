"""What stands in the way of a submission, kind by kind: rooms add checks, page and operation ask them.

::

    @check("perseorangan")
    def support(nomination):
        if nomination.support_state != "memenuhi":
            yield Obstacle(_("Dukungan minimal belum dinyatakan memenuhi syarat."))

``repair=True`` asks it of a repair and of a replacement too; else only of the first submission, since a
repair is taken as it is, with what it still lacks on record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from modules.silon.checking import findings_of
from modules.silon.finding_words import finding_words
from modules.silon.models import Nomination
from modules.silon.queries.documents import missing
from modules.silon.queries.submissions import approval_of, names_digest, names_of
from modules.silon.rules.lists import forbidding


@dataclass(frozen=True)
class Obstacle:
    """One thing that must be put right before a submission: what, by which article, and where."""

    text: str
    article: str = ""
    link: str | None = None


Check = Callable[[Nomination], Iterable[Obstacle]]
_CHECKS: dict[str, dict[str, tuple[Check, bool]]] = {"daftar": {}, "perseorangan": {}, "pasangan": {}}


def check(*kinds: str, repair: bool = False) -> Callable[[Check], Check]:
    """Ask this of every submission of these kinds of nominations; registered twice it is asked once."""

    def register(asked: Check) -> Check:
        for kind in kinds:
            _CHECKS[kind][f"{asked.__module__}.{asked.__qualname__}"] = (asked, repair)
        return asked

    return register


def obstacles(nomination: Nomination, what: str = "pengajuan") -> list[Obstacle]:
    """All that stands in the way of a submission of a kind (:class:`NominationSubmission`)."""
    asked = [each for each, repair in _CHECKS[nomination.kind].values() if repair or what == "pengajuan"]
    return [found for each in asked for found in each(nomination)]


@check("daftar", repair=True)
def law(nomination: Nomination) -> Iterable[Obstacle]:
    """What the rules forbid."""
    for finding in forbidding(findings_of(nomination)):
        yield Obstacle(finding_words(finding), finding.article)


@check("daftar", repair=True)
def approval(nomination: Nomination) -> Iterable[Obstacle]:
    """The names as they stand are approved by the party's centre (UU 7/2017 art. 243)."""
    given = approval_of(nomination)
    if given is None:
        yield Obstacle(_("Pimpinan pusat partai belum menyetujui daftar ini."), "UU 7/2017:243")
    elif bytes(given.digest) != names_digest(names_of(nomination.id)):
        yield Obstacle(_("Daftar ini berubah sesudah disetujui pimpinan pusat partai."), "UU 7/2017:243")


@check("daftar", "perseorangan", "pasangan")
def documents(nomination: Nomination) -> Iterable[Obstacle]:
    """Every required document is there, whatever it says: one line for each candidate."""
    lacking: dict[Any, list[str]] = {}
    rows: dict[Any, Any] = {}
    for each in missing(nomination):
        key = each.candidate.id if each.candidate is not None else None
        rows[key] = each
        lacking.setdefault(key, []).append(str(each.kind.label))
    for key, kinds in lacking.items():
        row = rows[key]
        yield Obstacle(
            _(
                "Nomor %(n)s, %(name)s: kurang %(kinds)s.",
                n=row.number,
                name=row.candidate.name,
                kinds="; ".join(kinds),
            )
            if row.candidate is not None
            else _("Dokumen pencalonan: kurang %(kinds)s.", kinds="; ".join(kinds)),
            "PKPU 10/2023:12" if row.candidate is not None else "PKPU 10/2023:10",
            f"/calon/bakal/{key}" if key is not None else None,
        )
