"""Witnesses of the public log: who they are, and the cosignatures that they bring."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.ledger import log_keys, notes
from electsys.ledger.actor import Actor
from electsys.ledger.log_models import Cosignature, LogCheckpoint, Witness
from electsys.ledger.operations import record


def add_witness(key: str, holder: str, *, actor: Actor) -> Witness:
    """Know a witness by its published key; ``holder`` is the organisation, as readers see it."""
    try:
        verifier = notes.Verifier.parse(key)
    except notes.NoteError as problem:
        raise Refused(_("Kunci saksi tidak terbaca: %(why)s.", why=problem), field="key") from None
    if verifier.kind != notes.WITNESS:
        raise Refused(_("Ini kunci log, bukan kunci saksi."), field="key")
    if not holder.strip():
        raise Refused(_("Tuliskan lembaga pemilik kunci ini."), field="holder")
    known = select(Witness).where((Witness.name == verifier.name) | (Witness.key == str(verifier)))
    if db.session.scalar(known):
        raise Refused(_("Saksi %(name)s sudah terdaftar.", name=verifier.name), status=409)
    witness = Witness(key=str(verifier), name=verifier.name, holder=holder.strip())
    db.session.add(witness)
    db.session.flush()
    record("ledger:witness:add", f"log_witness:{witness.id}", actor=actor, details={"key": witness.key})
    return witness


def take_cosignatures(text: str, *, actor: Actor) -> int:
    """Keep the cosignatures of known witnesses on a checkpoint of ours; return how many were new.

    Refused unless the checkpoint is one that this log signed: a witness cosigns no other.
    """
    try:
        note = notes.parse(text)
    except notes.NoteError as problem:
        raise Refused(_("Checkpoint tidak terbaca: %(why)s.", why=problem)) from None
    election = next(
        (
            e
            for e in db.session.scalars(select(Election))
            if log_keys.origin_of(e.code) == note.checkpoint.origin
        ),
        None,
    )
    ours = db.session.get(LogCheckpoint, (election.id, note.checkpoint.size)) if election else None
    if election is None or ours is None or ours.root != note.checkpoint.root:
        raise Refused(
            _("Checkpoint ini tidak pernah ditandatangani oleh log kami."),
            hint=_("Minta saksi mengambil checkpoint terbaru dan mencoba lagi."),
            status=409,
        )
    fresh = 0
    for witness in db.session.scalars(select(Witness)):
        at = note.signed_at(notes.Verifier.parse(witness.key))
        known = select(Cosignature.size).where(
            Cosignature.election_id == election.id,
            Cosignature.size == ours.size,
            Cosignature.witness_id == witness.id,
        )
        if at is None or db.session.scalar(known):
            continue
        coded = next(line for line in text.split("\n") if line.startswith(f"{notes.DASH}{witness.name} "))
        db.session.add(
            Cosignature(
                election_id=election.id,
                size=ours.size,
                witness_id=witness.id,
                line=f"{coded}\n",
                at=dt.datetime.fromtimestamp(at, dt.UTC),
            )
        )
        record(
            "ledger:witness:cosign",
            f"log_witness:{witness.id}",
            actor=actor,
            election_id=election.id,
            details={"size": ours.size},
        )
        fresh += 1
    return fresh
