"""Forms of a submission and of what KPU says to it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.web.forms import Form


class SubmitForm(Form):
    """The party's statement, and the button."""

    true_data = BooleanField(
        _l("Saya menyatakan data dan dokumen ini benar, dan berwenang mengajukannya atas nama partai."),
        validators=[InputRequired(_l("Beri tanda pada pernyataan sebelum mengajukan."))],
    )


class ReturnForm(Form):
    """Why a registration is returned; printed on the official form."""

    reason = TextAreaField(
        _l("Alasan pengembalian"),
        description=_l(
            "Tercetak pada MODEL PENGEMBALIAN dan dibaca partai. Sebut apa yang kurang dan di mana."
        ),
        render_kw={"rows": "5"},
        validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=2000)],
    )
