"""A real server that can be killed and is back at once, for runs that kill it a hundred times."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: Loads the application once and forks a gunicorn, master and worker, for every line that it is given: what
#: is killed is a whole server, but nobody waits for Python to read the same files a hundred times.
KEEPER = """
import os, signal, sys
from gunicorn.app.base import BaseApplication
from electsys.db import db
from wsgi import app

class Kept(BaseApplication):
    def load_config(self):
        for name, value in (("bind", sys.argv[1]), ("workers", 1), ("threads", int(sys.argv[2]))):
            self.cfg.set(name, value)

    def load(self):
        return app

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _line in sys.stdin:
    child = os.fork()
    if child == 0:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        with app.app_context():
            db.engine.dispose(close=False)
        Kept().run()
        os._exit(0)
    print(child, flush=True)
"""


class Server:
    """gunicorn in a process group of its own, which one blow ends."""

    def __init__(self, home: Path, database: str, threads: int = 6) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        environment = os.environ | {
            "ELECTSYS_HOME": str(home),
            "DATABASE_URL": database,
            "ELECTSYS_DEMO": "1",
        }
        with (home / "web.log").open("ab") as log:
            self.keeper = subprocess.Popen(
                [sys.executable, "-c", KEEPER, f"127.0.0.1:{self.port}", str(threads)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self.pid: int | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert self.keeper.stdin is not None
        assert self.keeper.stdout is not None
        self.keeper.stdin.write(b"\n")
        self.keeper.stdin.flush()
        self.pid = int(self.keeper.stdout.readline() or 0)
        end = time.monotonic() + 120
        while not self.answers():
            if self.keeper.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.home / "web.log").read_text()[-3000:])
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it is up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/sehat")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """kill -9 of master and worker in one blow."""
        if self.pid is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
            while True:  # until the last of the group is gone
                os.killpg(self.pid, 0)
                time.sleep(0.002)
        self.pid = None

    def stop(self) -> None:
        """End everything."""
        self.kill()
        for pipe in (self.keeper.stdin, self.keeper.stdout):
            if pipe is not None:
                pipe.close()
        self.keeper.wait(30)
