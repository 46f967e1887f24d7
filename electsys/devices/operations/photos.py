"""Photos of packets: in pieces, resumable, into stored files (the uploads of electsys.documents)."""

from __future__ import annotations

import io
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.devices import rules
from electsys.devices.kinds import KINDS, Attachment
from electsys.devices.models import Device, DeviceFile, DevicePacket
from electsys.devices.refusals import DeviceRefused
from electsys.documents.models import Upload
from electsys.documents.operations import uploads
from electsys.errors import Refused
from electsys.ledger import Actor

#: The purpose of these files (electsys.documents.kinds).
PURPOSE = "field_photo"


def find_photo(device: Device, key: UUID) -> DeviceFile | None:
    """A device's photo of this key; another device's does not exist for it."""
    return db.session.scalar(
        select(DeviceFile).where(DeviceFile.device_id == device.id, DeviceFile.key == key)
    )


def offset_of(photo: DeviceFile) -> int:
    """How many of its bytes have arrived."""
    if photo.file_id is not None:
        return photo.length
    upload = _upload(photo)
    return uploads.offset_of(upload) if upload is not None else 0


def append_photo(
    device: Device,
    key: UUID,
    *,
    packet_key: UUID,
    length: int,
    sha256: str,
    offset: int,
    piece: bytes,
    actor: Actor,
) -> tuple[DeviceFile, int]:
    """Append a piece; with the last one the photo is checked, stored, and given to its module. Return the
    photo and its new offset. Every step may be repeated: a piece that is there already changes nothing.

    :class:`~electsys.documents.operations.uploads.WrongOffset` says where to go on.
    """
    db.session.refresh(device, with_for_update=True)
    photo = find_photo(device, key) or _begin(device, key, packet_key, length, sha256, actor)
    if photo.length != length or photo.sha256 != sha256:
        raise DeviceRefused("kunci_terpakai", _("Foto lain dengan nomor ini sudah dikirim."), status=409)
    if photo.file_id is not None:
        return photo, photo.length
    if len(piece) > rules.CHUNK or offset + len(piece) > length:
        raise DeviceRefused("terlalu_besar", _("Potongan foto ini terlalu besar."), status=413)
    upload = _upload(photo)
    if upload is None:  # nobody went on for a day, and its pieces were swept away
        upload = _begin_upload(key, length, sha256, actor)
        photo.upload_token = upload.token
    uploads.keep_alive(upload)
    there = uploads.append(upload.token, length, io.BytesIO(piece), at=offset)
    if there < length:
        return photo, there
    photo.file = uploads.finish_upload(upload, actor=actor)
    photo.upload_token = None
    device.pending = max(0, device.pending - 1)
    db.session.flush()
    attach = KINDS[device.kind].attach
    if attach is not None:
        try:
            values = photo.packet.answer["values"]
            attach(Attachment(device, photo.packet.key, key, photo.file, actor, values))
        except Refused as refusal:
            if refusal.status >= 500:
                raise
            # Whatever the module's reason is: the same photo sent again would not be taken either.
            raise DeviceRefused("foto", str(refusal.message), hint=refusal.hint) from refusal
    return photo, length


def _begin(device: Device, key: UUID, packet_key: UUID, length: int, sha256: str, actor: Actor) -> DeviceFile:
    packet = db.session.scalar(
        select(DevicePacket).where(DevicePacket.device_id == device.id, DevicePacket.key == packet_key)
    )
    # A packet in conflict may have been taken after all, by a person who decided.
    if packet is None or packet.outcome == "refused" or KINDS[device.kind].attach is None:
        raise DeviceRefused(
            "tanpa_paket",
            _("Foto ini tidak menyertai kiriman yang sudah diterima."),
            hint=_("Kirim dulu isian yang disertainya."),
            status=409,
        )
    upload = _begin_upload(key, length, sha256, actor)
    photo = DeviceFile(
        device_id=device.id,
        key=key,
        packet=packet,
        length=length,
        sha256=sha256,
        upload_token=upload.token,
    )
    db.session.add(photo)
    db.session.flush()
    return photo


def _begin_upload(key: UUID, length: int, sha256: str, actor: Actor) -> Upload:
    return uploads.begin_upload(
        kind=PURPOSE, name=f"{key}.jpg", length=length, expected_sha256=sha256, actor=actor
    )


def _upload(photo: DeviceFile) -> Upload | None:
    return db.session.scalar(select(Upload).where(Upload.token == photo.upload_token))
