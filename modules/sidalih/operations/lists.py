"""Freezing a list: entries with their numbers, what they add up to, the digest; and its plenary."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import func, select, text

from electsys.db import db
from electsys.errors import Refused
from electsys.events import publish
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from modules.sidalih.events import ListDetermined
from modules.sidalih.models import VoterList, VoterRoll
from modules.sidalih.models.lists import STAGES
from modules.sidalih.models.voters import LISTED
from modules.sidalih.operations.counts import Progress, count_areas
from modules.sidalih.operations.minutes import list_minutes
from modules.sidalih.permissions import COMPILE, DETERMINE
from modules.sidalih.queries.checking import digest_of
from modules.sidalih.queries.lists import newest_list
from modules.sidalih.workflow.rolls import ROLL

#: The move of a roll -> the list that it freezes.
STAGE_OF = {
    "open_visits": "a_daftar",
    "close_visits": "dphp",
    "determine_dps": "dps",
    "determine_dpshp": "dpshp",
    "repeat_dpshp": "dpshp",
    "determine_dpt": "dpt",
}
#: Stages whose list is set in a plenary, and told to other modules.
PLENARY = ("dps", "dpshp", "dpt")

#: The order of modules.sidalih.rules.numbering, for a whole roll at once.
ENTRIES = """
    insert into voter_list_entry (province, list_id, tps_code, number, voter_id, version)
    with listed as (
        select id, version, tps_code, rw, rt, address, birth_year, family is null as alone,
            coalesce(family, id) as family, not (sex = 'L' and marital_status in ('S', 'P')) as later
        from voter
        where province = :province and election_id = :election and tps_code is not null
            and village_code >= :region and village_code < :region || ':' and state = any(:states)
    ), headed as (
        select *, first_value(rw) over family as head_rw, first_value(rt) over family as head_rt,
            first_value(address) over family as head_address, first_value(id) over family as head
        from listed
        window family as (partition by tps_code, alone, family order by later, birth_year, id)
    )
    select :province, :list, tps_code,
        row_number() over (
            partition by tps_code
            order by head_rw collate "C", head_rt collate "C", head_address collate "C", head,
                later, birth_year, id
        ),
        id, version
    from headed
"""


def set_stage(
    roll: VoterRoll, action: str, *, actor: Actor, progress: Progress = lambda done: None
) -> VoterList:
    """Move a roll to its next stage: freeze the list, write the minutes, tell the other modules.

    ``action`` is a move of the workflow that freezes (:data:`STAGE_OF`). One transaction; whoever asks for a
    stage that is set already is refused by the workflow.
    """
    stage = STAGE_OF.get(action)
    if stage is None:
        raise LookupError(f"no stage of a list by {action!r}")
    transition = ROLL.move(roll, action, actor=actor, values={"changed_at": func.now()})
    frozen = freeze_list(roll, stage, actor=actor, progress=progress)
    if transition.document is not None:
        frozen.letter_id = list_minutes(roll, frozen, actor=actor).id
        db.session.flush()
    if stage in PLENARY:
        publish(
            ListDetermined(
                actor=actor,
                election_id=roll.election_id,
                region=roll.region,
                stage=stage,
                list_id=frozen.id,
            )
        )
    return frozen


def freeze_list(
    roll: VoterRoll, stage: str, *, actor: Actor, progress: Callable[[int], None] = lambda done: None
) -> VoterList:
    """Freeze the living voters of a roll as its next list of ``stage``: entries, numbers, digest.

    Refused where the list would be empty. A second list of the same stage has the next ``sequence``.
    """
    if stage not in STAGES:
        raise LookupError(f"no stage {stage!r}")
    permission = DETERMINE if stage in PLENARY else COMPILE
    grants.demand(actor, permission, Scope(roll.region, election=roll.election_id))
    before = newest_list(roll.id)
    sequence = 1 + (
        db.session.scalar(
            select(func.max(VoterList.sequence)).where(VoterList.roll_id == roll.id, VoterList.stage == stage)
        )
        or 0
    )
    frozen = VoterList(
        roll_id=roll.id,
        stage=stage,
        sequence=sequence,
        male=0,
        female=0,
        digest=b"",
        determined_by=actor.name,
    )
    db.session.add(frozen)
    db.session.flush()
    here = {"province": roll.region[:2], "list": frozen.id}
    db.session.execute(
        text(ENTRIES),
        here | {"election": roll.election_id, "region": roll.region, "states": list(LISTED)},
    )
    if not db.session.scalar(
        text("select exists (select from voter_list_entry where province = :province and list_id = :list)"),
        here,
    ):
        raise Refused(_("Belum ada pemilih yang bertempat di TPS; daftar kosong tidak ditetapkan."))
    total = count_areas(frozen, roll, before, progress=progress)
    frozen.male, frozen.female = total.male, total.female
    frozen.digest = digest_of(frozen.id, roll.region[:2])
    db.session.flush()
    record(
        "sidalih:list:freeze",
        f"voter_list:{frozen.id}",
        actor=actor,
        region=roll.region,
        election_id=roll.election_id,
        details={
            "stage": stage,
            "sequence": sequence,
            "count": frozen.total,
            "digest": frozen.digest.hex(),
        },
    )
    return frozen


def stage_job(roll: VoterRoll, action: str) -> tuple[str, int]:
    """What a job of this move makes: stage and sequence, by which a second run finds its work done."""
    stage = STAGE_OF[action]
    made = select(func.count()).where(VoterList.roll_id == roll.id, VoterList.stage == stage)
    return stage, 1 + (db.session.scalar(made) or 0)
