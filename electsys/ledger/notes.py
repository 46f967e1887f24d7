"""C2SP signed notes: a checkpoint, its Ed25519 signature, and the cosignatures of witnesses.

A note is text that ends with a newline, a blank line, and signature lines ``— name base64``. The
base64 holds four bytes that name the key and then the signature. Everything is read strictly: what
could be written in two ways is accepted in one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

#: Kinds of keys (C2SP signed-note): a log's own signature, and a witness's with its time.
LOG, WITNESS = 1, 4
DASH = "— "


class NoteError(ValueError):
    """A note that is not what it has to be; the message says what."""


@dataclass(frozen=True)
class Verifier:
    """A public key and the name that it signs under: ``name+hash+base64``, as it is published."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that name the key in a signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_encode(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read a published key."""
        name, _, rest = text.strip().partition("+")
        digits, _, coded = rest.partition("+")
        raw = _decode(coded)
        if len(raw) != 33 or raw[0] not in (LOG, WITNESS) or not _is_name(name):
            raise NoteError("not a key: name+hash+base64 of an Ed25519 key is wanted")
        verifier = cls(name, raw[0], raw[1:])
        if verifier.key_id.hex() != digits:
            raise NoteError(f"the key of {name} does not match its own hash")
        return verifier

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Whether the key made this signature."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key and the name that it signs under."""

    name: str
    kind: int
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return Verifier(self.name, self.kind, raw)

    def line(self, body: str, *, at: int = 0) -> str:
        """The signature line over a note's text; ``at`` is a witness's time in seconds."""
        stamp = b""
        message = body.encode()
        if self.kind == WITNESS:
            stamp = at.to_bytes(8, "big")
            message = cosigned(body, at)
        coded = _encode(self.verifier.key_id + stamp + self.private.sign(message))
        return f"{DASH}{self.name} {coded}\n"


@dataclass(frozen=True)
class Checkpoint:
    """How large the log of ``origin`` is, and its root."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{_encode(self.root)}\n"


@dataclass(frozen=True)
class Note:
    """A checkpoint as it was read: its text, its lines of signature."""

    checkpoint: Checkpoint
    body: str
    lines: tuple[tuple[str, bytes], ...]

    def signed_by(self, verifier: Verifier) -> bool:
        """Whether this key signed the note (as a log, or as a witness)."""
        return self.signed_at(verifier) is not None

    def signed_at(self, verifier: Verifier) -> int | None:
        """When a witness cosigned, in seconds (0 for a log's own signature); None where it did not."""
        for name, raw in self.lines:
            if name != verifier.name or raw[:4] != verifier.key_id:
                continue
            if verifier.kind == LOG and verifier.accepts(self.body.encode(), raw[4:]):
                return 0
            if verifier.kind == WITNESS and len(raw) == 76:
                at = int.from_bytes(raw[4:12], "big")
                if verifier.accepts(cosigned(self.body, at), raw[12:]):
                    return at
        return None


def cosigned(body: str, at: int) -> bytes:
    """What a witness signs (C2SP cosignature/v1)."""
    return f"cosignature/v1\ntime {at}\n{body}".encode()


def parse(text: str) -> Note:
    """Read a signed checkpoint; :class:`NoteError` says what is wrong with it. Signatures are not checked."""
    body, separator, tail = text.partition("\n\n")
    if not separator or not tail.endswith("\n") or not tail.strip():
        raise NoteError("the checkpoint has no signature")
    body += "\n"
    lines = body.split("\n")
    if len(lines) != 4 or not lines[0]:
        raise NoteError("a checkpoint has three lines: origin, size, root")
    if not (lines[1].isascii() and lines[1].isdigit()) or str(int(lines[1])) != lines[1]:
        raise NoteError("the size of a checkpoint is a plain number")
    root = _decode(lines[2])
    if len(root) != 32:
        raise NoteError("the root of a checkpoint has 32 bytes")
    return Note(
        Checkpoint(lines[0], int(lines[1]), root),
        body,
        tuple(_signature(line) for line in tail[:-1].split("\n")),
    )


def _signature(line: str) -> tuple[str, bytes]:
    name, _, coded = line.removeprefix(DASH).partition(" ")
    raw = _decode(coded)
    if not line.startswith(DASH) or not _is_name(name) or len(raw) < 68:
        raise NoteError("a line of the checkpoint is no signature")
    return name, raw


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str) -> bytes:
    """Base64, as the one text that these bytes have."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("not base64") from None
    if _encode(raw) != text:
        raise NoteError("base64 that can be written otherwise")
    return raw
