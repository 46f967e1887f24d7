"""What making and restoring share: the parts, the passphrase, the folders with keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from flask import current_app
from flask_babel import gettext as _

from electsys.errors import Refused

FORMAT = 1
CHUNK = 1 << 20
PARTS = ("database.dump", "files.tar", "keys.sealed")
PASSPHRASE_VARIABLE = "ELECTSYS_BACKUP_PASSPHRASE"  # noqa: S105  (a name, not a secret)
#: Shortest passphrase: with scrypt below, a guess costs about 0.3 s and 128 MiB.
SHORTEST = 12
SCRYPT = {"n": 2**17, "r": 8, "p": 1}
AAD = b"electsys backup keys 1"


@dataclass
class Part:
    """One entry of the archive as the manifest names it."""

    sha256: str
    size: int


def require_passphrase(passphrase: str) -> None:
    """Refuse an empty or short passphrase."""
    if len(passphrase) < SHORTEST:
        raise Refused(
            _("Frasa sandi cadangan harus diisi, paling sedikit %(count)s karakter.", count=SHORTEST),
            hint=_("Isi saat diminta, atau lewat %(name)s.", name=PASSPHRASE_VARIABLE),
        )


def stored(store: Any, root: str) -> Iterator[tuple[str, int]]:
    """Every file of the file store with its size in bytes."""
    if not store.exists(root):
        return
    for _folder, _folders, files in store.walk(root, detail=True):
        for info in files.values():
            yield info["name"], info["size"]


def key_folders() -> dict[str, Path]:
    """The folders whose content travels under the passphrase, by their names in the archive."""
    return {"keys": Path(current_app.config["KEY_DIR"]), "secrets": current_app.config["HOME"] / "secrets"}


def cipher(passphrase: str, salt: bytes) -> AESGCM:
    """The cipher that a passphrase opens (scrypt, RFC 7914)."""
    return AESGCM(Scrypt(salt=salt, length=32, **SCRYPT).derive(passphrase.encode()))
