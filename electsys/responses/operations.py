"""The only writers of responses: receive one, take it up, decide it."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import insert

from electsys.db import db
from electsys.documents import StoredFile, open_file, store_file
from electsys.documents.watermarks import watermarked
from electsys.elections import settings
from electsys.errors import Refused
from electsys.events import publish
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.notices import Holders, notify
from electsys.privacy import blind_index, reserve_ids, scrub, seal_fields, spend_budget
from electsys.privacy.keys import keyring
from electsys.privacy.rules import form_problem
from electsys.responses import kinds, rules, workflow
from electsys.responses.events import ResponseDecided, ResponseReceived
from electsys.responses.kinds import About, Kind
from electsys.responses.models import PublicResponse, ResponseFile
from electsys.responses.tickets import Ticket
from electsys.web.formats import waktu

#: Who sends a response has no account; the trail calls them this.
PUBLIC = Actor(None, "publik")
#: Purpose of the files that come with a response.
FILES = "response"
NOTICE = "responses.new"
LONGEST = 4000
SHORTEST = 20


@dataclass(frozen=True)
class Received:
    """A response that was taken in, and the code by which its sender follows it: told once, kept nowhere."""

    response: PublicResponse
    code: str


def receive_response(
    kind: Kind,
    answers: Mapping[str, str | None],
    *,
    region: str | None = None,
    ticket: Ticket | None = None,
    about: About | None = None,
    files: Iterable[tuple[IO[bytes], str]] = (),
    at: dt.datetime | None = None,
    actor: Actor = PUBLIC,
) -> Received:
    """Take in one response: seal what it says, give it a number and a code, tell the area's officers.

    ``answers`` holds ``nama``, ``kontak``, ``isi`` and those of the kind's fields. With a ``ticket`` its
    NIK, subject and place count, whatever was typed; ``about`` is what the form said it is about, where the
    kind asks for that. The deadline is the kind's setting of the election, or
    its days. :class:`Refused` names the field.
    """
    _demand_answers(kind, answers, ticket)
    now = at or dt.datetime.now(dt.UTC)
    nik = ticket.nik if ticket else rules.plain_number(answers.get("nik"))
    if kind.about is not None and about is None:
        raise Refused(_("Buka formulir ini dari halaman yang hendak Anda tanggapi."), status=409)
    matter = ticket or about
    election = matter.election_id if matter else (kind.election() if kind.election else None)
    [key] = reserve_ids("public_response", 1)
    content = dict(answers) | {"nik": nik or None}
    if ticket:
        content |= {"lahir" if ticket.by == "lahir" else "nama": ticket.proof}
    row = PublicResponse(
        id=key,
        kind=kind.name,
        subject=matter.subject if matter else None,
        region=(matter.region if matter else None) or region or None,
        election_id=election,
        party_id=matter.party_id if matter else None,
        state="diterima",
        sealed=seal_fields(content, table="public_response", row=key),
        nik_index=blind_index(nik) if nik else None,
        proven=ticket is not None,
        created_at=now,
        due_at=rules.due(now, days_of(kind, election)),
    )
    code = "".join(secrets.choice(rules.ALPHABET) for _n in range(rules.CODE))
    row.code_index = code_index(row.number, code)
    db.session.add(row)
    db.session.flush()
    _keep_files(row, kind, files, actor)
    _tell(row, kind, actor)
    return Received(row, code)


def days_of(kind: Kind, election_id: int | None) -> int:
    """Days within which a response of this kind is decided in an election."""
    if kind.setting is None or election_id is None or settings.current(election_id, kind.setting) is None:
        return kind.days
    value = settings.value(election_id, kind.setting)
    return value if isinstance(value, int) else kind.days


def code_index(number: str, code: str) -> bytes:
    """The keyed index by which receipt and code find their response."""
    return hmac.digest(keyring().index_key("response code"), f"{number}|{code}".encode(), "sha256")


def _demand_answers(kind: Kind, answers: Mapping[str, str | None], ticket: Ticket | None) -> None:
    if kind.needs_proof and ticket is None:
        raise Refused(
            _("Untuk %(what)s, cek dulu data Anda.", what=str(kind.label)),
            hint=_("Hasil pengecekan membuktikan bahwa NIK itu milik Anda."),
            status=409,
        )
    text = (answers.get("isi") or "").strip()
    if not (answers.get("nama") or "").strip():
        raise Refused(_("Tulis nama Anda."), field="nama")
    if not SHORTEST <= len(text) <= LONGEST:
        raise Refused(
            _("Tulis isi tanggapan %(least)s sampai %(most)s huruf.", least=SHORTEST, most=LONGEST),
            field="isi",
        )
    nik = rules.plain_number(answers.get("nik"))
    if nik and ticket is None and form_problem(nik, "nik"):
        raise Refused(_("NIK harus 16 angka."), field="nik")
    for field in kind.fields:
        if field.required and not (answers.get(field.name) or "").strip():
            raise Refused(_("%(label)s: wajib diisi.", label=str(field.label)), field=field.name)


def _keep_files(
    row: PublicResponse, kind: Kind, files: Iterable[tuple[IO[bytes], str]], actor: Actor
) -> None:
    given = list(files)
    if len(given) > kind.files:
        raise Refused(_("Sertakan paling banyak %(n)s berkas.", n=kind.files), field="berkas")
    for stream, name in given:
        stored = store_file(stream, name=name, kind=FILES, actor=actor)
        db.session.execute(insert(ResponseFile).values(response_id=row.id, file_id=stored.id))


def _tell(row: PublicResponse, kind: Kind, actor: Actor) -> None:
    """The trail, the officers of the area and the module: all in the sender's own transaction."""
    record(
        "responses:response:receive",
        f"public_response:{row.id}",
        actor=actor,
        region=row.region,
        election_id=row.election_id,
        details={"kind": row.kind, "proven": row.proven},
    )
    notify(
        Holders(kind.permission, row.region, row.party_id, row.election_id),
        NOTICE,
        {"number": row.number, "kind": str(kind.label)},
        f"/kelola/tanggapan/{row.id}",
        actor=actor,
    )
    event = ResponseReceived(actor=actor, response_id=row.id, **_place(row))
    if kind.received:
        kind.received(event)
    publish(event)


