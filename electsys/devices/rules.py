"""What a phone and the server agree on: protocol, codes, signed text, times. Pure functions.

NA-08..NA-11 of the house's promises: a phone works for days without a network, a cut connection loses and
doubles nothing, and no phone must be updated on the night itself: protocol N and N-1 are both understood.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

#: The protocol that today's client speaks. 2 adds the phone's clock and the photos to what is signed.
PROTOCOL = 2
#: What the server understands: this release's protocol and the one before (NA-11).
ACCEPTED = (PROTOCOL, PROTOCOL - 1)
#: Packets in one request.
BATCH = 50
#: Characters of one packet's body; the numbers of a form fit twenty times.
BODY = 16_384
#: Bytes of one request with packets.
REQUEST = 512 * 1024
#: Photos that one packet may announce.
FILES = 8
#: Bytes of one piece of a photo: ten seconds on a 50 kbit/s line.
CHUNK = 64 * 1024
#: Bytes that the phone shrinks a photo to, and the most that the server takes.
PHOTO_GOAL, PHOTO_MOST = 300_000, 500_000
#: After its task a phone still sends what it holds, for this long; then everything on it is erased.
GRACE = dt.timedelta(days=7)
#: A printed activation that nobody uses in this time is void.
ACTIVATION_VALID = dt.timedelta(days=14)

#: Letters of an activation code: none that is mistaken for another on paper. 20 of them are 99 bits.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 20

Phase = Literal["aktif", "tenggang", "berakhir"]


def read_code(text: str) -> str | None:
    """The code in what was scanned or typed (blanks, hyphens and case do not matter), or None."""
    code = re.sub(r"[\s-]", "", text).upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(LETTERS) else None


def show_code(code: str) -> str:
    """A code as it is printed: ``ABCDE-FGHJK-...``."""
    return "-".join(code[i : i + 5] for i in range(0, len(code), 5))


def phase(until: dt.datetime, now: dt.datetime) -> Phase:
    """Where a device stands: at work, sending what is left, or over."""
    if now <= until:
        return "aktif"
    return "tenggang" if now <= until + GRACE else "berakhir"


def signed_text(protocol: int, *, key: str, made_at: str, files: tuple[str, ...], body: str) -> bytes:
    """What the phone signs, and what makes two packets the same."""
    if protocol == 1:
        return f"{key}\n{body}".encode()
    return "\n".join((key, made_at, ",".join(files), body)).encode()


def activation_text(code: str) -> bytes:
    """What a phone signs to prove that it holds the key it registers."""
    return f"aktivasi\n{code}".encode()
