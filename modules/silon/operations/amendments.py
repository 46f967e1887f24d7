"""Changes of a list that was announced: each is a new version with its reason, its minute and its ballot.

After the DCT nobody is replaced: a name is struck and its number stays, votes for it count for the party; a
ruling restores it (PKPU 10/2023 art. 83-86; UU 7/2017 art. 466-471).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select, text

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.errors import Refused
from electsys.identity import grants
from electsys.ledger import Act, Actor, record
from electsys.notices import notify
from electsys.notices.operations import Holders
from modules.jdih import Letter, RulingIssued
from modules.silon import listing_papers as papers
from modules.silon.listing_words import LEFT
from modules.silon.models import Candidate, Listing, Nomination
from modules.silon.operations import ballots
from modules.silon.operations import publishing as writing
from modules.silon.operations.access import scope_of, who_put_up
from modules.silon.operations.candidate_events import move_candidate
from modules.silon.operations.listing_jobs import start_papers
from modules.silon.permissions import DETERMINE
from modules.silon.rules.listings import Change, Entry, difference
from modules.silon.workflow import flow_of

#: States of a nomination whose final list stands.
FINAL = ("dct", "perubahan_dct")
#: Why a name is struck from the final list.
CAUSES = ("meninggal", "mengundurkan_diri", "putusan")
#: Notices: a ruling on lists came; a list was changed.
RULING, AMENDED = "silon.ruling.came", "silon.listing.amended"
#: What jdih calls rulings on lists (modules.jdih.rules.rulings).
LISTS = "dct"
HEARD = "silon:listing:hear"


@dataclass(frozen=True)
class Planned:
    """A new version that is ready: what it changes, and its minute."""

    ready: writing.Prepared
    changes: tuple[Change, ...]
    letter: Letter


def plan_change(
    nomination: Nomination,
    stage: str,
    struck: Mapping[int, str | None],
    *,
    reason: str,
    actor: Actor,
    added: Sequence[Entry] = (),
    ruling: str | None = None,
    signer: str = "",
) -> Planned | None:
    """The next version of the list with names struck (a reason) or restored (None) or ``added``.

    None where the list has not been announced, or nothing on it changes. Without a ``signer`` the minute is
    a draft that the body routes.
    """
    [place] = writing.places_of([nomination]).values()
    db.session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:place, 46))"),
        {"place": f"listing:{stage}:{nomination.contest_id}:{place.code}"},
    )
    last = newest(nomination, stage)
    if last is None:
        return None
    before = writing.kept_entries(last)
    after = [*writing.with_changes(before, struck), *added]
    changes = tuple(difference(before, after))
    if not changes:
        return None
    ready = writing.prepare(place, stage, after, last.version + 1)
    letter = papers.change_minutes(
        place,
        stage,
        ready.version,
        changes,
        reason=reason,
        ruling=ruling,
        signer=signer,
        source_key=f"silon:{stage}:{nomination.contest_id}:{place.region}:{place.code}:v{ready.version}",
        actor=actor,
    )
    return Planned(ready, changes, letter)


def announce_change(
    nomination: Nomination, stage: str, struck: Mapping[int, str | None], *, reason: str, actor: Actor
) -> Listing | None:
    """Keep the next version of a list at once; whoever calls has asked the right and moved the candidate."""
    planned = plan_change(nomination, stage, struck, reason=reason, actor=actor)
    if planned is None:
        return None
    listing = keep_change(planned, reason=reason, actor=actor)
    start_papers([listing], actor=actor)
    return listing


def keep_change(planned: Planned, *, reason: str, actor: Actor, ruling: str | None = None) -> Listing:
    """Keep a planned version, public at once."""
    return writing.keep(
        planned.ready,
        reason=reason,
        letter_id=planned.letter.id,
        public=True,
        ruling=ruling,
        actor=actor,
    )


def strike_candidate(
    row: Candidate,
    cause: str,
    *,
    reason: str,
    evidence: StoredFile | None,
    signer: str,
    ruling: str | None = None,
    whole: bool = False,
    actor: Actor,
) -> Listing:
    """Strike a name from the final list: it stays printed with its number, and votes count for the party.

    ``cause`` is one of :data:`CAUSES`; a verdict names its number. ``reason`` is for the record, the words
    of the law are what everybody reads. ``whole`` strikes both persons of a pair at once, as a verdict on the
    pair orders; a pair of which one person is left stays on the ballot.
    """
    if cause not in CAUSES:
        raise Refused(_("Pilih sebab pencoretan."), field="cause")
    if cause == "putusan" and not (ruling or "").strip():
        raise Refused(_("Tulis nomor putusannya."), field="ruling")
    if evidence is None:
        raise Refused(
            _("Sertakan buktinya: akta kematian, surat pengunduran diri, atau putusan."), field="evidence"
        )
    if not reason.strip():
        raise Refused(_("Tuliskan alasannya."), field="reason")
    nomination = _final(row, actor)
    if row.state != "dct":
        raise Refused(_("%(name)s tidak (lagi) dalam DCT.", name=row.name), status=409)
    rows = _together(nomination, row) if whole else [row]
    public = LEFT["pasangan"] if len(rows) > 1 and cause == "putusan" else LEFT[cause]
    return _amend(
        nomination,
        rows,
        "strike",
        {each.id: public for each in rows},
        kind="coret",
        reason=reason,
        public=public,
        ruling=(ruling or "").strip() or None,
        file_id=evidence.id,
        signer=signer,
        actor=actor,
    )


def restore_candidate(
    row: Candidate,
    *,
    ruling: str,
    reason: str,
    evidence: StoredFile | None,
    signer: str,
    whole: bool = False,
    actor: Actor,
) -> Listing:
    """Put a name back on the final list, as a ruling orders; ``ruling`` is its number, and is published.

    Whoever was struck gets back the own line; whoever a ruling found fit after the DCT (``ms``) enters it.
    ``whole`` restores both persons of a pair that were struck.
    """
    if not ruling.strip():
        raise Refused(_("Tulis nomor putusan yang memulihkannya."), field="ruling")
    if not reason.strip():
        raise Refused(_("Tulis apa yang diperintahkan putusan itu."), field="reason")
    nomination = _final(row, actor)
    rows = _together(nomination, row) if whole else [row]
    added: list[Entry] = []
    struck: dict[int, str | None] = {}
    if row.state == "dicoret":
        action, struck = "restore", {each.id: None for each in rows}
    elif row.state == "ms":
        action = "finalise"
        added = writing.entries_of([nomination], (), struck={each.id: "" for each in rows}, actor=actor)[
            nomination.id
        ]
        added = writing.with_changes(added, {each.id: None for each in rows})
    else:
        raise Refused(
            _("%(name)s tidak dapat dipulihkan: keadaannya tidak sesuai.", name=row.name),
            hint=_(
                "Yang dipulihkan ialah calon yang dicoret, atau yang dinyatakan memenuhi syarat oleh putusan."
            ),
            status=409,
        )
    said = _("Putusan nomor %(number)s", number=" ".join(ruling.split()))
    return _amend(
        nomination,
        rows,
        action,
        struck,
        added=added,
        kind="putusan",
        reason=reason,
        public=said,
        ruling=" ".join(ruling.split()),
        file_id=evidence.id if evidence else None,
        signer=signer,
        actor=actor,
    )


def newest(nomination: Nomination, stage: str) -> Listing | None:
    """The newest version of the list that a nomination stands on."""
    return db.session.scalars(
        select(Listing)
        .where(
            Listing.contest_id == nomination.contest_id,
            Listing.dapil_id.is_not_distinct_from(nomination.dapil_id),
            Listing.region == nomination.region,
            Listing.stage == stage,
        )
        .order_by(Listing.version.desc())
        .limit(1)
    ).one_or_none()


def hear_ruling(event: RulingIssued) -> None:
    """Put a ruling on lists before the bodies that it reaches; what it orders is read by people."""
    if LISTS not in event.kinds:
        return
    record(
        HEARD,
        f"law_document:{event.document_id}",
        actor=event.actor,
        details={"number": event.number, "court": event.court},
    )
    for region in event.regions or ("",):
        notify(
            Holders(DETERMINE, region[:4], None, None),
            RULING,
            {"number": event.number},
            "/calon/perubahan",
            actor=event.actor,
        )


def rulings() -> list[str]:
    """The numbers of rulings on lists that came, the newest first."""
    acts = db.session.scalars(select(Act).where(Act.verb == HEARD).order_by(Act.id.desc()).limit(50))
    return list(dict.fromkeys(str((act.details or {}).get("number", "")) for act in acts))


def _final(row: Candidate, actor: Actor) -> Nomination:
    nomination = row.nomination
    grants.demand(actor, DETERMINE, scope_of(nomination))
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    if nomination.state not in FINAL:
        raise Refused(_("DCT belum ditetapkan."), status=409)
    db.session.refresh(row, with_for_update={"of": Candidate})
    return nomination


def _together(nomination: Nomination, row: Candidate) -> list[Candidate]:
    """Both persons of a pair that stand as ``row`` does; of a list nobody but ``row``."""
    if nomination.kind != "pasangan":
        return [row]
    found = (
        select(Candidate)
        .where(Candidate.nomination_id == nomination.id, Candidate.state == row.state)
        .order_by(Candidate.number)
        .with_for_update(of=Candidate)
    )
    return list(db.session.scalars(found))


def _amend(
    nomination: Nomination,
    rows: Sequence[Candidate],
    action: str,
    struck: Mapping[int, str | None],
    *,
    kind: str,
    reason: str,
    public: str,
    ruling: str | None,
    file_id: int | None,
    signer: str,
    actor: Actor,
    added: Sequence[Entry] = (),
) -> Listing:
    """The minute, the move of the candidates and of the nomination, the version, the ballot, the news."""
    if not (signer := " ".join(signer.split())):
        raise Refused(_("Tulis nama ketua yang menandatangani berita acara."), field="signer")
    with db.session.begin_nested():
        planned = plan_change(
            nomination,
            "dct",
            struck,
            added=added,
            reason=public,
            ruling=ruling,
            signer=signer,
            actor=actor,
        )
        if planned is None:
            raise Refused(_("DCT pemilihan ini belum diumumkan di sini."), status=409)
        for row in rows:
            move_candidate(
                row,
                action,
                kind=kind,
                reason=" ".join(reason.split()),
                file_id=file_id,
                letter_id=planned.letter.id,
                actor=actor,
            )
        flow_of(nomination).move(nomination, "amend", actor=actor, reason=public)
        listing = keep_change(planned, reason=public, ruling=ruling, actor=actor)
        # Before the draw a pair has no number, and there is no ballot yet.
        frozen = []
        if nomination.kind != "pasangan" or nomination.number is not None:
            frozen = [
                ballots.change_ballot(
                    listing,
                    planned.ready,
                    planned.letter.number or "",
                    [row.id for row in rows],
                    ruling=ruling,
                    actor=actor,
                )
            ]
    start_papers([listing], frozen, actor=actor)
    for row in rows:
        notify(
            who_put_up(nomination),
            AMENDED,
            {"number": row.number, "state": row.state, "letter": planned.letter.number or "-"},
            papers.path_of(nomination.contest, planned.ready.place),
            actor=actor,
        )
    return listing
