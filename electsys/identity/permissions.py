"""The register of permissions: what may be done, as ``module:resource:action``, with its label."""

from __future__ import annotations

import re
from typing import Any

#: Every declared permission and its label in the interface's language.
ALL: dict[str, Any] = {}

_FORM = re.compile(r"[a-z_]+:[a-z_]+:[a-z_]+")


def declare(name: str, label: Any) -> str:
    """Declare a permission; return its name. A wrong form is a mistake of the programmer."""
    if not _FORM.fullmatch(name):
        raise ValueError(f"{name!r} is not module:resource:action")
    ALL[name] = label
    return name
