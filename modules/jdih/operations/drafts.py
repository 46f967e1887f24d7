"""Drafts: what is to be said, by whom it is initialled and signed, to whom it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.identity.grants import demand
from electsys.ledger import Actor, record
from modules.jdih.models import (
    ArchiveClass,
    Incoming,
    Letter,
    LetterFile,
    LetterKind,
    LetterRecipient,
    LetterStep,
)
from modules.jdih.queries.people import is_able
from modules.jdih.queries.units import exists, office_name
from modules.jdih.rules import letters as rules
from modules.jdih.workflow.letters import DRAFT, INITIAL, SIGN

#: Longest title, in characters.
TITLE = 500
#: Whom one letter may go to; more is a circular on the site.
RECIPIENTS = 600


@dataclass(frozen=True)
class Addressee:
    """One recipient: a satker by its region code, or somebody outside by name."""

    name: str = ""
    unit: str | None = None
    copy: bool = False


@dataclass(frozen=True)
class Head:
    """What every kind of letter has beside its own fields."""

    title: str
    signers: Sequence[Mapping[str, str]] = ()
    signer_id: int | None = None
    class_code: str | None = None
    secrecy: str = "biasa"
    urgency: str = "biasa"
    recipients: Sequence[Addressee] = ()


def draft_letter(
    kind: str,
    *,
    unit: str,
    head: Head,
    data: Mapping[str, Any],
    actor: Actor,
    reply_to: Incoming | None = None,
) -> Letter:
    """Begin a letter of a satker. ``data`` are values of the kind's layout, as they will be printed.

    :class:`Refused` names the field. LookupError for a kind that there is not.
    """
    demand(actor, DRAFT, Scope(region=unit))
    letter = begin(kind, unit=unit, head=head, data=data, actor=actor)
    if reply_to is not None:
        if reply_to.unit != unit:
            raise Refused(_("Surat masuk itu milik satker lain."), status=403)
        letter.reply_to_id = reply_to.id
        db.session.flush()
    return letter


def begin(
    kind: str,
    *,
    unit: str,
    head: Head,
    data: Mapping[str, Any],
    actor: Actor,
    source_key: str | None = None,
    subject: str = "",
    link: str = "",
) -> Letter:
    """Write the row of a new letter; who may, the caller has checked."""
    setting = db.session.get(LetterKind, kind)
    if setting is None:
        raise LookupError(f"unknown kind of letter: {kind!r}")
    letter = Letter(
        kind=kind,
        unit=unit,
        title="",
        data={},
        drafter_id=actor.account_id,
        created_by=actor.name,
        source_key=source_key,
        subject=subject,
        link=link,
    )
    _fill(letter, head, data, setting)
    db.session.add(letter)
    db.session.flush()
    _set_recipients(letter, head.recipients)
    record(
        "jdih:letter:draft",
        f"letter:{letter.id}",
        actor=actor,
        region=unit,
        details={"kind": kind, "class": letter.class_code, "source": source_key},
    )
    return letter


def edit_letter(letter: Letter, *, head: Head, data: Mapping[str, Any], actor: Actor) -> None:
    """Change a draft. Who looked at the older text will see that it changed: its revision moves."""
    lock_draft(letter, actor)
    setting = db.session.get_one(LetterKind, letter.kind)
    _fill(letter, head, data, setting)
    _check_route(letter, [step.account_id for step in next_steps(letter)], setting)
    _set_recipients(letter, head.recipients)
    letter.revision += 1
    letter.changed_at = func.now()
    db.session.flush()
    record(
        "jdih:letter:edit",
        f"letter:{letter.id}",
        actor=actor,
        region=letter.unit,
        details={"revision": letter.revision},
    )


def set_route(letter: Letter, steps: Sequence[tuple[int, str]], *, actor: Actor) -> None:
    """Set who initials (account, position), in this order, when the draft is submitted next."""
    lock_draft(letter, actor)
    setting = db.session.get_one(LetterKind, letter.kind)
    _check_route(letter, [account for account, _role in steps], setting)
    for account, role in steps:
        if not role.strip():
            raise Refused(_("Tuliskan jabatan setiap pemaraf."), field="route")
        if not is_able(account, INITIAL, letter.unit):
            raise Refused(
                _("Salah satu pemaraf tidak berwenang memaraf naskah satker ini."),
                field="route",
                hint=_("Pilih akun lain, atau minta admin memberi peran pemaraf."),
            )
    _write_steps(letter, steps)
    record(
        "jdih:letter:route",
        f"letter:{letter.id}",
        actor=actor,
        region=letter.unit,
        details={"accounts": [account for account, _role in steps]},
    )


def repeat_route(letter: Letter) -> None:
    """The route of the round that ended stands ready for the next one."""
    _write_steps(letter, [(s.account_id, s.role) for s in letter.steps if s.round == letter.round])


def next_steps(letter: Letter) -> list[LetterStep]:
    """The route that the next submission will take."""
    return [step for step in letter.steps if step.round == letter.round + 1]


def attach_file(letter: Letter, file: StoredFile, *, label: str, actor: Actor) -> LetterFile:
    """Add an annex to a draft."""
    lock_draft(letter, actor)
    if any(each.file.sha256 == file.sha256 for each in letter.files):
        raise Refused(_("Berkas ini sudah dilampirkan."), field="file", status=409)
    row = LetterFile(letter_id=letter.id, file_id=file.id, role="lampiran", label=label.strip() or file.name)
    letter.files.append(row)
    letter.revision += 1
    db.session.flush()
    record(
        "jdih:letter:attach",
        f"letter:{letter.id}",
        actor=actor,
        region=letter.unit,
        details={"file": file.id, "sha256": file.sha256},
    )
    return row


def lock_draft(letter: Letter, actor: Actor) -> None:
    """Lock the row and refuse unless it is a draft and the actor's to write on."""
    db.session.refresh(letter, with_for_update={"of": Letter})
    if letter.state not in ("konsep", "revisi"):
        raise Refused(
            _("Naskah ini tidak sedang disusun, sehingga isinya tidak dapat diubah."),
            hint=_("Tarik kembali dulu, atau minta pemaraf mengembalikannya."),
            status=409,
        )
    demand(actor, DRAFT, Scope(region=letter.unit))
    if letter.drafter_id is not None and actor.account_id not in (None, letter.drafter_id):
        raise Refused(_("Konsep ini disusun akun lain; hanya penyusunnya yang mengubahnya."), status=403)


