"""The only writers of calendar, legal settings and code tables (elections themselves: setup.py)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections import calendar, rules
from electsys.elections.models import ClockStop, CodeEntry, Election, LegalSetting, Stage, StageOverride
from electsys.elections.wording import FORMS
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.regions.models import Region


def set_setting(
    setting: LegalSetting,
    value: str,
    *,
    reason: str,
    actor: Actor,
    regulation: str | None = None,
    confirmed: bool | None = None,
) -> LegalSetting:
    """A new version of a legal setting; the old ones stay readable. The newest is in force at once.

    ``regulation`` and ``confirmed`` (somebody has compared the value with the text of the law) stay as they
    are where None is given. Refused where the text is no value of the kind, or nothing would change.
    """
    value = value.strip()
    regulation = setting.regulation if regulation is None else regulation.strip()
    to_confirm = setting.to_confirm if confirmed is None else not confirmed
    _demand(reason, "reason")
    try:
        typed = rules.parse(setting.kind, value, setting.choices.split())
    except rules.BadValue:
        raise Refused(
            _("“%(value)s” bukan nilai yang sah.", value=value[:60]),
            field="value",
            hint=str(FORMS[setting.kind]),
        ) from None
    before = rules.parse(setting.kind, setting.value, setting.choices.split())
    if (typed, regulation, to_confirm) == (before, setting.regulation, setting.to_confirm):
        raise Refused(_("Nilainya sama dengan yang berlaku sekarang."), field="value")
    newest = select(func.max(LegalSetting.version)).where(
        LegalSetting.election_id == setting.election_id, LegalSetting.key == setting.key
    )
    if db.session.scalar(newest) != setting.version:
        raise Refused(
            _("Pengaturan ini baru saja diubah orang lain."),
            hint=_("Muat ulang halaman ini, lalu ubah lagi."),
            status=409,
        )
    copied = ("election_id", "key", "topic", "label", "kind", "choices")
    changed = LegalSetting(
        **{name: getattr(setting, name) for name in copied},
        version=setting.version + 1,
        value=value,
        regulation=regulation,
        to_confirm=to_confirm,
        reason=reason.strip(),
        created_by=actor.name,
    )
    db.session.add(changed)
    db.session.flush()
    details = {"from": setting.value, "to": value, "regulation": regulation, "confirmed": not to_confirm}
    subject = f"legal_setting:{setting.key}"
    _note("setting:change", subject, setting.election_id, actor, reason=reason, details=details)
    return changed


def set_times(
    stage: Stage,
    opens: dt.datetime,
    closes: dt.datetime,
    *,
    reason: str,
    actor: Actor,
    regulation: str | None = None,
    confirmed: bool | None = None,
) -> None:
    """Other times of a stage for the whole country, or the same ones compared with the regulation."""
    _demand(reason, "reason")
    _in_order(opens, closes)
    before = [stage.opens_at.isoformat(), stage.closes_at.isoformat()]
    stage.opens_at, stage.closes_at = opens, closes
    if regulation is not None:
        stage.regulation = regulation.strip()
    if confirmed is not None:
        stage.to_confirm = not confirmed
    after = [opens.isoformat(), closes.isoformat()]
    details = {
        "from": before,
        "to": after,
        "regulation": stage.regulation,
        "confirmed": not stage.to_confirm,
    }
    _on_stage("stage:change", stage, actor, reason=reason, details=details)


def override_times(
    stage: Stage,
    region: str,
    opens: dt.datetime,
    closes: dt.datetime,
    *,
    minute: str,
    reason: str,
    actor: Actor,
) -> StageOverride:
    """Other times of a stage in one region, as for a vote after a disaster (UU 7/2017 art. 431-432)."""
    _demand(reason, "reason")
    _demand(minute, "minute")
    _in_order(opens, closes)
    _known(stage, region)
    row = StageOverride(
        stage_id=stage.id,
        region_code=region,
        opens_at=opens,
        closes_at=closes,
        reason=reason.strip(),
        minute=minute.strip(),
        created_by=actor.name,
    )
    stage.overrides.append(row)
    db.session.flush()
    span = [opens.isoformat(), closes.isoformat()]
    details = {"times": span, "minute": minute.strip()}
    _on_stage("stage:override", stage, actor, reason=reason, region=region, details=details)
    return row


def stop_clock(stage: Stage, region: str, *, minute: str, reason: str, actor: Actor) -> ClockStop:
    """Let the clock of a stage stand still in a region ("" is everywhere) until it is resumed."""
    _demand(reason, "reason")
    _demand(minute, "minute")
    if region:
        _known(stage, region)
    if any(s.resumed_at is None and s.region_code == region for s in stage.stops):
        raise Refused(_("Waktu tahapan ini sudah dihentikan di wilayah itu."), field="region")
    row = ClockStop(
        stage_id=stage.id,
        region_code=region,
        stopped_at=calendar.utc_now(),
        minute=minute.strip(),
        reason=reason.strip(),
        created_by=actor.name,
    )
    stage.stops.append(row)
    db.session.flush()
    details = {"minute": minute.strip()}
    _on_stage("clock:stop", stage, actor, reason=reason, region=region or None, details=details)
    return row


def resume_clock(stage: Stage, stop: ClockStop, *, actor: Actor) -> None:
    """The clock runs again; the end of the stage moves by the time it stood still."""
    if stop.resumed_at is not None:
        raise Refused(_("Waktu tahapan ini sudah dijalankan lagi."), status=409)
    stop.resumed_at = calendar.utc_now()
    _on_stage("clock:resume", stage, actor, region=stop.region_code or None, details={"stop": stop.id})


def save_code(
    election: Election,
    table: str,
    entry: CodeEntry | None,
    *,
    code: str,
    label: str,
    detail: str,
    active: bool,
    reason: str,
    actor: Actor,
    regulation: str = "",
    confirmed: bool = True,
) -> CodeEntry:
    """Add or change one row of a code table. A row is never deleted, only put out of use."""
    _demand(reason, "reason")
    code = code.strip()
    if entry is None:
        of_table = (CodeEntry.election_id == election.id, CodeEntry.table_code == table)
        if db.session.scalar(select(CodeEntry.id).where(*of_table, CodeEntry.code == code)):
            raise Refused(_("Kode %(code)s sudah ada dalam tabel ini.", code=code), field="code")
        last = db.session.scalar(select(func.coalesce(func.max(CodeEntry.position), 0)).where(*of_table))
        entry = CodeEntry(election_id=election.id, table_code=table, code=code, position=(last or 0) + 1)
        db.session.add(entry)
    entry.label, entry.detail, entry.active = label.strip(), detail.strip(), active
    entry.regulation, entry.to_confirm = regulation.strip(), not confirmed
    db.session.flush()
    details = {"label": entry.label, "active": active, "regulation": entry.regulation, "confirmed": confirmed}
    _note("code:save", f"code_entry:{entry.id}", election.id, actor, reason=reason, details=details)
    return entry


def _demand(text: str, field: str) -> None:
    if not text.strip():
        raise Refused(_("Wajib diisi."), field=field)


def _in_order(opens: dt.datetime, closes: dt.datetime) -> None:
    if opens >= closes:
        raise Refused(_("Waktu tutup harus sesudah waktu buka."), field="closes")


def _known(stage: Stage, region: str) -> None:
    on_map = select(Region.code).join(Election, Election.map_id == Region.map_id)
    if not db.session.scalar(on_map.where(Election.id == stage.election_id, Region.code == region)):
        raise Refused(_("Wilayah dengan kode %(code)s tidak ada.", code=region), field="region")


def _on_stage(verb: str, stage: Stage, actor: Actor, **more: Any) -> None:
    db.session.flush()
    _note(verb, f"stage:{stage.id}", stage.election_id, actor, **more)


def _note(verb: str, subject: str, election_id: int, actor: Actor, **more: Any) -> None:
    record(f"elections:{verb}", subject, actor=actor, election_id=election_id, **more)
