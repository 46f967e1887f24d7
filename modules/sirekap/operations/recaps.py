"""Open a D.Hasil, read it, close it, lock it. Its columns and its corrections have files of their own."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785
from flask_babel import gettext as _
from sqlalchemy import func, select, text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Contest
from electsys.errors import Refused
from electsys.events import publish
from electsys.ledger import Actor, record
from modules.sirekap.models import Recap, RecapReading, RecapVersion
from modules.sirekap.operations.bodies import require_body
from modules.sirekap.operations.columns import THIS, fill, fill_children
from modules.sirekap.operations.ladder import prepare_ladder, stop_of
from modules.sirekap.permissions import CLOSE, ENTER
from modules.sirekap.queries.recaps import LEAVES, STATIONS, Sheet, obstacles, sheet, version_of
from modules.sirekap.recap_events import RecapLocked
from modules.sirekap.rules.ladder import first_out_of_order
from modules.sirekap.workflow import RECAP


def open_recap(recap: Recap, *, actor: Actor) -> None:
    """Begin to read a contest in the plenary: its columns are filled with what is accepted or locked below.

    Refused out of the order of the settings (``rekap_urutan``), or while more contests are open in the
    region than panels may sit (``rekap_panel_maks``, at the kecamatan).
    """
    require_body(recap, ENTER, actor=actor)
    prepare_ladder(recap.contest, region=recap.region, actor=actor)
    _require_turn(recap)
    RECAP.move(recap, "open", actor=actor, values={"opened_by": actor.account_id, "opened_at": func.now()})
    _list_readings(recap)
    fill(recap, actor=actor)


def _require_turn(recap: Recap) -> None:
    order = [str(kind) for kind in settings.value(recap.election_id, "rekap_urutan")]
    panels = (
        int(settings.value(recap.election_id, "rekap_panel_maks")) if recap.tier in LEAVES else len(order)
    )
    # Of a contest with several D.Hasil in the region (dapil), the least advanced one speaks.
    rank = {"belum": 0, "dibuka": 1, "ditutup": 2, "disahkan": 3}
    states: dict[str, str] = {}
    rows = db.session.scalars(
        select(Recap).where(
            Recap.election_id == recap.election_id, Recap.region == recap.region, Recap.id != recap.id
        )
    )
    for other in rows:
        kind = other.contest.kind
        if kind != recap.contest.kind and rank[other.state] <= rank[states.get(kind, "disahkan")]:
            states[kind] = other.state
    before = first_out_of_order(order, states, recap.contest.kind, panels)
    if before is None:
        return
    if states[before] == "belum":
        raise Refused(
            _("Urutan pleno: %(kind)s dibuka lebih dahulu.", kind=_contest_name(recap, before)),
            hint=_("Buka pemilihan menurut urutannya; panel paralel boleh berjalan bersamaan."),
            status=409,
        )
    raise Refused(
        _("Sudah %(n)s pemilihan terbuka sekaligus, sebanyak panel yang diizinkan.", n=panels),
        hint=_("Tutup salah satu, lalu buka yang ini."),
        status=409,
    )


def _contest_name(recap: Recap, kind: str) -> str:
    name = db.session.scalar(
        select(Contest.name)
        .where(
            Contest.election_id == recap.election_id,
            Contest.kind == kind,
            func.starts_with(recap.region, Contest.region_code),
        )
        .limit(1)
    )
    return name or kind


def _list_readings(recap: Recap) -> None:
    """What the plenary reads out: the villages, or the children's D.Hasil."""
    if recap.tier in LEAVES:
        units = f"{THIS} select distinct t.village_code from r, {STATIONS}"
    else:
        units = "select region from recap where parent_id = :id"
    db.session.execute(
        text(
            "insert into recap_reading (recap_id, unit) "
            f"select :id, u.unit from ({units}) as u(unit) on conflict do nothing"
        ),
        {"id": recap.id},
    )


