"""Forms of the intake's pages."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectChoice, SelectField
from wtforms.validators import AnyOf, InputRequired

from electsys.documents.forms import UploadField
from electsys.intake.mapping import Header
from electsys.intake.registry import Kind
from electsys.intake.specs import Spec
from electsys.web.forms import Form


def upload_form(kind: Kind, account: Any) -> Form:
    """Choose what the file belongs to, and the file."""

    class UploadForm(Form):
        if kind.context is not None:
            context = SelectField(
                kind.context.label,
                choices=[SelectChoice(value, label) for value, label in kind.context.choices(account)],
            )
        file = UploadField(
            _l("Berkas CSV atau XLSX"),
            kind=kind.purpose,
            validators=[InputRequired(_l("Pilih berkasnya."))],
        )

    return UploadForm()


def mapping_form(spec: Spec, header: Header) -> Form:
    """One choice a header of the file: the column that it means, or none."""

    class MappingForm(Form):
        @property
        def mapping(self) -> dict[str, str]:
            """Header name -> column name, "" for one that is passed over."""
            return {name: self[f"kolom_{place}"].data for place, name in enumerate(header.names) if name}

    proposed = {place: column for column, place in header.positions.items()}
    names = [c.name for c in spec.columns if not c.pattern]
    labels = {c.name: f"{c.name} ({c.label})" if c.label else c.name for c in spec.columns}
    for place, name in enumerate(header.names):
        if not name:
            continue
        own = spec.find(name)
        offered = [*names, *([own] if own and own not in names else [])]
        choices = [SelectChoice("", _("(abaikan)")), *(SelectChoice(n, labels.get(n, n)) for n in offered)]
        setattr(
            MappingForm, f"kolom_{place}", SelectField(name, choices=choices, default=proposed.get(place, ""))
        )
    return MappingForm()


class ConfirmForm(Form):
    """Apply a checked file: all its rows, or the valid ones."""

    mode = HiddenField(validators=[AnyOf(("semua", "sahih"))])
