"""What is logged, and what never is."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from electsys.web import logs


@pytest.fixture
def lines(app):
    """What the log writes during a test, as JSON."""
    handler = logs._handler()
    handler.stream = io.StringIO()
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_request_is_one_line_with_its_number(client, lines):
    answer = client.get("/bantuan?nik=1201010101010001")
    (line,) = [x for x in lines() if x["event"] == "request"]
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["method"], line["page"], line["status"]) == ("GET", "web.help_page", 200)
    assert isinstance(line["ms"], int)
    assert "1201010101010001" not in json.dumps(line)


def test_assets_and_health_are_not_logged(client, lines):
    client.get("/sehat")
    client.get("/aset/x/css/base.css")
    assert [x for x in lines() if x["event"] == "request"] == []


def test_personal_numbers_are_masked_wherever_they_come_from(lines):
    structlog.get_logger("x").info("found", note="NIK 1201010101010001")
    logging.getLogger("y").warning("NIK %s", "1201010101010001")
    try:
        raise ValueError("NIK 1201010101010001")
    except ValueError:
        logging.getLogger("z").exception("failed")
    text = json.dumps(lines())
    assert "1201010101010001" not in text and "1201**********01" in text
    assert "ValueError" in text
