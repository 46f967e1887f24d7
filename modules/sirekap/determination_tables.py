"""The tables of what was determined: lists of results, seats by dapil, quotients, elected, differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from electsys.elections.models import Election, Participant
from electsys.web.charts import Share, shares
from electsys.web.formats import angka, title_region
from electsys.web.tables import Column, Filter, Table
from modules.sirekap import determination_words as words
from modules.sirekap.models import Determination, DeterminationPart, DeterminationResult
from modules.sirekap.queries import determinations as queries

Names = Mapping[int, Participant]


def results_table(election: Election, areas: Mapping[str, str]) -> Table:
    """The results in force of an election."""
    kinds = [(c.kind, c.name) for c in election.contests]
    return Table(
        queries.in_force(election.id),
        [
            Column(
                "pemilihan",
                _l("Pemilihan"),
                "contest.name",
                head=True,
                link=lambda row: url_for("determinations.result", determination_id=row.id),
            ),
            Column(
                "wilayah",
                _l("Wilayah"),
                lambda row: areas.get(row.area, row.area) if row.area else _("Indonesia"),
                sort=Determination.area,
            ),
            Column("suara", _l("Suara sah"), "valid", kind="number", sort=Determination.valid),
            Column("keputusan", _l("Keputusan"), "decision_number"),
            Column(
                "ditetapkan", _l("Ditetapkan"), "decided_at", kind="moment", sort=Determination.decided_at
            ),
            Column("versi", _l("Versi"), "version", kind="number"),
        ],
        caption=_("Hasil yang ditetapkan, %(election)s", election=election.name),
        empty=_l("Belum ada hasil yang ditetapkan. Hasil muncul di sini sesudah rapat pleno menetapkannya."),
        filters=[
            Filter(
                "pemilihan",
                _l("Pemilihan"),
                kinds,
                lambda q, v: q.where(
                    Determination.contest_id.in_([c.id for c in election.contests if c.kind == v])
                ),
            )
        ],
        name=f"hasil-{election.code}",
    )


def seats_chart(row: Determination, names: Names) -> Markup | None:
    """The seats of each party as bars, with their table; None for a contest that gives none."""
    won = [(names[party], seats) for party, seats in row.summary.get("seats", ()) if seats]
    if not won:
        return None
    bars = [Share(who.name, seats, who.color, who.number) for who, seats in won]
    return shares(bars, title=_("Kursi tiap partai"), unit=_("kursi"))


def parts_table(row: Determination, names: Names, link: Callable[[str], str]) -> Table:
    """A dapil a row: seats, who has the last one and who was nearest to it."""

    def closest(part: DeterminationPart, place: int) -> str | None:
        pair = part.trace.get("closest")
        return names[pair[place]].short_name if pair else None

    return Table(
        list(row.parts),
        [
            Column("kode", _l("Kode"), "key", sort=True),
            Column(
                "dapil",
                _l("Daerah pemilihan"),
                lambda p: title_region(p.name),
                sort=True,
                head=True,
                link=lambda p: link(p.key),
            ),
            Column("kursi", _l("Kursi"), "seats", kind="number", sort=True),
            Column("suara", _l("Suara sah"), "valid", kind="number", sort=True),
            Column("terakhir", _l("Kursi terakhir"), lambda p: closest(p, 0)),
            Column("pengejar", _l("Paling dekat"), lambda p: closest(p, 1)),
            Column(
                "kurang",
                _l("Kurang suara"),
                lambda p: (p.trace.get("closest") or [None] * 3)[2],
                kind="number",
                sort=True,
            ),
        ],
        caption=_l("Kursi dan pasangan terdekat setiap daerah pemilihan"),
        empty=_l("Belum ada bagian yang dihitung."),
        search=True,
        size=100,
        prefix="dapil",
        name=f"dapil-{row.id}",
    )


def elected_table(row: Determination) -> Table:
    """Who is elected."""
    return Table(
        queries.elected_in(row.id),
        [
            Column(
                "dapil",
                _l("Daerah pemilihan"),
                lambda row: title_region(row.DeterminationPart.name),
                sort=DeterminationPart.key,
            ),
            Column(
                "nomor_peserta", _l("Nomor"), "Participant.number", kind="number", sort=Participant.number
            ),
            Column("peserta", _l("Peserta"), "Participant.short_name"),
            Column("nama", _l("Nama"), "DeterminationResult.name", head=True),
            Column(
                "nomor_urut", _l("Nomor urut calon"), "DeterminationResult.candidate_number", kind="number"
            ),
            Column(
                "suara",
                _l("Suara sah"),
                "DeterminationResult.votes",
                kind="number",
                sort=DeterminationResult.votes,
            ),
        ],
        caption=_l("Yang terpilih"),
        empty=_l("Belum ada yang terpilih."),
        search=(DeterminationResult.name, Participant.name, DeterminationPart.name),
        size=100,
        prefix="terpilih",
        name=f"terpilih-{row.id}",
    )


def quotients_table(part: DeterminationPart, names: Names) -> Table:
    """Every quotient of a dapil from high to low, with the seat that it won."""
    rows = [
        {
            "rank": rank,
            "party": names[party].short_name,
            "number": names[party].number,
            "votes": votes,
            "divisor": divisor,
            "quotient": words.quotient(votes, divisor),
            "whole": votes // divisor,
            "rest": votes % divisor,
            "seat": seat,
            "tied": tied,
        }
        for rank, party, votes, divisor, seat, tied in part.trace.get("quotients", ())
    ]
    return Table(
        rows,
        [
            Column("peringkat", _l("Peringkat"), "rank", kind="number"),
            Column("partai", _l("Partai"), lambda r: f"{r['number']} {r['party']}", head=True),
            Column("kursi_ke", _l("Kursi ke"), "seat", kind="number"),
            Column("suara", _l("Suara sah"), "votes", kind="number"),
            Column("pembagi", _l("Pembagi"), "divisor", kind="number"),
            Column("hasil_bagi", _l("Hasil bagi"), "quotient", cell=lambda r: r["quotient"], kind="number"),
            Column("bulat", _l("Bagian bulat"), "whole", kind="number", hidden=True),
            Column("sisa", _l("Sisa"), "rest", kind="number", hidden=True),
            Column("sama", _l("Sama besar"), lambda r: _("ya") if r["tied"] else ""),
        ],
        caption=_l("Hasil bagi suara, dari yang terbesar"),
        empty=_l("Tidak ada pembagian suara di sini."),
        size=200,
        prefix="bagi",
        name=f"hasil-bagi-{part.key}",
    )


def votes_table(part: DeterminationPart, rows: Sequence[Any]) -> Table:
    """Votes, seats and ranks of everybody in a part."""
    return Table(
        [{"won": won, "who": who} for won, who in rows],
        [
            Column("peserta", _l("Peserta"), lambda r: f"{r['who'].number} {r['who'].short_name}"),
            Column("calon", _l("Nomor urut calon"), "won.candidate_number", kind="number"),
            Column("nama", _l("Nama"), "won.name", head=True),
            Column("suara", _l("Suara sah"), "won.votes", kind="number"),
            Column("persen", _l("Persen"), lambda r: words.percent(r["won"].votes, part.valid), kind="text"),
            Column("kursi", _l("Kursi"), "won.seats", kind="number"),
            Column("peringkat", _l("Peringkat"), "won.rank", kind="number"),
            Column("terpilih", _l("Terpilih"), lambda r: _("terpilih") if r["won"].elected else ""),
        ],
        caption=_l("Suara, kursi, dan peringkat"),
        empty=_l("Bagian ini menunggu putusan pleno atas suara yang sama."),
        search=True,
        size=100,
        prefix="suara",
        name=f"suara-{part.key or 'nasional'}",
    )


def provinces_table(tests: Sequence[Mapping[str, Any]], areas: Mapping[str, str], names: Names) -> Table:
    """The votes of every pair in every province, and whether they are enough there."""
    rows: dict[str, dict[str, Any]] = {}
    for test in tests:
        for code, votes, valid, reached in test["provinces"]:
            row = rows.setdefault(code, {"code": code, "name": areas.get(code, code), "valid": valid})
            row[str(test["pair"])] = (votes, reached)
    columns = [
        Column("kode", _l("Kode"), "code", sort=True),
        Column("provinsi", _l("Provinsi"), "name", sort=True, head=True),
        Column("suara_sah", _l("Suara sah"), "valid", kind="number", sort=True),
    ]
    for test in tests:
        key, pair = str(test["pair"]), names[test["pair"]]
        columns += [
            Column(f"suara_{pair.number}", pair.short_name, _votes(key), kind="number", sort=True),
            Column(
                f"persen_{pair.number}", _("%(pair)s, persen", pair=pair.short_name), _share(key), kind="text"
            ),
            Column(
                f"cukup_{pair.number}",
                _("%(pair)s, cukup", pair=pair.short_name),
                _enough(key),
                cell=_enough(key),
            ),
        ]
    return Table(
        list(rows.values()),
        columns,
        caption=_l("Suara setiap pasangan calon menurut provinsi"),
        empty=_l("Belum ada provinsi yang dihitung."),
        size=100,
        prefix="provinsi",
        name="provinsi",
    )


def _votes(key: str) -> Callable[[Any], int]:
    return lambda row: int(row[key][0])


def _share(key: str) -> Callable[[Any], str]:
    return lambda row: words.percent(row[key][0], row["valid"])


def _enough(key: str) -> Callable[[Any], str]:
    return lambda row: _("ya") if row[key][1] else _("tidak")


def changes_table(changes: Sequence[queries.Change], old: int, new: int) -> Table:
    """What a version changed."""

    def both(values: tuple[Any, Any]) -> str:
        return " → ".join("–" if v is None else str(angka(v)) for v in values)

    def elected(change: queries.Change) -> str:
        if change.elected[0] == change.elected[1]:
            return ""
        return _("menjadi terpilih") if change.elected[1] else _("tidak lagi terpilih")

    return Table(
        list(changes),
        [
            Column("dapil", _l("Daerah"), "part", sort=True),
            Column("peserta", _l("Peserta"), "party", sort=True),
            Column("nama", _l("Nama"), "name", head=True),
            Column("suara", _l("Suara sah"), lambda c: both(c.votes)),
            Column("kursi", _l("Kursi"), lambda c: both(c.seats) if c.seats[0] != c.seats[1] else ""),
            Column("terpilih", _l("Terpilih"), elected),
        ],
        caption=_("Yang berubah dari versi %(old)s ke versi %(new)s", old=old, new=new),
        empty=_l("Tidak ada angka yang berubah."),
        search=True,
        name=f"perbedaan-{old}-{new}",
    )
