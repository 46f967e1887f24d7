"""What the guard of public questions allows: the settings of ``config.PUBLIC_QUESTIONS``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from config import PUBLIC_QUESTIONS as DEFAULTS

DAY = 86_400.0

#: Fewer answers than this may one address get in a day, whatever it asks (NA-23).
MOST_ANSWERS = 200


@dataclass(frozen=True)
class Allowance:
    """One bucket: how many at once, and how many more each second."""

    burst: float
    rate: float


def number(name: str) -> int:
    """A setting of the room."""
    return int(current_app.config[name])


def allowance(name: str) -> Allowance:
    """The bucket that two settings describe, such as ``CHECK_DEVICE``."""
    return Allowance(float(number(f"{name}_BURST")), number(f"{name}_DAILY") / DAY)


def prepare(app: Flask) -> None:
    """Fill in defaults, and refuse to start with a limit that is none."""
    for name, default in DEFAULTS.items():
        app.config.setdefault(name, default)
    refuse_open_doors(app.config)


def refuse_open_doors(config: dict[str, Any]) -> None:
    """Stop the start where one address could get more answers a day than NA-23 allows."""
    most = config["CHECK_ADDRESS_BURST"] + config["CHECK_ADDRESS_DAILY"]
    if most >= MOST_ANSWERS:
        raise ValueError(
            f"CHECK_ADDRESS_BURST + CHECK_ADDRESS_DAILY is {most}: one address may get fewer than "
            f"{MOST_ANSWERS} answers a day (NA-23)."
        )
    empty = [name for name in DEFAULTS if config[name] < 1 and not name.startswith("CHECK_WORK")]
    if empty:
        raise ValueError(f"{', '.join(empty)}: a bucket needs at least 1.")
