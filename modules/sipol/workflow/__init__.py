"""States of a registration and of a member's row, as data (design.md, rule 5; domain.md 3.2, 3.5)."""

from modules.sipol.workflow.members import MEMBER
from modules.sipol.workflow.registrations import REGISTRATION

__all__ = ["MEMBER", "REGISTRATION"]
