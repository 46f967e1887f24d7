"""Attempts to meet people of a sample: three each, in order; a wrong one is corrected, never erased."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.elections import settings
from electsys.errors import Refused
from electsys.identity import grants
from electsys.ledger import Actor, record
from electsys.verification.models import Contact, ContactPhoto, Sample, SampleMember
from electsys.verification.operations.samples import kind_of, require_open, scope_of
from electsys.verification.queries.samples import contacts_of, counting, newest_of
from electsys.verification.rules import sampling as rules
from electsys.verification.sampling import SampleKind

NOTE = 500


def record_contact(
    member: SampleMember,
    method: str,
    result: str,
    *,
    actor: Actor,
    visited_at: dt.datetime,
    note: str | None = None,
    photo_id: int | None = None,
    packet: str | None = None,
) -> Contact:
    """Write down one attempt to meet a person; the last, or a clear one, decides about the person.

    Attempts go in the order of :data:`rules.ATTEMPTS`: at home, at the party's office, by video. ``packet``
    is the key of a phone's packet: sent again, the contact that it made comes back.
    """
    sample = db.session.get_one(Sample, member.sample_id)
    kind = kind_of(sample)
    grants.demand(actor, kind.visit, scope_of(sample))
    _hold(sample, member)
    if packet is not None:
        known = db.session.scalar(select(Contact).where(Contact.packet == packet))
        if known is not None:
            return known
    require_open(sample)
    if member.state != "menunggu":
        raise Refused(_("Orang nomor %(n)s dalam sampel ini sudah diputus.", n=member.position), status=409)
    rows = contacts_of([member.id])[member.id]
    most = _most(sample, kind)
    number = len(counting(rows)) + 1
    due = rules.ATTEMPTS[min(number, most) - 1]
    if method != due:
        raise Refused(
            _("Upaya ke-%(n)s adalah %(method)s.", n=number, method=str(kind.methods[due]).lower()),
            hint=_(
                "Upaya dilakukan berurutan: %(list)s.",
                list=", ".join(str(kind.methods[each]).lower() for each in rules.ATTEMPTS[:most]),
            ),
            field="cara",
            status=409,
        )
    if result not in rules.RESULTS:
        raise Refused(_("Hasil kunjungan itu tidak dikenal."), field="hasil")
    if visited_at > dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10):
        raise Refused(_("Waktu kunjungan belum tiba."), field="waktu")
    void = newest_of(rows).get(number)  # of this number one was made that did not take place
    contact = Contact(
        member_id=member.id,
        number=number,
        method=method,
        result=result,
        note=_noted(note),
        corrects_id=void.id if void is not None else None,
        visited_at=visited_at,
        account_id=actor.account_id,
        actor=actor.name,
        photo_id=photo_id,
        packet=packet,
    )
    db.session.add(contact)
    db.session.flush()
    _follow(member, most)
    _record("verification:contact:record", contact, member, sample, actor)
    return contact


def correct_contact(
    contact: Contact,
    result: str,
    reason: str,
    *,
    actor: Actor,
    note: str | None = None,
    photo_id: int | None = None,
) -> Contact:
    """Put another result in the place of one that was written down wrongly; state and projection follow.

    ``result`` may be :data:`rules.VOID`: the attempt did not take place, and its number is free again; only
    the last attempt can be void. Both rows stay to be read. Whoever visits corrects their own attempts,
    whoever shares samples out corrects anybody's; nobody once the sample is closed.
    """
    member = db.session.get_one(SampleMember, contact.member_id)
    sample = db.session.get_one(Sample, member.sample_id)
    kind = kind_of(sample)
    own = contact.account_id is not None and contact.account_id == actor.account_id
    grants.demand(actor, kind.visit if own else kind.assign, scope_of(sample))
    _hold(sample, member)
    require_open(sample)
    reason = " ".join(reason.split())[:NOTE]
    if not reason:
        raise Refused(_("Tulis apa yang keliru."), field="alasan")
    if result not in (*rules.RESULTS, rules.VOID):
        raise Refused(_("Hasil kunjungan itu tidak dikenal."), field="hasil")
    standing = counting(contacts_of([member.id])[member.id])
    if contact.id not in {row.id for row in standing}:
        raise Refused(_("Upaya ini sudah dibetulkan."), hint=_("Betulkan catatan yang terakhir."), status=409)
    if result == contact.result:
        raise Refused(_("Hasilnya sama dengan yang sudah tercatat."), field="hasil")
    if result == rules.VOID and contact.id != standing[-1].id:
        raise Refused(
            _("Hanya upaya terakhir yang dapat dibatalkan."),
            hint=_("Batalkan lebih dulu upaya sesudahnya, atau betulkan hasilnya."),
            field="hasil",
            status=409,
        )
    made = Contact(
        member_id=member.id,
        number=contact.number,
        method=contact.method,
        result=result,
        note=_noted(note),
        corrects_id=contact.id,
        reason=reason,
        visited_at=contact.visited_at,
        account_id=actor.account_id,
        actor=actor.name,
        photo_id=photo_id,
    )
    db.session.add(made)
    db.session.flush()
    _follow(member, _most(sample, kind))
    _record("verification:contact:correct", made, member, sample, actor, corrects=contact.id)
    return made


def _hold(sample: Sample, member: SampleMember) -> None:
    """Nobody closes the sample meanwhile, and nobody else writes of this person."""
    db.session.refresh(sample, with_for_update={"read": True})
    db.session.refresh(member, with_for_update=True)


def _most(sample: Sample, kind: SampleKind) -> int:
    return min(int(settings.value(sample.election_id, kind.attempts)), len(rules.ATTEMPTS))


def _noted(note: str | None) -> str | None:
    return (note or "").strip()[:NOTE] or None


def _follow(member: SampleMember, most: int) -> None:
    """The person's state is what the attempts that count say."""
    results = [row.result for row in counting(contacts_of([member.id])[member.id])]
    before = member.state, member.reason
    member.state, member.reason = rules.after_attempts(results, most)
    if member.state == "menunggu":
        member.decided_at = None
    elif (member.state, member.reason) != before:
        member.decided_at = dt.datetime.now(dt.UTC)
    db.session.flush()


def _record(
    verb: str, contact: Contact, member: SampleMember, sample: Sample, actor: Actor, **more: int
) -> None:
    record(
        verb,
        f"verification_contact:{contact.id}",
        actor=actor,
        details={
            "member": member.id,
            "number": contact.number,
            "result": contact.result,
            "state": member.state,
            **more,
        },
        region=member.region,
        election_id=sample.election_id,
    )


def attach_photo(packet: str, file_id: int, *, actor: Actor) -> None:
    """Keep a photo that a phone sent after its contact; one of an unknown packet is left alone."""
    contact = db.session.scalar(select(Contact).where(Contact.packet == packet))
    if contact is None or db.session.get(ContactPhoto, (contact.id, file_id)) is not None:
        return
    db.session.add(ContactPhoto(contact_id=contact.id, file_id=file_id))
    db.session.flush()
    member = db.session.get_one(SampleMember, contact.member_id)
    record(
        "verification:contact:attach",
        f"verification_contact:{contact.id}",
        actor=actor,
        details={"file": file_id},
        region=member.region,
        election_id=db.session.get_one(Sample, member.sample_id).election_id,
    )
