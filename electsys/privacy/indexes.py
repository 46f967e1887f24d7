"""Blind indexes: find a person by NIK without storing it.

Each index is HMAC-SHA-256 under a key of its own. No unkeyed hash of a NIK stands anywhere: there
are only about 1.6e10 possible ones, which a graphics card tries in minutes.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable
from datetime import date

from electsys.privacy.keys import keyring

#: Academic and honorary titles that files write or leave out as they please.
TITLES = frozenset(
    (
        *("H", "HJ", "HI", "DR", "DRS", "DRA", "DRG", "PROF", "IR", "KH", "TGK", "UST", "USTADZ"),
        *("ST", "SH", "SE", "SS", "SPD", "SPDI", "SAG", "SKOM", "SKM", "SSOS", "SIP", "AMD", "AMDKEB"),
        *("MM", "MH", "MSI", "MPD", "MKES", "MT"),
    )
)


def blind_index(nik: str) -> bytes:
    """The index of a NIK, 32 bytes; equal NIK give equal bytes, and nothing else is told."""
    return hmac.digest(keyring().index_key("nik"), nik.encode(), "sha256")


def blind_index_birth(nik: str, birth_date: date | str) -> bytes:
    """The index of NIK and birth date (ISO), for public checks that demand both."""
    return hmac.digest(keyring().index_key("nik+birth"), f"{nik}|{birth_date!s}".encode(), "sha256")


def blind_index_name(nik: str, name: str) -> bytes:
    """The index of NIK and normalised name, for files without birth dates."""
    value = f"{nik}|{normalise_name(name)}"
    return hmac.digest(keyring().index_key("nik+name"), value.encode(), "sha256")


def blind_index_identity(name: str, birth_date: date | str) -> bytes:
    """16 bytes, equal for people of one normalised name and one birth date, whatever their NIK."""
    return identity_indexer()(name, str(birth_date))


def identity_indexer() -> Callable[[str, str], bytes]:
    """A fast function (name, birth date ISO) -> :func:`blind_index_identity`, for whole files."""
    key = keyring().index_key("identity")
    return lambda name, born: hmac.digest(key, f"{normalise_name(name)}|{born}".encode(), "sha256")[:16]


def fingerprint(value: str) -> bytes:
    """16 bytes by which equal network addresses can be told equal, without keeping them."""
    return hmac.digest(keyring().index_key("origin"), value.encode(), "sha256")[:16]


def indexer() -> Callable[[str, str, str], tuple[bytes, bytes, bytes]]:
    """A fast function (nik, birth date ISO, name) -> the three indexes, for whole files."""
    ring = keyring()
    nik_key, birth_key, name_key = (ring.index_key(k) for k in ("nik", "nik+birth", "nik+name"))
    digest = hmac.digest

    def index(nik: str, birth_date: str, name: str) -> tuple[bytes, bytes, bytes]:
        return (
            digest(nik_key, nik.encode(), "sha256"),
            digest(birth_key, f"{nik}|{birth_date}".encode(), "sha256"),
            digest(name_key, f"{nik}|{normalise_name(name)}".encode(), "sha256"),
        )

    return index


def normalise_name(name: str) -> str:
    """A name as it compares: upper case, without accents, titles, punctuation and doubled spaces.

    ``"Drs. H. Muhammad  Syafi'i, S.Pd."`` -> ``"MUHAMMAD SYAFII"``. Idempotent. A name that is
    nothing but titles keeps them.
    """
    if name.isascii() and name.isupper() and _PLAIN(name):
        words = name.split()
    else:
        folded = unicodedata.normalize("NFKD", name).upper()
        folded = "".join(c for c in folded if not unicodedata.combining(c))
        # A dot, apostrophe or hyphen joins ("S.Pd", "Syafi'i"); a dot or comma before a space parts.
        folded = re.sub(r"[.,](?=\s)|,", " ", folded)
        words = re.sub(r"[^\w\s]|_", "", folded).split()
    kept = [w for w in words if w not in TITLES]
    return " ".join(kept or words)


_PLAIN = re.compile(r"[A-Z ]*").fullmatch
