"""How the building of polling stations is shown: tables, rows of bars, the score in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select
from wtforms import SelectChoice

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity.access import Scope
from electsys.regions.models import Region
from electsys.web.formats import angka, title_region
from electsys.web.tables import Column, Filter, Table
from electsys.workflow.scoping import within
from modules.sidalih.models import VoterRoll
from modules.sidalih.models.tps import TpsProposal
from modules.sidalih.queries import tps as queries
from modules.sidalih.queries.tps import Site, VillageRow
from modules.sidalih.rules.tps import MOVE_MARGIN
from modules.sidalih.workflow import ROLL


def rolls_table(scopes: list[Scope]) -> Table:
    """Kab/kota with a roll inside the scopes; a narrower scope leads straight to its own area."""
    inside = within(region=VoterRoll.region, election=VoterRoll.election_id)
    outer = [Scope(s.region[:4] if s.region else s.region, election=s.election) for s in scopes]
    statement: Any = (
        select(VoterRoll, Election, Region)
        .join(Election, Election.id == VoterRoll.election_id)
        .join(Region, (Region.map_id == Election.map_id) & (Region.code == VoterRoll.region))
        .where(inside(outer))
        .order_by(Election.voting_day.desc(), VoterRoll.region)
    )
    narrow = [s.region for s in scopes if s.region and len(s.region) > 4]

    def link(row: Any) -> str:
        roll, election, _region = row
        own = next((r for r in narrow if r.startswith(roll.region)), None)
        if own and len(own) >= 10:
            return url_for("sidalih.tps_village", election=election.code, village=own[:10])
        return url_for("sidalih.tps_area", election=election.code, region=own or roll.region)

    return Table(
        statement,
        [
            Column(
                "wilayah",
                _l("Kabupaten/kota"),
                lambda row: title_region(row[2].name),
                sort=Region.name,
                link=link,
            ),
            Column("pemilu", _l("Pemilu"), lambda row: row[1].name, sort=Election.name),
            Column("tahap", _l("Tahap daftar"), lambda row: ROLL.state_label(row[0].state)),
        ],
        caption=_l("Daftar pemilih yang sedang disusun"),
        empty=_l("Belum ada daftar pemilih di wilayah Anda. Impor DP4 lebih dulu."),
        name="tps",
    )


def villages_table(election: Election, region: Region, rows: list[VillageRow]) -> Table:
    """Villages of an area with the state of their TPS; only numbers, so it may be downloaded."""

    def badge(row: VillageRow) -> Markup:
        if row.over or row.unplaced:
            return Markup('<span class="state state-stop">{}</span>').format(_("Perlu disusun"))
        if row.proposal:
            return Markup('<span class="state state-wait">{}</span>').format(_("Usulan menunggu"))
        if not row.voters:
            return Markup('<span class="state">{}</span>').format(_("Tanpa pemilih"))
        return Markup('<span class="state state-ok">{}</span>').format(_("Sesuai batas"))

    def state(row: VillageRow) -> str:
        if row.over or row.unplaced:
            return "perlu"
        return "usulan" if row.proposal else "sesuai" if row.voters else "kosong"

    return Table(
        rows,
        [
            Column("kode", _l("Kode"), "code", sort=True),
            Column(
                "desa",
                _l("Desa/kelurahan"),
                lambda row: title_region(row.name),
                sort=True,
                head=True,
                link=lambda row: url_for("sidalih.tps_village", election=election.code, village=row.code),
            ),
            Column("pemilih", _l("Pemilih"), "voters", kind="number", sort=True),
            Column("tps", _l("TPS"), "stations", kind="number", sort=True),
            Column("lewat", _l("TPS lewat batas"), "over", kind="number", sort=True),
            Column("tanpa", _l("Tanpa TPS"), "unplaced", kind="number", sort=True),
            Column("pindah", _l("Usulan: pindah"), "moved", kind="number", sort=True),
            Column("keadaan", _l("Keadaan"), state, cell=badge),
        ],
        caption=_l("Desa/kelurahan"),
        empty=_l("Wilayah ini tidak mempunyai desa/kelurahan pada peta pemilu ini."),
        filters=[
            Filter(
                "keadaan",
                _l("Keadaan"),
                [
                    ("perlu", _l("Perlu disusun")),
                    ("usulan", _l("Usulan menunggu")),
                    ("sesuai", _l("Sesuai batas")),
                    ("kosong", _l("Tanpa pemilih")),
                ],
                lambda row, value: state(row) == value,
            )
        ],
        search=True,
        name=f"tps-{region.code}",
    )


class Totals(NamedTuple):
    """Sums over the villages of an area."""

    voters: int
    stations: int
    over: int
    unplaced: int
    waiting: int


def totals(rows: Sequence[VillageRow]) -> Totals:
    """The sums of an area."""
    return Totals(
        sum(r.voters for r in rows),
        sum(r.stations for r in rows),
        sum(r.over for r in rows),
        sum(r.unplaced for r in rows),
        sum(r.proposal is not None for r in rows),
    )


def scale(sites: Sequence[Site]) -> int:
    """The length of a whole bar: a little beyond the largest load or cap."""
    return _beyond(max((max(s.voters, s.cap) for s in sites), default=1))


def scale_of(proposal: TpsProposal) -> int:
    """The same for the bars of a proposal."""
    return _beyond(max((max(r["before"], r["after"], r["cap"]) for r in proposal.loads), default=1))


def _beyond(value: int) -> int:
    return value + max(1, value // 20)


def site_choices(sites: Sequence[Site], without: Site | None) -> list[SelectChoice]:
    """TPS to move to, with their load and cap."""
    return [
        SelectChoice(s.code, _("TPS %(n)s (%(there)s dari %(cap)s)", n=s.number, there=s.voters, cap=s.cap))
        for s in sites
        if s is not without
    ]


def load_rows(proposal: TpsProposal) -> list[dict[str, Any]]:
    """The TPS of a proposal, the number that people use beside the code."""
    return [row | {"number": str(row["code"])[-3:]} for row in proposal.loads]


class ScoreRow(NamedTuple):
    """One line of the score: what, before, after, and whether the law's line is kept after."""

    label: str
    before: str
    after: str
    good: bool | None


