"""Forms by which a ruling reopens a nomination or restores a candidate."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.web.forms import Form
from modules.silon.operations.rulings import Ruling

ACTIONS = {
    "reopen_entry": _l("Perbaiki dan ajukan ulang: pengusul mengisi lagi, lalu mengajukan"),
    "reopen_vermin": _l("Verifikasi administrasi diulang"),
    "reopen_dct": _l("Memenuhi syarat: langsung ke rancangan DCT (pasangan: siap ditetapkan)"),
}


class RestoreByRulingForm(Form):
    """Which ruling, and what it orders."""

    ruling = SelectField(_l("Putusan"), [InputRequired(_l("Pilih putusannya."))])
    reason = TextAreaField(
        _l("Amar putusan"),
        [InputRequired(_l("Tulis apa yang diperintahkan putusan itu.")), Length(max=1000)],
        description=_l("Apa yang diperintahkan, dengan singkat. Dibaca pengusul dan masyarakat: tanpa NIK."),
        render_kw={"rows": "3"},
    )

    def offer(self, known: Sequence[Ruling]) -> None:
        """Let one of these rulings be chosen."""
        self.ruling.choices = [
            SelectChoice("", ""),
            *(SelectChoice(str(each.document_id), each.number) for each in known),
        ]

    def chosen(self, known: Sequence[Ruling]) -> Ruling | None:
        """The ruling that was chosen."""
        return next((each for each in known if str(each.document_id) == self.ruling.data), None)


class ReopenForm(RestoreByRulingForm):
    """The same, with the step at which the nomination goes on."""

    action = RadioField(
        _l("Dibuka kembali pada tahap"), [InputRequired(_l("Pilih tahap yang dibuka kembali."))]
    )

    def offer_steps(self, actions: Sequence[str]) -> None:
        """Let one of these steps be chosen."""
        self.action.choices = [SelectChoice(code, ACTIONS[code]) for code in ACTIONS if code in actions]
