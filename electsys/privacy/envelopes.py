"""Sealed values: AES-256-GCM envelopes bound to their table and row.

An envelope is ``format (1 byte) | key version (2 bytes) | nonce (12 bytes) | ciphertext and tag``.
The table's name and the row's key are authenticated with it, so a value that is moved to another
row, or changed by one bit, does not open. The key of a row must therefore be known before it is
sealed: :func:`reserve_ids` takes a block from the table's sequence.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session

from electsys.db import db
from electsys.privacy.keys import keyring

FORMAT = b"\x01"
NONCE = 12
HEADER = 3

Row = int | str


class SealError(ValueError):
    """An envelope does not open: it was changed, or belongs to another row."""


class Sealer:
    """Seals and opens the values of one table; keep one for a whole batch (keys are looked up once).

    >>> sealer = Sealer("person")
    >>> envelope = sealer.seal(12, "text")
    >>> sealer.unseal(12, envelope)
    """

    def __init__(self, table: str) -> None:
        self.table = table
        self.ring = keyring()
        self.prefix = prefix(self.ring.current)
        self._encrypt = self.ring.cipher(self.ring.current, table).encrypt

    def seal(self, row: Row, value: str) -> bytes:
        """The envelope of ``value`` for one row."""
        nonce = os.urandom(NONCE)
        return self.prefix + nonce + self._encrypt(nonce, value.encode(), f"{self.table}:{row}".encode())

    def unseal(self, row: Row, envelope: bytes) -> str:
        """The value again; raises :class:`SealError` if it was changed or moved."""
        if len(envelope) <= HEADER + NONCE or envelope[:1] != FORMAT:
            raise SealError(f"{self.table}:{row} holds no envelope")
        cipher = self.ring.cipher(key_version(envelope), self.table)
        try:
            return cipher.decrypt(
                envelope[HEADER : HEADER + NONCE],
                envelope[HEADER + NONCE :],
                f"{self.table}:{row}".encode(),
            ).decode()
        except InvalidTag:
            raise SealError(f"The sealed value of {self.table}:{row} was changed or moved.") from None

    def seal_fields(self, row: Row, fields: Mapping[str, str | None]) -> bytes:
        """One envelope for several fields; empty ones are left out."""
        return self.seal(row, json.dumps({k: v for k, v in fields.items() if v}, ensure_ascii=False))

    def unseal_fields(self, row: Row, envelope: bytes) -> dict[str, str]:
        """The fields of :meth:`seal_fields`."""
        return json.loads(self.unseal(row, envelope))

    def reseal(self, row: Row, envelope: bytes) -> bytes:
        """The same value under the current key."""
        return self.seal(row, self.unseal(row, envelope))


def prefix(version: int) -> bytes:
    """How every envelope of one key version begins."""
    return FORMAT + version.to_bytes(2, "big")


def key_version(envelope: bytes) -> int:
    """The key version that an envelope was sealed with."""
    return int.from_bytes(envelope[1:HEADER], "big")


def seal(value: str, *, table: str, row: Row) -> bytes:
    """Seal one value; use :class:`Sealer` for many."""
    return Sealer(table).seal(row, value)


def unseal(envelope: bytes, *, table: str, row: Row) -> str:
    """Open one value; raises :class:`SealError`."""
    return Sealer(table).unseal(row, envelope)


def seal_fields(fields: Mapping[str, str | None], *, table: str, row: Row) -> bytes:
    """Seal several fields of a row (such as nik, nkk, birth_date) in one envelope."""
    return Sealer(table).seal_fields(row, fields)


def unseal_fields(envelope: bytes, *, table: str, row: Row) -> dict[str, str]:
    """Open the fields of :func:`seal_fields`."""
    return Sealer(table).unseal_fields(row, envelope)


def reserve_ids(
    table: str, count: int, *, column: str = "id", session: Session | scoped_session[Any] | None = None
) -> list[int]:
    """The next ``count`` keys of the sequence of ``table``, for rows that are sealed before they exist."""
    rows = (session or db.session).scalars(
        text("select nextval(pg_get_serial_sequence(:table, :column)) from generate_series(1, :count)"),
        {"table": table, "column": column, "count": count},
    )
    return list(rows)
