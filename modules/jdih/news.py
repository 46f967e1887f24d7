"""What letters tell people, and who is told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.ledger import Actor
from electsys.notices import Holders, kind, notify
from modules.jdih.models import Disposition, Incoming, Letter

INITIAL = kind(
    "jdih.letter.initial",
    title=_l("Naskah dinas menunggu paraf Anda"),
    text=_l("Naskah dinas nomor konsep %(letter)s menunggu paraf Anda."),
    level="tugas",
)
APPROVE = kind(
    "jdih.letter.approve",
    title=_l("Naskah dinas menunggu persetujuan Anda"),
    text=_l("Naskah dinas nomor konsep %(letter)s sudah diparaf dan menunggu persetujuan Anda."),
    level="tugas",
)
NUMBER = kind(
    "jdih.letter.number",
    title=_l("Naskah dinas menunggu nomor"),
    text=_l("Naskah dinas nomor konsep %(letter)s disetujui dan menunggu nomor."),
    level="tugas",
)
SIGN = kind(
    "jdih.letter.sign",
    title=_l("Naskah dinas menunggu tanda tangan Anda"),
    text=_l("Naskah dinas nomor konsep %(letter)s sudah bernomor dan menunggu tanda tangan Anda."),
    level="tugas",
)
RETURNED = kind(
    "jdih.letter.returned",
    title=_l("Konsep naskah dinas dikembalikan"),
    text=_l("Konsep naskah dinas nomor %(letter)s dikembalikan; catatannya ada di halaman naskah."),
    level="tugas",
)
SIGNED = kind(
    "jdih.letter.signed",
    title=_l("Naskah dinas Anda sudah ditandatangani"),
    text=_l("Naskah dinas nomor konsep %(letter)s sudah ditandatangani."),
)
BACKDATE = kind(
    "jdih.letter.backdate",
    title=_l("Permintaan nomor sisipan menunggu izin"),
    text=_l("Nomor sisipan untuk naskah dinas nomor konsep %(letter)s menunggu izin Anda."),
    level="tugas",
)
ARRIVED = kind(
    "jdih.incoming.arrived",
    title=_l("Surat masuk menunggu registrasi"),
    text=_l("Surat masuk nomor terima %(letter)s menunggu registrasi."),
    level="tugas",
)
DISPOSE = kind(
    "jdih.incoming.dispose",
    title=_l("Surat masuk menunggu disposisi"),
    text=_l("Surat masuk nomor terima %(letter)s sudah diagendakan dan menunggu disposisi."),
    level="tugas",
)
DISPOSED = kind(
    "jdih.incoming.disposed",
    title=_l("Anda menerima disposisi"),
    text=_l("Anda menerima disposisi atas surat masuk nomor terima %(letter)s."),
    level="tugas",
)
REPORTED = kind(
    "jdih.incoming.reported",
    title=_l("Disposisi Anda sudah ditindaklanjuti"),
    text=_l("Disposisi Anda atas surat masuk nomor terima %(letter)s sudah ditindaklanjuti."),
)


def tell(letter: Letter, what: str, *accounts: int | None, actor: Actor) -> None:
    """Tell these accounts about a letter; the actor knows already."""
    told = {account for account in accounts if account is not None and account != actor.account_id}
    notify(told, what, {"letter": letter.id}, f"/jdih/naskah/{letter.id}", actor=actor)


def tell_holders(letter: Letter, what: str, permission: str, *, actor: Actor) -> None:
    """Tell those of the satker who may take the next step."""
    notify(
        Holders(permission, letter.unit),
        what,
        {"letter": letter.id},
        f"/jdih/naskah/{letter.id}",
        actor=actor,
    )


def tell_incoming(incoming: Incoming, what: str, permission: str, *, actor: Actor) -> None:
    """Tell those of the receiving satker who may take the next step."""
    link = f"/jdih/surat-masuk/{incoming.id}"
    notify(Holders(permission, incoming.unit), what, {"letter": incoming.id}, link, actor=actor)


def tell_disposition(row: Disposition, what: str, account: int, *, actor: Actor) -> None:
    """Tell one account about a disposition."""
    if account != actor.account_id:
        link = f"/jdih/surat-masuk/{row.incoming_id}"
        notify([account], what, {"letter": row.incoming_id}, link, actor=actor)
