"""Keep numbers of persons out of logs and of the trail: every run of 16 digits is masked.

Nobody writes a NIK into a log on purpose; they arrive in addresses, in exceptions and in the
parameters of a failed statement. Records are masked where they are made, after their arguments are
filled in, so that whatever a library logs is caught too.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

from flask import Flask

from electsys.privacy.masks import mask_nik

#: Sixteen digits, also grouped in fours; eight hexadecimal digits beside them make it part of a hash.
NUMBER = re.compile(r"(?<!\d)(?<![0-9a-f]{8})(\d{4}([ .-]?)\d{4}\2\d{4}\2\d{4})(?!\d)(?![0-9a-f]{8})")


#: What a renderer writes as it is; of anything else the text is masked.
PLAIN = (str, int, float, type(None), Mapping, list, tuple)


def mask(text: str) -> str:
    """``text`` with every 16-digit number masked as ``1201**********01``."""
    if len(text) < 16:
        return text
    return NUMBER.sub(lambda m: mask_nik(re.sub(r"\D", "", m[1])), text)


def masked(value: Any) -> Any:
    """The same for a whole value: strings inside mappings and sequences, and 16-digit integers."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, int) and not isinstance(value, bool) and 10**15 <= value < 10**16:
        return mask(str(value))
    if isinstance(value, Mapping):
        return {masked(k): masked(v) for k, v in value.items()}
    if isinstance(value, tuple):  # stays one: structlog knows an exc_info by it
        return tuple(masked(v) for v in value)
    if isinstance(value, list | set | frozenset):
        return [masked(v) for v in value]
    return value


def scrub_event(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: mask every value of the event. Put it last before the renderer."""
    for key, value in event.items():
        event[key] = masked(value if isinstance(value, PLAIN) else str(value))
    return event


def scrub_record(record: logging.LogRecord) -> logging.LogRecord:
    """Mask the finished message of a record, its exception and its stack."""
    if isinstance(record.msg, str):
        record.msg, record.args = mask(record.getMessage()), None
    else:  # structlog hands its whole event over
        record.msg = masked(record.msg)
    if record.exc_info and record.exc_info[0] and not record.exc_text:
        record.exc_text = logging.Formatter().formatException(record.exc_info)
    if record.exc_text:
        record.exc_text = mask(record.exc_text)
    if record.stack_info:
        record.stack_info = mask(record.stack_info)
    return record


class ScrubFilter(logging.Filter):
    """The same as a filter, for a handler that gets records of another process."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; never drop it."""
        scrub_record(record)
        return True


def install(app: Flask) -> None:
    """Mask every log record of this process as it is made, and the print of uncaught exceptions.

    A filter on a logger would miss the records of its children, and one on a handler those of
    handlers that are added later; the factory of records misses none.
    """
    made = logging.getLogRecordFactory()
    if not getattr(made, "scrubs", False):

        def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
            return scrub_record(made(*args, **kwargs))

        factory.scrubs = True  # type: ignore[attr-defined]
        logging.setLogRecordFactory(factory)
    sys.excepthook = _excepthook


def _excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print an uncaught exception without the numbers in it."""
    import traceback

    sys.stderr.write(mask("".join(traceback.format_exception(kind, error, trace))))
