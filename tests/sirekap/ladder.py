"""Builds the small election that the tests of the recap share, and sums it independently."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, text

from electsys.documents import store_file
from electsys.elections.models import Ballot, BallotLine, Contest, Election, Participant
from electsys.ledger import Actor
from modules.sirekap.models import Recap
from modules.sirekap.operations.ladder import prepare_ladder
from modules.sirekap.operations.recaps import close_recap, lock_recap, open_recap, read_unit
from modules.sirekap.queries.recaps import readings
from modules.situng.demo import simulate
from modules.situng.layouts import form_model
from modules.situng.models import ResultBatch
from modules.situng.rules import Limits, judge

KINDS = ("ppwp", "dpr", "dpd", "dprd_prov", "dprd_kabko")
PPLN = "9901"
NAMES = form_model().names
LIMITS = Limits(300, 1, 50)
#: Candidates of a list, beside the line of the party.
LIST = 2
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


@dataclass
class World:
    """Everything that a test asks for."""

    session: Any
    election: Election
    contests: dict[str, Contest]
    kecamatan: list[str]
    stations: list[str]
    people: dict[str, tuple[Actor, Actor]]
    accounts: dict[str, tuple[Any, Any]]
    #: (kind, TPS) -> (cells, votes), as accepted.
    forms: dict[tuple[str, str], tuple[list[int], list[int]]] = field(default_factory=dict)

    def recap(self, kind: str, region: str, dapil_id: int | None = None) -> Recap:
        """The D.Hasil of a contest and region (the first, where dapil split it)."""
        statement = select(Recap).where(Recap.contest_id == self.contests[kind].id, Recap.region == region)
        if dapil_id is not None:
            statement = statement.where(Recap.dapil_id == dapil_id)
        return self.session.scalars(statement.order_by(Recap.id)).first()

    def units(self, kind: str, tier: str) -> list[Recap]:
        """Every D.Hasil of a tier."""
        return list(
            self.session.scalars(
                select(Recap)
                .where(Recap.contest_id == self.contests[kind].id, Recap.tier == tier)
                .order_by(Recap.region, Recap.dapil_id)
            )
        )

    def finish(self, recap: Recap) -> Recap:
        """Open, read, close and lock a D.Hasil by the people of its body."""
        first, second = self.people[recap.region]
        if recap.state == "belum":
            open_recap(recap, actor=first)
        for unit, reading in readings(recap).items():
            if reading.read_at is None:
                read_unit(recap, unit, actor=first)
        close_recap(recap, actor=first)
        lock_recap(recap, actor=second)
        return recap

    def expected(self, kind: str, inside: Any) -> tuple[list[int], list[int]]:
        """The sums of the forms whose TPS code ``inside`` accepts: in plain Python."""
        cells, votes = [0] * len(NAMES), None
        for (each, code), (form, line) in self.forms.items():
            if each != kind or not inside(code):
                continue
            cells = [a + b for a, b in zip(cells, form, strict=True)]
            votes = line if votes is None else [a + b for a, b in zip(votes, line, strict=True)]
        return cells, list(votes or [])

    def file(self, name: str = "bukti.png") -> Any:
        """A stored photo."""
        return store_file(
            io.BytesIO(PNG), name=name, kind="evidence", actor=Actor.system("uji"), origin="sistem"
        )


def build(session, make_account, *, accept=None) -> World:
    """``accept`` says of (kind, TPS) whether its form was accepted; by default all were."""
    election = _election(session)
    contests = {}
    for kind in KINDS:
        contests[kind] = Contest(election_id=election.id, kind=kind, name=kind.upper())
        session.add(contests[kind])
    session.flush()
    kecamatan = ["120101", "120102", "120201"]
    stations = _stations(session, election, kecamatan)
    ballots = _ballots(session, election, contests)
    people, accounts = {}, {}
    for region, role in (
        *((k, "ppk") for k in kecamatan),
        *(("1201", "anggota_kpu_kabko"), ("1202", "anggota_kpu_kabko")),
        *(("12", "anggota_kpu_prov"), ("", "anggota_kpu_ri"), (PPLN, "ppln")),
    ):
        pair = make_account(role=role, region=region), make_account(role=role, region=region)
        accounts[region] = pair
        people[region] = tuple(Actor(a.id, a.username) for a in pair)
    made = World(session, election, contests, kecamatan, stations, people, accounts)
    for kind, contest in contests.items():
        _accept(made, kind, contest, ballots[kind], accept or (lambda *_: True))
        prepare_ladder(contest, actor=Actor.system("uji"))
    session.flush()
    return made


def _election(session) -> Election:
    source = session.scalars(select(Election).where(Election.code == "pemilu-2024")).one()
    election = Election(
        code="uji-rekap", name="Uji Rekap", kind="pemilu", voting_day=source.voting_day, map_id=source.map_id
    )
    session.add(election)
    session.flush()
    for table, columns in (
        (
            "legal_setting",
            "key, version, topic, label, kind, value, choices, regulation, to_confirm, reason, created_by",
        ),
        ("stage", "code, name, position, opens_at, closes_at, clock, regulation, to_confirm"),
    ):
        session.execute(
            text(
                f"insert into {table} (election_id, {columns}) select :new, {columns} from {table}"
                " where election_id = :old"
            ),
            {"new": election.id, "old": source.id},
        )
    open_stage(session, election)
    return election


def open_stage(session, election, until=dt.datetime(2100, 1, 1, tzinfo=dt.UTC)) -> None:
    """Let the stages of counting and recap be open now."""
    session.execute(
        text(
            "update stage set opens_at = '2020-01-01', closes_at = :until"
            " where election_id = :id and code in ('rekapitulasi', 'penghitungan')"
        ),
        {"id": election.id, "until": until},
    )


def _stations(session, election, kecamatan) -> list[str]:
    codes = []
    for district in kecamatan:
        villages = session.scalars(
            text(
                "select code from region where map_id = :map and parent_code = :parent order by code limit 2"
            ),
            {"map": election.map_id, "parent": district},
        ).all()
        codes += [(f"{village}{n:03d}", "reguler") for village in villages for n in (1, 2)]
    codes += [(f"{PPLN}010001001", "tpsln"), (f"{PPLN}010001002", "pos")]
    session.execute(
        text(
            "insert into tps (election_id, province, code, village_code, kind, number, name, state)"
            " values (:e, left(:c, 2), :c, left(:c, 10), :k, :n, :name, 'aktif')"
        ),
        [{"e": election.id, "c": c, "k": k, "n": int(c[10:]), "name": f"TPS {c[10:]}"} for c, k in codes],
    )
    return [code for code, _kind in codes]


def _ballots(session, election, contests) -> dict[str, dict[int | None, int]]:
    """Contest -> dapil -> ballot: three pairs; two parties with two candidates each; three persons."""
    found: dict[str, dict[int | None, int]] = {}
    for kind, contest in contests.items():
        if kind == "ppwp":
            found[kind] = {None: _pairs(session, contest, None, "pasangan")}
            continue
        dapil = session.execute(
            text(
                "select distinct d.id, d.body_code from dapil d join dapil_village m on m.dapil_id = d.id"
                " join tps t on t.village_code = m.village_code"
                " where t.election_id = :e and d.map_id = :map and d.chamber = :kind order by 1"
            ),
            {"e": election.id, "map": election.map_id, "kind": kind},
        ).all()
        parties = _parties(session, contest) if kind != "dpd" else []
        found[kind] = {
            d.id: _pairs(session, contest, d.id, "perseorangan", d.body_code)
            if kind == "dpd"
            else _lists(session, contest, d.id, parties)
            for d in dapil
        }
    return found


def _pairs(session, contest, dapil, kind, region="") -> int:
    ballot = Ballot(contest_id=contest.id, dapil_id=dapil, source="uji")
    session.add(ballot)
    session.flush()
    for n in (1, 2, 3):
        who = Participant(
            contest_id=contest.id,
            number=n,
            kind=kind,
            name=f"Peserta {n}",
            short_name=f"P{n}",
            region_code=region if kind == "perseorangan" else "",
        )
        session.add(who)
        session.flush()
        session.add(BallotLine(ballot_id=ballot.id, position=n, participant_id=who.id, name=who.name))
    session.flush()
    return ballot.id


def _parties(session, contest) -> list[Participant]:
    made = [
        Participant(
            contest_id=contest.id,
            number=n,
            kind="partai",
            name=f"Partai {n}",
            short_name=f"PT{n}",
            party_id=n,
        )
        for n in (1, 2)
    ]
    session.add_all(made)
    session.flush()
    return made


def _lists(session, contest, dapil, parties) -> int:
    ballot = Ballot(contest_id=contest.id, dapil_id=dapil, source="uji")
    session.add(ballot)
    session.flush()
    position = 0
    for who in parties:
        for number in (None, *range(1, LIST + 1)):
            position += 1
            session.add(
                BallotLine(
                    ballot_id=ballot.id,
                    position=position,
                    participant_id=who.id,
                    candidate_number=number,
                    name=who.name if number is None else f"Calon {number} {who.short_name}",
                )
            )
    session.flush()
    return ballot.id


def clean_form(code: str, width: int, seed: int) -> tuple[list[int], list[int]]:
    """A form that breaks no rule, from its seed."""
    for more in range(50):
        drawn = simulate(code, width, seed + more)
        cells, votes = [drawn.get(n) for n in NAMES], [drawn.get(f"v{i}") for i in range(width)]
        if None in cells or None in votes:
            continue
        if not judge(dict(zip(NAMES, cells, strict=True)), votes, LIMITS)[0]:
            return cells, votes
    raise AssertionError("no clean form")


def _accept(world, kind, contest, ballots, accept) -> None:
    session = world.session
    maker = session.scalar(text("select min(id) from account"))
    for dapil, ballot in ballots.items():
        width = session.scalar(text("select count(*) from ballot_line where ballot_id = :b"), {"b": ballot})
        inside = session.scalars(
            text(
                "select code from tps t where election_id = :e and (cast(:d as integer) is null or exists"
                " (select from dapil_village m where m.dapil_id = :d and m.village_code = t.village_code))"
                " order by 1"
            ),
            {"e": world.election.id, "d": dapil},
        ).all()
        batch = ResultBatch(
            contest_id=contest.id,
            ballot_id=ballot,
            form_model="c_hasil_2024",
            source="impor",
            state="menunggu",
            counts={},
            created_by=maker,
        )
        session.add(batch)
        session.flush()
        wanted = []
        for code in inside:
            seed = random.Random(f"{kind}{code}").randrange(10**6)
            world.forms[kind, code] = cells, votes = clean_form(code, width, seed)
            if accept(kind, code):
                wanted.append((code, cells, votes))
        put_forms(session, contest.id, batch.id, wanted)


def put_forms(session, contest_id, batch_id, forms) -> None:
    """New accepted versions of forms (code, cells, votes), as Situng would leave them."""
    session.execute(
        text(
            """
            with written as (
                insert into result_version (province, contest_id, tps_code, batch_id, vote_kind, cells, votes,
                                            complete, faults, warnings)
                select left(f->>0, 2), :contest, f->>0, :batch, 'Reguler',
                       array(select jsonb_array_elements_text(f->1)::int),
                       array(select jsonb_array_elements_text(f->2)::int), true, '{}', '{}'
                from jsonb_array_elements(cast(:forms as jsonb)) as f
                returning province, tps_code, id)
            insert into result_form (province, contest_id, tps_code, state, latest_id, accepted_id)
            select province, :contest, tps_code, 'diterima', id, id from written
            on conflict (province, contest_id, tps_code) do update
            set latest_id = excluded.latest_id, accepted_id = excluded.accepted_id, state = 'diterima'
            """
        ),
        {"contest": contest_id, "batch": batch_id, "forms": json.dumps(forms)},
    )


def batch_of(session, contest_id) -> int:
    """Some batch of a contest."""
    return session.scalar(text("select min(id) from result_batch where contest_id = :c"), {"c": contest_id})


def as_json(value: Any) -> Any:
    """Through JSON and back."""
    return json.loads(json.dumps(value))
