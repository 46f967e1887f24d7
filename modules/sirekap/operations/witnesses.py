"""Witnesses with their mandates, who was there, and who signed or refused to (PKPU 5/2024; domain.md X19)."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.documents import StoredFile
from electsys.documents.papers import today
from electsys.elections.models import BallotLine, Participant
from electsys.errors import Refused
from electsys.identity import Account, grants
from electsys.ledger import Actor, record
from modules.sirekap.models import Recap, RecapAttendance, RecapSignature, WitnessMandate
from modules.sirekap.operations.bodies import region_in, require_body
from modules.sirekap.permissions import ENTER, OBJECT


def register_mandate(
    election_id: int,
    region: str,
    participant: Participant,
    *,
    name: str,
    letter_number: str,
    letter_date: dt.date,
    file: StoredFile | None = None,
    account: Account | None = None,
    actor: Actor,
) -> WitnessMandate:
    """Note the witness of a participant for the plenaries of one region: one at a time.

    Refused where the participant is not on the ballot there, where its account acts for another party, and
    while another witness of the participant is noted for this level.
    """
    _require_body(election_id, region, actor)
    if not name.strip():
        raise Refused(_("Tuliskan nama saksi."), field="name")
    if not letter_number.strip():
        raise Refused(_("Tuliskan nomor surat mandat."), field="letter_number")
    if letter_date > today(region):
        raise Refused(_("Tanggal surat mandat belum tiba."), field="letter_date")
    if not _stands(election_id, region, participant):
        raise Refused(
            _("%(name)s bukan peserta pada rekapitulasi di wilayah ini.", name=participant.name),
            field="participant",
            hint=_("Pilih peserta yang ada pada surat suara wilayah ini."),
        )
    if account is not None:
        _require_own_party(account, region, participant)
    db.session.execute(select(Participant.id).where(Participant.id == participant.id).with_for_update())
    standing = mandate_of(participant.id, region)
    if standing is not None:
        raise Refused(
            _("%(name)s sudah mempunyai saksi: %(who)s.", name=participant.name, who=standing.name),
            hint=_("Akhiri mandat itu lebih dahulu bila saksinya diganti."),
            status=409,
        )
    made = WitnessMandate(
        election_id=election_id,
        participant_id=participant.id,
        region=region,
        name=name.strip(),
        letter_number=letter_number.strip(),
        letter_date=letter_date,
        file_id=file.id if file else None,
        account_id=account.id if account else None,
        created_by=_account_id(actor),
    )
    db.session.add(made)
    db.session.flush()
    _note("sirekap:mandate:register", f"witness_mandate:{made.id}", election_id, region, actor)
    return made


def end_mandate(mandate: WitnessMandate, reason: str, *, actor: Actor) -> None:
    """End a mandate: the participant sends somebody else. What the witness signed stays."""
    _require_body(mandate.election_id, mandate.region, actor)
    if mandate.ended_at is not None:
        raise Refused(_("Mandat ini sudah berakhir."), status=409)
    if not reason.strip():
        raise Refused(_("Tuliskan alasannya."), field="reason")
    mandate.ended_at, mandate.ended_because = func.now(), reason.strip()
    db.session.flush()
    _note(
        "sirekap:mandate:end",
        f"witness_mandate:{mandate.id}",
        mandate.election_id,
        mandate.region,
        actor,
        reason.strip(),
    )


def mandate_of(participant_id: int, region: str) -> WitnessMandate | None:
    """The mandate in force of a participant at a level."""
    return db.session.scalars(
        select(WitnessMandate).where(
            WitnessMandate.participant_id == participant_id,
            WitnessMandate.region == region,
            WitnessMandate.ended_at.is_(None),
        )
    ).one_or_none()


def _stands(election_id: int, region: str, participant: Participant) -> bool:
    """Whether a participant is on a ballot that is summed in this region."""
    return bool(
        db.session.scalar(
            select(func.count())
            .select_from(Recap)
            .join(BallotLine, BallotLine.ballot_id == Recap.ballot_id)
            .where(
                Recap.election_id == election_id,
                Recap.region == region,
                Recap.contest_id == participant.contest_id,
                BallotLine.participant_id == participant.id,
            )
        )
    )


def _require_own_party(account: Account, region: str, participant: Participant) -> None:
    held = [s for s in grants.scopes(account, OBJECT) if region.startswith(s.region or "")]
    if not held:
        raise Refused(
            _("Akun %(name)s bukan akun saksi di wilayah ini.", name=account.username), field="account"
        )
    if not any(s.party in (None, participant.party_id) for s in held):
        raise Refused(
            _("Akun %(name)s adalah saksi partai lain.", name=account.username),
            field="account",
            hint=_("Satu akun saksi hanya untuk satu peserta; pilih akun peserta ini."),
        )


def note_attendance(
    election_id: int,
    region: str,
    *,
    name: str,
    role: str,
    mandate: WitnessMandate | None = None,
    actor: Actor,
) -> RecapAttendance:
    """Note that somebody attends the plenary (D.DAFTAR HADIR); a witness by the mandate of this level."""
    _require_body(election_id, region, actor)
    if role == "saksi":
        mandate = _require_mandate(mandate, election_id, region)
        name = mandate.name
    elif role not in ("anggota", "pengawas", "undangan"):
        raise Refused(_("Pilih kedudukan yang hadir."), field="role")
    if not name.strip():
        raise Refused(_("Tuliskan nama yang hadir."), field="name")
    day = today(region)
    twice = db.session.scalar(
        select(func.count(RecapAttendance.id)).where(
            RecapAttendance.election_id == election_id,
            RecapAttendance.region == region,
            RecapAttendance.day == day,
            RecapAttendance.name == name.strip(),
            RecapAttendance.role == role,
        )
    )
    if twice:
        raise Refused(_("%(name)s sudah dicatat hadir hari ini.", name=name.strip()), status=409)
    made = RecapAttendance(
        election_id=election_id,
        region=region,
        day=day,
        name=name.strip(),
        role=role,
        mandate_id=mandate.id if role == "saksi" and mandate else None,
        account_id=_account_id(actor),
    )
    db.session.add(made)
    db.session.flush()
    _note("sirekap:attendance:note", f"recap_attendance:{made.id}", election_id, region, actor)
    return made


def sign_recap(
    recap: Recap,
    *,
    name: str = "",
    role: str,
    signed: bool,
    reason: str = "",
    mandate: WitnessMandate | None = None,
    actor: Actor,
) -> RecapSignature:
    """Note who signed a closed D.Hasil, or refused to and why: a refusal does not void the form.

    A witness signs by the mandate of this level and for a participant of this contest; anybody else's is
    refused. ``role`` is ``ketua``, ``anggota`` or ``saksi``.
    """
    require_body(recap, ENTER, actor=actor)
    if recap.state not in ("ditutup", "disahkan"):
        raise Refused(_("D.Hasil ditandatangani setelah rekapitulasinya ditutup."), status=409)
    if role == "saksi":
        mandate = _require_mandate(mandate, recap.election_id, recap.region)
        if mandate.participant.contest_id != recap.contest_id:
            raise Refused(
                _("%(name)s bukan saksi peserta pemilihan ini.", name=mandate.name),
                field="mandate",
                hint=_("Saksi menandatangani D.Hasil pemilihan yang diikuti pesertanya."),
            )
        name = mandate.name
    elif role not in ("ketua", "anggota"):
        raise Refused(_("Pilih kedudukan penanda tangan."), field="role")
    if not name.strip():
        raise Refused(_("Tuliskan nama penanda tangan."), field="name")
    if not signed and not reason.strip():
        raise Refused(_("Tuliskan alasan tidak menandatangani."), field="reason")
    twice = db.session.scalar(
        select(func.count(RecapSignature.id)).where(
            RecapSignature.recap_id == recap.id,
            RecapSignature.version == recap.version,
            RecapSignature.role == role,
            RecapSignature.name == name.strip(),
        )
    )
    if twice:
        raise Refused(_("%(name)s sudah dicatat untuk D.Hasil ini.", name=name.strip()), status=409)
    made = RecapSignature(
        recap_id=recap.id,
        version=recap.version,
        name=name.strip(),
        role=role,
        mandate_id=mandate.id if role == "saksi" and mandate else None,
        signed=signed,
        reason=None if signed else reason.strip(),
        account_id=_account_id(actor),
    )
    db.session.add(made)
    db.session.flush()
    _note(
        "sirekap:signature:note",
        f"recap_signature:{made.id}",
        recap.election_id,
        recap.region,
        actor,
        made.reason,
    )
    return made


def _require_mandate(mandate: WitnessMandate | None, election_id: int, region: str) -> WitnessMandate:
    if mandate is None or mandate.ended_at is not None:
        raise Refused(_("Saksi hadir dengan surat mandat yang berlaku."), field="mandate")
    if (mandate.election_id, mandate.region) != (election_id, region):
        raise Refused(
            _("Surat mandat %(name)s untuk tingkat lain.", name=mandate.name),
            field="mandate",
            hint=_("Saksi membawa surat mandat untuk setiap tingkat pleno."),
        )
    return mandate


def _require_body(election_id: int, region: str, actor: Actor) -> None:
    account = db.session.get(Account, actor.account_id) if actor.account_id else None
    if not region_in(account, region, election_id, ENTER):
        raise Refused(_("Hanya badan penyelenggara di wilayah ini yang mencatatnya."), status=403)


def _account_id(actor: Actor) -> int:
    if actor.account_id is None:
        raise Refused(_("Hanya oleh akun petugas, bukan oleh sistem."), status=403)
    return actor.account_id


def _note(
    verb: str, subject: str, election_id: int, region: str, actor: Actor, reason: str | None = None
) -> None:
    record(verb, subject, actor=actor, reason=reason, region=region or None, election_id=election_id)
