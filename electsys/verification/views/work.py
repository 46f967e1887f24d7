"""The work list: queues, how far each is, its items, and one item with all that was decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity import grants
from electsys.identity.access import requires
from electsys.regions import queries as regions
from electsys.verification import pages, registry
from electsys.verification.models import VerificationItem
from electsys.verification.operations.desk import judging, scope_of
from electsys.verification.operations.second import may_settle
from electsys.verification.queries import desk as queries
from electsys.verification.registry import READ, Queue
from electsys.verification.views import bp, election_asked, load_item, queue_named, queue_of, reading
from electsys.verification.wording import KINDS, SHORT, STATES, badge
from electsys.web import charts
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table

Item = VerificationItem
MINE, SECOND, OPEN = "saya", "kedua", "beda"


@bp.get("")
@requires(READ)
def work() -> Any:
    """All queues that the reader reads: what waits, what is done, how fast it goes."""
    shown = [queue for queue in registry.queues() if grants.can(current_user, queue.reader)]
    election = election_asked([queue.name for queue in shown])
    lines = [_line(queue, election) for queue in shown] if election is not None else []
    return render_template(
        "verification/work.html", election=election, lines=lines, progress_chart=charts.progress
    )


def _line(queue: Queue, election: Election) -> dict[str, Any]:
    scopes = reading(queue)
    progress = queries.progress(queue, election.id, scopes)
    return {
        "queue": queue,
        "progress": progress,
        "pace": queries.pace(queue, election.id, scopes, progress.waiting),
        "second": queries.second_counts(queue, election.id, scopes),
        "judges": judging(current_user, queue) is not None,
    }


@bp.get("/<queue>")
@requires(READ)
def show_queue(queue: str) -> Any:
    """One queue: how far each region and owner is, and its items."""
    found = queue_named(queue)
    election = election_asked([found.name])
    if election is None:
        return render_template("verification/queue.html", queue=found, election=None)
    scopes = reading(found)
    places = queries.by_region(found, election.id, scopes)
    owners = queries.by_owner(found, election.id, scopes)
    named = regions.names([code for code in places if code], election.map_id)
    names = {code: title_region(named.get(code, code)) if code else _("Nasional") for code in places}
    table = _items(found, election, names, found.owners(owners.keys()))
    progress = queries.progress(found, election.id, scopes)
    return table.download() or render_template(
        "verification/queue.html",
        queue=found,
        election=election,
        table=table,
        progress=progress,
        progress_chart=charts.progress,
        pace=queries.pace(found, election.id, scopes, progress.waiting),
        regions=_regions(found, names, places),
        owners=_owners(found, owners),
        judges=judging(current_user, found) is not None,
        second=queries.second_counts(found, election.id, scopes),
    )


def _items(queue: Queue, election: Election, places: Mapping[str, str], owners: Mapping[int, str]) -> Table:
    return Table(
        queries.items(queue, election.id, reading(queue), election.map_id),
        [
            Column(
                "nomor", _l("Butir"), "VerificationItem.id", kind="text", link=_link, head=True, sort=Item.id
            ),
            Column("wilayah", _l("Wilayah"), _region_of, sort=Item.region),
            Column(
                "pemilik",
                queue.owner_label or _l("Pemilik"),
                lambda r: owners.get(r.VerificationItem.party_id, "") if r.VerificationItem.party_id else "",
                sort=Item.party_id,
            ),
            Column("putaran", _l("Putaran"), "VerificationItem.round", kind="number", sort=Item.round),
            Column(
                "status",
                _l("Status"),
                lambda r: str(STATES[shown_state(r.VerificationItem)]),
                cell=lambda r: badge(shown_state(r.VerificationItem)),
                sort=Item.state,
            ),
            Column("alasan", _l("Alasan"), lambda r: _reason(queue, r.VerificationItem)),
            Column(
                "diputus", _l("Diputus"), "VerificationItem.decided_at", kind="moment", sort=Item.decided_at
            ),
            Column("kedua", _l("Periksa kedua"), lambda r: _second(r.VerificationItem), hidden=True),
        ],
        caption=_l("Butir verifikasi"),
        empty=_l("Belum ada butir di sini. Butir dibuka saat tahapan verifikasi dimulai."),
        filters=[
            Filter("status", _l("Status"), list(STATES.items()), lambda q, v: q.where(Item.state == v)),
            Filter(
                "bagian",
                _l("Bagian"),
                [
                    (MINE, _l("Putusan saya")),
                    (SECOND, _l("Menunggu periksa kedua")),
                    (OPEN, _l("Beda pendapat")),
                ],
                _narrow,
            ),
            Filter(
                "wilayah",
                _l("Wilayah"),
                [(code or "-", name) for code, name in places.items()],
                lambda q, v: q.where(Item.region == ("" if v == "-" else v)),
            ),
            Filter(
                "pemilik",
                queue.owner_label or _l("Pemilik"),
                [(str(key), name) for key, name in sorted(owners.items(), key=lambda kv: kv[1])],
                lambda q, v: q.where(Item.party_id == int(v)),
            ),
        ],
        name=f"verifikasi-{queue.name}",
    )


def _narrow(query: Any, value: str) -> Any:
    if value == MINE:
        return query.where(Item.decided_by == current_user.id)
    if value == SECOND:
        return query.where(Item.second_look, Item.second_state.is_(None))
    return query.where(queries.disagrees())


def shown_state(item: VerificationItem) -> str:
    """The state as this reader may see it: a second look is made blind to the first."""
    return "menunggu" if is_blind(item) else item.state


def is_blind(item: VerificationItem) -> bool:
    """Whether the item waits for a second look that this reader could make."""
    if not item.second_look or item.second_state is not None or item.decided_by == current_user.id:
        return False
    queue = registry.find(item.queue)
    return queue is not None and grants.can(current_user, queue.permission, scope_of(item))


def _link(row: Any) -> str:
    return url_for("verification.item", item_id=row.VerificationItem.id)


def _region_of(row: Any) -> str:
    code = row.VerificationItem.region
    return title_region(row.place or code) if code else _("Nasional")


def _reason(queue: Queue, item: VerificationItem) -> str:
    return "" if is_blind(item) else queue.words(item.reason)


def _second(item: VerificationItem) -> str:
    if not item.second_look:
        return ""
    return SHORT[item.second_state] if item.second_state else str(_("menunggu"))


def _regions(queue: Queue, names: Mapping[str, str], places: Mapping[str, queries.Progress]) -> Table:
    rows = [{"code": code, "name": names[code], "p": progress} for code, progress in places.items()]
    return _progress_table(
        rows, "wilayah", _l("Wilayah"), _l("Kemajuan menurut wilayah"), f"{queue.name}-wilayah", queue
    )


def _owners(queue: Queue, found: Mapping[int, queries.Progress]) -> Table | None:
    if not found:
        return None
    named = queue.owners(found.keys())
    rows = [{"code": key, "name": named.get(key, str(key)), "p": progress} for key, progress in found.items()]
    label = queue.owner_label or _l("Pemilik")
    return _progress_table(
        rows, "pemilik", label, _l("Kemajuan menurut pemilik"), f"{queue.name}-pemilik", queue
    )


def _progress_table(rows: list[Any], key: str, label: Any, caption: Any, name: str, queue: Queue) -> Table:
    link = None
    if judging(current_user, queue) is not None:

        def link(row: Any) -> str | None:
            if not row["p"].waiting:
                return None
            return url_for("verification.desk", queue=queue.name, **{key: row["code"]})

    def part(state: str) -> Any:
        return lambda row: row["p"].of(state)

    return Table(
        rows,
        [
            Column("nama", label, "name", sort=True, link=link, head=True),
            Column("menunggu", _l("Menunggu"), lambda r: r["p"].waiting, kind="number", sort=True),
            Column("ms", "MS", part("ms"), kind="number", sort=True),
            Column("bms", "BMS", part("bms"), kind="number", sort=True),
            Column("tms", "TMS", part("tms"), kind="number", sort=True),
            Column("semua", _l("Semua"), lambda r: r["p"].total, kind="number", sort=True),
        ],
        caption=caption,
        empty=_l("Belum ada butir."),
        size=25,
        name=name,
        prefix=key[:1],
    )


# --- one item ------------------------------------------------------------------------------------


@bp.get("/butir/<int:item_id>")
@requires(READ, load=load_item)
def item(found: VerificationItem) -> Any:
    """One item: what is shown for it, what was decided, by whom, why."""
    queue = queue_of(found)
    election = db.session.get_one(Election, found.election_id)
    sheet = queue.show(found)
    blind = is_blind(found)
    named = regions.names([found.region], election.map_id) if found.region else {}
    return render_template(
        "verification/item.html",
        queue=queue,
        item=found,
        sheet=sheet,
        election=election,
        region=title_region(named.get(found.region, found.region)) if found.region else _("Nasional"),
        owner=queue.owners([found.party_id]).get(found.party_id) if found.party_id is not None else None,
        badge=badge(shown_state(found)),
        blind=blind,
        history=[] if blind else queries.history(found),
        kinds=KINDS,
        states=STATES,
        documents=[(stored, pages.pages_of(stored)) for stored in sheet.documents],
        judges=grants.can(current_user, queue.permission, scope_of(found)),
        undoable=found.decided_by == current_user.id and found.second_state is None,
        **_settling(queue, found),
    )


def _settling(queue: Queue, found: VerificationItem) -> dict[str, Any]:
    """The form that settles a disagreement, for whoever may."""
    from electsys.verification.forms.desk import VerdictForm
    from electsys.web.forms import ButtonForm

    open_ = found.second_state is not None and found.second_state != found.state and found.settled_at is None
    may = open_ and may_settle(queue, found, current_user.id)
    return {
        "disagrees": open_,
        "settle": VerdictForm(formdata=None) if may else None,
        "verdicts": [(v, STATES[v]) for v in queue.verdicts(found)],
        "step": ButtonForm(formdata=None),
    }
