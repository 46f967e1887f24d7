"""The entries of a form: opened, claimed, entered twice, compared, settled, published.

Entry is never blocked because sums fail: what is written is stored, its findings stand beside it, and an open
F keeps it out of totals. What is asked of a person is a reason for each warning, and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert

from electsys.db import db
from electsys.elections import calendar
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor
from electsys.regions.models import Tps
from modules.situng import rules
from modules.situng.checks import Around, differing, judge_entry
from modules.situng.contest import ContestCount
from modules.situng.models import Capture
from modules.situng.operations.desk import forget_draft
from modules.situng.operations.gate import require_ready
from modules.situng.operations.publishing import publish_capture
from modules.situng.operations.values import Values, arrays, both_entries
from modules.situng.queries.captures import around as what_lies_around
from modules.situng.queries.captures import latest_round, lock_latest_round, names_of
from modules.situng.queries.contests import contest_count, limits
from modules.situng.workflow import CAPTURE, ENTER, STAGE

#: State -> how the actions that settle a form from there begin (:data:`CAPTURE`).
BY = {"entri_pertama": "", "selisih": "settle_", "menunggu_foto": "photo_"}


class Unexplained(Refused):
    """Warnings that nobody has accepted yet, each with a reason; nothing was stored."""

    def __init__(self, keys: list[str]):
        super().__init__(
            _("Ada peringatan yang belum diberi alasan."),
            field="alasan",
            hint=_("Periksa angkanya pada foto; bila memang demikian, tuliskan alasannya."),
        )
        self.keys = keys


def open_capture(count: ContestCount, tps_code: str, *, actor: Actor) -> Capture:
    """The newest round of a form; the first one where there is none yet. Refused for an unknown TPS."""
    if (known := latest_round(count.contest_id, tps_code)) is not None:
        return known
    if count.by_dapil and count.dapil is None:
        count = contest_count(count.contest_id, tps_code)
    grants.demand(actor, ENTER, Scope(tps_code, election=count.election_id))
    calendar.require_open(count.election_id, STAGE, region=tps_code)
    return _first_round(count, tps_code)


def _first_round(count: ContestCount, tps_code: str) -> Capture:
    """The first round of a form, written unless somebody else just did."""
    require_ready(count.contest_id)
    keys = ("province", "contest_id", "tps_code", "round", "vote_kind", "ballot_id", "form_model")
    station = select(
        Tps.province,
        literal(count.contest_id),
        Tps.code,
        literal(1),
        literal("Reguler"),
        literal(count.ballot_id),
        literal(count.model.code),
    ).where(
        Tps.election_id == count.election_id,
        Tps.province == tps_code[:2],
        Tps.code == tps_code,
        Tps.code.startswith(count.region, autoescape=True),
    )
    written = insert(Capture).from_select(keys, station, include_defaults=False).on_conflict_do_nothing()
    opened = db.session.scalars(
        select(Capture).from_statement(written.returning(Capture)),
        execution_options={"populate_existing": True},
    ).first()
    opened = opened or lock_latest_round(count.contest_id, tps_code)
    if opened is None:
        raise Refused(
            _("TPS %(code)s tidak ada dalam daftar TPS pemilu ini.", code=tps_code),
            hint=_("Periksa 13 angka kode TPS pada daftar TPS wilayahnya."),
            field="kode_tps",
            status=404,
        )
    return opened


def submit_entry(
    capture: Capture,
    values: Values,
    *,
    actor: Actor,
    idempotency_key: UUID | None = None,
    reasons: Mapping[str, str] | None = None,
    count: ContestCount | None = None,
    around: Around | None = None,
    locked: bool = False,
) -> Capture:
    """Take an entry of a whole form: the first, or the second, blind one by another account.

    ``values`` names every number as a results file does (``suara_1``, ``suara_sah``, ...); a missing name or
    None is "not written". ``reasons`` gives the actor's reason for a warning, by its key. Equal entries
    settle the form: it counts, or is an anomaly or incomplete, or waits for its photo. Different ones go to
    a third person. The state of the returned capture says which. Sent again under the same
    ``idempotency_key`` it changes nothing. ``count``, and what lies ``around`` a form with these votes, spare
    queries where the caller has just asked for them; ``locked`` says that it has read the capture FOR UPDATE.

    :class:`Refused` names a number that cannot be one; :class:`Unexplained` the warnings of an agreed form
    that nobody has given a reason for.
    """
    if not locked:
        db.session.refresh(capture, with_for_update=True)
    submit_locked(
        capture, values, actor=actor, key=idempotency_key, reasons=reasons, count=count, around=around
    )
    forget_draft(capture, actor=actor)
    return capture


def lock_form(count: ContestCount, tps_code: str) -> Capture:
    """The newest round of a form, read FOR UPDATE; its first one is opened where there is none yet.

    For who sends a form without a desk and enters it at once (:func:`submit_locked`): right and calendar are
    asked as it moves. ``count`` is the contest on the ballot of the TPS. Refused for an unknown TPS.
    """
    return lock_latest_round(count.contest_id, tps_code) or _first_round(count, tps_code)


def submit_locked(
    capture: Capture,
    values: Values,
    *,
    actor: Actor,
    key: UUID | None,
    reasons: Mapping[str, str] | None = None,
    count: ContestCount | None = None,
    around: Around | None = None,
) -> Capture:
    """:func:`submit_entry` for a capture of :func:`lock_form`; a draft of the actor stays."""
    if key is not None and key in (capture.first_key, capture.second_key):
        return capture
    if count is None or (count.by_dapil and count.dapil is None):
        count = contest_count(capture.contest_id, capture.tps_code)
    cells, votes, sums = arrays(count, values)
    if rules.is_empty(dict(zip(count.model.names, cells, strict=True)), [*votes, *sums]):
        raise Refused(
            _("Belum ada satu angka pun yang diisi."),
            hint=_("Isi angka seperti tertulis pada C.Hasil; yang tidak tertulis dibiarkan kosong."),
        )
    if capture.state == "kosong":
        entry = _entry("first", actor, key, cells, votes, sums) | _explained(capture, reasons, actor)
        _move(capture, count, "enter", entry, actor=actor)
    elif capture.state == "entri_pertama":
        if actor.account_id == capture.first_person:
            raise Refused(
                _("Entri pertama formulir ini Anda sendiri; entri kedua harus oleh akun lain."),
                hint=_("Lanjutkan dengan formulir lain; rekan Anda mengentri yang ini."),
                status=409,
            )
        with db.session.no_autoflush:  # the entry and what follows from it are written at once
            entry = _entry("second", actor, key, cells, votes, sums) | _explained(capture, reasons, actor)
            for name, value in entry.items():
                setattr(capture, name, value)
            if (cells, votes, sums) == (capture.first_cells, capture.first_votes, capture.first_sums):
                _settle(capture, count, cells, votes, sums, actor=actor, around=around)
            else:
                _move(capture, count, "differ", {}, actor=actor)
    else:
        raise Refused(
            _("Formulir ini sudah dientri dua orang: %(state)s.", state=CAPTURE.state_label(capture.state)),
            hint=_("Lanjutkan dengan formulir lain."),
            status=409,
        )
    return capture


def _move(
    capture: Capture, count: ContestCount, action: str, values: Mapping[str, Any], *, actor: Actor
) -> None:
    """Move a capture that is locked already, off whosever desk it lay on."""
    CAPTURE.move(
        capture,
        action,
        actor=actor,
        values={**values, "claimed_by": None, "claimed_until": None},
        locked=True,
        scope=Scope(capture.tps_code, election=count.election_id),
    )


def settle_difference(
    capture: Capture, chosen: Values, *, actor: Actor, reasons: Mapping[str, str] | None = None
) -> Capture:
    """A third person says what the photo shows, for every number in which the two entries differ.

    ``chosen`` holds exactly those numbers, by name; one of the two values or a third one. Then the form is
    settled as two equal entries are.
    """
    db.session.refresh(capture, with_for_update=True)
    if capture.state != "selisih":
        raise Refused(_("Formulir ini tidak (lagi) menunggu orang ketiga."), status=409)
    if actor.account_id in (capture.first_person, capture.second_person):
        raise Refused(
            _("Anda sudah mengentri formulir ini; selisihnya diputus orang ketiga."),
            hint=_("Lanjutkan dengan formulir lain."),
            status=403,
        )
    count = contest_count(capture.contest_id, capture.tps_code)
    names = names_of(count)
    first, second = both_entries(capture, names)
    open_ones = differing(names, first, second)
    if set(chosen) != set(open_ones):
        missing = next((n for n in open_ones if n not in chosen), None)
        raise Refused(_("Pilih atau isi setiap angka yang berbeda."), field=missing)
    agreed = dict(zip(names, first, strict=True)) | dict(chosen)
    cells, votes, sums = arrays(count, agreed)
    for name, value in {
        "third_person": actor.account_id,
        "third_at": dt.datetime.now(dt.UTC),
        **_explained(capture, reasons, actor),
    }.items():
        setattr(capture, name, value)
    _settle(capture, count, cells, votes, sums, actor=actor)
    db.session.flush()
    return capture


def conclude_with_photo(capture: Capture, *, actor: Actor) -> None:
    """Publish a form that people agreed on and that only waited for its photo."""
    count = contest_count(capture.contest_id, capture.tps_code)
    cells, votes = list(capture.cells or ()), list(capture.votes or ())
    _settle(capture, count, cells, votes, capture.sums, actor=actor, ask_reasons=False)
    db.session.flush()


def _settle(
    capture: Capture,
    count: ContestCount,
    cells: list[int | None],
    votes: list[int | None],
    sums: list[int | None],
    *,
    actor: Actor,
    ask_reasons: bool = True,
    around: Around | None = None,
) -> None:
    """Judge what people agreed on, and move the form to where it belongs. The capture is locked."""
    known = dict(zip(count.model.names, cells, strict=True))
    bounds = count.limits or limits(count.election_id)
    around = around or what_lies_around(capture, count, votes, bounds)
    faults, warnings = judge_entry(
        known, votes, count.columns, bounds, around, ballot=count.ballot, sums=sums
    )
    if ask_reasons and (unexplained := [key for key in warnings if key not in capture.reasons]):
        raise Unexplained(unexplained)
    capture.cells, capture.votes, capture.sums = cells, votes, sums
    capture.faults, capture.warnings = faults, warnings
    capture.complete = rules.is_complete(known, votes)
    db.session.flush()
    by = BY[capture.state]
    if not around.photos:
        _move(capture, count, f"{by}wait", {}, actor=actor)
        return
    version = publish_capture(capture, count, around.photos, actor=actor)
    action = "hold" if faults else "accept" if capture.complete else "lack"
    published = {"version_id": version, "published_at": dt.datetime.now(dt.UTC)}
    _move(capture, count, by + action, published, actor=actor)


def _entry(
    which: str,
    actor: Actor,
    key: UUID | None,
    cells: list[int | None],
    votes: list[int | None],
    sums: list[int | None],
) -> dict[str, Any]:
    if actor.account_id is None:
        raise Refused(_("Entri hanya dapat dibuat akun petugas, bukan oleh sistem."), status=403)
    return {
        f"{which}_person": actor.account_id,
        f"{which}_key": key,
        f"{which}_cells": cells,
        f"{which}_votes": votes,
        f"{which}_sums": sums,
        f"{which}_at": dt.datetime.now(dt.UTC),
    }


def _explained(capture: Capture, reasons: Mapping[str, str] | None, actor: Actor) -> dict[str, Any]:
    """The column ``reasons`` with what the actor has to say; a reason never replaces another's."""
    known = {rule.key for rule in rules.ALL_RULES if rule.key.startswith("W.")}
    now = dt.datetime.now(dt.UTC).isoformat()
    said = {
        key: {"alasan": why.strip()[:500], "akun": actor.account_id, "waktu": now}
        for key, why in (reasons or {}).items()
        if key in known and why.strip() and key not in capture.reasons
    }
    return {"reasons": capture.reasons | said}
