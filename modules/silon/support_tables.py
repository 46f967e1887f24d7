"""Tables of the factual verification of supporters: samples, areas of a list, people, one's own visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from electsys.elections.models import Election
from electsys.regions.queries import names
from electsys.verification import people
from electsys.verification.models import Sample
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.silon import support_field_words as words
from modules.silon.models import Nomination
from modules.silon.queries.support_factual import DOUBLE, Area


def samples_table(source: Any, election: Election) -> Table:
    """The samples of the reader's areas."""
    named: dict[str, str] = {}

    def place(row: Any) -> str:
        if not named:
            named.update(names({r.Sample.region for r in table.page.rows}, election.map_id))
        return title_region(named.get(row.Sample.region, row.Sample.region))

    table = Table(
        source,
        [
            Column(
                "calon",
                _l("Yang didukung"),
                "who",
                head=True,
                link=lambda r: url_for(
                    "silon.support_area", nomination_id=r.nomination, region=r.Sample.region
                ),
            ),
            Column("wilayah", _l("Wilayah"), place),
            Column("pendukung", _l("Pendukung"), lambda r: words.KINDS[r.Sample.kind]),
            Column("kerangka", _l("Kerangka"), "Sample.frame_size", kind="number"),
            Column("sampel", _l("Sampel"), "Sample.size", kind="number"),
            Column("proyeksi", _l("Proyeksi"), "Sample.projection", kind="number"),
            Column("status", _l("Status"), lambda r: words.STATES[r.Sample.state][0]),
        ],
        caption=_l("Sampel pendukung yang sudah ditarik"),
        empty=_l(
            "Belum ada sampel yang ditarik. KPU menariknya sesudah verifikasi administrasi disimpulkan."
        ),
        filters=[
            Filter(
                "status",
                _l("Status"),
                [("berjalan", _l("berjalan")), ("ditutup", _l("ditutup"))],
                lambda q, v: q.where(Sample.state == v),
            )
        ],
        search=(Nomination.label,),
        name=f"faktual-dukungan-{election.code}",
    )
    return table


def areas_table(nomination: Nomination, areas: Sequence[Area], sizes: Mapping[str, int]) -> Table:
    """The areas of a list with the figures of their samples."""

    def figure(name: str) -> Any:
        return lambda area: area.total(name)

    return Table(
        list(areas),
        [
            Column(
                "wilayah",
                _l("Wilayah"),
                lambda area: title_region(area.name),
                head=True,
                link=lambda area: url_for(
                    "silon.support_area", nomination_id=nomination.id, region=area.code
                ),
            ),
            Column("status", _l("Pekerjaan faktual"), lambda area: words.STATES[area.state][0]),
            Column(
                "kerangka",
                _l("Kerangka"),
                lambda area: area.total("frame_size") or sizes.get(area.code),
                kind="number",
            ),
            Column("sampel", _l("Sampel"), figure("size"), kind="number"),
            Column("ms", _l("Sampel MS"), figure("found_ms"), kind="number"),
            Column("proyeksi", _l("Proyeksi"), figure("projection"), kind="number"),
        ],
        caption=_l("Wilayah yang didatangi"),
        empty=_l("Belum ada wilayah yang didatangi dalam tahap ini."),
        name=f"faktual-dukungan-{nomination.id}",
    )


def people_table(source: Any, villages: Mapping[str, str], *, name: str, own: bool = False) -> Table:
    """The people of an area's samples (``people_rows``), or one's own (``own_rows``)."""
    return people.people_table(
        source,
        villages,
        name=name,
        caption=_l("Pendukung yang Anda datangi") if own else _l("Pendukung dalam sampel"),
        link=lambda key: url_for("silon.support_person", person_id=key),
        visitor=_l("Yang didukung") if own else _l("Verifikator"),
        reasons=words.REASONS,
        own=own,
        more=[Column("ganda", _l("Ganda"), lambda r: _l("ganda") if r.kind == DOUBLE else None)],
    )
