"""Lists of forms: every TPS of a region for the public, and the anomaly queue of those who mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from electsys.regions.models import Tps
from electsys.web.formats import UNKNOWN, angka, title_region
from electsys.web.tables import Column, Filter, Table
from modules.situng import wording
from modules.situng.contest import ContestCount, Group
from modules.situng.displays import STATES, badge, link
from modules.situng.models import ResultBatch, ResultVersion
from modules.situng.queries import batches, listing

#: Below this many digits a list holds up to a million rows: it is narrowed before it is sorted or downloaded.
NARROW = 4


def public_forms(count: ContestCount, code: str, state: str) -> Table:
    """Every TPS of a region, or those in one state, with what is written and what is wrong with it."""
    statement = listing.forms_in(count, [code])
    if state:
        statement = listing.in_state(statement, state)
    few = len(code) >= NARROW or state in ("anomali", "belum_lengkap")
    return Table(
        statement,
        [
            *_places(count, sortable=few),
            Column(
                "status",
                _l("Status"),
                lambda row: str(STATES[row.state][0]),
                cell=lambda row: badge(row.state),
                hidden=bool(state),
            ),
            *([] if state == listing.MISSING else [_findings(), *_numbers(count, sortable=few)]),
            Column(
                "dihitung",
                _l("Masuk hitungan"),
                lambda row: _("ya") if row.counts else _("tidak"),
                hidden=True,
            ),
        ],
        caption=_l("Angka seperti tertulis pada formulir terbaru"),
        empty=_l("Tidak ada TPS dengan status ini di wilayah ini."),
        filters=[] if state == listing.MISSING else [_by_rule(wording.assessed())],
        search=(listing.village.name, Tps.code),
        search_hint=_l("Cari desa/kelurahan atau kode TPS"),
        name=f"formulir-{count.kind}-{code or 'nasional'}-{state or 'semua'}",
        exports=("csv", "xlsx", "json") if few else (),
    )


def anomaly_queue(
    count: ContestCount, regions: Sequence[str], rules: Mapping[str, int], *, may_correct: bool
) -> Table:
    """The forms of these regions that stay out of totals; ``rules`` is how many break each rule."""
    words = {code: f"{code} {wording.TITLES[code]} ({angka(n)})" for code, n in rules.items()}
    columns = [
        *_places(count, sortable=True),
        _findings(),
        *_numbers(count, sortable=True, hidden=True),
        Column(
            "ditulis",
            _l("Diterima"),
            "written_at",
            kind="moment",
            sort=ResultVersion.written_at,
            hidden=True,
        ),
    ]
    if may_correct:
        columns.append(
            Column("tindakan", _l("Tindakan"), "waiting", cell=lambda r: _mend(count, r), export=False)
        )
    return Table(
        listing.anomalies_in(count, regions),
        columns,
        caption=_l("Formulir yang menunggu dibetulkan"),
        empty=_l("Tidak ada anomali di wilayah ini. Formulir baru diperiksa begitu berkasnya dikonfirmasi."),
        filters=[_by_rule(words)],
        search=(listing.village.name, listing.district.name, Tps.code),
        search_hint=_l("Cari desa, kecamatan, atau kode TPS"),
        name=f"anomali-{count.kind}-{'-'.join(regions) or 'nasional'}",
    )


def _places(count: ContestCount, *, sortable: bool) -> list[Column]:
    def station(row: Any) -> Markup:
        return Markup('<a href="{}">{}</a><br><small>{}</small>').format(
            link(count, row.code), row.name, row.code
        )

    return [
        Column("kode", _l("Kode TPS"), "code", sort=Tps.code, head=True, cell=station),
        Column("nama", _l("Nama TPS"), "name", hidden=True),
        Column(
            "desa",
            _l("Desa/kelurahan"),
            lambda row: title_region(row.village),
            sort=listing.village.name if sortable else None,
        ),
        Column(
            "kecamatan",
            _l("Kecamatan"),
            lambda row: title_region(row.district),
            sort=listing.district.name if sortable else None,
        ),
    ]


def _numbers(count: ContestCount, *, sortable: bool, hidden: bool = False) -> list[Column]:
    def number(name: str, label: Any, array: str, at: int) -> Column:
        def value(row: Any) -> int | None:
            written: list[int | None] | None = getattr(row, array)
            return written[at] if written else None

        column = getattr(ResultVersion, array)
        order = column[at + 1] if sortable else None
        return Column(name, label, value, kind="number", sort=order, hidden=hidden)

    labels = {"suara_sah": _l("Sah"), "suara_tidak_sah": _l("Tidak sah"), "suara_total": _l("Jumlah")}
    return [
        *(_group_votes(group, sortable=sortable, hidden=hidden) for group in _shared(count)),
        *(number(name, label, "cells", count.model.index(name)) for name, label in labels.items()),
    ]


def _group_votes(group: Group, *, sortable: bool, hidden: bool) -> Column:
    parts = [ResultVersion.votes[i + 1] for i in group.at]
    return Column(
        f"suara-{group.line.number}",
        f"{group.line.number:02d} {group.line.short_name}",
        lambda row: group.of(row.votes) if row.votes else None,
        kind="number",
        sort=sum(parts[1:], parts[0]) if sortable else None,
        hidden=hidden,
    )


def _shared(count: ContestCount) -> Sequence[Group]:
    """What every form of a list can show: nothing where their ballots differ."""
    return count.groups if count.dapil or not count.by_dapil else ()


def _findings() -> Column:
    return Column("temuan", _l("Yang bertentangan"), _keys, kind="reasons", cell=_reasons)


def _by_rule(words: Mapping[str, str]) -> Filter:
    return Filter("kode", _l("Kode temuan"), list(words.items()), listing.breaking)


def _keys(row: Any) -> str:
    return " ".join((*(row.faults or ()), *(row.warnings or ())))


def _reasons(row: Any) -> Markup:
    """The broken rules in words, then the codes of the warnings."""
    page = url_for("situng.codes")
    faults = dict.fromkeys(map(wording.code_of, row.faults or ()))
    hints = dict.fromkeys(map(wording.code_of, row.warnings or ()))

    def linked(code: str) -> Markup:
        return Markup('<a class="code" href="{}#{}">{}</a>').format(page, code, code)

    items = [Markup("<li>{} {}</li>").format(linked(code), wording.TITLES[code]) for code in faults]
    if hints:
        items.append(Markup("<li>{}</li>").format(Markup(" ").join(map(linked, hints))))
    return Markup('<ul class="plain">{}</ul>').format(Markup("").join(items)) if items else Markup("")


def _mend(count: ContestCount, row: Any) -> Markup:
    if row.waiting:
        address, words = url_for("situng.batch", batch_id=row.waiting), _("Pembetulan menunggu konfirmasi")
    else:
        address = url_for("situng.correct", election=count.election_code, kind=count.kind, code=row.code)
        words = _("Betulkan")
    where = f" {row.name}, {title_region(row.village)}"
    return Markup('<a href="{}">{}<span class="visually-hidden">{}</span></a>').format(
        address, words, escape(where)
    )


def batch_forms(count: ContestCount, batch: ResultBatch, *, changed: bool) -> Table:
    """The forms of a results file; an older value stands struck through beside the one that replaces it."""
    labels = {"suara_sah": _l("Sah"), "suara_tidak_sah": _l("Tidak sah"), "suara_total": _l("Jumlah")}

    def number(name: str, label: Any, array: str, at: int) -> Column:
        return Column(
            name,
            label,
            lambda row: getattr(row, array)[at],
            kind="number",
            cell=lambda row: _replaced(getattr(row, f"old_{array}"), getattr(row, array), at),
            sort=getattr(ResultVersion, array)[at + 1],
        )

    return Table(
        batches.changes(count, batch),
        [
            Column("baris", _l("Baris"), "row_number", kind="number", hidden=True),
            Column(
                "kode",
                _l("Kode TPS"),
                "code",
                sort=ResultVersion.tps_code,
                head=True,
                link=lambda row: link(count, row.code),
            ),
            *(
                number(f"suara-{line.number}", f"{line.number:02d} {line.short_name}", "votes", i)
                for i, line in enumerate(count.lines)
                if not count.by_dapil
            ),
            *(number(name, words, "cells", count.model.index(name)) for name, words in labels.items()),
            Column(
                "ubah",
                _l("Yang berubah"),
                lambda row: _changed(count, row),
                kind="reasons",
                hidden=not changed,
            ),
            _findings(),
        ],
        caption=_l("Formulir dalam berkas ini; nilai lama dicoret bila berbeda"),
        empty=_l("Berkas ini tidak mengubah satu formulir pun."),
        filters=[
            Filter(
                "hanya",
                _l("Tampilkan"),
                [
                    (batches.CHANGED, _l("Berubah")),
                    (batches.FLAGGED, _l("Anomali")),
                    (batches.INCOMPLETE, _l("Belum lengkap")),
                    (batches.WARNED, _l("Peringatan")),
                ],
                batches.only,
            )
        ],
        search=(ResultVersion.tps_code,),
        search_hint=_l("Cari kode TPS"),
        sort="kode",
        name=f"berkas-{batch.id}",
    )


def _replaced(old: list[int | None] | None, new: list[int | None], at: int) -> Markup:
    shown = escape(UNKNOWN if new[at] is None else angka(new[at]))
    if old is None or old[at] == new[at]:
        return shown
    return Markup("<del>{}</del> {}").format(UNKNOWN if old[at] is None else angka(old[at]), shown)


def _changed(count: ContestCount, row: Any) -> str:
    """Every number that differs from the version before: ``Suara sah: 170 → 180``."""
    if row.old_votes is None:
        return ""
    parts = [
        *zip(_labels(count, len(row.votes)), row.old_votes, row.votes, strict=True),
        *zip((cell.label for cell in count.model.cells), row.old_cells, row.cells, strict=True),
    ]
    return "; ".join(
        f"{label}: {UNKNOWN if old is None else angka(old)} → {UNKNOWN if new is None else angka(new)}"
        for label, old, new in parts
        if old != new
    )


def _labels(count: ContestCount, votes: int) -> list[str]:
    """Numbers of the ballot's lines; positions where the ballots of a file differ."""
    if len(count.lines) != votes:
        return [str(n) for n in range(1, votes + 1)]
    return [line.label.partition(" ")[0] for line in count.lines]
