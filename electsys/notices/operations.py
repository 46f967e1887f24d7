"""Tell people: into their inbox, and by mail as they prefer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from electsys import jobs
from electsys.db import db
from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.ledger.actor import Actor
from electsys.notices.kinds import KINDS
from electsys.notices.models import MAIL, Mail, Notice, NoticeSetting
from electsys.notices.queries import holders

WIB = ZoneInfo("Asia/Jakarta")
#: Hour (WIB) from which the digest of a day goes out.
DIGEST_HOUR = 6


@dataclass(frozen=True)
class Holders:
    """Whoever holds ``permission`` in the scope, nearest level first (queries.holders)."""

    permission: str
    region: str | None = None
    party: int | None = None
    election: int | None = None


def notify(
    to: Holders | Iterable[int | Account],
    kind: str,
    values: dict[str, Any],
    link: str,
    *,
    actor: Actor,
) -> int:
    """Put a notice of ``kind`` into the inboxes of ``to``, in the caller's transaction; return how many.

    ``values`` are ids, codes and counts; ``link`` is the path of the page. Holders of a permission do not
    include the actor, who knows already. Mails go out by a job, to those who want them at once.
    """
    declared = KINDS[kind]
    declared.words(values)  # a missing value fails here, not on somebody's page
    if isinstance(to, Holders):
        found = holders(to.permission, Scope(to.region, to.party, to.election))
        accounts = [account for account in found if account != actor.account_id]
    else:
        accounts = sorted({each.id if isinstance(each, Account) else each for each in to})
    if not accounts:
        return 0
    row = {"kind": kind, "values": values, "link": link, "level": declared.level}
    made = db.session.execute(
        insert(Notice).returning(Notice.id, Notice.account_id),
        [row | {"account_id": account} for account in accounts],
    ).all()
    _mail_at_once({account: notice for notice, account in made}, str(declared.title))
    return len(accounts)


def _mail_at_once(notices: dict[int, int], title: str) -> None:
    """Queue the mails of new notices (account -> notice) for those who want them at once."""
    wanted = db.session.execute(
        select(Account.id, Account.email)
        .outerjoin(NoticeSetting, NoticeSetting.account_id == Account.id)
        .where(
            Account.id.in_(notices),
            Account.active,
            or_(NoticeSetting.mail.is_(None), NoticeSetting.mail == "langsung"),
        )
    ).all()
    mails = [
        (email, title, letter(title, f"/kotak-masuk/{notices[account]}"))
        for account, email in wanted
        if email
    ]
    if mails:
        _queue(mails)
        sent = [notices[account] for account, email in wanted if email]
        db.session.execute(update(Notice).where(Notice.id.in_(sent)).values(mailed_at=func.now()))


def letter(news: str, path: str) -> str:
    """The whole body of a mail: what it is about, and where to read it. Nothing else may enter a mail."""
    with force_locale("id"):
        return "\n".join(
            (
                news,
                "",
                _("Buka setelah masuk:"),
                current_app.config["BASE_URL"] + path,
                "",
                _("Email ini dikirim otomatis; mohon tidak dibalas. Atur email pada halaman Kotak masuk."),
                "",
            )
        )


def send_mail(to: str, subject: str, body: str) -> None:
    """Queue one mail in the caller's transaction; a job sends it, and tries again if the server is away.

    For mails that are not notices, such as the log-in's own. The text rests in the table ``mail`` until it
    is sent, never in a job or a log.
    """
    _queue([(to, subject, body)])


def _queue(mails: list[tuple[str, str, str]]) -> None:
    rows = [dict(zip(("recipient", "subject", "body"), mail, strict=True)) for mail in mails]
    ids = list(db.session.scalars(insert(Mail).returning(Mail.id), rows))
    jobs.start("notices.mail", actor=Actor.system("email"), mails=ids)


# --- the reader's own acts ------------------------------------------------------------------------


def mark_read(notice: Notice, *, read: bool = True) -> None:
    """Mark one notice as read, or as unread again."""
    notice.read_at = func.now() if read else None


def mark_all_read(account_id: int) -> int:
    """Mark the whole inbox as read; return how many notices that were."""
    marked = db.session.execute(
        update(Notice)
        .where(Notice.account_id == account_id, Notice.read_at.is_(None))
        .values(read_at=func.now())
        .returning(Notice.id)
    )
    return len(marked.all())


def set_mail(account_id: int, mail: str) -> None:
    """Choose when mails come: ``langsung``, ``harian`` or ``tidak``."""
    if mail not in MAIL:
        raise Refused(_("Pilih salah satu dari pilihan yang ada."), field="mail")
    db.session.execute(
        upsert(NoticeSetting)
        .values(account_id=account_id, mail=mail)
        .on_conflict_do_update(index_elements=["account_id"], set_={"mail": mail})
    )
    db.session.expire_all()


# --- digests --------------------------------------------------------------------------------------


def queue_digests(now: dt.datetime | None = None) -> int:
    """Queue the digest of the day for every account that wants one and has news; return how many.

    Once a day, from six o'clock WIB. The mails and the mark that they are queued are one transaction.
    """
    here = (now or dt.datetime.now(dt.UTC)).astimezone(WIB)
    if here.hour < DIGEST_HOUR:
        return 0
    news = db.session.execute(
        select(Account.id, Account.email, Notice.kind)
        .join(NoticeSetting, NoticeSetting.account_id == Account.id)
        .join(Notice, Notice.account_id == Account.id)
        .where(
            Account.active,
            NoticeSetting.mail == "harian",
            or_(NoticeSetting.digest_on.is_(None), NoticeSetting.digest_on < here.date()),
            Notice.read_at.is_(None),
            Notice.mailed_at.is_(None),
        )
        .with_for_update(of=NoticeSetting, skip_locked=True)
    ).all()
    if not news:
        return 0
    counts: dict[tuple[int, str], Counter[str]] = {}
    for account, email, kind in news:
        counts.setdefault((account, email), Counter())[kind] += 1
    subject = _("Ringkasan pemberitahuan hari ini")
    _queue(
        [(email, subject, letter(_digest(kinds), "/kotak-masuk")) for (_id, email), kinds in counts.items()]
    )
    accounts = [account for account, _email in counts]
    db.session.execute(
        update(NoticeSetting).where(NoticeSetting.account_id.in_(accounts)).values(digest_on=here.date())
    )
    db.session.execute(
        update(Notice)
        .where(Notice.account_id.in_(accounts), Notice.read_at.is_(None), Notice.mailed_at.is_(None))
        .values(mailed_at=func.now())
    )
    return len(accounts)


def _digest(kinds: Counter[str]) -> str:
    lines = [f"- {KINDS[kind].title} ({count})" for kind, count in sorted(kinds.items()) if kind in KINDS]
    return "\n".join((_("Pemberitahuan yang belum Anda baca:"), *lines))
