"""A use of phones for tests: packets become rows of ``uji_kiriman``, or are refused as they ask.

Run as an app of its own for the journey (gunicorn tests.devices.usable:app).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import text

from electsys import devices
from electsys.db import db
from electsys.errors import Refused

KIND, OTHER = "uji", "lain"
PERMISSION = "devices:uji:work"
TABLE = "create {temp} table uji_kiriman (device int, key uuid, isi text, foto int default 0)"
HERE = Path(__file__).parent
LABEL = os.environ.get("ELECTSYS_UJI_LABEL", "Kunjungan uji")
OWN_APP = os.environ.get("ELECTSYS_UJI_APP") == "1"


def receive(packet: devices.Packet) -> devices.Answer:
    wanted = packet.payload.get("lakukan")
    db.session.execute(
        text("insert into uji_kiriman (device, key, isi) values (:device, :key, :isi)"),
        {"device": packet.device.id, "key": packet.key, "isi": packet.payload["isi"]},
    )
    if wanted == "tolak":
        raise Refused("Rumah ini di luar wilayah Anda.", hint="Periksa alamatnya.", field="alamat")
    if wanted == "bentrok":
        raise Refused("Rumah ini sudah dicatat petugas lain.", status=409)
    if wanted == "gagal":
        raise RuntimeError(f"a fault that quotes {packet.payload['isi']}")
    if wanted == "nomor":
        return devices.Answer.conflict(
            "ganda", f"NIK {packet.payload['isi']} ada dua", nik=packet.payload["isi"]
        )
    return devices.Answer.ok(nomor=len(packet.payload["isi"]), protokol=packet.protocol)


def attach(photo: devices.Attachment) -> None:
    db.session.execute(
        text("update uji_kiriman set foto = foto + 1 where device = :device and key = :key"),
        {"device": photo.device.id, "key": photo.packet_key},
    )


def bundle(device: devices.Device) -> dict[str, Any]:
    seen = db.session.scalar(text("select current_setting('app.scope', true)"))
    return {"rows": 2, "rumah": ["Jalan Melati 1", "Jalan Melati 2"], "wilayah": device.region, "scope": seen}


def register() -> None:
    page = "uji_layar.html" if OWN_APP else "devices/shell.html"
    more = {"attach": attach, "shell": page}
    devices.register(KIND, label=LABEL, permission=PERMISSION, receive=receive, bundle=bundle, **more)
    devices.register(OTHER, label="Tugas lain", permission=PERMISSION, receive=receive, bundle=bundle)


def with_pages(app: Any) -> Any:
    """The app with the templates of this folder."""
    app.jinja_env.loader = ChoiceLoader([app.jinja_env.loader, FileSystemLoader(HERE / "templates")])
    return app


register()
if OWN_APP:
    from electsys import create_app

    app = with_pages(create_app())
