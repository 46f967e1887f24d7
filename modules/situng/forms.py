"""Forms of Situng's pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from electsys.documents.forms import UploadField
from electsys.web.forms import Form
from modules.situng.queries.contests import ContestCount


class ConfirmForm(Form):
    """The second person confirms a results file."""


class CancelForm(Form):
    """Withdraw a results file that waits."""

    reason = StringField(
        _l("Alasan pembatalan"),
        validators=[InputRequired(_l("Tuliskan alasan pembatalan.")), Length(max=500)],
    )


def correction_form(count: ContestCount) -> type[Form]:
    """The form of a correction: every cell, every vote, the reason and the evidence."""

    class CorrectionForm(Form):
        reason = TextAreaField(
            _l("Alasan pembetulan"),
            description=_l("Misalnya: salah salin dari C.Hasil, angka ratusan suara 02."),
            validators=[InputRequired(_l("Tuliskan alasan pembetulan.")), Length(max=1000)],
        )
        evidence = UploadField(
            _l("Bukti (foto C.Hasil atau berita acara)"),
            kind="evidence",
            validators=[InputRequired(_l("Lampirkan bukti pembetulan."))],
        )

    def number(label: str) -> IntegerField:
        return IntegerField(
            label,
            validators=[
                Optional(),
                NumberRange(0, 999_999, _l("Isi dengan bilangan bulat 0 sampai 999.999.")),
            ],
        )

    for line in count.lines:
        setattr(CorrectionForm, line.column, number(line.label))
    for cell in count.model.cells:
        setattr(CorrectionForm, cell.name, number(cell.label))
    return CorrectionForm
