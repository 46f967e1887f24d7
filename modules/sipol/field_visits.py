"""Visits to offices and boards on a phone: what it takes along, and what its packets mean."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from electsys.db import db
from electsys.devices import Answer, Packet
from electsys.web.formats import tanggal
from modules.sipol.entry_wording import TENURES
from modules.sipol.factual_words import QUESTIONS
from modules.sipol.models import FactualCheck, PartyOffice
from modules.sipol.operations import factual
from modules.sipol.places import registration_of
from modules.sipol.queries.factual import Visited, mark_of
from modules.sipol.queries.visits import Due, due_in
from modules.sipol.rules.factual import ASPECTS
from modules.sipol.verdict_words import ASPECTS as ASPECT_WORDS

#: Length of the codes of areas that have offices and boards to visit: the centre, a province, a kab/kota.
LEVELS = (0, 2, 4)
#: The mandatory three, in the words of the page.
CORE = {"ketua": _l("Ketua"), "sekretaris": _l("Sekretaris"), "bendahara": _l("Bendahara")}


class Visit(BaseModel):
    """One packet: one visit to an office, a board or its women. ``benar`` are the questions, each answered.

    ``tahap`` is the step and ``dasar`` the visit that the phone knew to be in force.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    partai: Annotated[int, Field(ge=1, lt=2**31)]
    aspek: Literal["kantor", "kepengurusan", "perempuan"]
    tahap: Literal["verfak", "verfak_perbaikan"]
    benar: dict[Annotated[str, Field(max_length=40)], bool]
    dasar: Annotated[str, Field(max_length=40)] = ""
    catatan: Annotated[str, Field(max_length=500)] = ""


def receive_visit(packet: Packet, sent: Visit, election_id: int) -> Answer:
    """Write down a visit; a refusal of the operation is the packet's answer."""
    region = packet.device.region[:4]
    registration = registration_of(election_id, sent.partai)
    if registration is None or len(packet.device.region) > 4 or set(sent.benar) != set(ASPECTS[sent.aspek]):
        return Answer.refused("tidak_ada", _("Kunjungan ini tidak ada dalam tugas wilayah Anda."))
    known = db.session.scalar(select(FactualCheck).where(FactualCheck.packet == str(packet.key)))
    if known is not None:
        return _taken(sent, known)
    if registration.state != sent.tahap:
        return Answer.conflict(
            "tahap",
            _("Tahapan verifikasi partai ini sudah berganti."),
            hint=_("Pilih “Perbarui data”, lalu catat lagi bila masih perlu."),
        )
    now = dt.datetime.now(dt.UTC)
    check = factual.record_check(
        registration,
        region,
        sent.aspek,
        sent.benar,
        visited_at=min(packet.made_at or now, now),
        photos=[],
        note=sent.catatan,
        packet=str(packet.key),
        follow=len(packet.files),
        base=sent.dasar,
        actor=packet.actor,
    )
    return _taken(sent, check)


def _taken(sent: Visit, check: FactualCheck) -> Answer:
    return Answer.ok(partai=sent.partai, aspek=sent.aspek, status=check.state)


def carried(election_id: int, region: str) -> list[dict[str, Any]]:
    """The visits that are due in the very area of a phone, by party and aspect."""
    if len(region) not in LEVELS:
        return []
    return [_line(due, aspect) for due in due_in(election_id, region) for aspect in due.aspects]


def questions() -> dict[str, list[list[str]]]:
    """Aspect -> its questions: key and words."""
    return {aspect: [[key, str(QUESTIONS[key])] for key in keys] for aspect, keys in ASPECTS.items()}


def people_in(lines: list[dict[str, Any]]) -> int:
    """How many people such lines name, for the trail."""
    return len({(line["partai"], office) for line in lines for office, name in line["inti"] if name})


def _line(due: Due, aspect: str) -> dict[str, Any]:
    check = due.checks.get(aspect)
    return {
        "partai": due.registration.party_id,
        "nama": due.registration.party.short_name,
        "aspek": aspect,
        "judul": str(ASPECT_WORDS[aspect]),
        "tahap": due.registration.state,
        "dasar": mark_of(check),
        "status": check.state if check is not None else "menunggu",
        "kantor": _office(due.visited.office) if aspect == "kantor" else None,
        "sk": _decree(due.visited) if aspect != "kantor" else None,
        "inti": [[str(words), due.visited.core.get(office, "")] for office, words in CORE.items()]
        if aspect != "kantor"
        else [],
        "orang": due.visited.people,
        "perempuan": due.visited.women,
    }


def _office(office: PartyOffice | None) -> dict[str, str] | None:
    if office is None:
        return None
    until = f", {_('sampai %(day)s', day=tanggal(office.valid_to))}" if office.valid_to else ""
    return {"alamat": office.address, "status": f"{TENURES[office.tenure]}{until}"}


def _decree(visited: Visited) -> str:
    board = visited.board
    return f"{board.decree_number}, {tanggal(board.decree_date)}" if board is not None else ""
