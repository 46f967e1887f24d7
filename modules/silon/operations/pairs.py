"""The writers of pairs: the parties behind them, the plenary that sets them, the draw of their numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.elections import calendar
from electsys.elections.models import Contest
from electsys.elections.participants import admit_pair
from electsys.errors import Refused
from electsys.events import publish
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.notices import notify
from modules.silon import pair_papers as papers
from modules.silon.events import CandidatesFinal
from modules.silon.models import Listing, Nomination
from modules.silon.models.pairs import NominationParty, PairDraw
from modules.silon.operations import ballots
from modules.silon.operations import publishing as writing
from modules.silon.operations.access import require_editable, who_put_up
from modules.silon.operations.amendments import FINAL
from modules.silon.operations.candidate_events import move_candidate
from modules.silon.operations.listing_jobs import start_papers
from modules.silon.pair_words import EMPTY
from modules.silon.permissions import DETERMINE, EDIT
from modules.silon.queries import pairs as queries
from modules.silon.rules.pairs import DrawnPair, draw_pairs
from modules.silon.workflow import PAIR

STAGE, DRAW_STAGE = "penetapan_pasangan", "undian_pasangan"
#: The notice by which liaisons learn that their pair was determined, and its number.
DETERMINED, NUMBERED = "silon.pair.determined", "silon.pair.numbered"
#: Letters of a seed at least: as many dice as that are rolled in a minute.
SHORTEST_SEED = 8


def set_parties(nomination: Nomination, party_ids: Sequence[int], *, actor: Actor) -> None:
    """Say which parties put up a pair. Refused where one stands behind another pair, or may not stand."""
    require_editable(nomination, permission=EDIT, actor=actor)
    if nomination.support_state is not None:
        raise Refused(_("Pasangan perseorangan tidak diusulkan partai."), status=409)
    wanted = set(party_ids)
    allowed = {p.party_id: p.name for p in queries.eligible(nomination)}
    if unknown := wanted - allowed.keys():
        raise Refused(
            _("Partai nomor %(id)s bukan peserta pemilu yang dapat mengusulkan di sini.", id=min(unknown)),
            field="parties",
        )
    rows = db.session.scalars(
        select(NominationParty)
        .where(
            NominationParty.contest_id == nomination.contest_id,
            NominationParty.region == nomination.region,
            NominationParty.active,
        )
        .with_for_update()
    ).all()
    for row in rows:
        if row.party_id in wanted and row.nomination_id != nomination.id:
            other = db.session.get_one(Nomination, row.nomination_id)
            raise Refused(
                _("%(party)s sudah mengusulkan %(pair)s.", party=allowed[row.party_id], pair=other.label),
                hint=_("Satu partai hanya mengusulkan satu pasangan calon."),
                field="parties",
                status=409,
            )
    mine = {row.party_id: row for row in rows if row.nomination_id == nomination.id}
    for party_id, row in mine.items():
        row.active = party_id in wanted
    db.session.add_all(
        NominationParty(
            nomination_id=nomination.id,
            contest_id=nomination.contest_id,
            region=nomination.region,
            party_id=party_id,
            added_by=actor.account_id,
        )
        for party_id in sorted(wanted - mine.keys())
    )
    nomination.changed_at = dt.datetime.now(dt.UTC)
    db.session.flush()
    _note("silon:pair:parties", nomination, actor, {"parties": sorted(wanted)})


def determine_pairs(contest: Contest, region: str, *, signer: str, actor: Actor) -> Listing:
    """Set the pairs of a contest in plenary: they stand, without a number yet (UU 7/2017 art. 234).

    Refused outside of the stage, while a pair is still verified, and while a person of one is not judged.
    """
    grants.demand(actor, DETERMINE, Scope(region, None, contest.election_id))
    calendar.require_open(contest.election_id, STAGE, region)
    if not (signer := " ".join(signer.split())):
        raise Refused(_("Tulis nama ketua yang menandatangani."), field="signer")
    rows = queries.ready(contest.id, region, "rancangan_dct")
    if not rows:
        raise Refused(_("Tidak ada pasangan calon yang menunggu penetapan."), status=409)
    for state in ("diajukan", "vermin", "perbaikan", "vermin_perbaikan"):
        if waiting := queries.ready(contest.id, region, state):
            raise Refused(
                _("Belum dapat ditetapkan: %(pair)s masih diverifikasi.", pair=waiting[0].label), status=409
            )
    persons = {row.id: queries.standing(row) for row in rows}
    for row in rows:
        if [p.number for p in persons[row.id]] != [1, 2] or any(p.state != "ms" for p in persons[row.id]):
            raise Refused(
                _("%(pair)s belum lengkap: kedua calon harus memenuhi syarat.", pair=row.label), status=409
            )
    with db.session.begin_nested():
        letter = papers.determination(contest, region, rows, persons, signer=signer, actor=actor)
        for row in rows:
            PAIR.move(row, "determine", actor=actor)
            for person in persons[row.id]:
                move_candidate(
                    person, "finalise", kind="penetapan", reason=None, actor=actor, letter_id=letter.id
                )
        everybody = queries.ready(contest.id, region, *FINAL)
        listing = _keep(contest, region, everybody, letter.id, "", actor)[0]
    _tell(rows, DETERMINED, {}, actor)
    return listing


def hold_draw(contest: Contest, region: str, *, seed: str, source: str, actor: Actor) -> PairDraw:
    """Draw the numbers of all pairs, and freeze the ballot (UU 7/2017 art. 235).

    A single pair draws against the empty column (UU 10/2016 art. 54C). Refused outside of the stage, twice,
    and while a pair waits for the plenary.
    """
    grants.demand(actor, DETERMINE, Scope(region, None, contest.election_id))
    calendar.require_open(contest.election_id, DRAW_STAGE, region)
    seed, source = seed.strip(), " ".join(source.split())
    if len(seed) < SHORTEST_SEED:
        raise Refused(
            _("Benih paling sedikit %(n)s huruf atau angka.", n=SHORTEST_SEED),
            field="seed",
            hint=_("Misalnya dua puluh kali lemparan dadu, ditulis berurutan."),
        )
    if not source:
        raise Refused(_("Ceritakan bagaimana benih diperoleh dan di hadapan siapa."), field="source")
    if queries.ready(contest.id, region, "rancangan_dct"):
        raise Refused(_("Masih ada pasangan calon yang belum ditetapkan."), status=409)
    db.session.execute(
        select(Nomination.id)
        .where(Nomination.contest_id == contest.id, Nomination.region == region)
        .order_by(Nomination.id)
        .with_for_update()
    )
    db.session.expire_all()
    everybody = queries.ready(contest.id, region, *FINAL)
    if any(row.number is not None for row in everybody):
        raise Refused(_("Nomor urut sudah diundi."), status=409)
    # Whom a verdict cancelled before the draw gets no number.
    rows = [row for row in everybody if any(person.state == "dct" for person in queries.standing(row))]
    if not rows:
        raise Refused(_("Belum ada pasangan calon yang ditetapkan."), status=409)
    drawn = draw_pairs([row.id for row in rows], seed)
    with db.session.begin_nested():
        return _write_draw(contest, region, rows, drawn, seed, source, actor)


def _write_draw(
    contest: Contest,
    region: str,
    rows: Sequence[Nomination],
    drawn: Sequence[DrawnPair],
    seed: str,
    source: str,
    actor: Actor,
) -> PairDraw:
    by_id = {row.id: row for row in rows}
    where = region if contest.region_code == "" and contest.kind != "ppwp" else ""
    empty = None
    for each in drawn:
        row = by_id.get(each.nomination)
        if row is not None:
            row.number = each.number
        name = row.label if row else EMPTY
        admitted = admit_pair(
            contest, region=where, number=each.number, name=name, blank=row is None, actor=actor
        )
        empty = admitted if row is None else empty
    db.session.flush()
    letter = papers.draw_minutes(contest, region, by_id, drawn, seed, source, actor=actor)
    listing, ready = _keep(contest, region, rows, letter.id, _("Nomor urut diundi"), actor)
    frozen = ballots.freeze([(listing, ready)], letter.number or "", actor=actor, empty=empty)
    start_papers([listing], frozen, actor=actor)
    draw = PairDraw(
        contest_id=contest.id,
        region=region,
        seed=seed,
        seed_source=source,
        result=[
            {
                "nomination": each.nomination,
                "name": by_id[each.nomination].label if each.nomination else EMPTY,
                "number": each.number,
                "lot": each.lot,
            }
            for each in drawn
        ],
        listing_id=listing.id,
        letter_id=letter.id,
        actor=actor.name,
    )
    db.session.add(draw)
    db.session.flush()
    record(
        "silon:pair:draw",
        f"pair_draw:{draw.id}",
        actor=actor,
        region=region or None,
        election_id=contest.election_id,
        details={"numbers": {str(each.nomination): each.number for each in drawn}},
    )
    for row in rows:
        _tell([row], NUMBERED, {"number": row.number or 0}, actor)
    publish(
        CandidatesFinal(
            actor=actor, contest_id=contest.id, region=region, ballots=tuple(b.id for b in frozen)
        )
    )
    return draw


def _keep(
    contest: Contest, region: str, rows: Sequence[Nomination], letter_id: int, reason: str, actor: Actor
) -> tuple[Listing, writing.Prepared]:
    """The next version of the list of pairs, as everybody reads it."""
    last = queries.listing_of(contest.id, region)
    before = writing.kept_entries(last) if last else []
    struck = {e.candidate_id: e.struck_reason or "" for e in before if e.struck}
    found = writing.entries_of(rows, ("dct",), struck=struck, actor=actor)
    place = writing.places_of(rows)[None, region]
    version = writing.next_versions(contest.id, "dct", region)(None, region)
    ready = writing.prepare(place, "dct", [e for row in rows for e in found[row.id]], version)
    again = reason or (_("Penetapan kembali") if version > 1 else "")
    return writing.keep(ready, reason=again, letter_id=letter_id, public=True, actor=actor), ready


def _tell(rows: Sequence[Nomination], kind: str, values: dict[str, object], actor: Actor) -> None:
    for row in rows:
        notify(who_put_up(row), kind, {"pair": row.label} | values, f"/calon/pasangan/{row.id}", actor=actor)


def _note(verb: str, nomination: Nomination, actor: Actor, details: dict[str, object]) -> None:
    record(
        verb,
        f"nomination:{nomination.id}",
        actor=actor,
        region=nomination.region or None,
        election_id=nomination.election_id,
        details=details,
    )
