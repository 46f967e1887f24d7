"""Photos of forms come in: hashed as received, cleaned, tied to TPS and page, recognised when sent again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import select

from electsys import jobs
from electsys.db import db
from electsys.documents import StoredFile, open_file, store_file
from electsys.elections import calendar
from electsys.elections.models import Contest
from electsys.errors import Refused
from electsys.identity import grants
from electsys.ledger import Actor, record
from modules.situng.models import Capture, FormPhoto
from modules.situng.operations.captures import conclude_with_photo
from modules.situng.operations.leaves import log_photo
from modules.situng.queries.captures import key_of
from modules.situng.seeing import see
from modules.situng.workflow import ENTER, STAGE, capture_scope

#: The purpose of these files (electsys.documents.kinds).
FILES = "c_hasil"


@dataclass(frozen=True)
class Added:
    """A photo that was taken in, or that had come before (``again``)."""

    photo: FormPhoto
    again: bool


def add_photo(
    capture: Capture,
    photo: IO[bytes] | StoredFile,
    *,
    page: int,
    actor: Actor,
    name: str = "c-hasil.jpg",
    expected_sha256: str | None = None,
) -> Added:
    """Keep a photo of one page of a form; the newest of a page shows, older ones stay.

    ``photo`` is its content, or a file that the house has stored already (a resumable upload, a device).
    Where the QR of the form says the page, it is believed before ``page``. A form of another election or
    contest is refused; one of another TPS is kept, and keeps the numbers out of totals (F.120). The same
    content again for the same form changes nothing; for another form it is refused with the form that it
    belongs to. A form that people agreed on and that waited for its photo is published by it; one that was
    published already gets the new photo beside its numbers, and the public log tells of it.
    """
    scope = capture_scope(capture)
    grants.demand(actor, ENTER, scope)
    if scope.election is not None:
        calendar.require_open(scope.election, STAGE, region=capture.tps_code)
    if actor.account_id is None:
        raise Refused(_("Foto hanya dapat dikirim akun petugas."), status=403)
    if not isinstance(photo, StoredFile):
        photo = store_file(photo, name=name, kind=FILES, actor=actor, expected_sha256=expected_sha256)
    if (known := _known(photo)) is not None:
        return Added(_same_form(known, capture), again=True)
    with open_file(photo) as file:
        seen = see(file.read())
    contest = db.session.get_one(Contest, capture.contest_id)
    if seen.election is not None and seen.election != contest.election_id:
        raise Refused(
            _("Foto ini halaman formulir pemilu lain."),
            hint=_("Potret formulir pemilu ini; formulir gladi atau pemilu lama tidak dapat dipakai."),
            field="foto",
        )
    if seen.contest is not None and seen.contest != contest.kind:
        raise Refused(
            _("Foto ini halaman formulir pemilihan lain."),
            hint=_("Kirim foto itu pada meja entri pemilihannya; di sini hanya formulir pemilihan ini."),
            field="foto",
        )
    row = FormPhoto(
        **key_of(capture),
        page=seen.page if seen.page and seen.tps_code == capture.tps_code else page,
        file_id=photo.id,
        sha256=photo.sha256,
        received_sha256=photo.received_sha256,
        seen_tps=seen.tps_code,
        seen_page=seen.page,
        account_id=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    record(
        "situng:photo:add",
        f"form_photo:{row.province}:{row.id}",
        actor=actor,
        region=capture.tps_code,
        election_id=scope.election,
        details={"page": page, "sha256": row.sha256, "received_sha256": row.received_sha256},
    )
    jobs.start(
        "situng.read", actor=actor, subject=f"form_photo:{row.id}", province=row.province, photo=row.id
    )
    db.session.refresh(capture, with_for_update=True)
    if capture.state == "menunggu_foto":
        conclude_with_photo(capture, actor=actor)
    elif capture.version_id is not None:
        log_photo(row, contest, actor=actor)
    return Added(row, again=False)


def _known(stored: StoredFile) -> FormPhoto | None:
    return db.session.scalars(
        select(FormPhoto)
        .where(FormPhoto.received_sha256 == stored.received_sha256)
        .order_by(FormPhoto.id)
        .limit(1)
    ).first()


def _same_form(known: FormPhoto, capture: Capture) -> FormPhoto:
    if (known.contest_id, known.tps_code, known.round) == (
        capture.contest_id,
        capture.tps_code,
        capture.round,
    ):
        return known
    raise Refused(
        _("Foto yang persis sama sudah diterima untuk TPS %(code)s.", code=known.tps_code),
        hint=_("Satu foto hanya untuk satu formulir. Potret formulir TPS ini, lalu kirim fotonya."),
        field="foto",
        status=409,
    )
