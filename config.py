"""Every setting of electsys: name, default, meaning. All are read from the environment.

A production start refuses to run without its secrets. Only the demo (``ELECTSYS_DEMO=1``, set by
``dev.py run``) and the test suite (``ELECTSYS_TESTING=1``) make secrets of their own, and the demo
keeps them under ``instance/`` with mode 0600.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent


#: What the public may ask and send (electsys/responses): setting -> default. An address or device begins with
#: its burst and gains its daily number in the course of a day; both together are the most of 24 hours.
PUBLIC_QUESTIONS: dict[str, int] = {
    # Answers of one network address (of one /64, where it is IPv6), over all checks.
    "CHECK_ADDRESS_BURST": 60,
    "CHECK_ADDRESS_DAILY": 120,
    # Answers of one browser: less, so that one device does not use up the address that it shares.
    "CHECK_DEVICE_BURST": 12,
    "CHECK_DEVICE_DAILY": 36,
    # Answers of one address without proof of work: browsers without JavaScript, simple programs.
    "CHECK_PLAIN_BURST": 3,
    "CHECK_PLAIN_DAILY": 12,
    # Responses and objections of one address.
    "RESPONSE_BURST": 6,
    "RESPONSE_DAILY": 24,
    # Attempts to follow a response by its receipt.
    "RESPONSE_TRACK_BURST": 20,
    "RESPONSE_TRACK_DAILY": 200,
    # Proof of work: zero bits asked of an address without recent use, and steps up to that of a heavy one.
    "CHECK_WORK_BITS": 14,
    "CHECK_WORK_STEPS": 6,
    # Seconds for which a challenge holds.
    "CHECK_WORK_SECONDS": 300,
}


class ConfigError(RuntimeError):
    """A setting is missing or cannot be true; the message names it and says how to set it."""


def data_home(root: Path = ROOT) -> Path:
    """The folder for everything that is written at run time (database, files, keys, outbox).

    ``ELECTSYS_HOME`` wins. The default is ``instance/`` beside the code. As root, where the code
    lies in a folder that other users cannot enter, it is a folder under ``/var/lib/electsys``:
    PostgreSQL refuses to run as root, and its own user must reach its data without anybody opening
    the home folder of root.
    """
    if home := os.environ.get("ELECTSYS_HOME"):
        return Path(home)
    if hasattr(os, "geteuid") and os.geteuid() == 0 and not _others_may_enter(root):
        import hashlib

        return Path("/var/lib/electsys") / hashlib.sha256(str(root).encode()).hexdigest()[:12]
    return root / "instance"


def _others_may_enter(folder: Path) -> bool:
    return all(p.stat().st_mode & 0o001 for p in (folder, *folder.parents))


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Read all settings; raise :class:`ConfigError` on the first that is missing or wrong."""
    testing = environ.get("ELECTSYS_TESTING") == "1"
    # Who names no database gets the embedded one, which is for the demo and for work on the code.
    embedded = "DATABASE_URL" not in environ and not testing
    demo = environ.get("ELECTSYS_DEMO", "1" if embedded else "0") == "1"
    home = data_home()

    def secret(name: str) -> str:
        if value := environ.get(name):
            if len(value) < 32:
                raise ConfigError(f"{name} is too short: give at least 32 characters.")
            return value
        if not (demo or testing):
            raise ConfigError(
                f"{name} is not set. Outside the demo electsys has no default secret; "
                "set it, for example to the output of:  "
                'python3 -c "import secrets; print(secrets.token_hex(32))"'
            )
        if testing:
            return (name + "-for-tests-only-") * 4
        path = home / "secrets" / name.lower()
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(fd, "w") as f:
                f.write(secrets.token_hex(32))
        return path.read_text()

    def number(name: str, default: int) -> int:
        value = environ.get(name, str(default))
        if not value.isdecimal():
            raise ConfigError(f"{name} must be a whole number, not {value!r}.")
        return int(value)

    insecure_http = demo or testing
    return {
        # --- what kind of installation this is
        "DEMO": demo,
        "TESTING": testing,
        "HOME": home,
        # Public address, used in links of mails, QR codes and feeds.
        "BASE_URL": environ.get("ELECTSYS_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        # Number of reverse proxies in front whose X-Forwarded-For may be believed.
        "TRUSTED_PROXIES": number("ELECTSYS_TRUSTED_PROXIES", 0),
        # --- secrets
        "SECRET_KEY": secret("SECRET_KEY"),
        "SECURITY_PASSWORD_SALT": secret("SECURITY_PASSWORD_SALT"),
        # Folder with the key file of electsys.privacy; never inside the database.
        "KEY_DIR": Path(environ.get("ELECTSYS_KEY_DIR", home / "keys")),
        # The name of the public log, without a scheme (log.kpu.go.id); an election's code follows it. By
        # default the host of BASE_URL. It never changes: witnesses know a log by its name. The demo, whose
        # port may change, has a name of its own.
        "LOG_ORIGIN": environ.get("ELECTSYS_LOG_ORIGIN", "peragaan.localhost" if demo else ""),
        # Rows with numbers of persons that one account may read in full in 24 hours, and in 60 seconds.
        "PRIVACY_DAILY_ROWS": number("ELECTSYS_PRIVACY_DAILY_ROWS", 500),
        "PRIVACY_MINUTE_ROWS": number("ELECTSYS_PRIVACY_MINUTE_ROWS", 50),
        # NIK that lead nowhere: so many may one account type in 10 minutes (moves, search), and send in lists
        # of people of special places in 24 hours; then the doors rest and an alarm rings.
        "LOOKUP_MISSES": number("ELECTSYS_LOOKUP_MISSES", 20),
        "LIST_MISSES": number("ELECTSYS_LIST_MISSES", 500),
        # --- desk of verification: minutes that an item stays with who has it open
        "DESK_CLAIM_MINUTES": number("ELECTSYS_DESK_CLAIM_MINUTES", 10),
        # --- publication: what is published every 20 seconds and where to: "pemilu-2024=/srv/hasil" or
        # "pemilu-2024=s3://bucket/hasil"; empty publishes by the command alone. Sirekap's JSON paths are
        # served from there at this site's address too.
        "PUBLISH": environ.get("ELECTSYS_PUBLISH", f"pemilu-2024={home / 'terbitan'}" if demo else ""),
        # Boards of the recap, written by a worker and read by everybody (fsspec address): a web server or a
        # CDN may serve the folder "publik" of it itself.
        "BOARDS": environ.get("ELECTSYS_BOARDS", str(home / "boards")),
        # Where data are processed, and who delivers the static files: for the public's page about it.
        "PUBLIC_HOSTING": environ.get("ELECTSYS_PUBLIC_HOSTING", ""),
        "PUBLIC_DELIVERY": environ.get("ELECTSYS_PUBLIC_DELIVERY", ""),
        # --- public questions: ELECTSYS_CHECK_ADDRESS_BURST and so on
        **{name: number(f"ELECTSYS_{name}", default) for name, default in PUBLIC_QUESTIONS.items()},
        # --- database: DATABASE_URL, else the embedded server (electsys/db.py)
        "DATABASE_URL": environ.get("DATABASE_URL"),
        # --- files (fsspec address: a folder or s3://bucket/prefix)
        "FILE_STORE": environ.get("ELECTSYS_FILE_STORE", str(home / "files")),
        # Largest upload in bytes; bulk files are streamed, so this is not a memory limit.
        "MAX_CONTENT_LENGTH": number("ELECTSYS_MAX_UPLOAD", 2 * 1024**3),
        # --- signatures of documents (electsys/documents/signing.py): "demo" (test certificates),
        # "pkcs12:PATH", "pkcs11:MODULE:TOKEN:LABEL"; empty outside the demo, and then nothing is signed
        "SIGNING": environ.get("ELECTSYS_SIGNING", "demo" if demo or testing else ""),
        # Passphrase of the PKCS#12 file, or PIN of the PKCS#11 token.
        "SIGNING_PASSPHRASE": environ.get("ELECTSYS_SIGNING_PASSPHRASE"),
        # Folder with certificates (PEM) of the authorities whose signatures count, such as those of BSrE.
        "TRUST_DIR": Path(environ.get("ELECTSYS_TRUST_DIR", home / "trust")),
        # --- mail: SMTP when a host is given, else one file a mail in the outbox folder
        "SMTP_HOST": environ.get("ELECTSYS_SMTP_HOST"),
        "SMTP_PORT": number("ELECTSYS_SMTP_PORT", 587),
        "SMTP_USER": environ.get("ELECTSYS_SMTP_USER"),
        "SMTP_PASSWORD": environ.get("ELECTSYS_SMTP_PASSWORD"),
        "MAIL_FROM": environ.get("ELECTSYS_MAIL_FROM", "electsys@localhost"),
        "OUTBOX": Path(environ.get("ELECTSYS_OUTBOX", home / "outbox")),
        # --- sessions
        "SESSION_COOKIE_SECURE": not insecure_http,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # Idle time-out, and the absolute end of a session however busy it is.
        "SESSION_IDLE": timedelta(minutes=number("ELECTSYS_SESSION_IDLE_MINUTES", 30)),
        "SESSION_ABSOLUTE": timedelta(hours=number("ELECTSYS_SESSION_ABSOLUTE_HOURS", 12)),
        # --- languages
        "BABEL_DEFAULT_LOCALE": "id",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Jakarta",
        "LANGUAGES": {"id": "Bahasa Indonesia", "en": "English"},
        # --- third-party switches that are the same everywhere
        "BOOTSTRAP_SERVE_LOCAL": True,
        "WTF_CSRF_TIME_LIMIT": None,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": 8, "max_overflow": 8, "pool_pre_ping": True},
    }
