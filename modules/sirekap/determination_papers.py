"""The minutes of the plenary with the whole trace, and the decision with who is elected, by JDIH's door."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from electsys.db import db
from electsys.documents import date_in_words
from electsys.documents.papers import letterhead, today
from electsys.elections.models import Election
from electsys.ledger import Actor
from electsys.web.formats import angka
from modules.jdih import Letter, draft_minutes, issue_decision
from modules.sirekap import determination_words as words
from modules.sirekap.models import Determination, DeterminationTie
from modules.sirekap.queries import determinations as queries

#: Archive class of the conduct of elections (Kep KPU 57/2022).
CLASS = "PL.01"


def title_of(row: Determination, election: Election) -> str:
    """What both papers are about."""
    what = {
        "ppwp": "Penetapan Hasil Pemilihan Presiden dan Wakil Presiden",
        "dpd": "Penetapan Calon Terpilih Anggota DPD",
    }.get(row.contest.kind, f"Penetapan Perolehan Kursi dan Calon Terpilih {row.contest.name}")
    again = f" (perubahan ke-{row.version - 1}, {words.ruling(row.ruling)})" if row.ruling else ""
    area = f" {letterhead(row.area)['area'].title()}" if row.area else ""
    return f"{what}{area} {election.name}{again}"


def minutes(row: Determination, *, actor: Actor) -> Letter:
    """The minutes of the plenary: how every seat came about."""
    with force_locale("id"):
        election = db.session.get_one(Election, row.election_id)
        head = letterhead(row.area)
        body = f"{head['body']} {head['area']}".strip().title().replace("Kpu", "KPU")
        return draft_minutes(
            "BA",
            unit=row.area,
            title=title_of(row, election),
            data={
                "opening": f"Pada hari ini, {date_in_words(today(row.area))}, {body} menetapkan hasil dalam "
                "rapat pleno terbuka berdasarkan rekapitulasi yang disahkan.",
                "paragraphs": _said(row),
                "table": _trace(row),
            },
            subject=f"determination:{row.id}",
            signers=[],
            actor=actor,
            source_key=f"sirekap:determination:{row.id}:ba",
            classification=CLASS,
            link=f"/penetapan/{row.id}",
        )


def decision(row: Determination, *, signer: str, actor: Actor) -> Letter:
    """The numbered decision of the body, in the register of law."""
    with force_locale("id"):
        election = db.session.get_one(Election, row.election_id)
        names = queries.participants_of(row.contest_id)
        title = title_of(row, election)
        dictum = [
            f"Menetapkan {title.removeprefix('Penetapan ')} sebagaimana tercantum dalam lampiran.",
            "Keputusan ini mulai berlaku pada tanggal ditetapkan.",
        ]
        if said := words.verdict(row.summary, names):
            dictum.insert(1, said)
        if row.ruling and (old := queries.decided_before(row.contest_id, row.area, row.version)):
            dictum.insert(
                1, f"Mengubah Keputusan Nomor {old.decision_number} sesuai {words.ruling(row.ruling)}."
            )
        articles = sorted({f"{label}: {article}" for _value, article, label in row.law.values()})
        return issue_decision(
            unit=row.area,
            title=title,
            data={
                "menimbang": [
                    "bahwa rekapitulasi hasil penghitungan suara telah disahkan sampai tingkat akhirnya",
                    *([f"bahwa terdapat {words.ruling(row.ruling)}"] if row.ruling else []),
                    "bahwa hasil ditetapkan dalam rapat pleno terbuka",
                ],
                "mengingat": articles,
                "diktum": dictum,
                "place": letterhead(row.area)["area"].title() if row.area else "Jakarta",
                "attachment_title": title,
                "attachment_table": _elected(row),
            },
            subject=f"determination:{row.id}",
            signers=[{"name": signer, "role": "Ketua Komisi Pemilihan Umum"}],
            actor=actor,
            source_key=f"sirekap:determination:{row.id}:kpt",
            classification=CLASS,
            link=f"/penetapan/{row.id}",
            subjects=("Hasil pemilihan umum",),
            abstract=said or f"{angka(row.valid)} suara sah.",
        )


def _said(row: Determination) -> list[str]:
    names = queries.participants_of(row.contest_id)
    said = [f"Suara sah seluruhnya {angka(row.valid)}."]
    if bar := row.summary.get("threshold"):
        through = [names[party].short_name for party, _votes, _margin, passes in bar["parties"] if passes]
        said.append(
            f"Ambang batas {words.share_words(bar['share'])} adalah {angka(bar['needed'])} suara. "
            f"Ikut pembagian kursi: {', '.join(through)}."
        )
    if verdict := words.verdict(row.summary, names):
        said.append(verdict)
    ties = db.session.scalars(
        select(DeterminationTie)
        .where(DeterminationTie.determination_id == row.id, DeterminationTie.decided.is_not(None))
        .order_by(DeterminationTie.id)
    )
    parts = {part.key: part.name for part in row.parts}
    for tie in ties:
        who = dict(tie.tied)
        order = ", ".join(who.get(key, key) for key in tie.decided or ())
        said.append(f"{words.place_words(tie.place, parts)}: pleno memutuskan urutan {order}. {tie.reason}")
    said.append("Setiap kursi, hasil bagi, dan pembandingnya tercantum dalam tabel di bawah ini.")
    return said


def _trace(row: Determination) -> dict[str, Any]:
    names = queries.participants_of(row.contest_id)
    if decision := row.summary.get("decision"):
        return {
            "caption": "Suara sah pasangan calon",
            "columns": ["Pasangan calon", "Provinsi", "Suara", "Suara sah", "Persen"],
            "rows": [
                [
                    names[test["pair"]].short_name,
                    code,
                    angka(votes),
                    angka(valid),
                    words.percent(votes, valid),
                ]
                for test in decision["tests"]
                for code, votes, valid, _reached in test["provinces"]
            ]
            or [
                [
                    names[t["pair"]].short_name,
                    "",
                    angka(t["votes"]),
                    angka(t["valid"]),
                    words.percent(t["votes"], t["valid"]),
                ]
                for t in decision["tests"]
            ]
            + _blank(decision),
            "numbers": [2, 3, 4],
        }
    rows = [
        [
            part.name,
            str(seat or ""),
            names[party].short_name,
            angka(votes),
            str(divisor),
            words.quotient(votes, divisor),
        ]
        for part in row.parts
        for _rank, party, votes, divisor, seat, _tied in part.trace.get("quotients", ())
    ]
    if rows:
        return {
            "caption": "Hasil bagi suara setiap partai, dari yang terbesar",
            "columns": ["Daerah pemilihan", "Kursi ke", "Partai", "Suara sah", "Pembagi", "Hasil bagi"],
            "rows": rows,
            "numbers": [1, 3, 4, 5],
        }
    return _elected(row)


def _blank(decision: dict[str, Any]) -> list[list[str]]:
    """The line of the blank column that a single pair stood against."""
    blank = decision.get("blank")
    if blank is None:
        return []
    valid = decision["tests"][0]["valid"]
    return [["Kolom kosong", "", angka(blank), angka(valid), words.percent(blank, valid)]]


def _elected(row: Determination) -> dict[str, Any]:
    found = db.session.execute(queries.elected_in(row.id)).all()
    lines = [
        [part.name, str(who.number), who.short_name, won.name, angka(won.votes)] for won, part, who in found
    ]
    return {
        "caption": "Calon terpilih",
        "columns": ["Daerah pemilihan", "Nomor", "Peserta", "Nama", "Suara sah"],
        "rows": lines or [["-", "-", "-", "belum ada yang terpilih", "-"]],
        "numbers": [1, 4],
    }
