"""Packets of a phone without a network, carried in by somebody who has one: the same packets, no other."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from electsys.db import db
from electsys.devices import rules
from electsys.devices.carried import Carried
from electsys.devices.kinds import KINDS
from electsys.devices.models import Device
from electsys.devices.operations.devices import check_device, scope_of
from electsys.devices.operations.packets import Told, receive_batch
from electsys.devices.permissions import MANAGE
from electsys.devices.wire import Delivery, as_sent
from electsys.errors import Refused
from electsys.identity import grants
from electsys.ledger import Actor, record


@dataclass(frozen=True)
class Handed:
    """A packet that was carried in: whose it is, and what was answered."""

    device: Device
    told: Told


def carry_packet(carried: Carried, *, actor: Actor) -> Handed:
    """Give a packet to its module as if its phone had sent it.

    The signature decides whether it is the phone's; sent once more by the phone itself it gets the same
    answer. The actor needs the right over devices where the phone works; the phone and its account must
    still be allowed to do the task.
    """
    device = db.session.get(Device, carried.device)
    used = KINDS.get(device.kind) if device is not None else None
    if device is None or used is None or not used.carried:
        raise Refused(
            _("Kode QR ini bukan dari ponsel yang dikenal di sini."),
            hint=_("Pindai lagi kode pada halaman “Tunjukkan QR” ponsel KPPS."),
            status=404,
        )
    grants.demand(actor, MANAGE, scope_of(device))
    check_device(device)
    grant = grants.deciding(device.account, used.permission, scope_of(device))
    if grant is None:
        raise Refused(
            _("Hak pemegang ponsel ini untuk tugasnya sudah berakhir atau belum berlaku."), status=403
        )
    if carried.protocol not in rules.ACCEPTED:
        raise Refused(_("Versi aplikasi pada perangkat ini tidak dikenal server."), status=409)
    delivery = Delivery(carried.protocol, 0, (as_sent(carried.protocol, carried.item),))
    holder = Actor(device.account_id, device.account.username, grant)
    [told] = receive_batch(device, delivery, actor=holder, present=False)
    record(
        "devices:packet:carry",
        f"device:{device.id}",
        actor=actor,
        region=device.region,
        election_id=device.election_id,
        details={"kind": device.kind, "outcome": told["outcome"], "again": told["again"]},
    )
    return Handed(device, told)
