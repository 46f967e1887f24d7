"""What pages show of a candidate: its parts with the way to change them, the values of a version in words."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from modules.silon.candidate_words import CONDITIONS, FIELDS, MARITAL, PAGES, PROFILE, SEXES
from modules.silon.models import Candidate

#: Label, value, address to change it (None: it may not be changed).
Row = tuple[Any, Any, str | None]


def parts_of(row: Candidate, may_edit: bool) -> list[tuple[str, list[Row]]]:
    """What is said of somebody: a part for each page, rows (label, value, address to change it)."""

    def at(page: str) -> str | None:
        return url_for("silon.candidate_page", candidate_id=row.id, page=page) if may_edit else None

    def rows(page: str, *pairs: tuple[str, Any]) -> list[Row]:
        return [(FIELDS[name], value, at(page)) for name, value in pairs]

    profile = [
        (PROFILE[name], "; ".join(value) if isinstance(value, list) else value, at("riwayat"))
        for name, value in row.profile.items()
        if name in PROFILE
    ]
    return [
        (
            str(PAGES["identitas"]),
            rows(
                "identitas",
                ("name", row.name),
                ("title_before", row.title_before),
                ("title_after", row.title_after),
                ("sex", SEXES[row.sex]),
                ("birth_place", f"{row.birth_place}, {row.birth_year or '–'}"),
                ("marital_status", MARITAL.get(row.marital_status or "")),
            ),
        ),
        (
            str(PAGES["tinggal"]),
            rows(
                "tinggal",
                ("address", row.address),
                ("residence_code", row.residence),
                ("ballot_name", row.ballot_name),
                ("occupation", row.occupation),
            ),
        ),
        (
            str(PAGES["riwayat"]),
            [*profile, *rows("riwayat", ("consent", _("ya") if row.consent else _("tidak")))],
        ),
        (
            str(PAGES["keadaan"]),
            rows("keadaan", ("conditions", "; ".join(str(CONDITIONS[c]) for c in row.conditions))),
        ),
    ]


def say(field: str, value: Any) -> Any:
    """A value of a version in words."""
    if value is None:
        return _("tidak diisi")
    worded: dict[str, Any] = {"sex": SEXES, "marital_status": MARITAL}
    listed: dict[str, Any] = {"profile": PROFILE, "conditions": CONDITIONS}
    if field in listed:
        return "; ".join(str(listed[field].get(name, name)) for name in value)
    if field in worded:
        return worded[field].get(value, value)
    return _("ya") if value is True else value
