"""A stolen account walks every route that it may open, as often as it can: how many numbers does it take?

NA-22: at most 500 rows with a full NIK in 24 hours by any route, and the alarm stands. An admin of the system
reads none at all. The test knows the numbers: a page that shows one is found out whatever it calls it.

Here the budget is a twenty-fifth of the house's own: 20 rows a day in place of 500, 8 a minute in place of
50, over 30 voters; ``dev.py bench leak`` sends the same thief (bench/_thief.py) against the full 500.
"""

from __future__ import annotations

import io
import zipfile
from functools import partial

import pytest
import sqlalchemy as sa

from bench._thief import Clock, Thief, own_values, plain
from config import load
from electsys.ledger import Act
from electsys.notices import Notice
from electsys.privacy import operations as budget
from electsys.privacy.models import Disclosure
from modules.sidalih.claims import claims_of
from modules.sidalih.models import Quarter, Voter, VoterList, VoterRoll
from tests.route_examples import EXAMPLES, World
from tests.server import cloned
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE
from tests.sidalih.copying import freeze, some_voters

#: The share of the house's own budget with which the thief is sent out.
SHARE = 25
#: Voters whose numbers lie there to be taken; the budget is set below them.
VOTERS, DAILY, MINUTE = 30, 500 // SHARE, 8
#: Routes that the thief cannot open, and why that hides no number: none.
UNOPENED: dict[str, str] = {
    "silon.candidate_response": "a final list of an example before has closed the window for responses;"
    " tests/silon/test_responses_candidates.py opens the page and looks for numbers",
}


@pytest.fixture
def app(worker_id):
    """An app whose transactions are real: an alarm must outlive the refused request that rang it."""
    from electsys import create_app
    from electsys.db import db
    from electsys.responses import hot

    with cloned(f"thief_{worker_id}") as url:
        made = create_app(DATABASE_URL=url)
        yield made
        with made.app_context():
            hot.close()
            db.engine.dispose()


@pytest.fixture
def session(app):
    """The test's own session beside those of the requests."""
    from electsys.db import db

    with app.app_context():
        yield db.session
        db.session.remove()


@pytest.fixture
def clock(monkeypatch, app):
    monkeypatch.setitem(app.config, "PRIVACY_DAILY_ROWS", DAILY)
    monkeypatch.setitem(app.config, "PRIVACY_MINUTE_ROWS", MINUTE)
    clock = Clock()
    monkeypatch.setattr(budget, "now", clock.now)
    return clock


@pytest.fixture
def loot(session, roll):
    """Voters of two villages, frozen in a DPT; number -> voter."""
    voters = some_voters(session, VOTERS, tps=("001", "002"))
    freeze(session, voters)
    session.add(Quarter(roll_id=roll.id, year=2024, number=4, opening=0, closing=0, state="ditutup"))
    session.commit()
    return {claims_of(voter).nik: voter for voter in voters}


class Burglar(Thief):
    """A thief who opens a route with what lies in the loot, else with the route's example."""

    def __init__(self, app, client, loot, enter=lambda: None):
        super().__init__(app, partial(client.open, check=False), loot, enter)
        #: Routes that could not be opened, and why.
        self.shut: dict[str, str] = {}

    def go(self, session, account, make_account):
        """Walk; no route may be left unopened but those that are named, with their reason."""
        roll = session.scalar(sa.select(VoterRoll.id).where(VoterRoll.region == "1201"))
        voter = next(iter(self.loot.values()))
        known = {
            "roll_id": [roll],
            "voter_id": [voter.id],
            "code": [VILLAGE, OTHER_VILLAGE, "1201", "120101", VILLAGE + "001"],
            "village": [VILLAGE],
            "election": ["pemilu-2024"],
            "stage": ["dpt"],
            "list_id": [session.scalar(sa.select(sa.func.max(VoterList.id)))],
            "tps_code": [VILLAGE + "001"],
            "quarter_id": [session.scalar(sa.select(sa.func.min(Quarter.id)))],
            "table": ["voter"],
            "row": [voter.id],
        }

        def values(rule):
            own = own_values(rule, known)
            if own is not None:
                return own
            if rule.endpoint not in EXAMPLES:
                self.shut[rule.endpoint] = "no example"
                return []
            try:
                # Examples of quarters are all of the first of 2025: the one before makes room.
                session.execute(sa.update(Quarter).where(Quarter.year == 2025).values(year=2050 + Quarter.id))
                # So do lists of candidates and what was said of them: a plenary waits for nobody of before.
                session.execute(sa.text("update nomination set state = 'ditarik'"))
                session.execute(
                    sa.text("update public_response set subject = null where kind = 'tanggapan_dcs'")
                )
                found = EXAMPLES[rule.endpoint].build(World(session, account, make_account))[0]
                session.commit()
            except Exception as problem:
                session.rollback()
                self.shut[rule.endpoint] = f"{type(problem).__name__}: {problem}"[:200]
                return []
            return [found]

        self.walk(account, values)
        unknown = {endpoint: why for endpoint, why in self.shut.items() if endpoint not in UNOPENED}
        assert not unknown, f"the thief was kept from routes by their examples: {unknown}"


