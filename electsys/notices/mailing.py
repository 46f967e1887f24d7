"""How a mail leaves the house: SMTP when a host is set, else one .eml file a mail in the outbox folder."""

from __future__ import annotations

import os
import secrets
import smtplib
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any, Protocol


class Transport(Protocol):
    """Takes one message at a time."""

    def send_message(self, message: EmailMessage) -> Any: ...


class Outbox:
    """A folder in place of a mail server, for the demo and for places without one."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def send_message(self, message: EmailMessage) -> None:
        """Write the message as a file that only this user may read; whole, or not at all."""
        name = f"{time.time_ns()}-{secrets.token_hex(4)}.eml"
        part = self.folder / f".{name}"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(bytes(message))
        part.rename(self.folder / name)


@contextmanager
def transport(config: Mapping[str, Any]) -> Iterator[Transport]:
    """The way out that the settings name. Credentials only travel over TLS."""
    host = config["SMTP_HOST"]
    if not host:
        yield Outbox(config["OUTBOX"])
        return
    port = config["SMTP_PORT"]
    secure = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(host, port, timeout=30, context=secure)
        if port == 465
        else smtplib.SMTP(host, port, timeout=30)
    )
    with server:
        if port != 465:
            server.ehlo()
            if server.has_extn("starttls") or config["SMTP_USER"]:
                server.starttls(context=secure)
        if config["SMTP_USER"]:
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"] or "")
        yield server


def compose(config: Mapping[str, Any], to: str, subject: str, body: str) -> EmailMessage:
    """A plain text message from this installation."""
    message = EmailMessage()
    message["From"] = config["MAIL_FROM"]
    message["To"] = to
    message["Subject"] = " ".join(subject.split())  # a line break would start another header
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=config["MAIL_FROM"].rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message
