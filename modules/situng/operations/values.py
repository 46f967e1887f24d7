"""The numbers of a form, by name as people send them and as the arrays that are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from electsys.errors import Refused
from modules.situng.contest import ContestCount
from modules.situng.models import Capture
from modules.situng.queries.captures import names_of

#: What no form can hold more of; the same limit as in a results file.
MOST = 999_999
Values = Mapping[str, int | None]


def arrays(
    count: ContestCount, values: Values
) -> tuple[list[int | None], list[int | None], list[int | None]]:
    """Named numbers as the arrays of a form: cells, votes, sums of parties (empty where none is written).

    :class:`Refused` names one that cannot be right.
    """
    names = names_of(count)
    if unknown := sorted(set(values) - set(names)):
        raise Refused(_("Formulir ini tidak mempunyai isian %(name)s.", name=unknown[0]), field=unknown[0])
    for name, value in values.items():
        whole = value is None or (isinstance(value, int) and not isinstance(value, bool))
        if not whole or not 0 <= (value or 0) <= MOST:
            raise Refused(_("Isi dengan bilangan bulat 0 sampai 999.999."), field=name)
    numbers = [values.get(name) for name in names]
    width = len(count.model.names)
    to = width + len(count.columns)
    sums = numbers[to:]
    return numbers[:width], numbers[width:to], sums if any(v is not None for v in sums) else []


def both_entries(capture: Capture, names: Sequence[str]) -> tuple[list[int | None], list[int | None]]:
    """The two entries as one list each, a number a name, in the order of :func:`names_of`."""
    first = [*(capture.first_cells or ()), *(capture.first_votes or ()), *capture.first_sums]
    second = [*(capture.second_cells or ()), *(capture.second_votes or ()), *capture.second_sums]
    return first + [None] * (len(names) - len(first)), second + [None] * (len(names) - len(second))
