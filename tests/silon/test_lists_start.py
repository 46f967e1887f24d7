"""The start page: whose dapil and lists one sees, what can be begun, what an empty page says."""

from __future__ import annotations

import pytest

from modules.silon.models import Nomination
from tests.silon import conftest as make


def test_smoke(session, client, login, make_account):
    party = make.participant(session)
    login(client, make_account("admin_parpol_pusat", party=party.party_id))
    page = client.get("/calon/")
    assert page.status_code == 200
