"""Mails of the log-in: through the house's outbox, never by a way of their own."""

from __future__ import annotations

from typing import Any

from flask_security import MailUtil


class HouseMail(MailUtil):
    """Hands Flask-Security's mails to electsys.notices; they rest there until a job sends them."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,
        body: str | None,
        html: Any,
        **kwargs: Any,
    ) -> None:
        """Queue one mail in the request's transaction."""
        from electsys.notices import send_mail

        send_mail(str(recipient), str(subject), body or "")
