"""Receipts of the public log: what proves that one entry is in it, as text, as paper, and read again.

A receipt is a few lines that need no server to be checked (``verify/verify.py --receipt``)::

    electsys-bukti/1 pemilu-2024
    index 812345
    entry <base64>            or, where it must be short: leaf <base64 of the hash>
    proof <base64>            one line a hash, lowest first

    <the signed checkpoint>
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.documents import qr_svg, render_pdf
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.ledger import log_keys, notes, tree
from electsys.ledger.log_queries import Receipt
from electsys.ledger.wording import FIELDS

HEAD = "electsys-bukti/1"
#: More than this no receipt of an entry of 65,535 bytes has.
LONGEST = 120_000


def receipt_text(found: Receipt, *, short: bool = False) -> str:
    """A receipt as text; ``short`` holds the hash of the entry instead of the entry, to fit into a QR."""

    def coded(raw: bytes) -> str:
        return base64.b64encode(raw).decode()

    what = f"leaf {coded(found.place.hash)}" if short else f"entry {coded(found.body)}"
    lines = [f"{HEAD} {found.election}", f"index {found.place.index}", what]
    lines += [f"proof {coded(each)}" for each in found.proof]
    return "\n".join(lines) + "\n\n" + (found.checkpoint.note if short else found.note)


@dataclass(frozen=True)
class Proven:
    """What a receipt proves, after it was checked."""

    election: str
    index: int
    size: int
    #: The entry; None where the receipt holds its hash alone.
    body: dict[str, Any] | None
    leaf: bytes


def check_receipt(text: str) -> Proven:
    """Check a receipt of one of our logs; :class:`Refused` says what is wrong with it."""
    try:
        head, _blank, note_text = text.replace("\r\n", "\n").strip("\n").partition("\n\n")
        lines = [line.partition(" ")[::2] for line in head.split("\n")]
        (mark, election), (_index, index), (kind, coded), *proof = lines
        names = [_index, *(name for name, _part in proof)]
        if mark != HEAD or kind not in ("entry", "leaf") or set(names[1:]) - {"proof"} or _index != "index":
            raise ValueError
        raw = base64.b64decode(coded, validate=True)
        parts = [base64.b64decode(part, validate=True) for _name, part in proof]
        note = notes.parse(note_text + "\n")
        leaf = tree.leaf_hash(raw) if kind == "entry" else raw
        body = json.loads(raw) if kind == "entry" else None
        number = int(index)
    except (ValueError, binascii.Error):
        raise Refused(
            _("Ini bukan bukti yang utuh."),
            hint=_("Salin seluruh isi berkas bukti, dari baris “electsys-bukti” sampai baris terakhir."),
            field="text",
        ) from None
    known = db.session.scalar(select(Election.code).where(Election.code == election))
    if known is None or note.checkpoint.origin != log_keys.origin_of(known):
        raise Refused(_("Bukti ini dari log lain: %(name)s.", name=note.checkpoint.origin), field="text")
    if not note.signed_by(log_keys.signer(known).verifier):
        raise Refused(_("Tanda tangan log pada bukti ini tidak sah."), field="text")
    try:
        tree.check_inclusion(number, note.checkpoint.size, leaf, note.checkpoint.root, parts)
    except tree.ProofError:
        raise Refused(
            _("Bukti ini tidak menuju ke akar yang ditandatangani: isinya diubah."), field="text"
        ) from None
    return Proven(known, number, note.checkpoint.size, body, leaf)


def receipt_pdf(found: Receipt) -> bytes:
    """The receipt on paper, with the proof itself in a QR that is checked without any network."""
    body = json.loads(found.body)
    address = current_app.config["BASE_URL"] + url_for(
        "publiclog.leaf", election=found.election, index=found.place.index
    )
    facts = [[str(FIELDS.get(name, name)), _shown(value)] for name, value in body.items() if name != "values"]
    values = [[name, _shown(value)] for name, value in body.get("values", {}).items()]
    return render_pdf(
        "ledger/bukti",
        {
            "title": _("Bukti catatan nomor %(n)s", n=found.place.index),
            "log": found.checkpoint.note.partition("\n")[0],
            "index": str(found.place.index),
            "size": str(found.checkpoint.size),
            "root": found.checkpoint.root.hex(),
            "leaf": found.place.hash.hex(),
            "address": address,
            "facts": facts,
            "values": values,
            "proof_qr": qr_svg(receipt_text(found, short=True)),
            "page_qr": qr_svg(address),
        },
        at=found.checkpoint.signed_at or dt.datetime.now(dt.UTC),
    )


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list | dict):
        return ", ".join(map(str, value)) if isinstance(value, list) else json.dumps(value)
    return str(value)
