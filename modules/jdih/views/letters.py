"""Letters: the list, one letter with its route and history, writing and looking at a draft."""

from __future__ import annotations

import base64
from typing import Any

from flask import abort, current_app, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.documents import qr_svg
from electsys.documents.layouts import KECEPATAN, SIFAT
from electsys.documents.models import DocumentKind
from electsys.documents.papers import public_url
from electsys.identity import grants
from electsys.identity.access import Scope, can, requires
from electsys.web.tables import Column, Filter, Table
from modules.jdih.forms.letters import (
    WAYS,
    AnnexForm,
    MoveForm,
    ScanForm,
)
from modules.jdih.models import Incoming, Letter
from modules.jdih.operations import drafts, routing
from modules.jdih.queries import letters as queries
from modules.jdih.queries.units import office_name
from modules.jdih.views import bp
from modules.jdih.workflow.letters import APPROVE, DRAFT, LETTER, NUMBER, READ

#: What a letter waits for, in the filter of the list.
WAITS = {
    "paraf": _l("Menunggu paraf saya"),
    "setuju": _l("Menunggu persetujuan saya"),
    "nomor": _l("Menunggu nomor"),
    "tanda_tangan": _l("Menunggu tanda tangan saya"),
    "perbaikan": _l("Perlu saya perbaiki"),
    "kirim": _l("Siap dikirim"),
    "arsip": _l("Siap diarsipkan"),
}
HIDDEN = _l("(rahasia)")


def load_letter(letter_id: int) -> tuple[Letter, Scope]:
    """A letter in its satker; one that its reader may not know of is not there."""
    letter = db.session.get(Letter, letter_id)
    if letter is None or not (queries.opens(letter, current_user) or queries.handles(letter, current_user)):
        abort(404)
    return letter, Scope(region=letter.unit)


def load_readable(letter_id: int, **_more: Any) -> tuple[Letter, Scope]:
    """A letter whose words the reader may see."""
    letter = db.session.get(Letter, letter_id)
    if letter is None or not queries.opens(letter, current_user):
        abort(404)
    return letter, Scope(region=letter.unit)


def shown_title(letter: Letter) -> str:
    """The title, or that it is secret."""
    return letter.title if queries.opens(letter, current_user) else str(HIDDEN)


@bp.get("/naskah")
@requires(READ)
def letters() -> Any:
    """Letters of the reader's satker."""
    names = queries.kind_names()
    table = Table(
        queries.letters_for(current_user),
        [
            Column("konsep", _l("Konsep"), "id", kind="number", sort=Letter.id),
            Column("nomor", _l("Nomor"), lambda row: row.number or "", sort=Letter.number),
            Column("hal", _l("Hal"), shown_title, head=True, link=letter_link),
            Column("jenis", _l("Jenis"), lambda row: names[row.kind]),
            Column("tanggal", _l("Tanggal"), "date", kind="date", sort=Letter.date),
            Column("satker", _l("Satker"), "unit", sort=Letter.unit, hidden=True),
            Column("penyusun", _l("Penyusun"), drafted_by),
            Column("sifat", _l("Sifat"), lambda row: SIFAT[row.secrecy], hidden=True),
            Column("keadaan", _l("Keadaan"), lambda row: LETTER.state_label(row.state), sort=Letter.state),
        ],
        caption=_l("Naskah dinas"),
        empty=_l("Belum ada naskah dinas di satker Anda."),
        empty_action=(_l("Susun naskah"), url_for("jdih.new_letter")) if can(current_user, DRAFT) else None,
        filters=[
            Filter(
                "tunggu",
                _l("Menunggu"),
                list(WAITS.items()),
                lambda q, value: q.where(queries.waiting(current_user, value)),
            ),
            Filter(
                "keadaan",
                _l("Keadaan"),
                [(state, LETTER.state_label(state)) for state in LETTER.states],
                lambda q, value: q.where(Letter.state == value),
            ),
            Filter(
                "jenis",
                _l("Jenis"),
                sorted(names.items(), key=lambda pair: pair[1]),
                lambda q, value: q.where(Letter.kind == value),
            ),
        ],
        search=queries.searching(current_user.id),
        search_hint=_l("Cari nomor atau hal"),
        name="naskah-dinas",
    )
    return table.download() or render_template("jdih/letters.html", table=table)


def drafted_by(letter: Letter) -> str:
    """Who drafted it: a person, or the job of another module."""
    return letter.drafter.name if letter.drafter else letter.created_by


def letter_link(letter: Letter) -> str:
    """The address of a letter."""
    return url_for("jdih.letter", letter_id=letter.id)


# --- one letter ----------------------------------------------------------------------------------


@bp.get("/naskah/<int:letter_id>")
@requires(READ, load=load_letter)
def letter(loaded: Letter) -> Any:
    """One letter: what comes next, its route, its files, its history."""
    return page(loaded)


