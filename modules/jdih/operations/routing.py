"""The way of a draft: submitted, initialled in order, returned, approved."""

from __future__ import annotations

from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Actor
from modules.jdih import news
from modules.jdih.models import Letter, LetterStep
from modules.jdih.operations.drafts import lock_draft, repeat_route
from modules.jdih.workflow.letters import LETTER, NUMBER

#: Longest note of an initial, in characters.
NOTE = 2000


def submit_letter(letter: Letter, *, actor: Actor) -> None:
    """Hand a draft to the first who initials or, where nobody does, to the signer for approval."""
    lock_draft(letter, actor)
    LETTER.move(letter, "submit", actor=actor, values={"round": letter.round + 1})
    _tell_next(letter, actor)


def initial_letter(letter: Letter, *, note: str = "", revision: int | None = None, actor: Actor) -> None:
    """Initial (paraf) a draft; only the one whose turn it is.

    ``revision`` is the text that was looked at: :class:`Refused` if it is another by now.
    """
    step = my_turn(letter, actor)
    _same_text(letter, revision)
    LETTER.move(letter, "initial", actor=actor, reason=note.strip() or None)
    _answer(step, "setuju", note)
    _tell_next(letter, actor)


def return_letter(letter: Letter, *, note: str, actor: Actor) -> None:
    """Send a draft back to its drafter with a note; the next submission starts a new round."""
    step = my_turn(letter, actor)
    LETTER.move(letter, "return", actor=actor, reason=note)
    _answer(step, "kembali", note)
    repeat_route(letter)
    news.tell(letter, news.RETURNED, letter.drafter_id, actor=actor)


def withdraw_letter(letter: Letter, *, reason: str, actor: Actor) -> None:
    """Take a submitted draft back to change it; initials given so far count no more."""
    if letter.drafter_id not in (None, actor.account_id):
        raise Refused(_("Hanya penyusunnya yang menarik kembali konsep ini."), status=403)
    LETTER.move(letter, "withdraw", actor=actor, reason=reason)
    repeat_route(letter)


def approve_letter(letter: Letter, *, revision: int | None = None, actor: Actor) -> None:
    """Approve an initialled draft: the signer named in it, and nobody else."""
    _demand_signer(letter, actor)
    _same_text(letter, revision)
    LETTER.move(letter, "approve", actor=actor)
    news.tell_holders(letter, news.NUMBER, NUMBER, actor=actor)


def decline_letter(letter: Letter, *, reason: str, actor: Actor) -> None:
    """The signer wants it otherwise: back to the drafter, with the reason."""
    _demand_signer(letter, actor)
    LETTER.move(letter, "decline", actor=actor, reason=reason)
    repeat_route(letter)
    news.tell(letter, news.RETURNED, letter.drafter_id, actor=actor)


def cancel_letter(letter: Letter, *, reason: str, actor: Actor) -> None:
    """Drop a draft that has no number yet; it stays readable as cancelled."""
    lock_draft(letter, actor)
    LETTER.move(letter, "cancel", actor=actor, reason=reason)


def waiting_step(letter: Letter) -> LetterStep | None:
    """The initial that is awaited now; None outside the route."""
    if letter.state != "paraf_berjenjang":
        return None
    open_ones = [s for s in letter.steps if s.round == letter.round and s.verdict is None]
    return min(open_ones, key=lambda s: s.position, default=None)


def my_turn(letter: Letter, actor: Actor) -> LetterStep:
    """The awaited initial, if it is the actor's; the letter is locked so that nobody answers twice."""
    db.session.refresh(letter, with_for_update={"of": Letter})
    db.session.expire(letter, ["steps"])
    step = waiting_step(letter)
    if step is None:
        raise Refused(_("Naskah ini tidak sedang menunggu paraf."), status=409)
    if step.account_id != actor.account_id:
        raise Refused(
            _("Sekarang giliran %(name)s untuk memaraf.", name=step.account.name),
            hint=_("Paraf diberikan menurut urutan; Anda diberi tahu saat giliran Anda tiba."),
            status=403,
        )
    return step


def _demand_signer(letter: Letter, actor: Actor) -> None:
    if letter.signer_id != actor.account_id:
        raise Refused(
            _("Naskah ini disetujui dan ditandatangani oleh penanda tangan yang disebut di dalamnya."),
            status=403,
        )


def _same_text(letter: Letter, revision: int | None) -> None:
    if revision is not None and revision != letter.revision:
        raise Refused(
            _("Isi naskah ini berubah setelah Anda membukanya."),
            hint=_("Baca isi yang baru, lalu ulangi."),
            status=409,
        )


def _answer(step: LetterStep, verdict: str, note: str) -> None:
    from sqlalchemy import func

    note = note.strip()
    if len(note) > NOTE:
        raise Refused(_("Paling banyak %(n)s huruf.", n=NOTE), field="reason")
    step.verdict, step.note, step.at = verdict, note or None, func.now()
    step.revision = step.letter.revision
    db.session.flush()
    db.session.expire(step.letter, ["steps"])


def _tell_next(letter: Letter, actor: Actor) -> None:
    step = waiting_step(letter)
    if step is not None:
        news.tell(letter, news.INITIAL, step.account_id, actor=actor)
    else:
        news.tell(letter, news.APPROVE, letter.signer_id, actor=actor)
