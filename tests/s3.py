"""A small server that speaks S3: enough of it to put, get, list and delete objects, in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response


class Store:
    """Objects by ``bucket/key``: (content, content type)."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str]] = {}
        #: Every key that was put, in the order in which it came to lie there.
        self.puts: list[str] = []
        self._lock = threading.Lock()

    @Request.application
    def __call__(self, request: Request) -> Response:
        key = request.path.lstrip("/")
        if request.method == "PUT":
            content = request.get_data()
            with self._lock:
                self.objects[key] = content, request.headers.get("Content-Type", "")
                self.puts.append(key)
            return Response(headers={"ETag": '"0"'})
        if request.method == "DELETE":
            self.objects.pop(key, None)
            return Response(status=204)
        if request.method == "GET" and "list-type" in request.args:
            return self._list(key.rstrip("/"), request.args)
        if key not in self.objects:
            body = "" if request.method == "HEAD" else "<Error><Code>NoSuchKey</Code></Error>"
            return Response(body, 404, mimetype="application/xml")
        content, kind = self.objects[key]
        headers = {"ETag": '"0"', "Last-Modified": "Wed, 14 Feb 2024 06:00:00 GMT"}
        return Response(content, mimetype=kind, headers=headers)

    def _list(self, bucket: str, asked: Any) -> Response:
        prefix, mark = asked.get("prefix", ""), asked.get("delimiter", "")
        keys = [
            k.removeprefix(f"{bucket}/") for k in sorted(self.objects) if k.startswith(f"{bucket}/{prefix}")
        ]
        here, below = [], set()
        for key in keys:
            head, found, _rest = key.removeprefix(prefix).partition(mark) if mark else (key, "", "")
            below.add(prefix + head + mark) if found else here.append(key)
        rows = "".join(
            f"<Contents><Key>{escape(k)}</Key><Size>{len(self.objects[f'{bucket}/{k}'][0])}</Size>"
            "<LastModified>2024-02-14T06:00:00Z</LastModified></Contents>"
            for k in here
        )
        rows += "".join(
            f"<CommonPrefixes><Prefix>{escape(p)}</Prefix></CommonPrefixes>" for p in sorted(below)
        )
        body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
        return Response(body, mimetype="application/xml")


@contextmanager
def s3_server(monkeypatch: Any) -> Iterator[Store]:
    """Run it on a free port, and let fsspec find it at ``s3://``."""
    import fsspec.config

    store = Store()
    server = make_server("127.0.0.1", 0, store, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setitem(
        fsspec.config.conf,
        "s3",
        {
            "endpoint_url": f"http://127.0.0.1:{server.port}",
            "key": "uji",
            "secret": "uji",
            "skip_instance_cache": True,
            "client_kwargs": {"region_name": "us-east-1"},
        },
    )
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
