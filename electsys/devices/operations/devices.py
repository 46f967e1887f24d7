"""Codes that activate phones, the devices they make, and how these end."""

from __future__ import annotations

import datetime as dt
import secrets

from flask_babel import gettext as _
from sqlalchemy import case, func, select, update
from sqlalchemy.orm import joinedload

from electsys.db import db
from electsys.devices import rules, signing
from electsys.devices.kinds import KINDS
from electsys.devices.models import Device, DeviceActivation
from electsys.devices.permissions import MANAGE
from electsys.devices.refusals import OVER, REVOKED, DeviceRefused, NotKnown
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.ledger import Actor, record

#: How often the last contact is written down.
SEEN_EVERY = dt.timedelta(minutes=1)


def scope_of(thing: Device | DeviceActivation) -> Scope:
    """Where a device or an activation lies."""
    return Scope(region=thing.region, election=thing.election_id)


def issue_activation(
    kind: str,
    account: Account,
    *,
    region: str,
    election_id: int | None,
    until: dt.datetime,
    actor: Actor,
) -> str:
    """A one-time code for a phone of this account; an earlier one for the same task stops working.

    The actor needs the right in ``region``; the account must hold the kind's permission there already, for
    an activation gives no right of its own. ``until`` is the end of the task. Return the code, which is
    kept nowhere.
    """
    used, scope = KINDS[kind], Scope(region=region, election=election_id)
    grants.demand(actor, MANAGE, scope)
    if not account.active or not grants.can(account, used.permission, scope):
        raise Refused(
            _("Akun %(who)s tidak berhak melakukan tugas ini di wilayah itu.", who=account.username),
            hint=_("Beri dulu haknya pada halaman akun, lalu aktifkan perangkatnya."),
        )
    if not used.fits(region):
        raise Refused(_("Tugas ini hanya untuk satu TPS; wilayah akun itu lebih luas atau lebih sempit."))
    if until <= dt.datetime.now(dt.UTC):
        raise Refused(_("Akhir tugas sudah lewat."), hint=_("Pilih tanggal sesudah hari ini."), field="until")
    db.session.execute(
        update(DeviceActivation)
        .where(
            DeviceActivation.account_id == account.id,
            DeviceActivation.kind == kind,
            DeviceActivation.region == region,
            DeviceActivation.closed_at.is_(None),
        )
        .values(closed_at=func.clock_timestamp())
    )
    code = "".join(secrets.choice(rules.LETTERS) for _letter in range(rules.CODE_LENGTH))
    row = DeviceActivation(
        account_id=account.id,
        kind=kind,
        region=region,
        election_id=election_id,
        secret_hash=signing.code_hash(code),
        until=until,
        issued_by=actor.name,
        expires_at=min(dt.datetime.now(dt.UTC) + rules.ACTIVATION_VALID, until),
    )
    db.session.add(row)
    db.session.flush()
    record(
        "devices:activation:issue",
        f"device_activation:{row.id}",
        actor=actor,
        region=region,
        election_id=election_id,
        details={"kind": kind, "account": account.id},
    )
    return code


def activate_device(
    typed: str, *, label: str, public_key: bytes, proof: bytes, protocol: int
) -> tuple[Device, str]:
    """Make the phone that shows a code a device; return it with its token, which is kept nowhere.

    The code works once. A phone whose answer was lost on the way may ask again with the same key, until
    its first contact as a device; the token it gets then replaces the one that was lost.
    """
    code = rules.read_code(typed)
    if code is None or not signing.is_public_key(public_key):
        raise _unknown_code()
    found = db.session.scalar(
        select(DeviceActivation)
        .where(DeviceActivation.secret_hash == signing.code_hash(code))
        .with_for_update()
    )
    if found is None or not found.account.active or found.kind not in KINDS:
        raise _unknown_code()
    if not signing.verifies(public_key, proof, rules.activation_text(code)):
        raise DeviceRefused("tanda_tangan", _("Tanda tangan perangkat ini tidak sah."), status=422)
    if found.closed_at is not None:
        device = _same_phone(found, public_key)
    else:
        device = _new_device(found, label, public_key, protocol)
    token = secrets.token_urlsafe(32)
    device.token_hash = signing.token_hash(token)
    db.session.add(device)
    db.session.flush()
    found.device = device
    record(
        "devices:device:activate",
        f"device:{device.id}",
        actor=Actor(found.account_id, found.account.username),
        region=device.region,
        election_id=device.election_id,
        details={"kind": device.kind, "activation": found.id},
    )
    db.session.flush()
    return device, token


def _same_phone(used: DeviceActivation, public_key: bytes) -> Device:
    """The device that a used code made, if it is this phone and it has not been in contact yet."""
    device = used.device
    if (
        device is None
        or device.public_key != public_key
        or device.seen_at is not None
        or device.ended_at is not None
    ):
        raise DeviceRefused(
            "kode_terpakai",
            _("Kode aktivasi ini sudah dipakai atau sudah diganti."),
            hint=_("Bila bukan Anda yang memakainya, segera beri tahu atasan Anda. Minta kode baru."),
            status=410,
        )
    return device


