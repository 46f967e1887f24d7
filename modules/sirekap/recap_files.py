"""The workbook of a plenary without the centre: a column a TPS, sums as formulas, and the signed original.

Sheet ``D.Hasil`` is filled in by people, ``Bagian`` says what was read out, ``Tanda`` keeps what was signed.
Formulas are read from the file's own XML, because a reader of values cannot tell a sum from a typed number.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from typing import IO, Any
from xml.etree import ElementTree

import xlsxwriter
from flask_babel import gettext as _
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from electsys.errors import Refused
from modules.sirekap import recap_words as words
from modules.sirekap.queries.recaps import LEAVES, Sheet

SHEET, PARTS, SEAL = "D.Hasil", "Bagian", "Tanda"
#: Rows below the numbers, and what stands in their first column.
MISSING, CODE, REASON = "tanpa_formulir", "alasan_kode", "alasan"
HEAD = "kunci"
#: Columns before the first TPS; rows before the first number.
LEFT, TOP = 2, 4
#: A cell of a workbook holds 32,767 characters.
CHUNK = 30_000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def keys_of(form: Sheet) -> list[tuple[str, str]]:
    """The rows of numbers: key and label, cells first, then votes."""
    return [
        *((cell.name, f"{cell.ref} {cell.label}") for cell in form.model.cells),
        *((f"suara_{line.position}", line.label) for line in form.lines),
    ]


def workbook(form: Sheet, payload: dict[str, Any], signature: str, key: str, parts: list[Any]) -> bytes:
    """The workbook of a form. ``parts`` are (code, name, whether read, panel)."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "border": 1}),
        "open": book.add_format({"locked": False, "num_format": "#,##0", "border": 1}),
        "text": book.add_format({"locked": False, "text_wrap": True, "border": 1}),
        "label": book.add_format({"text_wrap": True, "border": 1}),
        "sum": book.add_format({"bold": True, "num_format": "#,##0", "bg_color": "#F1F4F7", "border": 1}),
        "title": book.add_format({"bold": True, "font_size": 14}),
    }
    _numbers(book.add_worksheet(SHEET), form, styles)
    sheet = book.add_worksheet(PARTS)
    for at, name in enumerate(("kode", "bagian", "dibacakan", "panel")):
        sheet.write(0, at, name, styles["head"])
    for row, (code, name, read, panel) in enumerate(parts, 1):
        sheet.write_string(row, 0, code, styles["label"])
        sheet.write_string(row, 1, name, styles["label"])
        sheet.write(row, 2, "ya" if read else "", styles["text"])
        sheet.write(row, 3, panel, styles["open"])
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 30)
    sheet.protect()
    sealed = book.add_worksheet(SEAL)
    sealed.write(0, 0, signature)
    sealed.write(1, 0, key)
    whole = base64.b64encode(json.dumps(payload).encode()).decode()
    for row, start in enumerate(range(0, len(whole), CHUNK), 2):
        sealed.write_string(row, 0, whole[start : start + CHUNK])
    sealed.protect()
    sealed.hide()
    book.close()
    return out.getvalue()


def _numbers(sheet: Any, form: Sheet, styles: dict[str, Any]) -> None:
    count, rows = len(form.columns), keys_of(form)
    leaf = form.recap.tier in LEAVES
    sheet.write(0, 0, f"{words.form_name(form.recap)} {form.recap.region}", styles["title"])
    sheet.write(
        1,
        0,
        _("Isi kolom TPS dari C.Hasil. Bila angka diubah, isi juga kode alasan dan penjelasannya di bawah.")
        if leaf
        else _("Angka D.Hasil di bawahnya tidak diubah di sini; beri tanda bagian yang sudah dibacakan."),
    )
    for at, text in ((0, HEAD), (1, _("Uraian")), (LEFT + count, _("Jumlah Akhir"))):
        sheet.write(2, at, text, styles["head"])
    for at, column in enumerate(form.columns, LEFT):
        sheet.write_string(2, at, column.unit, styles["head"])
        sheet.write_string(3, at, column.name, styles["label"])
    names = list(form.model.names)
    for n, (key, label) in enumerate(rows):
        row = TOP + n
        sheet.write_string(row, 0, key, styles["label"])
        sheet.write_string(row, 1, label, styles["label"])
        total = 0
        for at, column in enumerate(form.columns, LEFT):
            value = None
            if column.is_there and column.source != MISSING:
                value = column.cells[n] if n < len(names) else column.votes[n - len(names)]
            total += value or 0
            sheet.write(row, at, value, styles["open"] if leaf else styles["label"])
        sheet.write_formula(row, LEFT + count, f"={_sum(row, count)}", styles["sum"], total)
    for n, (key, label) in enumerate(
        (
            (MISSING, _("Sebab formulir tidak ada")),
            (CODE, _("Kode alasan: %(codes)s", codes=", ".join(words.REASONS))),
            (REASON, _("Penjelasan pembetulan")),
        ),
        TOP + len(rows),
    ):
        sheet.write_string(n, 0, key, styles["label"])
        sheet.write_string(n, 1, label, styles["label"])
        for at, column in enumerate(form.columns, LEFT):
            sheet.write(n, at, (column.missing or "") if key == MISSING else "", styles["text"])
    sheet.set_column(0, 0, None, None, {"hidden": True})
    sheet.set_column(1, 1, 44)
    sheet.set_column(LEFT, LEFT + count, 15)
    sheet.freeze_panes(TOP, LEFT)
    sheet.set_landscape()
    sheet.fit_to_pages(0, 1)
    sheet.repeat_columns(0, 1)
    sheet.protect()


