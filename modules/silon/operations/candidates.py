"""The writers of candidates: put up, change, take off; each change leaves a version."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.documents.papers import today as today_in
from electsys.errors import Refused
from electsys.identity.operations.persons import Claim, find_or_claim_person
from electsys.ledger import Actor, record
from electsys.privacy import reserve_ids, seal
from electsys.web.formats import waktu
from modules.silon.checking import findings_of
from modules.silon.claims import CandidateClaim, claim_of, columns_of, refuse_faults
from modules.silon.models import Candidate, CandidateVersion, Nomination
from modules.silon.models.candidates import STANDING
from modules.silon.operations.access import (
    DRAFT,
    require_editable,
    require_open_fields,
    take_back_approval,
)
from modules.silon.operations.candidate_events import move_candidate
from modules.silon.operations.links import hold_keys, reflag
from modules.silon.permissions import EDIT
from modules.silon.rules.lists import forbidding
from modules.silon.rules.persons import strange_sign


def add_candidate(
    nomination: Nomination,
    claim: CandidateClaim,
    *,
    actor: Actor,
    number: int | None = None,
    replaces: Candidate | None = None,
) -> Candidate:
    """Put somebody on the list at ``number``, or at its end. Refused where the place is taken.

    Once the list was submitted somebody new comes only in the place of another (``replaces``).
    """
    require_editable(nomination, permission=EDIT, actor=actor)
    _require_replacement(nomination, replaces)
    refuse_faults(claim, today_in(nomination.region))
    refuse_names(claim)
    claim = claim.with_changes({"ballot_name": claim.printed})
    _require_room(nomination)
    place = number or _end(nomination)
    _require_free(nomination, place)
    [key] = reserve_ids("candidate", 1)
    row = Candidate(
        id=key,
        nomination_id=nomination.id,
        election_id=nomination.election_id,
        region=nomination.region,
        party_id=nomination.party_id,
        person_id=_person(claim, key, actor),
        number=place,
        replaces_id=replaces.id if replaces else None,
        **columns_of(claim, key),
    )
    db.session.add(row)
    db.session.flush()
    reflag([row.id], cause=f"candidate:{row.id}")
    write_version(row, claim, [], actor=actor)
    _changed(nomination)
    _note("add", row, actor, {"number": place, "replaces": replaces.id if replaces else None})
    return row


def change_candidate(
    row: Candidate, claim: CandidateClaim, *, actor: Actor, reason: str = "", seen: int | None = None
) -> list[str]:
    """Change what is said of somebody; the names of the fields that changed, none where nothing did.

    ``seen`` is the version that the writer saw: refused where somebody else changed it since.
    """
    nomination = row.nomination
    require_editable(nomination, permission=EDIT, actor=actor)
    refuse_faults(claim, today_in(nomination.region))
    refuse_names(claim)
    hold_keys(row)
    db.session.refresh(row, with_for_update={"of": Candidate})
    require_seen(row, seen)
    claim = claim.with_changes({"ballot_name": claim.printed})
    changed = claim.differences(claim_of(row))
    if not changed:
        return []
    require_open_fields(row, changed)
    if {"nik", "birth_date", "sex", "name"}.intersection(changed):
        row.person_id = _person(claim, row.id, actor)
    for column, value in columns_of(claim, row.id).items():
        setattr(row, column, value)
    row.version += 1
    row.changed_at = dt.datetime.now(dt.UTC)
    db.session.flush()
    reflag([row.id], cause=f"candidate:{row.id}")
    write_version(row, claim, changed, actor=actor, reason=reason)
    _changed(nomination)
    _note("change", row, actor, {"fields": changed, "version": row.version})
    return changed


def withdraw_candidate(row: Candidate, *, reason: str, actor: Actor) -> None:
    """Take somebody off the list; the row and its past stay. In the repair only who failed, or is new."""
    require_editable(row.nomination, permission=EDIT, actor=actor)
    if row.nomination.state == "perbaikan" and row.state == "ms":
        require_open_fields(row)
    move_candidate(row, "withdraw", kind="tarik", reason=reason, actor=actor)
    _changed(row.nomination)


def replace_candidate(row: Candidate, claim: CandidateClaim, *, reason: str, actor: Actor) -> Candidate:
    """Take somebody off the list and put another in the same place."""
    withdraw_candidate(row, reason=reason, actor=actor)
    return add_candidate(row.nomination, claim, actor=actor, number=row.number, replaces=row)


def order_candidates(nomination: Nomination, ids: list[int], *, actor: Actor) -> None:
    """Number the standing candidates 1, 2, 3 ... in the order of ``ids``, which must name each once.

    In the repair the order stays, and only gaps close; of an announced list no number moves any more.
    """
    require_editable(nomination, permission=EDIT, actor=actor)
    rows = {row.id: row for row in standing(nomination)}
    if sorted(ids) != sorted(rows):
        raise Refused(
            _("Daftar ini berubah sejak halaman dibuka: urutan harus memuat setiap calon satu kali."),
            hint=_("Muat ulang halamannya, lalu urutkan lagi."),
            status=409,
        )
    before = sorted(rows.values(), key=lambda row: row.number)
    moved = [row.id for row in before] != ids
    if not moved and [row.number for row in before] == list(range(1, len(ids) + 1)):
        return
    if nomination.state not in (*DRAFT, "rancangan_dcs") and (moved or nomination.state != "perbaikan"):
        raise Refused(
            _("Nomor urut tidak dapat diubah lagi pada masa ini."),
            hint=_("Calon yang diganti memakai nomor urut calon yang digantikannya."),
            status=409,
        )
    last = max(row.number for row in rows.values())
    for shift in (last + len(ids), 0):  # past one another without meeting
        for position, key in enumerate(ids, 1):
            rows[key].number = position + shift
        db.session.flush()
    _changed(nomination)
    record(
        "silon:list:order",
        f"nomination:{nomination.id}",
        actor=actor,
        region=nomination.region or None,
        election_id=nomination.election_id,
        details={"order": ids},
    )


def require_seen(row: Candidate, seen: int | None) -> None:
    """Refuse what was written on a page that somebody else has made old; ``seen`` None asks nothing."""
    if seen is None or seen == row.version:
        return
    last = db.session.scalars(
        select(CandidateVersion)
        .where(CandidateVersion.candidate_id == row.id)
        .order_by(CandidateVersion.version.desc())
        .limit(1)
    ).one_or_none()
    raise Refused(
        _(
            "%(who)s sudah mengubah data %(name)s pada %(when)s, sesudah halaman ini Anda buka.",
            who=last.actor if last else _("Orang lain"),
            name=row.name,
            when=waktu(row.changed_at),
        ),
        hint=_("Bandingkan isian Anda dengan yang tersimpan sekarang, lalu simpan lagi."),
        status=409,
    )


def refuse_names(claim: CandidateClaim) -> None:
    """Refuse what no name holds, such as a tag: a name is printed as it is, on every ballot."""
    for field in ("name", "title_before", "title_after", "ballot_name"):
        said: str = getattr(claim, field)
        if sign := strange_sign(said):
            raise Refused(
                _("“%(sign)s” bukan huruf atau tanda baca nama.", sign=sign),
                hint=_("Tulis nama seperti di KTP-el: huruf, titik, koma, apostrof, dan tanda hubung."),
                field=field,
            )


def standing(nomination: Nomination) -> list[Candidate]:
    """The candidates that stand on a list, by their numbers."""
    return list(
        db.session.scalars(
            select(Candidate)
            .where(Candidate.nomination_id == nomination.id, Candidate.state.in_(STANDING))
            .order_by(Candidate.number)
        )
    )


def write_version(
    row: Candidate, claim: CandidateClaim, changed: list[str], *, actor: Actor, reason: str = ""
) -> CandidateVersion:
    """Keep all that is said of somebody now as version ``row.version``."""
    [key] = reserve_ids("candidate_version", 1)
    told = json.dumps(asdict(claim) | {"number": row.number, "photo_id": row.photo_id}, default=str)
    version = CandidateVersion(
        id=key,
        candidate_id=row.id,
        version=row.version,
        region=row.region,
        party_id=row.party_id,
        sealed=seal(told, table="candidate_version", row=key),
        changed=changed,
        reason=reason,
        account_id=actor.account_id,
        actor=actor.name,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _person(claim: CandidateClaim, key: int, actor: Actor) -> int:
    found = find_or_claim_person(
        Claim(
            f"candidate:{key}",
            claim.name,
            claim.nik,
            birth_date=claim.birth_date,
            sex=claim.sex,
            birth_place=claim.birth_place,
            marital_status=claim.marital_status or None,
            home_region=claim.residence_code,
        ),
        actor=actor,
    )
    return found.person.id


def _end(nomination: Nomination) -> int:
    last = db.session.scalar(
        select(func.max(Candidate.number)).where(
            Candidate.nomination_id == nomination.id, Candidate.state.in_((*STANDING, "dicoret"))
        )
    )
    return (last or 0) + 1


def _require_free(nomination: Nomination, number: int) -> None:
    taken = db.session.scalar(
        select(Candidate.name).where(
            Candidate.nomination_id == nomination.id,
            Candidate.number == number,
            Candidate.state.in_((*STANDING, "dicoret")),
        )
    )
    if taken is not None:
        raise Refused(
            _("Nomor urut %(n)s sudah dipakai %(name)s.", n=number, name=taken),
            hint=_("Pilih nomor lain, atau ubah urutannya dahulu."),
            field="number",
            status=409,
        )


def _require_replacement(nomination: Nomination, replaces: Candidate | None) -> None:
    """After the submission nobody comes but in the place of another who left it."""
    if nomination.state in DRAFT:
        return
    if replaces is None or replaces.nomination_id != nomination.id or replaces.state in STANDING:
        raise Refused(
            _("Sesudah diajukan, calon baru hanya menggantikan calon yang gugur atau ditarik."),
            hint=_("Buka calon yang akan diganti, lalu pilih Ganti calon."),
            status=409,
        )


def _require_room(nomination: Nomination) -> None:
    """A person stands alone, a pair in two; how long a list may be is a finding, not a refusal."""
    most = {"perseorangan": 1, "pasangan": 2}.get(nomination.kind)
    if most is not None and len(standing(nomination)) >= most:
        raise Refused(_("Pencalonan ini sudah lengkap: %(n)s orang.", n=most), status=409)


def _changed(nomination: Nomination) -> None:
    take_back_approval(nomination)
    nomination.changed_at = dt.datetime.now(dt.UTC)
    db.session.flush()
    if nomination.kind == "daftar":
        nomination.gaps = len(forbidding(findings_of(nomination)))
        db.session.flush()


def _note(what: str, row: Candidate, actor: Actor, details: dict[str, object]) -> None:
    record(
        f"silon:candidate:{what}",
        f"candidate:{row.id}",
        actor=actor,
        region=row.region or None,
        election_id=row.election_id,
        details={k: v for k, v in details.items() if v is not None},
    )
