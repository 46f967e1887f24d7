"""The decision that sets the pairs of a contest, and the minutes of their draw, through the door of JDIH."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import force_locale

from electsys.documents import date_in_words
from electsys.documents.papers import letterhead, today
from electsys.elections.models import Contest
from electsys.ledger import Actor
from modules.jdih import Letter, draft_minutes, issue_decision
from modules.silon.models import Candidate, Nomination
from modules.silon.pair_words import EMPTY
from modules.silon.queries import pairs as queries
from modules.silon.rules.pairs import DrawnPair

#: Archive class of candidacy (PKPU 2/2021).
CLASS = "PL.01.4"
LAWS = {
    "ppwp": "Undang-Undang Nomor 7 Tahun 2017 tentang Pemilihan Umum, Pasal 234 dan Pasal 235",
    "gubernur": "Undang-Undang Nomor 10 Tahun 2016 tentang Pemilihan Gubernur, Bupati, dan Wali Kota",
    "bupati_walikota": "Undang-Undang Nomor 10 Tahun 2016 tentang Pemilihan Gubernur, Bupati, dan Wali Kota",
}


def path_of(contest: Contest, region: str) -> str:
    """The public page of the pairs of a contest."""
    return f"/calon/pasangan/publik/{contest.id}/{region or 'nasional'}"


def body_of(region: str) -> str:
    """The body that sets the pairs, as papers write it."""
    head = letterhead(region)
    return f"{head['body']} {head['area']}".strip().title().replace("Kpu", "KPU")


def determination(
    contest: Contest,
    region: str,
    rows: Sequence[Nomination],
    persons: Mapping[int, Sequence[Candidate]],
    *,
    signer: str,
    actor: Actor,
) -> Letter:
    """The decision of the plenary, numbered, signed and registered."""
    with force_locale("id"):
        title = f"Penetapan Pasangan Calon {contest.name}"
        listing = queries.listing_of(contest.id, region)
        time = (listing.version if listing else 0) + 1
        behind = {row.id: ", ".join(p.short_name for p in queries.parties_of(row)) for row in rows}
        return issue_decision(
            unit=region,
            title=title,
            data={
                "menimbang": ["bahwa verifikasi pasangan calon telah disimpulkan dalam rapat pleno"],
                "mengingat": [LAWS[contest.kind]],
                "diktum": [
                    f"Menetapkan pasangan calon peserta {contest.name} sebagaimana tercantum dalam lampiran.",
                    "Keputusan ini mulai berlaku pada tanggal ditetapkan.",
                ],
                "place": "Jakarta" if region == "" else "Tempat",
                "attachment_title": title,
                "attachment_table": {
                    "columns": ["No.", "Calon", "Calon wakil", "Diusulkan oleh"],
                    "rows": [
                        [
                            str(n),
                            persons[row.id][0].ballot_name,
                            persons[row.id][1].ballot_name,
                            behind[row.id] or "perseorangan",
                        ]
                        for n, row in enumerate(rows, 1)
                    ],
                    "numbers": [0],
                },
            },
            subject=f"contest:{contest.id}",
            signers=[{"name": signer, "role": f"Ketua {body_of(region)}"}],
            actor=actor,
            source_key=f"silon:pairs:{contest.id}:{region}:{time}",
            classification=CLASS,
            link=path_of(contest, region),
            abstract=f"{len(rows)} pasangan calon ditetapkan.",
        )


def draw_minutes(
    contest: Contest,
    region: str,
    rows: Mapping[int, Nomination],
    drawn: Sequence[DrawnPair],
    seed: str,
    source: str,
    *,
    actor: Actor,
) -> Letter:
    """The minutes of a draw, with what anybody needs to draw again."""
    with force_locale("id"):
        title = f"Pengundian Nomor Urut Pasangan Calon {contest.name}"
        return draft_minutes(
            "BA",
            unit=region,
            title=title,
            data={
                "opening": f"Pada hari ini, {date_in_words(today(region))}, {body_of(region)} mengundi nomor "
                "urut pasangan calon dalam rapat pleno terbuka di hadapan saksi.",
                "paragraphs": [
                    f"Benih undian: {seed}. Asal benih: {source}",
                    "Setiap pasangan mendapat undi berupa SHA-256 (heksadesimal) dari teks UTF-8 "
                    "“benih|nomor pencalonan”; undi terkecil mendapat nomor 1. Pasangan tunggal diundi "
                    "melawan kolom kosong, yang nomor pencalonannya 0.",
                ],
                "table": {
                    "caption": title,
                    "columns": ["Nomor urut", "Pasangan calon", "Nomor pencalonan", "Awal undi"],
                    "rows": [
                        [
                            str(each.number),
                            rows[each.nomination].label if each.nomination else EMPTY,
                            str(each.nomination),
                            each.lot[:16],
                        ]
                        for each in drawn
                    ],
                    "numbers": [0, 2],
                },
            },
            subject=f"contest:{contest.id}",
            signers=[],
            actor=actor,
            source_key=f"silon:pair_draw:{contest.id}:{region}",
            classification=CLASS,
            link=path_of(contest, region),
        )
