"""Factual verification: samples of members, visits to offices and boards, and the end of an area's work.

What an area's visits found becomes its verdicts of the step (:class:`PartyVerdict`) when its work is closed;
the plenary concludes from them (:mod:`modules.sipol.operations.verdicts`). PKPU 4/2022 art. 77-96.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections import calendar
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.ledger import Actor, record
from electsys.verification.models import Contact, Sample, SampleMember
from electsys.verification.operations import contacts, samples
from electsys.verification.sampling import find_kind
from modules.sipol.factual_minutes import sample_minutes
from modules.sipol.models import FactualCheck, FactualPhoto, PartyMember, PartyRegistration, PartyVerdict
from modules.sipol.operations.member_events import move_member
from modules.sipol.permissions import ASSIGN_VISITS, VERIFY, VISIT
from modules.sipol.queries import factual as queries
from modules.sipol.queries.conclusions import sequence_of
from modules.sipol.queries.counts import below
from modules.sipol.queries.factual import KIND, STEPS
from modules.sipol.queries.requirements import law_of
from modules.sipol.rules.factual import ASPECTS, judge_visit
from modules.sipol.rules.verdicts import MET, REPAIRED, worse
from modules.sipol.verdict_words import ASPECTS as ASPECT_WORDS
from modules.sipol.workflow import REGISTRATION

#: Rows that the one-day check looks at in one go.
BATCH = 2000


def require_running(registration: PartyRegistration, region: str) -> str:
    """The factual step that runs for a party and is open in an area; Refused otherwise, or once closed."""
    db.session.refresh(registration, with_for_update={"of": PartyRegistration, "read": True})
    step = registration.state
    if step not in STEPS:
        raise Refused(
            _(
                "Tidak ada verifikasi faktual yang berjalan: pendaftaran berstatus “%(state)s”.",
                state=REGISTRATION.state_label(step),
            ),
            status=409,
        )
    calendar.require_open(registration.election_id, f"{step}_parpol", region)
    if queries.is_closed(registration, step, region):
        raise Refused(
            _("Pekerjaan faktual wilayah ini sudah ditutup dalam tahapan ini."),
            hint=_("Hasilnya menunggu kesimpulan pleno."),
            status=409,
        )
    return step


# --- the sample ----------------------------------------------------------------------------------


def draw(registration: PartyRegistration, region: str, *, actor: Actor, alone: bool = True) -> Sample:
    """Draw the sample of a kab/kota by the public seed; Refused where it was drawn, or cannot be.

    ``alone`` False: an act of many stands for it (:mod:`modules.sipol.operations.factual_draws`).
    """
    _require_district(region)
    grants.demand(actor, ASSIGN_VISITS, _scope(registration, region))
    step = require_running(registration, region)
    kind = find_kind(KIND)
    if kind is None:
        raise LookupError(KIND)
    if REPAIRED[step] and (left := queries.added_in(registration, region)):
        raise Refused(
            _("%(n)s anggota tambahan belum diperiksa.", n=left),
            hint=_("Periksa dahulu anggota yang ditambahkan dalam perbaikan."),
            status=409,
        )
    frame = queries.frame_of(registration, step, region)
    minimum = queries.minimum_in(registration, region)
    if frame is None:
        raise Refused(
            _("Anggota yang belum pernah disampel tidak mencapai %(n)s orang.", n=minimum),
            hint=_("Tidak ada putaran kedua di wilayah ini; tutup pekerjaan faktualnya."),
            status=409,
        )
    return samples.draw_sample(
        kind,
        frame,
        election_id=registration.election_id,
        owner=queries.owner_of(registration),
        party_id=registration.party_id,
        region=region,
        round_=queries.round_now(registration, step),
        minimum=minimum,
        actor=actor,
        alone=alone,
    )


def screen_added(registration: PartyRegistration, region: str, *, actor: Actor) -> tuple[int, int]:
    """The one-day check of members added in the repair: (accepted, refused).

    Whoever has no automatic flag is accepted; a flag that stands makes the row TMS, because no further
    repair follows (domain.md 3.6). At most :data:`BATCH` rows in one go.
    """
    _require_district(region)
    grants.demand(actor, VERIFY, _scope(registration, region))
    step = require_running(registration, region)
    if not REPAIRED[step]:
        raise Refused(_("Anggota tambahan hanya diperiksa sesudah perbaikan faktual."), status=409)
    rows = db.session.scalars(
        select(PartyMember)
        .where(
            PartyMember.registration_id == registration.id,
            below(PartyMember.village_code, region),
            PartyMember.state == "baru",
        )
        .order_by(PartyMember.id)
        .limit(BATCH)
    ).all()
    refused = 0
    for row in rows:
        if row.flags:
            move_member(row, "refuse", kind="putus", reason=row.flags[0], actor=actor)
            refused += 1
        else:
            move_member(row, "accept", kind="putus", reason=None, actor=actor)
    record(
        "sipol:factual:screen",
        f"party_registration:{registration.id}",
        actor=actor,
        details={"accepted": len(rows) - refused, "refused": refused},
        region=region,
        election_id=registration.election_id,
    )
    return len(rows) - refused, refused


def close_sample(registration: PartyRegistration, region: str, *, actor: Actor) -> Sample:
    """Close the sample of a kab/kota in which everybody is decided, with its minutes."""
    step = require_running(registration, region)
    sample = queries.sample_in(registration, step, region)
    if sample is None:
        raise Refused(_("Sampel wilayah ini belum ditarik."), status=409)
    samples.close_sample(sample, actor=actor)
    sample.letter_id = sample_minutes(registration, sample, step, actor=actor).id
    db.session.flush()
    return sample


# --- offices and boards --------------------------------------------------------------------------


def record_check(
    registration: PartyRegistration,
    region: str,
    aspect: str,
    ticked: Mapping[str, bool],
    *,
    visited_at: dt.datetime,
    photos: Sequence[int],
    actor: Actor,
    note: str | None = None,
    packet: str | None = None,
    follow: int = 0,
    base: str | None = None,
) -> FactualCheck:
    """Write down what a visit found of an office, a board or its women; the newest is in force.

    ``ticked`` are the questions of :data:`ASPECTS` that were answered with yes. A photo is evidence: at least
    one is asked for, or announced by a phone whose ``packet`` it follows. ``base`` is what the visitor knew
    to be in force (:func:`~modules.sipol.queries.factual.mark_of`): Refused where it is no longer.
    """
    grants.demand(actor, VISIT, _scope(registration, region))
    step = require_running(registration, region)
    if aspect not in ASPECTS or aspect not in queries.wanted_in(registration, region):
        raise Refused(_("Aspek ini tidak diperiksa di wilayah ini."), status=404)
    if base is not None:
        _require_base(registration, step, region, aspect, base)
    if not photos and not (packet and follow):
        raise Refused(_("Lampirkan paling sedikit satu foto."), field="foto")
    if visited_at > dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10):
        raise Refused(_("Waktu kunjungan belum tiba."), field="waktu")
    visited = queries.visited_in(registration, region)
    found = judge_visit(
        aspect,
        ticked,
        people=visited.people,
        women=visited.women,
        share=law_of(registration).women,
        bad=worse(REPAIRED[step]),
    )
    row = FactualCheck(
        registration_id=registration.id,
        party_id=registration.party_id,
        step=step,
        sequence=sequence_of(registration, step),
        region=region,
        aspect=aspect,
        state=found.state,
        reason=found.reason,
        details=dict(found.details),
        note=(note or "").strip()[:500] or None,
        packet=packet,
        photos=list(photos),
        visited_at=visited_at,
        account_id=actor.account_id,
        actor=actor.name,
    )
    db.session.add(row)
    db.session.flush()
    record(
        "sipol:factual:check",
        f"party_factual_check:{row.id}",
        actor=actor,
        details={"aspect": aspect, "state": row.state, "step": step},
        region=region,
        election_id=registration.election_id,
    )
    return row


def _require_base(registration: PartyRegistration, step: str, region: str, aspect: str, base: str) -> None:
    name = f"check:{registration.id}:{region}:{aspect}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 44))))
    if queries.mark_of(queries.checks_in(registration, step, region).get(aspect)) != base:
        raise Refused(
            _("%(aspect)s wilayah ini sudah dikunjungi orang lain.", aspect=ASPECT_WORDS[aspect]),
            hint=_("Pilih “Perbarui data”, lalu catat lagi bila masih perlu."),
            status=409,
        )


def attach_photo(packet: str, file_id: int, *, actor: Actor) -> None:
    """Keep a photo that a phone sent after its visit; one of an unknown packet is left alone."""
    check = db.session.scalar(select(FactualCheck).where(FactualCheck.packet == packet))
    if check is None or db.session.get(FactualPhoto, (check.id, file_id)) is not None:
        return
    db.session.add(FactualPhoto(check_id=check.id, file_id=file_id))
    db.session.flush()
    record(
        "sipol:factual:attach",
        f"party_factual_check:{check.id}",
        actor=actor,
        details={"file": file_id},
        region=check.region,
        election_id=db.session.get_one(PartyRegistration, check.registration_id).election_id,
    )


# --- attempts that were written down wrongly -------------------------------------------------------


def correct_contact(
    contact: Contact, result: str, reason: str, *, actor: Actor, note: str | None = None
) -> Contact:
    """Correct an attempt: one's own while the step is open in the area; whoever shares out at any time.

    Nobody once the sample is closed: its projection stands in minutes.
    """
    sample = db.session.get_one(Sample, db.session.get_one(SampleMember, contact.member_id).sample_id)
    account = db.session.get(Account, actor.account_id) if actor.account_id else None
    if account is not None and not grants.can(account, ASSIGN_VISITS, samples.scope_of(sample)):
        require_running(db.session.get_one(PartyRegistration, queries.key_of(sample.owner)), sample.region)
    return contacts.correct_contact(contact, result, reason, note=note, actor=actor)


# --- the end of an area's work -------------------------------------------------------------------


def close_area(registration: PartyRegistration, region: str, *, actor: Actor) -> list[PartyVerdict]:
    """Close the factual work of an area: its aspects become verdicts of the step, for the plenary.

    What was met before a repair stays met, unless it was visited again.
    """
    grants.demand(actor, ASSIGN_VISITS, _scope(registration, region))
    step = require_running(registration, region)
    checks = queries.checks_in(registration, step, region)
    wanted = queries.wanted_in(registration, region)
    kept = queries.carried_in(registration, step, region)
    missing = [
        aspect for aspect in wanted if aspect in ASPECTS and aspect not in checks and aspect not in kept
    ]
    if missing:
        names = ", ".join(str(ASPECT_WORDS[aspect]).lower() for aspect in missing)
        raise Refused(
            _("Belum diperiksa di lapangan: %(list)s.", list=names),
            hint=_("Catat kunjungannya dahulu."),
            status=409,
        )
    shown = queries.photos_of_checks(checks.values())
    if late := [aspect for aspect, check in checks.items() if aspect in wanted and not shown[check.id]]:
        raise Refused(
            _(
                "Foto kunjungan belum tiba dari ponsel: %(list)s.",
                list=", ".join(str(ASPECT_WORDS[aspect]).lower() for aspect in late),
            ),
            hint=_("Minta verifikator membuka aplikasinya di tempat bersinyal sampai semuanya terkirim."),
            status=409,
        )
    rows = [
        _verdict(registration, step, region, aspect, check.state, check.reason, check.details, actor)
        for aspect, check in checks.items()
        if aspect in wanted
    ]
    if "anggota" in wanted and ("anggota" not in kept or queries.sample_in(registration, step, region)):
        rows.append(_members_verdict(registration, step, region, actor))
    done = {row.aspect for row in rows}
    rows += [
        _verdict(registration, step, region, aspect, before.state, before.reason, before.details, actor)
        for aspect, before in kept.items()
        if aspect in wanted and aspect not in done
    ]
    db.session.add_all(rows)
    db.session.flush()
    record(
        "sipol:factual:close",
        f"party_registration:{registration.id}",
        actor=actor,
        details={"step": step, **{row.aspect: row.state for row in rows}},
        region=region,
        election_id=registration.election_id,
    )
    return rows


def _members_verdict(registration: PartyRegistration, step: str, region: str, actor: Actor) -> PartyVerdict:
    sample = queries.sample_in(registration, step, region)
    minimum = queries.minimum_in(registration, region)
    if sample is None:
        frame = queries.frame_of(registration, step, region)
        if frame:
            raise Refused(
                _("Sampel anggota wilayah ini belum ditarik."), hint=_("Tarik sampelnya dahulu."), status=409
            )
        details = {"needed": minimum, "found": 0}  # nobody to visit, or too few for a second round
        return _verdict(
            registration, step, region, "anggota", worse(REPAIRED[step]), "anggota_kurang", details, actor
        )
    if sample.state != "ditutup":
        raise Refused(
            _("Sampel anggota wilayah ini belum ditutup."),
            hint=_("Selesaikan kunjungannya, lalu tutup sampelnya."),
            status=409,
        )
    details = {
        "needed": minimum,
        "found": sample.projection or 0,
        "sample": sample.size,
        "sample_met": sample.found_ms or 0,
        "frame": sample.frame_size,
        "deficit": sample.deficit or 0,
    }
    state, reason = (MET, None) if not sample.deficit else (worse(REPAIRED[step]), "anggota_kurang")
    return _verdict(registration, step, region, "anggota", state, reason, details, actor)


def _verdict(
    registration: PartyRegistration,
    step: str,
    region: str,
    aspect: str,
    state: str,
    reason: str | None,
    details: Mapping[str, Any],
    actor: Actor,
) -> PartyVerdict:
    return PartyVerdict(
        registration_id=registration.id,
        party_id=registration.party_id,
        step=step,
        region=region,
        aspect=aspect,
        state=state,
        reason=reason,
        details=dict(details),
        sequence=sequence_of(registration, step),
        actor=actor.name,
    )


def _scope(registration: PartyRegistration, region: str) -> Scope:
    return Scope(region, registration.party_id, registration.election_id)


def _require_district(region: str) -> None:
    if len(region) != 4:
        raise Refused(_("Anggota diverifikasi faktual hanya oleh KPU kabupaten/kota."), status=404)
