"""What a draw of many samples came to, in words: areas without a sample are named with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions import queries as regions
from electsys.web.formats import angka, title_region
from modules.sipol.models import Party
from modules.sipol.operations.factual_draws import Drawn

#: Places named after one reason; the act of the trail says how many there are.
NAMED = 40


def drawn_words(election: Election, drawn: Drawn, *, by_party: bool) -> str:
    """How many were drawn, were before, and were not, by reason; ``by_party`` names parties, not areas."""
    said = [
        _(
            "%(n)s sampel ditarik dengan %(people)s orang; %(before)s sudah ditarik sebelumnya.",
            n=angka(len(drawn.samples)),
            people=angka(drawn.people),
            before=angka(drawn.before),
        )
    ]
    for why, places in drawn.left.items():
        names = _parties(places) if by_party else _areas(election, places)
        shown = ", ".join(names[:NAMED])
        if len(names) > NAMED:
            shown = _("%(list)s, dan %(n)s lainnya", list=shown, n=angka(len(names) - NAMED))
        said.append(_("Tidak ditarik di %(n)s tempat (%(list)s): %(why)s", n=len(names), list=shown, why=why))
    return " ".join(said)


def _areas(election: Election, places: Sequence[tuple[str, int]]) -> list[str]:
    codes = [code for code, _party in places]
    named = regions.names(codes, election.map_id)
    return [title_region(named[code]) if code in named else code for code in codes]


def _parties(places: Sequence[tuple[str, int]]) -> list[str]:
    rows = db.session.execute(
        select(Party.id, Party.short_name).where(Party.id.in_({party for _code, party in places}))
    )
    named = {key: name for key, name in rows}  # noqa: C416
    return [named[party] for _code, party in places]
