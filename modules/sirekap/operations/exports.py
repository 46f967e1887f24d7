"""Work without the centre: a signed file leaves, is filled in for days, and comes back once (NA-07)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.documents import StoredFile, open_file
from electsys.documents.kinds import JSON
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.regions.queries import names
from electsys.web.formats import title_region
from modules.sirekap import recap_files as files
from modules.sirekap import recap_seals as seals
from modules.sirekap import recap_words as words
from modules.sirekap.models import Recap, RecapExport, RecapReading
from modules.sirekap.operations.bodies import require_body
from modules.sirekap.operations.columns import explain_missing
from modules.sirekap.operations.corrections import Proof, correct_column
from modules.sirekap.operations.recaps import read_unit
from modules.sirekap.permissions import ENTER
from modules.sirekap.queries.recaps import LEAVES, ColumnNow, Sheet, readings, sheet
from modules.sirekap.recap_json import document, read_json


@dataclass(frozen=True)
class Papers:
    """What proves the corrections of a returned file: the file itself, and the photo of corrected forms."""

    file: StoredFile
    photo: StoredFile | None


@dataclass
class Report:
    """What a returned file did: counts, and where centre and file disagree (nothing of that was applied)."""

    corrected: list[str] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    #: unit -> why the centre's value stays.
    conflicts: dict[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "dibetulkan": self.corrected,
            "tanpa_formulir": self.explained,
            "dibacakan": self.read,
            "benturan": self.conflicts,
        }


def export_recap(recap: Recap, *, actor: Actor) -> tuple[RecapExport, dict[str, Any], str]:
    """Take a D.Hasil out for work without the centre: (the export, its payload, the signature over it).

    Only while it is being read. Several may be out; each comes back once.
    """
    require_body(recap, ENTER, actor=actor)
    if recap.state != "dibuka":
        raise Refused(
            _("Berkas luring dibuat selama rekapitulasi dibacakan."),
            hint=_("Buka pembacaan lebih dahulu."),
            status=409,
        )
    form = sheet(recap)
    nonce = secrets.token_urlsafe(16)
    payload = _payload(form, nonce)
    made = RecapExport(
        recap_id=recap.id,
        nonce=nonce,
        sha256=seals.digest(payload),
        base={c.unit: c.number for c in form.columns},
        exported_by=_account_id(actor),
    )
    db.session.add(made)
    db.session.flush()
    _note("export", recap, made, actor)
    return made, payload, seals.seal(payload)


def _payload(form: Sheet, nonce: str) -> dict[str, Any]:
    recap = form.recap
    election = db.session.get_one(Election, recap.election_id)
    return {
        "jenis": "pleno-luring",
        "versi": 1,
        "nomor": nonce,
        "rekap": recap.id,
        "formulir": words.form_name(recap),
        "pemilu": election.code,
        "pemilihan": recap.contest.kind,
        "jenjang": recap.tier,
        "wilayah": recap.region,
        "dapil": recap.dapil_id,
        "surat_suara": recap.ballot_id,
        "baris": [key for key, _label in files.keys_of(form)],
        "jumlah": [*form.cells, *form.votes],
        "kolom": {
            c.unit: {"nomor": c.number, "isian": [*c.cells, *c.votes], "tanpa_formulir": c.missing}
            for c in form.columns
        },
    }


def export_workbook(recap: Recap, *, actor: Actor) -> bytes:
    """The same as a workbook that people fill in."""
    _made, payload, signature = export_recap(recap, actor=actor)
    return files.workbook(sheet(recap), payload, signature, seals.public_key(), _parts(recap))


def export_json(recap: Recap, *, actor: Actor) -> dict[str, Any]:
    """The same for programs; ``kunci`` checks ``tanda`` over the canonical JSON of ``berkas``."""
    _made, payload, signature = export_recap(recap, actor=actor)
    return document(sheet(recap), payload, signature, seals.public_key(), _parts(recap))


def _parts(recap: Recap) -> list[tuple[str, str, bool, int | None]]:
    """What is to be read out: code, name, whether it was, by which panel."""
    election = db.session.get_one(Election, recap.election_id)
    read = readings(recap)
    called = names(read, election.map_id)
    return [
        (unit, title_region(called.get(unit, unit)), row.read_at is not None, row.panel)
        for unit, row in sorted(read.items())
    ]


def return_file(recap: Recap, stored: StoredFile, *, photo: StoredFile | None, actor: Actor) -> Report:
    """Take a workbook or a JSON file back: corrections, explanations and readings come of it, or nothing.

    Refused, with nothing changed: a broken signature, a file of another D.Hasil, a file that came back
    before, an edited formula or sum, a changed number without its reason. Where the centre moved a column
    after the export, the centre's value stays and the report says so; the file itself is kept.
    """
    require_body(recap, ENTER, actor=actor)
    with open_file(stored) as content:
        back = read_json(content) if stored.media_type == JSON else files.read_workbook(content)
    db.session.refresh(recap, with_for_update={"of": Recap})
    export = _require_export(recap, back, json=stored.media_type == JSON)
    form = sheet(recap)
    report = Report()
    for column in form.columns:
        said = back.columns.get(column.unit)
        if said is not None:
            _settle(recap, form, column, said, back, export, Papers(stored, photo), report, actor)
    _readings(recap, back, report, actor)
    export.file_id = stored.id
    export.returned_by, export.returned_at = _account_id(actor), func.now()
    export.report = report.plain()
    db.session.flush()
    _note("return", recap, export, actor)
    return report


def _require_export(recap: Recap, back: files.Returned, *, json: bool) -> RecapExport:
    payload = back.payload
    if not seals.holds(payload, back.signature):
        raise Refused(
            _("Tanda tangan berkas ini tidak cocok: lembar aslinya berubah atau bukan dari sistem ini."),
            hint=_("Unduh berkas baru dari halaman D.Hasil, lalu salin angkanya ke sana."),
            field="file",
        )
    export = db.session.scalars(
        select(RecapExport).where(RecapExport.nonce == str(payload.get("nomor"))).with_for_update()
    ).one_or_none()
    if export is None or export.recap_id != recap.id:
        raise Refused(
            _(
                "Berkas ini milik %(form)s wilayah %(region)s, bukan D.Hasil ini.",
                form=payload.get("formulir"),
                region=payload.get("wilayah") or _("Indonesia"),
            ),
            hint=_("Kirim berkas itu dari halaman D.Hasil miliknya."),
            field="file",
        )
    if export.returned_at is not None:
        raise Refused(
            _("Berkas ini sudah pernah dimasukkan."),
            hint=_("Untuk perubahan lagi, unduh berkas baru."),
            field="file",
            status=409,
        )
    if back.broken:
        raise Refused(
            _("Jumlah pada %(cells)s bukan lagi jumlah kolomnya.", cells=", ".join(back.broken[:10]))
            if json
            else _("Rumus jumlah pada sel %(cells)s berubah.", cells=", ".join(back.broken[:10])),
            hint=_("Kembalikan rumusnya, atau unduh berkas baru dan salin angkanya ke sana."),
            field="file",
        )
    if recap.state != "dibuka":
        raise Refused(
            _("Rekapitulasi ini tidak sedang dibacakan, jadi berkas tidak dapat dimasukkan."),
            hint=_("Bila sudah ditutup tetapi belum disahkan, buka kembali lebih dahulu."),
            status=409,
        )
    return export


def _settle(
    recap: Recap,
    form: Sheet,
    now: ColumnNow,
    said: files.Column,
    back: files.Returned,
    export: RecapExport,
    papers: Papers,
    report: Report,
    actor: Actor,
) -> None:
    """One column: nothing to do, a conflict, an explanation or a correction."""
    width = len(form.model.cells)
    numbers = [said.numbers.get(key) for key, _label in files.keys_of(form)]
    here = [*now.cells, *now.votes] if now.is_there and now.source != files.MISSING else None
    if said.is_blank:
        if here is not None or not said.missing or said.missing == now.missing:
            return
    elif numbers == here:
        return
    if recap.tier not in LEAVES:
        report.conflicts[now.unit] = _("angka pada berkas berbeda dari D.Hasil yang disahkan")
        return
    if now.number != export.base.get(now.unit, 0):
        if _unchanged(back, now.unit, numbers, said):
            return
        report.conflicts[now.unit] = _("kolom ini berubah di pusat setelah berkas dibuat")
        return
    try:
        if said.is_blank:
            explain_missing(recap, now.unit, said.missing, actor=actor)
            report.explained.append(now.unit)
        else:
            proof = Proof(said.code, said.reason, papers.file, papers.photo)
            correct_column(
                recap, now.unit, cells=numbers[:width], votes=numbers[width:], proof=proof, actor=actor
            )
            report.corrected.append(now.unit)
    except Refused as refusal:
        said_by = f"{now.name} ({now.unit})"
        raise Refused(f"{said_by}: {refusal.message}", hint=refusal.hint, field="file") from refusal


def _unchanged(back: files.Returned, unit: str, numbers: list[int | None], said: files.Column) -> bool:
    """Whether the file says of a unit what it left with: then nobody changed anything there."""
    left = back.payload["kolom"].get(unit, {})
    if not left.get("isian") or left.get("tanpa_formulir"):
        return said.is_blank and said.missing == (left.get("tanpa_formulir") or "")
    return bool(numbers == left["isian"])


def _readings(recap: Recap, back: files.Returned, report: Report, actor: Actor) -> None:
    touched = set(report.conflicts)
    for unit, panel in sorted(back.read.items()):
        reading = db.session.get(RecapReading, (recap.id, unit))
        if reading is None or reading.read_at is not None:
            continue
        if any(each.startswith(unit) for each in touched):
            report.conflicts[unit] = _("belum ditandai dibacakan karena ada kolom yang berbenturan")
            continue
        try:
            read_unit(recap, unit, panel=panel, actor=actor)
            report.read.append(unit)
        except Refused as refusal:
            report.conflicts[unit] = refusal.message


def _account_id(actor: Actor) -> int:
    if actor.account_id is None:
        raise Refused(_("Hanya oleh akun petugas, bukan oleh sistem."), status=403)
    return actor.account_id


def _note(verb: str, recap: Recap, export: RecapExport, actor: Actor) -> None:
    record(
        f"sirekap:recap:{verb}",
        f"recap:{recap.id}",
        actor=actor,
        details={"export": export.id, "sha256": export.sha256},
        region=recap.region or None,
        election_id=recap.election_id,
    )
