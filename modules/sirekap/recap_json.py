"""A plenary without the centre for programs: one JSON file with the signed original and what is filled in.

``berkas`` is what the centre signed (``tanda``, checked with ``kunci``) and stays as it is. ``isian`` is what
a program fills in: the columns, the sums of the rows, and what was read out.
"""

from __future__ import annotations

import json
from typing import IO, Any

from flask_babel import gettext as _

from electsys.errors import Refused
from modules.sirekap.queries.recaps import Sheet
from modules.sirekap.recap_files import Column, Returned

#: Larger numbers than this stand on no form of the nation.
MOST = 10**10
#: One that says more than this of a cause or a reason says too much.
LONGEST = 2_000


def document(
    form: Sheet, payload: dict[str, Any], signature: str, key: str, parts: list[Any]
) -> dict[str, Any]:
    """The file of a form. ``parts`` are (code, name, whether read, panel), as for the workbook."""
    return {
        "berkas": payload,
        "tanda": signature,
        "kunci": key,
        "isian": {
            "kolom": {
                c.unit: {
                    "isian": [*c.cells, *c.votes] if c.is_there and not c.missing else [],
                    "tanpa_formulir": c.missing or "",
                    "alasan_kode": "",
                    "alasan": "",
                }
                for c in form.columns
            },
            "jumlah": [*form.cells, *form.votes],
            "dibacakan": {code: {"ya": read, "panel": panel} for code, _name, read, panel in parts},
        },
    }


def read_json(file: IO[bytes]) -> Returned:
    """Read a file that came back; :class:`Refused` where it is none of ours, or holds what is no number."""
    try:
        content = json.loads(file.read())
        payload, signature, filled = content["berkas"], content["tanda"], content["isian"]
        keys = payload["baris"]
        if not (isinstance(payload, dict) and isinstance(keys, list) and isinstance(signature, str)):
            raise TypeError("berkas")
        columns = {str(unit): _column(unit, said, keys) for unit, said in filled["kolom"].items()}
        read = {
            str(unit): _panel(unit, said) for unit, said in filled["dibacakan"].items() if said["ya"] is True
        }
        sums = filled["jumlah"]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
        raise Refused(
            _("Berkas ini bukan berkas pleno luring."),
            hint=_("Kirim kembali berkas XLSX atau JSON yang diunduh dari halaman D.Hasil ini."),
            field="file",
        ) from problem
    return Returned(payload, signature, columns, read, _broken(columns, keys, sums))


def _column(unit: str, said: dict[str, Any], keys: list[str]) -> Column:
    values = said["isian"]
    if len(values) not in (0, len(keys)):
        raise _no_number(unit)
    for value in values:
        if value is not None and (type(value) is not int or not 0 <= value <= MOST):
            raise _no_number(unit)
    words = [
        str(said.get(name) or "").strip()[:LONGEST] for name in ("tanpa_formulir", "alasan_kode", "alasan")
    ]
    return Column(dict(zip(keys, values or [None] * len(keys), strict=True)), *words)


def _no_number(unit: str) -> Refused:
    return Refused(
        _("Kolom %(unit)s tidak berisi bilangan bulat untuk setiap baris.", unit=unit),
        hint=_("Isi setiap baris dengan bilangan mulai dari 0 atau null, sebanyak daftar “baris”."),
        field="file",
    )


def _panel(unit: str, said: dict[str, Any]) -> int | None:
    panel = said.get("panel")
    if panel is not None and type(panel) is not int:
        raise _no_number(unit)
    return panel


def _broken(columns: dict[str, Column], keys: list[str], sums: Any) -> list[str]:
    """The rows whose sum is not the sum of the columns: what an edited formula is in a workbook."""
    if not isinstance(sums, list) or len(sums) != len(keys):
        return list(keys)
    return [
        key
        for key, total in zip(keys, sums, strict=True)
        if type(total) is not int or total != sum(c.numbers[key] or 0 for c in columns.values())
    ]
