"""A kind of notice for tests, and people to tell."""

from __future__ import annotations

import pytest

from electsys import notices
from electsys.ledger.actor import Actor
from electsys.notices.kinds import KINDS


@pytest.fixture(autouse=True)
def kind():
    notices.kind(
        "uji.menunggu",
        title="Berkas hasil menunggu konfirmasi",
        text="Berkas hasil %(batch)s menunggu konfirmasi",
        level="tugas",
    )
    yield "uji.menunggu"
    del KINDS["uji.menunggu"]


@pytest.fixture
def actor():
    return Actor.system("uji")


@pytest.fixture
def outbox(app, tmp_path, monkeypatch):
    """The outbox folder; calling it gives the messages in it."""
    import email
    import email.policy

    monkeypatch.setitem(app.config, "OUTBOX", tmp_path / "keluar")
    monkeypatch.setitem(app.config, "SMTP_HOST", None)

    def messages():
        files = sorted((tmp_path / "keluar").glob("*.eml"))
        return [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]

    return messages
