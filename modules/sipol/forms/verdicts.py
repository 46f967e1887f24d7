"""Forms of conclusions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SubmitField
from wtforms.validators import InputRequired

from electsys.web.forms import Form


class ConcludeForm(Form):
    """The plenary says that it decided; the verdict is what was judged."""

    pleno = BooleanField(
        _l("Rapat pleno sudah memutuskan hasil ini"),
        [InputRequired(_l("Centang sesudah rapat pleno memutuskannya."))],
    )
    submit = SubmitField(_l("Simpulkan dan buat berita acara"))


class RoundForm(Form):
    """Nothing but the token."""

    submit = SubmitField(_l("Buka putaran"))
