"""Replace the sealing key: a new version seals, every old envelope is sealed again, the old key goes.

The work is found by the envelopes themselves (their first bytes name the key), so it may stop
anywhere and go on later, on any machine, while the house is in use.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import text

from electsys.db import as_owner, db
from electsys.errors import Refused
from electsys.ledger.actor import Actor
from electsys.ledger.operations import record
from electsys.privacy.envelopes import HEADER, Sealer, prefix
from electsys.privacy.keys import GRACE, add_key, drop_key, keyring, path_of
from electsys.privacy.sealed import SEALED, SealedColumn

BATCH = 1000
REASON = "privacy: key rotation"
VERSION = "get_byte({0}, 1) * 256 + get_byte({0}, 2)"


#: Every table with a column of envelopes; partitions belong to their parents.
TABLES = """
select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
where a.attname = 'sealed' and a.atttypid = 'bytea'::regtype and not a.attisdropped
and c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
"""


def uses() -> dict[int, int]:
    """How many envelopes each key version still has to open.

    Refused if a table holds envelopes that nobody declared: its key would look unused, and go.
    """
    counts: dict[int, int] = {}
    with as_owner(REASON) as session:
        if unknown := sorted(set(session.scalars(text(TABLES))) - SEALED.keys()):
            raise Refused(_("Tabel tersegel belum didaftarkan: %(tables)s.", tables=", ".join(unknown)))
        for sealed in SEALED.values():
            version = VERSION.format(sealed.column)
            rows = session.execute(
                text(
                    f"select {version}, count(*) from {sealed.table}"
                    f" where {sealed.column} is not null group by 1"
                )
            )
            for key, count in rows:
                counts[key] = counts.get(key, 0) + count
    return counts


def begin_rotation(*, actor: Actor) -> int:
    """Add a key version unless a rotation is unfinished; return the version that seals."""
    current = keyring().current
    if all(version == current for version in uses()):
        current = add_key(path_of(_app()))
        record("privacy:key:rotate", f"key:{current}", actor=actor)
    return current


def reseal_all(
    progress: Callable[[int, int], None] = lambda done, total: None, *, batch_size: int = BATCH
) -> int:
    """Seal every old envelope again, a transaction a batch; return how many. Call again to go on."""
    current = keyring().current
    total = sum(count for version, count in uses().items() if version != current)
    done = 0
    for sealed in SEALED.values():
        last = None
        while True:
            count, last = _reseal_batch(sealed, last, batch_size)
            if not count:
                break
            done += count
            progress(done, max(done, total))
    return done


def _reseal_batch(sealed: SealedColumn, after: object, size: int) -> tuple[int, object]:
    table, column, key = sealed.table, sealed.column, sealed.key
    name, bound = sealed.seals
    with as_owner(REASON) as session:
        rows = session.execute(
            text(
                f"select {key}, {bound}, {column} from {table} where {column} is not null"
                f" and substring({column} from 1 for {HEADER}) <> :prefix"
                + (f" and {key} > :after" if after is not None else "")
                + f" order by {key} limit :size for update"
            ),
            {"prefix": prefix(keyring().current), "after": after, "size": size},
        ).all()
        if rows:
            sealer = Sealer(name)
            session.execute(
                text(f"update {table} set {column} = :envelope where {key} = :key"),
                [{"key": k, "envelope": sealer.reseal(b, bytes(envelope))} for k, b, envelope in rows],
            )
    return len(rows), rows[-1][0] if rows else after


def retire_key(version: int, *, actor: Actor, force: bool = False) -> None:
    """Remove an old key that no envelope needs.

    Refused while it seals, while an envelope needs it, and for a day after its successor was made: a
    long-running process may still seal with it. Old backups carry their own copy.
    """
    ring = keyring()
    if version not in ring.seal_roots:
        raise Refused(_("Tidak ada kunci versi %(version)s.", version=version))
    if version == ring.current:
        raise Refused(_("Kunci versi %(version)s masih dipakai untuk menyegel.", version=version))
    if count := uses().get(version, 0):
        raise Refused(
            _("Kunci versi %(version)s masih dibutuhkan oleh %(count)s baris.", version=version, count=count),
            hint=_("Jalankan dulu: flask privacy rotate"),
        )
    successor = min(v for v in ring.made if v > version)
    if not force and datetime.now(UTC) - ring.made[successor] < GRACE:
        raise Refused(
            _("Kunci penggantinya belum berumur satu hari; proses lama mungkin masih memakai kunci ini."),
            hint=_("Hentikan semua proses, lalu pakai --force; atau tunggu sampai besok."),
        )
    record("privacy:key:drop", f"key:{version}", actor=actor)
    db.session.commit()
    drop_key(path_of(_app()), version)


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined]
