"""Forms of documents: one for its place, one that is placed by hand; and conclusions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from electsys.documents.forms import UploadField
from electsys.web.forms import Form
from modules.silon.models import Candidate
from modules.silon.rules.documents import PURPOSE, Kind


class SlotForm(Form):
    """One file for one place."""

    file = UploadField(_l("Berkas"), validators=[InputRequired(_l("Pilih berkasnya."))], kind=PURPOSE)


class PlaceForm(Form):
    """Which document of whom a file is."""

    kind = SelectField(_l("Jenis dokumen"), validators=[InputRequired(_l("Pilih jenisnya."))])
    number = SelectField(_l("Milik"), validators=[InputRequired(_l("Pilih pemiliknya."))])


def place_form(kinds: Sequence[Kind], people: Sequence[Candidate], **values: Any) -> PlaceForm:
    """The form with the kinds of the law and the candidates that stand."""
    form = PlaceForm(**values)
    form.kind.choices = [SelectChoice("", _l("pilih jenis")), *(SelectChoice(k.code, k.label) for k in kinds)]
    form.number.choices = [
        SelectChoice("", _l("pilih pemilik")),
        SelectChoice("0", _l("Pencalonan ini")),
        *(SelectChoice(str(c.number), f"{c.number}. {c.name}") for c in people),
    ]
    return form


class ConcludeForm(Form):
    """The plenary says that it decided what the page shows."""

    outcome = HiddenField(validators=[InputRequired()])
    plenary = BooleanField(
        _l("Rapat pleno sudah memutuskan hasil ini"),
        [InputRequired(_l("Centang sesudah rapat pleno memutuskannya."))],
    )


def slot_label(kind: Kind, candidate: Candidate | None) -> str:
    """A place in words."""
    if candidate is None:
        return _("%(kind)s, dokumen pencalonan", kind=kind.label)
    return _("%(kind)s, nomor %(n)s %(name)s", kind=kind.label, n=candidate.number, name=candidate.name)
