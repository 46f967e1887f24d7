"""The life of a response: received, looked into, its content accepted or refused; each with a reason."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.identity.permissions import declare
from electsys.responses.models import PublicResponse
from electsys.workflow import Transition, Workflow, within

READ = declare("responses:response:read", _l("Membaca tanggapan masyarakat"))
DECIDE = declare("responses:response:decide", _l("Memproses dan memutus tanggapan masyarakat"))

LABELS = {
    "diterima": _l("diterima"),
    "diproses": _l("sedang diproses"),
    "diterima_isinya": _l("dikabulkan"),
    "ditolak": _l("ditolak"),
}
#: The look of a state.
LOOKS = {
    "diterima": "state-wait",
    "diproses": "state-info",
    "diterima_isinya": "state-ok",
    "ditolak": "state-stop",
}
#: What an officer chooses -> the action.
DECISIONS = {"kabul": "accept", "tolak": "reject"}

RESPONSE = Workflow(
    "responses_response",
    PublicResponse,
    "state",
    (
        Transition("diterima", "take", "diproses", DECIDE, label=_l("Proses")),
        Transition("diproses", "accept", "diterima_isinya", DECIDE, label=_l("Kabulkan"), reason=True),
        Transition("diproses", "reject", "ditolak", DECIDE, label=_l("Tolak"), reason=True),
    ),
    scope=lambda row: Scope(row.region, row.party_id, row.election_id),
    scope_clause=within(
        region=PublicResponse.region, party=PublicResponse.party_id, election=PublicResponse.election_id
    ),
    label=_l("Tanggapan masyarakat"),
    labels=LABELS,
)
