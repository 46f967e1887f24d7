"""Who acts: the value that every operation takes as ``actor``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """An account acting in one of its grants, or a named job of the system (``account_id`` None)."""

    account_id: int | None
    name: str
    grant_id: int | None = None

    @classmethod
    def system(cls, job: str) -> Actor:
        """A named job of the house, such as ``fold`` or ``seal``."""
        return cls(None, f"sistem:{job}")
