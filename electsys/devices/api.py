"""What phones ask of the server, under ``/api/perangkat``: JSON, a token in a header, no cookie.

Every answer to a refused request is a problem (RFC 9457) with a ``code`` that the client acts on.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, abort, jsonify, request
from werkzeug.exceptions import ClientDisconnected

from electsys.db import db
from electsys.devices import queries, rules, signing, wire
from electsys.devices.guard import device_actor, requires_device
from electsys.devices.kinds import KINDS
from electsys.devices.models import Device, DeviceFile
from electsys.devices.operations import devices as operations
from electsys.devices.operations import packets, photos
from electsys.devices.refusals import DeviceRefused
from electsys.documents.operations import uploads
from electsys.identity.access import public
from electsys.web.errors import respond
from electsys.web.security import csrf

bp = APIBlueprint("devices_api", __name__, url_prefix="/api/perangkat", tag="Perangkat lapangan")
csrf.exempt(bp)  # no cookie opens these doors, so nobody's browser can be made to knock

_SHA256 = re.compile(r"[0-9a-f]{64}")


@bp.after_request
def keep_nowhere(response: Response) -> Response:
    """Nothing on the way stores an answer."""
    response.headers["Cache-Control"] = "no-store"
    return response


def told(refusal: DeviceRefused) -> Response:
    """A refusal with its code."""
    response = respond(
        refusal.status,
        title=str(refusal.message),
        hint=str(refusal.hint) if refusal.hint else None,
        code=refusal.code,
    )
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


@bp.post("/aktivasi")
@public
def activate() -> Any:
    """Make a phone a device: a one-time code for a token."""
    asked = wire.read_activation()
    device, token = operations.activate_device(
        asked.code,
        label=asked.label,
        public_key=wire.read_bytes(asked.public_key),
        proof=wire.read_bytes(asked.proof),
        protocol=asked.protocol,
    )
    response = jsonify(token=token, **_facts(device))
    response.status_code = 201
    return response


@bp.get("/saya")
@requires_device(granted=False)
def own(device: Device) -> Any:
    """How the device stands; the phone may say how much waits on it (``?menunggu=``)."""
    operations.see_device(device, pending=request.args.get("menunggu", type=_count))
    return jsonify(_facts(device))


@bp.get("/bekal")
@requires_device()
def bundle(device: Device) -> Any:
    """What the phone needs to work without a network; 304 where it has it already."""
    content = KINDS[device.kind].bundle(device)
    text = json.dumps({"bundle": content, **_facts(device)}, ensure_ascii=False, separators=(",", ":"))
    stable = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    tag = signing.bundle_tag(device.id, stable)
    operations.see_device(device)
    response = Response(text, mimetype="application/json")
    response.set_etag(tag)
    if tag in request.if_none_match:
        response = Response(status=304)
        response.set_etag(tag)
        return response
    rows = content.get("rows")
    operations.note_bundle(device, rows=rows if type(rows) is int else None, actor=device_actor(device))
    return response


@bp.post("/paket")
@requires_device(lock=True)
def send(device: Device) -> Any:
    """Up to 50 packets, each answered on its own; sent again they get the same answers."""
    answers = packets.receive_batch(device, wire.read_batch(), actor=device_actor(device), locked=True)
    return jsonify(answers=answers, server_time=_now())


@bp.get("/berkas/<uuid:key>")
@requires_device()
def photo(device: Device, key: UUID) -> Any:
    """How far a photo is; ``HEAD`` gives the headers alone."""
    found = photos.find_photo(device, key)
    if found is None:
        raise DeviceRefused("tidak_ada", "", status=404)
    return _progress(found, photos.offset_of(found))


@bp.put("/berkas/<uuid:key>")
@requires_device()
def append(device: Device, key: UUID) -> Any:
    """A piece of a photo, at ``?offset=``; headers name its packet, its length and its SHA-256."""
    offset, length = request.args.get("offset", type=_count), _header_count("Upload-Length")
    sha256, packet = request.headers.get("Upload-SHA256", ""), _uuid(request.headers.get("Packet-Key"))
    if offset is None or length is None or packet is None or not _SHA256.fullmatch(sha256):
        abort(400)
    if request.content_length is None or request.content_length > rules.CHUNK:
        raise DeviceRefused("terlalu_besar", "", status=413)
    piece = _arrived()
    token = getattr(photos.find_photo(device, key), "upload_token", None)
    try:
        found, there = photos.append_photo(
            device,
            key,
            packet_key=packet,
            length=length,
            sha256=sha256,
            offset=offset,
            piece=piece,
            actor=device_actor(device),
        )
    except uploads.WrongOffset as wrong:
        response = respond(409, title=str(wrong.message), code="tidak_sambung", offset=wrong.offset)
        response.headers["Upload-Offset"] = str(wrong.offset)
        return response
    operations.see_device(device)
    response = _progress(found, there)
    if found.file_id is not None and token:
        # After the commit, when the row says that the file is kept; then there is no app to ask for the path.
        part = uploads.part_of(token)
        response.call_on_close(lambda: part.unlink(missing_ok=True))
    return response


@bp.post("/keluar")
@requires_device(granted=False)
def leave(device: Device) -> Any:
    """The holder signs the device out."""
    operations.leave_device(device, actor=device_actor(device))
    return Response(status=204)


def _arrived() -> bytes:
    """The body, or as much of it as came through before the line was cut: it need not be sent again."""
    got = bytearray()
    try:
        while chunk := request.stream.read(4096):
            got += chunk
    except (ClientDisconnected, OSError):
        pass
    return bytes(got)


def _progress(found: DeviceFile, offset: int) -> Response:
    stored = found.file
    response = jsonify(
        offset=offset,
        length=found.length,
        receipt=None if stored is None else {"number": stored.receipt, "digest": stored.received_sha256},
        server_time=_now(),
    )
    response.headers["Upload-Offset"] = str(offset)
    response.headers["Upload-Length"] = str(found.length)
    return response


def _facts(device: Device) -> dict[str, Any]:
    db.session.flush()
    return {
        "device": {
            "id": device.id,
            "label": device.label,
            "kind": device.kind,
            "task": str(KINDS[device.kind].label),
            "region": device.region,
            "place": queries.place_name(device.region),
            "election": device.election_id,
            "until": device.until.isoformat(),
            "erase_at": (device.until + rules.GRACE).isoformat(),
        },
        "protocols": list(rules.ACCEPTED),
        "server_time": _now(),
    }


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise ValueError(text)
    return int(text)


def _header_count(name: str) -> int | None:
    try:
        return _count(request.headers.get(name, ""))
    except ValueError:
        return None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
