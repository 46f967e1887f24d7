"""Minutes and decisions of lists through the door of JDIH; the lists as PDF with photographs."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from flask_babel import force_locale

from electsys.db import db
from electsys.documents import date_in_words, open_file, render_pdf, store_file
from electsys.documents.models import StoredFile
from electsys.documents.papers import date_text, letterhead, today
from electsys.elections.models import Contest, Election
from electsys.ledger import Actor
from electsys.web.formats import angka
from modules.jdih import Letter, draft_minutes, issue_decision
from modules.silon.listing_words import OFFICES, OFFICIAL, PAIRED, SHORT
from modules.silon.models import Listing
from modules.silon.operations.publishing import Place, Prepared
from modules.silon.portraits import SIZE
from modules.silon.rules.listings import Change, Entry

#: Archive class of candidacy (Kep KPU 57/2022).
CLASS = "PL.01"
REGULATION = (
    "Peraturan Komisi Pemilihan Umum Nomor 10 Tahun 2023 tentang Pencalonan Anggota DPR, DPRD Provinsi, "
    "dan DPRD Kabupaten/Kota"
)
LAWS = {
    "dcs": (
        "Undang-Undang Nomor 7 Tahun 2017 tentang Pemilihan Umum, Pasal 251 sampai dengan Pasal 254",
        REGULATION,
    ),
    "dct": (
        "Undang-Undang Nomor 7 Tahun 2017 tentang Pemilihan Umum, Pasal 256, Pasal 257, dan Pasal 262",
        REGULATION,
    ),
}
#: Whom a kind of change is said of in a minute.
CHANGED = {
    "dicoret": "dicoret",
    "dipulihkan": "dipulihkan",
    "masuk": "masuk",
    "keluar": "keluar",
    "diganti": "masuk menggantikan",
    "nomor": "berganti nomor",
    "nama": "ejaan nama diperbaiki",
    "foto": "foto diperbarui",
    "data": "keterangan diperbarui",
}


def title_of(contest: Contest, stage: str, region: str) -> str:
    """ "Daftar Calon Tetap Anggota DPRD Provinsi, Sumatera Utara"."""
    area = letterhead(region)["area"].title() if region else ""
    what = "Daftar Pasangan Calon" if contest.kind in PAIRED else OFFICIAL[stage]
    return f"{what} {OFFICES[contest.kind]}{f', {area}' if area else ''}"


def determination_minutes(
    contest: Contest,
    region: str,
    ready: Sequence[Prepared],
    *,
    signer: str,
    note: str,
    source_key: str,
    actor: Actor,
) -> Letter:
    """The minutes of the plenary that sets the lists of a body, with the digest of each."""
    stage = ready[0].stage
    with force_locale("id"):
        title = f"Penetapan {title_of(contest, stage, region)}"
        paragraphs = [
            f"Rapat pleno menetapkan {angka(sum(len(r.entries) for r in ready))} calon pada "
            f"{angka(len(ready))} daftar. Daftar dapat dibaca setiap orang pada laman {_address(contest)}.",
            "Sidik setiap daftar adalah SHA-256 (heksadesimal) dari isinya sebagai JSON kanonik (RFC 8785).",
        ]
        if note:
            paragraphs.append(f"Catatan rapat pleno: {note}")
        return draft_minutes(
            "BA",
            unit=region,
            title=title,
            data={
                "opening": _opening(region, f"menetapkan {title_of(contest, stage, region)}"),
                "paragraphs": paragraphs,
                "table": _summary(ready, title),
            },
            subject=f"contest:{contest.id}",
            signers=_chair(region, signer),
            actor=actor,
            source_key=source_key,
            classification=CLASS,
            final=True,
            link=path_of(contest),
        )


def determination_decision(
    contest: Contest, region: str, ready: Sequence[Prepared], *, signer: str, source_key: str, actor: Actor
) -> Letter:
    """The decision that sets the final lists, in the register of law."""
    stage = ready[0].stage
    with force_locale("id"):
        title = f"Penetapan {title_of(contest, stage, region)} {contest.election.name}"
        return issue_decision(
            unit=region,
            title=title,
            data={
                "menimbang": [
                    "bahwa verifikasi, tanggapan masyarakat, klarifikasi, dan penggantian calon selesai",
                    "bahwa daftar calon ditetapkan dalam rapat pleno",
                ],
                "mengingat": list(LAWS[stage]),
                "diktum": [
                    f"Menetapkan {title_of(contest, stage, region)} sebagaimana tercantum dalam lampiran "
                    f"dan pada laman {_address(contest)}.",
                    "Isi setiap daftar dibuktikan dengan sidiknya dalam lampiran.",
                    "Keputusan ini mulai berlaku pada tanggal ditetapkan.",
                ],
                "place": "Jakarta" if not region else letterhead(region)["area"].title(),
                "attachment_title": title_of(contest, stage, region),
                "attachment_table": _summary(ready, None),
            },
            subject=f"contest:{contest.id}",
            signers=_chair(region, signer),
            actor=actor,
            source_key=source_key,
            classification=CLASS,
            link=path_of(contest),
            abstract=f"{angka(sum(len(r.entries) for r in ready))} calon pada {angka(len(ready))} daftar.",
        )


def change_minutes(
    place: Place,
    stage: str,
    version: int,
    changes: Sequence[Change],
    *,
    reason: str,
    ruling: str | None,
    signer: str,
    source_key: str,
    actor: Actor,
) -> Letter:
    """The minutes of a change of a list: who, at which number, why, by which ruling."""
    with force_locale("id"):
        title = f"Perubahan {title_of(place.contest, stage, place.region)}, {place.name}"
        said = [f"Alasan perubahan: {reason}."]
        if ruling:
            said.append(f"Perubahan ini melaksanakan putusan nomor {ruling}.")
        return draft_minutes(
            "BA",
            unit=place.region,
            title=title,
            data={
                "opening": _opening(
                    place.region, f"mengubah {title_of(place.contest, stage, place.region)} {place.name}"
                ),
                "paragraphs": [
                    *said,
                    f"Versi {angka(version)} daftar ini dan perbedaannya dengan versi sebelumnya dapat "
                    f"dibaca setiap orang pada laman {_address(place.contest)}.",
                ],
                "table": {
                    "caption": title,
                    "columns": ["Peserta", "No.", "Nama", "Perubahan", "Alasan"],
                    "rows": [
                        [
                            change.entry.participant,
                            str(change.entry.number),
                            change.entry.name,
                            CHANGED[change.kind],
                            change.entry.struck_reason or reason,
                        ]
                        for change in changes
                    ],
                    "numbers": [1],
                },
            },
            subject=f"contest:{place.contest.id}",
            signers=_chair(place.region, signer),
            actor=actor,
            source_key=source_key,
            classification=CLASS,
            final=bool(signer),
            link=path_of(place.contest, place),
        )


def candidate_minutes(
    region: str,
    title: str,
    paragraphs: Sequence[str],
    *,
    subject: str,
    source_key: str,
    link: str,
    actor: Actor,
) -> Letter:
    """The minutes of an act about one candidate, as a draft that the body routes and signs."""
    with force_locale("id"):
        return draft_minutes(
            "BA",
            unit=region,
            title=title,
            data={"opening": _opening(region, title[:1].lower() + title[1:]), "paragraphs": list(paragraphs)},
            subject=subject,
            signers=[],
            actor=actor,
            source_key=source_key,
            classification=CLASS,
            link=link,
        )


def list_pdf(listing: Listing, place: Place, entries: Sequence[Entry], letter: str) -> bytes:
    """A list with its photographs; the same list gives the same bytes."""
    with force_locale("id"):
        election = db.session.get_one(Election, listing.election_id)
        return render_pdf(
            "silon/listing_list",
            {
                "title": f"{OFFICIAL[listing.stage]} {OFFICES[place.contest.kind]}",
                "election": election.name,
                "place": place.name,
                "stage": SHORT[listing.stage],
                "version": listing.version,
                "reason": listing.reason,
                "letter": letter,
                "digest": bytes(listing.digest).hex(),
                "address": current_app.config["BASE_URL"] + path_of(place.contest, place),
                "simulation": election.kind == "simulasi",
                "date_text": date_text(listing.at.date()),
                "date": listing.at.date(),
                "participants": grouped(entries),
            },
        )


def keep_pdf(content: bytes, name: str, *, actor: Actor) -> StoredFile:
    """A paper of ours in the store."""
    return store_file(io.BytesIO(content), name=name, kind="official", actor=actor, origin="sistem")


def grouped(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The names by their participant, each with its picture as the typesetter reads one."""
    files = _files(entries)
    found: dict[int, dict[str, Any]] = {}
    for e in entries:
        of = found.setdefault(
            e.nomination_id, {"number": e.participant_number, "name": e.participant, "candidates": []}
        )
        of["candidates"].append(
            {
                "number": e.number,
                "name": e.name,
                "sex": e.sex,
                "residence": e.residence,
                "photo": picture(files[e.photo_id]) if e.photo_id is not None else "",
                "struck": e.struck_reason or "",
                "convicted": bool(e.profile.get("terpidana")),
            }
        )
    return list(found.values())