def read_unit(recap: Recap, unit: str, *, panel: int | None = None, actor: Actor) -> None:
    """Note that a village's forms (or a child's D.Hasil) were read out and found to be as shown."""
    reading = _reading(recap, unit, actor)
    if reading.read_at is not None:
        raise Refused(_("Bagian ini sudah dibacakan."), status=409)
    form = sheet(recap, unit) if recap.tier in LEAVES else sheet(recap)
    columns = [c for c in form.columns if c.group == unit]
    if waiting := [c.name for c in columns if not c.is_there]:
        raise Refused(
            _("Belum ada angka untuk %(names)s.", names=", ".join(waiting[:5])),
            hint=_("Isi angkanya dari C.Hasil dalam pleno, atau tuliskan mengapa formulirnya tidak ada.")
            if recap.tier in LEAVES
            else _("Tunggu pengesahan rekapitulasi di tingkat bawahnya."),
            status=409,
        )
    maximum = int(settings.value(recap.election_id, "rekap_panel_maks"))
    if panel is not None and not 1 <= panel <= maximum:
        raise Refused(_("Panel paling banyak %(n)s.", n=maximum), field="panel")
    reading.panel = panel
    reading.read_by, reading.read_at = actor.account_id, func.now()
    _record_reading("read", recap, unit, actor)


def unread_unit(recap: Recap, unit: str, reason: str, *, actor: Actor) -> None:
    """Take a village up again: it is filled anew from what is accepted, and read once more."""
    reading = _reading(recap, unit, actor)
    if reading.read_at is None:
        raise Refused(_("Bagian ini belum dibacakan."), status=409)
    if not reason.strip():
        raise Refused(_("Tuliskan alasannya."), field="reason")
    reading.read_by = reading.read_at = None
    _record_reading("reread", recap, unit, actor, reason.strip())
    fill(recap, actor=actor)


def _reading(recap: Recap, unit: str, actor: Actor) -> RecapReading:
    require_body(recap, ENTER, actor=actor)
    db.session.refresh(recap, with_for_update={"of": Recap})
    if recap.state != "dibuka":
        raise Refused(_("Rekapitulasi ini tidak sedang dibacakan."), status=409)
    reading = db.session.get(RecapReading, (recap.id, unit))
    if reading is None:
        raise Refused(_("%(unit)s bukan bagian rekapitulasi ini.", unit=unit), status=404)
    return reading


def _record_reading(verb: str, recap: Recap, unit: str, actor: Actor, reason: str | None = None) -> None:
    record(
        f"sirekap:recap:{verb}",
        f"recap:{recap.id}",
        actor=actor,
        reason=reason,
        details={"unit": unit},
        region=recap.region or None,
        election_id=recap.election_id,
    )
    db.session.flush()


def close_recap(recap: Recap, *, actor: Actor) -> RecapVersion:
    """Close the reading: the Jumlah Akhir becomes a version that a second person may lock.

    Refused while a child is open, a column is missing, something was not read out, or an objection waits.
    """
    require_body(recap, CLOSE, actor=actor)
    db.session.refresh(recap, with_for_update={"of": Recap})
    if recap.state == "dibuka" and (left := obstacles(recap)):
        raise Refused(_in_the_way(left), hint=_("Halaman pleno menampilkan semuanya."), status=409)
    made = write_version(recap, act="penutupan", actor=actor)
    RECAP.move(
        recap,
        "close",
        actor=actor,
        values={"version": made.number, "closed_by": actor.account_id, "closed_at": func.now()},
    )
    return made


