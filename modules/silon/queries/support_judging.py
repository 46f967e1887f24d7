"""What the desk shows for a supporter: papers, what was claimed, what the voter list knows, flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.privacy import mask_nik, unseal_fields
from electsys.regions import queries as regions
from electsys.verification import Line, Sheet
from electsys.verification.models import VerificationItem
from electsys.web.formats import title_region
from modules.sidalih import registered
from modules.silon.document_words import MARITAL, SEXES
from modules.silon.models import Nomination, Supporter, SupporterEvent, SupporterFlagEvent, SupporterPaper
from modules.silon.support_words import FLAGS, PAPERS, sentence

QUEUE = "silon_dukungan"


def row_of(item: VerificationItem) -> Supporter | None:
    """The supporter that an item is about; None where it is gone, or not for this reader."""
    return db.session.get(Supporter, int(item.subject.partition(":")[2]))


def person_of(item: VerificationItem) -> str | None:
    """Whose papers an item shows: one row of a reader's budget, however many pages."""
    return item.subject


def show_supporter(item: VerificationItem) -> Sheet:
    """A supporter's claims beside what the voter list knows; the flags stand above."""
    row = row_of(item)
    if row is None:
        return Sheet(item.subject, without=_("Data butir ini sudah tidak ada."))
    nomination = db.session.get_one(Nomination, row.nomination_id)
    election = db.session.get_one(Election, row.election_id)
    said = unseal_fields(bytes(row.sealed), table="supporter", row=row.id)
    papers = papers_in_force(row.id)
    missing = [
        _("%(paper)s belum diunggah.", paper=sentence(label))
        for kind, label in PAPERS.items()
        if kind not in papers
    ]
    lines = (
        Line(_("Mendukung"), f"{nomination.label}, {nomination.contest.name}"),
        Line(_("Nama"), row.name),
        Line("NIK", mask_nik(said.get("nik")), differs="nik" in row.flags),
        Line(_("Jenis kelamin"), SEXES[row.sex]),
        Line(_("Tempat lahir"), row.birth_place),
        Line(_("Tahun lahir"), str(row.birth_year), differs="usia" in row.flags),
        Line(_("Status perkawinan"), MARITAL[row.marital_status]),
        Line(_("Pekerjaan"), row.occupation, differs="pekerjaan" in row.flags),
        Line(
            _("Alamat"),
            f"{row.address}, {area_name(election, row.village_code)}",
            differs="luar_wilayah" in row.flags,
        ),
        _voter(election, said.get("nik")),
    )
    return Sheet(
        row.name,
        lines,
        documents=tuple(paper.file for paper in papers.values()),
        warnings=(*(sentence(FLAGS[flag]) for flag in row.flags), *missing),
        links=_links(
            (_("Halaman pendukung"), "silon.supporter", {"supporter_id": row.id}),
            (_("Buka NIK dengan alasan"), "privacy.reveal", {"table": "supporter", "row": row.id}),
        ),
        without=_("Surat pernyataan dan KTP-el pendukung ini belum diunggah."),
        captions={paper.file_id: sentence(PAPERS[kind]) for kind, paper in papers.items()},
    )


def area_name(election: Election, code: str) -> str:
    """A village with its kecamatan and kab/kota."""
    found = regions.names([code[:n] for n in (4, 6, 10)], election.map_id)
    return ", ".join(title_region(found[k]) for k in sorted(found, reverse=True))


def _voter(election: Election, nik: str | None) -> Line:
    """The kab/kota in which the voter list knows the number; never the polling station."""
    found = registered(nik, election.id) if nik else []
    codes = {village[:4] for village, _tps, state in found if state != "tms"}
    named = regions.names(codes, election.map_id)
    places = ", ".join(title_region(named.get(code, code)) for code in sorted(codes))
    return Line(
        _("Pemilih menurut Sidalih"), _("terdaftar"), places or _("tidak terdaftar"), differs=not codes
    )


def _links(*wanted: tuple[str, str, dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (words, url_for(endpoint, **values))
        for words, endpoint, values in wanted
        if endpoint in current_app.view_functions
    )


# --- papers and histories --------------------------------------------------------------------------


def papers_in_force(supporter_id: int) -> dict[str, SupporterPaper]:
    """Kind -> the paper in force, statement first."""
    rows = {
        paper.kind: paper
        for paper in db.session.scalars(
            select(SupporterPaper).where(SupporterPaper.supporter_id == supporter_id, SupporterPaper.current)
        )
    }
    return {kind: rows[kind] for kind in PAPERS if kind in rows}


def papers_of(supporter_id: int) -> Sequence[SupporterPaper]:
    """Every paper that was brought for a supporter, the newest first."""
    return db.session.scalars(
        select(SupporterPaper)
        .where(SupporterPaper.supporter_id == supporter_id)
        .order_by(SupporterPaper.id.desc())
    ).all()


def without_papers(nomination: Nomination) -> int:
    """How many rows that stand have no paper at all."""
    paper = select(SupporterPaper.id).where(SupporterPaper.supporter_id == Supporter.id)
    n = select(func.count()).where(
        Supporter.nomination_id == nomination.id, Supporter.state.in_(("baru", "ms", "bms")), ~paper.exists()
    )
    return int(db.session.scalar(n) or 0)


def events_of(supporter_id: int) -> Sequence[SupporterEvent]:
    """What happened to a supporter's row, the newest first."""
    return db.session.scalars(
        select(SupporterEvent)
        .where(SupporterEvent.supporter_id == supporter_id)
        .order_by(SupporterEvent.id.desc())
    ).all()


def flags_of(supporter_id: int) -> Sequence[SupporterFlagEvent]:
    """The flags that came and went, the newest first."""
    return db.session.scalars(
        select(SupporterFlagEvent)
        .where(SupporterFlagEvent.supporter_id == supporter_id)
        .order_by(SupporterFlagEvent.id.desc())
    ).all()


def own_causes(nomination: Nomination, events: Sequence[SupporterFlagEvent]) -> set[str]:
    """Of the causes of flag events those that lie in this list: the others are another's affair."""
    from modules.silon.models import SupporterBatch

    keys: dict[str, set[int]] = {"supporter": set(), "supporter_batch": set()}
    for event in events:
        table, _sep, key = event.cause.partition(":")
        if table in keys and key.isdecimal():
            keys[table].add(int(key))
    mine = {f"nomination:{nomination.id}"}
    for model, table in ((Supporter, "supporter"), (SupporterBatch, "supporter_batch")):
        found = db.session.scalars(
            select(model.id).where(model.id.in_(keys[table]), model.nomination_id == nomination.id)
        )
        mine |= {f"{table}:{key}" for key in found}
    return mine
