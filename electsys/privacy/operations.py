"""Reading numbers of persons in full: with a reason, within a budget, never without a trace."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select, text

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import access
from electsys.identity.access import Scope
from electsys.ledger.actor import Actor
from electsys.ledger.operations import record
from electsys.privacy import scrub
from electsys.privacy.envelopes import Sealer
from electsys.privacy.models import Disclosure, DisclosureBudget
from electsys.privacy.sealed import SEALED, SealedColumn

PERMISSION = "privacy:nik:reveal"
REGISTER = "privacy:register:read"
#: The notice that a budget was spent; whoever reads the register gets it.
ALARM = "privacy.budget"
SHORTEST_REASON = 10
JAKARTA = ZoneInfo("Asia/Jakarta")


def load_sealed(table: str, row: int) -> tuple[SealedColumn, bytes, Scope]:
    """The envelope of one row and the scope in which it may be opened."""
    sealed = SEALED.get(table)
    if sealed is None:
        raise Refused(_("Data ini tidak mengenal NIK."), status=404)
    source = sealed.source
    columns = [source.c[sealed.column], *([source.c[sealed.region]] if sealed.region else [])]
    found = db.session.execute(select(*columns).where(source.c[sealed.key] == row)).one_or_none()
    if found is None or found[0] is None:
        raise Refused(_("Baris ini tidak menyimpan NIK."), status=404)
    return sealed, found[0], Scope(region=found[1] if sealed.region else None)


def reveal(table: str, row: int, *, actor: Actor, reason: str, field: str = "nik") -> str:
    """One sealed field in full, such as the NIK of a person.

    The actor needs ``privacy:nik:reveal`` in the row's region and a reason of at least ten
    characters; each call takes one row of the day's budget and writes the trail and the register of
    disclosures (UU 27/2022; domain.md 5.8). Refused otherwise.
    """
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise Refused(
            _("Tulis alasan membuka NIK, paling sedikit %(count)s huruf.", count=SHORTEST_REASON),
            field="reason",
            hint=_("Misalnya: mencocokkan KTP-el pemilih yang datang ke kantor."),
        )
    sealed, envelope, scope = load_sealed(table, row)
    subject = f"{table}:{row}"
    if field not in sealed.fields:
        raise Refused(_("Data ini tidak mengenal NIK."), status=404)
    if not access.can(_account(actor), PERMISSION, scope):
        raise Refused(_("Anda tidak berwenang membuka NIK di wilayah ini."), status=403)
    spend_budget(1, actor=actor)
    value = Sealer(table).unseal_fields(row, envelope).get(field)
    if not value:
        raise Refused(_("Baris ini tidak menyimpan NIK."), status=404)
    record(PERMISSION, subject, actor=actor, reason=reason, details={"field": field}, region=scope.region)
    _register("reveal", subject, purpose=reason, rows=1, actor=actor, region=scope.region)
    return value


def _account(actor: Actor) -> object:
    from electsys.identity.models import Account

    return db.session.get(Account, actor.account_id) if actor.account_id else None


# --- the daily budget -----------------------------------------------------------------------------


def daily_limit() -> int:
    """Rows that one account may read in full in a day (setting PRIVACY_DAILY_ROWS)."""
    return int(current_app.config["PRIVACY_DAILY_ROWS"])


def today() -> date:
    """The budget's day: it begins at midnight in Jakarta."""
    return datetime.now(JAKARTA).date()


def spend_budget(rows: int, *, actor: Actor) -> int:
    """Take ``rows`` from the actor's budget of today; return what has been used.

    Refused, with an alarm, when it is not enough. Whoever shows or hands out rows with full numbers
    calls this in the same transaction. A job of the system has no budget: it has no eyes.
    """
    if actor.account_id is None:
        return 0
    used = db.session.scalar(
        text(
            "insert into disclosure_budget as b (account_id, day, used)"
            " select :account, :day, :rows where :rows <= :limit"
            " on conflict (account_id, day) do update set used = b.used + excluded.used"
            " where b.used + excluded.used <= :limit returning used"
        ),
        {"account": actor.account_id, "day": today(), "rows": rows, "limit": daily_limit()},
    )
    if used is None:
        _raise_alarm(actor, rows)
        raise Refused(
            _("Batas harian data pribadi akun Anda (%(limit)s baris) sudah habis.", limit=daily_limit()),
            hint=_("Pengawas data pribadi sudah diberi tahu. Batas ini terbuka lagi besok."),
            status=429,
        )
    return used


def used_today(account_id: int) -> int:
    """How many rows the account has read in full today."""
    return (
        db.session.scalar(
            select(DisclosureBudget.used).where(
                DisclosureBudget.account_id == account_id, DisclosureBudget.day == today()
            )
        )
        or 0
    )


def _raise_alarm(actor: Actor, rows: int) -> None:
    """Tell of the first refusal of a day, in a transaction that the refusal does not roll back.

    A context of its own gives it a session of its own.
    """
    from electsys.notices import Holders, notify

    with current_app.app_context():
        db.session.execute(
            select(func.pg_advisory_xact_lock(func.hashtext(f"disclosure:{actor.account_id}")))
        )
        start = datetime.combine(today(), datetime.min.time(), JAKARTA)
        told = select(Disclosure.id).where(
            Disclosure.account_id == actor.account_id, Disclosure.kind == "refused", Disclosure.at >= start
        )
        if db.session.scalar(told.limit(1)) is not None:
            return
        subject = f"account:{actor.account_id}"
        details = {"limit": daily_limit(), "asked": rows}
        record("privacy:budget:exceed", subject, actor=actor, details=details)
        _register("refused", subject, purpose=_("Batas harian terlampaui"), rows=rows, actor=actor)
        values = {"account": actor.account_id, **details}
        notify(Holders(REGISTER), ALARM, values, "/admin/privasi/penyerahan", actor=actor)
        db.session.commit()


# --- the register ---------------------------------------------------------------------------------


def register_export(
    subject: str,
    *,
    recipient: str,
    purpose: str,
    rows: int,
    sha256: bytes,
    actor: Actor,
    region: str | None = None,
) -> Disclosure:
    """Write into the register that a file with personal data was handed to ``recipient``.

    ``subject`` names what it holds (``voter_list:5``), ``sha256`` is the file's. Whether it may be
    handed out, and which two people said so, the calling operation has decided.
    """
    details = {"rows": rows, "sha256": sha256.hex()}
    record(
        "privacy:disclosure:register", subject, actor=actor, reason=purpose, details=details, region=region
    )
    return _register(
        "export",
        subject,
        purpose=purpose,
        rows=rows,
        actor=actor,
        region=region,
        recipient=recipient,
        file_sha256=sha256,
    )


def _register(
    kind: str,
    subject: str,
    *,
    purpose: str,
    rows: int,
    actor: Actor,
    region: str | None = None,
    recipient: str | None = None,
    file_sha256: bytes | None = None,
) -> Disclosure:
    disclosure = Disclosure(
        kind=kind,
        account_id=actor.account_id,
        actor=actor.name,
        subject=subject,
        region=region,
        recipient=recipient,
        purpose=scrub.mask(purpose),
        rows=rows,
        file_sha256=file_sha256,
    )
    db.session.add(disclosure)
    return disclosure
