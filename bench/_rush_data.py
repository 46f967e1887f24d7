"""What the rush of the last hour finds: complete parties with their people, an open stage, KPU's office."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bench._figures import emit, timed

STAGE = "pendaftaran_parpol"
RAW = hashlib.sha256(b"rush").hexdigest()
#: What the law of this run asks for: few members; below the nation one area of each level.
FEW = {"anggota_min_abs": "1"}
NARROW = FEW | dict.fromkeys(("min_pct_provinsi", "min_pct_kabko", "min_pct_kecamatan"), "1/1000")


@dataclass
class Party:
    """A party: its pages, the kab/kota where its people work, a session for each of them."""

    id: int
    base: str
    areas: list[str]
    cookies: list[str] = field(default_factory=list)
    serial: Any = field(default_factory=lambda: itertools.count(1))

    def officer(self, area: str) -> dict[str, str]:
        """A new member of a board, whom no other is like."""
        n = self.id * 1000 + next(self.serial)
        born = dt.date(1950, 1, 1) + dt.timedelta(days=n % 18_000)
        return {
            "office": "anggota",
            "name": f"Pengurus Uji {n}",
            "nik": f"{area}01{born:%d%m%y}{7001 + n % 2999}",
            "birth_date": born.isoformat(),
            "sex": "L",
            "compared": "y",
        }


class Made(NamedTuple):
    """All that a run needs. ``late`` are parties that wait for the end of the stage."""

    parties: list[Party]
    late: list[Party]
    office: str
    token: Callable[[], str]
    close_at: Callable[[dt.datetime], None]


class Found(NamedTuple):
    """What the database holds after the run."""

    submissions: int
    too_late: int
    receipts: set[str]


def prepare(app: Any, parties: int, people: int, members: int, root: str, late: int) -> Made:
    """Make them, and commit; the regions and the election are there. ``people`` are of the early parties."""
    from itsdangerous import URLSafeTimedSerializer
    from sqlalchemy import select

    from electsys.db import as_owner, db
    from electsys.elections.models import Stage
    from electsys.elections.queries import by_code
    from electsys.identity.operations import seed_roles
    from electsys.ledger import Actor

    actor = Actor.system("bench")
    seed_roles(actor=actor)
    election = by_code("pemilu-2024")
    assert election is not None
    stage = db.session.scalars(
        select(Stage).where(Stage.election_id == election.id, Stage.code == STAGE)
    ).one()
    now = dt.datetime.now(dt.UTC)
    stage.opens_at, stage.closes_at = now - dt.timedelta(days=1), now + dt.timedelta(days=1)
    _lower(election.id, NARROW if root else FEW)
    db.session.commit()
    made: list[Party] = []
    seconds = timed(lambda: made.extend(_parties(app, election, parties, members, root, actor)))
    emit("rush", "parties_made", seconds, "s")
    for n in range(people):
        party = made[n % (parties - late)]
        party.cookies.append(_person(app, f"penghubung.{n}", "admin_parpol_pusat", party.id, actor))
    for party in made[parties - late :]:
        party.cookies.append(
            _person(app, f"penghubung.akhir.{party.id}", "admin_parpol_pusat", party.id, actor)
        )
    office = _person(app, "kpu", "operator_kpu_ri", None, actor)
    db.session.commit()
    with as_owner("bench: statistics after loading") as owner:
        owner.connection().exec_driver_sql("analyze")
    serializer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")

    def close_at(moment: dt.datetime) -> None:
        db.session.get_one(Stage, stage.id).closes_at = moment
        db.session.commit()

    return Made(
        made[: parties - late], made[parties - late :], office, lambda: serializer.dumps(RAW), close_at
    )


def _lower(election_id: int, values: dict[str, str]) -> None:
    from sqlalchemy import select

    from electsys.db import db
    from electsys.elections.models import LegalSetting

    for key, value in values.items():
        row = db.session.scalars(
            select(LegalSetting)
            .where(LegalSetting.election_id == election_id, LegalSetting.key == key)
            .order_by(LegalSetting.version.desc())
            .limit(1)
        ).one()
        kept = {c: getattr(row, c) for c in ("election_id", "key", "topic", "label", "kind", "choices")}
        db.session.add(
            LegalSetting(
                **kept,
                version=row.version + 1,
                value=value,
                regulation=row.regulation,
                reason="a small run",
                created_by="bench",
            )
        )


def _parties(app: Any, election: Any, count: int, members: int, root: str, actor: Any) -> list[Party]:
    from electsys.db import db
    from electsys.documents import store_file
    from modules.sipol.models import Party as PartyRow
    from modules.sipol.models import PartyRegistration
    from modules.sipol.synthetic.registration import fill_members, fill_registration, map_areas

    paper = store_file(io.BytesIO(b"kolom\n1\n"), name="sk.csv", kind="table", actor=actor).id
    areas = [c for c in map_areas(election.id) if c.startswith(root) or root.startswith(c)]
    districts = [code for code in areas if len(code) == 4]
    made = []
    for n in range(1, count + 1):
        party = PartyRow(
            kind="nasional",
            name=f"Partai Ramai {n}",
            short_name=f"PR{n}",
            decree_number="M.HH-1",
            gazette_number="1/2022",
            logo_id=paper,
        )
        row = PartyRegistration(party=party, election_id=election.id, state="input")
        db.session.add(row)
        db.session.flush()
        fill_registration(row, areas, seed=n, file_id=paper)
        row = db.session.get_one(PartyRegistration, row.id)
        fill_members(row, members, root=root)
        db.session.commit()
        made.append(
            Party(row.party_id, f"/partai/{election.code}/{row.party_id}", districts[n:] + districts[:n])
        )
    return made


def _person(app: Any, name: str, role: str, party: int | None, actor: Any) -> str:
    """An account with a role and a session; its cookie."""
    from sqlalchemy import select

    from bench.uploads import _cookie
    from electsys.db import db
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account

    account = create_account(
        name, name=name, email=f"{name}@bench.invalid", password=None, actor=actor, must_change=False
    )
    held = db.session.scalars(select(Role).where(Role.name == role)).one()
    db.session.add(
        Grant(account_id=account.id, role_id=held.id, region="", party_id=party, given_by=actor.name)
    )
    return str(_cookie(app, account, RAW))


def submitted() -> Found:
    """Count what is there."""
    from sqlalchemy import select

    from electsys.db import db
    from electsys.documents.models import StoredFile
    from electsys.elections.models import Stage
    from modules.sipol.models import PartyDocument, PartySubmission

    db.session.rollback()
    sent = db.session.scalars(select(PartySubmission.submitted_at)).all()
    closes = db.session.scalars(select(Stage.closes_at).where(Stage.code == STAGE)).first()
    files = db.session.scalars(
        select(StoredFile).join(PartyDocument, PartyDocument.file_id == StoredFile.id).distinct()
    )
    return Found(
        len(sent),
        sum(moment >= closes for moment in sent if closes is not None),
        {file.receipt for file in files},
    )
