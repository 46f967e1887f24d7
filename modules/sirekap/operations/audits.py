"""Audit what was published: fix the stations, draw from a public seed, read the paper, know the risk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, insert, literal, select, text

from electsys.db import db
from electsys.elections import calendar, settings
from electsys.elections.models import Contest, Participant
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from modules.sirekap.models import Audit, AuditDraw, AuditEntry, AuditStation
from modules.sirekap.permissions import AUDIT
from modules.sirekap.queries import audits as queries
from modules.sirekap.rules import audits as rules
from modules.sirekap.workflow.audits import AUDITING
from modules.situng import contest_count, contest_model, counted_forms

#: Contests whose outcome is one winner, so that assertions on stations say it.
KINDS = ("ppwp", "gubernur", "bupati_walikota")
LEAST_SEED = 10
#: More draws than this are a full count.
MOST = 100_000
#: Steps of the preparation.
STEPS = 4
#: Hears how far a long work is: done, of how many, at what.
Tell = Callable[[int, int, Any], None]


def _silent(done: int, total: int, stage: Any) -> None:
    """For who does not want to hear how far it is."""


def require_auditable(contest: Contest, region: str, *, actor: Actor) -> None:
    """Refuse whoever may not audit, and what drawing cannot audit: asked before the long work begins."""
    grants.demand(actor, AUDIT, Scope(region, None, contest.election_id))
    if contest.kind not in KINDS:
        raise Refused(
            _("Kursi terakhir sering selisih sedikit: memeriksa semua TPS lebih murah daripada mengundi."),
            hint=_("Pakai halaman dapil: pasangan terdekat dan selisih suaranya tercantum di sana."),
        )
    if region and contest.kind != "ppwp":
        raise Refused(_("Audit satu wilayah hanya untuk syarat suara presiden di provinsi."), status=404)
    _account(actor)


def prepare_audit(contest: Contest, region: str, *, actor: Actor, tell: Tell = _silent) -> Audit:
    """Fix the stations and the assertions before any seed is known.

    Everywhere: the winner is before each other pair and, for the president, has more than the share that
    is needed. In a province of a president's election: the winner has the share that is asked there. Refused
    where the published count names no winner, or one that an assertion denies. ``tell`` hears how far it is.
    """
    require_auditable(contest, region, actor=actor)
    tell(0, STEPS, _("Menyalin formulir yang dihitung"))
    count = contest_count(contest.id)
    rows = db.session.scalars(select(Participant).where(Participant.contest_id == contest.id))
    numbers = {row.number: row.id for row in rows}
    participants = [numbers[line.number] for line in count.lines]
    audit = Audit(
        election_id=contest.election_id,
        contest_id=contest.id,
        region=region,
        assertions=[],
        participants=participants,
        risk_limit=str(settings.value(contest.election_id, "audit_batas_risiko")),
        total="1",
        stations=1,
        missing=0,
        frame_sha256="",
        planned=1,
        prepared_by=_account(actor),
    )
    db.session.add(audit)
    db.session.flush()
    _copy_stations(audit)
    tell(1, STEPS, _("Menjumlahkan suara"))
    totals = _totals(audit)
    if not totals or not sum(totals):
        raise Refused(_("Belum ada formulir TPS yang dihitung di wilayah ini."), status=409)
    audit.assertions = _assertions(contest, region, participants, totals)
    tell(2, STEPS, _("Menghitung kesalahan yang dapat tersembunyi"))
    try:
        frame = queries.frame_of(audit)
    except ValueError as problem:
        raise Refused(
            _("Hitungan yang diumumkan tidak menunjukkan pemenang: “%(what)s” tidak benar.", what=problem),
            status=409,
        ) from None
    audit.total, audit.stations = str(frame.total), len(frame.batches)
    audit.planned = rules.sample_size(frame.total, Fraction(audit.risk_limit))
    audit.missing = max(0, _expected(contest, region) - audit.stations)
    tell(3, STEPS, _("Menghitung sidik daftar TPS"))
    audit.frame_sha256 = _digest(audit)
    db.session.flush()
    _tell(audit, "prepare", actor, {"stations": audit.stations, "sha256": audit.frame_sha256})
    return audit


def require_seed(audit: Audit, seed: str, source: str, *, actor: Actor) -> str:
    """The seed without blanks; refused where it is none, or comes from whoever prepared the frame."""
    grants.demand(actor, AUDIT, Scope(audit.region, None, audit.election_id))
    seed = "".join(seed.split())
    if not (seed.isascii() and seed.isdecimal() and len(seed) >= LEAST_SEED):
        raise Refused(
            _("Benih terdiri atas sedikitnya %(n)s angka, misalnya dari lemparan dadu.", n=LEAST_SEED),
            field="seed",
        )
    if not source.strip():
        raise Refused(_("Sebut bagaimana dan di hadapan siapa benih diperoleh."), field="source")
    if actor.account_id == audit.prepared_by:
        raise Refused(_("Anda yang menyiapkan audit ini; orang lain yang memasukkan benihnya."), status=403)
    if audit.state != "disiapkan":
        raise Refused(_("Benih audit ini sudah dimasukkan."), status=409)
    return seed


def draw_sample(audit: Audit, *, seed: str, source: str, actor: Actor, tell: Tell = _silent) -> None:
    """Enter the seed of the public ceremony and draw. Refused to whoever prepared the frame."""
    seed = require_seed(audit, seed, source, actor=actor)
    AUDITING.move(
        audit,
        "seed",
        actor=actor,
        values={
            "seed": seed,
            "seed_source": source.strip(),
            "seeded_by": actor.account_id,
            "seeded_at": func.now(),
        },
    )
    _draw(audit, audit.planned, tell)


def draw_more(audit: Audit, *, actor: Actor, tell: Tell = _silent) -> int:
    """Draw on from the same seed; how many. See :func:`more_draws`."""
    more = more_draws(audit, actor=actor)
    _draw(audit, more, tell)
    _tell(audit, "draw_more", actor, {"draws": more})
    return more


def more_draws(audit: Audit, *, actor: Actor) -> int:
    """As many draws as would be enough if the rest is clean.

    Refused while a draw is unread, and where the risk is below the limit already.
    """
    grants.demand(actor, AUDIT, Scope(audit.region, None, audit.election_id))
    db.session.refresh(audit, with_for_update={"of": Audit})
    now = queries.standing_of(audit, queries.papers_of(audit))
    if audit.state != "diundi" or not now.complete:
        raise Refused(_("Baca dahulu semua kertas yang sudah diundi."), status=409)
    if now.risk is None:
        raise Refused(_("Undian tambahan tidak menolong; hitung semua TPS."), status=409)
    limit = Fraction(audit.risk_limit)
    if now.risk <= limit:
        raise Refused(_("Risiko sudah di bawah batas; tutup audit ini."), status=409)
    more = rules.sample_size(Fraction(audit.total), limit / now.risk)
    if audit.draws + more > MOST:
        raise Refused(_("Undian sebanyak itu sama dengan menghitung semua TPS."), status=409)
    return more


def enter_paper(audit: Audit, code: str, votes: Sequence[int], *, actor: Actor) -> bool:
    """What somebody read on the paper of a drawn station; whether two people have read it alike now.

    Blind: nobody is shown what the other one wrote.
    """
    grants.demand(actor, AUDIT, Scope(audit.region, None, audit.election_id))
    db.session.refresh(audit, with_for_update={"of": Audit})
    if audit.state != "diundi":
        raise Refused(_("Kertas dibaca sesudah undian dan sebelum audit ditutup."), status=409)
    paper = next((row for row in queries.papers_of(audit) if row.code == code), None)
    if paper is None:
        raise Refused(_("TPS %(code)s tidak terundi.", code=code), status=404)
    if paper.paper is not None:
        raise Refused(_("TPS ini sudah dibaca sama oleh dua orang."), status=409)
    if len(votes) != len(audit.participants) or any(not 0 <= n <= 100_000 for n in votes):
        raise Refused(_("Isi suara setiap pasangan calon dengan bilangan mulai dari 0."), field="votes")
    db.session.add(AuditEntry(audit_id=audit.id, code=code, votes=list(votes), account_id=_account(actor)))
    db.session.flush()
    _tell(audit, "enter", actor, {"tps": code})
    after = next(row for row in queries.papers_of(audit) if row.code == code)
    return after.paper is not None


def close_audit(audit: Audit, *, actor: Actor) -> None:
    """End an audit whose risk is at most its limit; refused otherwise."""
    now = queries.standing_of(audit, queries.papers_of(audit))
    if not now.complete or now.risk is None or now.risk > Fraction(audit.risk_limit):
        raise Refused(
            _("Risiko belum di bawah batas."),
            hint=_("Baca semua kertas yang terundi, undi lagi, atau hitung semua TPS."),
            status=409,
        )
    AUDITING.move(audit, "confirm", actor=actor, values={"closed_at": calendar.utc_now()})


def count_all(audit: Audit, *, reason: str, actor: Actor) -> None:
    """Give up drawing: every station is counted again, for a reason that everybody reads."""
    AUDITING.move(audit, "count_all", actor=actor, reason=reason, values={"closed_at": calendar.utc_now()})


# --- inside ---------------------------------------------------------------------------------------


def _copy_stations(audit: Audit) -> None:
    """The accepted forms, with the ballots that lay in each box: the largest of what the form says."""
    names = contest_model(audit.contest_id).names
    forms = counted_forms(audit.contest_id, audit.region).subquery()
    total, users = (forms.c.cells[names.index(cell) + 1] for cell in ("suara_total", "pengguna_total_j"))
    valid = select(func.sum(func.unnest(forms.c.votes).column_valued())).scalar_subquery()
    db.session.execute(
        insert(AuditStation).from_select(
            ["audit_id", "code", "ballots", "votes"],
            select(
                literal(audit.id),
                forms.c.tps_code,
                func.greatest(func.coalesce(total, 0), func.coalesce(users, 0), valid),
                forms.c.votes,
            ),
        )
    )


def _totals(audit: Audit) -> list[int]:
    sums = [
        func.coalesce(func.sum(AuditStation.votes[place]), 0)
        for place in range(1, len(audit.participants) + 1)
    ]
    row = db.session.execute(select(*sums).where(AuditStation.audit_id == audit.id)).one()
    return [int(n) for n in row]


def _assertions(
    contest: Contest, region: str, participants: Sequence[int], totals: Sequence[int]
) -> list[dict[str, Any]]:
    if region:
        # The winner of the nation, not of the province: it need not lead here.
        totals = _national(contest, len(participants))
    first = max(range(len(totals)), key=totals.__getitem__)
    winner = participants[first]
    if region:
        share = settings.value(contest.election_id, "menang_pres_prov")
        return [{"kind": "exceeds", "who": winner, "share": str(share)}]
    found: list[dict[str, Any]] = [
        {"kind": "beats", "who": winner, "other": other} for other in participants if other != winner
    ]
    if contest.kind == "ppwp":
        share = settings.value(contest.election_id, "menang_pres_total")
        found.append({"kind": "exceeds", "who": winner, "share": str(share)})
    return found


def _national(contest: Contest, width: int) -> list[int]:
    forms = counted_forms(contest.id).subquery()
    sums = [func.coalesce(func.sum(forms.c.votes[place]), 0) for place in range(1, width + 1)]
    return [int(n) for n in db.session.execute(select(*sums)).one()]


def _expected(contest: Contest, region: str) -> int:
    return int(
        db.session.scalar(
            text(
                "select count(*) from tps where election_id = :e and state = 'aktif'"
                " and starts_with(code, :region)"
            ),
            {"e": contest.election_id, "region": region},
        )
        or 0
    )


def _digest(audit: Audit) -> str:
    """SHA-256 over ``code,ballots,votes...`` a line, in the order of the codes."""
    return str(
        db.session.scalar(
            text(
                "select encode(sha256(convert_to(string_agg(code || ',' || ballots || ','"
                " || array_to_string(votes, ','), E'\\n' order by code), 'UTF8')), 'hex')"
                " from audit_station where audit_id = :id"
            ),
            {"id": audit.id},
        )
    )


def _draw(audit: Audit, more: int, tell: Tell) -> None:
    tell(0, more, _("Membaca daftar TPS"))
    drawn = islice(queries.frame_of(audit).draws(audit.seed or ""), audit.draws, audit.draws + more)
    rows = []
    for number, batch in enumerate(drawn, 1):
        rows.append({"audit_id": audit.id, "number": audit.draws + number, "code": batch.key})
        if number % 1_000 == 0:
            tell(number, more, _("Mengundi"))
    db.session.execute(insert(AuditDraw), rows)
    audit.draws += more
    db.session.flush()


def _account(actor: Actor) -> int:
    if actor.account_id is None:
        raise Refused(_("Audit disiapkan dan diisi oleh orang, bukan oleh sistem."), status=403)
    return actor.account_id


def _tell(audit: Audit, verb: str, actor: Actor, details: dict[str, Any]) -> None:
    record(
        f"sirekap:audit:{verb}",
        f"result_audit:{audit.id}",
        actor=actor,
        details=details,
        region=audit.region or None,
        election_id=audit.election_id,
    )
