"""Forms of the plenary that sets the participants, and of the draw."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.web.forms import Form


class DetermineForm(Form):
    """The plenary says that it decided, and who signs."""

    signer = StringField(
        _l("Nama ketua yang menandatangani"),
        [InputRequired(_l("Tulis nama ketua yang menandatangani.")), Length(max=120)],
    )
    pleno = BooleanField(
        _l("Rapat pleno terbuka sudah memutuskan penetapan ini"),
        [InputRequired(_l("Centang sesudah rapat pleno memutuskannya."))],
    )


class DrawForm(Form):
    """The seed and how it came about."""

    seed = StringField(
        _l("Benih"),
        [InputRequired(_l("Isi benih yang diperoleh di hadapan saksi.")), Length(max=200)],
        description=_l("Diperoleh terbuka sebelum dimasukkan, misalnya dua puluh lemparan dadu berurutan."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    source = TextAreaField(
        _l("Asal benih"),
        [InputRequired(_l("Ceritakan bagaimana benih diperoleh.")), Length(max=1000)],
        description=_l(
            "Siapa melempar atau mengambil, di mana, dan siapa saksinya. Tercetak di berita acara."
        ),
        render_kw={"rows": "3"},
    )
    saksi = BooleanField(
        _l("Benih diperoleh di hadapan saksi, dan tidak dicoba lebih dahulu"),
        [InputRequired(_l("Centang bila benih diperoleh di hadapan saksi."))],
    )
