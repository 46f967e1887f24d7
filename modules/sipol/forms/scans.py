"""The form of the scan of one member."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField
from wtforms.validators import InputRequired

from electsys.documents.forms import UploadField
from electsys.web.forms import Form
from modules.sipol.rules.scans import PURPOSE
from modules.sipol.scan_words import KINDS


class ScanForm(Form):
    """The scan of one member."""

    kind = SelectField(_l("Pindaian"), choices=[SelectChoice(kind, label) for kind, label in KINDS.items()])
    scan = UploadField(
        _l("Berkas pindaian"),
        kind=PURPOSE,
        description=_l("Disimpan tersegel. Nama berkasnya tidak boleh memuat NIK."),
        validators=[InputRequired(_l("Pilih berkasnya."))],
    )
