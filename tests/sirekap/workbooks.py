"""Fill in a plenary's workbook as an office program does: cells of its XML, the other parts as they were."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name


def cell_of(content: bytes, key: str, unit: str) -> str:
    """The address of a row (by its key) and a column (by its TPS) of the sheet of numbers."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("D.Hasil")
    table = rows.to_python(skip_empty_area=False)
    row = next(n for n, line in enumerate(table) if line[0] == key)
    at = len(table[2]) - 1 if unit == "jumlah" else table[2].index(unit)
    return f"{xl_col_to_name(at)}{row + 1}"


def write(content: bytes, changes: dict[str, object], sheet: int = 1) -> bytes:
    """The workbook with these cells changed: a number, a text, or ``=formula``."""
    part = f"xl/worksheets/sheet{sheet}.xml"

    def put(xml: str) -> str:
        for address, value in changes.items():
            if isinstance(value, str) and value.startswith("="):
                inner, kind = f"<f>{escape(value[1:])}</f>", ""
            elif isinstance(value, str):
                inner, kind = f"<is><t>{escape(value)}</t></is>", ' t="inlineStr"'
            else:
                inner, kind = f"<v>{value}</v>", ""
            pattern = rf'<c r="{address}"( s="\d+")?[^>]*?(/>|>.*?</c>)'
            xml, count = re.subn(
                pattern,
                lambda m, i=inner, k=kind, a=address: f'<c r="{a}"{m[1] or ""}{k}>{i}</c>',
                xml,
                count=1,
            )
            assert count == 1, address
        return xml

    return rewrite(content, part, put)


def rewrite(content: bytes, part: str, change) -> bytes:
    """The workbook with one part of it changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            text = old.read(item.filename)
            new.writestr(item.filename, change(text.decode()).encode() if item.filename == part else text)
    return out.getvalue()
