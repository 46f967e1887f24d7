"""Forms of a list: begin it, order it, approve it, submit it, return it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from electsys.web.forms import Form


class OrderForm(Form):
    """The keys of the candidates in their new order, with commas between them."""

    order = HiddenField(validators=[InputRequired()])

    @property
    def ids(self) -> list[int]:
        """The keys; a mark that is none is left out, and the operation refuses what is not whole."""
        return [int(key) for key in (self.order.data or "").split(",") if key.isdigit()]


class ApproveForm(Form):
    """Approve lists in the names of those who lead the party. ``lists`` carries ``id:digest`` as shown."""

    lists = SelectMultipleField(
        _l("Daftar yang disetujui"),
        validators=[InputRequired(_l("Pilih paling sedikit satu daftar."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    chair = StringField(_l("Ketua umum"), validators=[InputRequired(_l("Wajib diisi.")), Length(max=120)])
    secretary = StringField(
        _l("Sekretaris jenderal"), validators=[InputRequired(_l("Wajib diisi.")), Length(max=120)]
    )
    true_data = BooleanField(
        _l("Kami sudah membaca daftar itu dan menyetujuinya atas nama pimpinan pusat partai"),
        validators=[InputRequired(_l("Nyatakan persetujuannya."))],
    )

    @property
    def chosen(self) -> list[tuple[int, bytes]]:
        """The lists that were ticked, with the digest of the names that were shown."""
        return [(int(key), bytes.fromhex(digest)) for key, digest in (v.split(":") for v in self.lists.data)]


class SubmitForm(Form):
    """Submit, with the word of who does it."""

    true_data = BooleanField(
        _l("Saya menyatakan data dan dokumen yang diajukan benar"),
        validators=[InputRequired(_l("Nyatakan bahwa datanya benar."))],
    )


class ReturnForm(Form):
    """Why a submission is returned."""

    reason = TextAreaField(
        _l("Alasan pengembalian"),
        description=_l("Sebutkan yang kurang, satu per satu: itu tercetak di formulir pengembalian."),
        validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=2000)],
    )


class RevokeForm(Form):
    """Why an approval is taken back."""

    reason = StringField(
        _l("Alasan menarik persetujuan"),
        validators=[InputRequired(_l("Tuliskan alasannya.")), Length(max=300), Optional()],
    )
