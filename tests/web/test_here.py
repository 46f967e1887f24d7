"""Links back to the page on show lead to a page that opens."""

from __future__ import annotations

import pytest

from electsys.web.here import openable, page_address, page_path
from electsys.web.tables import Column, Table


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/pemilih/dapil/usulan/4/pilih", "/pemilih/dapil/usulan/4"),  # a step, below its object
        ("/pemilih/dapil/baru", "/pemilih/dapil/baru"),  # a form that is opened and sent
        ("/bantuan", "/bantuan"),
        ("/tidak/ada", "/tidak/ada"),  # leads nowhere, and says so itself
    ],
)
def test_a_path_that_only_takes_what_is_sent_gives_way(app, path, leads):
    with app.test_request_context(path, method="POST"):
        assert openable(path) == page_path() == leads


def test_an_address_keeps_what_was_asked(app):
    with app.test_request_context("/pemilih/dapil/usulan/4/pilih?rencana=2", method="POST"):
        assert page_address() == "/pemilih/dapil/usulan/4?rencana=2"
    with app.test_request_context("/bantuan"):
        assert page_address() == "/bantuan"


def test_a_table_below_a_refused_form_leads_to_its_page(app):
    with app.test_request_context("/pemilih/dapil/usulan/4/pilih?rencana=2", method="POST"):
        table = Table([{"a": 1}], [Column("a", "A", "a", sort=True)], caption="T", empty="-")
        assert table.link(urut="a") == "/pemilih/dapil/usulan/4?rencana=2&urut=a"


def test_an_error_leads_back_to_a_page_that_opens(client):
    shown = client.get("/tidak/ada", headers={"Referer": "http://localhost/pemilih/dapil/usulan/4/pilih"})
    assert 'href="/pemilih/dapil/usulan/4"' in shown.text
