"""The suite's processes for journeys, forked from one that has read all its code already.

``python -m gunicorn …`` spends 3 s on reading packages before its first line of work, and the journeys start
some sixty such processes. What a process does then is the same: the program's own ``__main__``, with its own
environment, log and arguments, and an app of its own.
"""

from __future__ import annotations

import json
import os
import pkgutil
import random
import runpy
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil


class Started:
    """A forked process; no child of the one who asked for it, hence by its number alone."""

    def __init__(self, pid: int) -> None:
        self.pid, self._process = pid, psutil.Process(pid)

    def poll(self) -> int | None:
        """None while it lives. How it ended is not known here."""
        return None if self._process.is_running() else 1


class Forks:
    """The process that forks others. It ends with whoever made it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, command: tuple[str, ...], env: dict[str, str], log: Path) -> Started:
        """Do what ``python -m COMMAND`` does, in an environment, with a log."""
        asking, answer = self._process.stdin, self._process.stdout
        assert asking and answer
        print(json.dumps({"command": command, "env": env, "log": str(log)}), file=asking, flush=True)
        pid = answer.readline()
        assert pid, "the process that forks the others has ended; it says why on the standard error stream"
        return Started(int(pid))

    def close(self) -> None:
        """End it; what it has forked goes on."""
        self._process.communicate()


def become(asked: dict[str, Any]) -> None:
    """Be the program that was asked for, and nothing of what forked it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing, log = (
        os.open(os.devnull, os.O_RDONLY),
        os.open(asked["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT),
    )
    for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, theirs)
    os.environ.clear()
    os.environ.update(asked["env"])
    random.seed()
    name, *arguments = asked["command"]
    sys.argv = [name, *arguments]
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def read_all() -> None:
    """Import what the suite's processes import; a command line or a demo may be among it."""
    import_module("gunicorn.app.wsgiapp")
    import_module("gunicorn.workers.gthread")
    import_module("flask.cli")
    for root in ("electsys", "modules"):
        import_module(root)
        for found in pkgutil.walk_packages([root], f"{root}."):
            import_module(found.name)


def main() -> None:
    """Fork for each line that is read, until there are no more."""
    read_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel takes the dead away
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            return become(json.loads(line))
        print(pid, flush=True)
    return None


if __name__ == "__main__":
    main()
