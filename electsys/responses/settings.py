"""What the guard of public questions allows: settings of the app, with their meaning and defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

DAY = 86_400.0

#: Setting -> default. An address or device begins with its burst and gains its daily number in the course of
#: a day; a burst and a day together are the most that it can ever get in 24 hours.
DEFAULTS: dict[str, int] = {
    # Answers of one network address (of one /64, where it is IPv6), over all checks.
    "CHECK_ADDRESS_BURST": 60,
    "CHECK_ADDRESS_DAILY": 120,
    # Answers of one browser: less, so that one device does not use up the address that it shares.
    "CHECK_DEVICE_BURST": 12,
    "CHECK_DEVICE_DAILY": 36,
    # Answers of one address without proof of work: browsers without JavaScript, simple programs.
    "CHECK_PLAIN_BURST": 3,
    "CHECK_PLAIN_DAILY": 12,
    # Responses and objections of one address.
    "RESPONSE_BURST": 6,
    "RESPONSE_DAILY": 24,
    # Attempts to follow a response by its receipt.
    "RESPONSE_TRACK_BURST": 20,
    "RESPONSE_TRACK_DAILY": 200,
    # Proof of work: zero bits asked of an address without recent use, and steps up to that of a heavy one.
    "CHECK_WORK_BITS": 14,
    "CHECK_WORK_STEPS": 6,
    # Seconds for which a challenge holds.
    "CHECK_WORK_SECONDS": 300,
}
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
