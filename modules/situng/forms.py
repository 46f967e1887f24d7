"""Forms of Situng's pages."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from electsys.documents.forms import UploadField
from electsys.regions.picker import RegionField
from electsys.web.forms import Form
from modules.situng.contest import ContestCount, Line


class CancelForm(Form):
    """Withdraw a results file that waits."""

    reason = StringField(
        _l("Alasan pembatalan"),
        validators=[InputRequired(_l("Tuliskan alasan pembatalan.")), Length(max=500)],
    )


class PrintForm(Form):
    """Have the forms of a region printed."""

    region = RegionField(
        _l("Wilayah"),
        description=_l("Kabupaten/kota, kecamatan, atau desa/kelurahan: nama atau kode."),
        validators=[InputRequired(_l("Isi wilayahnya."))],
    )
    contests = SelectMultipleField(
        _l("Pemilihan"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_l("Pilih sekurangnya satu pemilihan."))],
    )


class PrintOneForm(Form):
    """The form of one TPS, at once."""

    tps = StringField(
        _l("Kode TPS"),
        description=_l("13 angka."),
        validators=[
            InputRequired(_l("Isi kode TPS.")),
            Regexp(r"\d{13}$", message=_l("Kode TPS terdiri atas 13 angka.")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    contest = SelectField(_l("Pemilihan"))


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

    cells = [(cell.name, cell.label) for cell in count.model.cells]
    for name, label in (*(pair for _group, pairs in votes_on_paper(count) for pair in pairs), *cells):
        setattr(CorrectionForm, name, number(label))
    return CorrectionForm


class PhotoForm(Form):
    """The photo of one page of a form."""

    page = IntegerField(
        _l("Halaman"),
        validators=[InputRequired(_l("Isi nomor halaman.")), NumberRange(1, 50, _l("Isi 1 sampai 50."))],
    )
    photo = UploadField(
        _l("Foto C.Hasil"),
        kind="c_hasil",
        validators=[InputRequired(_l("Pilih fotonya."))],
        render_kw={"capture": "environment"},
    )


class RoundForm(Form):
    """Open another round of a form, by a decision."""

    vote_kind = SelectField(_l("Jenis"))
    decision = TextAreaField(
        _l("Keputusan dan alasannya"),
        description=_l("Nomor dan tanggal keputusan, dan mengapa diulang."),
        validators=[InputRequired(_l("Tuliskan keputusan dan alasannya.")), Length(max=1000)],
    )
    document = UploadField(
        _l("Dokumen keputusan"),
        kind="document",
        validators=[InputRequired(_l("Lampirkan dokumen keputusan."))],
    )


def entry_form(count: ContestCount) -> type[Form]:
    """The sheet of entry: every vote, then every cell; an empty field is "not written"."""

    class EntryForm(Form):
        pass

    for name, label in entry_labels(count).items():
        field = IntegerField(
            label,
            validators=[
                Optional(),
                NumberRange(0, 999_999, _l("Isi dengan bilangan bulat 0 sampai 999.999.")),
            ],
            render_kw={"maxlength": 7, "data-number": True},
        )
        setattr(EntryForm, name, field)
    return EntryForm


def entry_labels(count: ContestCount) -> dict[str, str]:
    """Names and labels of the numbers of a form, in the order in which they are typed."""
    return {cell.name: cell.label for cell in count.model.cells} | {
        name: label for _number, numbers in votes_on_paper(count) for name, label in numbers
    }


def votes_on_paper(count: ContestCount) -> list[tuple[str, list[tuple[str, str]]]]:
    """Section IV as the paper has it, line by line or party by party: (name of the group, numbers in it).

    A number is (name, label). A party's are its own votes (A.1), its candidates' (A.2) and their sum (B).
    """
    if not count.ballot.parties:
        return [("", [(line.column, line.label) for line in count.lines])]
    found = []
    for group, total in zip(count.groups, count.ballot.sums, strict=True):
        lines = [count.lines[i] for i in group.at]
        numbers = [(line.column, _label(line)) for line in lines]
        found.append(
            (
                group.line.label,
                [
                    *numbers,
                    (total, _("B. Jumlah partai %(number)s (A.1 + A.2)", number=f"{group.line.number:02d}")),
                ],
            )
        )
    return found


def _label(line: Line) -> str:
    if line.candidate is None:
        return _("A.1 Suara partai %(number)s", number=f"{line.number:02d}")
    struck = f" ({_('dicoret')})" if line.struck else ""
    return f"{line.label}{struck}"


def number_of(form: Form, name: str) -> int | None:
    """What a field of a valid entry holds; None is "not written"."""
    value: int | None = form[name].data
    return value
