"""The minutes (berita acara) of plenaries on the voter list, drafted through the door of JDIH."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from electsys.db import db
from electsys.documents import date_in_words
from electsys.documents.papers import letterhead, today
from electsys.elections.models import Election
from electsys.ledger import Actor
from electsys.regions.queries import names
from electsys.web.formats import angka, title_region
from modules.jdih import Letter, draft_minutes
from modules.sidalih.models import AreaCount, Quarter, Semester, VoterList, VoterRecap, VoterRoll
from modules.sidalih.models.coktas import OUTCOMES
from modules.sidalih.queries.coktas import found_in, visit_of
from modules.sidalih.wording import OUTCOME_WORDS, STAGES

#: Archive class of voter data (PKPU 2/2021).
CLASS = "PP.05"
ROMAN = ("", "I", "II", "III", "IV")


def list_minutes(roll: VoterRoll, frozen: VoterList, *, actor: Actor) -> Letter:
    """The minutes of the plenary of a kab/kota that set a list, with A-Rekap by kecamatan."""
    election = db.session.get_one(Election, roll.election_id)
    rows = list(
        db.session.scalars(
            select(AreaCount)
            .where(AreaCount.list_id == frozen.id, AreaCount.parent == roll.region)
            .order_by(AreaCount.code)
        )
    )
    with force_locale("id"):
        called = stage_name(frozen.stage, frozen.sequence)
        what = f"Rekapitulasi {called} {election.name}"
        table = recap_table("Kecamatan", rows, election.map_id)
        paragraphs = [
            f"Rapat pleno terbuka menetapkan {called} sebanyak {angka(frozen.total)} pemilih, "
            f"terdiri atas {angka(frozen.male)} laki-laki dan {angka(frozen.female)} perempuan.",
            "Rincian menurut wilayah termuat dalam tabel di bawah ini.",
            f"Sidik isi daftar (SHA-256): {frozen.digest.hex()}.",
        ]
    return _minutes(
        roll.region,
        what,
        paragraphs,
        table,
        subject=f"voter_list:{frozen.id}",
        source_key=f"sidalih:list:{roll.id}:{frozen.stage}:{frozen.sequence}",
        link=f"/pemilih/daftar/{frozen.id}",
        actor=actor,
    )


def recap_minutes(recap: VoterRecap, parts: Sequence[Any], *, actor: Actor) -> Letter:
    """The minutes of a plenary above the kab/kota; ``parts`` have code, stations, male and female."""
    election = db.session.get_one(Election, recap.election_id)
    with force_locale("id"):
        called = stage_name(recap.stage, recap.sequence)
        table = recap_table("Kabupaten/Kota" if recap.region else "Provinsi", parts, election.map_id)
        paragraphs = [
            f"Rapat pleno terbuka merekapitulasi {called} dari {angka(recap.rolls)} kabupaten/kota: "
            f"{angka(recap.male + recap.female)} pemilih di {angka(recap.stations)} TPS, terdiri atas "
            f"{angka(recap.male)} laki-laki dan {angka(recap.female)} perempuan.",
        ]
    return _minutes(
        recap.region,
        f"Rekapitulasi {called} {election.name}",
        paragraphs,
        table,
        subject=f"voter_recap:{recap.id}",
        source_key=f"sidalih:recap:{recap.election_id}:{recap.region}:{recap.stage}:{recap.sequence}",
        link=f"/pemilih/rekap/{recap.id}",
        actor=actor,
    )


def quarter_minutes(
    quarter: Quarter, roll: VoterRoll, parts: Sequence[tuple[str, Any]], *, actor: Actor
) -> Letter:
    """The minutes of the plenary that closed a quarter; ``parts`` are (kecamatan, movement)."""
    with force_locale("id"):
        called = quarter_name(quarter)
        paragraphs = [_in_words("triwulan", quarter), *_visited(quarter)]
    return _minutes(
        roll.region,
        f"Rekapitulasi Pemutakhiran Data Pemilih Berkelanjutan {called}",
        paragraphs,
        movement_table("Kecamatan", parts, quarter),
        subject=f"voter_quarter:{quarter.id}",
        source_key=f"sidalih:quarter:{quarter.id}",
        link=f"/pemilih/pdpb/{quarter.id}",
        actor=actor,
    )


def semester_minutes(semester: Semester, rows: Sequence[Any], *, actor: Actor) -> Letter:
    """The minutes of the plenary of a province or the nation; ``rows`` have code and movement."""
    head = "Kabupaten/Kota" if semester.region else "Provinsi"
    with force_locale("id"):
        called = semester_name(semester)
        of = f"{angka(semester.rolls)} kabupaten/kota"
        paragraphs = [
            f"Rapat pleno terbuka merekapitulasi pemutakhiran data pemilih berkelanjutan {called} dari {of}.",
            _in_words("semester", semester),
        ]
    where = f"wilayah={semester.region}&tahun={semester.year}&semester={semester.half}"
    return _minutes(
        semester.region,
        f"Rekapitulasi Pemutakhiran Data Pemilih Berkelanjutan {called}",
        paragraphs,
        movement_table(head, [(row.code, row.movement) for row in rows], semester),
        subject=f"voter_semester:{semester.id}",
        source_key=f"sidalih:semester:{semester.id}",
        link=f"/pemilih/pdpb/semester?{where}",
        actor=actor,
    )


def quarter_name(quarter: Quarter) -> str:
    """A quarter as papers call it."""
    return f"Triwulan {ROMAN[quarter.number]} Tahun {quarter.year}"


def semester_name(semester: Semester) -> str:
    """A semester as papers call it."""
    return f"Semester {ROMAN[semester.half]} Tahun {semester.year}"


def movement_table(head: str, parts: Sequence[tuple[str, Any]], whole: Any) -> dict[str, Any]:
    """A-Rekap of a continuous update: a row an area (code, movement), then the numbers of the plenary."""
    with force_locale("id"):
        named = names([code for code, _movement in parts])
        rows = [
            [str(n), title_region(named.get(code, code)), *(angka(v) for v in _moved(movement))]
            for n, (code, movement) in enumerate(parts, 1)
        ]
        rows.append(["", "Jumlah", *(angka(v) for v in _moved(whole))])
    return {
        "columns": ["No.", head, "Awal", "Baru", "Masuk", "TMS", "Keluar", "Akhir"],
        "rows": rows,
        "numbers": [0, 2, 3, 4, 5, 6, 7],
        "total": True,
    }


def _in_words(span: str, of: Any) -> str:
    return (
        f"Pemilih pada awal {span} {angka(of.opening)}; bertambah {angka(of.fresh)} pemilih baru dan "
        f"{angka(of.moved_in)} pindah masuk; berkurang {angka(of.struck)} tidak memenuhi syarat dan "
        f"{angka(of.moved_out)} pindah keluar; akhir {span} {angka(of.closing)} pemilih. Perbaikan elemen "
        f"data: {angka(of.amended)}."
    )


def _visited(quarter: Quarter) -> list[str]:
    """What the limited visit of the quarter found, where a sample was drawn."""
    visit = visit_of(quarter.id)
    if visit is None or visit.state != "ditetapkan":
        return []
    found = found_in(visit.id)
    said = ", ".join(
        f"{str(OUTCOME_WORDS[kind]).lower()} {angka(found.outcomes.get(kind, 0))}" for kind in OUTCOMES
    )
    return [
        f"Coklit terbatas: {angka(found.done)} dari {angka(visit.size or 0)} pemilih sampel didatangi, "
        f"diundi dari {angka(visit.frame)} data yang diragukan dengan benih {visit.seed}; hasilnya {said}."
    ]


def stage_name(stage: str, sequence: int) -> str:
    """A list as papers call it: the second DPT is one that a ruling changed, a later DPSHP is the last."""
    if sequence > 1:
        return {"dpt": "DPT perubahan", "dpshp": "DPSHP akhir"}.get(stage, f"{STAGES[stage]} ke-{sequence}")
    return str(STAGES[stage])


def recap_table(head: str, parts: Sequence[Any], map_id: int) -> dict[str, Any]:
    """A-Rekap: a row an area, then the sum; for the paper of the minutes."""
    named = names([part.code for part in parts], map_id)
    rows = [
        [
            str(n),
            title_region(named.get(part.code, part.code)),
            *(angka(v) for v in (part.stations, part.male, part.female, part.male + part.female)),
        ]
        for n, part in enumerate(parts, 1)
    ]
    sums = [sum(getattr(part, name) for part in parts) for name in ("stations", "male", "female")]
    rows.append(["", "Jumlah", *(angka(v) for v in (*sums, sums[1] + sums[2]))])
    return {
        "columns": ["No.", head, "TPS", "L", "P", "L+P"],
        "rows": rows,
        "numbers": [0, 2, 3, 4, 5],
        "total": True,
    }


def _moved(movement: Any) -> tuple[int, ...]:
    return (
        movement.opening,
        movement.fresh,
        movement.moved_in,
        movement.struck,
        movement.moved_out,
        movement.closing,
    )


def _minutes(
    unit: str,
    title: str,
    paragraphs: list[str],
    table: dict[str, Any],
    *,
    subject: str,
    source_key: str,
    link: str,
    actor: Actor,
) -> Letter:
    head = letterhead(unit)
    body = f"{head['body']} {head['area']}".title().replace("Kpu", "KPU")
    return draft_minutes(
        "BA",
        unit=unit,
        title=title,
        data={
            "opening": f"Pada hari ini, {date_in_words(today(unit))}, {body} "
            "melaksanakan rapat pleno terbuka.",
            "paragraphs": paragraphs,
            "table": {"caption": title, **table},
        },
        subject=subject,
        signers=[],
        actor=actor,
        source_key=source_key,
        classification=CLASS,
        link=link,
    )
