"""Situng in the menu and on the task list: what to do next, and how much of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from electsys.db import db
from electsys.devices.kinds import KINDS
from electsys.devices.permissions import MANAGE
from electsys.devices.queries import has_code, has_device, holders, how_many
from electsys.documents import kinds as files
from electsys.events import subscribe
from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.web import navigation, tasks
from modules.sidalih import StationsChanged
from modules.situng import field
from modules.situng.models import ResultBatch, SetupCheck
from modules.situng.operations.totals import follow_stations
from modules.situng.queries.beside import contests_of, named
from modules.situng.queries.forms import waiting_forms
from modules.situng.queries.queues import waiting_for
from modules.situng.workflow import (
    CONFIRM,
    CORRECT,
    ENTER,
    IMPORT,
    PRINT,
    READ,
    SETTLE,
    batch_scopes,
    setup_scopes,
)


def register() -> None:
    """Put Situng's pages into the menu and its work onto the task lists."""
    name_verb("situng:batch:open", _l("Berkas hasil: mulai dibaca"))
    name_verb("situng:count:open", _l("Membuka hitung suara"))
    name_verb("situng:photo:add", _l("Mengirim foto C.Hasil"))
    name_verb("situng:round:open", _l("Membuka pemungutan atau penghitungan ulang"))
    name_subject("result_batch", _l("berkas hasil"))
    name_subject("capture", _l("entri C.Hasil"))
    name_subject("form_photo", _l("foto C.Hasil"))
    files.declare(
        "c_hasil",
        label=_l("Foto C.Hasil"),
        media=(files.JPEG, files.PNG),
        max_bytes=15 * files.MB,
        max_pixels=50_000_000,
    )
    name_verb("situng:setup:request", _l("Meminta gladi persiapan hitung"))
    name_subject("setup_check", _l("gladi persiapan"))
    name_verb("situng:form:print", _l("Mencetak formulir C.Hasil"))
    name_subject("form_print", _l("pencetakan formulir"))
    subscribe(StationsChanged, follow_stations)
    navigation.section("situng", _l("Penghitungan"), group="kerja")
    navigation.entry(_l("Hitung suara"), "situng.start", group="publik", order=10)
    navigation.entry(_l("Berkas hasil"), "situng.batch_list", permission=READ, order=10)
    navigation.entry(_l("Entri C.Hasil"), "situng.capture_start", permission=ENTER, order=12)
    navigation.entry(_l("Antrean entri"), "situng.queue_start", permission=READ, order=14)
    navigation.entry(_l("Anomali"), "situng.anomaly_start", permission=READ, order=20)
    navigation.entry(_l("Cetak formulir"), "situng.prints", permission=PRINT, order=15)
    navigation.entry(_l("Kesiapan hitung"), "situng.readiness", permission=READ, order=16)
    tasks.source(CONFIRM, waiting_batches)
    tasks.source(CONFIRM, rehearsals)
    tasks.source(CORRECT, anomalies)
    tasks.source(IMPORT, bring)
    tasks.source(ENTER, entries)
    tasks.source(SETTLE, differences)
    tasks.source(MANAGE, phones)


def waiting_batches(account: Any) -> Iterable[tasks.Task]:
    """Files of the account's regions that wait for it as the second person."""
    n = db.session.scalar(
        select(func.count()).where(
            ResultBatch.state == "menunggu",
            ResultBatch.created_by != account.id,
            batch_scopes(grants.scopes(account, CONFIRM)),
        )
    )
    if n:
        text = _("Konfirmasi berkas hasil sebagai orang kedua")
        yield tasks.Task(text, url_for("situng.batch_list", keadaan="menunggu"), count=n, order=10)


def rehearsals(account: Any) -> Iterable[tasks.Task]:
    """Checks of a set-up that wait for the account as the second person."""
    waiting = db.session.scalars(
        select(SetupCheck)
        .where(
            SetupCheck.state == "diminta",
            SetupCheck.requested_by != account.id,
            setup_scopes(grants.scopes(account, CONFIRM)),
        )
        .order_by(SetupCheck.id)
    ).all()
    if waiting:
        text = _("Jalankan gladi persiapan hitung sebagai orang kedua")
        link = url_for("situng.setup_check", check_id=waiting[0].id)
        yield tasks.Task(text, link, count=len(waiting), order=8)


def anomalies(account: Any) -> Iterable[tasks.Task]:
    """Forms of the account's regions that stay out of totals."""
    yield from _forms(account, CORRECT, "flagged", _("Periksa dan betulkan formulir anomali"), order=20)


def bring(account: Any) -> Iterable[tasks.Task]:
    """How many forms of the account's regions have not come yet."""
    yield from _forms(account, IMPORT, "missing", _("Impor hasil TPS yang belum masuk"), order=30)


def _forms(account: Any, permission: str, what: str, words: str, *, order: int) -> Iterable[tasks.Task]:
    regions = [scope.region or "" for scope in grants.scopes(account, permission)]
    contests = contests_of(regions)
    waiting = waiting_forms(what, [contest.id for contest in contests], regions)
    first = next((contest for contest in contests if contest.id in waiting), None)
    if first is not None:
        link = (
            url_for("intake.start", kind="hasil")
            if what == "missing"
            else url_for("situng.anomalies", **named(first))
        )
        yield tasks.Task(words, link, count=sum(waiting.values()), order=order)


def entries(account: Any) -> Iterable[tasks.Task]:
    """Forms that wait for the account's first or second entry."""
    words = {
        "pertama": _("Entri C.Hasil yang menunggu entri pertama"),
        "kedua": _("Entri C.Hasil yang menunggu entri kedua"),
    }
    yield from _captures(account, ENTER, "situng.capture_home", words, order=15)


def differences(account: Any) -> Iterable[tasks.Task]:
    """Forms whose entries differ and wait for the account as the third person."""
    words = {"ketiga": _("Putuskan selisih dua entri C.Hasil")}
    yield from _captures(account, SETTLE, "situng.capture_queues", words, order=14)


def _captures(
    account: Any, permission: str, page: str, words: dict[str, str], *, order: int
) -> Iterable[tasks.Task]:
    contests = contests_of(scope.region or "" for scope in grants.scopes(account, permission))
    for at, (step, _words, waiting) in enumerate(waiting_for([contest.id for contest in contests], account)):
        first = next((contest for contest in contests if contest.id in waiting), None)
        if first is not None and step in words:
            link = url_for(page, **named(first))
            yield tasks.Task(words[step], link, count=sum(waiting.values()), order=order + at)


def phones(account: Any) -> Iterable[tasks.Task]:
    """KPPS of the account's area who have neither phone nor code, until the count is over.

    Not for whole provinces and the nation: nobody activates phones there, and counting them costs.
    """
    scopes = [scope for scope in grants.scopes(account, MANAGE) if len(scope.region or "") >= 4]
    closes = field.ends(scopes[0].region or "", None) if scopes else None
    if closes is None or closes < dt.datetime.now(dt.UTC):
        return
    kind = KINDS[field.KIND]
    n = how_many(holders(kind, scopes).where(~has_device(kind), ~has_code(kind)))
    if n:
        link = url_for("devices.holder_list", tugas=field.KIND, perangkat="belum")
        yield tasks.Task(_("Aktifkan ponsel KPPS"), link, count=n, deadline=closes, order=40)
