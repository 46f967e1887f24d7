"""A staged voter file becomes people and voters, in one transaction with its act.

The work is a handful of statements over the whole file; only what lies in an envelope has to be opened
here, batch by batch. People are found across the nation by the rule of
electsys.identity.operations.persons.find_or_claim_person, said once more in SQL (people_files); a test holds
the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import text

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.events import publish
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.operations.people_files import ADD_PEOPLE, FOUND, OPEN_CONFLICTS, PEOPLE
from electsys.intake import FileFacts, Staging
from electsys.intake.statements import Statements
from electsys.ledger import Actor, record
from electsys.privacy import Sealer
from electsys.regions.rules import province_of
from modules.sidalih.events import VotersImported
from modules.sidalih.imports.checks import NOWHERE, refuse_closed
from modules.sidalih.imports.sealing import mark
from modules.sidalih.models import VoterBatch, VoterBatchVillage
from modules.sidalih.permissions import COMPILE

Tell = Callable[[int, int, str], None]
#: Envelopes that are opened at once.
BATCH = 5_000
#: What of a row stands in columns; the trigger of ``voter`` keeps the old row where one of them changes.
PLAIN = ("name", "birth_place", "birth_year", "sex", "marital_status", "address", "rt", "rw", "family")

#: Voters of the file that stand in the same village already: the oldest row that is not struck.
KNOWN = (
    """
create temporary table voter_known on commit drop as
select distinct on (s.row_number) s.row_number, v.id, v.province, v.version,
    ({plain_there}) is distinct from ({plain_here})
        or (s.tps_code is not null and s.tps_code is distinct from v.tps_code)
        or (s.ktp_el is not null and s.ktp_el is distinct from v.ktp_el) as changed
from {staging} s
join voter v on v.nik_index = s.nik_index and v.election_id = :election
    and v.province = """
    + province_of("s.village_code")
    + """ and v.village_code = s.village_code
order by s.row_number, v.state = 'tms', v.id
"""
)

#: The rows that are to have a person: voters who are not there yet.
NEW = "not exists (select from voter_known k where k.row_number = s.row_number)"

ADD_VOTERS = """
insert into voter (id, province, election_id, person_id, village_code, tps_code, sealed, nik_index, family,
    name, birth_place, birth_year, sex, marital_status, address, rt, rw, ktp_el, source, doubts, batch_id)
select s.voter_id, left(s.village_code, 2), :election, coalesce(p.id, s.person_id), s.village_code,
    s.tps_code, s.sealed, s.nik_index, s.family, s.name, s.birth_place, s.birth_year, s.sex,
    s.marital_status, s.address, s.rt, s.rw, s.ktp_el, :source, s.doubts, :batch
from {staging} s
left join people_found p on p.row_number = s.row_number and not p.another
where not exists (select from voter_known k where k.row_number = s.row_number)
"""

CHANGE_VOTERS = """
update voter v set {plain}, sealed = s.sealed, doubts = s.doubts, version = v.version + 1,
    tps_code = coalesce(s.tps_code, v.tps_code), ktp_el = coalesce(s.ktp_el, v.ktp_el),
    source = :source, batch_id = :batch
from voter_known k join {staging} s on s.row_number = k.row_number
where k.changed and v.id = k.id and v.province = k.province
"""

COUNTS = """
select s.village_code,
    count(*) filter (where k.row_number is null) as added,
    count(*) filter (where k.changed) as changed,
    count(*) filter (where not k.changed) as duplicate,
    count(*) filter (where s.doubts <> '{{}}' and (k.row_number is null or k.changed)) as doubtful
