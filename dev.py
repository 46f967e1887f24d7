#!/usr/bin/env python3
"""The one door to electsys for people who run or change it: run, test, lint, bench, lock.

Standard library only. It makes `.venv`, installs the hashed lock, and skips what is done already.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).resolve().parent))
from config import ROOT, data_home

VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCKS = {"core": ROOT / "requirements" / "core.lock", "dev": ROOT / "requirements" / "dev.lock"}
COMPILE = [
    "pip",
    "compile",
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--no-annotate",
    "--no-strip-extras",  # pip without uv wants pydantic[email] itself pinned
    "--quiet",
]


class Trouble(Exception):
    """Something the reader must do first; the message says what."""


def say(text: str) -> None:
    """Tell what happens, at once."""
    with suppress(OSError):  # the terminal may have been closed
        print(f"· {text}", flush=True)


# --- the environment ------------------------------------------------------------------------------


def stamp(lock: Path) -> str:
    """What an installed lock is known by: its contents and the Python it is for."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return hashlib.sha256(lock.read_bytes() + version.encode()).hexdigest()


def uv() -> list[str] | None:
    """How to call uv, or None where there is none."""
    if found := shutil.which("uv"):
        return [found]
    return [sys.executable, "-m", "uv"] if importlib.util.find_spec("uv") else None


def venv_place() -> Path:
    """Where the environment lies: `.venv`, or beside the data where others cannot enter this folder.

    As root the embedded PostgreSQL runs as a user of its own, who must reach the wheel's programs.
    """
    home = data_home()
    return VENV if home.is_relative_to(ROOT) or "ELECTSYS_HOME" in os.environ else home / "venv"


def make_venv() -> None:
    """Make the virtual environment if it is missing or broken."""
    probe = "" if uv() else "import pip"  # a first start that was interrupted may have left no pip
    tried = PYTHON.exists() and subprocess.run([PYTHON, "-c", probe], stderr=subprocess.DEVNULL, check=False)
    if tried and tried.returncode == 0:
        return
    if sys.version_info < (3, 11):
        raise Trouble(f"electsys needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if importlib.util.find_spec("ensurepip") is None and uv() is None:
        raise Trouble("Python's venv is not installed. Run this once:  sudo apt install python3-venv")
    place = venv_place()
    say(f"making the virtual environment {place}")
    if VENV.is_symlink():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    maker = [*uv(), "venv", "--quiet", "--python", sys.executable] if uv() else [sys.executable, "-m", "venv"]
    subprocess.run([*maker, str(place)], check=True)
    if place != VENV:
        VENV.symlink_to(place)


def install(kind: str) -> None:
    """Install a lock unless it, or the larger one, is installed already."""
    make_venv()
    done = VENV / "electsys-lock"
    wanted = {stamp(LOCKS["dev"])} | ({stamp(LOCKS["core"])} if kind == "core" else set())
    if done.exists() and done.read_text() in wanted:
        return
    say(f"installing packages ({LOCKS[kind].name}); the first time takes a minute")
    done.unlink(missing_ok=True)
    lock = ["--require-hashes", "-r", str(LOCKS[kind])]
    if (fast := uv()) is not None:
        command = [*fast, "pip", "install", "--quiet", "--python", str(PYTHON), *lock]
    else:
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *lock]
    if subprocess.run(command, check=False).returncode:
        raise Trouble("The packages could not be installed; the lines above say why. Is there a network?")
    done.write_text(stamp(LOCKS[kind]))


def inside(kind: str) -> None:
    """Go on inside the virtual environment."""
    install(kind)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), str(ROOT / "dev.py"), *sys.argv[1:]])


def tool(name: str, *arguments: str) -> int:
    """Run a program of the environment; its exit code."""
    return subprocess.run([str(PYTHON), "-m", name, *arguments], cwd=ROOT, check=False).returncode


# --- commands -------------------------------------------------------------------------------------


def run(options: argparse.Namespace) -> int:
    """Start everything: database, migrations, regions, demo, worker, web; stop all of it on Ctrl-C."""
    inside("core")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        say("running as root: PostgreSQL gets a user of its own; an ordinary user is better")
    refuse_busy_port(options.port)
    home = data_home()
    home.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "ELECTSYS_DEMO": "1",
        "ELECTSYS_HOME": str(home),
        "ELECTSYS_BASE_URL": os.environ.get("ELECTSYS_BASE_URL", f"http://127.0.0.1:{options.port}"),
        "PYTHONUNBUFFERED": "1",
    }
    for name in ("SIGTERM", "SIGHUP"):  # a closed terminal window ends everything too
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: sys.exit(0))
    children: list[Child] = []
    pgdata: Path | None = None
    try:
        if "DATABASE_URL" not in environment:
            say("starting the embedded PostgreSQL")
            from electsys.db import prepare_database, start_embedded

            pgdata = home / "pgdata"
            environment["DATABASE_URL"] = prepare_database(start_embedded(pgdata), "electsys")
        say("migrating the database and loading the demo; the first time takes a minute")
        prepare(["demo", "create", "--from-nothing", "--scale", options.scale, "--quiet"], environment)
        logs = home / "logs"
        logs.mkdir(exist_ok=True)
        server = ["gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{options.port}"]
        server += ["--workers", "2", "--threads", "4", "--graceful-timeout", "5"]
        children = [
            Child("worker", flask("jobs", "work"), environment, logs / "worker.log"),
            Child("web", [str(PYTHON), "-m", *server], environment, logs / "web.log"),
        ]
        wait_for(f"http://127.0.0.1:{options.port}/sehat", children)
        show(options.port, home)
        while True:
            if pgdata and not database_lives(pgdata):
                say("PostgreSQL died; starting it again")
                start_embedded(pgdata)
            for child in children:
                child.keep_alive()
            time.sleep(0.5)
    except KeyboardInterrupt:
        print(flush=True)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for child in reversed(children):
            child.stop()
        if children:
            say("stopped")
    return 0


