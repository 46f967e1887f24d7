"""Settings fail closed: outside the demo there is no default secret."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

import config
from electsys.db import OLDEST, DatabaseUnavailable, demand_version

URL = {"DATABASE_URL": "postgresql://db/electsys"}
SECRETS = {"SECRET_KEY": "k" * 32, "SECURITY_PASSWORD_SALT": "s" * 32}


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("ELECTSYS_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("missing", SECRETS)
def test_an_installation_with_a_database_needs_its_secrets(missing):
    with pytest.raises(config.ConfigError, match=f"{missing} is not set"):
        config.load(URL | {k: v for k, v in SECRETS.items() if k != missing})


def test_a_short_secret_is_refused():
    with pytest.raises(config.ConfigError, match="too short"):
        config.load(URL | SECRETS | {"SECRET_KEY": "geheim"})


def test_a_real_installation_is_no_demo_and_keeps_its_cookies_on_https():
    loaded = config.load(URL | SECRETS)
    assert not loaded["DEMO"] and loaded["SESSION_COOKIE_SECURE"]


def test_the_embedded_database_is_the_demo_with_secrets_of_its_own(home):
    first, again = config.load({}), config.load({})
    assert first["DEMO"] and first["SECRET_KEY"] == again["SECRET_KEY"]
    assert (home / "secrets/secret_key").stat().st_mode & 0o077 == 0
    with pytest.raises(config.ConfigError):
        config.load({"ELECTSYS_DEMO": "0"})


def test_a_number_that_is_none_is_named():
    with pytest.raises(config.ConfigError, match="ELECTSYS_SMTP_PORT"):
        config.load({"ELECTSYS_SMTP_PORT": "zwei"})


def said_at_the_start(environment):
    """Start the app as ``flask`` and gunicorn do; its exit code and last words."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("ELECTSYS", "DATABASE_URL"))}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=config.ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_start_without_secrets_ends_in_one_sentence(home):
    code, said = said_at_the_start(URL | {"ELECTSYS_HOME": str(home)})
    assert code == 1
    assert said.startswith("electsys: SECRET_KEY is not set") and "Traceback" not in said


def test_a_start_without_keys_says_how_to_make_them(home):
    code, said = said_at_the_start(URL | SECRETS | {"ELECTSYS_HOME": str(home)})
    assert code == 1
    assert "flask privacy new-key" in said and "Traceback" not in said


def test_a_server_that_is_too_old_is_refused_before_the_first_migration():
    old = SimpleNamespace(dialect=SimpleNamespace(server_version_info=(14, 9)))
    with pytest.raises(DatabaseUnavailable, match=r"PostgreSQL 14 terlalu lama.*15"):
        demand_version(old)
    old.dialect.server_version_info = (OLDEST, 0)
    demand_version(old)
    assert "demand_version(connection)" in (config.ROOT / "migrations" / "env.py").read_text()