def _fill(letter: Letter, head: Head, data: Mapping[str, Any], setting: LetterKind) -> None:
    title = " ".join(head.title.split())
    if not title:
        raise Refused(_("Isi hal atau tentang apa naskah ini."), field="title")
    if len(title) > TITLE:
        raise Refused(_("Paling banyak %(n)s huruf.", n=TITLE), field="title")
    code = head.class_code or setting.class_code
    if code:
        _check_class(code, letter.class_code)
    if head.signer_id is not None:
        if not is_able(head.signer_id, SIGN, letter.unit):
            raise Refused(_("Akun itu tidak berwenang menandatangani naskah satker ini."), field="signer_id")
        if setting.signer_apart and head.signer_id == letter.drafter_id:
            raise Refused(said("own_signature"), field="signer_id")
    letter.title, letter.data = title, dict(data)
    letter.signers = [dict(signer) for signer in head.signers]
    letter.signer_id, letter.class_code = head.signer_id, code
    letter.secrecy, letter.urgency = head.secrecy, head.urgency


def _check_class(code: str, before: str | None) -> None:
    row = db.session.get(ArchiveClass, code)
    if row is None:
        raise Refused(_("Klasifikasi %(code)s tidak ada.", code=code), field="class_code")
    if not row.active and code != before:
        raise Refused(_("Klasifikasi %(code)s sudah tidak dipakai.", code=code), field="class_code")


def _check_route(letter: Letter, accounts: list[int], setting: LetterKind) -> None:
    problem = rules.route_problem(
        accounts, drafter=letter.drafter_id, signer=letter.signer_id, signer_apart=setting.signer_apart
    )
    if problem:
        raise Refused(said(problem), field="signer_id" if problem == "own_signature" else "route")


def said(problem: str) -> str:
    """A problem of a route in words."""
    return {
        "own_draft": _("Penyusun tidak memaraf konsepnya sendiri."),
        "twice": _("Satu akun memaraf satu kali saja."),
        "signer_initials": _("Penanda tangan tidak ikut memaraf."),
        "own_signature": _("Jenis naskah ini harus ditandatangani akun lain daripada penyusunnya."),
    }[problem]


def _write_steps(letter: Letter, steps: Sequence[tuple[int, str]]) -> None:
    wanted = letter.round + 1
    db.session.execute(
        delete(LetterStep).where(LetterStep.letter_id == letter.id, LetterStep.round == wanted)
    )
    db.session.add_all(
        LetterStep(
            letter_id=letter.id,
            round=wanted,
            position=position,
            account_id=account,
            drafter_id=letter.drafter_id,
            role=role.strip(),
        )
        for position, (account, role) in enumerate(steps, 1)
    )
    db.session.flush()
    db.session.expire(letter, ["steps"])


def _set_recipients(letter: Letter, given: Sequence[Addressee]) -> None:
    if len(given) > RECIPIENTS:
        raise Refused(_("Paling banyak %(n)s penerima.", n=RECIPIENTS), field="recipients")
    seen: set[tuple[str | None, str]] = set()
    db.session.execute(delete(LetterRecipient).where(LetterRecipient.letter_id == letter.id))
    for position, each in enumerate(given, 1):
        field = "copies" if each.copy else "recipients"
        if each.unit is not None:
            if not exists(each.unit):
                raise Refused(_("Tidak ada satker berkode %(code)s.", code=each.unit), field=field)
            if each.unit == letter.unit:
                raise Refused(_("Satker sendiri tidak perlu menjadi penerima."), field=field)
        name = each.name.strip() or (office_name(each.unit) if each.unit is not None else "")
        if (each.unit, name) in seen:
            raise Refused(_("%(name)s tertulis dua kali.", name=name), field=field)
        seen.add((each.unit, name))
        db.session.add(
            LetterRecipient(letter_id=letter.id, position=position, unit=each.unit, name=name, copy=each.copy)
        )
    db.session.flush()
    db.session.expire(letter, ["recipients"])


def mine(letter: Letter) -> list[int]:
    """Accounts of the round in force, in order: who initials, or did."""
    return list(
        db.session.scalars(
            select(LetterStep.account_id)
            .where(LetterStep.letter_id == letter.id, LetterStep.round == letter.round)
            .order_by(LetterStep.position)
        )
    )