def _new_device(found: DeviceActivation, label: str, public_key: bytes, protocol: int) -> Device:
    if found.expires_at <= dt.datetime.now(dt.UTC):
        raise DeviceRefused(
            "kode_kedaluwarsa",
            _("Masa berlaku kode aktivasi ini sudah habis."),
            hint=_("Minta kode baru kepada atasan Anda."),
            status=410,
        )
    if not grants.can(found.account, KINDS[found.kind].permission, scope_of(found)):
        raise DeviceRefused(
            "hak_berakhir",
            _("Hak akun Anda untuk tugas ini sudah berakhir atau belum berlaku."),
            hint=_("Hubungi atasan Anda agar haknya diperiksa."),
            status=403,
        )
    found.closed_at = dt.datetime.now(dt.UTC)
    return Device(
        account_id=found.account_id,
        kind=found.kind,
        region=found.region,
        election_id=found.election_id,
        label=" ".join(label.split())[:100] or _("Ponsel"),
        public_key=public_key,
        protocol=protocol,
        until=found.until,
    )


def _unknown_code() -> DeviceRefused:
    return DeviceRefused(
        "kode_tidak_dikenal",
        _("Kode aktivasi ini tidak dikenal."),
        hint=_("Pindai lagi kode QR pada lembar Anda, atau ketik kodenya dengan teliti."),
        status=404,
    )


def authenticate(token: str, *, lock: bool = False) -> Device:
    """The device of a token. :class:`NotKnown` says why there is none; at some codes the phone erases.

    One question: it brings the account along, tells the database that this transaction reaches the device's
    village, and with ``lock`` lets one sender of a device in at a time.
    """
    reach = case((Device.region == "", "*"), else_=func.left(Device.region, 10))
    found = (
        select(Device, func.set_config("app.scope", reach, True))
        .where(Device.token_hash == signing.token_hash(token))
        .options(joinedload(Device.account, innerjoin=True))
        .execution_options(populate_existing=lock)
    )
    device = db.session.scalar(found.with_for_update(of=Device) if lock else found)
    if device is None:
        raise NotKnown(
            "tidak_dikenal",
            _("Server tidak mengenal perangkat ini."),
            hint=_("Isi perangkat tetap tersimpan. Hubungi atasan Anda."),
        )
    return check_device(device)


def check_device(device: Device) -> Device:
    """The device, unless it or its account has ended; :class:`NotKnown` says why."""
    if device.ended_at is not None:
        raise NotKnown(
            REVOKED,
            _("Perangkat ini sudah dicabut."),
            hint=_("Isinya dihapus. Minta kode aktivasi baru bila Anda masih bertugas."),
        )
    if rules.phase(device.until, dt.datetime.now(dt.UTC)) == "berakhir":
        raise NotKnown(OVER, _("Tugas perangkat ini sudah berakhir."), hint=_("Isinya dihapus."))
    if not device.account.active:
        raise NotKnown(
            "akun_nonaktif",
            _("Akun Anda dinonaktifkan."),
            hint=_("Isi perangkat tetap tersimpan. Hubungi atasan Anda."),
        )
    return device


def see_device(device: Device, *, protocol: int | None = None, pending: int | None = None) -> None:
    """Write down that a device was in contact, what it speaks and how much waits on it."""
    now = dt.datetime.now(dt.UTC)
    if device.seen_at is None or now - device.seen_at > SEEN_EVERY:
        device.seen_at = now
    if protocol is not None:
        device.protocol = protocol
    if pending is not None:
        device.pending = pending
    db.session.flush()


def revoke_device(device: Device, *, reason: str, actor: Actor) -> None:
    """An officer ends a device: lost, stolen, or its holder no longer serves. It erases itself at the next
    contact; what waited on it is lost."""
    grants.demand(actor, MANAGE, scope_of(device))
    _end(device, "dicabut")
    record(
        "devices:device:revoke",
        f"device:{device.id}",
        actor=actor,
        reason=reason,
        region=device.region,
        election_id=device.election_id,
        details={"pending": device.pending},
    )


def leave_device(device: Device, *, actor: Actor) -> None:
    """The holder signs a device out; it has erased itself."""
    _end(device, "keluar")
    record(
        "devices:device:leave",
        f"device:{device.id}",
        actor=actor,
        region=device.region,
        election_id=device.election_id,
    )


def _end(device: Device, why: str) -> None:
    db.session.refresh(device, with_for_update=True)
    if device.ended_at is not None:
        raise Refused(_("Perangkat ini sudah berakhir."), status=409)
    device.ended_at, device.ended_why = dt.datetime.now(dt.UTC), why
    db.session.flush()


def note_bundle(device: Device, *, rows: int | None, actor: Actor) -> None:
    """Note that a device fetched its data: a reading of many people at once."""
    record(
        "devices:bundle:give",
        f"device:{device.id}",
        actor=actor,
        region=device.region,
        election_id=device.election_id,
        details={"kind": device.kind, **({"rows": rows} if rows is not None else {})},
    )
