"""Forms of plenaries, reviews, leaving and replacement, changes of the DCT, responses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from electsys.documents.forms import UploadField
from electsys.documents.models import StoredFile
from electsys.ledger import Actor
from electsys.web.forms import Form
from modules.silon.listing_words import REASONS
from modules.silon.operations.amendments import CAUSES

REQUIRED = _l("Wajib diisi.")
SIGNER = _l("Nama ketua yang menandatangani berita acara")


class DetermineForm(Form):
    """The plenary says that it decided, who signs, and what it noted."""

    signer = StringField(
        _l("Nama ketua yang menandatangani"),
        [InputRequired(_l("Tulis nama ketua yang menandatangani.")), Length(max=120)],
    )
    note = TextAreaField(
        _l("Catatan rapat pleno"),
        [Optional(), Length(max=1000)],
        description=_l("Wajib bila ada daftar yang tidak memenuhi ketentuan keterwakilan perempuan."),
        render_kw={"rows": "3"},
    )
    pleno = BooleanField(
        _l("Rapat pleno sudah memutuskan penetapan ini"),
        [InputRequired(_l("Centang sesudah rapat pleno memutuskannya."))],
    )


class ReviewForm(Form):
    """What those who put up say of a draft, or of a proof."""

    outcome = RadioField(
        _l("Hasil pencermatan"),
        [InputRequired(_l("Pilih salah satu."))],
        choices=[
            SelectChoice("sesuai", _l("Sudah sesuai")),
            SelectChoice("koreksi", _l("Perlu koreksi")),
        ],
    )
    note = TextAreaField(
        _l("Yang perlu dikoreksi"),
        [Optional(), Length(max=1000)],
        description=_l("Sebut nomor urut, yang tertulis, dan yang seharusnya."),
        render_kw={"rows": "3"},
    )


class _WithEvidence(Form):
    evidence: UploadField

    def stored(self, actor: Actor) -> StoredFile | None:
        """The file that came with it."""
        return self.evidence.store(actor=actor) if self.evidence.data else None


class LeaveForm(_WithEvidence):
    """How somebody leaves the provisional list."""

    action = RadioField(
        _l("Sebab"),
        [InputRequired(_l("Pilih sebabnya."))],
        choices=[
            SelectChoice("resign", REASONS["mengundurkan_diri"]),
            SelectChoice("die", REASONS["meninggal"]),
            SelectChoice("fail_dcs", REASONS["dcs_tms"]),
        ],
    )
    reason = TextAreaField(
        _l("Keterangan"),
        [InputRequired(_l("Tuliskan alasannya.")), Length(max=1000)],
        description=_l("Nomor dan tanggal surat, akta, atau putusan. Tidak diumumkan."),
        render_kw={"rows": "3"},
    )
    evidence = UploadField(_l("Bukti"), kind="evidence", validators=[Optional()])


class StrikeForm(_WithEvidence):
    """Strike a name from the final list."""

    cause = RadioField(
        _l("Sebab"),
        [InputRequired(_l("Pilih sebabnya."))],
        choices=[SelectChoice(code, REASONS[code]) for code in CAUSES],
    )
    ruling = StringField(
        _l("Nomor putusan"),
        [Optional(), Length(max=120)],
        description=_l("Diumumkan. Wajib bila sebabnya putusan pengadilan."),
    )
    reason = TextAreaField(
        _l("Keterangan"),
        [InputRequired(_l("Tuliskan alasannya.")), Length(max=1000)],
        description=_l("Nomor dan tanggal akta atau surat. Tidak diumumkan."),
        render_kw={"rows": "3"},
    )
    evidence = UploadField(_l("Bukti"), kind="evidence", validators=[Optional()])
    whole = BooleanField(
        _l("Seluruh pasangan dicoret"),
        description=_l("Centang bila putusan membatalkan pasangan calon, bukan satu orang."),
    )
    signer = StringField(SIGNER, [InputRequired(REQUIRED), Length(max=120)])


class RestoreForm(_WithEvidence):
    """Restore a name, as a ruling orders."""

    ruling = StringField(
        _l("Nomor putusan"),
        [InputRequired(REQUIRED), Length(max=120)],
        description=_l("Diumumkan bersama versi baru daftar."),
    )
    reason = TextAreaField(
        _l("Yang diperintahkan putusan"),
        [InputRequired(REQUIRED), Length(max=1000)],
        render_kw={"rows": "3"},
    )
    evidence = UploadField(_l("Salinan putusan"), kind="evidence", validators=[Optional()])
    whole = BooleanField(
        _l("Seluruh pasangan dipulihkan"),
        description=_l("Centang bila putusan memulihkan kedua calon."),
    )
    signer = StringField(SIGNER, [InputRequired(REQUIRED), Length(max=120)])


class AskForm(Form):
    """What KPU asks the party."""

    question = TextAreaField(
        _l("Pertanyaan kepada partai"),
        [InputRequired(REQUIRED), Length(min=20, max=2000)],
        description=_l("Dengan kata-kata KPU. Jangan menyebut siapa yang menyampaikan tanggapan."),
        render_kw={"rows": "4"},
    )


class AnswerForm(_WithEvidence):
    """What the party answers."""

    answer = TextAreaField(
        _l("Jawaban"), [InputRequired(REQUIRED), Length(min=20, max=4000)], render_kw={"rows": "5"}
    )
    evidence = UploadField(_l("Bukti"), kind="evidence", validators=[Optional()])