def _sum(row: int, count: int) -> str:
    """The formula that a total must have, without its equals sign."""
    return f"SUM({xl_col_to_name(LEFT)}{row + 1}:{xl_col_to_name(LEFT + count - 1)}{row + 1})"


@dataclass
class Column:
    """What a file says of one unit."""

    numbers: dict[str, int | None] = field(default_factory=dict)
    missing: str = ""
    code: str = ""
    reason: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether no number was written."""
        return all(value is None for value in self.numbers.values())


@dataclass
class Returned:
    """A workbook that came back."""

    payload: dict[str, Any]
    signature: str
    columns: dict[str, Column]
    #: Village or child -> panel (or None), of those marked as read.
    read: dict[str, int | None]
    #: Cells whose formula is not the one that left, such as ``H12``.
    broken: list[str]


def read_workbook(file: IO[bytes]) -> Returned:
    """Read a workbook; :class:`Refused` where it is none of ours, or holds what is no number."""
    content = file.read()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
        parts = book.get_sheet_by_name(PARTS).to_python(skip_empty_area=False)
        seal = [str(row[0]) for row in book.get_sheet_by_name(SEAL).to_python() if row and row[0]]
        payload = json.loads(base64.b64decode("".join(seal[2:]), validate=True))
        units = [_code(value) for value in rows[2][LEFT:-1]]
        if rows[2][0] != HEAD or not isinstance(payload, dict):
            raise ValueError(HEAD)
    except (CalamineError, ValueError, LookupError, zipfile.BadZipFile) as problem:
        raise Refused(
            _("Berkas ini bukan berkas pleno luring."),
            hint=_("Kirim kembali berkas XLSX yang diunduh dari halaman D.Hasil ini."),
            field="file",
        ) from problem
    return Returned(
        payload,
        seal[0],
        _columns(rows, units),
        {
            _code(row[0]): int(row[3]) if isinstance(row[3], int | float) and row[3] else None
            for row in parts[1:]
            if len(row) > 3 and str(row[2]).strip().lower() == "ya"
        },
        _broken(content, rows, len(units)),
    )


def _code(value: Any) -> str:
    """A code, also where an office program turned it into a number."""
    return str(int(value)) if isinstance(value, int | float) else str(value).strip()


def _columns(rows: list[list[Any]], units: list[str]) -> dict[str, Column]:
    found = {unit: Column() for unit in units}
    wrong = []
    for n, row in enumerate(rows[TOP:], TOP):
        key = str(row[0])
        for at, unit in enumerate(units, LEFT):
            value = row[at] if at < len(row) else ""
            column = found[unit]
            if key in (MISSING, CODE, REASON):
                text = str(value).strip()
                if key == MISSING:
                    column.missing = text
                elif key == CODE:
                    column.code = text
                else:
                    column.reason = text
            elif key:
                number = _whole(value)
                if number is ...:
                    wrong.append(f"{xl_col_to_name(at)}{n + 1}")
                    continue
                column.numbers[key] = number
    if wrong:
        raise Refused(
            _("Sel %(cells)s tidak berisi bilangan bulat.", cells=", ".join(wrong[:10])),
            hint=_("Isi dengan angka tanpa titik dan tanpa huruf, atau kosongkan."),
            field="file",
        )
    return found


def _whole(value: Any) -> Any:
    """A whole number from 0, None for an empty cell, ``...`` for anything else."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().isdigit():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value) or value < 0:
        return ...
    return int(value)


def _broken(content: bytes, rows: list[list[Any]], count: int) -> list[str]:
    """The totals whose formula is not the sum of the row."""
    formulas = _formulas(content)
    total = xl_col_to_name(LEFT + count)
    found = []
    for n, row in enumerate(rows[TOP:], TOP):
        if not row[0] or row[0] in (MISSING, CODE, REASON):
            continue
        cell = f"{total}{n + 1}"
        formula = formulas.get(cell)
        if formula is None or (formula and _plain(formula) != _sum(n, count)):
            found.append(cell)
    return found


def _plain(formula: str) -> str:
    return re.sub(r"[\s$=]", "", formula).upper()


def _formulas(content: bytes) -> dict[str, str]:
    """Cell -> formula of the sheet of numbers; "" for one that repeats a shared formula."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        book = _xml(package, "xl/workbook.xml")
        links = _xml(package, "xl/_rels/workbook.xml.rels")
        relation = next(s.get(f"{REL}id") for s in book.iter(f"{MAIN}sheet") if s.get("name") == SHEET)
        target = next(str(link.get("Target")) for link in links if link.get("Id") == relation)
        sheet = _xml(package, target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    return {
        str(cell.get("r")): (formula.text or "")
        for cell in sheet.iter(f"{MAIN}c")
        if (formula := cell.find(f"{MAIN}f")) is not None
    }


def _xml(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """A part of the package; one that declares entities is none of a workbook's."""
    content = package.read(name)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused(_("Berkas ini bukan berkas pleno luring."), field="file")
    return ElementTree.fromstring(content)  # noqa: S314  (without a DOCTYPE there is no entity to expand)
