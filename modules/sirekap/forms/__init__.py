"""Forms of Sirekap's pages; here what several of them share."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.web.forms import Form

REQUIRED = InputRequired(_l("Wajib diisi."))


class ReasonForm(Form):
    """Why a step is taken."""

    reason = TextAreaField(_l("Alasan"), [REQUIRED, Length(max=1000)], render_kw={"rows": "2"})
