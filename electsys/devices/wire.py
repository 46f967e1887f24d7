"""What travels between a phone and the server, strictly: an unknown or mistyped field is refused."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from electsys.devices import rules
from electsys.devices.refusals import DeviceRefused


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)
#: Bytes in base64, as the phone writes them.
Base64 = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]+=*$", max_length=200)]


class Activate(_Strict):
    """A phone that wants to become a device: the code, its public key, and a signature with that key."""

    code: Annotated[str, Field(max_length=60)]
    label: Annotated[str, Field(max_length=100)] = ""
    public_key: Base64
    proof: Base64
    protocol: int


class Item1(_Strict):
    """A packet of protocol 1."""

    key: UUID
    body: Annotated[str, Field(max_length=rules.BODY)]
    signature: Base64


class Item2(Item1):
    """A packet of protocol 2: with the phone's clock and the keys of its photos."""

    #: ISO 8601 with a zone, exactly as it was signed.
    made_at: Annotated[str, Field(max_length=40)]
    files: Annotated[list[UUID], Field(max_length=rules.FILES)] = []


class _Batch(_Strict):
    protocol: int
    #: Packets and photos that wait on the phone, these included.
    pending: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class Batch1(_Batch):
    """A request of protocol 1."""

    packets: Annotated[list[Item1], Field(min_length=1, max_length=rules.BATCH)]


class Batch2(_Batch):
    """A request of protocol 2."""

    packets: Annotated[list[Item2], Field(min_length=1, max_length=rules.BATCH)]


class _Spoken(BaseModel):
    """Only which protocol a request speaks: the rest is judged by that protocol's model."""

    model_config = ConfigDict(strict=True, extra="ignore")
    protocol: int


_BATCHES: dict[int, type[Batch1] | type[Batch2]] = {1: Batch1, 2: Batch2}
_MOMENT = TypeAdapter(AwareDatetime)


@dataclass(frozen=True)
class Sent:
    """A packet as it came, of whichever protocol."""

    key: UUID
    body: str
    signature: bytes
    made_at: datetime | None
    files: tuple[UUID, ...]
    signed: bytes


@dataclass(frozen=True)
class Delivery:
    """The packets of one request."""

    protocol: int
    pending: int
    packets: tuple[Sent, ...]


def read_activation() -> Activate:
    """The request's body as an activation."""
    asked = _validated(Activate, _raw(8192))
    check_protocol(asked.protocol)
    return asked


def read_batch() -> Delivery:
    """The request's body as packets of the protocol that it names."""
    raw = _raw(rules.REQUEST)
    protocol = _validated(_Spoken, raw).protocol
    check_protocol(protocol)
    batch = _validated(_BATCHES[protocol], raw)
    return Delivery(protocol, batch.pending, tuple(as_sent(protocol, item) for item in batch.packets))


def check_protocol(protocol: int) -> None:
    """Refuse a phone whose program is too old, or newer than the server."""
    if protocol not in rules.ACCEPTED:
        raise DeviceRefused(
            "protokol",
            _("Versi aplikasi pada perangkat ini tidak dikenal server."),
            hint=_("Buka halaman lapangan sekali saat ada jaringan; isi yang tersimpan tetap ada."),
            status=409,
        )


def read_bytes(text: str) -> bytes:
    """What stands in base64."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise _unreadable() from None


def as_sent(protocol: int, item: Item1 | Item2) -> Sent:
    """A packet of a protocol as it came; refused where its clock or its signature cannot be read."""
    made, files = (item.made_at, tuple(item.files)) if isinstance(item, Item2) else ("", ())
    try:
        moment = _MOMENT.validate_python(made, strict=False) if made else None
    except ValidationError:
        raise _unreadable("made_at") from None
    signed = rules.signed_text(
        protocol, key=str(item.key), made_at=made, files=tuple(str(f) for f in files), body=item.body
    )
    return Sent(item.key, item.body, read_bytes(item.signature), moment, files, signed)


def _raw(most: int) -> bytes:
    if (request.content_length or 0) > most:
        raise DeviceRefused(
            "terlalu_besar",
            _("Kiriman ini terlalu besar."),
            hint=_("Kirim lebih sedikit sekaligus."),
            status=413,
        )
    return request.get_data(cache=False)


def _validated(model: type[Model], raw: bytes) -> Model:
    """The model of what was sent. What it complains about names fields, never values."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
        raise _unreadable(".".join(str(part) for part in first["loc"])) from None


def _unreadable(where: str = "") -> DeviceRefused:
    detail = _(" (bagian %(where)s)", where=where) if where else ""
    return DeviceRefused(
        "rusak",
        _("Kiriman ini tidak dapat dibaca%(detail)s.", detail=detail),
        hint=_("Coba kirim lagi; bila terulang, laporkan kepada admin."),
        status=400,
    )
