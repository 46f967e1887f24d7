"""Forms of documents, and the upload field for everybody's forms."""

from __future__ import annotations

import json
import re
from typing import Any, cast

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from wtforms import DateField, DecimalField, FileField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from electsys.documents import kinds
from electsys.documents.models import StoredFile
from electsys.documents.operations.files import store_file
from electsys.documents.queries import own_upload
from electsys.errors import Refused
from electsys.ledger import Actor
from electsys.web.formats import angka, ukuran
from electsys.web.forms import Form


def limits_text(kind: kinds.Kind) -> str:
    """What may be uploaded, in words: printed beside the field, before anybody chooses a file."""
    parts = [_("Paling besar %(size)s", size=ukuran(kind.max_bytes))]
    if kind.max_pages is not None:
        parts.append(_("PDF paling banyak %(count)s halaman", count=angka(kind.max_pages)))
    if kind.max_pixels is not None:
        parts.append(
            _("gambar paling besar %(count)s juta piksel", count=angka(kind.max_pixels // 1_000_000))
        )
    return f"{kind.formats}. {'; '.join(parts)}."


def take_upload(given: FileStorage | str, *, kind: str, actor: Actor) -> StoredFile:
    """The stored file of what a form sent: the file itself, or the token of a finished upload."""
    if isinstance(given, FileStorage):
        return store_file(given.stream, name=given.filename or "", kind=kind, actor=actor)
    upload = own_upload(given, actor.account_id) if actor.account_id is not None else None
    if upload is None or upload.file is None or upload.kind != kind:
        raise Refused(
            _("Unggahan berkas belum selesai atau sudah kedaluwarsa."), hint=_("Pilih berkasnya sekali lagi.")
        )
    return upload.file


class UploadField(FileField):
    """A file that may arrive with the form, or before it in pieces (static/js/upload.js).

    Limits are printed as the field's hint. After validation, :meth:`store` gives the stored file::

        evidence = UploadField(_l("Bukti"), kind="evidence", validators=[InputRequired()])
        ...
        stored = form.evidence.store(actor=current_actor())

    The page adds ``{{ upload_script() }}`` of ``documents/_upload.html``; without it, or without
    JavaScript, the same field sends the file with the form.
    """

    def __init__(self, label: Any = None, validators: Any = None, *, kind: str, **more: Any) -> None:
        super().__init__(label, validators, **more)
        self.kind = kind
        purpose = kinds.limits(kind)
        self.description = " ".join(str(p) for p in (more.get("description"), limits_text(purpose)) if p)
        self.render_kw = {
            **(more.get("render_kw") or {}),
            "accept": purpose.accept,
            "data-upload": url_for("documents.begin_upload"),
            "data-upload-kind": kind,
            "data-upload-limit": str(purpose.max_bytes),
            "data-upload-words": json.dumps(words(purpose)),
        }

    def process_formdata(self, valuelist: list[Any]) -> None:
        """A file with content wins; else a token."""
        files = [v for v in valuelist if isinstance(v, FileStorage) and v.filename]
        tokens = [v for v in valuelist if isinstance(v, str) and v]
        self.data = next(iter([*files, *tokens]), None)
        self.raw_data = [self.data] if self.data else []

    def __call__(self, **attributes: Any) -> Markup:
        """The field; after a refused form also what has arrived already, so that nobody sends it twice."""
        shown = Markup(super().__call__(**attributes))  # noqa: S704  (made by the widget)
        if not isinstance(self.data, str) or not current_user.is_authenticated:
            return shown
        upload = own_upload(self.data, current_user.id)
        if upload is None or upload.file is None:
            return shown
        note = _("Sudah diunggah: %(name)s (%(receipt)s).", name=upload.name, receipt=upload.file.receipt)
        return shown + Markup(
            '<input type="hidden" name="{}" value="{}"><p class="field-hint">{}</p>'
        ).format(self.name, self.data, note)

    def store(self, *, actor: Actor) -> StoredFile:
        """The stored file; :class:`Refused` names this field."""
        try:
            return take_upload(cast(FileStorage | str, self.data), kind=self.kind, actor=actor)
        except Refused as refusal:
            refusal.field = self.short_name
            raise


def words(kind: kinds.Kind) -> dict[str, str]:
    """What upload.js says, in the reader's language."""
    return {
        "sending": _("Mengunggah"),
        "checking": _("Memeriksa berkas"),
        "waiting": _("Sambungan terputus. Unggahan dilanjutkan sendiri begitu tersambung."),
        "done": _("Tersimpan. Nomor tanda terima:"),
        "cancel": _("Batalkan unggahan"),
        "cancelled": _("Unggahan dibatalkan."),
        "hold": _("Formulir dikirim begitu unggahan selesai."),
        "large": _("Berkas melebihi batas %(limit)s.", limit=ukuran(kind.max_bytes)),
        "failed": _("Unggahan gagal. Pilih berkasnya sekali lagi."),
    }


#: What stands in each place of a number template.
PLACES = {
    "urut": _l("nomor urut (urut_2, urut_3: dengan nol di depan)"),
    "jenis": _l("kode jenis naskah, misalnya BA"),
    "klasifikasi": _l("klasifikasi arsip, misalnya PL.01.8"),
    "kode": _l("kode satker atau unit, misalnya 1201"),
    "satker": _l("singkatan satker: KPU, KPU-Prov, KPU-Kab, KPU-Kot"),
    "bulan": _l("bulan dengan angka"),
    "bulan_romawi": _l("bulan dengan angka romawi"),
    "tahun": _l("tahun"),
}


class CompareForm(Form):
    """Compare a PDF with the one on record."""

    file = FileField(_l("Berkas PDF yang Anda terima"), validators=[InputRequired(_l("Pilih berkasnya."))])


class TemplateForm(Form):
    """A number template."""

    number_group = SelectField(
        _l("Untuk"),
        choices=[
            SelectChoice("naskah", _l("Naskah dinas (berita acara, surat, nota dinas, ...)")),
            SelectChoice("produk_hukum", _l("Peraturan dan keputusan")),
        ],
    )
    unit = StringField(
        _l("Kode wilayah satker"),
        description=_l("Kosong: untuk semua satker. Isi 0 untuk KPU RI saja, atau kode 2 atau 4 angka."),
        validators=[Optional(), Length(max=4)],
    )
    pattern = StringField(
        _l("Pola"),
        description=_l("Misalnya {urut}/{klasifikasi}-{jenis}/{kode}/{tahun}."),
        validators=[InputRequired(_l("Isi polanya.")), Length(max=200)],
    )
    valid_from = DateField(_l("Berlaku sejak"), validators=[InputRequired(_l("Isi tanggalnya."))])
    valid_to = DateField(_l("Berlaku sampai"), validators=[Optional()])
    source = StringField(
        _l("Dasar hukum"),
        validators=[InputRequired(_l("Sebutkan peraturan yang menetapkannya.")), Length(max=300)],
    )

    def validate_unit(self, field: StringField) -> None:
        """A code of a province or a kab/kota, or 0 for KPU RI."""
        if field.data and not re.fullmatch(r"0|\d{2}|\d{4}", field.data):
            raise ValidationError(_("Isi 0, kode provinsi (2 angka), atau kode kabupaten/kota (4 angka)."))

    @property
    def unit_code(self) -> str | None:
        """The unit as it is stored: None for all, "" for KPU RI."""
        return None if not self.unit.data else "" if self.unit.data == "0" else self.unit.data


class LimitForm(Form):
    """Limits of one purpose."""

    max_megabytes = DecimalField(
        _l("Ukuran paling besar (MB)"),
        validators=[
            InputRequired(_l("Isi ukurannya.")),
            NumberRange(min=1, message=_l("Paling sedikit 1 MB.")),
        ],
    )
    max_pages = IntegerField(
        _l("Halaman PDF paling banyak"), validators=[Optional(), NumberRange(1, 100_000)]
    )
    max_megapixels = IntegerField(
        _l("Gambar paling besar (juta piksel)"), validators=[Optional(), NumberRange(1, 500)]
    )
