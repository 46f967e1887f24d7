"""The toy module, its pages' template, and answered proofs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.pages import PageClient
from tests.responses import toy


class Reader(PageClient):
    """The checking client, which takes every answer of the test server for a stream until it was read."""

    def read(self, response: Any) -> None:
        if response.mimetype == "text/html":
            response.get_data()
        super().read(response)


@pytest.fixture
def client(app: Any, session: Any) -> Any:
    """A client that reads every page."""
    app.test_client_class = Reader
    return app.test_client()


TEMPLATES = {
    "responses/uji.html": """
<dl class="facts">
  <div><dt>Nama</dt><dd>{{ answer.data.nama }}</dd></div>
  <div><dt>TPS</dt><dd><strong>{{ answer.data.tps }}</strong></dd></div>
</dl>
"""
}


@pytest.fixture(autouse=True)
def toy_module(app: Any) -> Iterator[None]:
    """The toy is registered, with a template of its own."""
    from jinja2 import ChoiceLoader, DictLoader

    toy.declare()
    toy.HEARD.clear()
    loader = app.jinja_loader
    app.jinja_loader = ChoiceLoader([loader, DictLoader(TEMPLATES)])
    app.jinja_env.loader = app.create_global_jinja_loader()
    yield
    app.jinja_loader = loader
    app.jinja_env.loader = app.create_global_jinja_loader()


@pytest.fixture
def light(app: Any) -> Iterator[None]:
    """Proofs that are made at once."""
    bits = app.config["CHECK_WORK_BITS"]
    app.config["CHECK_WORK_BITS"] = 4
    yield
    app.config["CHECK_WORK_BITS"] = bits


@pytest.fixture
def solved(client: Any, light: None) -> Any:
    """An answered challenge, as the browser's script would send it."""
    from electsys.responses import work

    def solve(url: str = "/api/cek/uji/tantangan", address: str = "127.0.0.1") -> dict[str, str]:
        given = client.get(url, environ_base={"REMOTE_ADDR": address}).json
        return {"tantangan": given["tantangan"], "jawaban": work.solve(given["tantangan"], given["bit"])}

    return solve


@pytest.fixture
def officer(make_account: Any) -> Any:
    """An account that decides responses of the toy in Tapanuli Tengah."""
    return make_account(permissions=PERMISSIONS, region="1201")


PERMISSIONS = ["responses:response:read", "responses:response:decide", toy.PERMISSION]
