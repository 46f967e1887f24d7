"""Packets in, each answered on its own and once for ever."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import structlog
from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.devices import signing
from electsys.devices.kinds import KINDS, Answer, Packet
from electsys.devices.models import Device, DevicePacket
from electsys.devices.operations.devices import see_device
from electsys.devices.wire import Delivery, Sent
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.privacy.scrub import mask, masked

log: Any = structlog.get_logger("electsys.devices")

#: What each outcome is as a status of HTTP; ``later`` is not stored and comes again.
STATUS = {"ok": 200, "conflict": 409, "refused": 422, "later": 503}

Told = dict[str, Any]


def receive_batch(
    device: Device, delivery: Delivery, *, actor: Actor, present: bool = True, locked: bool = False
) -> list[Told]:
    """Give each packet to its module and keep the answer; return the answers in the order of the packets.
    ``present`` is False where somebody else carries them in and the phone itself is not in contact;
    ``locked`` says that the caller has read the device FOR UPDATE: one sender at a time.

    A packet that came before gets the answer of that time, whatever the module would say now; another
    content under its key is a conflict. One that fails for a fault of ours leaves nothing behind and is
    told to come again; the others of the batch stand.
    """
    if not locked:
        db.session.refresh(device, with_for_update=True)
    keys = [sent.key for sent in delivery.packets]
    rows = db.session.scalars(
        select(DevicePacket).where(DevicePacket.device_id == device.id, DevicePacket.key.in_(keys))
    )
    known = {row.key: row for row in rows}
    answers, fresh = [], Counter[str]()
    for sent in delivery.packets:
        digest = signing.packet_digest(device.id, sent.signed)
        old = known.get(sent.key)
        if old is not None:
            answers.append(_told(old, again=True) if old.digest == digest else _other_content(sent))
            continue
        told, row = _receive(device, delivery.protocol, sent, digest, actor)
        if row is not None:
            known[row.key] = row
            fresh[row.outcome] += 1
        answers.append(told)
    if fresh:
        record(
            "devices:packet:receive",
            f"device:{device.id}",
            actor=actor,
            region=device.region,
            election_id=device.election_id,
            details={"kind": device.kind, "count": fresh.total(), **fresh},
        )
    if not present:
        return answers
    settled = sum(told["outcome"] != "later" for told in answers)
    see_device(device, protocol=delivery.protocol, pending=max(0, delivery.pending - settled))
    return answers


def _receive(
    device: Device, protocol: int, sent: Sent, digest: bytes, actor: Actor
) -> tuple[Told, DevicePacket | None]:
    payload = _payload(sent.body)
    if payload is None or not signing.verifies(device.public_key, sent.signature, sent.signed):
        words = (
            _("Isi kiriman ini rusak atau tanda tangannya tidak cocok."),
            _("Catat ulang di ponsel, lalu buang kiriman ini."),
        )
        return _plain(sent, Answer.refused("rusak", words[0], hint=words[1])), None
    packet = Packet(device, sent.key, payload, sent.made_at, protocol, sent.files, actor)
    try:
        with db.session.begin_nested():
            answer = KINDS[device.kind].receive(packet)
            row = _keep(packet, answer, digest)
    except Refused as refusal:
        if refusal.status >= 500:
            return _later(sent, str(refusal.message)), None
        with db.session.begin_nested():
            row = _keep(packet, _of_refusal(refusal), digest)
    except Exception as problem:
        # The message may quote what was sent: only the kind of the fault and its place are noted.
        where = problem.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        place = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else ""
        log.error("packet failed", device=device.id, fault=type(problem).__name__, place=place)
        return _later(sent, _("Server sedang terganggu; kiriman ini diulang sendiri.")), None
    return _told(row, again=False), row


def _payload(body: str) -> dict[str, Any] | None:
    """The object that a body holds; None for what no database could keep, too (NUL, half a character)."""
    try:
        found = json.loads(body, parse_constant=_no_number)
        text = json.dumps(found, ensure_ascii=False)
        text.encode()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and "\\u0000" not in text else None


def _no_number(word: str) -> float:
    raise ValueError(word)


def _keep(packet: Packet, answer: Answer, digest: bytes) -> DevicePacket:
    row = DevicePacket(
        device_id=packet.device.id,
        key=packet.key,
        kind=packet.device.kind,
        protocol=packet.protocol,
        made_at=packet.made_at,
        outcome=answer.outcome,
        answer={
            "code": answer.code,
            "message": mask(answer.message),
            "hint": mask(answer.hint),
            "values": masked(dict(answer.values)),
        },
        digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _of_refusal(refusal: Refused) -> Answer:
    say = Answer.conflict if refusal.status == 409 else Answer.refused
    code = getattr(refusal, "code", None) or refusal.field or "ditolak"
    return say(str(code), str(refusal.message), hint=str(refusal.hint or ""))


def _told(row: DevicePacket, *, again: bool) -> Told:
    return {
        "key": str(row.key),
        "outcome": row.outcome,
        "status": STATUS[row.outcome],
        **row.answer,
        "receipt": {
            "number": row.receipt,
            "digest": row.digest.hex(),
            "received_at": row.received_at.isoformat(),
        },
        "again": again,
    }


def _plain(sent: Sent, answer: Answer) -> Told:
    """An answer that is not kept."""
    return {
        "key": str(sent.key),
        "outcome": answer.outcome,
        "status": STATUS[answer.outcome],
        "code": answer.code,
        "message": answer.message,
        "hint": answer.hint,
        "values": answer.values,
        "receipt": None,
        "again": False,
    }


def _other_content(sent: Sent) -> Told:
    return _plain(
        sent,
        Answer.conflict(
            "kunci_terpakai",
            _("Kiriman lain dengan nomor yang sama sudah diterima."),
            hint=_("Periksa isinya, lalu catat sebagai kiriman baru bila memang berbeda."),
        ),
    )


def _later(sent: Sent, message: str) -> Told:
    return _plain(sent, Answer.refused("nanti", message)) | {"outcome": "later", "status": STATUS["later"]}
