"""What the pages of a person in a sample share, whoever was drawn: members of a party, supporters."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.documents import StoredFile
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import can
from electsys.identity.models import Account
from electsys.verification.forms.factual import GiveForm
from electsys.verification.models import Contact, Sample, SampleMember
from electsys.verification.operations import samples
from electsys.verification.queries import samples as queries
from electsys.verification.rules.sampling import ATTEMPTS
from electsys.verification.wording import STATES, badge
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table

_STATES = [(code, STATES[code]) for code in ("menunggu", "ms", "tms")]


def person_at(person_id: int, kinds: Container[str]) -> tuple[SampleMember, Sample]:
    """A person of a sample of one of these kinds, or 404."""
    row = db.session.get(SampleMember, person_id)
    sample = db.session.get(Sample, row.sample_id) if row is not None else None
    if row is None or sample is None or sample.kind not in kinds:
        abort(404)
    return row, sample


def photo_at(contact: Contact, file_id: int) -> StoredFile:
    """A photo of an attempt, or 404."""
    stored = db.session.get(StoredFile, file_id)
    if stored is None or file_id not in queries.photos_of([contact])[contact.id]:
        abort(404)
    return stored


def next_method(counting: Sequence[Contact]) -> str:
    """How the next attempt is made, after those that count."""
    return ATTEMPTS[min(len(counting), len(ATTEMPTS) - 1)]


def correctable(sample: Sample, counting: Sequence[Contact], *, visits: str, assigns: str) -> set[int]:
    """The attempts that the reader may correct: their own, or anybody's for whoever shares out.

    ``visits`` and ``assigns`` are the permissions of both.
    """
    scope = samples.scope_of(sample)
    if sample.state != "berjalan":
        return set()
    if can(current_user, assigns, scope):
        return {contact.id for contact in counting}
    if not can(current_user, visits, scope):
        return set()
    return {contact.id for contact in counting if contact.account_id == current_user.id}


def demand_correctable(contact: Contact, among: Container[int]) -> None:
    """Refused unless the reader may correct the attempt (:func:`correctable`)."""
    if contact.id not in among:
        raise Refused(
            _("Upaya ini tidak dapat Anda betulkan."),
            hint=_("Yang dapat: upaya Anda sendiri yang terakhir berlaku, selama sampelnya belum ditutup."),
            status=409,
        )


def give_by_hand(sample: Sample, person: SampleMember, among: Sequence[Account]) -> Account:
    """Give a person to the verifier whom the sent form names; who that is."""
    form = GiveForm().offer(among, None)
    if not form.validate_on_submit():
        raise Refused(_("Pilih verifikator dari daftar."), status=400)
    account = db.session.get(Account, int(form.petugas.data)) or abort(404)
    samples.assign_people(sample, [person.id], account, actor=current_actor())
    return account


def people_table(
    source: Any,
    villages: Mapping[str, str],
    *,
    name: str,
    caption: Any,
    link: Callable[[int], str],
    visitor: Any,
    reasons: Mapping[str, Any],
    own: bool,
    more: Sequence[Column] = (),
) -> Table:
    """The people of a sample, or (``own``) those whom the reader visits.

    ``source`` gives rows of a SampleMember with ``name``, ``address`` and ``visitor``; ``visitor`` heads the
    last of these, ``link`` leads from a person's id to the page, ``more`` columns stand after the address.
    """

    def village(row: Any) -> str:
        return title_region(villages.get(row.SampleMember.region, row.SampleMember.region))

    return Table(
        source,
        [
            Column("nomor", _l("Nomor"), "SampleMember.position", kind="number"),
            Column("nama", _l("Nama"), "name", head=True, link=lambda r: link(r.SampleMember.id)),
            Column("desa", _l("Desa/kelurahan"), village),
            Column("alamat", _l("Alamat"), "address"),
            *more,
            Column("petugas", visitor, lambda r: r.visitor or "-"),
            Column(
                "status",
                _l("Hasil"),
                lambda r: STATES[r.SampleMember.state],
                cell=lambda r: badge(r.SampleMember.state),
            ),
            Column("alasan", _l("Alasan"), lambda r: reasons.get(r.SampleMember.reason, "")),
        ],
        caption=caption,
        empty=_l("Belum ada yang dibagi kepada Anda.") if own else _l("Tidak ada orang dengan saringan ini."),
        filters=[Filter("hasil", _l("Hasil"), _STATES, lambda q, v: q.where(SampleMember.state == v))],
        name=name,
        exports=(),  # names and addresses of people leave the house on the worksheet alone
    )
