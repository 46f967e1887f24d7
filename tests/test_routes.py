"""Who may pass each door: every route x {anonymous, wrong role, wrong region, wrong party, right}.

The table is the app's own: a new route is tested as soon as it exists. One that loads an object needs an
example of it in ``route_examples.py``. A right account may be told that its input is wrong, never that it
may not; everybody else must be turned away.
"""

from __future__ import annotations

from typing import Any

import pytest

from electsys import create_app
from electsys.identity.access import DEVICE, SIGNED_IN, Scope, rule_of
from tests.route_examples import EXAMPLES, World

#: Methods that are tried, in the order in which a route prefers them.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
#: A region and a party in which no example lies.
ELSEWHERE, OTHER_PARTY = "3171", 9
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
    "sirekap.area": "nothing is counted in the test",
    "web.asset": "a digest of another release",
}


def table() -> list[tuple[str, str, str]]:
    """(endpoint, method, rule) of the whole app."""
    rules = sorted(create_app().url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))
    return [(r.endpoint, m, r.rule) for r in rules for m in METHODS if m in (r.methods or ())]


ROUTES = table()
APP = create_app()


def arguments_of(endpoint: str) -> set[str]:
    return set().union(*(rule.arguments for rule in APP.url_map.iter_rules(endpoint)))


def classes(endpoint: str) -> list[str]:
    """Which callers are tried at a route."""
    rule = rule_of(APP, endpoint)
    assert rule is not None
    if rule.permission is None:
        return ["anonymous"]
    if rule.permission == DEVICE:
        return ["anonymous", "cookie", "revoked", "right", *(["wrong_kind"] if rule.device_kind else [])]
    if rule.permission == SIGNED_IN:
        owned = endpoint in EXAMPLES and EXAMPLES[endpoint].owner
        return ["anonymous", "right", *(["somebody_else"] if owned else [])]
    found = ["anonymous", "wrong_role", "right"]
    if rule.load is not None:
        found.append("wrong_region")
    if endpoint in EXAMPLES and EXAMPLES[endpoint].party:
        found.append("wrong_party")
    return found


CASES = [(e, m, c) for e, m, _r in ROUTES for c in classes(e)]


def knock(client: Any, app: Any, endpoint: str, method: str, values: dict[str, Any], **more: Any) -> Any:
    with app.test_request_context():
        from flask import url_for

        path = url_for(endpoint, **values)
    return client.open(path, method=method, check=False, **more)


def turned_away(answer: Any) -> bool:
    return answer.status_code in SHUT or (answer.status_code == 302 and "/masuk" in answer.location)


def test_every_route_that_needs_one_has_an_example():
    missing = {e for e, _m, _r in ROUTES if arguments_of(e) and e not in EXAMPLES} - HARD
    assert not missing, f"tests/route_examples.py knows no object for: {', '.join(sorted(missing))}"


#: Pages of the log-in package that want the token of a step before, which lives for seconds.
HARD = {
    "security.two_factor_setup_validate",
    "security.wan_register_response",
    "security.wan_verify_response",
}


OWN_KIND = {e for e in EXAMPLES if e.startswith("intake.")}


@pytest.mark.parametrize(("endpoint", "method", "caller"), CASES, ids=str)
def test_door(app, session, client, make_account, login, endpoint, method, caller):
    if endpoint in HARD:
        values: dict[str, Any] = dict.fromkeys(arguments_of(endpoint), "1")
        if caller == "anonymous":
            assert turned_away(knock(client, app, endpoint, method, values))
        return
    rule = rule_of(app, endpoint)
    if rule.permission == DEVICE:
        device_door(app, session, client, make_account, login, (endpoint, method, caller))
        return
    wanted = [rule.permission] if rule.permission not in (None, SIGNED_IN) else []
    example = EXAMPLES.get(endpoint)
    # A file of one's own may need, inside, the permission of its kind.
    reader = make_account(permissions=[*wanted, "situng:batch:import"] if endpoint in OWN_KIND else wanted)
    scope = Scope()
    values = {}
    if example is not None:
        values, scope = example.build(World(session, reader, make_account))
    session.commit()
    if caller == "right" and example is not None and not example.owner:
        reader = make_account(
            permissions=wanted, region=scope.region or "", party=scope.party, election=scope.election
        )
    if caller in ("wrong_region", "wrong_party"):
        region = ELSEWHERE if caller == "wrong_region" else (scope.region or "")
        party = OTHER_PARTY if caller == "wrong_party" else scope.party
        reader = make_account(permissions=wanted, region=region, party=party)
    if caller in ("wrong_role", "somebody_else"):
        reader = make_account(permissions=["notices:none:none"])
    if caller != "anonymous":
        login(client, reader)

    answer = knock(client, app, endpoint, method, values)
    answer.close()
    assert answer.status_code < 500, answer.text[-500:]
    if caller == "anonymous" and rule.permission is None:
        assert endpoint in CLOSED or not turned_away(answer) or method != "GET", answer.status
    elif caller == "right":
        assert not turned_away(answer), answer.status
    else:
        assert turned_away(answer), answer.status


def device_door(app, session, client, make_account, login, door):
    """A door of phones: only a device in force passes, of the right kind, and never a cookie."""
    from electsys.devices.kinds import KINDS
    from tests.devices.routes_device import device_of

    endpoint, method, caller = door
    kind = rule_of(app, endpoint).device_kind or next(iter(KINDS))
    if caller == "wrong_kind":
        kind = next(name for name in KINDS if name != kind)
    account = make_account(permissions=[KINDS[kind].permission])
    world = World(session, account, make_account)
    device = device_of(world, account, kind=kind, token="token-uji")
    if caller == "revoked":
        device.ended_at, device.ended_why = device.until, "dicabut"
    values = EXAMPLES[endpoint].build(world)[0] if endpoint in EXAMPLES else {}
    session.commit()
    headers = {}
    if caller == "cookie":
        login(client, account)
    elif caller != "anonymous":
        headers["Authorization"] = "Bearer token-uji"
    answer = knock(client, app, endpoint, method, values, headers=headers)
    assert answer.status_code < 500, answer.text[-500:]
    if caller != "right":
        assert answer.status_code in (401, 403), answer.status
    else:
        # An example of a photo has not been begun: that is another refusal than a shut door.
        assert answer.status_code not in (401, 403), answer.status
