"""Errors of single cells and rows: codes, and their one wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.intake.specs import Choice, Code, Column, Integer, Label, Spec, Text


@dataclass(frozen=True)
class RowError:
    """One error of a file: where, what was written, what is wrong and how to mend it.

    ``row_number`` counts as a spreadsheet does: the header is usually row 1. ``column`` is the name
    in the specification ("" for the whole row).
    """

    row_number: int
    column: str
    value: str | None
    code: str
    message: str
    hint: str


#: code -> what is wrong, how to mend it. ``%(...)s`` are filled from the column and the detail.
MESSAGES: dict[str, tuple[Label, Label]] = {
    "empty": (_l("Sel ini kosong."), _l("Isi sel ini; kolom ini wajib diisi di setiap baris.")),
    "not_a_number": (_l("Isi bukan bilangan."), _l("Tulis bilangan bulat dengan angka 0-9 saja.")),
    "separator": (
        _l("Bilangan memakai titik atau koma."),
        _l("Tulis tanpa titik dan koma, misalnya 1234; titik dapat berarti ribuan atau pecahan."),
    ),
    "negative": (_l("Bilangan negatif."), _l("Tulis bilangan mulai dari %(min)s.")),
    "too_small": (_l("Bilangan terlalu kecil."), _l("Tulis bilangan mulai dari %(min)s.")),
    "too_large": (_l("Bilangan terlalu besar."), _l("Tulis bilangan paling besar %(max)s.")),
    "code_digits": (
        _l("Kode harus terdiri atas %(digits)s angka."),
        _l("Periksa kode ini, juga angka 0 di depannya; di Excel beri kolom ini format Teks."),
    ),
    "code_rounded": (
        _l("Kode telah diubah program lembar kerja menjadi bilangan berpangkat."),
        _l("Di Excel beri kolom ini format Teks, lalu isi lagi kode yang lengkap (%(digits)s angka)."),
    ),
    "too_long": (_l("Teks terlalu panjang."), _l("Tulis paling banyak %(max)s huruf.")),
    "date_form": (
        _l("Tanggal tidak dapat dibaca."),
        _l("Tulis tanggal sebagai TAHUN-BULAN-HARI, misalnya 2024-02-14."),
    ),
    "choice": (_l("Isi tidak dikenal."), _l("Pilih salah satu: %(choices)s.")),
    "duplicate": (
        _l("Baris ganda: kunci yang sama ada juga di baris %(detail)s."),
        _l("Sisakan satu baris yang benar."),
    ),
    "row_short": (
        _l("Baris ini hanya mempunyai %(detail)s kolom."),
        _l("Lengkapi baris ini; berkas mungkin terpotong saat disalin."),
    ),
    "row_long": (
        _l("Baris ini mempunyai %(detail)s kolom, lebih banyak daripada judulnya."),
        _l("Apit isi yang mengandung pemisah kolom dengan tanda kutip."),
    ),
}


def word(
    code: str,
    column: Column | None,
    detail: str | None,
    extra: Mapping[str, tuple[Label, Label]] | None = None,
) -> tuple[str, str]:
    """Message and hint of an error code in the reader's language. A module adds codes by ``extra``."""
    known = (extra or {}).get(code) or MESSAGES.get(code)
    if known is None:
        return code, ""
    facts = {"detail": detail or "", **_facts(column)}
    return str(known[0]) % facts, str(known[1]) % facts


def _facts(column: Column | None) -> dict[str, object]:
    kind = column.kind if column else None
    return {
        "min": kind.min if isinstance(kind, Integer) else "",
        "max": kind.max if isinstance(kind, Integer | Text) else "",
        "digits": kind.digits if isinstance(kind, Code) else "",
        "choices": ", ".join(kind.map) if isinstance(kind, Choice) else "",
    }


def column_label(spec: Spec, name: str) -> str:
    """The column as a person knows it."""
    column = spec.column(name)
    if not name:
        return _("seluruh baris")
    return str(column.label) if column and column.label else name
