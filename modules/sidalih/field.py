"""Coklit as a use of phones (electsys.devices): what a phone carries, and what its packets mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from electsys import devices
from electsys.db import db
from electsys.devices import Answer, Attachment, Device, Packet
from electsys.elections import calendar
from electsys.elections.models import Election
from modules.sidalih.claims import Claims
from modules.sidalih.operations.visit_conflicts import (
    close_visited,
    conflict_of,
    drop_conflict,
    keep_conflict,
)
from modules.sidalih.operations.visits import Outdated, attach_photo, take_visit
from modules.sidalih.permissions import VISIT
from modules.sidalih.public import current_election
from modules.sidalih.queries.visits import carried, codes_of, decided_for, stations_given, stations_of
from modules.sidalih.visit_findings import Finding, Visit
from modules.sidalih.wording import FIELDS

KIND = "coklit"
STAGE = "coklit"

Short = Annotated[str, Field(max_length=200)]
Digits16 = Annotated[str, Field(pattern=r"^[0-9]{16}$")]
Code13 = Annotated[str, Field(pattern=r"^[0-9]{13}$")]
Neighbour = Annotated[str, Field(pattern=r"^[0-9]{1,3}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Changes(_Strict):
    """Fields of a voter that the visit found otherwise; what is not there stays."""

    name: Short | None = None
    birth_place: Short | None = None
    birth_date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    sex: Literal["L", "P"] | None = None
    marital_status: Literal["B", "S", "P"] | None = None
    address: Short | None = None
    rt: Neighbour | None = None
    rw: Neighbour | None = None
    disability: Annotated[str, Field(pattern=r"^[0-9]{1,2}$")] | None = None
    ktp_el: Literal["S", "B"] | None = None
    nik: Digits16 | None = None
    nkk: Digits16 | None = None

    def fields(self) -> dict[str, Any]:
        """What is there, as Claims wants it."""
        given = self.model_dump(exclude_none=True)
        for name in ("name", "birth_place", "address"):
            if name in given:
                given[name] = " ".join(given[name].upper().split())
        for name in ("rt", "rw"):
            if name in given:
                given[name] = given[name].zfill(3)
        if "birth_date" in given:
            given["birth_date"] = dt.date.fromisoformat(given["birth_date"])
        return given


class Found(_Strict):
    """What was found of one voter; ``foto`` is the place of its proof among the packet's photos."""

    id: Annotated[int, Field(ge=1, lt=2**63)]
    versi: Annotated[int, Field(ge=0, lt=2**31)]
    status: Annotated[str, Field(max_length=20)]
    hasil: Literal["sesuai", "ubah", "tms", "tempat"]
    kode: Annotated[str, Field(max_length=2)] | None = None
    tps: Code13 | None = None
    ubah: Changes = Changes()
    alasan: Annotated[str, Field(max_length=300)] = ""
    foto: Annotated[int, Field(ge=0, lt=8)] | None = None


class Fresh(Changes):
    """A voter who was not on the list."""

    name: Short
    birth_place: Short
    birth_date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    sex: Literal["L", "P"]
    marital_status: Literal["B", "S", "P"]
    address: Short
    rt: Neighbour
    rw: Neighbour
    nik: Digits16


class Household(_Strict):
    """One packet: a household and what was found in it.

    ``bentrok`` is the key of an earlier packet that did not fit: this one decides what stands, ``alasan``
    says why. Without any finding the list stands as it is.
    """

    tps: Code13
    rumah: Annotated[str, Field(pattern=r"^-?[0-9]{1,19}$")]
    pemilih: Annotated[list[Found], Field(max_length=60)] = []
    baru: Annotated[list[Fresh], Field(max_length=20)] = []
    bentrok: Annotated[UUID, Field(strict=False)] | None = None
    alasan: Annotated[str, Field(max_length=300)] = ""