def prepare(command: list[str], environment: dict[str, str]) -> None:
    """Run the set-up of the data, which tells what it does."""
    if subprocess.run(flask(*command), cwd=ROOT, env=environment, check=False).returncode:
        raise Trouble(f"`flask {' '.join(command)}` failed; the lines above say why.")


class Child:
    """A process of the demo that is restarted if it dies, three times at most in a minute."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path):
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.starts: list[float] = []
        self.start()

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches only dev.py."""
        self.starts.append(time.monotonic())
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509  (dev.py has one thread)
            )

    def keep_alive(self) -> None:
        """Start it again if it has died."""
        if self.process.poll() is None:
            return
        if sum(time.monotonic() - start < 60 for start in self.starts) >= 3:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
            raise Trouble(f"{self.name} keeps dying. The end of {self.log}:\n{tail}")
        say(f"{self.name} died (exit {self.process.returncode}); starting it again")
        self.start()

    def stop(self) -> None:
        """Ask it to end; insist after ten seconds."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def end_with_parent() -> None:
    """Have Linux end this process kindly when dev.py dies, even by kill -9: no orphan keeps the port."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def database_lives(pgdata: Path) -> bool:
    """Whether the process that the server's lock file names is still there."""
    try:
        os.kill(int((pgdata / "postmaster.pid").read_text().split()[0]), 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def flask(*arguments: str) -> list[str]:
    """The command line of `flask` in the environment."""
    return [str(PYTHON), "-m", "flask", "--app", "wsgi", *arguments]


def refuse_busy_port(port: int) -> None:
    """Say so plainly when something else listens there."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise Trouble(f"Port {port} is in use. Stop the other program, or add  --port {port + 1}")


def wait_for(url: str, children: list[Child]) -> None:
    """Wait until the server answers."""
    for _ in range(120):
        try:
            with urlopen(url, timeout=5):  # noqa: S310  (our own loopback address)
                return
        except OSError:
            for child in children:
                child.keep_alive()
            time.sleep(0.5)
    raise Trouble(f"The server did not answer at {url} within a minute; see the logs.")


def show(port: int, home: Path) -> None:
    """The address and the demo accounts."""
    print(f"\n  electsys: http://127.0.0.1:{port}\n", flush=True)
    accounts = home / "demo-accounts.txt"
    if accounts.exists():
        print(accounts.read_text(), flush=True)
    print("  Ctrl-C stops everything.\n", flush=True)


def test(options: argparse.Namespace) -> int:
    """Run the suite; further arguments go to pytest."""
    inside("dev")
    compile_all = "from electsys.web import catalogue; catalogue.compile_all()"
    subprocess.run([str(PYTHON), "-c", compile_all], cwd=ROOT, check=True)
    chosen = options.rest
    few = any(a.startswith(("-n", "-k", "tests/", "--collect")) for a in chosen)
    parallel = [] if few else ["-n", "2", "--dist", "worksteal"]
    return tool("pytest", *parallel, *chosen)


def lint(_options: argparse.Namespace) -> int:
    """Style, types, import contracts, locks."""
    inside("dev")
    failed = 0
    for name, *arguments in (
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
    ):
        say(" ".join([name, *arguments]))
        failed |= tool(name, *arguments)
    say("lint-imports")
    failed |= subprocess.run([PYTHON.parent / "lint-imports"], cwd=ROOT, check=False).returncode
    for lock in LOCKS.values():
        if "://" in lock.read_text():
            print(f"{lock.relative_to(ROOT)} carries an address", file=sys.stderr)
            failed = 1
    return failed


def bench(options: argparse.Namespace) -> int:
    """Run a benchmark at full size, or list them."""
    inside("dev")
    names = sorted(p.stem for p in (ROOT / "bench").glob("[a-z]*.py"))
    if not options.name:
        print("\n".join(names))
        return 0
    if options.name not in names:
        raise Trouble(f"There is no benchmark {options.name!r}; there are: {', '.join(names)}.")
    return tool(f"bench.{options.name}", *options.rest)


def lock(_options: argparse.Namespace) -> int:
    """Compile the locks from requirements/*.in."""
    inside("dev")
    fast = uv()
    if fast is None:
        raise Trouble("`lock` needs uv:  python3 -m pip install uv")
    for target in LOCKS.values():
        source = target.with_suffix(".in")
        say(f"compiling {target.name}")
        subprocess.run([*fast, *COMPILE, source.name, "-o", target.name], cwd=source.parent, check=True)
    return 0


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    runner = commands.add_parser("run", help="start electsys with its demo")
    runner.add_argument("--port", type=int, default=8000)
    runner.add_argument("--scale", choices=("kabupaten", "province", "national"), default="kabupaten")
    commands.add_parser("test", help="run the test suite; further arguments go to pytest")
    commands.add_parser("lint", help="style, types, import contracts, locks")
    commands.add_parser("bench", help="run one benchmark, or list them").add_argument("name", nargs="?")
    commands.add_parser("lock", help="compile the hashed locks")
    options, rest = parser.parse_known_args()
    options.rest = rest
    # Images of containers like to forbid bytecode: then each of our processes compiles some thousand files.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if rest and options.command not in ("test", "bench"):
        parser.error(f"unknown: {' '.join(rest)}")
    todo = {"run": run, "test": test, "lint": lint, "bench": bench, "lock": lock}
    try:
        return todo[options.command](options)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; the next start goes on from here", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
