"""Files with personal data that leave the house: one PDF, locked with a password, that any PDF reader opens.

The lock is the standard's own (ISO 32000-2, AES-256, revision 6), made by pyHanko; data travel as attachments
inside it, encrypted with it. So the recipient needs no program of ours, and a file that is intercepted, or
stolen from the store, is noise without the password, which goes another way and by another person.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from pyhanko.pdf_utils import embed, writer
from pyhanko.pdf_utils.reader import PdfFileReader

#: Letters and digits that nobody takes for one another, read aloud or by hand.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, GROUP = 5, 5


@dataclass(frozen=True)
class Attachment:
    """One file inside the locked PDF."""

    name: str
    media_type: str
    content: bytes
    description: str = ""


def new_password() -> str:
    """A password of 125 bits, in five groups that can be read over the telephone."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def locked_pdf(cover: bytes, attachments: Iterable[Attachment], password: str) -> bytes:
    """The cover's pages with the attachments, encrypted; opens with ``password`` alone.

    The owner's password is drawn and forgotten: nobody lifts what the file forbids.
    """
    target = writer.copy_into_new_writer(PdfFileReader(io.BytesIO(cover)))
    # An encrypted file is no archive file (ISO 19005-2, 6.1.3): it must not say that it is one.
    target.root.pop("/Metadata", None)
    target.encrypt(  # type: ignore[no-untyped-call]
        owner_pass=secrets.token_urlsafe(32), user_pass=password
    )
    for each in attachments:
        held = embed.EmbeddedFileObject.from_file_data(
            target, data=each.content, mime_type=each.media_type, compress=True
        )
        embed.embed_file(
            target,
            embed.FileSpec(
                file_spec_string=each.name,
                file_name=each.name,
                embedded_data=held,
                description=each.description,
            ),
        )
    out = io.BytesIO()
    target.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()
