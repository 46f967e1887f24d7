"""No number of a person reaches a log."""

from __future__ import annotations

import io
import json
import logging
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from electsys.privacy import scrub

NIK = "1201014107900001"
MASKED = "1201**********01"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (NIK, MASKED),
        (f"/voters?nik={NIK}&x=1", f"/voters?nik={MASKED}&x=1"),
        (f"NIK{NIK}!", f"NIK{MASKED}!"),
        (f"('{NIK}', '{NIK}')", f"('{MASKED}', '{MASKED}')"),
        ("1201 0141 0790 0001", MASKED),
        ("1201-0141-0790-0001", MASKED),
        ("1201.0141.0790.0001", MASKED),
        # what is no number of a person stays readable
        ("1201012001001", "1201012001001"),
        (NIK + "2", NIK + "2"),
        (
            "sha256:3f" + "0123456789012345" + "abcdefabcdef",
            "sha256:3f" + "0123456789012345" + "abcdefabcdef",
        ),
    ],
)
def test_sixteen_digits_are_masked(text: str, clean: str) -> None:
    assert scrub.mask(text) == clean


@given(st.text(), st.text(alphabet="0123456789", min_size=16, max_size=16), st.text())
def test_wherever_it_stands(before: str, nik: str, after: str) -> None:
    text = f"{before} {nik} {after}"
    assert f" {nik} " not in scrub.mask(text)


def test_values_are_masked_all_the_way_down() -> None:
    value = {"a": [NIK, {"b": (NIK, 1, None, True)}], NIK: int(NIK), "n": 12}
    assert scrub.masked(value) == {
        "a": [MASKED, {"b": (MASKED, 1, None, True)}],
        MASKED: MASKED,
        "n": 12,
    }


def test_a_structlog_event_is_masked() -> None:
    class Secret:
        def __str__(self) -> str:
            return f"voter {NIK}"

    given = {"event": f"read {NIK}", "row": {"nik": NIK}, "who": Secret(), "ms": 1.5, "user": None}
    event = scrub.scrub_event(None, "info", given)
    assert event == {
        "event": f"read {MASKED}",
        "row": {"nik": MASKED},
        "who": f"voter {MASKED}",
        "ms": 1.5,
        "user": None,
    }


def test_the_logs_of_the_house_carry_an_exception_without_its_number(app: Any) -> None:
    """The real chain: structlog through logging to the JSON handler of electsys.web."""
    import structlog

    from electsys.web.logs import _handler

    handler, written = _handler(), io.StringIO()
    handler.setStream(written)  # type: ignore[attr-defined]
    target = logging.getLogger("electsys.test")
    target.addHandler(handler)
    try:
        raise ValueError(f"bad {NIK}")
    except ValueError:
        structlog.get_logger("electsys.test").exception("failed", nik=NIK)
        target.exception("also %s", NIK)
    finally:
        target.removeHandler(handler)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert len(lines) == 2
    assert NIK not in written.getvalue()
    assert all(f"ValueError: bad {MASKED}" in line["exception"] for line in lines)


@pytest.mark.parametrize(
    "name", ["electsys", "werkzeug", "sqlalchemy.engine.Engine", "procrastinate.worker", "new"]
)
def test_every_logger_of_the_app_is_scrubbed(app: Any, caplog: pytest.LogCaptureFixture, name: str) -> None:
    logger = logging.getLogger(name)
    caplog.set_level(logging.INFO, logger=name)
    logger.addHandler(caplog.handler)  # some loggers do not propagate
    try:
        logger.info("read %s of %s", NIK, {"nik": NIK})
        try:
            raise ValueError(f"bad value {NIK}")
        except ValueError:
            logger.exception("failed")
    finally:
        logger.removeHandler(caplog.handler)
    assert NIK not in caplog.text
    assert MASKED in caplog.text
    assert "ValueError: bad value" in caplog.text


def test_a_record_of_another_process_is_scrubbed_by_the_filter() -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "nik %s", (NIK,), None)
    record.stack_info = f"stack {NIK}"
    assert scrub.ScrubFilter().filter(record)
    assert record.getMessage() == f"nik {MASKED}"
    assert record.stack_info == f"stack {MASKED}"


def test_an_uncaught_exception_prints_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError(NIK)
    except ValueError:
        scrub._excepthook(*sys.exc_info())  # type: ignore[arg-type]
    printed = capsys.readouterr().err
    assert NIK not in printed
    assert MASKED in printed