def score_rows(proposal: TpsProposal) -> list[ScoreRow]:
    """The score in words: what the law demands first, then how good the rest is."""
    before, after = proposal.before, proposal.score
    allowed = int(MOVE_MARGIN * after["moves_lower_bound"])
    rows = [
        ScoreRow(_("TPS lewat batas"), *_pair("over_cap", before, after), after["over_cap"] == 0),
        ScoreRow(
            _("Keluarga terpisah"), *_pair("split_families", before, after), after["split_families"] == 0
        ),
        ScoreRow(_("Di luar desa"), *_pair("outside_village", before, after), after["outside_village"] == 0),
        ScoreRow(_("Belum ada TPS"), *_pair("unplaced", before, after), after["unplaced"] == 0),
        ScoreRow(_("Pemilih yang pindah"), "–", angka(after["moved"]), after["moved"] <= allowed),
        ScoreRow(_("Paling sedikit harus pindah"), "–", angka(after["moves_lower_bound"]), None),
        ScoreRow(_("Selisih TPS terbesar dan terkecil"), *_pair("spread", before, after), None),
        ScoreRow(_("RT yang terbagi ke TPS lain"), *_pair("rt_cuts", before, after), None),
        ScoreRow(_("TPS baru"), "–", angka(after["new_tps"]), None),
    ]
    if after["special_over_cap"]:
        rows.append(
            ScoreRow(_("Lokasi khusus lewat batas"), *_pair("special_over_cap", before, after), False)
        )
    return rows


def _pair(key: str, before: dict[str, int], after: dict[str, int]) -> tuple[str, str]:
    return angka(before[key]), angka(after[key])


def moved_table(proposal: TpsProposal) -> Table:
    """Families that a proposal moves or places. Never a download: copies of lists go through disclosure."""

    def present(row: Any) -> str:
        return ", ".join(f"{code[-3:]} ({n})" for code, n in sorted(row.present.items())) or "–"

    election = db.session.get_one(Election, proposal.election_id).code
    return Table(
        queries.families_of(proposal),
        [
            Column("no", _l("No."), "number", kind="number"),
            Column(
                "keluarga",
                _l("Keluarga"),
                lambda row: _("Pemilih %(id)s", id=row.members[0]),
                head=True,
                link=lambda row: url_for("sidalih.tps_family", election=election, voter_id=row.members[0]),
            ),
            Column("anggota", _l("Pemilih"), lambda row: len(row.members), kind="number"),
            Column("dari", _l("TPS sekarang"), present),
            Column("ke", _l("TPS usulan"), lambda row: row.tps_code[-3:]),
        ],
        caption=_l("Keluarga yang ditempatkan atau dipindahkan"),
        empty=_l("Usulan ini tidak memindahkan siapa pun."),
        exports=(),
        name=f"usulan-{proposal.id}",
    )
