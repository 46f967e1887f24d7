"""Background work of notices: sending mails, the digest of the day, and forgetting."""

from __future__ import annotations

import logging
import smtplib

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from electsys import jobs
from electsys.db import db
from electsys.notices.mailing import compose, transport
from electsys.notices.models import Mail
from electsys.notices.operations import queue_digests

log = logging.getLogger("electsys.notices")


@jobs.task("notices.mail", label=_l("Mengirim email"), retry=8, backoff=15)
def send_queued(job: jobs.JobHandle, *, mails: list[int]) -> None:
    """Send each mail that still waits, and forget it. One bad address does not hold up the others."""
    refused = 0
    with transport(current_app.config) as way_out:
        for done, mail_id in enumerate(mails):
            mail = db.session.get(Mail, mail_id, with_for_update={"skip_locked": True})
            if mail is None:  # sent by an earlier attempt
                continue
            job.progress(done, len(mails))
            try:
                way_out.send_message(compose(current_app.config, mail.recipient, mail.subject, mail.body))
            except smtplib.SMTPRecipientsRefused:
                refused += 1
                db.session.rollback()
            else:
                db.session.delete(mail)
                db.session.commit()
    if refused:
        raise RuntimeError(f"{refused} addresses were refused")


@jobs.every(300, "notices.digest", label=_l("Mengirim ringkasan pemberitahuan"))
def digest() -> None:
    """The digest of the day, once it is time."""
    queue_digests()


@jobs.every(86_400, "notices.tidy", label=_l("Membersihkan pemberitahuan lama"))
def tidy() -> None:
    """Forget mails that could not be sent in a week, and notices read half a year ago."""
    db.session.execute(text("delete from mail where created_at < now() - interval '7 days'"))
    db.session.execute(text("delete from notice where read_at < now() - interval '180 days'"))
