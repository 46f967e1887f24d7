"""States of a nomination and of a candidate, as data (design.md, rule 5; domain.md 4.2)."""

from modules.silon.workflow.candidates import CANDIDATE, LEFT_DCS
from modules.silon.workflow.nominations import LIST, PAIR, flow_of
from modules.silon.workflow.seats import SEAT
from modules.silon.workflow.support import SUPPORT, SUPPORTER

__all__ = ["CANDIDATE", "LEFT_DCS", "LIST", "PAIR", "SEAT", "SUPPORT", "SUPPORTER", "flow_of"]
