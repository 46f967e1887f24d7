"""Mails of the log-in: through the house's outbox, never by a way of their own."""

from __future__ import annotations

from typing import Any

from flask_security import MailUtil
from flask_security.mail_util import EmailValidateException
from flask_security.utils import get_message

from electsys.identity.rules import EMAIL


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

    def normalize(self, email: str) -> str:
        """An address as accounts carry it; whether it exists, the mail will tell."""
        email = email.strip().lower()
        if not EMAIL.fullmatch(email):
            raise EmailValidateException(get_message("INVALID_EMAIL_ADDRESS")[0])
        return email

    def validate(self, email: str) -> str:
        """The same: no name server is asked."""
        return self.normalize(email)
