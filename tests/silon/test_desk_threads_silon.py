"""Verifiers at the queue of candidates' documents, in transactions that really end.

No document lies on two desks, none is judged twice, and what stands on the document is the one verdict.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.verification.test_desk_threads import together

PEOPLE = 4


@pytest.fixture
def crowd(own_app) -> Any:
    """A list under verification with its documents queued, and verifiers of KPU RI, committed."""
    from electsys import identity, verification
    from electsys.db import db
    from electsys.elections.queries import by_code
    from electsys.elections.seed import seed_election
    from electsys.regions import loading
    from modules.silon.operations.judging import open_round
    from modules.silon.queries.judging import DOCUMENTS
    from tests.silon import conftest as make
    from tests.silon import staging
    from tests.silon.filing import complete, open_stage

    loading.load_map(actor=make.ACTOR)
    seed_election(actor=make.ACTOR)
    identity.seed_demo_accounts(actor=make.ACTOR)
    session = db.session
    row = make.nomination(session, "vermin")
    make.candidate(session, row)
    make.candidate(session, row)
    complete(session, row)
    open_stage(session, row)
    open_round(row, actor=make.ACTOR)
    people = [staging.member(session, "operator_kpu_ri").account_id for _ in range(PEOPLE)]
    election = by_code("pemilu-2024").id
    db.session.commit()
    return own_app, verification.find(DOCUMENTS), election, people, row.id


def test_a_crowd_clears_the_queue_of_silon_and_nothing_is_judged_twice(crowd):
    one_document_many_judges_one_verdict(crowd)
    the_rest_lies_on_one_desk_each(crowd)


def the_rest_lies_on_one_desk_each(crowd):
    from sqlalchemy import select

    from electsys.db import db
    from electsys.ledger import Actor
    from electsys.verification.models import VerificationEvent, VerificationItem
    from electsys.verification.operations.desk import decide, take_next
    from modules.silon.models import CandidateDocument

    app, queue, election, people, nomination = crowd
    seen: list[tuple[int, int]] = []

    def work(account: Any, _index: int) -> None:
        actor = Actor(account.id, account.username)
        while (item := take_next(queue, account, election_id=election)) is not None:
            db.session.commit()
            seen.append((item.id, account.id))
            decide(queue, item, "ms", actor=actor)
            db.session.commit()

    assert together(app, people, work) == []
    done = select(VerificationItem).where(VerificationItem.queue == queue.name)
    keys = [key for key, _who in seen]
    items = db.session.scalars(done.where(VerificationItem.id.in_(keys))).all()
    left = db.session.scalars(done.where(VerificationItem.state == "menunggu")).all()
    assert (len(seen), len(items), left) == (21, 21, [])
    assert set(Counter(key for key, _who in seen).values()) == {1}, "a document lay on two desks"
    events = db.session.scalars(
        select(VerificationEvent.item_id).where(VerificationEvent.item_id.in_([i.id for i in items]))
    ).all()
    assert sorted(events) == sorted(key for key, _who in seen)
    judges = dict(seen)
    by_subject = {item.subject: item for item in items}
    documents = db.session.scalars(
        select(CandidateDocument).where(
            CandidateDocument.nomination_id == nomination, CandidateDocument.candidate_id.is_not(None)
        )
    ).all()
    for document in documents:
        if f"candidate_document:{document.id}" not in by_subject:  # judged by the many before
            continue
        item = by_subject[f"candidate_document:{document.id}"]
        assert (document.state, document.decided_by) == ("ms", judges[item.id])


def one_document_many_judges_one_verdict(crowd):
    from sqlalchemy import select

    from electsys.db import db
    from electsys.errors import Refused
    from electsys.ledger import Actor
    from electsys.verification.models import VerificationEvent, VerificationItem
    from electsys.verification.operations.desk import decide
    from modules.silon.models import CandidateDocument

    app, queue, _election, people, _nomination = crowd
    key = db.session.scalars(
        select(VerificationItem.id).where(VerificationItem.queue == queue.name).limit(1)
    ).one()
    db.session.commit()
    refused: list[str] = []

    def work(account: Any, index: int) -> None:
        item = db.session.get_one(VerificationItem, key)
        try:
            decide(
                queue,
                item,
                ("ms", "bms")[index % 2],
                actor=Actor(account.id, account.username),
                reason="tidak_terbaca" if index % 2 else None,
            )
            db.session.commit()
        except Refused as problem:
            db.session.rollback()
            refused.append(problem.message)

    assert together(app, people, work) == []
    assert len(refused) == PEOPLE - 1
    item = db.session.get_one(VerificationItem, key)
    [event] = db.session.scalars(select(VerificationEvent).where(VerificationEvent.item_id == key)).all()
    document = db.session.get_one(CandidateDocument, int(item.subject.partition(":")[2]))
    assert event and document.state == item.state and document.decided_by == item.decided_by
