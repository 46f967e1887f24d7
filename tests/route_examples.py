"""An object for each route that loads one: what the generated matrix of access (test_routes.py) asks for.

``@example("endpoint", ...)`` gives a function of a :class:`World`; it returns the arguments of the URL and
the scope in which the object lies. ``owner=True`` where the object belongs to the account that reads it,
``party=True`` where it lies in a party. Examples stand in ``tests/<room>/routes_<noun>.py``, which this file
imports at its end.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from electsys.identity.access import Scope

Arguments = dict[str, Any]
Build = Callable[["World"], tuple[Arguments, Scope]]


@dataclass
class World:
    """What an example may use: the session, the account that will read, a factory of other accounts."""

    session: Any
    reader: Any
    make_account: Any

    def add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row


@dataclass(frozen=True)
class Example:
    """How to make an object, whether only its owner reads it, and whether it lies in a party."""

    build: Build
    owner: bool = False
    party: bool = False


EXAMPLES: dict[str, Example] = {}

TAPTENG = Scope(region="1201")
NATION = Scope()


def example(*endpoints: str, owner: bool = False, party: bool = False) -> Callable[[Build], Build]:
    """Register the builder of these routes' objects."""

    def register(build: Build) -> Build:
        for endpoint in endpoints:
            EXAMPLES[endpoint] = Example(build, owner, party)
        return build

    return register


# --- what several rooms make -----------------------------------------------------------------------


def _election(world: World) -> Any:
    from sqlalchemy import select

    from electsys.elections.models import Election

    return world.session.scalars(select(Election).where(Election.code == "pemilu-2024")).one()


CLAIM = {
    "nik": "1201014101900001",
    "birth_date": dt.date(1990, 1, 1),
    "sex": "P",
    "home_region": "1201012001",
}


def claim(subject: str, **changed: Any) -> Any:
    """A synthetic person of Tapanuli Tengah, or who claims to be that person."""
    from electsys.identity.operations.persons import Claim, find_or_claim_person
    from electsys.ledger import Actor

    facts = {"name": "Siti Aminah", **CLAIM, **changed}
    return find_or_claim_person(Claim(subject, facts.pop("name"), **facts), actor=Actor.system("uji"))


def stored_file(world: World) -> Any:
    from electsys.documents import store_file
    from electsys.ledger import Actor

    content = io.BytesIO(b"kode_tps,suara_1,suara_2,suara_3\n1201011001001,1,2,3\n")
    actor = Actor(world.reader.id, world.reader.username)
    return store_file(content, name="uji.csv", kind="table", actor=actor)


# The examples themselves: every room has files of its own. They use what stands above.
# isort: off
from tests.documents import routes_documents  # noqa: E402, F401
from tests.elections import routes_elections  # noqa: E402, F401
from tests.identity import routes_accounts  # noqa: E402, F401
from tests.identity import routes_persons  # noqa: E402, F401
from tests.intake import routes_intake  # noqa: E402, F401
from tests.jobs import routes_jobs  # noqa: E402, F401
from tests.ledger import routes_trail  # noqa: E402, F401
from tests.notices import routes_notices  # noqa: E402, F401
from tests.privacy import routes_reveal  # noqa: E402, F401
from tests.regions import routes_regions  # noqa: E402, F401
from tests.sirekap import routes_audits, routes_determinations, routes_recap  # noqa: E402, F401
from tests.situng import routes_capture, routes_count, routes_printing, routes_setup  # noqa: E402, F401
from tests.web import routes_assets  # noqa: E402, F401
from tests.devices import routes_device  # noqa: E402, F401
from tests.jdih import (  # noqa: E402, F401
    letter_routes,
    route_examples_public,
    routes_register,
)
from tests.responses import routes_responses  # noqa: E402, F401
from tests.sidalih import routes_tps  # noqa: E402, F401
from tests.sidalih import routes_moves  # noqa: E402, F401
from tests.sidalih import routes_lists  # noqa: E402, F401
from tests.sidalih import routes_copies  # noqa: E402, F401
from tests.sidalih import routes_doubles  # noqa: E402, F401
from tests.sidalih import routes_imports  # noqa: E402, F401
from tests.sidalih import routes_visits  # noqa: E402, F401
from tests.sidalih import routes_coktas  # noqa: E402, F401
from tests.verification import routes_desk  # noqa: E402, F401
from tests.sipol import routes_entry  # noqa: E402, F401
from tests.sipol import routes_verdicts  # noqa: E402, F401
from tests.sipol import routes_portal  # noqa: E402, F401
from tests.sipol import routes_members  # noqa: E402, F401
from tests.sipol import routes_public  # noqa: E402, F401
from tests.sipol import routes_factual  # noqa: E402, F401
from tests.sipol import routes_scans  # noqa: E402, F401
from tests.silon import routes_seats as silon_seats  # noqa: E402, F401
from tests.silon import routes_lists as silon_lists  # noqa: E402, F401
from tests.silon import routes_checks as silon_checks  # noqa: E402, F401
from tests.silon import routes_documents as silon_documents  # noqa: E402, F401
from tests.silon import routes_pairs as silon_pairs  # noqa: E402, F401
from tests.silon import routes_stages as silon_stages  # noqa: E402, F401
from tests.silon import routes_support as silon_support  # noqa: E402, F401
from tests.silon import routes_merges as silon_merges  # noqa: E402, F401
from tests.silon import routes_rulings as silon_rulings  # noqa: E402, F401
from tests.silon import routes_support_field as silon_support_field  # noqa: E402, F401
from tests.ledger import routes_log as ledger_log  # noqa: E402, F401
from tests.sirekap import routes_publication as sirekap_publication  # noqa: E402, F401
