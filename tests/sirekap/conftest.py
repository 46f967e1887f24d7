"""A small election of all five contests: two kecamatan of one kab/kota, one of another, and one overseas."""

from __future__ import annotations

import pytest

from tests.sirekap.ladder import World, build


@pytest.fixture
def world(session, make_account) -> World:
    """The election, with every C.Hasil accepted and the people of each plenary."""
    return build(session, make_account)
