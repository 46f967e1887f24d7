"""The writers of moves to another polling station (DPTb), and of special places.

UU 7/2017 art. 210, 348; MK 20/PUU-XVII/2019; domain.md 5.6, 5.7.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from electsys.db import db
from electsys.elections import calendar
from electsys.elections.models import Election
from electsys.elections.queries import code_entry
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.privacy import blind_index, reserve_ids, seal_fields, spend_budget
from electsys.privacy.rules import form_problem
from electsys.privacy.wording import PROBLEMS
from electsys.regions.models import Tps
from modules.sidalih.models.moves import PLACE_KINDS, VoterMove, VoterPlace
from modules.sidalih.operations.canaries import touched
from modules.sidalih.operations.searches import TYPED, Misses, Unknown, bounded
from modules.sidalih.operations.tps_hand import open_station
from modules.sidalih.permissions import MOVE
from modules.sidalih.queries import moves as queries
from modules.sidalih.rules.moves import STAGES, ballots
from modules.sidalih.wording import MARKS
from modules.sidalih.workflow import MOVING


@dataclass(frozen=True)
class Application:
    """What a voter asks for. ``served`` is ``asal`` or ``tujuan``: the end whose office serves the voter."""

    nik: str
    target: Tps
    reason_code: str
    served: str
    file_id: int | None = None

    def __repr__(self) -> str:
        return "Application(...)"  # it holds the number of a person, and tracebacks travel


def submit_move(election: Election, asked: Application, *, actor: Actor, misses: Misses = TYPED) -> VoterMove:
    """Enter the application of a voter of a frozen DPT; it waits to be issued (:func:`issue_move`).

    The voter is found by the full NIK alone, wherever they are registered. Refused in words: who stands in no
    DPT (a voter with a KTP-el votes at home, as DPK), who bears a mark or has moved already, a reason whose
    stage is closed, a place where they would get no ballot. Each voter found takes a row of the day's budget;
    a number that is refused counts among ``misses``, of which an account has so many.
    """
    target = asked.target
    urgency = _urgency(election, asked.reason_code, target.code)
    if asked.served not in ("asal", "tujuan"):
        raise Refused(_("Pilih dilayani di tempat asal atau tujuan."), field="served")
    if asked.served == "tujuan":
        grants.demand(actor, MOVE, Scope(target.code, election=election.id))
    if target.election_id != election.id or target.state != "aktif":
        raise Refused(_("TPS itu tidak ada atau sudah ditutup."), field="target")
    if problem := form_problem(asked.nik, "nik"):
        raise Refused(str(PROBLEMS[problem.code]), field="nik")
    with bounded(misses, actor=actor):
        line = _line_of(election, asked.nik, actor)
        served = line.tps_code if asked.served == "asal" else target.code
        grants.demand(actor, MOVE, Scope(served, election=election.id))
        if line.tps_code == target.code:
            raise Refused(
                _("Pemilih ini terdaftar di TPS itu: ia memilih di sana tanpa pindah."),
                field="target",
                status=409,
            )
    spend_budget(1, actor=actor)
    villages = line.tps_code[:10], target.village_code
    contests = ballots(*villages, queries.dapils_of(election, villages), queries.contest_kinds(election.id))
    if not contests:
        raise Refused(
            _("Di TPS itu pemilih ini tidak mendapat satu surat suara pun."),
            hint=_("Pilih TPS di daerah pemilihannya."),
            field="target",
        )
    [key] = reserve_ids("voter_move", 1)
    move = VoterMove(
        id=key,
        election_id=election.id,
        voter_id=line.voter_id,
        province=line.province,
        list_id=line.list_id,
        version=line.version,
        origin_tps=line.tps_code,
        number=line.number,
        target_tps=target.code,
        target_province=target.province,
        served_tps=served,
        reason_code=asked.reason_code,
        urgency=urgency,
        contests=list(contests),
        sealed=seal_fields({"nik": asked.nik}, table="voter_move", row=key),
        name=line.name,
        sex=line.sex,
        birth_year=line.birth_year,
        file_id=asked.file_id,
        token=secrets.token_urlsafe(16),
        created_by=actor.account_id,
        actor=actor.name,
    )
    db.session.add(move)
    db.session.flush()
    record(
        "sidalih:move:submit",
        f"voter_move:{key}",
        actor=actor,
        region=served,
        election_id=election.id,
        details={"voter": line.voter_id, "from": line.tps_code, "to": target.code, "code": asked.reason_code},
    )
    return move


def _urgency(election: Election, code: str, region: str) -> str:
    """``umum`` or ``khusus``, by the table of reasons; refuses one whose stages are all closed."""
    entry = code_entry(election.id, "alasan_pindah", code)
    if entry is None:
        raise Refused(_("Alasan ini tidak ada dalam tabel pemilu ini."), field="reason_code")
    urgency = "khusus" if entry.detail == "khusus" else "umum"
    open_now = [s for s in STAGES[urgency] if calendar.is_open(election.id, s, region)]
    if not open_now:
        calendar.require_open(election.id, STAGES[urgency][-1], region)
    return urgency


def _line_of(election: Election, nik: str, actor: Actor) -> Any:
    """The voter's line in the DPT; Refused where there is none, more than one, or something against it."""
    # Two applications for one voter at once must not both find nobody's move.
    key = int.from_bytes(blind_index(nik)[:8], "big", signed=True)
    db.session.execute(select(func.pg_advisory_xact_lock(key)))
    found = queries.lines_in_dpt(election.id, nik)
    lines = [line for line in found if not line.marks]
    if not found:
        touched(blind_index(nik), "pindah", actor=actor)
        raise Unknown(
            _(
                "NIK ini tidak ada dalam DPT yang sudah ditetapkan."
                " Hanya pemilih DPT yang dapat pindah memilih."
            ),
            hint=_(
                "Periksa lagi 16 angkanya. Yang belum terdaftar memilih sebagai DPK di TPS sesuai alamat"
                " KTP-el, satu jam sebelum TPS ditutup, selama surat suara masih ada."
            ),
            field="nik",
        )
    if any(line.moving for line in found):
        raise Refused(
            _("Pemilih ini sudah mengajukan pindah memilih."),
            hint=_("Batalkan dulu yang lama di kantor yang melayaninya."),
            field="nik",
            status=409,
        )
    if not lines:
        raise Refused(
            _("Pemilih ini bertanda “%(mark)s” dalam DPT.", mark=MARKS[found[0].marks[-1]]),
            hint=_("Bila keliru, minta KPU kabupaten/kota asal mencabut tanda itu."),
            field="nik",
            status=409,
        )
    if len(lines) > 1:
        raise Refused(
            _("NIK ini tercatat %(n)s kali dalam DPT (%(codes)s).", n=len(lines), codes=_codes(lines)),
            hint=_("Selesaikan dulu sebagai pemilih ganda."),
            field="nik",
            status=409,
        )
    if not lines[0].frozen:
        raise Refused(
            _("DPT tempat asal sedang dibuka kembali karena putusan."),
            hint=_("Layani setelah DPT perubahan ditetapkan."),
            field="nik",
            status=409,
        )
    return lines[0]


