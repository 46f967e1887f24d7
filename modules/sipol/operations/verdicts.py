"""A plenary concludes a step in an area: verdicts, minutes, and at the top the move of the registration.

The office of the kab/kota judges at the desk; its members conclude; then the province, then the nation
(domain.md 3.6). Nothing is concluded while something waits, and a verdict changes only where a ruling makes
the step be done again: then it gets the next sequence.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask_babel import gettext as _

from electsys.db import db
from electsys.elections import calendar
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.notices import notify
from electsys.notices.operations import Holders
from electsys.regions import queries as regions
from electsys.verification import find
from electsys.web.formats import angka, title_region
from modules.sipol.minutes import verdict_minutes
from modules.sipol.models import PartyRegistration, PartyVerdict
from modules.sipol.operations.judging import unopened
from modules.sipol.permissions import CONCLUDE, EDIT
from modules.sipol.queries.verdict_items import Waiting
from modules.sipol.queries.verdicts import Outlook, outlook
from modules.sipol.rules.verdicts import Aspect, move_of
from modules.sipol.verdict_words import ASPECTS, STEPS, reason_words
from modules.sipol.workflow import REGISTRATION

#: Areas that a refusal names; the page lists them all.
NAMED = 8
#: The notice that an area was concluded.
CONCLUDED = "sipol.verdict.concluded"


def conclude_area(registration: PartyRegistration, region: str, *, actor: Actor) -> PartyVerdict:
    """Conclude the running step in an area; the verdict on the area as a whole.

    Refused, with what keeps it: items that wait, second looks, disagreements, parts that nobody concluded,
    a closed stage. Concluding the whole party moves its registration.
    """
    grants.demand(actor, CONCLUDE, Scope(region, registration.party_id, registration.election_id))
    top = region == registration.region
    db.session.refresh(registration, with_for_update={"of": PartyRegistration, "read": not top})
    step = registration.state
    _require_step(registration, step, region)
    seen = outlook(registration, step, region)
    _require_open(registration, seen)
    _require_ready(registration, seen)
    letter = verdict_minutes(
        registration,
        step,
        region,
        seen.sequence,
        seen.aspects,
        seen.parts,
        seen.end,
        link=page_of(registration, region),
        actor=actor,
    )
    last = _write(registration, seen, letter.id, actor)
    record(
        "sipol:verdict:conclude",
        f"party_verdict:{last.id}",
        actor=actor,
        details={"step": step, "sequence": seen.sequence, "state": last.state, "letter": letter.id},
        region=region,
        election_id=registration.election_id,
    )
    if top:
        move = move_of(step, last.state, needs_factual=registration.needs_factual)
        why = reason_words(last.reason, last.details) or None
        REGISTRATION.move(registration, move, actor=actor, reason=why)
    _tell(registration, step, region, last, actor)
    return last


def page_of(registration: PartyRegistration, region: str) -> str:
    """The page of an area; jobs have no request to make an address with."""
    election = db.session.get_one(Election, registration.election_id)
    return f"/partai/{election.code}/{registration.party_id}/verifikasi/{region or 'pusat'}"


def _require_step(registration: PartyRegistration, step: str, region: str) -> None:
    if step not in STEPS:
        raise Refused(
            _(
                "Tidak ada verifikasi yang berjalan: pendaftaran berstatus “%(state)s”.",
                state=REGISTRATION.state_label(step),
            ),
            status=409,
        )
    if not region.startswith(registration.region) or len(region) > 4:
        raise Refused(_("Wilayah ini tidak disimpulkan tersendiri."), status=404)
    calendar.require_open(registration.election_id, f"{step}_parpol", region)


def _require_open(registration: PartyRegistration, seen: Outlook) -> None:
    """Nothing is concluded about what never came to the desk."""
    n = unopened(registration, seen.step, seen.region) if seen.concluded is None else 0
    if n:
        raise Refused(
            _("Belum dapat disimpulkan: %(n)s butir belum dibuka di meja verifikasi.", n=angka(n)),
            hint=_("Buka putarannya di halaman verifikasi partai ini, tingkat pusat."),
            status=409,
        )


def _require_ready(registration: PartyRegistration, seen: Outlook) -> None:
    if seen.concluded is not None:
        raise Refused(
            _("Wilayah ini sudah disimpulkan dalam tahapan ini."),
            hint=_("Kesimpulan berubah hanya karena putusan yang membuka tahapannya kembali."),
            status=409,
        )
    if seen.waiting:
        raise Refused(
            _("Belum dapat disimpulkan: %(list)s.", list=waiting_words(registration, seen.waiting)),
            hint=_("Selesaikan butir itu di meja verifikasi."),
            status=409,
        )
    if seen.pending:
        raise Refused(
            _(
                "Belum dapat disimpulkan: %(n)s wilayah belum disimpulkan (%(list)s).",
                n=angka(len(seen.pending)),
                list=area_words(registration, list(seen.pending)),
            ),
            hint=_("Minta KPU wilayah itu menyimpulkannya dahulu."),
            status=409,
        )
    if seen.missing:
        names = ", ".join(str(ASPECTS[name]).lower() for name in sorted(seen.missing))
        raise Refused(
            _("Belum dapat disimpulkan: hasil faktual belum ditutup (%(list)s).", list=names),
            hint=_("Tutup pekerjaan faktual wilayah ini dahulu."),
            status=409,
        )


def waiting_words(registration: PartyRegistration, waiting: tuple[Waiting, ...]) -> str:
    """What waits, by queue and kind, with the areas where it does."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in waiting:
        counts[each.queue, each.kind] += each.count
        places[each.queue, each.kind].append(each.region)
    return "; ".join(
        _kind(kind, queue, n) + f" ({area_words(registration, places[queue, kind])})"
        for (queue, kind), n in counts.items()
    )


