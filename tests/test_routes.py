"""Who may pass each door: every route x {anonymous, wrong role, wrong region, wrong party, right}.

The table is the app's own: a new route is tested as soon as it exists. One that loads an object needs an
example of it in ``route_examples.py``. A right account may be told that its input is wrong, never that it
may not; everybody else must be turned away.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from electsys import create_app
from electsys.identity.access import DEVICE, SIGNED_IN, AccessRule, Scope, rule_of
from tests.route_examples import EXAMPLES, World

#: Methods that are tried, in the order in which a route prefers them.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
#: A region and a party in which no example lies.
ELSEWHERE, OTHER_PARTY = "3171", 999_999_999
#: An answer that turns somebody away.
SHUT = (401, 403, 404)

#: Doors that answer 404 or turn to the log-in for a reason of their own, to whoever knocks.
CLOSED = {
    "documents.compare": "no such paper in the test",
    "documents.confirm": "no such paper in the test",
    "documents.confirm_json": "no such paper in the test",
    "documents.download": "no such paper in the test",
    "identity.activation": "no such link in the test",
    "security.mf_recovery": "between the two steps of a log-in only",
    "security.tf_select": "between the two steps of a log-in only",
    "security.two_factor_token_validation": "between the two steps of a log-in only",
    "security.two_factor_rescue": "shut (access.CLOSED_ROUTES)",
    "jdih.download": "no file in the store of the test",
    "jdih.feed": "nothing is published in the test, and an empty feed is never given",
    "sirekap.regions": "nothing is published in the test",
    "sirekap.results": "nothing is published in the test",
    "web.asset": "a digest of another release",
}


APP = create_app()
#: (endpoint, method) of the whole app.
DOORS = sorted(
    {(r.endpoint, m) for r in APP.url_map.iter_rules() for m in METHODS if m in (r.methods or ())},
    key=lambda door: (door[0], METHODS.index(door[1])),
)


def arguments_of(endpoint: str) -> set[str]:
    return set().union(*(rule.arguments for rule in APP.url_map.iter_rules(endpoint)))


def classes(endpoint: str) -> list[str]:
    """Which callers are tried at a route; the one who may pass comes last."""
    rule = rule_of(APP, endpoint)
    assert rule is not None
    if rule.permission is None:
        return ["anonymous"]
    if rule.permission == DEVICE:
        return ["anonymous", "cookie", "revoked", *(["wrong_kind"] if rule.device_kind else []), "right"]
    example = EXAMPLES.get(endpoint)
    if rule.permission == SIGNED_IN:
        return ["anonymous", *(["somebody_else"] if example and example.owner else []), "right"]
    found = ["anonymous", "wrong_role"]
    if rule.load is not None:
        found.append("wrong_region")
    if example and example.party:
        found.append("wrong_party")
    return [*found, "right"]


def knock(client: Any, endpoint: str, method: str, values: dict[str, Any], **more: Any) -> Any:
    with client.application.test_request_context():
        from flask import url_for

        path = url_for(endpoint, **values)
    return client.open(path, method=method, check=False, **more)


def turned_away(answer: Any) -> bool:
    return answer.status_code in SHUT or (answer.status_code == 302 and "/masuk" in answer.location)


def test_every_route_that_needs_one_has_an_example():
    missing = {e for e, _m in DOORS if arguments_of(e) and e not in EXAMPLES} - HARD
    assert not missing, f"tests/route_examples.py knows no object for: {', '.join(sorted(missing))}"


#: Pages of the log-in package that want the token of a step before, which lives for seconds.
HARD = {
    "security.two_factor_setup_validate",
    "security.wan_register_response",
    "security.wan_verify_response",
}


OWN_KIND = {e for e in EXAMPLES if e.startswith("intake.")}


@pytest.mark.parametrize(("endpoint", "method"), DOORS, ids=str)
def test_door(app, session, client, make_account, login, endpoint, method):
    """All callers knock at one object, and whoever may pass last, for that may change it."""
    rule = rule_of(app, endpoint)
    if endpoint in HARD:
        answers = hard_door(app, endpoint, method)
    elif rule.permission == DEVICE:
        answers = device_door(app, session, make_account, login, endpoint, method)
    else:
        answers = door(app, session, make_account, login, endpoint, method)
    heard, wrong = [], []
    for caller, answer in answers:
        answer.close()
        heard.append(caller)
        if problem := fault(endpoint, method, rule, caller, answer):
            wrong.append(f"{caller}: {answer.status} {problem}")
    assert heard == (["anonymous"] if endpoint in HARD else classes(endpoint))
    assert not wrong, f"{method} {endpoint}:\n  " + "\n  ".join(wrong)


def fault(endpoint: str, method: str, rule: AccessRule, caller: str, answer: Any) -> str | None:
    """What is wrong with the answer that a caller got."""
    if answer.status_code >= 500:
        return f"is an error of ours: {answer.text[-500:]}"
    # A phone's photo has not been begun in its example: 404 is another refusal there than a shut door.
    shut = turned_away(answer) and (rule.permission != DEVICE or answer.status_code in (401, 403))
    if rule.permission is None and caller == "anonymous":
        return "turns the public away" if shut and method == "GET" and endpoint not in CLOSED else None
    if caller == "right":
        return "turns away who may pass" if shut else None
    return None if shut else "lets pass who may not"


Answers = Iterator[tuple[str, Any]]


def hard_door(app: Any, endpoint: str, method: str) -> Answers:
    """A door that no example opens: it is shut to the public at least."""
    yield "anonymous", knock(app.test_client(), endpoint, method, dict.fromkeys(arguments_of(endpoint), "1"))


def door(app: Any, session: Any, make_account: Any, login: Any, endpoint: str, method: str) -> Answers:
    """The answer to each class of callers at a door of people."""
    permission = rule_of(app, endpoint).permission
    wanted = [permission] if permission not in (None, SIGNED_IN) else []
    example = EXAMPLES.get(endpoint)
    # A file of one's own may need, inside, the permission of its kind.
    reader = make_account(permissions=[*wanted, "situng:batch:import"] if endpoint in OWN_KIND else wanted)
    values, scope = example.build(World(session, reader, make_account)) if example else ({}, Scope())
    session.commit()

    def account(caller: str) -> Any:
        """Somebody of that class, or nobody."""
        region, party = scope.region or "", scope.party
        if caller == "anonymous":
            return None
        if caller in ("wrong_role", "somebody_else"):
            return make_account(permissions=["notices:none:none"])
        if caller == "wrong_region":
            return make_account(permissions=wanted, region=ELSEWHERE, party=party)
        if caller == "wrong_party":
            return make_account(permissions=wanted, region=region, party=OTHER_PARTY)
        if example is None or example.owner:
            return reader
        return make_account(permissions=wanted, region=region, party=party, election=scope.election)

    for caller in classes(endpoint):
        client, who = app.test_client(), account(caller)
        if who is not None:
            login(client, who)
        yield caller, knock(client, endpoint, method, values)


def device_door(app: Any, session: Any, make_account: Any, login: Any, endpoint: str, method: str) -> Answers:
    """A door of phones: only a device in force passes, of the right kind, and never a cookie."""
    from electsys.devices.kinds import KINDS
    from tests.devices.routes_device import device_of

    right = rule_of(app, endpoint).device_kind or next(iter(KINDS))
    other = next(name for name in KINDS if name != right)
    for caller in classes(endpoint):
        kind = other if caller == "wrong_kind" else right
        account = make_account(permissions=[KINDS[kind].permission])
        world = World(session, account, make_account)
        token = f"token-uji-{caller}"
        device = device_of(world, account, kind=kind, token=token)
        if caller == "revoked":
            device.ended_at, device.ended_why = device.until, "dicabut"
        values = EXAMPLES[endpoint].build(world)[0] if endpoint in EXAMPLES else {}
        session.commit()
        client, headers = app.test_client(), {}
        if caller == "cookie":
            login(client, account)
        elif caller != "anonymous":
            headers["Authorization"] = f"Bearer {token}"
        yield caller, knock(client, endpoint, method, values, headers=headers)
