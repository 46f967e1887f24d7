"""Scans of the cards and KTP-el of members: many at once by drag, one by one, and their reading."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.documents import kinds as purposes
from electsys.documents import store_file
from electsys.documents.dropping import MOST, DropForm, drop_words, names_asked, receipt_of, upload_asked
from electsys.documents.forms import limits_text, words
from electsys.documents.kinds import ENDINGS
from electsys.documents.oversight import is_marked_already
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.sipol import scan_words
from modules.sipol.forms.scans import ScanForm
from modules.sipol.models import MemberScan, PartyMember
from modules.sipol.operations.scans import attach_scan, read_scan
from modules.sipol.permissions import EDIT_MEMBERS, READ_MEMBERS
from modules.sipol.places import CENTRE, Place, locked
from modules.sipol.queries import scans as queries
from modules.sipol.rules.scans import PURPOSE, Match
from modules.sipol.views import bp
from modules.sipol.views.entry_loading import load_place
from modules.sipol.views.members import act, load_list, load_member

PREFIX = "/<election>/<int:party>/pindaian-anggota"


def load_scan(scan_id: int) -> tuple[MemberScan, Scope]:
    """A scan, in the village and party of its member; the second lock hides those of others."""
    scan = db.session.get(MemberScan, scan_id)
    if scan is None:
        abort(404)
    _member, scope = load_member(scan.member_id)
    return scan, scope


# --- many at once ---------------------------------------------------------------------------------


@bp.get(PREFIX)
@bp.get(f"{PREFIX}/<region>")
@requires(READ_MEMBERS, load=load_list)
def member_scans(place: Place) -> Any:
    """Whose scans are not there yet, and where many are dropped at once."""
    table = _table(place)
    return table.download() or _page(place, table)


def _page(place: Place, table: Table, form: DropForm | None = None, left: Any = ()) -> Any:
    drop = form or DropForm()
    purpose = purposes.limits(PURPOSE)
    lock = locked(place.registration)
    page = render_template(
        "sipol/scans/list.html",
        place=place,
        table=table,
        lock=lock,
        may_edit=lock is None and can(current_user, EDIT_MEMBERS, place.scope),
        drop=drop,
        left=left,
        accept=purpose.accept,
        limits=limits_text(purpose),
        limit_bytes=purpose.max_bytes,
        purpose=PURPOSE,
        upload_words=words(purpose) | drop_words(),
        examples=["KTA-000123_kta.jpg", "KTA-000123_ktp.jpg"],
    )
    return page, drop.status


def _table(place: Place) -> Table:
    def missing(row: Any) -> str:
        return ", ".join(str(label) for kind, label in scan_words.KINDS.items() if not getattr(row, kind))

    return Table(
        queries.without_scans(place.registration, place.code),
        [
            Column(
                "nama",
                _l("Nama"),
                "PartyMember.name",
                head=True,
                link=lambda r: url_for("sipol.member", member_id=r.PartyMember.id),
            ),
            Column("kta", _l("Nomor KTA"), "PartyMember.card_number"),
            Column("desa", _l("Desa/kelurahan"), lambda r: title_region(r.village) if r.village else ""),
            Column("kurang", _l("Belum ada"), missing),
        ],
        caption=_l("Anggota yang pindaiannya belum lengkap"),
        empty=_l("Pindaian KTA dan KTP-el semua anggota di sini sudah ada."),
        filters=[
            Filter(
                "kurang",
                _l("Belum ada"),
                list(scan_words.KINDS.items()),
                lambda statement, value: statement.where(~queries.has(value)),
            )
        ],
        name=f"pindaian-{place.party.short_name}-{place.code or CENTRE}",
    )


@bp.post(f"{PREFIX}/<region>")
@requires(EDIT_MEMBERS, load=load_place)
def drop_scans(place: Place) -> Any:
    """Many files with one form; each finds its member by its name, and what finds none is told."""
    form = DropForm()
    given = form.given() if form.validate_on_submit() else []
    if not given or len(given) > MOST:
        form.refuse(Refused(_("Pilih 1 sampai %(n)s berkas.", n=MOST), field="files"))
        return _page(place, _table(place), form)
    done, left = 0, []
    matches = queries.match_names(place.registration, place.code, [f.filename or "" for f in given])
    for file, match in zip(given, matches, strict=True):
        try:
            _require_matched(match)
            with db.session.begin_nested():
                stored = store_file(file.stream, name=match.name, kind=PURPOSE, actor=current_actor())
                attach_scan(_member(place, match.member), match.kind or "", stored, actor=current_actor())
        except Refused as refusal:
            left.append((_shown(match), " ".join(filter(None, (refusal.message, refusal.hint)))))
        else:
            done += 1
    if done:
        db.session.commit()  # what was right is kept, with its receipts
        flash(_("%(n)s pindaian diterima.", n=done), "success")
    if left:
        form.refuse(Refused(_("%(n)s berkas belum diterima.", n=len(left)), field="files"))
        return _page(place, _table(place), form, left)
    return redirect(url_for("sipol.member_scans", **place.here))


def _shown(match: Match) -> str:
    """A name as the page repeats it: one with a NIK is not repeated."""
    return _("berkas bernama NIK") if match.problem == "nik_in_name" else match.name


def _require_matched(match: Match) -> None:
    if match.problem is not None:
        what, how = scan_words.say(match)
        raise Refused(what, hint=how)


def _member(place: Place, key: Any) -> PartyMember:
    """A member of this place; 404 for any other."""
    row = db.session.get(PartyMember, key) if isinstance(key, int) else None
    if (
        row is None
        or row.registration_id != place.registration.id
        or not row.village_code.startswith(place.code)
    ):
        abort(404)
    return row


@bp.post(f"{PREFIX}/<region>/cocokkan")
@requires(EDIT_MEMBERS, load=load_place)
def match_scans(place: Place) -> Any:
    """Names -> members and kinds, before the files are sent; what finds no member is not sent. JSON."""
    matches = queries.match_names(place.registration, place.code, names_asked())
    known = queries.names_of(match.member for match in matches if match.member is not None)
    return jsonify(matches=[_told(match, known) for match in matches])


def _told(match: Match, known: dict[int, tuple[str, str]]) -> dict[str, Any]:
    name, card = known.get(match.member or 0, ("", ""))
    return {
        "kind_label": str(scan_words.KINDS.get(match.kind or "", "")),
        "region_label": f"{name} ({card})",
        "sure": match.problem is None,
        "place": {"kind": match.kind, "member": match.member},
        "refused": match.problem is not None,
        "why": " ".join(scan_words.say(match)) if match.problem else "",
    }


@bp.post(f"{PREFIX}/<region>/berkas")
@requires(EDIT_MEMBERS, load=load_place)
def file_scan(place: Place) -> Any:
    """Attach a finished upload; the answer is its receipt. JSON with ``token``, ``kind`` and ``member``.

    Asked twice it answers the same.
    """
    stored, asked = upload_asked(PURPOSE)
    member = _member(place, asked.get("member"))
    attach_scan(member, str(asked.get("kind")), stored, actor=current_actor())
    return receipt_of(stored, url_for("sipol.member", member_id=member.id))


# --- one ------------------------------------------------------------------------------------------


@bp.route("/anggota/<int:member_id>/pindaian", methods=["GET", "POST"])
@requires(EDIT_MEMBERS, load=load_member)
def bring_scan(loaded: PartyMember) -> Any:
    """Bring the scan of one member's card or KTP-el."""
    asked = request.args.get("jenis", "")
    form = ScanForm(kind=asked) if asked in scan_words.KINDS else ScanForm()

    def do() -> str:
        stored = form.scan.store(actor=current_actor())
        attach_scan(loaded, form.kind.data, stored, actor=current_actor())
        return _(
            "Pindaian %(kind)s diterima dengan tanda terima %(receipt)s, SHA-256 %(sha256)s.",
            kind=scan_words.KINDS[form.kind.data],
            receipt=stored.receipt,
            sha256=stored.received_sha256,
        )

    return act(loaded, form, _("Unggah pindaian KTA atau KTP-el"), do, upload=True)


@bp.get("/pindaian/<int:scan_id>")
@requires(READ_MEMBERS, load=load_scan)
def member_scan(scan: MemberScan) -> Response:
    """A scan, marked with the name of its reader, which the trail keeps too."""
    answer = Response(read_scan(scan, actor=current_actor()), mimetype=scan.file.media_type)
    is_marked_already()
    name = f"{scan.file.receipt}{ENDINGS[scan.file.media_type]}"
    answer.headers.set("Content-Disposition", "inline", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
