"""Forms that decide whether two persons are one human, and that undo it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.web.forms import Form


class PartForm(Form):
    """Why."""

    reason = TextAreaField(
        _l("Alasan"),
        [InputRequired(_l("Tulis alasannya.")), Length(max=500)],
        description=_l("Tercatat dalam jejak kegiatan. Jangan menulis NIK."),
        render_kw={"rows": "3"},
    )


class MergeForm(PartForm):
    """Which row stays, or that there are two humans."""

    decision = RadioField(
        _l("Keputusan"),
        [InputRequired(_l("Pilih keputusannya."))],
        choices=[
            SelectChoice("first", _l("Satu orang: catatan pertama dipertahankan")),
            SelectChoice("second", _l("Satu orang: catatan kedua dipertahankan")),
            SelectChoice("apart", _l("Dua orang yang berbeda")),
        ],
    )
