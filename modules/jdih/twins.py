"""The public pages as data: their JSON twins, and the hits of a search as a file."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, url_for
from flask_babel import gettext as _

from electsys.web.tables import Column
from electsys.web.tables.downloads import WRITERS
from modules.jdih.models.register import LawDocument
from modules.jdih.queries import public as queries
from modules.jdih.queries import register, units
from modules.jdih.queries.search import NATION, Results
from modules.jdih.rules.metadata import fields_of
from modules.jdih.wording import register as wording_register


def opened(response: Response) -> Response:
    """Anybody may embed it, and keep it for a minute."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def document_json(found: LawDocument) -> dict[str, Any]:
    """A document with the official keys of its type; a withdrawn one says only that, and why."""
    said: dict[str, Any] = {
        "stem": found.stem,
        "judul_lengkap": queries.title_of(found),
        "tipe_dokumen": found.kind_row.type,
        "jenis": found.kind_row.name,
        "singkatan_jenis": found.kind_row.abbreviation,
        "satker": found.unit or NATION,
        "tahun": found.year,
        "kutipan": found.citation,
        "keadaan": found.state,
        "status": found.legal_status,
        "diubah_pada": found.changed_at.isoformat(),
        "halaman": _absolute("jdih.document", stem=found.stem),
    }
    if found.state != "terbit":
        return said | {"alasan_penarikan": found.withdrawal}
    names = queries.file_names(found)
    said |= {f.key: _plain(getattr(found, f.name)) for f in fields_of(found.kind_row.type)}
    said["lampiran"] = [
        {
            "peran": f.role,
            "nama": names[f.file_id],
            "keterangan": f.label,
            "ukuran": f.file.size,
            "sha256": f.file.sha256,
            "unduh": _absolute("jdih.download", stem=found.stem, name=names[f.file_id]),
        }
        for f in found.files
    ]
    said["relasi"] = [
        {
            "jenis": r.kind,
            "arah": {"out": "keluar", "in": "masuk"}[r.direction],
            "dokumen": r.other.stem,
            "nama": register.short_name(r.other),
            "amar": r.outcome,
            "catatan": r.note,
        }
        for r in register.related(found)
    ]
    if found.official is not None and found.official.public:
        said["keaslian"] = _absolute("documents.confirm", token=found.official.token)
    return said


def results_json(results: Results) -> dict[str, Any]:
    """A page of hits with its facets."""
    return {
        "cari": results.asked,
        "dibetulkan": results.mended or None,
        "mirip": results.alike,
        "jumlah": results.total,
        "halaman": results.page,
        "dari": results.pages,
        "hasil": [
            {
                "stem": hit.document.stem,
                "judul_lengkap": queries.title_of(hit.document),
                "jenis": hit.document.kind_row.name,
                "satker": hit.document.unit or NATION,
                "tahun": hit.document.year,
                "status": hit.document.legal_status,
                "tepat": hit.exact,
                "cuplikan": hit.passage.striptags() if hit.passage else None,
                "halaman_berkas": hit.page,
                "halaman": _absolute("jdih.document", stem=hit.document.stem),
            }
            for hit in results.hits
        ],
        "saringan": {name: dict(counted) for name, counted in results.facets.items()},
    }


def results_file(kind: str, results: Results) -> Response:
    """All hits of a search as ``csv`` or ``xlsx``, in the order of the page."""
    offices = units.office_names(hit.document.unit for hit in results.hits)
    columns = [
        Column("dokumen", _("Dokumen"), register.name_of),
        Column("judul", _("Judul"), "title"),
        Column("tahun", _("Tahun"), "year"),
        Column("tanggal", _("Tanggal penetapan"), "set_on"),
        Column("satker", _("Satker"), lambda d: offices[d.unit]),
        Column("status", _("Status"), lambda d: wording_register.STATUSES.get(d.legal_status, "")),
        Column("subjek", _("Subjek"), lambda d: "; ".join(d.subjects)),
        Column("alamat", _("Alamat"), lambda d: _absolute("jdih.document", stem=d.stem)),
    ]
    return WRITERS[kind](columns, [hit.document for hit in results.hits], "produk-hukum")


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else (value or None)


def _absolute(endpoint: str, **values: Any) -> str:
    return str(current_app.config["BASE_URL"]) + url_for(endpoint, **values)
