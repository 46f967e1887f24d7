"""The people of an office, and being one of them."""

from __future__ import annotations

import pytest

from tests.jdih.lettering import Staff


@pytest.fixture
def staff(make_account):
    """Everybody whom a letter of Tapanuli Tengah needs."""
    return Staff(make_account)


@pytest.fixture
def as_(client, login, staff):
    """Be one of the people."""

    def be(name):
        login(client, staff.accounts[name])
        return client

    return be
