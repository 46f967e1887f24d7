"""The JSON paths of Sirekap 2024 at this site's own address: the published files themselves.

Nothing is computed here and no database is asked; ``docs/publication.md`` is the contract.
"""

from __future__ import annotations

import re

from apiflask import APIBlueprint
from flask import Response, request
from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.identity.access import public
from electsys.publishing import Target
from modules.sirekap.publication.publishing import destination
from modules.sirekap.publication.shelf import MANIFEST

bp = APIBlueprint("sirekap", __name__, tag="Sirekap 2024")

#: What stands below ``pemilu`` and ``wilayah/pemilu``: names and codes alone; no path leads elsewhere.
WAY = re.compile(r"[A-Za-z0-9_]{1,20}(/[A-Za-z0-9_]{1,20}){0,7}", re.ASCII)


@bp.get("/pemilu/<path:way>.json")
@public
def results(way: str) -> Response:
    """Participants, and the count by region (``hhcw``), TPS and dapil (``hhcd``)."""
    return _published("pemilu", way)


@bp.get("/wilayah/pemilu/<path:way>.json")
@public
def regions(way: str) -> Response:
    """The regions one level below the last code of the path, or the dapil of a chamber."""
    return _published("wilayah/pemilu", way)


def _published(folder: str, way: str) -> Response:
    """A file of the newest publication; 404, with the reason, where there is none."""
    found = destination()
    target = Target(found[1]) if found else None
    content = target.read(f"{folder}/{way}.json") if target and WAY.fullmatch(way) else None
    if content is None:
        raise _absent(published=target is not None and target.read(MANIFEST) is not None)
    response = Response(content, mimetype="application/json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.cache_control.public = True
    response.cache_control.max_age = 15
    response.add_etag()
    response.make_conditional(request)
    return response


def _absent(*, published: bool) -> Refused:
    if not published:
        return Refused(
            _("Hasil belum diterbitkan di alamat ini."),
            hint=_("Berkas ini ada di sini begitu hasil pertama diterbitkan; coba lagi nanti."),
            status=404,
        )
    return Refused(
        _("Tidak ada berkas seperti ini dalam terbitan."),
        hint=_("Periksa kodenya: provinsi, kabupaten/kota, kecamatan, desa/kelurahan, lalu TPS."),
        status=404,
    )
