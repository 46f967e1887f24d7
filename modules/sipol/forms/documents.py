"""The form of a document that is placed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from electsys.web.forms import Form
from modules.sipol.rules.documents import Kind


class PlaceForm(Form):
    """Which document of which area a file is."""

    kind = SelectField(_l("Jenis dokumen"), validators=[InputRequired(_l("Pilih jenisnya."))])
    region = StringField(
        _l("Wilayah"),
        description=_l("Kode atau nama wilayah, atau “pusat”."),
        validators=[InputRequired(_l("Isi wilayahnya.")), Length(max=100)],
        render_kw={"autocomplete": "off"},
    )


def place_form(kinds: Sequence[Kind], **values: Any) -> PlaceForm:
    """The form with the kinds of the election."""
    form = PlaceForm(**values)
    form.kind.choices = [SelectChoice("", _l("pilih jenis")), *(SelectChoice(k.code, k.label) for k in kinds)]
    return form
