"""Documents of the register in any state, for the generated tests of workflows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func

from modules.jdih.workflow import register as workflow_register  # noqa: F401  (it registers itself)
from tests.workflow.examples import example


def prepare(row: Any, action: str, account: Any) -> dict[str, Any]:
    """What a CHECK ties to the new state."""
    if action == "withdraw":
        return {"withdrawal": "Alasan uji"}
    return {"withdrawal": None, "published_at": func.now()}


@example("jdih_document", prepare=prepare)
def law_document(session: Any, state: str) -> Any:
    """A decision of Tapanuli Tengah."""
    from tests.jdih.registering import draft

    law = draft("kpt_kabko", unit="1201", year=2024)
    law.state = state
    law.published_at = None if state == "konsep" else func.now()
    law.withdrawal = "Alasan uji" if state == "ditarik" else None
    session.flush()
    return law