def _in_the_way(left: Any) -> str:
    words = []
    if left.open_children:
        words.append(_("%(n)s rekapitulasi di bawahnya belum disahkan", n=len(left.open_children)))
    if left.missing:
        words.append(_("%(n)s TPS atau wilayah belum ada angkanya dan tanpa alasan", n=len(left.missing)))
    if left.unread:
        words.append(_("%(n)s bagian belum dibacakan", n=len(left.unread)))
    if left.objections:
        words.append(_("%(n)s keberatan belum dijawab", n=len(left.objections)))
    return _("Belum dapat ditutup: %(what)s.", what="; ".join(words))


def write_version(recap: Recap, *, act: str, actor: Actor, correction_id: int | None = None) -> RecapVersion:
    """The sums of the columns as they stand, numbered, with the digest of the whole form."""
    db.session.flush()
    form = sheet(recap)
    number = (
        db.session.scalar(select(func.max(RecapVersion.number)).where(RecapVersion.recap_id == recap.id)) or 0
    ) + 1
    made = RecapVersion(
        recap_id=recap.id,
        number=number,
        act=act,
        correction_id=correction_id,
        cells=form.cells,
        votes=form.votes,
        columns=sum(1 for c in form.columns if c.is_there),
        sha256=digest(form),
        account_id=actor.account_id,
    )
    db.session.add(made)
    db.session.flush()
    return made


def digest(form: Sheet) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of a form: place, lines, columns and sums."""
    return hashlib.sha256(rfc8785.dumps(content(form))).hexdigest()


def content(form: Sheet) -> dict[str, Any]:
    """A form as plain values: what its digest, its JSON twin and its exports hold."""
    recap = form.recap
    return {
        "pemilihan": recap.contest.kind,
        "jenjang": recap.tier,
        "wilayah": recap.region,
        "dapil": recap.dapil_id,
        "surat_suara": recap.ballot_id,
        "formulir": recap.form_model,
        "isian": list(form.model.names),
        "baris": [
            {"posisi": line.position, "nomor": line.number, "calon": line.candidate, "nama": line.name}
            for line in form.lines
        ],
        "kolom": [
            {
                "kode": c.unit,
                "nomor": c.number,
                "sumber": c.source,
                "isian": list(c.cells),
                "suara": list(c.votes),
                "tanpa_formulir": c.missing,
            }
            for c in form.columns
            if c.is_there
        ],
        "jumlah_isian": form.cells,
        "jumlah_suara": form.votes,
    }


def reopen_recap(recap: Recap, reason: str, *, actor: Actor) -> None:
    """Take a closing back before the lock. Its version stays on record."""
    require_body(recap, CLOSE, actor=actor)
    RECAP.move(recap, "reopen", actor=actor, reason=reason, values={"closed_by": None, "closed_at": None})


def lock_recap(recap: Recap, *, actor: Actor) -> None:
    """A second person seals the D.Hasil; the parent's open plenary gets its column at once.

    The database holds the two people apart, and the form to the sum of its columns.
    """
    require_body(recap, CLOSE, actor=actor)
    db.session.refresh(recap)
    if recap.closed_by is not None and recap.closed_by == actor.account_id:
        raise Refused(
            _("Anda sendiri yang menutup rekapitulasi ini; pengesahan harus oleh akun lain."),
            hint=_("Minta anggota lain dari badan penyelenggara ini untuk memeriksa dan mengesahkan."),
            status=403,
        )
    RECAP.move(recap, "lock", actor=actor, values={"locked_by": actor.account_id, "locked_at": func.now()})
    parent = recap.parent
    if parent is not None and parent.state == "dibuka":
        fill_children(parent, actor)
    version = version_of(recap)
    if version is None:  # the CHECK on the state does not let it be
        raise LookupError(f"recap {recap.id} is locked without a version")
    publish(
        RecapLocked(
            actor=actor,
            recap_id=recap.id,
            election_id=recap.election_id,
            contest_id=recap.contest_id,
            dapil_id=recap.dapil_id,
            tier=recap.tier,
            region=recap.region,
            version=version.number,
            sha256=version.sha256,
            last=recap.tier == stop_of(recap.contest),
        )
    )
