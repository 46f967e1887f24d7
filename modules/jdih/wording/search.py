"""The words of the search on screen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

#: Facet -> its heading, in the order shown.
FACETS = {
    "jenis": _l("Jenis"),
    "tahun": _l("Tahun"),
    "status": _l("Status"),
    "satker": _l("Satker"),
    "subjek": _l("Subjek"),
    "tipe": _l("Tipe dokumen"),
}
