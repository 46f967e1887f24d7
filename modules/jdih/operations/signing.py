"""Signatures: electronic at once, or by hand on the printed paper whose scan comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func

from electsys.db import db
from electsys.documents import attach_scan as attach_official
from electsys.documents import cancel_document, issue_document, kinds, open_file
from electsys.documents.models import OfficialDocument, StoredFile
from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.identity.grants import demand
from electsys.ledger import Actor, record
from modules.jdih import news, papers
from modules.jdih.models import Letter, LetterFile
from modules.jdih.operations.numbering import series_of
from modules.jdih.workflow.letters import LETTER, NUMBER, SEND, SIGN

#: How many findings about signatures are kept of one file.
MOST = 20


def sign_letter(letter: Letter, *, actor: Actor) -> OfficialDocument:
    """Sign a numbered letter electronically: its paper is issued with the number reserved for it."""
    _lock_numbered(letter)
    if letter.signer_id != actor.account_id:
        raise Refused(
            _("Hanya penanda tangan yang disebut dalam naskah ini yang menandatangani."), status=403
        )
    demand(actor, SIGN, Scope(region=letter.unit))
    if letter.document_id is not None:
        LETTER.move(letter, "sign", actor=actor)
    document = issue(letter, actor=actor, finish=signature_of(letter))
    LETTER.move(
        letter,
        "sign",
        actor=actor,
        values={"document_id": document.id, "signature": "elektronik", "signed_at": func.now()},
    )
    news.tell(letter, news.SIGNED, letter.drafter_id, actor=actor)
    news.tell_holders(letter, news.SIGNED, SEND, actor=actor)
    return document


def print_letter(letter: Letter, *, actor: Actor) -> OfficialDocument:
    """Issue the paper of a numbered letter to be signed by hand; it waits for its scan."""
    _lock_numbered(letter)
    demand(actor, NUMBER, Scope(region=letter.unit))
    if letter.document_id is not None:
        raise Refused(_("Naskah ini sudah dicetak; unduh PDF-nya di bawah."), status=409)
    document = issue(letter, actor=actor)
    letter.document_id, letter.signature = document.id, "basah"
    db.session.flush()
    db.session.expire(letter, ["document"])
    record(
        "jdih:letter:print",
        f"letter:{letter.id}",
        actor=actor,
        region=letter.unit,
        details={"document": document.id},
    )
    return document


def sign_by_scan(letter: Letter, file: StoredFile, *, actor: Actor) -> LetterFile:
    """The paper was signed by hand: its scan (PDF or JPEG) is kept beside the document."""
    _lock_numbered(letter)
    demand(actor, NUMBER, Scope(region=letter.unit))
    if letter.document_id is None:
        LETTER.move(letter, "scan", actor=actor)
    row = _keep_scan(letter, file, actor)
    LETTER.move(letter, "scan", actor=actor, values={"signed_at": func.now()})
    news.tell(letter, news.SIGNED, letter.drafter_id, letter.signer_id, actor=actor)
    return row


def add_scan(letter: Letter, file: StoredFile, *, actor: Actor) -> LetterFile:
    """A further scan of a signed letter, such as one with the other party's signature."""
    db.session.refresh(letter, with_for_update={"of": Letter})
    demand(actor, NUMBER, Scope(region=letter.unit))
    if letter.document is None or letter.state not in ("ditandatangani", "terkirim"):
        raise Refused(_("Pindaian dilampirkan pada naskah yang sudah ditandatangani."), status=409)
    row = _keep_scan(letter, file, actor)
    record(
        "jdih:letter:add-scan",
        f"letter:{letter.id}",
        actor=actor,
        region=letter.unit,
        details={"file": file.id, "sha256": file.sha256},
    )
    return row


def revoke_letter(letter: Letter, *, reason: str, actor: Actor) -> None:
    """Withdraw a signed letter: its paper stays, and the page behind its QR says that it is withdrawn."""
    LETTER.move(letter, "revoke", actor=actor, reason=reason)
    if letter.document is not None and letter.document.status != "batal":
        cancel_document(letter.document, note=reason, actor=actor)
    news.tell(letter, news.RETURNED, letter.drafter_id, actor=actor)


def issue(
    letter: Letter, *, actor: Actor, finish: Callable[[bytes], bytes] | None = None
) -> OfficialDocument:
    """The official paper of a letter, with the number that it has, or the next one."""
    day = letter.date
    if day is None:
        raise ValueError(f"letter {letter.id} has no date")
    return issue_document(
        letter.kind,
        papers.template_of(letter),
        papers.printed(letter, electronic=finish is not None),
        unit=letter.unit,
        series=series_of(letter),
        year=day.year,
        title=letter.title,
        subject=f"letter:{letter.id}",
        actor=actor,
        public=letter.kind_row.public and letter.secrecy == "biasa",
        date=day,
        classification=letter.class_code or "",
        entry=letter.entry,
        finish=finish,
    )


def signature_of(letter: Letter) -> Callable[[bytes], bytes]:
    """What puts the signature of its first signer on a PDF."""
    from electsys.documents.signing import sign_pdf

    name, place = letter.signers[0]["name"], papers.place_of(letter)
    return lambda pdf: sign_pdf(pdf, name=name, reason=letter.title, place=place)


def checked(file: StoredFile) -> list[dict[str, Any]]:
    """The electronic signatures in a file, as they were found on arrival; a scan has none.

    :class:`Refused` if one of them does not hold: a paper that was altered is not taken in.
    """
    from electsys.documents.signing import signatures_of

    if file.media_type != kinds.PDF:
        return []
    with open_file(file) as stream:
        found = signatures_of(stream.read())
    for signature in found:
        if not signature.intact or not signature.covers_whole:
            raise Refused(
                _("Tanda tangan elektronik %(name)s tidak sah: %(problem)s", name=signature.name or "-",
                  problem=signature.problem or ""),
                field="file",
                hint=_("Minta berkas aslinya sekali lagi kepada penanda tangan."),
            )  # fmt: skip
    return [
        asdict(signature) | {"time": signature.time.isoformat() if signature.time else None}
        for signature in found[:MOST]
    ]


def _keep_scan(letter: Letter, file: StoredFile, actor: Actor) -> LetterFile:
    signatures = checked(file)
    if any(each.file.sha256 == file.sha256 for each in letter.files):
        raise Refused(_("Berkas ini sudah dilampirkan."), field="file", status=409)
    if letter.document is not None and file.media_type == kinds.PDF:
        signer = letter.signers[0]["name"] if letter.signers else ""
        attach_official(letter.document, file, signer=signer, actor=actor)
    row = LetterFile(
        letter_id=letter.id,
        file_id=file.id,
        role="pindaian",
        label=_("Pindaian bertanda tangan"),
        signatures=signatures,
    )
    letter.files.append(row)
    db.session.flush()
    return row


def _lock_numbered(letter: Letter) -> None:
    db.session.refresh(letter, with_for_update={"of": Letter})
    if letter.state != "bernomor":
        raise Refused(
            _("Naskah ini tidak sedang menunggu tanda tangan."),
            hint=_("Muat ulang halamannya untuk melihat keadaannya sekarang."),
            status=409,
        )