def receive(packet: Packet) -> Answer:
    """Write a household's visit; a refusal of the operation is the packet's answer."""
    try:
        sent = Household.model_validate(packet.payload)
        visit = _visit(sent, packet)
    except (ValidationError, ValueError) as wrong:
        where = ""
        if isinstance(wrong, ValidationError):
            first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
            where = str(FIELDS.get(str(first["loc"][-1]), first["loc"][-1]))
        return Answer.refused(
            "isian",
            _("Ada isian yang tidak dapat dibaca (%(where)s).", where=where or _("tanggal lahir")),
            hint=_("Catat ulang rumah ini, lalu buang kiriman ini."),
        )
    election = db.session.get_one(Election, _election_of(packet.device))
    if visit.settles is not None:
        old = conflict_of(packet.device.id, visit.settles)
        if old is None or old.state != "terbuka":
            return Answer.refused(
                "diputus",
                _("Benturan rumah ini sudah diputus oleh kantor."),
                hint=_("Perbarui data, periksa rumah ini, lalu buang kiriman ini."),
            )
        if not visit.findings and not visit.fresh:
            drop_conflict(old, permission=VISIT, reason=visit.reason or "", actor=packet.actor)
            return Answer.ok()
    try:
        row = take_visit(election, visit, actor=packet.actor)
    except Outdated as outdated:
        keep_conflict(election, visit, outdated.voters, actor=packet.actor)
        return Answer.conflict("berubah", outdated.message, hint=outdated.hint or "", pemilih=outdated.voters)
    close_visited(visit, actor=packet.actor)
    return Answer.ok(kunjungan=row.id, **row.outcomes)


def _visit(sent: Household, packet: Packet) -> Visit:
    return visit_of(
        sent,
        packet.files,
        device_id=packet.device.id,
        packet_key=packet.key,
        made_at=packet.made_at,
        settles=sent.bentrok,
        reason=" ".join(sent.alasan.split()) or None,
    )


def visit_of(sent: Household, files: Sequence[UUID] = (), **more: Any) -> Visit:
    """The visit that a household's form says, of a phone or of paper; ValueError for what cannot be."""
    house = int(sent.rumah)
    if house.bit_length() > 63:
        raise ValueError("no key of a house")
    findings = tuple(
        Finding(
            f.id,
            f.versi,
            f.status,
            f.hasil,
            code=f.kode,
            tps=f.tps,
            changes=f.ubah.fields(),
            note=" ".join(f.alasan.split()) or None,
            photo=files[f.foto] if f.foto is not None and f.foto < len(files) else None,
        )
        for f in sent.pemilih
    )
    return Visit(sent.tps, house, findings, tuple(Claims(**b.fields()) for b in sent.baru), **more)


def bundle(device: Device) -> dict[str, Any]:
    """The households of the stations that the phone's holder has, without a number in full."""
    election = db.session.get_one(Election, _election_of(device))
    tps = stations_given(election.id, device.account_id, device.region)
    homes = carried(election, tps)
    names = {s.code: s.name for code in {t[:10] for t in tps} for s in stations_of(election.id, code)}
    return {
        "rows": sum(len(house["pemilih"]) for house in homes),
        "pemilu": election.name,
        "tugas": tps,
        "tps": [{"kode": code, "nama": name} for code, name in sorted(names.items())],
        "tms": [row for row in codes_of(election.id, "tms") if row["kode"] != "8"],
        "disabilitas": codes_of(election.id, "disabilitas"),
        "rumah": homes,
        "diputus": decided_for(device.id),
    }


def attach(photo: Attachment) -> None:
    """A proof has arrived."""
    attach_photo(photo.device.id, photo.packet_key, photo.key, photo.file.id, actor=photo.actor)


def ends(region: str, election_id: int | None) -> dt.datetime | None:
    """The end of coklit in a region."""
    election = election_id or current_election()
    if election is None:
        return None
    return calendar.window(calendar.stage(election, STAGE), region).closes


def _election_of(device: Device) -> int:
    found = device.election_id or current_election()
    if found is None:
        raise LookupError("no election is under way")
    return found


def join() -> None:
    """Offer coklit at ``/lapangan/coklit/``."""
    devices.register(  # noqa: S604  (the name of a template)
        KIND,
        label=_l("Coklit"),
        permission=VISIT,
        receive=receive,
        bundle=bundle,
        shell="sidalih/visits/field.html",
        assets=("js/coklit/", "css/coklit.css"),
        attach=attach,
        ends=ends,
    )
