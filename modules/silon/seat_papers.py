"""The minutes of a replacement and the letter with the name (PKPU 3/2025), through the door of JDIH."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale

from electsys.documents import date_in_words
from electsys.documents.papers import letterhead, today
from electsys.ledger import Actor
from electsys.web.formats import angka
from modules.jdih import Letter, draft_minutes
from modules.silon import seat_words as words
from modules.silon.models.seats import SeatCase, SeatEvent

#: Archive class of the conduct of elections (Kep KPU 57/2022).
CLASS = "PL.01"


def minutes(case: SeatCase, events: Sequence[SeatEvent], *, actor: Actor) -> Letter:
    """The minutes of the plenary that found the successor: the line, the comparison, the checks."""
    with force_locale("id"):
        title = f"Penggantian Antarwaktu {case.holder_name} ({case.contest.name})"
        data = {
            "opening": f"Pada hari ini, {date_in_words(today(case.region))}, {_body(case)} melaksanakan "
            "rapat pleno penggantian antarwaktu.",
            "paragraphs": _paragraphs(case, events),
            "table": {
                "caption": "Peringkat suara calon yang tersisa",
                "columns": ["Nomor urut", "Nama", "Suara sah"],
                "rows": [
                    [str(number), name, angka(votes)] for number, name, votes in case.trace.get("line", [])
                ]
                or [["-", "tidak ada", "0"]],
                "numbers": [0, 2],
            },
        }
        return draft_minutes(
            "BA",
            unit=case.region,
            title=title,
            data=data,
            subject=f"seat_case:{case.id}",
            signers=[],
            actor=actor,
            source_key=f"silon:seat:{case.id}:{sum(e.kind == 'siap' for e in events) + 1}",
            classification=CLASS,
            link=f"/calon/paw/{case.id}",
        )


def letter(case: SeatCase, *, actor: Actor) -> Letter:
    """The letter to the leadership of the chamber, as a draft that people sign and send."""
    with force_locale("id"):
        where = f" dari {case.dapil.name}" if case.dapil else ""
        body = (
            f"Menunjuk surat Saudara Nomor {case.letter_number} tanggal {date_in_words(case.letter_date)}, "
            f"dengan ini kami sampaikan bahwa calon pengganti antarwaktu {case.holder_name}{where} adalah "
            f"{case.next_name}"
            + (f", nomor urut {case.next_number}" if case.next_number is not None else "")
            + f", {words.CHOSEN[case.chosen_by or 'peringkat']}."
        )
        return draft_minutes(
            "SD",
            unit=case.region,
            title=f"Penyampaian Nama Calon Pengganti Antarwaktu {case.contest.name}",
            data={"yth": "Pimpinan lembaga perwakilan", "di": "Tempat", "body": body, "place": "Tempat"},
            subject=f"seat_case:{case.id}",
            signers=[],
            actor=actor,
            source_key=f"silon:seat:{case.id}:surat",
            classification=CLASS,
            link=f"/calon/paw/{case.id}",
        )


def _body(case: SeatCase) -> str:
    head = letterhead(case.region)
    return f"{head['body']} {head['area']}".strip().title().replace("Kpu", "KPU")


def _paragraphs(case: SeatCase, events: Sequence[SeatEvent]) -> list[str]:
    said = [
        f"Surat Nomor {case.letter_number} tanggal {date_in_words(case.letter_date)} diterima "
        f"{date_in_words(case.received_on)}: {case.holder_name} {words.CAUSES[case.cause]}.",
    ]
    for step in case.trace.get("steps", []):
        compared = ", ".join(f"nomor {number}: {value}" for number, value in step["values"])
        said.append(
            f"Suara sama. Ketentuan {words.STRATEGIES[step['strategy']]} ({compared}) "
            f"{words.OUTCOMES[step['outcome']]}."
        )
    said += [f"Dilewati: {event.note}" for event in events if event.kind == "lewati"]
    said += [f"Diputus pleno: {e.note}" for e in events if e.details.get("by") == "pleno"]
    number = f" (nomor urut {case.next_number})" if case.next_number is not None else ""
    said.append(
        f"Calon pengganti: {case.next_name}{number}, {words.CHOSEN[case.chosen_by or 'peringkat']}. "
        "Seluruh syarat terpenuhi: " + ", ".join(str(words.CHECKS[c]).lower() for c in case.checks) + "."
    )
    return said
