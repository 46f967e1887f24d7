"""The demo's rehearsal of a regional election: one kecamatan, a single pair against the blank column."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from electsys.db import db
from electsys.demo import ELECTION, Demo, step
from electsys.elections import calendar
from electsys.elections.models import Ballot, BallotLine, Contest, Election
from electsys.elections.operations import set_times
from electsys.elections.participants import admit_pair
from electsys.elections.queries import by_code
from electsys.elections.seed import DEMO_OPEN
from electsys.elections.setup import add_contest, create_election
from electsys.identity import actor_named
from modules.situng.demo import clean_form, tps_codes
from modules.situng.imports import stage_results
from modules.situng.operations.batches import FileFacts, apply_batch, confirm_batch, load_batch, open_batch
from modules.situng.operations.totals import fold_totals, open_count
from modules.situng.queries.contests import contest_count

CODE, REGION, DISTRICT = "peragaan-pilkada", "1201", "120101"
NAME = "Peragaan Pilkada Tapanuli Tengah"
#: Before the election of the demo, so that public pages still begin with that one.
VOTING_DAY = dt.date(2020, 12, 9)


@step("situng-pilkada")
def demo_heads(demo: Demo) -> None:
    """The election with its TPS, ballot and counted forms."""
    source = by_code(ELECTION)
    if source is None or by_code(CODE) is not None or not demo.prefix.startswith(REGION[:2]):
        return
    election = create_election(
        CODE, name=NAME, kind="pilkada", voting_day=VOTING_DAY, source=source, actor=demo.actor
    )
    db.session.flush()
    for stage in ("penghitungan", "rekapitulasi", "penetapan_kursi"):
        set_times(
            calendar.stage(election.id, stage), *DEMO_OPEN, reason="Peragaan dibuka terus", actor=demo.actor
        )
    contest = add_contest(
        election, kind="bupati_walikota", name="Bupati Tapanuli Tengah", region=REGION, actor=demo.actor
    )
    db.session.flush()
    _stations(election, source)
    _ballot(contest, demo)
    open_count(contest, actor=demo.actor)
    db.session.commit()
    rows = _results(contest)
    demo.say(f"{NAME}: satu pasangan melawan kolom kosong, {rows} TPS dihitung.")


def _stations(election: Election, source: Election) -> None:
    """The TPS of one kecamatan, as in the election of the demo."""
    db.session.execute(
        text(
            "insert into tps (election_id, province, code, village_code, kind, number, name, state)"
            " select :new, province, code, village_code, kind, number, name, 'aktif' from tps"
            " where election_id = :old and state = 'aktif' and code ^@ :district"
        ),
        {"new": election.id, "old": source.id, "district": DISTRICT},
    )


def _ballot(contest: Contest, demo: Demo) -> None:
    ballot = Ballot(contest_id=contest.id, source="peragaan")
    db.session.add(ballot)
    db.session.flush()
    for number, (name, blank) in enumerate(
        (("Pasangan Calon Tunggal", False), ("Kolom kosong yang tidak bergambar", True)), 1
    ):
        who = admit_pair(contest, region="", number=number, name=name, blank=blank, actor=demo.actor)
        line = BallotLine(ballot_id=ballot.id, position=number, participant_id=who.id, name=who.name)
        db.session.add(line)
    db.session.flush()


def _results(contest: Contest) -> int:
    """Every form, clean, brought by one person and confirmed by another."""
    count = contest_count(contest.id)
    bringer, confirmer = actor_named("operator.1201"), actor_named("anggota.1201")
    codes = list(tps_codes(count.election_id, DISTRICT))
    with TemporaryDirectory(prefix="demo-") as folder:
        path = Path(folder) / "hasil-pilkada.csv"
        forms = [{"kode_tps": code} | clean_form(count, code) for code in codes]
        path.write_text(
            "\n".join([",".join(forms[0]), *(",".join(str(v) for v in form.values()) for form in forms)])
        )
        stage_results(count, path, region=REGION)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    batch = open_batch(contest, file=FileFacts(path.name, digest), region=REGION, actor=bringer)
    load_batch(batch, actor=bringer)
    db.session.commit()
    confirm_batch(batch, actor=confirmer)
    db.session.commit()
    apply_batch(batch)
    fold_totals(contest.id)
    return len(codes)