def _place(row: PublicResponse) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "subject": row.subject,
        "region": row.region,
        "election_id": row.election_id,
        "party_id": row.party_id,
    }


# --- officers -------------------------------------------------------------------------------------


def read_file(row: PublicResponse, stored: StoredFile, *, actor: Actor) -> bytes:
    """A file that came with a response, as its reader gets it: with a watermark of who opened it and when.

    It may show a number of a person, and so takes a row of the reader's budget and stands in the trail.
    """
    spend_budget(1, actor=actor)
    with open_file(stored) as file:
        content = file.read()
    record(
        "responses:file:read",
        f"public_response:{row.id}",
        actor=actor,
        region=row.region,
        election_id=row.election_id,
        details={"file": stored.id},
    )
    now = waktu(dt.datetime.now(dt.UTC))
    words = _("%(number)s dibuka %(name)s, %(when)s", number=row.number, name=actor.name, when=now)
    return watermarked(content, stored.media_type, words)


def take_response(row: PublicResponse, *, actor: Actor) -> None:
    """Begin to look into a response: its sender sees that somebody does."""
    _demand(row, actor)
    workflow.RESPONSE.move(
        row,
        "take",
        actor=actor,
        values={"taken_by": actor.account_id, "taken_at": dt.datetime.now(dt.UTC)},
    )


def decide_response(
    row: PublicResponse, decision: str, *, actor: Actor, code: str | None = None, text: str | None = None
) -> None:
    """Decide a response: ``kabul`` or ``tolak``, with the sentence that the sender reads.

    ``code`` names one of the kind's canned reasons; ``text`` adds to it, or stands alone. A response that
    nobody has taken up yet is taken up by the one who decides. The module acts in the same transaction.
    """
    kind = _demand(row, actor)
    action = workflow.DECISIONS.get(decision)
    if action is None:
        raise Refused(_("Pilih dikabulkan atau ditolak."), field="decision")
    canned = kind.reason(code) if code else None
    if canned is not None and canned.accepts != (decision == "kabul"):
        raise Refused(_("Alasan itu bukan untuk keputusan ini."), field="code")
    said = " ".join(part for part in (str(canned.text) if canned else "", (text or "").strip()) if part)
    if not said:
        raise Refused(_("Pilih atau tuliskan alasannya."), field="text")
    if row.state == "diterima":
        take_response(row, actor=actor)
    said = scrub.mask(said)
    workflow.RESPONSE.move(
        row,
        action,
        actor=actor,
        reason=said,
        values={
            "reason": said,
            "reason_code": canned.code if canned else None,
            "decided_by": actor.account_id,
            "decided_at": dt.datetime.now(dt.UTC),
        },
    )
    event = ResponseDecided(actor=actor, response_id=row.id, accepted=decision == "kabul", **_place(row))
    if kind.decided:
        kind.decided(event)
    publish(event)


def _demand(row: PublicResponse, actor: Actor) -> Kind:
    """The kind of a response that the actor may decide: the kind's own permission, where the row lies."""
    kind = kinds.ALL.get(row.kind)
    if kind is None:
        raise Refused(_("Jenis tanggapan ini tidak dikenal lagi."), status=409)
    grants.demand(actor, kind.permission, Scope(row.region, row.party_id, row.election_id))
    return kind
