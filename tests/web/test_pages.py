"""The house's own pages, and what every answer carries."""

from __future__ import annotations

import pytest

from tests.pages import Html, count_queries

PAGES = ["/", "/bantuan", "/data-terbuka", "/periksa"]


@pytest.mark.parametrize("path", PAGES)
def test_own_pages_read_well(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert Html(response.text).one("html").get("lang") == "id"


def test_a_public_page_asks_little_of_the_database(client):
    client.get("/")
    with count_queries(2):
        client.get("/bantuan")
