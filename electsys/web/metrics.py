"""Figures for the operator: requests by page and status, and how long they took (Prometheus)."""

from __future__ import annotations

import os
import time

from flask import Flask, Response, abort, g, request
from flask_babel import lazy_gettext as _l
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from electsys.identity.access import public
from electsys.identity.permissions import declare
from electsys.web.assets import bp
from electsys.web.people import may

READ = declare("web:metrics:read", _l("Membaca metrik sistem"))
REQUESTS = Counter("electsys_requests_total", "Requests by endpoint and status", ["endpoint", "status"])
SECONDS = Histogram(
    "electsys_request_seconds",
    "Duration of requests by endpoint",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10),
)


def _is_local() -> bool:
    """Whether the request comes from this machine itself and not through a proxy on it."""
    return request.remote_addr in ("127.0.0.1", "::1") and "X-Forwarded-For" not in request.headers


@bp.get("/metrik")
@public
def metrics() -> Response:
    """All figures, for this machine and for those with the permission."""
    if not (_is_local() or may(READ)):
        abort(403)
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def init_app(app: Flask) -> None:
    """Time every request."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, response.status_code).inc()
        SECONDS.labels(endpoint).observe(time.perf_counter() - g.get("started", time.perf_counter()))
        return response
