"""Notices: an inbox for every account, and mails as each one likes them.

A room declares what it says with :func:`kind` and says it with :func:`notify`, in the transaction of the act
itself. Mails carry the kind's title and a link, nothing else; they leave by a job, through SMTP or into the
outbox folder. :func:`send_mail` is the way out for mails that are no notices (the log-in's own).
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.identity.access import SIGNED_IN
from electsys.notices import jobs  # noqa: F401  (declares the background work)
from electsys.notices.kinds import kind
from electsys.notices.models import Mail, Notice, NoticeSetting
from electsys.notices.operations import Holders, notify, send_mail
from electsys.notices.queries import unread_count

__all__ = [
    "Holders",
    "Mail",
    "Notice",
    "NoticeSetting",
    "init_app",
    "kind",
    "notify",
    "send_mail",
    "unread_count",
]


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys.notices.views import bp, unread
    from electsys.web import navigation, tasks
    from electsys.web.people import count_unread_with

    app.register_blueprint(bp)
    navigation.entry(_l("Kotak masuk"), "notices.inbox", permission=SIGNED_IN, group="akun", order=10)
    count_unread_with(lambda account: unread_count(account.id))
    tasks.source(SIGNED_IN, unread)
