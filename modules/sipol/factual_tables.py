"""Tables of factual verification: parties, areas below, people of a sample, one's own visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from electsys.verification import people
from electsys.verification.models import Sample
from electsys.verification.sampling_words import REASONS
from electsys.web.tables import Column, Table
from modules.sipol.places import Place


def people_table(source: Any, villages: Mapping[str, str], *, name: str, own: bool = False) -> Table:
    """The people of a sample (rows of ``queries.factual.people_rows``), or one's own (``own_rows``)."""
    return people.people_table(
        source,
        villages,
        name=name,
        caption=_l("Anggota yang Anda datangi") if own else _l("Anggota dalam sampel"),
        link=lambda key: url_for("sipol.factual_person", person_id=key),
        visitor=_l("Partai") if own else _l("Verifikator"),
        reasons=REASONS,
        own=own,
    )


def areas_table(place: Place, lines: Sequence[dict[str, Any]]) -> Table:
    """The areas below one with the figures of their samples."""

    def figure(name: str) -> Any:
        def value(line: dict[str, Any]) -> int | None:
            sample: Sample | None = line["sample"]
            return getattr(sample, name) if sample is not None else None

        return value

    return Table(
        lines,
        [
            Column(
                "wilayah",
                _l("Wilayah"),
                "name",
                head=True,
                link=lambda r: url_for("sipol.factual_area", **place.at(r["code"])),
            ),
            Column("pekerjaan", _l("Pekerjaan faktual"), "words"),
            Column("anggota", _l("Kerangka"), figure("frame_size"), kind="number"),
            Column("sampel", _l("Sampel"), figure("size"), kind="number"),
            Column("ms", _l("Sampel MS"), figure("found_ms"), kind="number"),
            Column("proyeksi", _l("Proyeksi"), figure("projection"), kind="number"),
            Column("minimal", _l("Minimal"), figure("minimum"), kind="number"),
            Column("kurang", _l("Kekurangan"), figure("deficit"), kind="number"),
        ],
        caption=_l("Wilayah di bawahnya"),
        empty=_l("Partai ini tidak hadir di wilayah di bawahnya."),
        name=f"faktual-{place.registration.party_id}-{place.code or 'pusat'}",
    )