def _kind(kind: str, name: str, n: int) -> str:
    queue = find(name)
    label = str(queue.label).lower() if queue is not None else name
    if kind == "kedua":
        return _("%(n)s %(what)s menunggu periksa kedua", n=angka(n), what=label)
    if kind == "beda":
        return _("%(n)s %(what)s dengan beda pendapat", n=angka(n), what=label)
    return _("%(n)s %(what)s belum diputus", n=angka(n), what=label)


def area_words(registration: PartyRegistration, codes: list[str]) -> str:
    """The names of areas, the first of them."""
    election = db.session.get_one(Election, registration.election_id)
    shown = codes[:NAMED]
    named = regions.names([code for code in shown if code], election.map_id)
    words = [title_region(named.get(code, code)) if code else _("pusat") for code in shown]
    if len(codes) > NAMED:
        words.append(_("dan %(n)s lainnya", n=angka(len(codes) - NAMED)))
    return ", ".join(words)


def _write(registration: PartyRegistration, seen: Outlook, letter_id: int, actor: Actor) -> PartyVerdict:
    """The rows of an area; aspects of a factual step stand there already."""
    aspects = seen.aspects if seen.step.startswith("vermin") else ()
    rows = [_row(registration, seen, aspect, letter_id, actor) for aspect in (*aspects, seen.end)]
    db.session.add_all(rows)
    db.session.flush()
    return rows[-1]


def _row(
    registration: PartyRegistration, seen: Outlook, aspect: Aspect, letter_id: int, actor: Actor
) -> PartyVerdict:
    return PartyVerdict(
        registration_id=registration.id,
        party_id=registration.party_id,
        step=seen.step,
        region=seen.region,
        aspect=aspect.name,
        state=aspect.state,
        reason=aspect.reason,
        details=dict(aspect.details),
        sequence=seen.sequence,
        letter_id=letter_id,
        actor=actor.name,
    )


def _tell(registration: PartyRegistration, step: str, region: str, last: PartyVerdict, actor: Actor) -> None:
    values: dict[str, Any] = {"step": step, "state": last.state, "region": region}
    to = Holders(EDIT, region, registration.party_id, registration.election_id)
    notify(to, CONCLUDED, values, page_of(registration, region), actor=actor)
