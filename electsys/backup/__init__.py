"""``flask backup FILE`` and ``flask restore FILE``: one archive with all that cannot be made again.

The archive is a ZIP (stored, 64 bit) with four entries::

    database.dump   pg_dump, custom format
    files.tar       the file store
    keys.sealed     the key folder and the demo's secrets as a tar, AES-256-GCM under a passphrase
    manifest.json   SHA-256 and size of each part, the head of the ledger's chain, when and with what

The dump is taken before the files: files are only ever added, so every file that the database knows
is there. Everything streams; memory is bounded whatever the size. A restore checks every part first,
then replaces the database in one transaction: it comes back whole or stays as it was. NIK and other
numbers stay sealed in the dump; names do not, so keep the archive as you keep the database.
"""

from __future__ import annotations

from flask import Flask

from electsys.backup import restoring, tools
from electsys.backup.archive import PASSPHRASE_VARIABLE
from electsys.backup.making import make_backup
from electsys.backup.restoring import restore_backup

__all__ = ["PASSPHRASE_VARIABLE", "init_app", "make_backup", "restore_backup", "restoring", "tools"]


def init_app(app: Flask) -> None:
    """Add the two commands."""
    from electsys.backup import cli

    app.cli.add_command(cli.backup_command)
    app.cli.add_command(cli.restore_command)
