"""The election of 2024 as it is first installed, from ``data/pemilu_2024.toml``.

Run again it adds what is missing and leaves alone whatever an admin has changed since.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import (
    Ballot,
    BallotLine,
    CodeEntry,
    Contest,
    Election,
    LegalSetting,
    Participant,
    Stage,
)
from electsys.ledger import Actor, record

FILE = Path(__file__).parent / "data" / "pemilu_2024.toml"
WIB = ZoneInfo("Asia/Jakarta")
ACEH = "11"

#: These stages of the demo stay open, whatever the day: else nobody could try the suite after 2024.
DEMO_STAGES = {
    *("penghitungan", "daftar_pemilih", "coklit", "penyusunan_dps", "tanggapan_dps", "penyusunan_dpshp"),
    *("penetapan_dpt", "pindah_memilih", "pindah_memilih_khusus", "pdpb"),
}
DEMO_OPEN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2040, 1, 1, tzinfo=dt.UTC)


@cache
def facts() -> dict[str, Any]:
    """The file, read."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def seed_election(*, actor: Actor, open_for_demo: bool = True) -> Election:
    """Install the election, or what of it is missing. ``open_for_demo`` keeps some stages open."""
    about = facts()["pemilu"]
    election = db.session.scalar(select(Election).where(Election.code == about["kode"]))
    if election is None:
        election = Election(
            code=about["kode"],
            name=about["nama"],
            kind=about["jenis"],
            voting_day=about["hari"],
            map_id=about["peta"],
            state="berjalan",
        )
        db.session.add(election)
        db.session.flush()
    contests = _contests(election)
    added = {
        "participants": _pairs(contests["ppwp"]) + _parties(contests),
        "stages": _stages(election, open_for_demo),
        "settings": _settings(election),
        "codes": _codes(election),
    }
    db.session.flush()
    if any(added.values()):
        record(
            "elections:election:seed",
            f"election:{election.id}",
            actor=actor,
            election_id=election.id,
            details=added,
        )
    return election


def _contests(election: Election) -> dict[str, Contest]:
    found = {c.kind: c for c in db.session.scalars(select(Contest).where(Contest.election_id == election.id))}
    for kind, name in facts()["pemilihan"].items():
        if kind not in found:
            found[kind] = Contest(election_id=election.id, kind=kind, name=name)
            db.session.add(found[kind])
    db.session.flush()
    return found


def _numbers(contest: Contest) -> set[tuple[str, int]]:
    rows = select(Participant.region_code, Participant.number).where(Participant.contest_id == contest.id)
    return {(region, number) for region, number in db.session.execute(rows)}


def _pairs(contest: Contest) -> int:
    """The three pairs, and their ballot: until Silon freezes one from a DCT, the list is the ballot."""
    if _numbers(contest):
        return 0
    ballot = Ballot(contest_id=contest.id, source="Keputusan KPU 1644/2023")
    db.session.add(ballot)
    for pair in facts()["pasangan"]:
        standing = Participant(
            contest_id=contest.id,
            number=pair["nomor"],
            kind="pasangan",
            name=pair["nama"],
            short_name=pair["singkat"],
            color=pair["warna"],
            kpu_id=pair["id_kpu"],
        )
        db.session.add(standing)
        db.session.flush()
        db.session.add(
            BallotLine(
                ballot_id=ballot.id, position=pair["nomor"], participant_id=standing.id, name=pair["nama"]
            )
        )
    return len(facts()["pasangan"])


def _parties(contests: dict[str, Contest]) -> int:
    """National parties in the three contests of parties; those of Aceh in the DPRA and DPRK there."""
    added = 0
    for kind in ("dpr", "dprd_prov", "dprd_kabko"):
        have = _numbers(contests[kind])
        rows = [("", *row) for row in facts()["partai"]["nasional"]]
        if kind != "dpr":
            rows += [(ACEH, *row) for row in facts()["partai"]["aceh"]]
        for region, number, name, short in rows:
            if (region, number) not in have:
                added += 1
                db.session.add(
                    Participant(
                        contest_id=contests[kind].id,
                        number=number,
                        kind="partai",
                        name=name,
                        short_name=short,
                        region_code=region,
                    )
                )
    return added


def _stages(election: Election, open_for_demo: bool) -> int:
    have = set(db.session.scalars(select(Stage.code).where(Stage.election_id == election.id)))
    rows = facts()["tahapan"]["baris"]
    for position, (code, name, first, last, regulation, to_confirm) in enumerate(rows, start=1):
        if code in have:
            continue
        opens, closes = _midnight(first), _midnight(last + dt.timedelta(days=1))
        if open_for_demo and code in DEMO_STAGES:
            opens, closes = DEMO_OPEN
        db.session.add(
            Stage(
                election_id=election.id,
                code=code,
                name=name,
                position=position,
                opens_at=opens,
                closes_at=closes,
                regulation=regulation,
                to_confirm=to_confirm,
            )
        )
    return len({row[0] for row in rows} - have)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), WIB).astimezone(dt.UTC)


def _settings(election: Election) -> int:
    have = set(db.session.scalars(select(LegalSetting.key).where(LegalSetting.election_id == election.id)))
    missing = {key: row for key, row in facts()["pengaturan"].items() if key not in have}
    for key, (topic, label, kind, value, regulation, to_confirm, choices) in missing.items():
        db.session.add(
            LegalSetting(
                election_id=election.id,
                key=key,
                topic=topic,
                label=label,
                kind=kind,
                value=value,
                choices=choices,
                regulation=regulation,
                to_confirm=to_confirm,
                reason="Nilai awal Pemilu 2024",
                created_by="sistem",
            )
        )
    return len(missing)


def _codes(election: Election) -> int:
    have = {
        (table, code)
        for table, code in db.session.execute(
            select(CodeEntry.table_code, CodeEntry.code).where(CodeEntry.election_id == election.id)
        )
    }
    added = 0
    for table, rows in facts()["kode"].items():
        for position, (code, label, detail, regulation, to_confirm) in enumerate(rows, start=1):
            if (table, code) in have:
                continue
            added += 1
            db.session.add(
                CodeEntry(
                    election_id=election.id,
                    table_code=table,
                    code=code,
                    label=label,
                    detail=detail,
                    position=position,
                    regulation=regulation,
                    to_confirm=to_confirm,
                )
            )
    return added
