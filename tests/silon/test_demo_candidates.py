"""The demo of Silon: two lists that a party still fills, one of them with work left to do."""

from __future__ import annotations

from sqlalchemy import func, select

from electsys.demo import Demo
from electsys.identity import seed_demo_accounts
from electsys.ledger import Actor
from modules.silon.checking import facts_of, law_of
from modules.silon.demo import demo_lists
from modules.silon.models import Candidate, Nomination
from modules.silon.queries import pairs
from modules.silon.queries.submissions import names_of
from modules.silon.rules.lists import judge_list
from modules.sipol.demo import demo_parties

ACTOR = Actor.system("demo")


def test_the_demo_is_made_once_and_leaves_work_to_do(session, election):
    seed_demo_accounts(actor=ACTOR)
    said = []
    demo = Demo("1201", 2024, ACTOR, said.append)
    demo_parties(demo)
    said.clear()
    demo_lists(demo)
    demo_lists(demo)
    assert said == ["2 daftar, satu calon DPD, dan satu pasangan simulasi: 14 nama sedang diisi."]
    lists = {row.contest.kind: row for row in session.scalars(select(Nomination))}
    assert {row.state for row in lists.values()} == {"persiapan"}
    law = law_of(election.id)
    found = {
        chamber: {f.code for f in judge_list(facts_of(row, names_of(row.id), law=law))}
        for chamber, row in lists.items()
        if row.kind == "daftar"
    }
    assert {"kuota_perempuan", "zipper"} <= found["dpr"]
    assert not {"kuota_perempuan", "zipper"} & found["dprd_kabko"]
    assert (lists["dpd"].kind, len(names_of(lists["dpd"].id))) == ("perseorangan", 1)
    judged = pairs.judge(lists["ppwp"])
    assert len(judged.parties) == 1 and not judged.backed  # the threshold of 2024 binds
    assert [(p.old_enough, p.excepted) for p in judged.persons] == [(True, False), (False, True)]
    assert "usia" not in judged.persons[1].candidate.flags


def test_a_demo_elsewhere_has_no_lists(session, election):
    demo_lists(Demo("31", 2024, ACTOR, lambda said: None))
    assert session.scalar(select(func.count()).select_from(Candidate)) == 0


def test_the_party_opens_its_list_in_the_demo(session, election, client, login):
    from electsys.identity.models import Account

    seed_demo_accounts(actor=ACTOR)
    demo = Demo("1201", 2024, ACTOR, lambda said: None)
    demo_parties(demo)
    demo_lists(demo)
    account = session.scalars(select(Account).where(Account.username == "partai.pusat")).one()
    login(client, account)
    row = session.scalars(select(Nomination).order_by(Nomination.id)).first()
    assert f"/calon/daftar/{row.id}" in client.get("/calon/").text
    page = client.get(f"/calon/daftar/{row.id}").text
    assert "Tambah calon" in page and "Periksa dan ajukan" in page
