"""The access rule of device endpoints: a token in a header, no cookie, and the grants of its account.

Like ``requires`` for pages. The view gets the :class:`~electsys.devices.models.Device` as its first
argument; what it may see of people ends at the device's region.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, request
from flask_babel import gettext as _

from electsys.devices.kinds import KINDS
from electsys.devices.models import Device
from electsys.devices.operations.devices import authenticate, scope_of
from electsys.devices.refusals import DeviceRefused, NotKnown
from electsys.identity import grants
from electsys.identity.access import DEVICE, AccessRule
from electsys.ledger import Actor

View = TypeVar("View", bound=Callable[..., Any])
_BEARER = "Bearer "


def requires_device(
    kind: str | None = None, *, granted: bool = True, lock: bool = False
) -> Callable[[View], View]:
    """The caller is a device, of ``kind`` where one is named, and its account still may do its task.

    Without a token, or with one that was revoked, 401; another kind's device, or an account without the
    grant, 403. ``granted=False`` is for what a device may always do: ask how it stands, and leave. ``lock``
    lets one request of a device in at a time.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            return view(_enter(kind, granted=granted, lock=lock), **arguments)

        guarded.access_rule = AccessRule(DEVICE, device_kind=kind)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def device_actor(device: Device) -> Actor:
    """The device's account as the actor of an operation, in the grant that opened the route."""
    return Actor(device.account_id, device.account.username, g.get("acting_grant"))


def _enter(kind: str | None, *, granted: bool, lock: bool) -> Device:
    given = request.headers.get("Authorization", "")
    if not given.startswith(_BEARER):
        raise NotKnown("tanpa_token", _("Perangkat ini belum diaktifkan."))
    device = authenticate(given.removeprefix(_BEARER).strip(), lock=lock)
    used = KINDS.get(device.kind)
    if used is None or (kind is not None and device.kind != kind):
        raise DeviceRefused("tugas_lain", _("Perangkat ini diaktifkan untuk tugas lain."), status=403)
    if granted:
        g.acting_grant = grants.deciding(device.account, used.permission, scope_of(device))
        if g.acting_grant is None:
            raise DeviceRefused(
                "hak_berakhir",
                _("Hak akun Anda untuk tugas ini sudah berakhir atau belum berlaku."),
                hint=_("Isi perangkat tetap tersimpan. Hubungi atasan Anda agar haknya diperiksa."),
                status=403,
            )
    # People are stored by village; a device of one TPS reaches its village, and its module narrows further.
    # This transaction was told as the device was found.
    g.db_scope = device.region[:10] or "*"
    return device
