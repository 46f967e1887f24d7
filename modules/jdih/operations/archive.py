"""What admins of the archive set: classes with their retention, and what a kind of letter demands."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.jdih.models import ArchiveClass, LetterKind

#: Letters and dotted numbers, such as PL.01.4 (Kep KPU 57/2022).
CODE = re.compile(r"[A-Z]{2,4}(\.\d{1,3}){0,4}")
FATES = ("musnah", "permanen", "dinilai_kembali")


def save_class(
    row: ArchiveClass | None,
    *,
    code: str,
    name: str,
    parent: str | None,
    active_years: int | None,
    inactive_years: int | None,
    fate: str | None,
    source: str,
    to_confirm: bool,
    active: bool = True,
    actor: Actor,
) -> ArchiveClass:
    """Add a class, or change one; a code, once given, stays. Retention is set whole or not at all."""
    code = code.strip().upper()
    if row is None:
        if not CODE.fullmatch(code):
            raise Refused(_("Kode berupa huruf besar dan angka bertitik, misalnya PL.01.4."), field="code")
        if db.session.get(ArchiveClass, code) is not None:
            raise Refused(_("Klasifikasi %(code)s sudah ada.", code=code), field="code", status=409)
        row = ArchiveClass(code=code)
    if parent and (parent == row.code or db.session.get(ArchiveClass, parent) is None):
        raise Refused(_("Induknya harus klasifikasi lain yang sudah ada."), field="parent")
    if parent and not row.code.startswith(f"{parent}."):
        raise Refused(_("Kode harus diawali kode induknya."), field="parent")
    given = (active_years is not None, inactive_years is not None, bool(fate))
    if any(given) and not all(given):
        raise Refused(
            _("Isi retensi aktif, retensi inaktif, dan nasib akhir sekaligus, atau kosongkan semuanya."),
            field="active_years",
        )
    row.name, row.parent, row.source = name.strip(), parent or None, source.strip()
    row.active_years, row.inactive_years, row.fate = active_years, inactive_years, fate or None
    row.to_confirm, row.active = to_confirm, active
    db.session.add(row)
    db.session.flush()
    record(
        "jdih:archive:edit",
        f"archive_class:{row.code}",
        actor=actor,
        details={"active": active_years, "inactive": inactive_years, "fate": fate or None},
    )
    return row


def save_kind(
    row: LetterKind,
    *,
    series: str,
    signer_apart: bool,
    initials: int,
    public: bool,
    class_code: str | None,
    actor: Actor,
) -> None:
    """Set what a kind demands. Letters under way keep their number; a new series counts from its own."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", series):
        raise Refused(_("Isi dengan huruf, angka, garis bawah atau tanda hubung."), field="series")
    if not 0 <= initials <= 9:
        raise Refused(_("Isi dengan angka 0 sampai 9."), field="initials")
    if class_code and db.session.get(ArchiveClass, class_code) is None:
        raise Refused(_("Klasifikasi %(code)s tidak ada.", code=class_code), field="class_code")
    before = {"series": row.series, "apart": row.signer_apart, "initials": row.initials}
    row.series, row.signer_apart, row.initials, row.public = series, signer_apart, initials, public
    row.class_code = class_code or None
    db.session.flush()
    record(
        "jdih:kind:edit",
        f"letter_kind:{row.kind}",
        actor=actor,
        details={"from": before, "to": {"series": series, "apart": signer_apart, "initials": initials}},
    )
