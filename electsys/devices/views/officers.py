"""The devices of a region: list, one of them, and its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.devices import queries, rules
from electsys.devices.forms import RevokeForm
from electsys.devices.kinds import KINDS
from electsys.devices.models import Device, DevicePacket
from electsys.devices.operations import devices as operations
from electsys.devices.permissions import MANAGE, READ
from electsys.devices.views import bp
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, requires
from electsys.identity.models import Account
from electsys.web.tables import Column, Filter, Table

STATES = {
    "aktif": _l("aktif"),
    "tenggang": _l("tugas berakhir, mengirim sisa"),
    "berakhir": _l("berakhir"),
    "dicabut": _l("dicabut"),
    "keluar": _l("keluar sendiri"),
}
OUTCOMES = {"ok": _l("diterima"), "conflict": _l("berbenturan"), "refused": _l("ditolak")}


def load_device(device_id: int) -> tuple[Device, Scope]:
    """A device in its scope; 404 where there is none."""
    device = db.session.get(Device, device_id)
    if device is None:
        abort(404)
    return device, operations.scope_of(device)


def state_of(device: Device) -> str:
    """How a device stands: a key of :data:`STATES`."""
    return device.ended_why or rules.phase(device.until, dt.datetime.now(dt.UTC))


def kind_label(name: str) -> str:
    """What people call a use of phones; one that no code registers any more is its name."""
    return str(KINDS[name].label) if name in KINDS else name


@bp.get("/perangkat")
@requires(READ)
def device_list() -> Any:
    """Devices of the reader's regions."""
    names: dict[str, str] = {}

    def place(device: Device) -> str:
        if device.region not in names:
            names.update(queries.place_names({d.region for d in table.page.rows} | {device.region}))
        return names[device.region]

    table = Table(
        queries.devices_in(grants.scopes(current_user, READ)),
        [
            Column(
                "perangkat",
                _l("Perangkat"),
                "label",
                sort=Device.label,
                link=lambda d: url_for("devices.device", device_id=d.id),
            ),
            Column("pemegang", _l("Pemegang"), "account.name", sort=Account.name),
            Column("tugas", _l("Tugas"), lambda d: kind_label(d.kind)),
            Column("wilayah", _l("Wilayah"), place, sort=Device.region, export=False),
            Column("kode_wilayah", _l("Kode wilayah"), "region", hidden=True),
            Column("keadaan", _l("Keadaan"), lambda d: str(STATES[state_of(d)])),
            Column("menunggu", _l("Belum terkirim"), "pending", kind="number", sort=Device.pending),
            Column("terakhir", _l("Terakhir terhubung"), "seen_at", kind="moment", sort=Device.seen_at),
            Column("protokol", _l("Protokol"), "protocol", kind="number", hidden=True),
        ],
        caption=_l("Perangkat lapangan"),
        empty=_l("Belum ada ponsel yang diaktifkan di wilayah Anda."),
        empty_action=(_("Aktifkan perangkat petugas"), url_for("devices.holder_list"))
        if grants.can(current_user, MANAGE)
        else None,
        search=(Device.label, Account.name, Account.username),
        search_hint=_l("Cari perangkat atau pemegang"),
        filters=[
            Filter(
                "tugas",
                _l("Tugas"),
                [(k.name, k.label) for k in KINDS.values()],
                lambda query, value: query.where(Device.kind == value),
            ),
            Filter(
                "keadaan",
                _l("Keadaan"),
                [("aktif", _l("masih berlaku")), ("berakhir", _l("sudah berakhir"))],
                lambda query, value: query.where(
                    Device.ended_at.is_(None) if value == "aktif" else Device.ended_at.is_not(None)
                ),
            ),
        ],
        name="perangkat",
    )
    return table.download() or render_template(
        "devices/list.html", table=table, may_activate=grants.can(current_user, MANAGE) and bool(KINDS)
    )


@bp.get("/perangkat/<int:device_id>")
@requires(READ, load=load_device)
def device(loaded: Device) -> Any:
    """One device and what it sent: numbers and outcomes, never what was in it."""
    table = Table(
        queries.packets_of(loaded.id),
        [
            Column("tanda-terima", _l("Tanda terima"), "receipt"),
            Column("diterima", _l("Diterima"), "received_at", kind="moment", sort=DevicePacket.received_at),
            Column("dicatat", _l("Dicatat di ponsel"), "made_at", kind="moment"),
            Column("hasil", _l("Hasil"), lambda p: str(OUTCOMES[p.outcome])),
            Column("kata", _l("Keterangan"), lambda p: p.answer.get("message") or ""),
        ],
        caption=_l("Kiriman"),
        empty=_l("Belum ada kiriman dari perangkat ini."),
        filters=[
            Filter(
                "hasil",
                _l("Hasil"),
                list(OUTCOMES.items()),
                lambda query, value: query.where(DevicePacket.outcome == value),
            )
        ],
        name=f"kiriman-{loaded.id}",
    )
    return table.download() or render_template(
        "devices/device.html",
        device=loaded,
        kind=kind_label(loaded.kind),
        place=queries.place_name(loaded.region),
        state=state_of(loaded),
        states=STATES,
        photos=queries.photos_of(loaded.id),
        table=table,
        may_revoke=loaded.ended_at is None and grants.can(current_user, MANAGE, operations.scope_of(loaded)),
    )


@bp.route("/perangkat/<int:device_id>/cabut", methods=["GET", "POST"])
@requires(MANAGE, load=load_device)
def revoke(loaded: Device) -> Any:
    """End a device, for a reason."""
    form = RevokeForm()
    if form.validate_on_submit():
        try:
            operations.revoke_device(loaded, reason=form.reason.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Perangkat dicabut. Isinya terhapus begitu perangkat itu terhubung lagi."), "success")
            return redirect(url_for("devices.device", device_id=loaded.id))
    return render_template("devices/revoke.html", form=form, device=loaded), form.status