@pytest.fixture
def overseer(make_account):
    return make_account("bawaslu_n")


def test_a_stolen_operator_takes_no_more_than_a_25th_of_the_budget_and_the_alarm_rings(
    app, session, client, login, make_account, loot, clock, overseer
):
    """Budget of the test: 20 rows a day, 1/25 of the house's 500 (bench leak runs the 500)."""
    assert load({"ELECTSYS_TESTING": "1"})["PRIVACY_DAILY_ROWS"] == SHARE * DAILY
    account = make_account("operator_kpu_kabko", region="1201")
    session.commit()
    thief = Burglar(app, client, loot, lambda: login(client, account))

    # 1. Every page and every download: masks at most, and none in a file.
    thief.go(session, account, make_account)
    assert thief.pages > 40
    assert thief.files > 5
    assert thief.seen == set()
    assert thief.masked_in_files == set()

    # 2. The one door: opening numbers row by row, of the voters and, beside them, of the same people.
    doors = [("voter", v.id) for v in loot.values()] + [("person", v.person_id) for v in loot.values()]
    refused = thief.reveal(doors, clock)
    assert len(thief.seen) <= DAILY
    assert len(thief.seen) >= DAILY // 2, "the walk never found the door"
    assert refused >= len(doors) - 2 * DAILY

    # 3. A search by number tells of numbers that one knows already; guesses tell nothing.
    roll = session.scalar(sa.select(VoterRoll.id).where(VoterRoll.region == "1201"))
    before = set(thief.seen)
    for guess in ("1201014107900001", "9912011705800001"):
        _answer, text = thief.look("POST", f"/pemilih/{roll}/nik", data={"nik": guess})
        assert guess not in text or "value" in text
    assert thief.seen == before

    # 4. Alone it gets no copy: the second person is missing.
    form = {"profile": "pengawas", "stage": "dpt", "region": VILLAGE, "purpose": "pengawasan"}
    people = {"recipient": "Bawaslu Uji", "person": "Pencuri Uji"}
    answer, _text = thief.look("POST", "/pemilih/salinan/minta", data=form | people)
    assert answer.status_code == 302
    copy = answer.location
    for step in ("setujui", "sandi", "unduh"):
        answer, _text = thief.look("POST", f"{copy}/{step}")
        assert answer.status_code >= 400
    assert not session.scalars(sa.select(Disclosure).where(Disclosure.kind == "export")).all()

    # 5. The alarm stands.
    session.expire_all()
    [alarm] = session.scalars(sa.select(Act).where(Act.verb == "privacy:budget:exceed")).all()
    assert alarm.account_id == account.id
    [line] = session.scalars(sa.select(Disclosure).where(Disclosure.kind == "refused")).all()
    assert line.account_id == account.id
    told = session.scalars(sa.select(Notice.account_id).where(Notice.kind == budget.ALARM)).all()
    assert overseer.id in told


@pytest.mark.parametrize(("role", "region"), [("superadmin_pusdatin", ""), ("admin_wilayah", "1201")])
def test_an_admin_reads_none_at_all(app, session, client, login, make_account, loot, clock, role, region):
    account = make_account(role, region=region)
    session.commit()
    thief = Burglar(app, client, loot, lambda: login(client, account))
    thief.go(session, account, make_account)
    assert thief.pages > 10
    for voter in list(loot.values())[:3]:
        for table, row in (("voter", voter.id), ("person", voter.person_id)):
            answer, _text = thief.look(
                "POST", f"/admin/privasi/buka/{table}/{row}", data={"reason": "Memeriksa sistem pusat"}
            )
            assert answer.status_code in (403, 404)
    assert thief.seen == set()
    assert thief.masked_in_files == set()


def test_an_admin_gives_itself_no_right_to_read(session, client, login, make_account, loot):
    from electsys.errors import Refused
    from electsys.identity.models import Role
    from electsys.identity.operations import give_grant
    from electsys.ledger import Actor

    account = make_account("superadmin_pusdatin")
    role = session.scalars(sa.select(Role).where(Role.name == "operator_kpu_ri")).one()
    with pytest.raises(Refused):
        give_grant(account, role, actor=Actor(account.id, account.username))


def test_the_thief_sees_what_a_page_would_show(app, client, loot):
    """The net of this file holds: a full number in any body is caught, in a workbook too."""
    thief = Burglar(app, client, loot)
    number = next(iter(loot))
    thief.take(f"<td>{number}</td>")
    assert thief.seen == {number}
    thief.take("1201014107900001")
    assert thief.seen == {number}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("xl/sheet1.xml", f"<c>{number}</c>")

    class Answer:
        def get_data(self):
            return packed.getvalue()

    assert number in plain(Answer())


def test_rows_of_other_regions_are_out_of_reach(session, make_account, loot):
    """Row security holds even where a query forgets its region."""
    from electsys.identity import grants

    account = make_account("operator_kpu_kabko", region="1202")
    reach = ",".join(grants.regions(account))
    session.execute(sa.text("select set_config('app.scope', :scope, true)"), {"scope": reach})
    try:
        assert session.scalar(sa.select(sa.func.count()).select_from(Voter)) == 0
    finally:
        session.execute(sa.text("select set_config('app.scope', '', true)"))
