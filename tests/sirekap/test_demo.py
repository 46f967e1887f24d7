"""The demo's regional election: a determination to look at, and nothing twice."""

from __future__ import annotations

from sqlalchemy import select

from electsys import identity
from electsys.demo import Demo
from electsys.ledger import Actor
from modules.sirekap.determination_demo import CODE, demo_determination
from modules.sirekap.models import Determination
from modules.sirekap.queries.plenaries import newest_election
from modules.situng.demo_heads import demo_heads
from tests.pages import Html


def test_a_regional_election_from_its_forms_to_the_decision(session, client, tmp_path, app, monkeypatch):
    monkeypatch.setitem(app.config, "BOARDS", str(tmp_path))
    identity.seed_demo_accounts(actor=Actor.system("demo"))
    said = []
    demo = Demo("1201", 2024, Actor.system("demo"), said.append)
    for _again in range(2):
        demo_heads(demo)
        demo_determination(demo)
    assert len(said) == 2, said
    row = session.scalars(select(Determination)).one()
    assert row.state == "ditetapkan" and row.summary["decision"]["blank"] > 0
    page = client.get(f"/penetapan/pemilu/{CODE}")
    assert "Bupati Tapanuli Tengah" in page.text
    shown = client.get(f"/penetapan/{row.id}")
    assert Html(shown.text).text(Html(shown.text).one("h1")) == "Bupati Tapanuli Tengah"
    # It stands before the election of the demo: public pages still begin with the newest.
    assert newest_election().code == CODE  # the only one with a ladder here
    assert client.get("/penetapan/").location.endswith(CODE)
