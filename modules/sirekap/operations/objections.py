"""Objections in a plenary: filed by a witness or an overseer, and always answered (UU 7/2017 art 398)."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func

from electsys.db import db
from electsys.documents import StoredFile
from electsys.errors import Refused
from electsys.identity import Account
from electsys.identity.access import Scope, can
from electsys.ledger import Actor, record
from modules.sirekap.models import Objection, Recap, RecapCorrection, WitnessMandate
from modules.sirekap.operations.bodies import objects_in, require_body, sits_in
from modules.sirekap.permissions import ENTER, OBJECT
from modules.sirekap.workflow import OBJECTION


def file_objection(
    recap: Recap,
    statement: str,
    *,
    unit: str | None = None,
    row: str | None = None,
    mandate: WitnessMandate | None = None,
    file: StoredFile | None = None,
    actor: Actor,
) -> Objection:
    """Note an objection to a form that is not locked: to one number (column and row), or to the whole.

    A witness objects by the mandate of this level; an overseer (Bawaslu, Panwaslu) with its own account. The
    plenary's operator may note what a witness says.
    """
    account = db.session.get(Account, actor.account_id) if actor.account_id else None
    if account is None:
        raise Refused(_("Keberatan dicatat oleh akun petugas, saksi, atau pengawas."), status=403)
    operates = sits_in(account, recap, ENTER)
    if not operates and not objects_in(account, recap):
        raise Refused(_("Anda tidak berwenang mengajukan keberatan di wilayah ini."), status=403)
    if recap.state not in ("dibuka", "ditutup"):
        raise Refused(
            _("Keberatan diajukan selama pleno berlangsung."),
            hint=_("Sesudah disahkan, ajukan dalam pleno di tingkat atasnya."),
            status=409,
        )
    if not statement.strip():
        raise Refused(_("Tuliskan apa yang diberatkan."), field="statement")
    if mandate is not None:
        _require_mandate(mandate, recap, account, operates=operates)
    elif operates or not can(account, OBJECT, Scope(region=recap.region, election=recap.election_id)):
        # A party's witness speaks for its party alone, hence by a mandate.
        raise Refused(
            _("Pilih saksi yang berkeberatan."),
            field="mandate",
            hint=_("Pengawas mengajukan keberatan dengan akunnya sendiri."),
        )
    made = Objection(
        recap_id=recap.id,
        unit=unit or None,
        row=row or None,
        mandate_id=mandate.id if mandate else None,
        filed_by=mandate.name if mandate else account.name,
        statement=statement.strip(),
        file_id=file.id if file else None,
        state="diajukan",
        account_id=account.id,
    )
    db.session.add(made)
    db.session.flush()
    record(
        "sirekap:objection:file",
        f"recap_objection:{made.id}",
        actor=actor,
        details={"recap": recap.id, "unit": unit or ""},
        region=recap.region or None,
        election_id=recap.election_id,
    )
    return made


def _require_mandate(mandate: WitnessMandate, recap: Recap, account: Account, *, operates: bool) -> None:
    if mandate.ended_at is not None or (mandate.election_id, mandate.region) != (
        recap.election_id,
        recap.region,
    ):
        raise Refused(_("Surat mandat ini tidak berlaku pada pleno ini."), field="mandate")
    if mandate.participant.contest_id != recap.contest_id:
        raise Refused(_("%(name)s bukan saksi peserta pemilihan ini.", name=mandate.name), field="mandate")
    if not operates and mandate.account_id != account.id:
        raise Refused(_("Surat mandat ini atas nama saksi lain."), field="mandate", status=403)


def accept_objection(objection: Objection, correction: RecapCorrection, *, actor: Actor) -> None:
    """The plenary corrected at once what was objected to (``DITERIMA_LANGSUNG_DIPERBAIKI``)."""
    if objection.recap_id != correction.recap_id:
        raise Refused(_("Keberatan ini atas rekapitulasi lain."), field="objection", status=409)
    _answer(objection, "accept", correction.reason, actor)


def reject_objection(objection: Objection, outcome: str, *, actor: Actor) -> None:
    """The numbers stand, for the reason given."""
    _answer(objection, "reject", outcome, actor)


def note_objection(objection: Objection, outcome: str, *, actor: Actor) -> None:
    """It cannot be settled here: it is noted in D.KEJADIAN KHUSUS and goes up with the form."""
    _answer(objection, "note", outcome, actor)


def _answer(objection: Objection, action: str, outcome: str, actor: Actor) -> None:
    require_body(db.session.get_one(Recap, objection.recap_id), ENTER, actor=actor)
    OBJECTION.move(
        objection,
        action,
        actor=actor,
        reason=outcome.strip(),
        values={"outcome": outcome.strip(), "decided_by": actor.account_id, "decided_at": func.now()},
    )