def picture(stored: StoredFile) -> str:
    """A portrait as SVG that holds its JPEG: the data of a paper are text."""
    with open_file(stored) as content:
        inside = base64.b64encode(content.read()).decode()
    wide, high = SIZE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">'
        f'<image width="{wide}" height="{high}" href="data:image/jpeg;base64,{inside}"/></svg>'
    )


def path_of(contest: Contest, place: Place | None = None) -> str:
    """The public page of a contest, or of a list of it."""
    stem = f"/calon/publik/{contest.election.code}/{contest.kind}"
    return f"{stem}/{place.code}" if place else stem


def _files(entries: Sequence[Entry]) -> Mapping[int, StoredFile]:
    from sqlalchemy import select

    wanted = [e.photo_id for e in entries if e.photo_id is not None]
    return {row.id: row for row in db.session.scalars(select(StoredFile).where(StoredFile.id.in_(wanted)))}


def _address(contest: Contest) -> str:
    return current_app.config["BASE_URL"] + path_of(contest)


def _summary(ready: Sequence[Prepared], caption: str | None) -> dict[str, Any]:
    rows = [
        [
            r.place.name,
            angka(len({e.nomination_id for e in r.entries})),
            angka(len(r.entries)),
            angka(sum(e.sex == "P" for e in r.entries)),
            r.digest.hex()[:32],
        ]
        for r in ready
    ]
    table: dict[str, Any] = {
        "columns": ["Daerah", "Peserta", "Calon", "Perempuan", "Awal sidik (32 angka pertama)"],
        "rows": rows,
        "numbers": [1, 2, 3],
    }
    return table | ({"caption": caption} if caption else {})


def _chair(region: str, signer: str) -> list[dict[str, str]]:
    if not signer:
        return []
    head = letterhead(region)
    body = f"{head['body']} {head['area']}".title().replace("Kpu", "KPU")
    return [{"name": signer, "role": f"Ketua {body}"}]


def _opening(region: str, what: str) -> str:
    head = letterhead(region)
    body = f"{head['body']} {head['area']}".strip().title()
    return f"Pada hari ini, {date_in_words(today(region))}, {body} {what} dalam rapat pleno."
