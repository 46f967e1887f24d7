"""Forms of supporters: give one, withdraw one, hand in, conclude."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from electsys.documents.forms import UploadField
from electsys.web.forms import Form
from modules.silon.support_claims import SupporterClaim
from modules.silon.support_words import FIELDS, PAPER_PURPOSE, PAPERS

REQUIRED = InputRequired(_l("Wajib diisi."))


def _text(name: str, longest: int) -> StringField:
    return StringField(FIELDS[name], [REQUIRED, Length(max=longest)])


class SupporterForm(Form):
    """One supporter, as the signed statement has it."""

    nik = StringField(
        FIELDS["nik"],
        [REQUIRED, Regexp(r"^\d{16}$", message=_l("Isi 16 angka."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": "16"},
    )
    name = _text("name", 200)
    sex = SelectField(
        FIELDS["sex"], choices=[SelectChoice("L", _l("Laki-laki")), SelectChoice("P", _l("Perempuan"))]
    )
    birth_place = _text("birth_place", 100)
    birth_date = DateField(FIELDS["birth_date"], [InputRequired(_l("Isi tanggalnya."))])
    marital_status = SelectField(
        FIELDS["marital_status"],
        choices=[
            SelectChoice("B", _l("Belum kawin")),
            SelectChoice("S", _l("Kawin")),
            SelectChoice("P", _l("Pernah kawin")),
        ],
    )
    occupation = _text("occupation", 100)
    address = _text("address", 300)
    rt = StringField(FIELDS["rt"], [Optional(), Length(max=4)])
    rw = StringField(FIELDS["rw"], [Optional(), Length(max=4)])
    village_code = StringField(
        FIELDS["village_code"],
        [REQUIRED, Regexp(r"^\d{10}$", message=_l("Isi 10 angka."))],
        render_kw={"inputmode": "numeric", "maxlength": "10"},
    )

    def claim(self) -> SupporterClaim:
        """The claim that the form makes."""
        said = {
            name: " ".join((getattr(self, name).data or "").upper().split())
            for name in ("name", "birth_place", "occupation", "address")
        }
        return SupporterClaim(
            nik=self.nik.data or "",
            sex=self.sex.data,
            birth_date=self.birth_date.data,
            marital_status=self.marital_status.data,
            village_code=self.village_code.data or "",
            rt=self.rt.data or None,
            rw=self.rw.data or None,
            **said,
        )


class ReasonForm(Form):
    """Why something is done."""

    reason = TextAreaField(_l("Alasan"), [Optional(), Length(max=500)], render_kw={"rows": "3"})


class NewPersonForm(Form):
    """Somebody for the DPD whom KPU gives access."""

    region = StringField(
        _l("Kode provinsi (2 angka)"), [REQUIRED, Regexp(r"^\d{2}$", message=_l("Isi 2 angka."))]
    )
    name = StringField(_l("Nama lengkap"), [REQUIRED, Length(max=200)])
    liaison = StringField(_l("Nama pengguna penghubung"), [Optional(), Length(max=100)])


class PaperForm(Form):
    """A paper of a supporter."""

    kind = SelectField(_l("Jenis dokumen"), choices=[SelectChoice(k, str(v)) for k, v in PAPERS.items()])
    file = UploadField(_l("Berkas"), kind=PAPER_PURPOSE, validators=[InputRequired(_l("Pilih berkasnya."))])
