"""Forms of determinations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from electsys.web.forms import Form
from modules.sirekap.forms import REQUIRED


class ComputeForm(Form):
    """Compute a result; after a decision only by a ruling."""

    ruling = StringField(
        _l("Nomor putusan"),
        [Optional(), Length(max=200)],
        description=_l(
            "Hanya bila hasil yang sudah ditetapkan diubah oleh putusan (contoh: MK 1/PHPU/2024)."
        ),
    )


class DetermineForm(Form):
    """The plenary decides."""

    signer = StringField(_l("Penanda tangan keputusan"), [REQUIRED, Length(max=200)])
    pleno = BooleanField(_l("Rapat pleno terbuka menyetujui hasil ini"), [REQUIRED])


class TieForm(Form):
    """The plenary orders those who tie."""

    order = StringField(
        _l("Urutan menurut pleno"),
        [REQUIRED, Length(max=500)],
        description=_l("Tulis kode di depan setiap nama, dipisah koma, dari yang didahulukan."),
    )
    reason = TextAreaField(_l("Dasar putusan pleno"), [REQUIRED, Length(max=1000)], render_kw={"rows": "3"})

    @property
    def keys(self) -> list[str]:
        """The codes in the order written."""
        return [key.strip() for key in (self.order.data or "").split(",") if key.strip()]
