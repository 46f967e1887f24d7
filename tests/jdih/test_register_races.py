"""Two at once, committed, on a database of their own: one number, no circle, versions in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from electsys.db import db
from electsys.errors import Refused
from modules.jdih.models import LawDocument, LawRelation, LawVersion
from modules.jdih.operations import register, relations
from modules.jdih.queries import register as queries
from modules.jdih.rules.relations import CHANGING, path
from tests.jdih.registering import SYSTEM, draft, published

TOGETHER = 6


@pytest.fixture
def race(own_app):
    """Run functions at the same moment, each in a transaction of its own; what each gave or refused."""

    def run(*functions):
        start = Barrier(len(functions))

        def one(function):
            with own_app.app_context():
                start.wait()
                try:
                    given = function()
                    db.session.commit()
                    return given
                except Refused as refusal:
                    db.session.rollback()
                    return refusal
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(len(functions)) as pool:
            return list(pool.map(one, functions))

    return run


def test_one_number_for_many_who_want_it(own_app, race):
    def take():
        return draft("pkpu", number="77").id

    given = race(*[take] * TOGETHER)
    won = [g for g in given if isinstance(g, int)]
    lost = [g for g in given if isinstance(g, Refused)]
    assert (len(won), len(lost)) == (1, TOGETHER - 1)
    assert {refusal.existing for refusal in lost} == set(won)
    assert db.session.scalar(select(func.count()).select_from(LawDocument)) == 1


def test_the_halves_of_a_circle_do_not_pass_each_other(own_app, race):
    ids = [published("pkpu", year=2020).id for _ in range(4)]
    db.session.commit()

    def half(source, target):
        def act():
            documents = [db.session.get_one(LawDocument, id) for id in (source, target)]
            relations.relate(documents[0], "mencabut", documents[1], actor=SYSTEM)

        return act

    given = race(*[half(ids[n], ids[(n + 1) % 4]) for n in range(4)])
    assert sum(isinstance(g, Refused) for g in given) == 1
    held = queries.all_relations()
    assert len(held) == db.session.scalar(select(func.count()).select_from(LawRelation)) == 3
    assert not any(path(r.target, r.source, [h for h in held if h.kind in CHANGING]) for r in held)
    for document in db.session.scalars(select(LawDocument)):
        revoked = any(r.target == document.id for r in held)
        assert document.legal_status == ("dicabut" if revoked else "berlaku")


def test_edits_become_versions_one_after_the_other(own_app, race):
    law = draft("pkpu")
    law_id = law.id
    db.session.commit()

    def edit(n):
        def act():
            document = db.session.get_one(LawDocument, law_id)
            register.edit_document(document, {"source": f"BN {n}"}, reason=f"edit {n}", actor=SYSTEM)

        return act

    given = race(*[edit(n) for n in range(TOGETHER)])
    assert not [g for g in given if isinstance(g, Refused)]
    versions = db.session.scalars(
        select(LawVersion.version).where(LawVersion.document_id == law_id).order_by(LawVersion.version)
    ).all()
    assert versions == list(range(1, TOGETHER + 2))
