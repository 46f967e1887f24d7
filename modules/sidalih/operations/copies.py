"""The writers of copies: ask, approve or refuse, hand over, show the password, expire.

Two people: who asks downloads the file and never sees its password; who approves sees the password once and
never has the file. So neither account, stolen alone, hands out a list. The file is made by a job
(modules.sidalih.operations.copy_files).
"""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys import jobs
from electsys.db import db
from electsys.documents import StoredFile
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.privacy import register_export, scrub, unseal
from modules.sidalih.models import VoterCopy
from modules.sidalih.permissions import APPROVE_COPY, REQUEST_COPY
from modules.sidalih.queries.copies import newest_list, stations_of, subject_of
from modules.sidalih.rules.copies import PROFILES, PURPOSES
from modules.sidalih.workflow.copies import COPY

EXPIRER = Actor.system("sidalih.expire_copies")
#: The office and the purpose of a copy stand in the public register.
SHORTEST = 5
#: Lists that anybody outside gets copies of; A-Daftar and DPHP are working papers.
STAGES = ("dps", "dpshp", "dpt")
LENGTHS = (4, 6, 10, 13)
#: A printed list is made village by village; larger areas ask for their parts.
PAPER_LENGTH = 6


def request_copy(
    election: Election,
    *,
    region: str,
    stage: str,
    profile: str,
    recipient: str,
    person: str,
    purpose: str,
    note: str | None = None,
    actor: Actor,
) -> VoterCopy:
    """Ask for a copy of the newest list of a stage, of a kab/kota or a part of it.

    ``recipient`` is an office (it becomes public), ``person`` who takes it there (it does not). Refused where
    the profile does not serve the purpose, or there is no such list.
    """
    if actor.account_id is None:
        raise Refused(_("Salinan hanya dapat diminta oleh akun petugas."), status=403)
    wanted = PROFILES.get(profile)
    if wanted is None:
        raise Refused(_("Pilih jenis salinan dari daftar."), field="profile")
    if purpose not in wanted.purposes:
        raise Refused(
            _("Salinan “%(profile)s” tidak diberikan untuk keperluan itu.", profile=wanted.label),
            field="purpose",
            hint=_("Pilih: %(list)s.", list="; ".join(str(PURPOSES[p]) for p in wanted.purposes)),
        )
    _check_region(region, wanted.paper)
    grants.demand(actor, REQUEST_COPY, Scope(region, election=election.id))
    for field, value in (("recipient", recipient), ("person", person)):
        if len(" ".join(value.split())) < SHORTEST:
            raise Refused(_("Tulis nama lengkap, paling sedikit %(n)s huruf.", n=SHORTEST), field=field)
    found = newest_list(election.id, region, stage) if stage in STAGES else None
    if found is None or not stations_of(found.id, region):
        raise Refused(
            _("Belum ada daftar yang ditetapkan pada tahap itu di wilayah ini."),
            field="stage",
            hint=_("Salinan diberikan dari DPS, DPSHP, atau DPT setelah plenonya."),
        )
    copy = VoterCopy(
        election_id=election.id,
        list_id=found.id,
        region=region,
        profile=profile,
        recipient=scrub.mask(" ".join(recipient.split())),
        person=scrub.mask(" ".join(person.split())),
        purpose=purpose,
        note=scrub.mask(note.strip()) if note and note.strip() else None,
        requested_by=actor.account_id,
    )
    db.session.add(copy)
    db.session.flush()
    record(
        "sidalih:copy:request",
        f"voter_copy:{copy.id}",
        actor=actor,
        reason=str(PURPOSES[purpose]),
        region=region,
        election_id=election.id,
        details={"profile": profile, "list": found.id},
    )
    return copy


def approve_copy(copy: VoterCopy, *, actor: Actor) -> jobs.Job:
    """A second account approves; a job makes the file. Refused to who asked (also by CHECK)."""
    _refuse_own(copy, actor)
    COPY.move(
        copy,
        "approve",
        actor=actor,
        values={"decided_by": actor.account_id, "decided_at": func.clock_timestamp()},
    )
    return jobs.start(
        "sidalih.copy",
        actor=actor,
        subject=f"voter_copy:{copy.id}",
        lock=f"voter_copy:{copy.id}",
        copy_id=copy.id,
    )


