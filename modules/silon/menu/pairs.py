"""Pairs in words, in the menu, on the task list, in the inbox, and before a submission."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import notices
from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.web import navigation, tasks
from modules.silon import pair_words as words
from modules.silon.models import Nomination
from modules.silon.operations.pairs import DETERMINED, NUMBERED
from modules.silon.permissions import DETERMINE, READ
from modules.silon.queries import pairs as queries
from modules.silon.submission_checks import Obstacle, check

VERBS = {
    "silon:pair:parties": _l("Mengisi partai pengusul pasangan calon"),
    "silon:pair:draw": _l("Mengundi nomor urut pasangan calon"),
}


def join(app: Flask) -> None:
    """Register pages, words, notices and what waits."""
    from modules.silon.views import pairs  # noqa: F401  (the pages register)

    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("pair_draw", _l("undian nomor urut pasangan calon"))
    notices.kind(
        DETERMINED,
        title=_l("Pasangan calon ditetapkan"),
        text=_l("%(pair)s ditetapkan sebagai pasangan calon. Nomor urut diundi sesudahnya."),
    )
    notices.kind(
        NUMBERED,
        title=_l("Nomor urut pasangan calon"),
        text=_l("%(pair)s mendapat nomor urut %(number)s."),
    )
    navigation.entry(_l("Pasangan calon"), "silon.pairs", permission=READ, order=67)
    tasks.source(DETERMINE, waiting)


def waiting(account: Any) -> Iterable[tasks.Task]:
    """Pairs that wait for the plenary."""
    n = queries.waiting_pairs(grants.scopes(account, DETERMINE))
    if n:
        yield tasks.Task(_("Tetapkan pasangan calon"), url_for("silon.pairs"), count=n, order=67)


@check("pasangan", repair=True)
def two_persons(nomination: Nomination) -> Iterable[Obstacle]:
    """A pair is a head and a deputy, old enough on the day that counts."""
    judged = queries.judge(nomination)
    there = {person.candidate.number: person for person in judged.persons}
    for number, head in enumerate(words.heads_of(nomination.contest.kind), 1):
        person = there.get(number)
        if person is None:
            yield Obstacle(_("%(head)s belum diisi.", head=head), "UU 7/2017:221")
        elif not person.old_enough and not person.excepted:
            yield Obstacle(
                _(
                    "%(head)s belum berusia %(years)s tahun pada hari penetapan.",
                    head=head,
                    years=person.years,
                ),
                "UU 7/2017:169",
                url_for("silon.candidate", candidate_id=person.candidate.id),
            )


@check("pasangan")
def backing(nomination: Nomination) -> Iterable[Obstacle]:
    """Enough parties, or enough support, stand behind a pair."""
    if nomination.support_state is not None:
        if nomination.support_state != "memenuhi":
            yield Obstacle(_("Dukungan pasangan perseorangan belum dinyatakan memenuhi."), "UU 10/2016:41")
        return
    judged = queries.judge(nomination)
    if not judged.parties:
        yield Obstacle(_("Belum ada partai yang mengusulkan pasangan ini."), "UU 7/2017:221")
    elif not judged.thresholds:
        yield Obstacle(_("DPT wilayah ini belum ditetapkan: ambang pencalonan belum dapat dihitung."))
    elif not judged.backed:
        told = "; ".join(f"{words.BY[t.by]}: {words.trace_of(t)}" for t in judged.thresholds)
        yield Obstacle(_("Ambang pencalonan belum tercapai. %(trace)s", trace=told), "UU 7/2017:222")
