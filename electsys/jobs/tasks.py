"""What can run in the background, as data: tasks that are started, and beats that repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any, TypeVar

Body = TypeVar("Body", bound=Callable[..., Any])


@dataclass(frozen=True)
class Task:
    """A kind of job. Its body must stand being run again after a crash, from its last commit on."""

    name: str
    run: Callable[..., Any]
    #: What the reader calls it.
    label: Any
    queue: str
    #: How often it is tried again after an error.
    retry: int
    #: Seconds before the first retry; each later pause is four times as long.
    backoff: float


@dataclass(frozen=True)
class Repeated:
    """Work that repeats every ``seconds``. Its last writes are committed for it."""

    name: str
    run: Callable[..., Any]
    seconds: float
    #: Whether the body wants a handle, because it is a task as well.
    takes_job: bool
    #: What an admin calls it.
    label: Any = ""


TASKS: dict[str, Task] = {}
BEATS: dict[str, Repeated] = {}


def task(
    name: str, *, label: Any, queue: str = "default", retry: int = 3, backoff: float = 5
) -> Callable[[Body], Body]:
    """Declare the body ``def run(job: JobHandle, **args)`` of the jobs called ``name``."""

    def declare(body: Body) -> Body:
        TASKS[name] = Task(name, body, label, queue, retry, backoff)
        return body

    return declare


def every(seconds: float, name: str | None = None, *, label: Any = "") -> Callable[[Body], Body]:
    """Repeat ``def run()`` every ``seconds``, by one worker at a time, as the role electsys_app.

    The name, by default ``module.function``, is its row in the list of periodic work. Set on top of
    :func:`task`, the body can be started by hand as well; it then takes the handle, as a task does.
    """

    def declare(body: Body) -> Body:
        key = name or f"{body.__module__}.{body.__name__}"
        BEATS[key] = Repeated(key, body, seconds, bool(signature(body).parameters), label)
        return body

    return declare
