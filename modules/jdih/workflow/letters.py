"""States of letters as data (domain.md 9.2; design.md, rule 5).

Guards say what the row itself must have; that it is *this* account's turn to initial, or that somebody
is the signer named in the draft, the operations check.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, exists, func, select

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.jdih.models import (
    ArchiveClass,
    BackDate,
    Disposition,
    Incoming,
    Letter,
    LetterKind,
    LetterRecipient,
    LetterStep,
)

READ = "jdih:letter:read"
DRAFT = "jdih:letter:draft"
INITIAL = "jdih:letter:initial"
APPROVE = "jdih:letter:approve"
NUMBER = "jdih:letter:number"
SIGN = "jdih:letter:sign"
SEND = "jdih:letter:send"
ARCHIVE = "jdih:letter:archive"
REGISTER = "jdih:letter:register"
DISPOSE = "jdih:letter:dispose"


def has_signer() -> ColumnElement[bool]:
    """Somebody is named who signs, as an account and in words."""
    return Letter.signer_id.is_not(None) & (func.jsonb_array_length(Letter.signers) > 0)


def enough_initials() -> ColumnElement[bool]:
    """A draft is submitted with at least the initials that its kind demands."""
    steps = (
        select(func.count())
        .where(LetterStep.letter_id == Letter.id, LetterStep.round == Letter.round + 1)
        .scalar_subquery()
    )
    wanted = select(LetterKind.initials).where(LetterKind.kind == Letter.kind).scalar_subquery()
    return has_signer() & (steps >= wanted)


def waiting_initials() -> ColumnElement[bool]:
    """Some initial of the round in force is still missing."""
    return exists().where(
        LetterStep.letter_id == Letter.id, LetterStep.round == Letter.round, LetterStep.verdict.is_(None)
    )


def all_initialled() -> ColumnElement[bool]:
    """Nobody's initial is missing."""
    return ~waiting_initials()


def is_classified() -> ColumnElement[bool]:
    """It has its place in the archive; the number is written with it."""
    return exists().where(ArchiveClass.code == Letter.class_code)


def is_printed() -> ColumnElement[bool]:
    """Its paper was issued to be signed by hand."""
    return Letter.document_id.is_not(None)


def is_not_printed() -> ColumnElement[bool]:
    """No paper was issued yet."""
    return Letter.document_id.is_(None)


def has_recipients() -> ColumnElement[bool]:
    """Somebody is named to whom it goes."""
    return exists().where(LetterRecipient.letter_id == Letter.id)


CLASSIFY = _l("Tentukan dulu klasifikasi arsipnya.")
WAITING = _l("Paraf belum lengkap; tunggu sampai semua pemaraf menjawab.")