def page(loaded: Letter, *, failed: dict[str, Any] | None = None, status: int = 200) -> tuple[str, int]:
    """The page of a letter; ``failed`` are forms that came back with an error."""
    opens = queries.opens(loaded, current_user)
    actions = offered(loaded)
    forms: dict[str, Any] = {action: MoveForm(None, prefix=f"{action}-") for action in actions}
    for form in forms.values():
        form.revision.data = str(loaded.revision)
    forms |= failed or {}
    edits = may_edit(loaded)
    kind = db.session.get_one(DocumentKind, loaded.kind)
    scans = "scan" in actions or (
        can(current_user, NUMBER, Scope(region=loaded.unit))
        and loaded.state in ("ditandatangani", "terkirim")
        and loaded.document is not None
    )
    return (
        render_template(
            "jdih/letter.html",
            letter=loaded,
            kind=kind,
            title=shown_title(loaded),
            opens=opens,
            office=office_name(loaded.unit),
            actions=actions,
            labels={t.action: t.label for t in LETTER.transitions},
            forms=forms,
            annex=forms.get("annex") or (AnnexForm(None, prefix="annex-") if edits else None),
            scan=forms.get("scan_file") or (ScanForm(None, prefix="scan-") if scans else None),
            edits=edits,
            waiting=routing.waiting_step(loaded),
            next_steps=drafts.next_steps(loaded),
            backdate=queries.backdate_of(loaded),
            state=LETTER.state_label(loaded.state),
            secrecy=SIFAT[loaded.secrecy],
            urgency=KECEPATAN[loaded.urgency],
            ways={"sistem": _("surat masuk satker"), **{k: str(v) for k, v in WAYS.items()}},
            address=public_url(loaded.document.token) if loaded.document else None,
            qr=_qr(public_url(loaded.document.token)) if loaded.document else None,
            law=(law := register_entry(loaded)),
            law_url=law_address(law),
            print_form=MoveForm(None, prefix="print-"),
            jdih_form=MoveForm(None, prefix="jdih-"),
            decide_form=decide_form(loaded),
            replies_to=db.session.get(Incoming, loaded.reply_to_id) if loaded.reply_to_id else None,
            may_number=can(current_user, NUMBER, Scope(region=loaded.unit)),
        ),
        status,
    )


def _qr(address: str) -> str:
    """A QR code as the address of an image: the page's policy allows no other source."""
    return f"data:image/svg+xml;base64,{base64.b64encode(qr_svg(address).encode()).decode()}"


def offered(loaded: Letter) -> list[str]:
    """The steps that the one who looks can make now, the ordinary one first."""
    me = current_user.id
    step = routing.waiting_step(loaded)
    drafts_it = loaded.drafter_id in (None, me)
    turns = {
        **dict.fromkeys(("submit", "withdraw", "cancel"), drafts_it),
        **dict.fromkeys(("initial", "return"), step is not None and step.account_id == me),
        **dict.fromkeys(("approve", "decline", "sign"), loaded.signer_id == me),
        "backdate": False,
    }
    moves = [t.action for t in LETTER.offered(loaded, current_user)]
    return [action for action in dict.fromkeys(moves) if turns.get(action, True)]


def may_edit(loaded: Letter) -> bool:
    """Whether the one who looks may write on the draft."""
    return (
        loaded.state in ("konsep", "revisi")
        and loaded.drafter_id in (None, current_user.id)
        and can(current_user, DRAFT, Scope(region=loaded.unit))
    )


def decide_form(loaded: Letter) -> MoveForm | None:
    """The form that decides on a number in between, for those who may: never the one who asked."""
    row = queries.backdate_of(loaded)
    if row is None or row.state != "diminta" or row.asked_by == current_user.id:
        return None
    allowed = can(current_user, APPROVE, Scope(region=loaded.unit))
    return MoveForm(None, prefix="sisipan-") if allowed else None


def law_address(law: Any) -> str | None:
    """The public page of a document of the register, where it is published."""
    if law is None or law == "can" or law.state != "terbit":
        return None
    return url_for("jdih.document", stem=law.stem) if "jdih.document" in current_app.view_functions else None


def register_entry(loaded: Letter) -> Any:
    """What JDIH's register has of a letter: the document, "can" if it may enter, None if it never does."""
    from modules.jdih.models import LawDocument, LawKind

    if loaded.document is None:
        return None
    found = db.session.query(LawDocument).filter_by(official_id=loaded.document_id).one_or_none()
    if found is not None:
        return found
    enters = db.session.query(LawKind.code).filter_by(document_kind=loaded.kind).first()
    return "can" if enters and loaded.secrecy == "biasa" and loaded.state != "dibatalkan" else None


def own_units(permission: str) -> list[str]:
    """The satker for which the account may do this."""
    return sorted({scope.region or "" for scope in grants.scopes(current_user, permission)})
