"""Queues of entry: what waits for whom, where it is stuck, how fast the work goes; areas, never persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, and_, any_, exists, false, func, literal, or_, select, text
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.identity import grants
from electsys.identity.access import can
from electsys.regions.models import Region, Tps
from modules.situng.contest import ContestCount
from modules.situng.models import Capture, FormPhoto, MachineReading, ResultForm, ResultVersion
from modules.situng.queries.listing import inside
from modules.situng.workflow import STEPS, capture_scopes

village, district = aliased(Region), aliased(Region)

#: Queue -> which captures stand in it; ``belum_masuk`` has none yet.
MISSING, WAITING, UNSURE, DIFFERING, ANOMALY, SWAPPED = (
    "belum_masuk",
    "menunggu_foto",
    "ragu",
    "selisih",
    "anomali",
    "tertukar",
)
#: Votes as those of a neighbour, one by one: two forms may have been mixed up.
ALIKE = "W.120:kembar"
QUEUES = (MISSING, "kosong", "entri_pertama", WAITING, UNSURE, DIFFERING, ANOMALY, SWAPPED)


def waiting_for(contests: Sequence[int], account: Any) -> list[tuple[str, str, dict[int, int]]]:
    """What the account can take up, entries and differences: (step, words, forms by contest)."""
    words = {
        "pertama": _("menunggu entri pertama"),
        "kedua": _("menunggu entri kedua oleh Anda"),
        "ketiga": _("selisih, menunggu orang ketiga"),
    }
    found = []
    for step, (state, permission) in STEPS.items():
        if not can(account, permission):
            continue
        rows = db.session.execute(
            select(Capture.contest_id, func.count().label("n"))
            .where(
                Capture.contest_id.in_(contests),
                Capture.state == state,
                capture_scopes(grants.scopes(account, permission)),
                or_(Capture.first_person.is_(None), Capture.first_person != account.id),
                or_(Capture.second_person.is_(None), Capture.second_person != account.id),
                or_(
                    Capture.claimed_until.is_(None),
                    Capture.claimed_until < func.now(),
                    Capture.claimed_by == account.id,
                ),
            )
            .group_by(Capture.contest_id)
        )
        found.append((step, words[step], {row.contest_id: row.n for row in rows}))
    return found


def _newest() -> Any:
    """The newest round of each form: older rounds wait for nobody."""
    later = aliased(Capture)
    return ~exists().where(
        later.province == Capture.province,
        later.contest_id == Capture.contest_id,
        later.tps_code == Capture.tps_code,
        later.round > Capture.round,
    )


def forms_waiting(count: ContestCount, regions: Sequence[str], queue: str) -> Select[Any, *tuple[Any, ...]]:
    """The TPS of these regions that stand in a queue, in the order of their codes.

    Rows have ``code``, ``name``, ``village``, ``district``, ``state``, ``round``, ``vote_kind``, ``since``,
    ``faults``, ``warnings``, ``cells``, ``votes``, ``sums`` (what people agreed on), ``seen`` (TPS in the QR)
    ``unsure`` (cells that a machine could not read) and ``alike`` (votes as those of a neighbour).
    """
    better = aliased(FormPhoto)
    photo = (
        select(FormPhoto.seen_tps)
        .where(
            _of_capture(FormPhoto),
            FormPhoto.seen_tps != FormPhoto.tps_code,
            ~exists().where(_of_capture(better), better.page == FormPhoto.page, better.id > FormPhoto.id),
        )
        .order_by(FormPhoto.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    unsure = (
        select(func.sum(MachineReading.unsure))
        .join(
            FormPhoto,
            and_(FormPhoto.province == MachineReading.province, FormPhoto.id == MachineReading.photo_id),
        )
        .where(_of_capture(FormPhoto))
        .scalar_subquery()
    )
    here = inside(Tps, Tps.code, count.within(regions))
    since = func.coalesce(
        Capture.published_at, Capture.third_at, Capture.second_at, Capture.first_at, Capture.created_at
    )
    statement = (
        select(
            Tps.code,
            Tps.name,
            village.name.label("village"),
            district.name.label("district"),
            Capture.state,
            Capture.round,
            Capture.vote_kind,
            since.label("since"),
            Capture.faults,
            Capture.warnings,
            Capture.cells,
            Capture.votes,
            Capture.sums,
            photo.label("seen"),
            unsure.label("unsure"),
            _alike(count).label("alike"),
        )
        .select_from(Tps)
        .outerjoin(
            Capture,
            and_(
                Capture.province == Tps.province,
                Capture.contest_id == count.contest_id,
                Capture.tps_code == Tps.code,
                _newest(),
            ),
        )
        .join(village, and_(village.map_id == count.map_id, village.code == Tps.village_code))
        .join(district, and_(district.map_id == count.map_id, district.code == func.left(Tps.code, 6)))
        .where(Tps.election_id == count.election_id, Tps.state == "aktif", here)
    )
    open_state = Capture.state.in_(("kosong", "entri_pertama", "selisih", "menunggu_foto"))
    conditions = {
        MISSING: and_(Capture.state.is_(None), ~_received(count)),
        "kosong": Capture.state == "kosong",
        "entri_pertama": Capture.state == "entri_pertama",
        WAITING: Capture.state == "menunggu_foto",
        UNSURE: and_(open_state, unsure > 0),
        DIFFERING: Capture.state == "selisih",
        ANOMALY: and_(Capture.state == "anomali", _still_open(count)),
        SWAPPED: or_(photo.is_not(None), _alike(count)),
    }
    return statement.where(conditions.get(queue, false()))


def _alike(count: ContestCount) -> Any:
    """Whether the newest version has the votes of a neighbour, and nobody has said why that is right."""
    return exists().where(
        ResultForm.province == Tps.province,
        ResultForm.contest_id == count.contest_id,
        ResultForm.tps_code == Tps.code,
        ResultVersion.province == ResultForm.province,
        ResultVersion.contest_id == ResultForm.contest_id,
        ResultVersion.tps_code == ResultForm.tps_code,
        ResultVersion.id == ResultForm.latest_id,
        literal(ALIKE) == any_(ResultVersion.warnings),
        or_(Capture.reasons.is_(None), ~Capture.reasons.has_key(ALIKE)),
    )


def _of_capture(table: Any) -> Any:
    return and_(
        table.province == Capture.province,
        table.contest_id == Capture.contest_id,
        table.tps_code == Capture.tps_code,
        table.round == Capture.round,
    )


def _received(count: ContestCount) -> Any:
    return exists().where(
        ResultForm.province == Tps.province,
        ResultForm.contest_id == count.contest_id,
        ResultForm.tps_code == Tps.code,
    )


def _still_open(count: ContestCount) -> Any:
    """Whether the form is still an anomaly: a correction may have mended it since."""
    return exists().where(
        ResultForm.province == Tps.province,
        ResultForm.contest_id == count.contest_id,
        ResultForm.tps_code == Tps.code,
        ResultForm.state == "anomali",
    )


_STANDING = text(
    """
    select state, count(*) from capture c
    where c.contest_id = :contest and c.state in
          ('kosong', 'entri_pertama', 'selisih', 'menunggu_foto', 'anomali')
      and c.tps_code ^@ any(cast(:regions as text[]))
      and (c.state <> 'anomali' or exists (
          select from result_form f where f.province = c.province and f.contest_id = c.contest_id
          and f.tps_code = c.tps_code and f.state = 'anomali'))
      and not exists (
          select from capture l where l.province = c.province and l.contest_id = c.contest_id
          and l.tps_code = c.tps_code and l.round > c.round)
    group by state
    """
)
_UNSURE = text(
    """
    select count(distinct (p.province, p.tps_code)) from capture c
    join form_photo p on p.province = c.province and p.contest_id = c.contest_id
         and p.tps_code = c.tps_code and p.round = c.round
    join machine_reading m on m.province = p.province and m.photo_id = p.id and m.unsure > 0
    where c.contest_id = :contest and c.tps_code ^@ any(cast(:regions as text[]))
      and c.state in ('kosong', 'entri_pertama', 'selisih', 'menunggu_foto')
    """
)
_SWAPPED = text(
    """
    select count(*) from (
        select p.tps_code from form_photo p
        where p.contest_id = :contest and p.seen_tps <> p.tps_code
          and p.tps_code ^@ any(cast(:regions as text[]))
          and not exists (select from form_photo b where b.contest_id = p.contest_id
              and b.tps_code = p.tps_code and b.page = p.page and b.round = p.round and b.id > p.id)
          and not exists (select from capture l where l.contest_id = p.contest_id
              and l.province = p.province and l.tps_code = p.tps_code and l.round > p.round)
        union
        select v.tps_code from result_version v
        join result_form f on f.province = v.province and f.contest_id = v.contest_id
             and f.tps_code = v.tps_code and f.latest_id = v.id
        left join lateral (
            select reasons from capture c where c.province = v.province and c.contest_id = v.contest_id
            and c.tps_code = v.tps_code order by c.round desc limit 1) c on true
        where v.contest_id = :contest and 'W.120:kembar' = any (v.warnings)
          and v.tps_code ^@ any(cast(:regions as text[]))
          and (c.reasons is null or not jsonb_exists(c.reasons, 'W.120:kembar'))
    ) as swapped
    """
)
#: Areas of the running count, the widest of those asked for: TPS less forms received and begun.
_MISSING = text(
    """
    select coalesce(sum(expected - received), 0) from region_total
    where contest_id = :contest and area = 'wilayah' and code = any(cast(:regions as text[]))
    """
)


def how_many(count: ContestCount, regions: Sequence[str]) -> dict[str, int]:
    """Forms in each queue of these regions; no list is read for it.

    ``belum_masuk`` comes from the running count, less the forms that are on some desk.
    """
    held = count.within(regions)
    widest = [r for r in held if not any(r != other and r.startswith(other) for other in held)]
    facts = {"contest": count.contest_id, "regions": widest}
    states = {state: int(n) for state, n in db.session.execute(_STANDING, facts)}
    begun = sum(states.get(state, 0) for state in ("kosong", "entri_pertama", "selisih", "menunggu_foto"))
    special = {
        MISSING: max(0, int(db.session.scalar(_MISSING, facts) or 0) - begun),
        UNSURE: int(db.session.scalar(_UNSURE, facts) or 0),
        SWAPPED: int(db.session.scalar(_SWAPPED, facts) or 0),
    }
    return {queue: special.get(queue, states.get(queue, 0)) for queue in QUEUES}


_PACE = text(
    """
    select left(c.tps_code, :digits) as code, r.name,
           count(*) filter (where c.state = 'kosong') as waits_first,
           count(*) filter (where c.state = 'entri_pertama') as waits_second,
           count(*) filter (where c.state = 'selisih') as waits_third,
           count(*) filter (where c.state = 'menunggu_foto') as waits_photo,
           count(*) filter (where c.version_id is not null) as settled,
           count(*) filter (where c.published_at > now() - interval '1 hour') as last_hour,
           count(*) filter (where c.third_person is not null or c.state = 'selisih') as differed,
           percentile_cont(0.5) within group (
               order by extract(epoch from c.published_at - c.created_at)) as median,
           extract(epoch from max(now() - c.created_at) filter (where c.version_id is null)) as oldest
    from capture c
    left join region r on r.map_id = :map and r.code = left(c.tps_code, :digits)
    where c.contest_id = :contest and c.tps_code ^@ any(cast(:regions as text[]))
    group by 1, 2 order by 1
    """
)


def pace(count: ContestCount, regions: Sequence[str]) -> Sequence[Any]:
    """The work by area: how much waits at which step, how much was settled, and how long it took (seconds).

    Areas one level below the widest region that the reader sees. No person is named or counted.
    """
    widest = min((len(r) for r in regions), default=0)
    digits = next((n for n in (2, 4, 6, 10) if n > widest), 10)
    facts = {"contest": count.contest_id, "map": count.map_id, "digits": digits, "regions": list(regions)}
    return db.session.execute(_PACE, facts).all()