from {staging} s left join voter_known k on k.row_number = s.row_number
group by 1
"""


def import_voters(
    staging: Staging,
    election: Election,
    *,
    region: str,
    source: str,
    file: FileFacts,
    actor: Actor,
    tell: Tell = lambda done, total, stage: None,
) -> VoterBatch:
    """Write the checked rows of a staged file; the batch, whose numbers balance for every village.

    A row that says what the list says already is a duplicate and writes nothing; one that says otherwise
    of a voter of the same village changes that row. The same NIK in another village comes in: that pair is
    a double, which people decide. Refused without the right in ``region``, and where a list is closed.
    """
    grants.demand(actor, COMPILE, Scope(region, election=election.id))
    _require_whole_nation()
    villages: dict[str, tuple[int, int]] = staging.notes["villages"]
    # One file of an election at a time: two that bring the same person must not both find nobody.
    db.session.execute(text("select pg_advisory_xact_lock(20240214, 1000 + :e)"), {"e": election.id})
    _lock_rolls(election, sorted({code[:4] for code in villages if code != NOWHERE}))
    said = Statements(staging.table, {"election": election.id, "source": source})
    staging.raw.execute(f"analyze {staging.table}")
    tell(0, 0, _("Mencari orang yang sudah dikenal"))
    said.run(KNOWN, plain_there=_listed("v"), plain_here=_listed("s"))
    _compare_envelopes(staging)
    said.run(FOUND)
    said.run(PEOPLE, wanted=NEW)
    for table in ("voter_known", "people_found"):
        db.session.execute(text(f"analyze {table}"))
    batch = _open_batch(election, region, source, file, villages, said.rows(COUNTS), actor)
    said.values["batch"] = batch.id
    tell(0, 0, _("Mencatat orang"))
    people = said.run(ADD_PEOPLE, wanted=NEW, more=", rt, rw")
    tell(0, 0, _("Mencatat pemilih"))
    said.run(ADD_VOTERS)
    conflicts = said.run(OPEN_CONFLICTS, subject="voter", key="voter_id")
    if batch.changed:
        _bind_envelopes(staging)
        said.run(CHANGE_VOTERS, plain=", ".join(f"{name} = s.{name}" for name in PLAIN))
    db.session.execute(text("drop table voter_known, people_found"))
    record(
        "sidalih:voter:import",
        f"voter_batch:{batch.id}",
        actor=actor,
        region=region,
        election_id=election.id,
        details={
            "source": source,
            "sha256": file.sha256,
            "people": people,
            "conflicts": conflicts,
            **{
                name: getattr(batch, name)
                for name in ("received", "accepted", "rejected", "duplicate", "changed", "doubtful")
            },
        },
    )
    publish(VotersImported(actor=actor, election_id=election.id, batch_id=batch.id, region=region))
    return batch


def _require_whole_nation() -> None:
    """A person may live anywhere: under a narrower second lock the same person would be made twice."""
    if db.session.scalar(text("select coalesce(current_setting('app.scope', true), '')")) not in ("", "*"):
        raise RuntimeError("voters are imported by a job or a command, which see the whole nation")


def _lock_rolls(election: Election, regions: list[str]) -> None:
    """Begin the rolls that are not there, and hold all of them until the end of the transaction."""
    db.session.execute(
        text(
            "insert into voter_roll (election_id, region)"
            " select :e, unnest(cast(:regions as text[])) on conflict do nothing"
        ),
        {"e": election.id, "regions": regions},
    )
    rows = db.session.execute(
        text(
            "select r.region, r.state, coalesce(a.name, r.region) from voter_roll r"
            " left join region a on a.map_id = :map and a.code = r.region"
            " where r.election_id = :e and r.region = any(:regions) order by 1 for update of r"
        ),
        {"e": election.id, "map": election.map_id, "regions": regions},
    ).all()
    for code, state, name in rows:
        refuse_closed(election, code, state, name)


def _listed(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in PLAIN)


def _compare_envelopes(staging: Staging) -> None:
    """Rows whose columns agree may differ in what is sealed: family card, birth date, disability."""
    sealer = Sealer("voter")
    for rows in _batches(
        "select k.row_number, v.id, v.sealed, s.mark from voter_known k"
        f" join {staging.table} s on s.row_number = k.row_number"
        " join voter v on v.id = k.id and v.province = k.province"
        " where not k.changed and k.row_number > :after order by k.row_number limit :size"
    ):
        differing = [number for number, key, sealed, now in rows if _mark(sealer, key, sealed) != bytes(now)]
        if differing:
            db.session.execute(
                text("update voter_known set changed = true where row_number = any(:rows)"),
                {"rows": differing},
            )


def _mark(sealer: Sealer, key: int, sealed: bytes) -> bytes:
    held = sealer.unseal_fields(key, bytes(sealed))
    return mark(held.get("nkk"), held["birth_date"], held.get("disability"))


def _bind_envelopes(staging: Staging) -> None:
    """The envelope of a changed voter was made for a new row; make it anew for the row that is there."""
    sealer = Sealer("voter")
    for rows in _batches(
        "select k.row_number, k.id, s.voter_id, s.sealed from voter_known k"
        f" join {staging.table} s on s.row_number = k.row_number"
        " where k.changed and k.row_number > :after order by k.row_number limit :size"
    ):
        made = [(sealer.seal(key, sealer.unseal(new, bytes(sealed))), row) for row, key, new, sealed in rows]
        with staging.raw.cursor() as cursor:
            cursor.executemany(f"update {staging.table} set sealed = %s where row_number = %s", made)


def _batches(sql: str) -> Iterator[list[Any]]:
    """The rows of a query that takes ``:after`` and ``:size`` and begins with the row number."""
    after = 0
    while rows := list(db.session.execute(text(sql), {"after": after, "size": BATCH}).all()):
        yield rows
        after = rows[-1][0]


def _open_batch(
    election: Election,
    region: str,
    source: str,
    file: FileFacts,
    villages: dict[str, tuple[int, int]],
    counts: Iterable[Any],
    actor: Actor,
) -> VoterBatch:
    """The batch with its balance, in all and by village; a CHECK of the database demands that it holds."""
    counted = {row.village_code: row for row in counts}
    balances = []
    for code, (received, rejected) in sorted(villages.items()):
        found = counted.pop(code, None)
        added, changed, duplicate, doubtful = found[1:] if found else (0, 0, 0, 0)
        balances.append(
            {
                "village_code": code,
                "received": received,
                "accepted": added + changed,
                "rejected": rejected,
                "duplicate": duplicate,
                "changed": changed,
                "doubtful": doubtful,
            }
        )
    if counted:
        raise RuntimeError(f"rows of villages that the check did not see: {sorted(counted)[:5]}")
    numbers = ("received", "accepted", "rejected", "duplicate", "changed", "doubtful")
    totals = {name: sum(int(b[name]) for b in balances) for name in numbers}
    if not totals["received"] - totals["rejected"]:
        raise Refused(_("Tidak ada satu baris pun yang sahih."), hint=_("Perbaiki lewat lembar kesalahan."))
    batch = VoterBatch(
        election_id=election.id,
        region=region,
        source=source,
        file_id=file.file_id,
        file_name=file.name,
        file_sha256=file.sha256,
        created_by=actor.account_id,
        actor=actor.name,
        **totals,
    )
    db.session.add(batch)
    db.session.flush()
    db.session.add_all(VoterBatchVillage(batch_id=batch.id, **balance) for balance in balances)
    db.session.flush()
    return batch
