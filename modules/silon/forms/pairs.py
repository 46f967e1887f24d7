"""Forms of pairs: open one, the parties behind it, its liaison, the plenary, the draw."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from electsys.web.forms import Form
from modules.sipol import Standing

REQUIRED = InputRequired(_l("Wajib diisi."))


class NewPairForm(Form):
    """A pair that KPU opens access for."""

    contest = SelectField(_l("Pemilihan"))
    name = StringField(
        _l("Nama pasangan"),
        [REQUIRED, Length(max=200)],
        description=_l("Kedua nama, misalnya SITI AMINAH dan BUDI SANTOSO."),
    )
    independent = BooleanField(_l("Pasangan perseorangan (dengan dukungan pemilih)"))
    liaison = StringField(
        _l("Nama pengguna penghubung"),
        [Optional(), Length(max=100)],
        description=_l("Akun berperan penghubung pasangan calon. Dapat ditambah kemudian."),
    )


class PartiesForm(Form):
    """The parties behind a pair."""

    parties = SelectMultipleField(
        _l("Partai yang mengusulkan"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, parties: Iterable[Standing]) -> PartiesForm:
        """The same form with those that may."""
        self.parties.choices = [SelectChoice(p.party_id, f"{p.number or '-'}. {p.name}") for p in parties]
        return self


class LiaisonForm(Form):
    """Somebody who acts for a pair."""

    username = StringField(_l("Nama pengguna penghubung"), [REQUIRED, Length(max=100)])


class PlenaryForm(Form):
    """Who signs the decision."""

    signer = StringField(_l("Ketua yang menandatangani"), [REQUIRED, Length(max=200)])


class PairDrawForm(Form):
    """The seed of a draw, and where it comes from."""

    seed = StringField(
        _l("Benih undian"),
        [REQUIRED, Length(max=200)],
        description=_l("Misalnya dua puluh kali lemparan dadu, ditulis berurutan."),
    )
    source = TextAreaField(
        _l("Asal benih"),
        [REQUIRED, Length(max=500)],
        description=_l("Siapa yang melempar, dengan apa, di hadapan siapa."),
        render_kw={"rows": "3"},
    )
