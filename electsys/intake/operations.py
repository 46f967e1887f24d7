"""A file is received, its columns matched, checked by a job, confirmed, and applied by another job.

Both jobs read the stored file afresh and write in one transaction, so one that was killed is simply
run again; a file that has left the state of a step is left alone by it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import func

from electsys import jobs
from electsys.db import db
from electsys.documents import StoredFile, open_file, store_file
from electsys.documents.operations.files import key_of
from electsys.documents.sealing import SealedFile, Source
from electsys.documents.store import current
from electsys.errors import Refused
from electsys.identity import Account, grants
from electsys.intake.inspection import inspect
from electsys.intake.mapping import match
from electsys.intake.models import IntakeFile
from electsys.intake.registry import KINDS, Delivery, Kind
from electsys.intake.sheets import error_sheet
from electsys.intake.staging import Progress, Staging, stage
from electsys.intake.workflow import FILE
from electsys.ledger import Actor, record

#: Purpose of error sheets in the file store.
SHEET = "intake_errors"
FIRST_ERRORS = 50
PIECE = 1 << 20


def kind_of(row: IntakeFile) -> Kind:
    """The registered kind of a file; :class:`Refused` if no module offers it any more."""
    kind = KINDS.get(row.spec)
    if kind is None:
        raise Refused(_("Jenis berkas ini tidak dilayani lagi."), status=410)
    return kind


def demand_right(kind: Kind, context: str, actor: Actor) -> None:
    """Refuse unless the actor may bring a file of this kind and context."""
    account = db.session.get(Account, actor.account_id) if actor.account_id else None
    choice = kind.context
    if choice is not None and context not in {value for value, _label in choice.choices(account)}:
        raise Refused(_("Pilih salah satu dari daftar."), field="context")
    if not grants.can(account, kind.permission, choice.scope(context) if choice else None):
        raise Refused(
            _("Hak akun Anda tidak mencakup berkas ini."),
            hint=_("Minta hak akses kepada admin, atau serahkan berkas kepada rekan yang berwenang."),
            status=403,
        )


@contextmanager
def on_disk(stored: StoredFile) -> Iterator[Source]:
    """The content of a stored file as a file on this machine: in place, or a copy for a while.

    A sealed one stays sealed, in place and as a copy.
    """
    store, key = current(), key_of(stored)
    with open_file(stored):  # refuses, in words, what the store has lost
        pass
    if store.local:
        place = Path(store.path(stored.sha256))
        yield SealedFile.at(place, key) if key else place
        return
    with store.draft() as draft:
        with store.open(stored.sha256) as content, draft.open("wb") as copy:
            while piece := content.read(PIECE):
                copy.write(piece)
        yield SealedFile.at(draft, key) if key else draft


def receive_file(kind: Kind, context: str, stored: StoredFile, *, actor: Actor) -> IntakeFile:
    """Begin with an uploaded file; refused at once if it is no table."""
    demand_right(kind, context, actor)
    spec = kind.spec(context)
    if spec.personal and (stored.sealed is None or not kind.personal):
        raise TypeError(f"{kind.name}: a file with numbers of persons lies in clear")
    with on_disk(stored) as path:
        found = inspect(path, spec, count=False)
    row = IntakeFile(
        spec=kind.name,
        context=context,
        file=stored,
        format=asdict(found.format),
        header=list(found.header.names),
        account_id=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    record(
        "intake:file:receive",
        f"intake_file:{row.id}",
        actor=actor,
        details={"spec": kind.name, "file": stored.id, "sha256": stored.sha256},
    )
    return row


def match_columns(row: IntakeFile, mapping: Mapping[str, str], *, actor: Actor) -> None:
    """Settle which header is which column, and let a job check the file.

    ``mapping`` names every header: a column, or "" to pass it over. Refused while a required column
    is missing.
    """
    kind = kind_of(row)
    demand_right(kind, row.context, actor)
    match(kind.spec(row.context), row.header, mapping).refuse_incomplete()
    FILE.move(row, "check", actor=actor, values={"mapping": dict(mapping)})
    _start(row, "intake.check", None, actor)


def confirm_file(row: IntakeFile, mode: str, *, actor: Actor) -> None:
    """Let a checked file be applied: ``semua`` only without errors, ``sahih`` without the bad rows."""
    kind = kind_of(row)
    demand_right(kind, row.context, actor)
    if mode == "semua" and row.counts.get("errors"):
        raise Refused(
            _("Berkas ini masih mengandung kesalahan."),
            hint=_("Perbaiki lewat lembar kesalahan, atau terima hanya baris yang sahih."),
        )
    if mode == "sahih" and row.counts.get("bad_rows") == row.counts.get("rows"):
        raise Refused(_("Tidak ada satu baris pun yang sahih."), hint=_("Perbaiki lewat lembar kesalahan."))
    FILE.move(row, "confirm", actor=actor, values={"mode": mode})
    _start(row, "intake.apply", kind.lock(row.context), actor)


def match_again(row: IntakeFile, *, actor: Actor) -> None:
    """Back from the check to the matching of columns."""
    FILE.move(row, "match", actor=actor, values={"counts": {}, "findings": {}, "sheet_id": None})


def cancel_file(row: IntakeFile, *, actor: Actor) -> None:
    """Give a file up before it is applied."""
    FILE.move(row, "cancel", actor=actor, values={"finished_at": func.now()})


def resume_file(row: IntakeFile, *, actor: Actor) -> None:
    """Start the step again whose job ended without an outcome (cancelled, or a fault of the system)."""
    kind = kind_of(row)
    demand_right(kind, row.context, actor)
    job = db.session.get(jobs.Job, row.job_id) if row.job_id else None
    if row.state not in ("diperiksa", "diterapkan") or (job is not None and not job.finished):
        raise Refused(_("Langkah ini sedang berjalan atau sudah berakhir."), status=409)
    if row.state == "diperiksa":
        _start(row, "intake.check", None, actor)
    else:
        _start(row, "intake.apply", kind.lock(row.context), actor)


def _start(row: IntakeFile, task: str, lock: str | None, actor: Actor) -> None:
    job = jobs.start(task, actor=actor, subject=f"intake_file:{row.id}", lock=lock, intake_id=row.id)
    row.job_id = job.id
    db.session.flush()


# --- the two steps of the jobs --------------------------------------------------------------------


def check_file(row: IntakeFile, *, actor: Actor, progress: Progress | None = None) -> None:
    """The dry run: count rows and errors and keep the error sheet; nothing of the file is stored."""
    with _refusing(row, actor), on_disk(row.file) as path, _delivered(row, path, actor, progress) as delivery:
        staging = delivery.staging
        hidden = staging.spec.personal
        sheet = _keep_sheet(row, path, staging, actor) if staging.error_count else None
        counts = {"rows": staging.rows, "errors": staging.error_count, "bad_rows": staging.bad_rows}
        findings = {
            "kinds": [[message, times] for _code, message, times in staging.errors_by_code()],
            "first": [
                [e.row_number, e.column, None if hidden else e.value, e.message, e.hint]
                for e in staging.first_errors(FIRST_ERRORS)
            ],
        }
        FILE.move(
            row,
            "ready",
            actor=actor,
            values={"counts": counts, "findings": findings, "sheet_id": sheet.id if sheet else None},
        )


def apply_file(row: IntakeFile, *, actor: Actor, progress: Progress | None = None) -> None:
    """Check once more, since our own tables may have changed, and let the module apply the rows."""
    with _refusing(row, actor), on_disk(row.file) as path, _delivered(row, path, actor, progress) as delivery:
        if delivery.staging.error_count:
            if row.mode == "semua":
                raise Refused(
                    _("Sejak diperiksa, data yang menjadi acuan berkas ini berubah; ada kesalahan baru."),
                    hint=_("Unggah berkas itu sekali lagi untuk melihat kesalahannya."),
                )
            delivery.staging.discard_bad()
        outcome = kind_of(row).apply(delivery)
        page = {"endpoint": outcome.endpoint, "values": outcome.values} if outcome.endpoint else None
        FILE.move(
            row,
            "finish",
            actor=actor,
            values={"message": str(outcome.message), "result": page, "finished_at": func.now()},
        )


@contextmanager
def _delivered(row: IntakeFile, path: Source, actor: Actor, progress: Progress | None) -> Iterator[Delivery]:
    kind = kind_of(row)
    staging = stage(
        db.session.connection(),
        path,
        kind.spec(row.context),
        kind.table,
        mapping=row.mapping,
        progress=progress,
    )
    delivery = Delivery(row.id, row.context, staging, row.file, staging.header.mapping(), actor)
    kind.check(delivery)
    yield delivery
    staging.drop()


@contextmanager
def _refusing(row: IntakeFile, actor: Actor) -> Iterator[None]:
    """What the step refuses is undone; the file is closed with the reason, and the job fails with it."""
    key = row.id
    try:
        yield
    except Refused as refusal:
        db.session.rollback()
        said = " ".join(filter(None, (refusal.message, refusal.hint)))
        again = db.session.get_one(IntakeFile, key)
        FILE.move(again, "refuse", actor=actor, values={"message": said, "finished_at": func.now()})
        db.session.commit()
        raise


def _keep_sheet(row: IntakeFile, path: Source, staging: Staging, actor: Actor) -> StoredFile:
    with tempfile.TemporaryDirectory(prefix="intake-") as folder:
        out = Path(folder) / "kesalahan"
        error_sheet(path, staging.errors(), out, staging.spec, mapping=row.mapping)
        name = f"{Path(row.file.name).stem}-kesalahan{'.xlsx' if row.format['kind'] == 'xlsx' else '.csv'}"
        with out.open("rb") as stream:
            return store_file(stream, name=name, kind=SHEET, actor=actor, origin="sistem")
