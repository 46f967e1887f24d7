"""Jobs in the reader's words, in one place."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from electsys.jobs.queries import Shown
from electsys.jobs.tasks import BEATS, TASKS

STATES = {
    "menunggu": _l("menunggu"),
    "menunggu_giliran": _l("menunggu giliran"),
    "berjalan": _l("berjalan"),
    "selesai": _l("selesai"),
    "gagal": _l("gagal"),
    "dibatalkan": _l("dibatalkan"),
}

#: The look of a state: waiting, at work, well, bad.
LOOKS = {
    "menunggu": "state-wait",
    "menunggu_giliran": "state-wait",
    "berjalan": "state-info",
    "selesai": "state-ok",
    "gagal": "state-stop",
    "dibatalkan": "",
}


def badge(state: str) -> Markup:
    """A state as the reader sees it."""
    return Markup('<span class="state {}" data-job-label>{}</span>').format(LOOKS[state], str(STATES[state]))


def task_label(name: str) -> str:
    """What the reader calls a task."""
    return str(TASKS[name].label) if name in TASKS else name


def beat_label(name: str) -> str:
    """What an admin calls periodic work."""
    return str(BEATS[name].label or name) if name in BEATS else name


def time_left(seconds: int | None) -> str:
    """``kira-kira 3 menit lagi``; empty where nothing can be said."""
    if seconds is None:
        return ""
    if seconds < 60:
        return _("kurang dari 1 menit lagi")
    if seconds < 3600:
        minutes = round(seconds / 60)
        return ngettext("kira-kira %(num)s menit lagi", "kira-kira %(num)s menit lagi", minutes)
    return _(
        "kira-kira %(hours)s jam %(minutes)s menit lagi", hours=seconds // 3600, minutes=seconds % 3600 // 60
    )


def waits_for(shown: Shown) -> str:
    """What a job waits for, in a sentence; empty if nothing stands before it."""
    if shown.ahead is None:
        return ""
    return _(
        "Menunggu pekerjaan %(id)s (%(label)s) selesai lebih dulu.",
        id=shown.ahead.id,
        label=task_label(shown.ahead.task),
    )


def as_json(shown: Shown) -> dict[str, Any]:
    """What the progress bar of a page asks for again and again; words included, so that it stays small."""
    job = shown.job
    return {
        "id": job.id,
        "state": shown.state,
        "label": str(STATES[shown.state]),
        "look": LOOKS[shown.state],
        "done": job.done,
        "total": job.total,
        "percent": job.percent,
        "stage": _(job.stage) if job.stage else "",
        "left": time_left(job.seconds_left),
        "waits_for": waits_for(shown),
        "message": job.message,
        "result_url": job.result_url,
        "finished": job.finished,
        "url": url_for("jobs.job", job_id=job.id),
    }
