"""Factual verification as a use of phones (electsys.devices): whom a phone carries, what its packets mean.

A packet is an attempt to meet a person, or a visit to an office or a board
(:mod:`modules.sipol.field_visits`).
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from electsys import devices
from electsys.db import db
from electsys.devices import Answer, Attachment, Device, Packet
from electsys.elections import calendar
from electsys.elections.models import Election
from electsys.privacy import Sealer, mask_nik
from electsys.regions.queries import names
from electsys.verification.models import Sample, SampleMember
from electsys.verification.operations import contacts
from electsys.verification.queries import samples as reads
from electsys.verification.rules.sampling import ATTEMPTS
from electsys.web.formats import title_region
from modules.sipol import field_visits
from modules.sipol.models import Party
from modules.sipol.operations import factual
from modules.sipol.permissions import VISIT
from modules.sipol.queries import factual as queries
from modules.sipol.queries.conclusions import newest_election

KIND = "verfak"


class Attempt(BaseModel):
    """One packet: one attempt to meet a person. ``upaya`` is its number as the visitor saw it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    orang: Annotated[int, Field(ge=1, lt=2**63)]
    upaya: Annotated[int, Field(ge=1, le=len(ATTEMPTS))]
    cara: Literal["rumah", "kantor", "panggilan_video"]
    hasil: Literal["membenarkan", "menyangkal", "tidak_cocok", "tidak_bertemu"]
    catatan: Annotated[str, Field(max_length=500)] = ""


def receive(packet: Packet) -> Answer:
    """Write down an attempt or a visit; a refusal of the operation is the packet's answer."""
    try:
        if "aspek" in packet.payload:
            visit = field_visits.Visit.model_validate(packet.payload)
            return field_visits.receive_visit(packet, visit, _election_of(packet.device))
        return _receive_attempt(packet, Attempt.model_validate(packet.payload))
    except ValidationError:
        return Answer.refused(
            "isian",
            _("Ada isian yang tidak dapat dibaca."),
            hint=_("Catat ulang kunjungan ini, lalu buang kiriman ini."),
        )


def _receive_attempt(packet: Packet, sent: Attempt) -> Answer:
    person = db.session.get(SampleMember, sent.orang)
    sample = db.session.get(Sample, person.sample_id) if person is not None else None
    here = packet.device.region[:4]
    if person is None or sample is None or sample.kind != queries.KIND or sample.region != here:
        return Answer.refused("tidak_ada", _("Orang ini tidak ada dalam sampel wilayah Anda."))
    if known := reads.contact_of_packet(str(packet.key)):
        return Answer.ok(upaya=known.number, status=person.state)
    done = len(reads.counting(reads.contacts_of([person.id])[person.id]))
    if person.state == "menunggu" and sent.upaya != done + 1:
        return Answer.conflict(
            "berubah",
            _("Upaya ke-%(n)s untuk orang ini sudah dicatat dari tempat lain.", n=sent.upaya),
            hint=_("Pilih “Perbarui data”, lalu catat lagi bila masih perlu."),
        )
    contact = contacts.record_contact(
        person,
        sent.cara,
        sent.hasil,
        visited_at=min(packet.made_at or dt.datetime.now(dt.UTC), dt.datetime.now(dt.UTC)),
        note=sent.catatan,
        packet=str(packet.key),
        actor=packet.actor,
    )
    return Answer.ok(upaya=contact.number, status=person.state)


def bundle(device: Device) -> dict[str, Any]:
    """What the phone's holder has to visit: people of samples (name, address, masked NIK, how often looked
    for), and the offices and boards of the area."""
    election = db.session.get_one(Election, _election_of(device))
    people = reads.people_given(queries.KIND, device.account_id, device.region, election.id)
    members = queries.members_of(people)
    attempts = reads.contacts_of(person.id for person in people)
    villages = names({person.region for person in people}, election.map_id)
    parties = _parties({member.party_id for member in members.values()})
    sealer = Sealer("party_member")
    carried = [
        {
            "id": person.id,
            "nomor": person.position,
            "nama": member.name,
            "nik": mask_nik(sealer.unseal_fields(member.id, bytes(member.sealed))["nik"]),
            "kta": member.card_number,
            "alamat": member.address,
            "desa": title_region(villages.get(person.region, person.region)),
            "partai": parties.get(member.party_id, ""),
            "upaya": len(reads.counting(attempts[person.id])),
            "status": person.state,
        }
        for person in people
        if (member := members.get(person.id)) is not None
    ]
    visits = field_visits.carried(election.id, device.region)
    return {
        "rows": len(carried) + field_visits.people_in(visits),
        "pemilu": election.name,
        "upaya": list(ATTEMPTS[: queries.attempts_most(election.id)]),
        "orang": carried,
        "kunjungan": visits,
        "pertanyaan": field_visits.questions(),
    }


def _parties(ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(Party.id, Party.short_name).where(Party.id.in_(ids)))
    return {key: name for key, name in rows}  # noqa: C416


def attach(photo: Attachment) -> None:
    """A photo of an attempt or of a visit has arrived."""
    for keep in (contacts.attach_photo, factual.attach_photo):
        keep(str(photo.packet_key), photo.file.id, actor=photo.actor)


def ends(region: str, election_id: int | None) -> dt.datetime | None:
    """The end of the last factual step in a region."""
    election = election_id or getattr(newest_election(), "id", None)
    if election is None:
        return None
    return max(
        calendar.window(calendar.stage(election, f"{step}_parpol"), region).closes for step in queries.STEPS
    )


def _election_of(device: Device) -> int:
    found = device.election_id or getattr(newest_election(), "id", None)
    if found is None:
        raise LookupError("no party is registered for any election")
    return int(found)


def join() -> None:
    """Offer factual verification at ``/lapangan/verfak/``."""
    devices.register(  # noqa: S604  (the name of a template)
        KIND,
        label=_l("Verifikasi faktual partai"),
        permission=VISIT,
        receive=receive,
        bundle=bundle,
        shell="sipol/factual/field.html",
        assets=("js/verfak/", "css/coklit.css"),
        attach=attach,
        ends=ends,
    )