def _codes(lines: list[Any]) -> str:
    return ", ".join(line.tps_code for line in lines)


def issue_move(move: VoterMove, *, actor: Actor) -> None:
    """Issue the letter: the voter leaves the DPT line at the origin (a mark) and joins the target's DPTb."""
    in_time = calendar.is_open(move.election_id, "pindah_memilih", move.served_tps)
    action = "issue_special" if not in_time and move.urgency == "khusus" else "issue"
    MOVING.move(move, action, actor=actor, values={"issued_at": dt.datetime.now(dt.UTC)})
    _mark(move, _("Pindah memilih ke TPS %(code)s", code=move.target_tps), actor)


def cancel_move(move: VoterMove, reason: str, *, actor: Actor) -> None:
    """Take a move back: the voter votes at home again, and the letter's page says that it is void."""
    issued = move.state == "diterbitkan"
    MOVING.move(move, "cancel", actor=actor, reason=reason, values={"cancelled_at": dt.datetime.now(dt.UTC)})
    if issued:
        _mark(move, reason.strip(), actor)


def _mark(move: VoterMove, reason: str, actor: Actor) -> None:
    """Mark the line at the origin, which may lie outside the actor's regions (migration 0024)."""
    try:
        with db.session.begin_nested():
            db.session.execute(
                text("select voter_move_mark(:move, :reason, :who, :account)"),
                {"move": move.id, "reason": reason, "who": actor.name, "account": actor.account_id},
            )
    except IntegrityError as problem:
        raise Refused(
            _("Baris pemilih ini dalam DPT sekarang bertanda lain."),
            hint=_("Minta KPU kabupaten/kota asal memeriksa tanda itu lebih dulu."),
            status=409,
        ) from problem


# --- special places -------------------------------------------------------------------------------


def open_place(
    election: Election,
    village: str,
    *,
    kind: str,
    name: str,
    body: str,
    address: str,
    cap: int | None,
    actor: Actor,
) -> VoterPlace:
    """Make a special polling station (901..) in a village for a prison, a dormitory, a mine, a hospital."""
    for field, value in (("name", name), ("body", body)):
        if not value.strip():
            raise Refused(_("Kolom ini wajib diisi."), field=field)
    if kind not in PLACE_KINDS:
        raise Refused(_("Pilih jenis lokasi dari daftar."), field="kind")
    tps = open_station(election, village, special=True, address=address, cap=cap, actor=actor)
    place = VoterPlace(
        election_id=election.id,
        tps_code=tps.code,
        province=tps.province,
        kind=kind,
        name=name.strip(),
        body=body.strip(),
        actor=actor.name,
    )
    db.session.add(place)
    db.session.flush()
    record(
        "sidalih:place:open",
        f"voter_place:{tps.code}",
        actor=actor,
        region=tps.code,
        election_id=election.id,
        details={"kind": kind, "cap": cap},
    )
    return place
