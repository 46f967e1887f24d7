"""The writers of grants."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import appointing, grants
from electsys.identity.access import Scope
from electsys.identity.models import Account, Grant, Role
from electsys.identity.queries.regions import region_exists
from electsys.identity.rules import region_fits
from electsys.ledger import Actor, record

MANAGE = "identity:grant:manage"


def give_grant(
    account: Account,
    role: Role,
    *,
    actor: Actor,
    region: str = "",
    party_id: int | None = None,
    election_id: int | None = None,
    valid_from: dt.datetime | None = None,
    valid_to: dt.datetime | None = None,
    tell: bool = True,
) -> Grant:
    """Give a role to an account inside a region, party and election; the same twice is refused.

    Nobody gives a right to oneself, nobody gives one beyond one's own scope, and the rights to manage
    accounts are only given by who holds them there. ``tell`` puts a notice into the holder's inbox.
    """
    scope = Scope(region, party_id, election_id)
    _check_fit(role, region, party_id)
    _check_giver(account, role, scope, actor)
    appointing.ask(account, role, scope)
    start = valid_from or dt.datetime.now(dt.UTC)
    if valid_to is not None and valid_to <= start:
        raise Refused(_("Hari berakhirnya hak harus sesudah hari mulainya."), field="valid_to")
    same = db.session.scalar(
        select(Grant.id).where(
            Grant.account_id == account.id,
            Grant.role_id == role.id,
            Grant.region == region,
            Grant.party_id.is_not_distinct_from(party_id),
            Grant.election_id.is_not_distinct_from(election_id),
            or_(Grant.valid_to.is_(None), Grant.valid_to > start),
        )
    )
    if same is not None:
        raise Refused(_("Akun ini sudah memegang peran itu di wilayah yang sama."), field="role")
    grant = Grant(
        account_id=account.id,
        role_id=role.id,
        region=region,
        party_id=party_id,
        election_id=election_id,
        valid_to=valid_to,
        given_by=actor.name,
    )
    if valid_from is not None:
        grant.valid_from = valid_from
    db.session.add(grant)
    db.session.flush()
    grants.forget(account.id)
    _record("give", grant, role, actor, tell=tell)
    return grant


def end_grant(grant: Grant, *, actor: Actor, reason: str) -> None:
    """End a grant now; it holds for no request after this one."""
    grants.demand(actor, MANAGE, Scope(grant.region, grant.party_id, grant.election_id))
    now = dt.datetime.now(dt.UTC)
    if grant.valid_to is not None and grant.valid_to <= now:
        raise Refused(_("Hak ini sudah berakhir."))
    if not reason.strip():
        raise Refused(_("Tulis alasannya."), field="reason")
    # A grant that has not begun yet ends where it would have begun.
    grant.valid_to = func.greatest(func.clock_timestamp(), Grant.valid_from)
    grant.ended_by = actor.name
    db.session.flush()
    grants.forget(grant.account_id)
    _record("end", grant, grant.role, actor, reason=reason.strip())


def _check_fit(role: Role, region: str, party_id: int | None) -> None:
    if not region_fits(region, role.region_digits):
        raise Refused(
            _("Peran %(role)s tidak berlaku pada tingkat wilayah itu.", role=role.words),
            field="region",
            hint=_(
                "Jumlah angka kode wilayahnya: %(digits)s (0 berarti seluruh Indonesia).",
                digits=", ".join(map(str, role.region_digits or ())),
            )
            if role.region_digits
            else _("Kode wilayah terdiri atas 2, 4, 6, 10, atau 13 angka."),
        )
    if not region_exists(region):
        raise Refused(
            _("Wilayah dengan kode %(code)s tidak ada.", code=region),
            field="region",
            hint=_("Periksa kodenya pada halaman wilayah; provinsi 2 angka, TPS 13 angka."),
        )
    if role.needs_party and party_id is None:
        raise Refused(
            _("Peran %(role)s harus terikat pada satu partai.", role=role.words),
            field="party",
            hint=_("Isi nomor partainya; tanpa itu akun ini menjangkau data semua partai."),
        )


def _check_giver(account: Account, role: Role, scope: Scope, actor: Actor) -> None:
    if actor.account_id is None:
        return
    if actor.account_id == account.id:
        raise Refused(
            _("Anda tidak dapat memberi hak kepada akun sendiri."), hint=_("Minta admin lain."), status=403
        )
    grants.demand(actor, MANAGE, scope)
    giver = db.session.get(Account, actor.account_id)
    for permission in role.permissions:
        if permission.startswith("identity:") and not grants.can(giver, permission, scope):
            raise Refused(
                _(
                    "Peran %(role)s mengelola akun lain; Anda sendiri tidak memegang hak itu.",
                    role=role.words,
                ),
                field="role",
                status=403,
            )


def _record(
    what: str, grant: Grant, role: Role, actor: Actor, *, reason: str | None = None, tell: bool = True
) -> None:
    """Into the trail, and into the inbox of the holder."""
    from electsys.notices import notify

    record(
        f"identity:grant:{what}",
        f"account:{grant.account_id}",
        actor=actor,
        reason=reason,
        region=grant.region,
        election_id=grant.election_id,
        details={"grant": grant.id, "role": role.name, "party": grant.party_id},
    )
    if tell and actor.account_id is not None:
        notify([grant.account_id], f"identity.grant.{what}", {"role": role.name}, "/akun-saya", actor=actor)
