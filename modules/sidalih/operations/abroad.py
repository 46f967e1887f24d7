"""The writers of voters abroad and in special places, and of the rows at home that make way for them.

Nobody stands twice (UU 7/2017 art. 198-204): whoever is registered at the new place leaves the list at home,
where the row is struck while that list is being made, and marked once its DPT is frozen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.privacy import blind_index, mask_nik
from electsys.privacy.rules import form_problem
from electsys.privacy.wording import PROBLEMS
from electsys.regions.models import Tps
from modules.sidalih.claims import Claims, claims_of
from modules.sidalih.models import Voter
from modules.sidalih.models.abroad import VoterTransfer
from modules.sidalih.models.moves import VoterPlace
from modules.sidalih.operations.canaries import touched
from modules.sidalih.operations.moves import Application, issue_move, submit_move
from modules.sidalih.operations.searches import LISTED, Unknown, bounded
from modules.sidalih.operations.voters import add_voter, ensure_roll, place_voter, strike_voter
from modules.sidalih.permissions import EDIT
from modules.sidalih.rules.abroad import METHODS, normal_passport, passport_problem
from modules.sidalih.workflow.voters import MAKING

#: Code of the table ``tms``: left the village (domain.md 5.4).
MOVED_AWAY = "4"
#: Most voters of a list that one request places.
MOST = 500


def add_abroad(election: Election, tps: Tps, claims: Claims, *, actor: Actor) -> Voter:
    """A voter of the list of a PPLN, by passport, NIK or both; the kind of ``tps`` is the way to vote.

    Refused where the passport is registered already, in any city. A NIK that stands at home too is taken:
    the pair is listed until one row makes way (:func:`make_way`).
    """
    grants.demand(actor, EDIT, Scope(tps.code, election=election.id))
    if tps.kind not in METHODS:
        raise Refused(_("Pilih TPSLN, KSK, atau Pos di kota ini."), field="tps_code")
    if claims.passport:
        claims = replace(claims, passport=normal_passport(claims.passport))
        if passport_problem(claims.passport or ""):
            raise Refused(_("Nomor paspor terdiri atas 6 sampai 12 huruf dan angka."), field="passport")
        _refuse_passport(election, claims.passport or "", tps)
    ensure_roll(election.id, tps.code, actor=actor)
    return add_voter(election, tps, claims, source="ppln", actor=actor)


def _refuse_passport(election: Election, passport: str, tps: Tps) -> None:
    found = db.session.execute(
        text("select village_code from voter_by_passport(cast(:election as smallint), :index) limit 1"),
        {"election": election.id, "index": blind_index("P:" + passport)},
    ).scalar()
    if found is not None:
        raise Refused(
            _("Nomor paspor ini sudah terdaftar di kota ini.")
            if found[:4] == tps.code[:4]
            else _("Nomor paspor ini sudah terdaftar di kota lain."),
            hint=_("Ubah baris yang sudah ada, atau minta PPLN kota itu mencoretnya."),
            field="passport",
            status=409,
        )


# --- making way -----------------------------------------------------------------------------------


def make_way(away: Voter, home_id: int, *, reason: str, actor: Actor) -> VoterTransfer | None:
    """Let the row at home make way for ``away`` of the same NIK; None where it stands in no list any more.

    The right is that of the receiving office; the row at home may lie anywhere (migration 0024).
    """
    grants.demand(actor, EDIT, Scope(away.tps_code or away.village_code, election=away.election_id))
    if not reason.strip():
        raise Refused(_("Tuliskan alasannya."), field="reason")
    db.session.flush()
    kept = _call(
        "select voter_make_way(:away, :home, :code, :why, :who, :account)",
        {"away": away.id, "home": home_id, "code": MOVED_AWAY, "why": reason.strip()},
        _("Kedua baris ini bukan satu pemilih di dua tempat, atau baris di daerah asal bertanda lain."),
        actor,
    )
    record(
        "sidalih:transfer:make",
        f"voter:{away.id}",
        actor=actor,
        reason=reason,
        region=away.tps_code,
        election_id=away.election_id,
        details={"home": home_id, "transfer": kept},
    )
    return db.session.get(VoterTransfer, kept) if kept is not None else None


def come_home(transfer: VoterTransfer, *, reason: str, actor: Actor) -> None:
    """Undo it: the row at home stands again, and the one at the new place is struck."""
    away = db.session.scalars(select(Voter).where(Voter.id == transfer.away_voter_id)).one()
    if not reason.strip():
        raise Refused(_("Tuliskan alasannya."), field="reason")
    if away.state != "tms":
        strike_voter(away, MOVED_AWAY, actor=actor, reason=reason)
    grants.demand(actor, EDIT, Scope(transfer.away_tps, election=transfer.election_id))
    _call(
        "select voter_come_home(:transfer, :why, :who, :account)",
        {"transfer": transfer.id, "why": reason.strip()},
        _("Daftar di daerah asal sudah ditetapkan, atau barisnya bertanda lain."),
        actor,
    )
    db.session.expire(transfer)
    record(
        "sidalih:transfer:undo",
        f"voter:{away.id}",
        actor=actor,
        reason=reason,
        region=transfer.away_tps,
        election_id=transfer.election_id,
        details={"home": transfer.home_voter_id, "transfer": transfer.id},
    )


def _call(sql: str, values: dict[str, object], refusal: str, actor: Actor) -> int | None:
    try:
        with db.session.begin_nested():
            done: int | None = db.session.scalar(
                text(sql), {**values, "who": actor.name, "account": actor.account_id}
            )
            return done
    except IntegrityError as problem:
        raise Refused(
            refusal, hint=_("Muat ulang halaman ini dan periksa keadaannya."), status=409
        ) from problem


# --- special places -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Placed:
    """What became of one line of a list: its number, the NIK masked, whether it worked, in words."""

    line: int
    masked: str
    done: bool
    words: str


def place_people(
    election: Election, place: VoterPlace, niks: Sequence[str], *, reason_code: str = "", actor: Actor
) -> list[Placed]:
    """Bring the people of a special place to its polling station, by the list of the responsible body.

    While the DPT is being made they join the list of the place and leave that of their home; afterwards each
    becomes a DPTb voter for ``reason_code``. A line that cannot be done stops no other; it says why.
    """
    grants.demand(actor, EDIT, Scope(place.tps_code, election=election.id))
    if len(niks) > MOST:
        raise Refused(_("Paling banyak %(n)s NIK sekali kirim.", n=MOST), field="niks")
    tps = db.session.get_one(Tps, (election.id, place.province, place.tps_code))
    roll = ensure_roll(election.id, place.tps_code, actor=actor)
    results = []
    for line, nik in enumerate(niks, 1):
        try:
            with db.session.begin_nested():
                if roll.state in MAKING:
                    words = _join_place(election, tps, nik, place.name, actor)
                else:
                    words = _vote_there(election, tps, nik, reason_code, actor)
            results.append(Placed(line, mask_nik(nik), True, words))
        except Refused as refusal:
            results.append(Placed(line, mask_nik(nik), False, str(refusal.message)))
    record(
        "sidalih:place:fill",
        f"voter_place:{place.tps_code}",
        actor=actor,
        region=place.tps_code,
        election_id=election.id,
        details={"lines": len(results), "done": sum(r.done for r in results)},
    )
    return results


def _join_place(election: Election, tps: Tps, nik: str, name: str, actor: Actor) -> str:
    if problem := form_problem(nik, "nik"):
        raise Refused(str(PROBLEMS[problem.code]))
    with bounded(LISTED, actor=actor):
        home = _row_at_home(election, tps, nik, actor)
    reason = _("Terdaftar di lokasi khusus %(name)s", name=name)
    if home.village_code == tps.village_code:
        place_voter(home, tps.code, actor=actor, reason=reason)
        return _("dipindahkan dalam desa/kelurahan yang sama")
    added = add_voter(election, tps, claims_of(home), source=home.source, actor=actor, reason=reason)
    make_way(added, home.id, reason=reason, actor=actor)
    return _("terdaftar di lokasi ini, dikeluarkan dari daftar asal")


def _row_at_home(election: Election, tps: Tps, nik: str, actor: Actor) -> Voter:
    rows = db.session.scalars(
        select(Voter).from_statement(
            text(
                "select * from voter_by_nik(cast(:election as smallint), :index) where state <> 'tms'"
            ).bindparams(election=election.id, index=blind_index(nik))
        )
    ).all()
    if not rows:
        touched(blind_index(nik), "pindah", actor=actor)
        raise Unknown(_("NIK ini tidak terdaftar sebagai pemilih; tambahkan lewat coklit di asalnya."))
    if any(row.tps_code == tps.code for row in rows):
        raise Refused(_("Sudah terdaftar di lokasi ini."))
    if len(rows) > 1:
        raise Refused(_("NIK ini tercatat lebih dari sekali; selesaikan dulu sebagai pemilih ganda."))
    return rows[0]


def _vote_there(election: Election, tps: Tps, nik: str, reason_code: str, actor: Actor) -> str:
    if not reason_code:
        raise Refused(_("DPT sudah ditetapkan: pilih alasan pindah memilih."), field="reason_code")
    asked = Application(nik, tps, reason_code, "tujuan")
    move = submit_move(election, asked, actor=actor, misses=LISTED)
    issue_move(move, actor=actor)
    return _("menjadi pemilih DPTb di lokasi ini")
