"""Papers of the voter list: A-Rekap of an area, A-Daftar Pemilih and A-KabKo Daftar Pemilih of a TPS.

They name no number of a person: the list that is announced holds number, name, sex, age, address, RT, RW and
what became of the voter (domain.md 5.8; UU 23/2006 art. 84).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale

from electsys.db import db
from electsys.documents.papers import date_text, letterhead, today
from electsys.documents.pdf import render_pdf
from electsys.elections.models import Election
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from modules.sidalih.displays import station_names
from modules.sidalih.models import AreaCount, VoterList, VoterRoll
from modules.sidalih.operations.minutes import movement_table, recap_table, stage_name
from modules.sidalih.queries.lists import lines
from modules.sidalih.wording import MARKS

#: Level of the parts -> what stands above their column.
PARTS = {0: "Provinsi", 2: "Kabupaten/Kota", 4: "Kecamatan", 6: "Desa/Kelurahan", 10: "TPS"}
#: Length of a code -> the name of the form.
FORMS = {0: "A-Rekap RI", 2: "A-Rekap Prov", 4: "A-Rekap KabKo", 6: "A-Rekap PPK", 10: "A-Rekap PPS"}


def recap_paper(election: Election, stage: str, sequence: int, code: str, parts: Sequence[Any]) -> bytes:
    """A-Rekap of an area, as PDF; ``parts`` have code, stations, male and female."""
    with force_locale("id"):
        table = recap_table(PARTS[len(code)], parts, election.map_id)
        if len(code) == 10:
            named = station_names(election, [part.code for part in parts])
            for row, part in zip(table["rows"], parts, strict=False):
                row[1] = named.get(part.code, part.code)
        called = stage_name(stage, sequence)
        return render_pdf(
            "sidalih_rekap",
            {
                "form": f"Model {FORMS[len(code)]} {called}",
                "title": f"Rekapitulasi {called} {election.name}",
                "simulation": election.kind == "simulasi",
                "area": _areas(code, election),
                "table": table,
                "date": today(code[:4]),
                "printed": date_text(today(code[:4])),
                "letterhead": letterhead(code[:4]),
            },
        )


def movement_paper(
    area: str, election: Election, called: str, parts: Sequence[tuple[str, Any]], whole: Any
) -> bytes:
    """A-Rekap of a continuous update (PDPB) of a kab/kota, a province or the nation, as PDF."""
    with force_locale("id"):
        return render_pdf(
            "sidalih_rekap",
            {
                "form": f"Model {FORMS[len(area)]} Perubahan Pemilih",
                "title": f"Rekapitulasi pemutakhiran data pemilih berkelanjutan {called}",
                "simulation": election.kind == "simulasi",
                "area": _areas(area, election),
                "table": movement_table(PARTS[len(area)], parts, whole),
                "date": today(area),
                "printed": date_text(today(area)),
                "letterhead": letterhead(area),
            },
        )


def station_paper(frozen: VoterList, roll: VoterRoll, tps_code: str) -> bytes:
    """The list of a polling station, as PDF: A-KabKo Daftar Pemilih for the DPT, else A-Daftar Pemilih."""
    election = db.session.get_one(Election, roll.election_id)
    rows = lines(frozen, tps_code, election.voting_day)
    count = db.session.get(AreaCount, (frozen.id, tps_code))
    with force_locale("id"):
        called = stage_name(frozen.stage, frozen.sequence)
        return render_pdf(
            "sidalih_daftar",
            {
                "form": "Model A-KabKo Daftar Pemilih" if frozen.stage == "dpt" else "Model A-Daftar Pemilih",
                "title": f"{called} {election.name}",
                "simulation": election.kind == "simulasi",
                "area": [
                    *_areas(tps_code[:10], election),
                    ["TPS", station_names(election, [tps_code]).get(tps_code, tps_code)],
                ],
                "rows": [
                    [
                        str(row.number),
                        row.name,
                        row.sex,
                        str(row.age),
                        row.address,
                        row.rt,
                        row.rw,
                        ", ".join(str(MARKS[kind]) for kind in row.marks),
                    ]
                    for row in rows
                ],
                "male": count.male if count else 0,
                "female": count.female if count else 0,
                "date": frozen.determined_at.date(),
                "printed": date_text(today(roll.region)),
                "letterhead": letterhead(roll.region),
            },
        )


def _areas(code: str, election: Election) -> list[list[str]]:
    """The areas that an area lies in, itself last: label and name."""
    if not code:
        return [["Wilayah", "Indonesia"]]
    codes = [code[:n] for n in (2, 4, 6, 10) if n <= len(code)]
    named = regions.names(codes, election.map_id)
    labels = {2: "Provinsi", 4: "Kabupaten/Kota", 6: "Kecamatan", 10: "Desa/Kelurahan"}
    return [[labels[len(each)], title_region(named.get(each, each))] for each in codes]
