"""The filter above the trail: a GET form, so that a view can be kept as a link."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import Length, Optional, Regexp, ValidationError

from electsys.ledger.queries import Filter
from electsys.ledger.wording import subject_code, verbs_like
from electsys.web.forms import Form


def _trim(value: str | None) -> str:
    return (value or "").replace("\0", "").strip()


class FilterForm(Form):
    """Account, verb, subject, region and days."""

    class Meta(Form.Meta):
        """A filter changes nothing, so it carries no token."""

        csrf = False

    akun = StringField(_l("Akun"), [Length(max=100)], filters=[_trim], description=_l("Nama atau nomornya"))
    kegiatan = StringField(
        _l("Kegiatan"),
        [Length(max=100)],
        filters=[_trim],
        description=_l("Misalnya memberi hak, atau kode"),
    )
    objek = StringField(
        _l("Objek"), [Length(max=100)], filters=[_trim], description=_l("Misalnya akun 5, atau kode")
    )
    wilayah = StringField(
        _l("Kode wilayah"),
        [Optional(), Regexp(r"[0-9]{2,13}$", message=_l("Isi dengan angka kode wilayah, misalnya 1201."))],
        filters=[_trim],
        description=_l("Termasuk di bawahnya"),
    )
    dari = DateField(_l("Dari tanggal"), [Optional()], description=_l("Pukul 00.00 WIB"))
    sampai = DateField(_l("Sampai tanggal"), [Optional()], description=_l("Pukul 24.00 WIB"))

    def validate_sampai(self, field: DateField) -> None:
        """The last day does not lie before the first."""
        if field.data and self.dari.data and field.data < self.dari.data:
            raise ValidationError(_l("Tanggal ini harus sama dengan atau sesudah tanggal mulai."))

    @property
    def wanted(self) -> Filter:
        """What the form asks for."""
        asked = self.kegiatan.data or ""
        coded = ":" in asked
        return Filter(
            account=self.akun.data or "",
            verb=asked if coded else "",
            verbs=verbs_like(asked) if asked and not coded else None,
            subject=subject_code(self.objek.data or ""),
            region=self.wilayah.data or "",
            since=self.dari.data,
            until=self.sampai.data,
        )

    @property
    def told(self) -> dict[str, str]:
        """The filter as the trail tells it: which fields were narrowed, to what."""
        return {f.name: str(f.data) for f in self if f.data}
