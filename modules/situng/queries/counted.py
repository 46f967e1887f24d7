"""The forms that count, as a set: what Sirekap's recap is built from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, select

from modules.situng.models import ResultForm, ResultVersion


def counted_forms(contest_id: int, region: str = "") -> Select[Any, *tuple[Any, ...]]:
    """The accepted version of every form of a contest in a region, for a set-based reader.

    Rows have ``province``, ``tps_code``, ``version`` (an id), ``cells`` and ``votes``: complete, without an
    open F, confirmed by a second person. A TPS without a row has no form that counts.
    """
    statement = (
        select(
            ResultForm.province,
            ResultForm.tps_code,
            ResultVersion.id.label("version"),
            ResultVersion.cells,
            ResultVersion.votes,
        )
        .join(
            ResultVersion,
            and_(
                ResultVersion.province == ResultForm.province,
                ResultVersion.contest_id == ResultForm.contest_id,
                ResultVersion.tps_code == ResultForm.tps_code,
                ResultVersion.id == ResultForm.accepted_id,
            ),
        )
        .where(ResultForm.contest_id == contest_id)
    )
    if region:
        statement = statement.where(
            ResultForm.province == region[:2],
            ResultForm.tps_code >= region,
            ResultForm.tps_code < region + "~",
        )
    return statement


def form_states(contest_id: int, region: str) -> Select[Any, *tuple[Any, ...]]:
    """Where every received form of a region stands: ``tps_code`` and ``state``."""
    return select(ResultForm.tps_code, ResultForm.state).where(
        ResultForm.contest_id == contest_id,
        ResultForm.province == region[:2],
        ResultForm.tps_code >= region,
        ResultForm.tps_code < region + "~",
    )
