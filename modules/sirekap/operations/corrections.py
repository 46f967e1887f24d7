"""Pembetulan: a column changes with both values, a reason, evidence and a photo, and every sum above follows.

In its own open plenary a D.Hasil is corrected there. Once locked it changes only in the plenary of the first
D.Hasil above that is open, or by a ruling, which two people carry out (domain.md 6.7; UU 7/2017 art 398).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select, text

from electsys.db import db
from electsys.documents import StoredFile
from electsys.errors import Refused
from electsys.events import publish
from electsys.identity import Account
from electsys.ledger import Actor, record
from modules.sirekap.models import Objection, Recap, RecapColumn, RecapCorrection, RecapProposal
from modules.sirekap.operations.bodies import require_body, sits_in
from modules.sirekap.operations.objections import accept_objection
from modules.sirekap.operations.recaps import write_version
from modules.sirekap.permissions import CLOSE, ENTER
from modules.sirekap.queries.recaps import LEAVES, ColumnNow, Sheet, ancestors, sheet
from modules.sirekap.recap_events import RecapCorrected
from modules.sirekap.rules.ladder import FIRST_VALUES, REASONS
from modules.situng import explain, is_complete, judge, limits


@dataclass(frozen=True)
class Proof:
    """What a correction rests on; everything is required."""

    reason_code: str
    reason: str
    #: Minutes, or the paper that shows the right values.
    evidence: StoredFile | None
    #: The form after it was corrected and initialled.
    photo: StoredFile | None


@dataclass(frozen=True)
class Ruling:
    """The ruling that demands a correction of a locked D.Hasil, and the second person who agrees."""

    number: str
    approved_by: int


def correct_column(
    recap: Recap,
    unit: str,
    *,
    cells: Sequence[int | None],
    votes: Sequence[int | None],
    proof: Proof,
    actor: Actor,
    ruling: Ruling | None = None,
    objection: Objection | None = None,
) -> RecapCorrection:
    """Write new values of a TPS column; also the first values of a form that Situng has not accepted.

    ``recap`` is the D.Hasil with the TPS columns. Refused without reason, evidence or photo, with values that
    break a rule of class F, and wherever :func:`place_of` finds no plenary that may do it.
    """
    if recap.tier not in LEAVES:
        raise Refused(
            _("Pembetulan selalu dimulai dari kolom TPS."), hint=_("Pilih kecamatan dan TPS yang dibetulkan.")
        )
    db.session.refresh(recap, with_for_update={"of": Recap})
    made_in = place_of(recap, ruling, actor=actor)
    form = sheet(recap, unit)
    column = next((c for c in form.columns if c.unit == unit), None)
    if column is None:
        raise Refused(_("TPS %(code)s bukan bagian rekapitulasi ini.", code=unit), field="unit")
    _require_proof(proof, column)
    after = _whole(form, cells, votes)
    if column.is_there and column.source != "tanpa_formulir":
        if (list(column.cells), list(column.votes)) == (list(cells), after):
            raise Refused(_("Tidak ada angka yang berubah."), hint=_("Ubah sekurangnya satu angka."))
        before = column
    else:
        before = None
    assert proof.evidence is not None and proof.photo is not None  # noqa: S101  (for the type checker)
    correction = RecapCorrection(
        recap_id=recap.id,
        unit=unit,
        made_in=made_in.id if made_in else None,
        ruling=ruling.number.strip() if ruling else None,
        before_cells=list(before.cells) if before else None,
        before_votes=list(before.votes) if before else None,
        after_cells=list(cells),
        after_votes=after,
        reason_code=proof.reason_code,
        reason=proof.reason.strip(),
        evidence_file_id=proof.evidence.id,
        photo_file_id=proof.photo.id,
        objection_id=objection.id if objection else None,
        account_id=_account_id(actor),
        approved_by=ruling.approved_by if ruling else None,
    )
    db.session.add(correction)
    db.session.flush()
    db.session.add(
        RecapColumn(
            province=recap.province,
            recap_id=recap.id,
            unit=unit,
            number=column.number + 1,
            source="pembetulan",
            source_id=correction.id,
            cells=list(cells),
            votes=after,
            account_id=actor.account_id,
        )
    )
    record(
        "sirekap:recap:correct",
        f"recap:{recap.id}",
        actor=actor,
        reason=correction.reason,
        details={"correction": correction.id, "unit": unit, "code": proof.reason_code},
        region=recap.region or None,
        election_id=recap.election_id,
    )
    locked = _carry_up(recap, correction, actor)
    if objection is not None:
        accept_objection(objection, correction, actor=actor)
    publish(
        RecapCorrected(
            actor=actor,
            correction_id=correction.id,
            recap_id=recap.id,
            election_id=recap.election_id,
            contest_id=recap.contest_id,
            dapil_id=recap.dapil_id,
            tps=unit,
            ruling=correction.ruling,
            locked=tuple(locked),
        )
    )
    return correction


def place_of(recap: Recap, ruling: Ruling | None, *, actor: Actor) -> Recap | None:
    """The plenary that may correct a column of this D.Hasil now; None where a ruling demands it."""
    chain = [recap, *ancestors(recap)]
    if ruling is not None:
        _require_ruling(chain, ruling, actor)
        return None
    first = next((r for r in chain if r.state != "disahkan"), None)
    if first is None:
        raise Refused(
            _("Semua tingkat rekapitulasi ini sudah disahkan; hanya putusan yang dapat mengubahnya."),
            hint=_("Catat nomor putusannya sebagai dasar pembetulan."),
            status=409,
        )
    if first.state != "dibuka":
        if first is recap and first.state == "ditutup":
            hint = _("Buka kembali rekapitulasi ini sebelum disahkan.")
        else:
            hint = _("Pembetulan dilakukan saat pleno di atasnya dibuka.")
        raise Refused(_("Tidak ada pleno yang terbuka untuk membetulkan angka ini."), hint=hint, status=409)
    require_body(first, ENTER, actor=actor)
    return first


def _require_ruling(chain: Sequence[Recap], ruling: Ruling, actor: Actor) -> None:
    top = _require_ruling_place(chain, ruling.number, actor)
    second = db.session.get(Account, ruling.approved_by)
    if ruling.approved_by == actor.account_id or not sits_in(second, top, CLOSE):
        raise Refused(
            _("Pembetulan karena putusan memerlukan persetujuan orang kedua dari badan yang sama."),
            status=403,
        )


def _require_ruling_place(chain: Sequence[Recap], number: str, actor: Actor) -> Recap:
    """The topmost locked D.Hasil, in whose body the actor sits: that body carries rulings out."""
    if not number.strip():
        raise Refused(_("Tuliskan nomor putusan."), field="ruling")
    if chain[0].state != "disahkan":
        raise Refused(_("Rekapitulasi ini belum disahkan; betulkan dalam plenonya."), status=409)
    if any(r.state == "ditutup" for r in chain):
        raise Refused(
            _("Pleno di atasnya sedang ditutup dan menunggu pengesahan."),
            hint=_("Sahkan atau buka kembali dahulu."),
            status=409,
        )
    top = [r for r in chain if r.state == "disahkan"][-1]
    require_body(top, CLOSE, actor=actor)
    return top


def _require_proof(proof: Proof, column: ColumnNow) -> None:
    if proof.reason_code not in REASONS:
        raise Refused(_("Pilih alasan pembetulan."), field="reason_code")
    first = not column.is_there or column.source == "tanpa_formulir"
    if first and proof.reason_code not in (FIRST_VALUES, "pemungutan_ulang", "putusan"):
        raise Refused(
            _("TPS ini belum mempunyai angka; pilih alasan pengisian dalam pleno."), field="reason_code"
        )
    if not proof.reason.strip():
        raise Refused(
            _("Tuliskan alasan pembetulan."),
            field="reason",
            hint=_("Sebut apa yang salah dan bagaimana pleno menemukannya."),
        )
    if proof.evidence is None:
        raise Refused(
            _("Unggah bukti pembetulan, misalnya berita acara atau salinan C.Hasil."), field="evidence"
        )
    if proof.photo is None:
        raise Refused(_("Unggah foto formulir yang sudah dibetulkan dan diparaf."), field="photo")


def _whole(form: Sheet, cells: Sequence[int | None], votes: Sequence[int | None]) -> list[int]:
    """The votes, if the values can stand on a form; else what is wrong with them, in words."""
    if len(cells) != len(form.model.cells) or len(votes) != len(form.lines):
        raise Refused(_("Jumlah isian tidak sesuai formulir ini."))
    for name, value in [*zip(form.model.names, cells, strict=True), *_named(form, votes)]:
        if value is not None and value < 0:
            raise Refused(_("Angka tidak boleh kurang dari nol."), field=name)
    named = dict(zip(form.model.names, cells, strict=True))
    if not is_complete(named, votes):
        raise Refused(
            _("Isi semua suara, suara sah, tidak sah, jumlah suara, dan jumlah pengguna hak pilih."),
            hint=_("Angka yang tidak ada suaranya ditulis 0."),
        )
    faults, _warnings = judge(named, votes, limits(form.recap.election_id))
    if faults:
        found = explain(faults, form.model, cells, votes)
        raise Refused(
            _("Angka ini belum sesuai satu sama lain: %(what)s", what=found[0].sentence),
            field=found[0].cells[0],
            hint=_("Bandingkan dengan C.Hasil; pleno hanya menerima formulir yang jumlahnya benar."),
        )
    return [int(v or 0) for v in votes]


def _named(form: Sheet, votes: Sequence[int | None]) -> list[tuple[str, int | None]]:
    return [(f"suara_{line.position}", vote) for line, vote in zip(form.lines, votes, strict=True)]


def _carry_up(recap: Recap, correction: RecapCorrection, actor: Actor) -> list[int]:
    """New sums for every locked D.Hasil on the way up, and a new column in each that stands above."""
    if recap.state != "disahkan":
        db.session.flush()
        return []
    versions: dict[int, int] = {}
    child = recap
    for above in [*ancestors(recap), None]:
        made = write_version(child, act="pembetulan", actor=actor, correction_id=correction.id)
        versions[child.id] = made.number
        if above is None or above.state not in ("dibuka", "disahkan"):
            break
        _replace_column(above, child, made.number, made.cells, made.votes, actor)
        if above.state != "disahkan":
            break
        child = above
    db.session.flush()
    # One statement: the database asks of every D.Hasil that is touched whether it adds up.
    db.session.execute(
        text(
            "update recap r set version = v.number"
            " from unnest(cast(:ids as integer[]), cast(:numbers as integer[])) as v(id, number)"
            " where r.id = v.id"
        ),
        {"ids": list(versions), "numbers": list(versions.values())},
    )
    db.session.expire_all()
    return sorted(versions)


def _replace_column(
    above: Recap, child: Recap, version: int, cells: Sequence[int], votes: Sequence[int], actor: Actor
) -> None:
    number = db.session.scalar(
        select(func.max(RecapColumn.number)).where(
            RecapColumn.province == above.province,
            RecapColumn.recap_id == above.id,
            RecapColumn.unit == child.region,
        )
    )
    db.session.add(
        RecapColumn(
            province=above.province,
            recap_id=above.id,
            unit=child.region,
            number=(number or 0) + 1,
            source="d_hasil",
            source_id=version,
            cells=list(cells),
            votes=list(votes),
            account_id=actor.account_id,
        )
    )


def _account_id(actor: Actor) -> int:
    if actor.account_id is None:
        raise Refused(_("Pembetulan hanya oleh akun petugas, bukan oleh sistem."), status=403)
    return actor.account_id


def propose_by_ruling(
    recap: Recap,
    unit: str,
    *,
    cells: Sequence[int | None],
    votes: Sequence[int | None],
    ruling: str,
    proof: Proof,
    actor: Actor,
) -> RecapProposal:
    """Write down a correction that a ruling demands; a second person of the same body carries it out.

    Checked now as it will be then, so that what waits can also be carried out.
    """
    chain = [recap, *ancestors(recap)]
    _require_ruling_place(chain, ruling, actor)
    form = sheet(recap, unit)
    column = next((c for c in form.columns if c.unit == unit), None)
    if column is None:
        raise Refused(_("TPS %(code)s bukan bagian rekapitulasi ini.", code=unit), field="unit")
    _require_proof(proof, column)
    after = _whole(form, cells, votes)
    if (list(column.cells), list(column.votes)) == (list(cells), after):
        raise Refused(_("Tidak ada angka yang berubah."), hint=_("Ubah sekurangnya satu angka."))
    assert proof.evidence is not None and proof.photo is not None  # noqa: S101  (for the type checker)
    made = RecapProposal(
        recap_id=recap.id,
        unit=unit,
        ruling=ruling.strip(),
        cells=list(cells),
        votes=after,
        reason=proof.reason.strip(),
        evidence_file_id=proof.evidence.id,
        photo_file_id=proof.photo.id,
        proposed_by=_account_id(actor),
    )
    db.session.add(made)
    db.session.flush()
    _note_proposal("propose", made, recap, actor)
    return made


def decide_proposal(proposal: RecapProposal, *, agree: bool, actor: Actor) -> RecapCorrection | None:
    """The second person carries a ruling's correction out, or turns it down. None where turned down."""
    db.session.refresh(proposal, with_for_update=True)
    recap = db.session.get_one(Recap, proposal.recap_id)
    if proposal.decided_by is not None:
        raise Refused(_("Usul ini sudah diputus."), status=409)
    chain = [recap, *ancestors(recap)]
    _require_ruling_place(chain, proposal.ruling, actor)
    made = None
    if agree:
        first = db.session.get_one(Account, proposal.proposed_by)
        made = correct_column(
            recap,
            proposal.unit,
            cells=proposal.cells,
            votes=proposal.votes,
            proof=Proof(
                "putusan",
                proposal.reason,
                db.session.get_one(StoredFile, proposal.evidence_file_id),
                db.session.get_one(StoredFile, proposal.photo_file_id),
            ),
            ruling=Ruling(proposal.ruling, _account_id(actor)),
            actor=Actor(first.id, first.username),
        )
        proposal.correction_id = made.id
    proposal.decided_by, proposal.decided_at = _account_id(actor), func.now()
    db.session.flush()
    _note_proposal("agree" if agree else "decline", proposal, recap, actor)
    return made


def _note_proposal(verb: str, proposal: RecapProposal, recap: Recap, actor: Actor) -> None:
    record(
        f"sirekap:proposal:{verb}",
        f"recap_proposal:{proposal.id}",
        actor=actor,
        details={"recap": recap.id, "unit": proposal.unit},
        region=recap.region or None,
        election_id=recap.election_id,
    )
