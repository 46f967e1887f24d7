"""A tiny module that uses the room: two checks and a kind of response. Nobody in it exists."""

from __future__ import annotations

from typing import Any

from electsys import responses
from electsys.privacy import blind_index_birth, blind_index_name, mask_name
from electsys.responses import Answer, Field, Question, Reason, checks

NIK, BORN, NAME = "1201014108900007", "1990-08-01", "Siti Rahmawati"
OTHER_NIK = "1201014108900008"
PERMISSION = "uji:tanggapan:putus"
KIND = "uji_keberatan"
#: What the module heard, in order.
HEARD: list[Any] = []


def look(question: Question) -> Answer | None:
    """One person is on the list."""
    known = {"lahir": blind_index_birth(NIK, BORN), "nama": blind_index_name(NIK, NAME)}
    if question.pair != known[question.by]:
        return None
    data = {"nama": mask_name(NAME), "tps": "TPS 001 Sarudik"}
    return Answer(data, subject="uji:7", region="1201011001", offers=(KIND,))


def read(row: tuple[Any, ...], question: Question) -> Answer:
    """The answer of the check with a statement."""
    return Answer({"tps": row[0]})


def declare() -> None:
    """Register everything; twice is once."""
    checks.register("uji", label="Cek daftar uji", look=look, shows="responses/uji.html", offers=(KIND,))
    checks.register(
        "uji-sql",
        label="Cek daftar uji dengan SQL",
        statement="select 'TPS 002'"
        " where %(pair)s::bytea = decode(current_setting('uji.pasangan', true), 'hex')",
        read=read,
        shows="responses/uji.html",
    )
    responses.register(
        KIND,
        label="Keberatan atas daftar uji",
        permission=PERMISSION,
        lead="Sampaikan bila ada yang keliru.",
        fields=(
            Field(
                "hal",
                "Tentang apa",
                "choice",
                required=True,
                choices=(("ganda", "Ganda"), ("pindah", "Pindah")),
            ),
            Field("terlapor", "NIK yang dimaksud", "nik"),
        ),
        reasons=(Reason("uji_sah", "Keberatan Anda sah.", True),),
        received=HEARD.append,
        decided=HEARD.append,
    )
