"""Write the boards that changed: numbers of the database, and the history that the board before kept."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.publishing import Target
from modules.sirekap.boards import shelf
from modules.sirekap.boards.content import Tallies, Tally, tallies
from modules.sirekap.boards.missing import bodies, stations
from modules.sirekap.models import Recap

VERSION = 1
#: Hours of the pace that a board keeps.
HOURS = 72


def elections() -> list[Election]:
    """The elections that are being summed."""
    return list(
        db.session.scalars(
            select(Election).where(
                Election.state != "selesai", select(Recap.id).where(Recap.election_id == Election.id).exists()
            )
        )
    )


def write_boards(election: Election, *, now: dt.datetime | None = None) -> int:
    """Write every board of an election that says something new; return how many regions changed."""
    moment = now or dt.datetime.now(dt.UTC)
    found = tallies(election)
    target = shelf.target()
    known = _known(target, election.code)
    fresh: dict[str, Tally] = {}
    says: dict[str, str] = {}
    for code, tally in found.regions.items():
        told = [numbers(found, tally), _staff(found, tally), tally.filled, bodies(found, tally)]
        says[code] = shelf.digest(shelf.encode({"": told}))
        if known.get(code) != says[code]:
            fresh[code] = tally
    lists = stations(found, [code for code in fresh if len(code) in (4, 6)]) if fresh else {}
    for code, tally in fresh.items():
        _write(target, found, tally, lists.get(code), moment)
    if fresh:
        target.write(_list(election.code), shelf.encode(says))
    return len(fresh)


def _known(target: Target, election: str) -> dict[str, str]:
    raw = target.read(_list(election))
    return dict(json.loads(raw)) if raw else {}


def _list(election: str) -> str:
    """What every board says, so that one that says the same is not written again."""
    return f"daftar/{election}.json"


def _write(
    target: Target, found: Tallies, tally: Tally, missing: dict[str, Any] | None, now: dt.datetime
) -> None:
    place = shelf.place(shelf.PUBLIC, found.election.code, tally.code)
    before = target.read(place)
    pace = pace_of(json.loads(before)["laju"]["dihitung"] if before else [], tally.total("accepted"), now)
    board = numbers(found, tally)
    board["laju"]["dihitung"] = pace
    board["pada"] = now.isoformat(timespec="seconds")
    board["belum"] = missing or bodies(found, tally)
    staff = board | _staff(found, tally)
    target.write(shelf.place(shelf.STAFF, found.election.code, tally.code), shelf.encode(staff))
    if missing:
        board["belum"] = without_reasons(missing)
    target.write(place, shelf.encode(board))


def without_reasons(missing: dict[str, Any]) -> dict[str, Any]:
    """What is missing as the public reads it: nothing that somebody typed."""
    return missing | {"daftar": [row | {"alasan": ""} for row in missing["daftar"]]}


def pace_of(before: list[list[Any]], accepted: int, now: dt.datetime) -> list[list[Any]]:
    """How many forms counted at the end of each hour in which a board was written."""
    hour = now.replace(minute=0, second=0, microsecond=0).isoformat()
    kept = [point for point in before if point[0] != hour]
    return [*kept, [hour, accepted]][-HOURS:]


def numbers(found: Tallies, tally: Tally) -> dict[str, Any]:
    """What a board says, without its moment and its history."""
    election = found.election
    return {
        "v": VERSION,
        "pemilu": {"kode": election.code, "nama": election.name, "jenis": election.kind},
        "wilayah": {"kode": tally.code, "nama": tally.name, "jalur": found.way_to(tally.code)},
        "pemilihan": [_contest(contest, tally) for contest in found.contests if _has(contest.id, tally)],
        "bagian": [_part(found.regions[code]) for code in tally.children],
        "keberatan": tally.objections,
        "pembetulan": _corrections(found, tally, public=True),
        "laju": {
            "sah": tally.locked[-HOURS:],
            "menit_tengah": None if tally.pace is None else round(tally.pace / 60),
        },
    }


def _staff(found: Tallies, tally: Tally) -> dict[str, Any]:
    """What the people of the recap read beside it: corrections before the lock, files that are out."""
    return {"luring": tally.outside, "pembetulan": _corrections(found, tally, public=False)}


def _has(contest_id: int, tally: Tally) -> bool:
    return contest_id in tally.forms or contest_id in tally.counts


def _contest(contest: Any, tally: Tally) -> dict[str, Any]:
    count = tally.counts.get(contest.id)
    return {
        "kode": contest.kind,
        "nama": contest.name,
        "wilayah": contest.region_code,
        "hitung": count
        and {
            "tps": count.expected,
            "diterima": count.received,
            "dihitung": count.accepted,
            "anomali": count.flagged,
            "belum_lengkap": count.received - count.entered,
            "belum_diterima": count.expected - count.received,
        },
        "rekap": {tier: dict(states) for tier, states in tally.forms.get(contest.id, {}).items()},
        "dibacakan": tally.read.get(contest.id),
        "terisi": tally.filled.get(contest.id),
    }


def _part(child: Tally) -> dict[str, Any]:
    """A region right below: its forms over all contests, and its D.Hasil with those below."""
    return {
        "kode": child.code,
        "nama": child.name,
        "formulir": child.total("expected"),
        "dihitung": child.total("accepted"),
        "anomali": child.total("flagged"),
        "dhasil": child.states,
        "keberatan": child.objections.get("diajukan", 0),
        "pembetulan": child.public_corrections,
    }


def _corrections(found: Tallies, tally: Tally, *, public: bool) -> dict[str, Any]:
    kinds = {contest.id: contest.kind for contest in found.contests}
    return {
        "jumlah": tally.public_corrections if public else tally.corrections,
        "terbaru": [
            {
                "nomor": row.id,
                "dhasil": row.recap_id,
                "tps": row.unit,
                "pemilihan": kinds[row.contest_id],
                "alasan": row.reason_code,
                "putusan": row.ruling,
                "pada": row.at.isoformat(timespec="seconds"),
            }
            for row in tally.newest
            if not public or row.state == "disahkan"
        ][:10],
    }
