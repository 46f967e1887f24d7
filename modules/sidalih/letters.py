"""A-Surat Pindah Memilih: the letter with which a voter is received at another polling station."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import force_locale

from electsys.documents import date_text, qr_svg, render_pdf
from electsys.documents.papers import letterhead
from electsys.elections.models import Election
from electsys.privacy import mask_nik, unseal_fields
from electsys.web.formats import ZONES
from modules.sidalih.models.moves import VoterMove
from modules.sidalih.queries import moves as queries
from modules.sidalih.queries.moves import contest_names

KIND = "Surat Pindah Memilih"


def number_of(move_id: int, served_tps: str, year: int) -> str:
    """The number of a letter: the move, the office that serves, the year."""
    return f"{move_id}/PM/{served_tps[:4]}/{year}"


def public_url(token: str) -> str:
    """What the QR carries."""
    return f"{current_app.config['BASE_URL']}/pemilih/surat-pindah/{token}"


def masked_nik(move: VoterMove) -> str:
    """The NIK of a move as it is shown."""
    return mask_nik(unseal_fields(bytes(move.sealed), table="voter_move", row=move.id).get("nik"))


def letter_pdf(election: Election, move: VoterMove, *, reason: str, signer: str, unit: str) -> bytes:
    """The letter of an issued move, typeset anew at every request: no copy with a name lies on a disk.

    ``unit`` is the region of the office whose letterhead it bears. It prints the NIK masked and no birth
    date; the voter shows the KTP-el beside it.
    """
    if move.issued_at is None:
        raise ValueError(f"move {move.id} is not issued")
    day = move.issued_at.astimezone(ZONES["WIB"]).date()
    words = queries.place_words(election, [move.origin_tps, move.target_tps])
    names = contest_names(election.id)
    number = number_of(move.id, move.served_tps, day.year)
    url = public_url(move.token)
    with force_locale("id"):
        data: dict[str, Any] = {
            "date": day,
            "simulation": election.kind == "simulasi",
            "draft": move.state == "dibatalkan",
            "document": {
                "kind": KIND,
                "number": number,
                "title": KIND,
                "heading": f"{KIND} Nomor {number}",
                "date_text": date_text(day),
                "url": url,
                "qr": qr_svg(url),
                "letterhead": letterhead(unit),
            },
            "election": election.name,
            "voting_day": date_text(election.voting_day),
            "voter": [
                ["Nama", move.name],
                ["NIK", masked_nik(move)],
                ["Jenis kelamin", "Laki-laki" if move.sex == "L" else "Perempuan"],
                ["Usia pada hari pemungutan suara", f"{election.voting_day.year - move.birth_year} tahun"],
                ["Terdaftar di", f"{words[move.origin_tps]} (DPT nomor {move.number})"],
                ["Alasan", reason],
            ],
            "target": words[move.target_tps],
            "target_code": move.target_tps,
            "ballots": [
                {"name": names[kind], "given": kind in move.contests}
                for kind in queries.contest_kinds(election.id)
            ],
            "signers": [{"name": signer, "role": "Petugas pindah memilih"}],
        }
        return render_pdf("surat_pindah", data)