def refuse_copy(copy: VoterCopy, *, reason: str, actor: Actor) -> None:
    """A second account refuses, with a reason."""
    _refuse_own(copy, actor)
    COPY.move(
        copy,
        "refuse",
        actor=actor,
        reason=reason,
        values={"decided_by": actor.account_id, "decided_at": func.clock_timestamp()},
    )


def hand_over(copy: VoterCopy, *, actor: Actor) -> StoredFile:
    """The encrypted file, to the account that asked for it; its first download enters the public register."""
    if actor.account_id != copy.requested_by:
        raise Refused(
            _("Hanya akun yang meminta salinan ini dapat mengunduhnya."),
            hint=_("Ajukan permintaan sendiri bila Anda membutuhkannya."),
            status=409,
        )
    _refuse_expired(copy)
    first = copy.downloaded_at is None
    values = {"downloaded_at": func.clock_timestamp()} if first else {}
    COPY.move(copy, "download", actor=actor, values=values)
    stored = db.session.get_one(StoredFile, copy.file_id)
    if first:
        register_export(
            subject_of(copy),
            recipient=copy.recipient,
            purpose=str(PURPOSES[copy.purpose]),
            rows=copy.rows or 0,
            sha256=bytes.fromhex(stored.sha256),
            actor=actor,
            region=copy.region,
        )
        db.session.flush()
    return stored


def show_password(copy: VoterCopy, *, actor: Actor) -> str:
    """The password of the file, once, to the account that approved; it is gone from here afterwards."""
    grants.demand(actor, APPROVE_COPY, Scope(copy.region, election=copy.election_id))
    db.session.refresh(copy, with_for_update=True)
    if actor.account_id is None or actor.account_id != copy.decided_by:
        raise Refused(_("Kata sandi hanya ditunjukkan kepada akun yang menyetujui salinan ini."), status=409)
    _refuse_expired(copy)
    if copy.sealed is None:
        raise Refused(
            _("Kata sandi salinan ini sudah ditunjukkan dan tidak tersimpan lagi."),
            hint=_("Bila hilang, minta salinan baru."),
            status=409,
        )
    password = unseal(bytes(copy.sealed), table="voter_copy", row=copy.id)
    copy.sealed = None
    copy.shown_at = dt.datetime.now(dt.UTC)
    db.session.flush()
    record(
        "sidalih:copy:password",
        f"voter_copy:{copy.id}",
        actor=actor,
        region=copy.region,
        election_id=copy.election_id,
    )
    return password


def expire_copies(*, actor: Actor = EXPIRER) -> int:
    """Close what may no longer be downloaded; its password goes, and the stored file is noise for good."""
    due = db.session.scalars(
        select(VoterCopy).where(
            VoterCopy.state.in_(("dibuat", "diunduh")), VoterCopy.expires_at < func.clock_timestamp()
        )
    ).all()
    for copy in due:
        COPY.move(copy, "expire", actor=actor, values={"sealed": None})
    return len(due)


def _refuse_own(copy: VoterCopy, actor: Actor) -> None:
    if actor.account_id is None or actor.account_id == copy.requested_by:
        raise Refused(
            _("Salinan ini Anda minta sendiri; persetujuan harus oleh akun lain."),
            hint=_("Minta anggota KPU yang berwenang di wilayah ini memeriksanya."),
            status=403,
        )


def _refuse_expired(copy: VoterCopy) -> None:
    if copy.state not in ("dibuat", "diunduh"):
        raise Refused(_("Salinan ini berstatus “%(state)s”.", state=COPY.state_label(copy.state)), status=409)
    if copy.expires_at is None or copy.expires_at <= dt.datetime.now(dt.UTC):
        raise Refused(_("Batas waktu salinan ini sudah lewat."), hint=_("Minta salinan baru."), status=410)


def _check_region(region: str, paper: bool) -> None:
    if not region.isdecimal() or len(region) not in LENGTHS:
        raise Refused(
            _("Kode wilayah salinan terdiri atas 4, 6, 10, atau 13 angka."),
            field="region",
            hint=_("Kabupaten/kota 4, kecamatan 6, desa/kelurahan 10, TPS 13 angka."),
        )
    if paper and len(region) < PAPER_LENGTH:
        raise Refused(
            _("Cetakan dibuat paling luas satu kecamatan."),
            field="region",
            hint=_("Isi kode kecamatan (6), desa/kelurahan (10), atau TPS (13 angka)."),
        )
