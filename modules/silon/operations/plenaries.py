"""The plenary that determines the lists of a body: the DCS, then the DCT (UU 7/2017 art. 251, 256)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, insert, literal, null, select

from electsys import jobs
from electsys.db import db
from electsys.elections import calendar
from electsys.elections.models import Contest
from electsys.errors import Refused
from electsys.events import publish
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.notices import notify
from modules.silon import listing_papers as papers
from modules.silon.events import CandidatesFinal
from modules.silon.models import Candidate, CandidateEvent, Listing, Nomination
from modules.silon.models.candidates import STANDING
from modules.silon.operations import ballots
from modules.silon.operations import publishing as writing
from modules.silon.operations.access import by_who_put_up
from modules.silon.operations.listing_jobs import start_papers
from modules.silon.permissions import DETERMINE
from modules.silon.queries.outlooks import PLENARIES, Outlook, Step, clause, names_of, outlook, people_of
from modules.silon.rules.listings import Entry, alphabet_numbers
from modules.silon.workflow import CANDIDATE, LIST

#: A party learns that its lists were determined.
DETERMINED = "silon.listing.determined"
#: Up to so many candidates a plenary is written while the reader waits.
INLINE = 150


@dataclass(frozen=True)
class Determined:
    """What a plenary set."""

    listings: tuple[Listing, ...]
    candidates: int
    letter_id: int
    number: str


def determine(
    contest: Contest,
    region: str,
    kind: str,
    *,
    signer: str,
    note: str = "",
    actor: Actor,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> Determined:
    """Determine all lists of a body in one plenary: DCS or DCT (UU 7/2017 art. 251, 256).

    Candidates and nominations move, each list gets its version with a digest, a minute (for the DCT a
    decision as well) is issued, and the DCT freezes the ballots. A list that breaks a rule on women is
    determined only with a ``note`` of the plenary, which the minute prints. A list of which nobody is left is
    excluded. Refused outside of the stage, while a list is under way, or while somebody is not judged.
    """
    step = PLENARIES[kind]
    grants.demand(actor, DETERMINE, Scope(region, None, contest.election_id))
    calendar.require_open(contest.election_id, step.stage, region)
    if not (signer := " ".join(signer.split())):
        raise Refused(_("Tulis nama ketua yang menandatangani."), field="signer")
    db.session.execute(
        select(Nomination.id).where(clause(contest, region)).order_by(Nomination.id).with_for_update()
    )
    db.session.expire_all()
    found = outlook(contest, region, kind)
    _require_ready(found, kind, note)
    for row in found.empty:
        LIST.move(row, "exclude", actor=actor, reason=_("Tidak ada calon yang memenuhi syarat"))
    if kind == "dct":
        _number_persons(found.ready)
    ready = _prepared(contest, region, kind, found.ready, actor, progress)
    progress(0, 0, _("Menerbitkan berita acara"))
    key = f"silon:{kind}:{contest.id}:{region}:{_plenaries(contest, region, kind) + 1}"
    letter = papers.determination_minutes(
        contest, region, ready, signer=signer, note=note.strip(), source_key=key, actor=actor
    )
    if kind == "dct":
        letter = papers.determination_decision(
            contest, region, ready, signer=signer, source_key=f"{key}:keputusan", actor=actor
        )
    progress(0, 0, _("Menetapkan calon"))
    behind = by_who_put_up(found.ready)  # before the rows move, and would be read again one by one
    _move_candidates(found.ready, step, letter.id, found.candidates, actor)
    keys = [row.id for row in found.ready]
    moved = LIST.move_set(Nomination.id.in_(keys), step.action, actor=actor)
    if moved != len(keys):
        raise Refused(_("Sebagian daftar berubah sementara pleno berjalan. Coba lagi."), status=409)
    listings = [
        writing.keep(each, reason=_again(each.version), letter_id=letter.id, public=True, actor=actor)
        for each in ready
    ]
    frozen = (
        ballots.freeze(list(zip(listings, ready, strict=True)), letter.number or "", actor=actor)
        if kind == "dct"
        else []
    )
    start_papers(listings, frozen, actor=actor)
    record(
        "silon:listing:determine",
        f"contest:{contest.id}",
        actor=actor,
        region=region or None,
        election_id=contest.election_id,
        details={
            "stage": kind,
            "lists": len(listings),
            "candidates": found.candidates,
            "letter": letter.id,
            "broken": [each.nomination.id for each in found.broken],
        },
    )
    for told, _lists in behind:
        notify(
            told,
            DETERMINED,
            {"stage": kind, "number": letter.number or "-"},
            papers.path_of(contest),
            actor=actor,
        )
    if kind == "dct":
        publish(
            CandidatesFinal(
                actor=actor,
                contest_id=contest.id,
                region=region,
                ballots=tuple(row.id for row in frozen),
            )
        )
    return Determined(tuple(listings), found.candidates, letter.id, letter.number or "-")


def _require_ready(found: Outlook, kind: str, note: str) -> None:
    if found.under_way:
        raise Refused(
            _("Belum dapat ditetapkan: %(n)s daftar belum sampai pada tahap ini.", n=len(found.under_way)),
            hint=_("Selesaikan dahulu: %(list)s.", list=names_of(found.under_way)),
            status=409,
        )
    if not found.ready:
        raise Refused(_("Tidak ada daftar yang menunggu penetapan."), status=409)
    if kind == "dct" and found.unjudged:
        raise Refused(
            _("%(n)s calon belum diverifikasi.", n=sum(found.unjudged.values())),
            hint=_("Simpulkan verifikasi calon pengganti sebelum DCT ditetapkan."),
            status=409,
        )
    if found.late:
        raise Refused(
            _("%(n)s calon belum membawa keputusan pemberhentiannya, atau itu belum dinyatakan benar.",
              n=len(found.late)),
            hint=_("Putuskan dokumen susulannya di meja verifikasi, atau keluarkan dari daftar: %(names)s.",
                   names=people_of(found.late)),
            status=409,
        )  # fmt: skip
    if found.broken and not note.strip():
        raise Refused(
            _("%(n)s daftar tidak memenuhi ketentuan keterwakilan perempuan.", n=len(found.broken)),
            hint=_("Tulis dasar rapat pleno menetapkannya; catatan itu tercetak pada berita acara."),
            field="note",
            status=409,
        )


def _prepared(
    contest: Contest,
    region: str,
    kind: str,
    rows: Sequence[Nomination],
    actor: Actor,
    progress: Callable[[int, int, str], None],
) -> list[writing.Prepared]:
    found = writing.entries_of(
        rows,
        PLENARIES[kind].enter,
        actor=actor,
        progress=lambda done, total: progress(done, total, _("Menyiapkan foto")),
    )
    version = writing.next_versions(contest.id, kind, region)
    made = []
    for key, place in writing.places_of(rows).items():
        entries: list[Entry] = [e for row in rows if (row.dapil_id, row.region) == key for e in found[row.id]]
        made.append(writing.prepare(place, kind, entries, version(*key)))
    return made


def _move_candidates(
    rows: Sequence[Nomination], step: Step, letter_id: int, expected: int, actor: Actor
) -> None:
    """Every candidate that enters the list, by one event each and one guarded UPDATE."""
    keys = [row.id for row in rows]
    inside = Candidate.nomination_id.in_(keys) & Candidate.state.in_(step.enter)
    db.session.execute(
        insert(CandidateEvent).from_select(
            *(
                [
                    *("candidate_id", "region", "party_id", "kind", "from_state", "to_state", "reason"),
                    *("letter_id", "account_id", "actor"),
                ],
            ),
            select(
                Candidate.id,
                Candidate.region,
                Candidate.party_id,
                literal("penetapan"),
                Candidate.state,
                literal(step.target),
                null(),
                literal(letter_id),
                literal(actor.account_id),
                literal(actor.name),
            ).where(inside),
        )
    )
    event = (
        select(func.max(CandidateEvent.id))
        .where(CandidateEvent.candidate_id == Candidate.id, CandidateEvent.to_state == step.target)
        .scalar_subquery()
    )
    moved = CANDIDATE.move_set(inside, step.move, actor=actor, values={"event_id": event})
    if moved != expected:
        raise Refused(_("Sebagian calon berubah sementara pleno berjalan. Coba lagi."), status=409)


def _number_persons(rows: Sequence[Nomination]) -> None:
    """Numbers of persons for the DPD, by the alphabet in each province (UU 7/2017 art. 262)."""
    persons = [row for row in rows if row.kind == "perseorangan"]
    if not persons:
        return
    named: dict[str, dict[int, str]] = {}
    for row in db.session.scalars(
        select(Candidate).where(
            Candidate.nomination_id.in_([p.id for p in persons]), Candidate.state.in_(STANDING)
        )
    ):
        named.setdefault(row.region, {})[row.nomination_id] = row.name
    numbers = {key: n for found in named.values() for key, n in alphabet_numbers(found).items()}
    for each in persons:
        each.number = numbers[each.id]
    db.session.flush()


def _plenaries(contest: Contest, region: str, kind: str) -> int:
    """How many versions there are: a plenary after a ruling has a paper of its own."""
    return (
        db.session.scalar(
            select(func.max(Listing.version)).where(
                Listing.contest_id == contest.id, Listing.region == region, Listing.stage == kind
            )
        )
        or 0
    )


def _again(version: int) -> str:
    return _("Penetapan kembali") if version > 1 else ""


def begin(
    contest: Contest, region: str, kind: str, *, signer: str, note: str = "", actor: Actor
) -> Determined | jobs.Job:
    """Determine now, or start the job that does: a large body has thousands of portraits to draw.

    Whoever may not is refused before anything begins.
    """
    found = outlook(contest, region, kind)
    if found.candidates <= INLINE:
        return determine(contest, region, kind, signer=signer, note=note, actor=actor)
    grants.demand(actor, DETERMINE, Scope(region, None, contest.election_id))
    calendar.require_open(contest.election_id, PLENARIES[kind].stage, region)
    if not signer.strip():
        raise Refused(_("Tulis nama ketua yang menandatangani."), field="signer")
    _require_ready(found, kind, note)
    return jobs.start(
        "silon.determine",
        actor=actor,
        subject=f"contest:{contest.id}",
        lock=f"silon:determine:{contest.id}:{region}",
        contest_id=contest.id,
        region=region,
        kind=kind,
        signer=signer,
        note=note,
        version=_plenaries(contest, region, kind),
    )


@jobs.task("silon.determine", label=_l("Menetapkan daftar calon"), retry=2)
def run(
    job: jobs.JobHandle, *, contest_id: int, region: str, kind: str, signer: str, note: str, version: int
) -> None:
    """The plenary in one transaction: after a crash it begins anew, after success it changes nothing."""
    contest = db.session.get_one(Contest, contest_id)
    if _plenaries(contest, region, kind) == version:
        determine(
            contest,
            region,
            kind,
            signer=signer,
            note=note,
            actor=job.actor,
            progress=job.progress,
        )
    job.result(_("Daftar calon ditetapkan."), papers.path_of(contest))
