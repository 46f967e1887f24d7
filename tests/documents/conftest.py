"""A store of its own for each test, and real files made on the spot."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from electsys.ledger import Actor


@pytest.fixture
def actor():
    return Actor(7, "operator.1201")


@pytest.fixture(autouse=True)
def store_folder(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))
    monkeypatch.setitem(app.config, "HOME", tmp_path)
    return tmp_path / "files"


def picture(size=(64, 48), *, format="JPEG", **options) -> bytes:
    """A photo of a gradient, so that a wrong pixel shows."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def photo_with_exif(orientation=6) -> bytes:
    """A photo as a phone takes it: place, time, camera, and which way is up."""
    exif = Image.Exif()
    exif[271], exif[272] = "PT Uji", "Telepon 9"
    exif[274] = orientation
    exif[306] = "2024:02:14 13:05:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (1.0, 40.0, 30.5), 3: "E", 4: (98.0, 48.0, 0.0)})
    return picture(exif=exif, comment=b"PPK Barus", icc_profile=None)
