"""The only writers of elections and their contests (calendar, settings and codes: operations.py)."""

from __future__ import annotations

import datetime as dt
import re

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections import queries
from electsys.elections.models import CodeEntry, Contest, Election, LegalSetting, Stage
from electsys.elections.wording import CONTEST_DIGITS
from electsys.elections.workflow import ELECTION
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.regions.models import Region

#: What a copy keeps of a row, beside its new election.
STAGE_COPIED = ("code", "name", "position", "clock", "regulation")
SETTING_COPIED = ("key", "topic", "label", "kind", "value", "choices", "regulation")
CODE_COPIED = ("table_code", "code", "label", "detail", "position", "active", "regulation")


def create_election(
    code: str, *, name: str, kind: str, voting_day: dt.date, source: Election, actor: Actor
) -> Election:
    """A new election in preparation, on the map and with the calendar, settings and codes of another one.

    Every stage keeps its distance from voting day. All that is copied has to be confirmed: the law may have
    changed since. Contests come along only between elections of one kind; participants never do.
    """
    code = code.strip().lower()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code):
        raise Refused(
            _("Kode terdiri atas huruf kecil dan angka, dipisah tanda hubung."),
            field="code",
            hint=_("Misalnya pemilu-2029."),
        )
    if queries.by_code(code) is not None:
        raise Refused(_("Kode pemilu itu sudah ada."), field="code")
    _demand(name, "name")
    made = Election(code=code, name=name.strip(), kind=kind, voting_day=voting_day, map_id=source.map_id)
    db.session.add(made)
    db.session.flush()
    if kind in (source.kind, "simulasi"):
        for contest in source.contests:
            copy = {"kind": contest.kind, "name": contest.name, "region_code": contest.region_code}
            db.session.add(Contest(election_id=made.id, **copy))
    moved = voting_day - source.voting_day
    for stage in queries.stages(source.id):
        copied = {name: getattr(stage, name) for name in STAGE_COPIED}
        times = {"opens_at": stage.opens_at + moved, "closes_at": stage.closes_at + moved}
        db.session.add(Stage(election_id=made.id, to_confirm=True, **copied, **times))
    for setting in db.session.scalars(queries.in_force(source.id)):
        copied = {name: getattr(setting, name) for name in SETTING_COPIED}
        why = {"reason": f"Disalin dari {source.name}", "created_by": actor.name}
        db.session.add(LegalSetting(election_id=made.id, to_confirm=True, **copied, **why))
    for entry in db.session.scalars(queries.codes(source.id)):
        copied = {name: getattr(entry, name) for name in CODE_COPIED}
        db.session.add(CodeEntry(election_id=made.id, to_confirm=True, **copied))
    _note("election:create", made, actor, details={"code": code, "from": source.code})
    return made


def change_election(
    election: Election, *, name: str, voting_day: dt.date, reason: str, actor: Actor
) -> Election:
    """Another name or voting day. The calendar stays: its stages are moved one by one, with their reasons."""
    _demand(name, "name")
    _demand(reason, "reason")
    _not_closed(election)
    before = [election.name, election.voting_day.isoformat()]
    election.name, election.voting_day = name.strip(), voting_day
    after = [election.name, voting_day.isoformat()]
    if before == after:
        raise Refused(_("Tidak ada yang diubah."))
    _note("election:change", election, actor, reason=reason, details={"from": before, "to": after})
    return election


def move_election(election: Election, action: str, *, reason: str, actor: Actor) -> None:
    """Start, close or reopen an election."""
    ELECTION.move(election, action, actor=actor, reason=reason.strip())


def add_contest(election: Election, *, kind: str, name: str, region: str, actor: Actor) -> Contest:
    """One more ballot paper; that of a governor or regent is bound to its region."""
    _demand(name, "name")
    _not_closed(election)
    digits = CONTEST_DIGITS[kind]
    if len(region) != digits:
        raise Refused(
            _("Pemilihan ini memerlukan wilayah dengan kode %(n)s angka.", n=digits)
            if digits
            else _("Pemilihan ini berlaku di seluruh Indonesia; kosongkan wilayahnya."),
            field="region",
        )
    on_map = select(Region.code).where(Region.map_id == election.map_id, Region.code == region)
    if region and not db.session.scalar(on_map):
        raise Refused(_("Wilayah dengan kode %(code)s tidak ada.", code=region), field="region")
    same = select(func.count()).where(
        Contest.election_id == election.id, Contest.kind == kind, Contest.region_code == region
    )
    if db.session.scalar(same):
        raise Refused(_("Pemilihan ini sudah ada."), field="kind")
    contest = Contest(election_id=election.id, kind=kind, name=name.strip(), region_code=region)
    db.session.add(contest)
    _note("contest:add", election, actor, region=region or None, details={"kind": kind})
    return contest


def _demand(text: str, field: str) -> None:
    if not text.strip():
        raise Refused(_("Wajib diisi."), field=field)


def _not_closed(election: Election) -> None:
    if election.state == "selesai":
        raise Refused(
            _("Pemilu ini sudah ditutup."),
            hint=_("Buka pemilu kembali lebih dulu, dengan alasan."),
            status=409,
        )


def _note(
    verb: str,
    election: Election,
    actor: Actor,
    *,
    reason: str | None = None,
    region: str | None = None,
    details: dict[str, object] | None = None,
) -> None:
    db.session.flush()
    record(
        f"elections:{verb}",
        f"election:{election.id}",
        actor=actor,
        election_id=election.id,
        region=region,
        reason=reason,
        details=details,
    )