LETTER = Workflow(
    "jdih_letter",
    Letter,
    "state",
    (
        Transition(
            "konsep", "submit", "paraf_berjenjang", DRAFT, label=_l("Ajukan"),
            guard=enough_initials,
            refusal=_l("Lengkapi dulu penanda tangan dan jumlah pemaraf yang diwajibkan untuk jenis ini."),
        ),
        Transition(
            "revisi", "submit", "paraf_berjenjang", DRAFT, label=_l("Ajukan"),
            guard=enough_initials,
            refusal=_l("Lengkapi dulu penanda tangan dan jumlah pemaraf yang diwajibkan untuk jenis ini."),
        ),
        Transition(
            "paraf_berjenjang", "initial", "paraf_berjenjang", INITIAL, label=_l("Bubuhkan paraf"),
            guard=waiting_initials, refusal=_l("Semua pemaraf sudah menjawab."),
        ),
        Transition(
            "paraf_berjenjang", "return", "revisi", INITIAL, label=_l("Kembalikan untuk diperbaiki"),
            guard=waiting_initials, refusal=_l("Semua pemaraf sudah menjawab."), reason=True,
        ),
        Transition(
            "paraf_berjenjang", "withdraw", "konsep", DRAFT, label=_l("Tarik kembali"), reason=True
        ),
        Transition(
            "paraf_berjenjang", "approve", "disetujui", APPROVE, label=_l("Setujui"),
            guard=all_initialled, refusal=WAITING,
        ),
        Transition(
            "paraf_berjenjang", "decline", "revisi", APPROVE, label=_l("Minta perbaikan"),
            guard=all_initialled, refusal=WAITING, reason=True,
        ),
        Transition("disetujui", "decline", "revisi", APPROVE, label=_l("Minta perbaikan"), reason=True),
        Transition(
            "disetujui", "number", "bernomor", NUMBER, label=_l("Beri nomor"),
            guard=is_classified, refusal=CLASSIFY,
        ),
        Transition(
            "disetujui", "backdate", "bernomor", APPROVE, label=_l("Izinkan nomor sisipan"),
            guard=is_classified, refusal=CLASSIFY,
        ),
        Transition(
            "bernomor", "sign", "ditandatangani", SIGN, label=_l("Tanda tangani"), document="naskah",
            guard=is_not_printed,
            refusal=_l("Naskah ini sudah dicetak untuk ditandatangani dengan tangan; unggah pindaiannya."),
        ),
        Transition(
            "bernomor", "scan", "ditandatangani", NUMBER, label=_l("Lampirkan pindaian bertanda tangan"),
            guard=is_printed, refusal=_l("Cetak dulu naskahnya untuk ditandatangani dengan tangan."),
        ),
        Transition("bernomor", "void", "dibatalkan", NUMBER, label=_l("Batalkan nomor"), reason=True),
        Transition(
            "ditandatangani", "send", "terkirim", SEND, label=_l("Kirim"),
            guard=has_recipients, refusal=_l("Tulis dulu kepada siapa naskah ini dikirim."),
        ),
        Transition("ditandatangani", "archive", "diarsipkan", ARCHIVE, label=_l("Arsipkan")),
        Transition("terkirim", "archive", "diarsipkan", ARCHIVE, label=_l("Arsipkan")),
        Transition("konsep", "cancel", "dibatalkan", DRAFT, label=_l("Batalkan konsep"), reason=True),
        Transition("revisi", "cancel", "dibatalkan", DRAFT, label=_l("Batalkan konsep"), reason=True),
        Transition("ditandatangani", "revoke", "dibatalkan", APPROVE, label=_l("Tarik naskah"), reason=True),
        Transition("terkirim", "revoke", "dibatalkan", APPROVE, label=_l("Tarik naskah"), reason=True),
        # The minutes and decisions of other modules: their own operation has checked who may.
        Transition("konsep", "issue", "ditandatangani", None, label=_l("Terbitkan"), document="naskah"),
    ),
    scope=lambda letter: Scope(region=letter.unit),
    scope_clause=within(region=Letter.unit),
    label=_l("Naskah dinas"),
    labels={
        "konsep": _l("konsep"),
        "paraf_berjenjang": _l("paraf berjenjang"),
        "revisi": _l("revisi"),
        "disetujui": _l("disetujui"),
        "bernomor": _l("bernomor"),
        "ditandatangani": _l("ditandatangani"),
        "terkirim": _l("terkirim"),
        "diarsipkan": _l("diarsipkan"),
        "dibatalkan": _l("dibatalkan"),
    },
)  # fmt: skip

BACKDATE = Workflow(
    "jdih_backdate",
    BackDate,
    "state",
    (
        Transition("diminta", "allow", "diizinkan", APPROVE, label=_l("Izinkan")),
        Transition("diminta", "refuse", "ditolak", APPROVE, label=_l("Tolak"), reason=True),
    ),
    scope=lambda row: Scope(region=row.unit),
    scope_clause=within(region=BackDate.unit),
    label=_l("Permintaan nomor sisipan"),
    labels={"diminta": _l("menunggu izin"), "diizinkan": _l("diizinkan"), "ditolak": _l("ditolak")},
)


def all_done() -> ColumnElement[bool]:
    """Nobody still has to do something about it."""
    return ~exists().where(Disposition.incoming_id == Incoming.id, Disposition.done_at.is_(None))


INCOMING = Workflow(
    "jdih_incoming",
    Incoming,
    "state",
    (
        Transition("diterima", "register", "diregistrasi", REGISTER, label=_l("Registrasi")),
        Transition("diregistrasi", "dispose", "disposisi", DISPOSE, label=_l("Disposisikan")),
        Transition("disposisi", "follow", "ditindaklanjuti", READ, label=_l("Laporkan tindak lanjut")),
        Transition(
            "ditindaklanjuti", "close", "selesai", REGISTER, label=_l("Selesaikan"),
            guard=all_done, refusal=_l("Masih ada disposisi yang belum ditindaklanjuti."),
        ),
        Transition("diregistrasi", "close", "selesai", REGISTER, label=_l("Selesaikan")),
    ),
    scope=lambda row: Scope(region=row.unit),
    scope_clause=within(region=Incoming.unit),
    label=_l("Surat masuk"),
    labels={
        "diterima": _l("diterima"),
        "diregistrasi": _l("diregistrasi"),
        "disposisi": _l("disposisi"),
        "ditindaklanjuti": _l("ditindaklanjuti"),
        "selesai": _l("selesai"),
    },
)  # fmt: skip
