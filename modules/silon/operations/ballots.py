"""The ballot: frozen from the final list, version by version; proofs, and what the participants say of them.

**Ids.** The line of a party bears the public id of the participant (``kpu_id``, else its key here); the line
of a candidate bears the key of the candidate's row as text. It is given when somebody is put up, stays the
same in every version of every list and ballot, and is never given to anybody else: who replaces somebody has
another one. A person of the DPD has one id as candidate and as participant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import func, insert, select

from electsys.db import db
from electsys.elections.models import Ballot, BallotLine, Contest, Participant
from electsys.elections.participants import PartyOnBallot, admit_party, admit_person
from electsys.errors import Refused
from electsys.events import publish
from electsys.ledger import Actor, record
from electsys.regions.models import Dapil
from modules.silon.events import BallotChanged
from modules.silon.models import Listing, ListingReview, Nomination
from modules.silon.operations.access import demand
from modules.silon.operations.publishing import Prepared
from modules.silon.permissions import SUBMIT
from modules.silon.rules.listings import Entry
from modules.sipol import participants

OUTCOMES = ("sesuai", "koreksi")


def freeze(
    lists: Sequence[tuple[Listing, Prepared]], source: str, *, actor: Actor, empty: Participant | None = None
) -> list[Ballot]:
    """A new version of the ballot of each final list; ``source`` is the number of its decision.

    ``empty`` is the column without a picture beside a single pair (UU 10/2016 art. 54C).

    The order is that of the list: a party's line, then its candidates by number; persons and pairs by theirs.
    """
    if not lists:
        return []
    standing = _participants(lists, actor)
    version = _next_versions({ready.place.contest.id for _row, ready in lists})
    dapil = _dapil_of_persons(lists)
    made = []
    for _row, ready in lists:
        place = ready.place
        where = place.dapil.id if place.dapil else dapil.get(place.region)
        ballot = Ballot(
            contest_id=place.contest.id,
            dapil_id=where,
            version=version(place.contest.id, where),
            source=source or f"{ready.stage} v{ready.version}",
        )
        db.session.add(ballot)
        db.session.flush()
        lines = list(_lines(ready.entries, standing))
        if empty is not None:
            column = _line(empty, None, empty.name, None, None, str(empty.id), struck=False)
            lines.insert(empty.number - 1, column)
        db.session.execute(
            insert(BallotLine),
            [line | {"ballot_id": ballot.id, "position": n} for n, line in enumerate(lines, 1)],
        )
        record(
            "silon:ballot:freeze",
            f"ballot:{ballot.id}",
            actor=actor,
            region=place.region or None,
            election_id=place.contest.election_id,
            details={
                "contest": place.contest.kind,
                "dapil": where,
                "version": ballot.version,
                "lines": len(lines),
                "sha256": ready.digest.hex(),
            },
        )
        made.append(ballot)
    return made


def change_ballot(
    listing: Listing,
    ready: Prepared,
    source: str,
    changed: Iterable[int],
    *,
    ruling: str | None,
    actor: Actor,
) -> Ballot:
    """The ballot after a change of the final list: a new version, and news for whoever counts on it."""
    [ballot] = freeze([(listing, ready)], source, actor=actor, empty=_empty_column(ready))
    publish(
        BallotChanged(
            actor=actor,
            contest_id=ballot.contest_id,
            dapil_id=ballot.dapil_id,
            ballot_id=ballot.id,
            version=ballot.version,
            candidates=tuple(sorted(changed)),
            ruling=ruling,
        )
    )
    return ballot


def review(
    nomination: Nomination,
    *,
    outcome: str,
    note: str = "",
    listing: Listing | None = None,
    ballot: Ballot | None = None,
    actor: Actor,
) -> ListingReview:
    """What those who put up say of a draft list or of the proof of a ballot: right, or what is wrong.

    Said again, the newest counts; a new version asks anew.
    """
    demand(actor, SUBMIT, nomination)
    if outcome not in OUTCOMES:
        raise Refused(_("Pilih sesuai atau perlu koreksi."), field="outcome")
    note = " ".join(note.split())
    if outcome == "koreksi" and not note:
        raise Refused(_("Tulis apa yang perlu dikoreksi."), field="note")
    row = ListingReview(
        nomination_id=nomination.id,
        listing_id=listing.id if listing else None,
        ballot_id=ballot.id if ballot else None,
        outcome=outcome,
        note=note,
        account_id=actor.account_id,
        actor=actor.name,
    )
    db.session.add(row)
    db.session.flush()
    record(
        "silon:listing:review",
        f"nomination:{nomination.id}",
        actor=actor,
        region=nomination.region or None,
        election_id=nomination.election_id,
        details={
            "outcome": outcome,
            "listing": listing.id if listing else None,
            "ballot": ballot.id if ballot else None,
        },
    )
    return row


def _lines(entries: Sequence[Entry], standing: Mapping[int, Participant]) -> Iterable[dict[str, object]]:
    """The lines in the order in which votes are stored."""
    begun: set[int] = set()
    standing_pairs = {e.nomination_id for e in entries if not e.struck}
    for e in entries:
        of = standing[e.nomination_id]
        if of.kind == "partai" and e.nomination_id not in begun:
            yield _line(of, None, of.name, None, None, of.kpu_id or str(of.id), struck=False)
        if of.kind == "pasangan":
            if e.nomination_id not in begun:
                # A pair of which one person is left still stands (UU 10/2016 art. 54).
                gone = e.nomination_id not in standing_pairs
                yield _line(of, None, of.name, None, None, of.kpu_id or str(of.id), struck=gone)
        else:
            number = e.number if of.kind == "partai" else None
            yield _line(of, number, e.name, e.sex, e.residence, str(e.candidate_id), struck=e.struck)
        begun.add(e.nomination_id)


def _empty_column(ready: Prepared) -> Participant | None:
    """The column beside a single pair, where the draw admitted one (UU 10/2016 art. 54C)."""
    contest, region = ready.place.contest, ready.place.region
    return db.session.scalars(
        select(Participant).where(
            Participant.contest_id == contest.id,
            Participant.region_code == ("" if contest.region_code or contest.kind == "ppwp" else region),
            Participant.kind == "pasangan",
            Participant.blank,
        )
    ).one_or_none()


def _line(
    of: Participant,
    number: int | None,
    name: str,
    sex: str | None,
    residence: str | None,
    kpu_id: str,
    *,
    struck: bool,
) -> dict[str, object]:
    return {
        "participant_id": of.id,
        "candidate_number": number,
        "name": name,
        "sex": sex,
        "residence": residence,
        "kpu_id": kpu_id,
        "struck": struck,
    }


def _participants(lists: Sequence[tuple[Listing, Prepared]], actor: Actor) -> dict[int, Participant]:
    """The participant of each nomination on the lists, admitted where there is none yet."""
    entries = [e for _row, ready in lists for e in ready.entries]
    wanted = {e.nomination_id for e in entries}
    nominations = db.session.scalars(select(Nomination).where(Nomination.id.in_(wanted))).all()
    known = db.session.scalars(
        select(Participant).where(Participant.contest_id.in_({n.contest_id for n in nominations}))
    ).all()
    by_party: dict[tuple[int, int | None], Participant] = {
        (p.contest_id, p.party_id): p for p in known if p.party_id is not None
    }
    by_number = {(p.contest_id, p.region_code, p.number): p for p in known}
    person = {e.nomination_id: e for e in entries}
    found: dict[int, Participant] = {}
    for row in nominations:
        if row.kind == "daftar":
            of = by_party.get((row.contest_id, row.party_id)) or _admitted(row, actor)
            by_party[row.contest_id, row.party_id] = of
        else:
            region = row.region if row.contest.region_code == "" else ""
            of_number = by_number.get((row.contest_id, region, row.number or 0))
            if of_number is None and row.kind == "pasangan":
                raise Refused(
                    _("%(name)s belum mendapat nomor urut.", name=row.label),
                    hint=_("Undi nomor urut pasangan calon dahulu."),
                    status=409,
                )
            of = of_number or admit_person(
                row.contest,
                region=region,
                number=row.number or 0,
                name=person[row.id].name,
                kpu_id=str(person[row.id].candidate_id),
                actor=actor,
            )
        found[row.id] = of
    return found


def _admitted(row: Nomination, actor: Actor) -> Participant:
    """The participant of a party, as the register of parties has it."""
    party = next((p for p in participants(row.election_id) if p.party_id == row.party_id), None)
    if party is None or party.number is None:
        raise Refused(
            _("Partai nomor %(n)s bukan peserta pada pemilihan ini.", n=row.number or "-"),
            hint=_("Tetapkan peserta dan undi nomor urutnya dahulu."),
            status=409,
        )
    made = admit_party(
        row.election_id,
        PartyOnBallot(party.party_id, party.number, party.name, party.short_name, party.color, party.region),
        actor=actor,
    )
    return next(p for p in made if p.contest_id == row.contest_id)


def _next_versions(contests: set[int]) -> Callable[[int, int | None], int]:
    rows = db.session.execute(
        select(Ballot.contest_id, Ballot.dapil_id, func.max(Ballot.version))
        .where(Ballot.contest_id.in_(contests))
        .group_by(Ballot.contest_id, Ballot.dapil_id)
    )
    last = {(contest, dapil): version for contest, dapil, version in rows}
    return lambda contest, dapil: last.get((contest, dapil), 0) + 1


def _dapil_of_persons(lists: Sequence[tuple[Listing, Prepared]]) -> dict[str, int]:
    """The dapil of each province for the DPD: one a province, but it is a dapil on the map."""
    whole = [ready.place for _row, ready in lists if ready.place.dapil is None]
    contest: Contest | None = next((p.contest for p in whole if p.contest.kind == "dpd"), None)
    if contest is None:
        return {}
    rows = db.session.execute(
        select(Dapil.body_code, Dapil.id).where(
            Dapil.map_id == contest.election.map_id, Dapil.chamber == "dpd"
        )
    )
    return {row[0]: row[1] for row in rows}
