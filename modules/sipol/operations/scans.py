"""The writer of scans of members, and their reading: each look is marked, counted and in the trail."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from electsys.db import db
from electsys.documents import open_file
from electsys.documents.models import StoredFile
from electsys.documents.watermarks import watermarked
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.verification.operations.reading import reader_words, spend_once
from modules.sipol.models import MemberScan, PartyMember, PartyRegistration
from modules.sipol.operations.access import require_editable
from modules.sipol.permissions import EDIT_MEMBERS
from modules.sipol.rules.members import ACTIVE
from modules.sipol.rules.scans import KINDS, PURPOSE
from modules.sipol.workflow import MEMBER

READ_SCAN = "sipol:scan:read"


def attach_scan(member: PartyMember, kind: str, stored: StoredFile, *, actor: Actor) -> MemberScan:
    """Attach the scan of a card (``kta``) or of a KTP-el (``ktp``); the one before stays as an old version.

    Asked again for a file that stands there already it changes nothing: a sender whose answer was lost may
    ask again. Refused while the party may not change its data, for a row that the party claims no more, and
    for a file of somebody else or for something else.
    """
    if kind not in KINDS:
        raise Refused(_("Pilih KTA atau KTP-el."), field="kind")
    registration = db.session.get_one(PartyRegistration, member.registration_id)
    require_editable(registration, permission=EDIT_MEMBERS, region=member.village_code, actor=actor)
    # Two uploads of one kind at once: one after the other, so that one of them is in force.
    db.session.refresh(member, with_for_update={"of": PartyMember})
    known = db.session.scalar(select(MemberScan).where(MemberScan.file_id == stored.id))
    if known is not None and (known.member_id, known.kind) == (member.id, kind):
        return known
    if known is not None:
        raise Refused(_("Berkas ini sudah ditempelkan pada anggota lain."), status=409)
    if stored.kind != PURPOSE or (actor.account_id is not None and stored.account_id != actor.account_id):
        raise Refused(_("Berkas ini bukan pindaian yang Anda unggah."), status=403)
    if member.state not in ACTIVE:
        raise Refused(
            _(
                "Data anggota ini berstatus “%(state)s” dan tidak dapat diubah.",
                state=MEMBER.state_label(member.state),
            ),
            status=409,
        )
    before = db.session.scalar(
        update(MemberScan)
        .where(MemberScan.member_id == member.id, MemberScan.kind == kind, MemberScan.current)
        .values(current=False)
        .returning(MemberScan.id)
    )
    scan = MemberScan(
        member_id=member.id,
        party_id=member.party_id,
        village_code=member.village_code,
        kind=kind,
        file_id=stored.id,
        uploaded_by=actor.account_id,
        uploaded_at=func.clock_timestamp(),
    )
    db.session.add(scan)
    db.session.flush()
    record(
        "sipol:scan:attach",
        f"party_member:{member.id}",
        actor=actor,
        region=member.village_code,
        election_id=member.election_id,
        details={"kind": kind, "file": stored.id, "sha256": stored.sha256, "replaces": before},
    )
    return scan


def move_scans(member: PartyMember) -> None:
    """Keep the scans of a member where the member is, for the second lock."""
    db.session.execute(
        update(MemberScan)
        .where(MemberScan.member_id == member.id, MemberScan.village_code != member.village_code)
        .values(village_code=member.village_code)
    )


def read_scan(scan: MemberScan, *, actor: Actor) -> bytes:
    """A scan as its reader gets it: with who opened it and when all over it.

    It shows numbers of a person, and so takes a row of the reader's budget (once a day for one member) and
    stands in the trail.
    """
    subject = f"party_member:{scan.member_id}"
    spend_once(READ_SCAN, subject, actor=actor)
    with open_file(scan.file) as file:
        content = file.read()
    member = db.session.get_one(PartyMember, scan.member_id)
    record(
        READ_SCAN,
        subject,
        actor=actor,
        region=member.village_code,
        election_id=member.election_id,
        details={"scan": scan.id, "kind": scan.kind},
    )
    return watermarked(content, scan.file.media_type, reader_words(scan.file.receipt, actor))
