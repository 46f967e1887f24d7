"""Which column of the file is which column of the specification."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.intake.specs import HELPER_COLUMNS, Column, Spec, normalise

#: No column is called like this; a header with it is a row of somebody's data.
DATA = re.compile(r"[0-9]{6}|[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True)
class Header:
    """A file's header matched to a specification.

    ``positions`` gives the place of each column found, ``columns`` every column to stage (found or
    not), ``ignored`` the headers that mean nothing here, ``missing`` the required columns that are
    not there, ``doubles`` pairs of headers that mean the same column.
    """

    names: tuple[str, ...]
    positions: dict[str, int]
    columns: tuple[Column, ...]
    ignored: tuple[str, ...]
    missing: tuple[str, ...]
    doubles: tuple[tuple[str, str], ...]

    def mapping(self) -> dict[str, str]:
        """Header name -> column name, for the columns found."""
        return {self.names[place]: column for column, place in self.positions.items()}

    def refuse_incomplete(self) -> None:
        """Raise :class:`Refused` if a required column is missing or two headers mean one column."""
        for first, second in self.doubles:
            raise Refused(
                _("Dua kolom berarti sama: “%(a)s” dan “%(b)s”.", a=first, b=second),
                hint=_("Sisakan satu, atau abaikan salah satunya saat mencocokkan kolom."),
            )
        if self.missing:
            raise Refused(
                _("Kolom wajib tidak ada: %(names)s.", names=", ".join(self.missing)),
                field=self.missing[0],
                hint=_("Judul yang ada: %(names)s.", names=", ".join(self.names[:40])),
            )


def match(spec: Spec, names: Sequence[str], chosen: Mapping[str, str] | None = None) -> Header:
    """Match by name; ``chosen`` (header -> column, or "" to pass it over) goes before that."""
    if spec.personal and any(DATA.search(name) for name in names):
        raise Refused(
            _("Baris pertama berkas ini bukan judul kolom, melainkan data."),
            hint=_(
                "Tambahkan baris judul, misalnya: %(names)s.", names=", ".join(c.name for c in spec.columns)
            ),
        )
    chosen = chosen or {}
    for header, target in chosen.items():
        if header not in names:
            raise Refused(_("Kolom “%(name)s” tidak ada di berkas.", name=header), field=header)
        if target and spec.column(target) is None:
            raise Refused(_("Kolom “%(name)s” tidak dikenal.", name=target), field=header)
    positions: dict[str, int] = {}
    doubles: list[tuple[str, str]] = []
    by_choice = sorted(range(len(names)), key=lambda place: (names[place] not in chosen, place))
    for place in by_choice:
        name = names[place]
        column = chosen[name] if name in chosen else spec.find(name)
        if not column:
            continue
        if column not in positions:
            positions[column] = place
        elif (name in chosen) == (names[positions[column]] in chosen):
            doubles.append((names[positions[column]], name))
    family = [spec.column(n) for n in sorted(positions, key=positions.__getitem__)]
    fixed = [c for c in spec.columns if not c.pattern]
    columns = fixed + [c for c in family if c and c.name not in {f.name for f in fixed}]
    used = set(positions.values())
    ignored = tuple(
        name
        for place, name in enumerate(names)
        if place not in used and name and normalise(name) not in HELPER_COLUMNS
    )
    return Header(
        tuple(names), positions, tuple(columns), ignored, tuple(spec.missing(positions)), tuple(doubles)
    )
