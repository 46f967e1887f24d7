"""The decision that sets the participants, and the minutes of the draw, through the door of JDIH."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale

from electsys.documents import date_in_words
from electsys.documents.papers import letterhead, today
from electsys.elections.models import Election
from electsys.ledger import Actor
from electsys.web.formats import angka
from modules.jdih import Letter, draft_minutes, issue_decision
from modules.sipol.models import PartyRegistration
from modules.sipol.rules.draw import Drawn

#: Archive class of the conduct of elections (Kep KPU 57/2022).
CLASS = "PL.01"
PLACE = "Jakarta"
LAWS = (
    "Undang-Undang Nomor 7 Tahun 2017 tentang Pemilihan Umum, Pasal 173, Pasal 178, dan Pasal 179",
    "Peraturan Komisi Pemilihan Umum Nomor 4 Tahun 2022 tentang Pendaftaran, Verifikasi, dan Penetapan "
    "Partai Politik Peserta Pemilihan Umum",
)
KINDS = {"": "nasional", "11": "lokal Aceh"}


def decision(
    election: Election,
    participants: Sequence[PartyRegistration],
    excluded: Sequence[PartyRegistration],
    *,
    signer: str,
    source_key: str,
    actor: Actor,
) -> Letter:
    """The decision of KPU RI, numbered, signed and registered."""
    with force_locale("id"):
        title = f"Penetapan Partai Politik Peserta {election.name}"
        data: dict[str, Any] = {
            "menimbang": [
                "bahwa verifikasi partai politik calon peserta pemilihan umum telah disimpulkan",
                "bahwa peserta pemilihan umum ditetapkan dalam rapat pleno terbuka Komisi Pemilihan Umum",
            ],
            "mengingat": list(LAWS),
            "diktum": _dictum(election, participants, excluded),
            "place": PLACE,
            "attachment_title": f"Partai Politik Peserta {election.name}",
            "attachment_table": _table(participants, excluded),
        }
        return issue_decision(
            unit="",
            title=title,
            data=data,
            subject=f"election:{election.id}",
            signers=[{"name": signer, "role": "Ketua Komisi Pemilihan Umum"}],
            actor=actor,
            source_key=source_key,
            classification=CLASS,
            link=f"/partai/publik/{election.code}",
            abstract=f"{angka(len(participants))} partai ditetapkan sebagai peserta, "
            f"{angka(len(excluded))} partai tidak.",
        )


def _dictum(
    election: Election, participants: Sequence[PartyRegistration], excluded: Sequence[PartyRegistration]
) -> list[str]:
    said = []
    if participants:
        said.append(
            f"Menetapkan {angka(len(participants))} partai politik sebagai peserta {election.name} "
            "sebagaimana tercantum dalam lampiran."
        )
    if excluded:
        said.append(
            f"Menyatakan {angka(len(excluded))} partai politik dalam lampiran tidak memenuhi syarat sebagai "
            f"peserta {election.name}."
        )
    return [*said, "Keputusan ini mulai berlaku pada tanggal ditetapkan."]


def _table(
    participants: Sequence[PartyRegistration], excluded: Sequence[PartyRegistration]
) -> dict[str, Any]:
    lines = [(row, "peserta") for row in participants] + [(row, "bukan peserta") for row in excluded]
    return {
        "columns": ["No.", "Partai politik", "Singkatan", "Jenis", "Penetapan"],
        "rows": [
            [str(n), row.party.name, row.party.short_name, KINDS[row.region], what]
            for n, (row, what) in enumerate(lines, 1)
        ],
        "numbers": [0],
    }


def draw_minutes(
    election: Election, drawn: Sequence[Drawn], seed: str, source: str, *, sequence: int, actor: Actor
) -> Letter:
    """The minutes of a draw, with what anybody needs to draw again."""
    with force_locale("id"):
        again = f" (ke-{angka(sequence)})" if sequence > 1 else ""
        title = f"Pengundian Nomor Urut Partai Politik Peserta {election.name}{again}"
        head = letterhead("")
        body = f"{head['body']} {head['area']}".strip().title().replace("Kpu", "KPU")
        data = {
            "opening": f"Pada hari ini, {date_in_words(today(''))}, {body} mengundi nomor urut partai "
            "politik dalam rapat pleno terbuka di hadapan saksi.",
            "paragraphs": [
                f"Benih undian: {seed}. Asal benih: {source}",
                "Nomor pemilu lalu yang dipakai kembali tidak diundi. Setiap partai lain mendapat undi "
                "berupa SHA-256 (heksadesimal) dari teks UTF-8 “benih|nomor pendaftaran”; undi terkecil "
                "mengambil nomor terkecil yang tersisa. Partai lokal Aceh mengikuti sesudah partai nasional.",
            ],
            "table": {
                "caption": title,
                "columns": ["Nomor urut", "Partai politik", "Nomor pendaftaran", "Cara", "Awal undi"],
                "rows": [
                    [
                        str(each.number),
                        each.party,
                        str(each.registration),
                        "tetap" if each.kept else "diundi",
                        each.lot[:16] or "-",
                    ]
                    for each in drawn
                ],
                "numbers": [0, 2],
            },
        }
        return draft_minutes(
            "BA",
            unit="",
            title=title,
            data=data,
            subject=f"election:{election.id}",
            signers=[],
            actor=actor,
            source_key=f"sipol:draw:{election.id}:{sequence}",
            classification=CLASS,
            link=f"/partai/publik/{election.code}/undian",
        )
