"""A stop of publication: one person asks, another orders, and the public reads why, at once and for good.

Nothing that was published is taken away: while a stop is in force the numbers stand as they were, and a
notice is published beside them. Asking, ordering and ending each leave an entry in the public log.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select, true

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.identity.permissions import declare
from electsys.ledger import Actor, log_leaf, record
from electsys.workflow import Transition, Workflow
from modules.sirekap.publication.models import PublicationStop

ASK = declare("sirekap:publication:ask", _l("Mengajukan penghentian publikasi"))
ORDER = declare("sirekap:publication:order", _l("Memutuskan penghentian publikasi sebagai orang kedua"))


def stop_scope(stop: PublicationStop) -> Scope:
    """A stop concerns the whole nation."""
    return Scope(region="", election=stop.election_id)


def stop_scopes(scopes: list[Scope]) -> ColumnElement[bool]:
    """Whoever may act on one may act on all: they are national."""
    return true()


STOP = Workflow(
    "sirekap_stop",
    PublicationStop,
    "state",
    (
        Transition("diajukan", "order", "berlaku", ORDER, label=_l("Hentikan publikasi")),
        Transition("diajukan", "refuse", "ditolak", ORDER, label=_l("Tolak")),
        Transition("berlaku", "end", "berakhir", ORDER, label=_l("Lanjutkan publikasi")),
    ),
    scope=stop_scope,
    scope_clause=stop_scopes,
    label=_l("Penghentian publikasi"),
    labels={
        "diajukan": _l("menunggu orang kedua"),
        "berlaku": _l("berlaku"),
        "berakhir": _l("berakhir"),
        "ditolak": _l("ditolak"),
    },
)


def standing_stop(election_id: int) -> PublicationStop | None:
    """The stop in force, if any."""
    return db.session.scalar(
        select(PublicationStop).where(
            PublicationStop.election_id == election_id, PublicationStop.state == "berlaku"
        )
    )


def ask_stop(election: Election, notice: str, *, actor: Actor) -> PublicationStop:
    """Ask for a stop, with the notice that the public will read. Nothing stops before a second person."""
    from electsys.privacy import scrub

    if actor.account_id is None:
        raise Refused(_("Penghentian hanya dapat diajukan oleh akun, bukan oleh sistem."))
    if len(notice.strip()) < 20:
        raise Refused(
            _("Tuliskan pemberitahuan untuk masyarakat, sekurangnya 20 huruf."),
            hint=_("Jelaskan mengapa publikasi berhenti dan kapan diperkirakan berlanjut."),
            field="notice",
        )
    open_one = select(PublicationStop.id).where(
        PublicationStop.election_id == election.id, PublicationStop.state.in_(("diajukan", "berlaku"))
    )
    if db.session.scalar(open_one):
        raise Refused(_("Penghentian publikasi pemilu ini sudah diajukan atau berlaku."), status=409)
    stop = PublicationStop(
        election_id=election.id, notice=scrub.mask(notice.strip()), asked_by=actor.account_id
    )
    db.session.add(stop)
    db.session.flush()
    record("sirekap:stop:ask", f"publication_stop:{stop.id}", actor=actor, election_id=election.id)
    _tell(stop, "asked", actor)
    return stop


def order_stop(stop: PublicationStop, *, actor: Actor) -> None:
    """A second person orders the stop; refused to whoever asked (also by CHECK in the database)."""
    if actor.account_id == stop.asked_by:
        raise Refused(
            _("Penghentian ini Anda ajukan sendiri; yang memutuskan harus orang lain."),
            hint=_("Minta anggota lain yang berwenang memutuskannya."),
            status=403,
        )
    STOP.move(stop, "order", actor=actor, values=_by("ordered", actor))
    _tell(stop, "ordered", actor)


def refuse_stop(stop: PublicationStop, *, actor: Actor) -> None:
    """A proposed stop that does not come."""
    STOP.move(stop, "refuse", actor=actor)
    _tell(stop, "refused", actor)


def end_stop(stop: PublicationStop, *, actor: Actor) -> None:
    """Publication goes on."""
    STOP.move(stop, "end", actor=actor, values=_by("ended", actor))
    _tell(stop, "ended", actor)


def _by(what: str, actor: Actor) -> dict[str, Any]:
    return {f"{what}_by": actor.account_id, f"{what}_at": func.now()}


def _tell(stop: PublicationStop, what: str, actor: Actor) -> None:
    """The public log knows of it. The notice is published as a page; here stands its hash."""
    from modules.sirekap.publication.shelf import digest

    log_leaf(
        "notice",
        stop.election_id,
        {"stop": what, "notice_sha256": digest(stop.notice.encode())},
        subject=f"notice:{stop.id}",
        actor=actor,
    )
