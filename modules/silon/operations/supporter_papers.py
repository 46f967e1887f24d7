"""The writer of supporters' papers, and their reading: each look is marked, counted and in the trail."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select, update

from electsys.db import db
from electsys.documents import open_file
from electsys.documents.models import StoredFile
from electsys.documents.watermarks import watermarked
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.verification.operations.reading import reader_words, spend_once
from modules.silon.models import Nomination, Supporter, SupporterPaper
from modules.silon.models.supporters import ACTIVE
from modules.silon.operations.supporters import move_supporter, require_open, round_now
from modules.silon.support_words import PAPER_PURPOSE, PAPERS
from modules.silon.workflow import SUPPORTER

READ_PAPER = "silon:paper:read"


def attach_paper(row: Supporter, kind: str, stored: StoredFile, *, actor: Actor) -> SupporterPaper:
    """Attach a statement (``pernyataan``) or a KTP-el (``ktp``); the one before stays as an old version.

    A row that the desk found not met yet is judged anew. Asked again for a file that stands there already it
    changes nothing. Refused while the list is locked, and for a file of somebody else or for something else.
    """
    if kind not in PAPERS:
        raise Refused(_("Pilih surat pernyataan atau KTP-el."), field="kind")
    nomination = require_open(db.session.get_one(Nomination, row.nomination_id), actor=actor)
    db.session.refresh(row, with_for_update=True)
    known = db.session.scalar(select(SupporterPaper).where(SupporterPaper.file_id == stored.id))
    if known is not None and (known.supporter_id, known.kind) == (row.id, kind):
        return known
    if known is not None:
        raise Refused(_("Berkas ini sudah ditempelkan pada pendukung lain."), status=409)
    if stored.kind != PAPER_PURPOSE or (
        actor.account_id is not None and stored.account_id != actor.account_id
    ):
        raise Refused(_("Berkas ini bukan dokumen yang Anda unggah."), status=403)
    if row.state not in ACTIVE or (row.state == "ms" and nomination.support_state != "penyerahan"):
        raise Refused(
            _(
                "Pendukung ini berstatus “%(state)s”; dokumennya tidak diubah lagi.",
                state=SUPPORTER.state_label(row.state),
            ),
            status=409,
        )
    db.session.execute(
        update(SupporterPaper)
        .where(SupporterPaper.supporter_id == row.id, SupporterPaper.kind == kind, SupporterPaper.current)
        .values(current=False)
    )
    paper = SupporterPaper(
        supporter_id=row.id,
        village_code=row.village_code,
        kind=kind,
        file_id=stored.id,
        uploaded_by=actor.account_id,
    )
    db.session.add(paper)
    db.session.flush()
    if row.state == "bms":
        row.round = round_now(nomination)
        move_supporter(row, "mend", kind="ubah", reason=None, actor=actor, note=kind)
    record(
        "silon:paper:attach",
        f"supporter:{row.id}",
        actor=actor,
        region=row.village_code,
        election_id=row.election_id,
        details={"kind": kind, "file": stored.id, "sha256": stored.sha256},
    )
    return paper


def read_paper(paper: SupporterPaper, *, actor: Actor) -> bytes:
    """A paper as its reader gets it: with who opened it and when all over it; one row of the budget a day."""
    subject = f"supporter:{paper.supporter_id}"
    spend_once(READ_PAPER, subject, actor=actor)
    with open_file(paper.file) as file:
        content = file.read()
    record(
        READ_PAPER,
        subject,
        actor=actor,
        region=paper.village_code,
        details={"paper": paper.id, "kind": paper.kind},
    )
    return watermarked(content, paper.file.media_type, reader_words(paper.file.receipt, actor))
