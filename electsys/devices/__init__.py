"""Devices: phones that work in the field for days without a network.

An officer with the right issues a code for an account and a task; the phone that shows it becomes a
:class:`Device` with a token and a signing key of its own. It fetches what it needs, works offline, and
sends signed packets that are answered once for ever: sent again, however often a connection broke, they
change nothing (NA-08..NA-11). A module registers what phones are used for with :func:`register` and
supplies only its screens; the shell, the encrypted store and the queue are this room's
(``web/static/js/offline``). Of what a packet held, this room keeps a keyed digest and the answer's code.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.devices import models  # noqa: F401  (completes the metadata)
from electsys.devices.guard import device_actor, requires_device
from electsys.devices.kinds import Answer, Attachment, Kind, Packet, register
from electsys.devices.models import Device, DeviceFile, DevicePacket
from electsys.devices.operations.devices import issue_activation
from electsys.devices.sheets import Slip, slips_pdf

__all__ = [
    "Answer",
    "Attachment",
    "Device",
    "DeviceFile",
    "DevicePacket",
    "Kind",
    "Packet",
    "Slip",
    "device_actor",
    "init_app",
    "issue_activation",
    "register",
    "requires_device",
    "slips_pdf",
]


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys.devices import api, rules, views, wording
    from electsys.devices.operations.photos import PURPOSE
    from electsys.devices.permissions import MANAGE, READ
    from electsys.devices.refusals import DeviceRefused
    from electsys.devices.views.field import on_phone
    from electsys.documents import kinds
    from electsys.identity import catalogue, permissions
    from electsys.ledger.wording import VERBS, name_subject
    from electsys.web import navigation, tasks

    permissions.declare(READ, _l("Melihat perangkat lapangan"))
    permissions.declare(MANAGE, _l("Mengaktifkan dan mencabut perangkat lapangan"))
    catalogue.MODULES.setdefault("devices", _l("Perangkat lapangan"))
    kinds.declare(
        PURPOSE,
        label=_l("Foto lapangan"),
        media=(kinds.JPEG,),
        max_bytes=rules.PHOTO_MOST,
        max_pixels=20_000_000,
        download=False,
    )
    VERBS.update(wording.VERBS)
    name_subject("device", _l("perangkat"))
    name_subject("device_activation", _l("kode aktivasi perangkat"))
    app.register_error_handler(DeviceRefused, api.told)
    app.register_blueprint(api.bp)
    app.register_blueprint(views.bp)
    tasks.source(None, on_phone)
    navigation.section("devices", _l("Meja kerja"))
    navigation.entry(_l("Perangkat lapangan"), "devices.device_list", permission=READ, order=60)
