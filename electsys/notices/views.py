"""The inbox."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from electsys.db import db
from electsys.identity.access import SIGNED_IN, Scope, requires
from electsys.notices import operations, queries
from electsys.notices.kinds import KINDS
from electsys.notices.models import Notice
from electsys.web.tasks import Task

SIZE = 30
LEVELS = {"info": _l("kabar"), "tugas": _l("tugas"), "penting": _l("penting")}
CHOICES = {
    "langsung": _l("Langsung, satu email untuk setiap pemberitahuan"),
    "harian": _l("Harian, satu ringkasan setiap pagi"),
    "tidak": _l("Tidak lewat email"),
}

bp = Blueprint("notices", __name__)


def load_notice(notice_id: int) -> tuple[Notice, Scope]:
    """One of the reader's own notices; for others it does not exist."""
    notice = db.session.get(Notice, notice_id)
    if notice is None or notice.account_id != current_user.id:
        abort(404)
    return notice, Scope()


@bp.get("/kotak-masuk")
@requires(SIGNED_IN)
def inbox() -> Any:
    """The reader's notices, newest first, and how mails come."""
    only = request.args.get("hanya") or None
    if only not in (None, "belum"):
        abort(404)
    page = max(1, request.args.get("halaman", 1, type=int))
    rows, total = queries.inbox(current_user.id, unread=only == "belum", page=page, size=SIZE)
    return render_template(
        "notices/inbox.html",
        rows=rows,
        total=total,
        unread=queries.unread_count(current_user.id),
        page_number=page,
        pages=max(1, -(-total // SIZE)),
        only=only,
        mail=queries.mail_preference(current_user.id),
        choices=CHOICES,
        levels=LEVELS,
        words=words,
    )


def words(notice: Notice) -> str:
    """The sentence of a notice; of a kind that no longer exists, its name."""
    kind = KINDS.get(notice.kind)
    return kind.words(notice.values) if kind else notice.kind


@bp.get("/kotak-masuk/<int:notice_id>")
@requires(SIGNED_IN, load=load_notice)
def open_notice(notice: Notice) -> Any:
    """Open a notice: it counts as read, and leads to its page. Mails link here."""
    operations.mark_read(notice)
    return redirect(notice.link)


@bp.post("/kotak-masuk/<int:notice_id>/tandai")
@requires(SIGNED_IN, load=load_notice)
def mark(notice: Notice) -> Any:
    """Mark a notice as read, or as unread again."""
    operations.mark_read(notice, read=request.form.get("dibaca") == "1")
    return redirect(_back())


@bp.post("/kotak-masuk/tandai-semua")
@requires(SIGNED_IN)
def mark_all() -> Any:
    """Mark everything as read."""
    count = operations.mark_all_read(current_user.id)
    flash(
        ngettext("%(num)s pemberitahuan ditandai dibaca.", "%(num)s pemberitahuan ditandai dibaca.", count),
        "success",
    )
    return redirect(_back())


@bp.post("/kotak-masuk/email")
@requires(SIGNED_IN)
def set_mail() -> Any:
    """Choose how mails come."""
    operations.set_mail(current_user.id, request.form.get("mail", ""))
    flash(_("Pilihan email disimpan."), "success")
    return redirect(url_for("notices.inbox"))


def _back() -> str:
    return url_for("notices.inbox", hanya=request.args.get("hanya"), halaman=request.args.get("halaman"))


def unread(account: Any) -> list[Task]:
    """What has not been read yet, on the task list."""
    count = queries.unread_count(account.id)
    link = url_for("notices.inbox", hanya="belum")
    return [Task(_("Baca pemberitahuan baru"), link, count=count, order=35)] if count else []
