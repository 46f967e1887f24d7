"""Reading numbers of persons in full: with a reason, within a budget, never without a trace."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import CursorResult, delete, func, select

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
#: How long the moments of the budget are kept, in days.
KEPT_DAYS = 31


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
    characters; each call takes one row of the budget and writes the trail and the register of
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


# --- the budget -----------------------------------------------------------------------------------
#
# A row counts when it shows a number of a person in full: NIK, NKK, passport (UU 23/2006 art. 84). A masked
# NIK (``1201**********01``) does not: of its 16 digits it tells the regency, which the list's own heading
# tells too, and two of the serial; ten stay unknown. It is shown on pages; downloads of ordinary tables
# leave it out altogether (tests/sidalih/test_red_team.py), so that nobody collects even those in bulk.


def daily_limit() -> int:
    """Rows that one account may read in full within 24 hours (setting PRIVACY_DAILY_ROWS)."""
    return int(current_app.config["PRIVACY_DAILY_ROWS"])


def minute_limit() -> int:
    """Rows that one account may read in full within 60 seconds (setting PRIVACY_MINUTE_ROWS)."""
    return int(current_app.config["PRIVACY_MINUTE_ROWS"])


def now() -> datetime:
    """The budget's clock."""
    return datetime.now(UTC)


def today() -> date:
    """The day of an alarm: it begins at midnight in Jakarta."""
    return now().astimezone(JAKARTA).date()


def spend_budget(rows: int, *, actor: Actor) -> int:
    """Take ``rows`` from the actor's budget; return what the last 24 hours have used.

    Refused, with an alarm, when the last 24 hours or the last 60 seconds leave too little. Whoever shows or
    hands out rows with full numbers calls this in the same transaction. A job of the system has no budget:
    it has no eyes.
    """
    if actor.account_id is None or rows <= 0:
        return 0
    # One spender an account at a time: the windows are summed over what is committed.
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"budget:{actor.account_id}"))))
    day, minute = _used(actor.account_id)
    if day + rows > daily_limit():
        _raise_alarm(actor, rows, daily_limit())
        raise Refused(
            _("Batas harian data pribadi akun Anda (%(limit)s baris) sudah habis.", limit=daily_limit()),
            hint=_("Pengawas data pribadi sudah diberi tahu. Batas ini terbuka lagi 24 jam kemudian."),
            status=429,
        )
    if minute + rows > minute_limit():
        _raise_alarm(actor, rows, minute_limit())
        raise Refused(
            _(
                "Terlalu cepat: paling banyak %(limit)s baris data pribadi dalam semenit.",
                limit=minute_limit(),
            ),
            hint=_("Pengawas data pribadi sudah diberi tahu. Tunggu semenit, lalu lanjutkan."),
            status=429,
        )
    db.session.add(DisclosureBudget(account_id=actor.account_id, at=now(), used=rows))
    db.session.flush()
    return day + rows


def used_today(account_id: int) -> int:
    """How many rows the account has read in full within the last 24 hours."""
    return _used(account_id)[0]


def _used(account_id: int) -> tuple[int, int]:
    """Rows of the last 24 hours and of the last 60 seconds."""
    moment = now()
    day, minute = db.session.execute(
        select(
            func.coalesce(func.sum(DisclosureBudget.used), 0),
            func.coalesce(
                func.sum(DisclosureBudget.used).filter(DisclosureBudget.at > moment - timedelta(minutes=1)), 0
            ),
        ).where(DisclosureBudget.account_id == account_id, DisclosureBudget.at > moment - timedelta(days=1))
    ).one()
    return int(day), int(minute)


def forget_budgets() -> int:
    """Remove what no window counts any more; the register keeps who read what. Returns how many rows."""
    old = delete(DisclosureBudget).where(DisclosureBudget.at < now() - timedelta(days=KEPT_DAYS))
    return cast(CursorResult[Any], db.session.execute(old)).rowcount


def _raise_alarm(actor: Actor, rows: int, limit: int) -> None:
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
        details = {"limit": limit, "asked": rows}
        record("privacy:budget:exceed", subject, actor=actor, details=details)
        _register("refused", subject, purpose=_("Batas data pribadi terlampaui"), rows=rows, actor=actor)
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

    ``subject`` names what it holds: ``voter_list:5:120101`` is what list 5 says of that region, so that a
    person's own traces find it (queries.seen_of). ``recipient`` (an office) and ``purpose`` are public:
    they name no person. ``sha256`` is the file's. Whether it may be handed out, and which two people said
    so, the calling operation has decided.
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
