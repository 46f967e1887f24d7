"""Candidates: put up, filled page by page, photographed, replaced, taken off; what is known of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.documents.views import send_stored
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.privacy import mask_nik
from electsys.privacy.operations import PERMISSION as REVEAL
from modules.silon import list_tables as tables
from modules.silon.candidate_shown import parts_of
from modules.silon.candidate_words import FIELDS, PAGES
from modules.silon.claims import CandidateClaim, claim_of
from modules.silon.finding_words import FLAG_NAMES, FLAG_WORDS
from modules.silon.forms import candidates as forms
from modules.silon.models import Candidate, Nomination
from modules.silon.models.candidates import STANDING
from modules.silon.operations import candidates as operations
from modules.silon.operations.access import DRAFT, WINDOWS, open_fields
from modules.silon.operations.candidate_photos import set_photo
from modules.silon.permissions import EDIT, READ
from modules.silon.queries.candidates import events_of
from modules.silon.queries.versions import differences, versions_of
from modules.silon.views import bp
from modules.silon.views.list_loading import AtPage, load_candidate, load_nomination, load_page
from modules.silon.views.lists import shown
from modules.silon.workflow import CANDIDATE

#: A page of somebody is kept by no cache.
PRIVATE = {"Cache-Control": "no-store"}


def _here(row: Candidate) -> str:
    return url_for("silon.candidate", candidate_id=row.id)


def _list(row: Nomination) -> str:
    return url_for("silon.list_page", nomination_id=row.id)


# --- putting up ------------------------------------------------------------------------------------


@bp.route("/daftar/<int:nomination_id>/tambah", methods=["GET", "POST"])
@requires(EDIT, load=load_nomination)
def add_candidate(loaded: Nomination) -> Any:
    """Put somebody on the list: the first page, which makes the row; the other pages follow."""
    form = forms.NewForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            row = operations.add_candidate(loaded, form.claim(), actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Nomination, key)
        else:
            flash(_("%(name)s masuk daftar dengan nomor urut %(n)s.", name=row.name, n=row.number), "success")
            return redirect(url_for("silon.candidate_page", candidate_id=row.id, page="tinggal"))
    page = render_template(
        "silon/lists/candidate_form.html",
        form=form,
        title=_("Tambah calon"),
        pages=PAGES,
        page="identitas",
        candidate=None,
        **shown(loaded),
    )
    return page, form.status, PRIVATE


@bp.route("/bakal/<int:candidate_id>/ganti", methods=["GET", "POST"])
@requires(EDIT, load=load_candidate)
def replace_candidate(loaded: Candidate) -> Any:
    """Put another in the place of somebody who failed: both in one step, with the reason."""
    form = forms.ReplaceForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            row = operations.replace_candidate(
                loaded, form.claim(), reason=form.reason.data or "", actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Candidate, key)
        else:
            flash(_("%(name)s menggantikan %(old)s.", name=row.name, old=loaded.name), "success")
            return redirect(url_for("silon.candidate_page", candidate_id=row.id, page="tinggal"))
    page = render_template(
        "silon/lists/candidate_form.html",
        form=form,
        title=_("Ganti calon nomor %(n)s, %(name)s", n=loaded.number, name=loaded.name),
        pages=PAGES,
        page="identitas",
        candidate=None,
        **shown(loaded.nomination),
    )
    return page, form.status, PRIVATE


# --- page by page ----------------------------------------------------------------------------------


@bp.route(f"/bakal/<int:candidate_id>/<any({', '.join(PAGES)}):page>", methods=["GET", "POST"])
@requires(EDIT, load=load_page)
def candidate_page(at: AtPage) -> Any:
    """One page of a candidate, saved by itself; then the next."""
    loaded, page = at
    kind = forms.FORMS[page]
    form = kind(**_filled(loaded, page), version=str(loaded.version))
    key, conflict = loaded.id, None
    if form.validate_on_submit():
        try:
            changed = operations.change_candidate(
                loaded, _claimed(loaded, form.changes()), actor=current_actor(), seen=form.seen
            )
        except Refused as refusal:
            seen = form.seen
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Candidate, key)
            if seen is not None and seen != loaded.version:
                conflict = _since(loaded, seen)
                form.version.data = str(loaded.version)  # who saves again has read what changed
        else:
            flash(_saved(changed), "success")
            return redirect(_next(loaded, page))
    rendered = render_template(
        "silon/lists/candidate_form.html",
        form=form,
        title=PAGES[page],
        pages=PAGES,
        page=page,
        candidate=loaded,
        conflict=conflict,
        words=FIELDS,
        **shown(loaded.nomination),
    )
    return rendered, form.status, PRIVATE


def _filled(row: Candidate, page: str) -> dict[str, Any]:
    """What a page shows of a stored candidate; nothing of the envelope."""
    if page == "riwayat":
        return forms.CvForm.stored(row.profile) | {"consent": row.consent}
    if page == "keadaan":
        return {"conditions": list(row.conditions)}
    said = {name: getattr(row, name) for name in forms.FORMS[page].ORDER if hasattr(row, name)}
    if page == "tinggal" and row.ballot_name == _automatic(row):
        said["ballot_name"] = ""
    return said


def _automatic(row: Candidate) -> str:
    """The name for the ballot that follows from name and titles."""
    return CandidateClaim(
        "", row.name, row.sex, "", None, title_before=row.title_before, title_after=row.title_after
    ).printed


def _claimed(row: Candidate, changes: dict[str, Any]) -> CandidateClaim:
    """The claim as the page changes it. A name on the ballot that nobody chose follows name and titles."""
    if "ballot_name" not in changes and row.ballot_name == _automatic(row):
        changes = changes | {"ballot_name": ""}
    return claim_of(row).with_changes(changes)


def _since(row: Candidate, seen: int) -> list[Any]:
    """What others changed since a version: as :func:`differences` lets it be shown."""
    versions = {version.version: version for version in versions_of(row)}
    return differences(versions.get(seen), versions[max(versions)]) if versions else []


def _saved(changed: list[str]) -> str:
    if not changed:
        return _("Tidak ada yang berbeda; tidak ada yang diubah.")
    return _("Tersimpan: %(fields)s.", fields=", ".join(str(FIELDS[name]).lower() for name in changed))


def _next(row: Candidate, page: str) -> str:
    """The page after this one; after the last the candidate's own."""
    order = list(PAGES)
    after = order[order.index(page) + 1 :]
    return url_for("silon.candidate_page", candidate_id=row.id, page=after[0]) if after else _here(row)


# --- the photo -------------------------------------------------------------------------------------


@bp.route("/bakal/<int:candidate_id>/foto", methods=["GET", "POST"])
@requires(EDIT, load=load_candidate)
def candidate_photo(loaded: Candidate) -> Any:
    """Bring the photo."""
    form = forms.PhotoForm(version=str(loaded.version))

    def do(row: Candidate) -> str:
        stored = form.photo.store(actor=current_actor())
        set_photo(row, stored, actor=current_actor())
        return _("Foto tersimpan dengan tanda terima %(receipt)s.", receipt=stored.receipt)

    return _act(loaded, form, [form.photo], _("Unggah pas foto"), do, upload=True)


@bp.get("/bakal/<int:candidate_id>/pas-foto")
@requires(READ, load=load_candidate)
def candidate_portrait(loaded: Candidate) -> Response:
    """The photo in force."""
    stored = db.session.get(StoredFile, loaded.photo_id) if loaded.photo_id else None
    if stored is None:
        abort(404)
    response = send_stored(stored, inline=True)
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


# --- taking off ------------------------------------------------------------------------------------


@bp.route("/bakal/<int:candidate_id>/tarik", methods=["GET", "POST"])
@requires(EDIT, load=load_candidate)
def withdraw_candidate(loaded: Candidate) -> Any:
    """Take somebody off the list; in a draft the others move up."""
    form = forms.ReasonForm()

    def do(row: Candidate) -> str:
        nomination = row.nomination
        operations.withdraw_candidate(row, reason=form.reason.data or "", actor=current_actor())
        rest = operations.standing(nomination)
        if nomination.state not in DRAFT or not rest:
            return _("%(name)s ditarik. Riwayatnya tetap ada.", name=row.name)
        operations.order_candidates(nomination, [each.id for each in rest], actor=current_actor())
        return _("%(name)s ditarik; nomor urut di bawahnya maju satu.", name=row.name)

    return _act(loaded, form, [form.reason], _("Tarik calon"), do, danger=True, back_to_list=True)


def _act(
    row: Candidate,
    form: Any,
    fields: list[Any],
    title: str,
    do: Callable[[Candidate], str],
    *,
    upload: bool = False,
    danger: bool = False,
    back_to_list: bool = False,
) -> Any:
    """Show a form of one act, do it, say what was done; a refusal stands at its field."""
    key = row.id
    if form.validate_on_submit():
        try:
            said = do(row)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            row = db.session.get_one(Candidate, key)
        else:
            flash(said, "success")
            return redirect(_list(row.nomination) if back_to_list else _here(row))
    page = render_template(
        "silon/lists/act.html",
        form=form,
        fields=fields,
        title=title,
        back=(_here(row), f"{row.number}. {row.name}"),
        upload=upload,
        danger=danger,
        **shown(row.nomination),
    )
    return page, form.status, PRIVATE


def _replace_at(row: Candidate) -> str | None:
    """Where another is put in the place of somebody; a draft is simply changed, and later windows have a
    page of their own."""
    if row.nomination.state == "perbaikan":
        return url_for("silon.replace_candidate", candidate_id=row.id)
    if row.nomination.state in WINDOWS:
        return url_for("silon.replacements", nomination_id=row.nomination_id)
    return None


# --- one candidate ---------------------------------------------------------------------------------


@bp.get("/bakal/<int:candidate_id>")
@requires(READ, load=load_candidate)
def candidate(loaded: Candidate) -> Any:
    """One candidate: what is said, page by page with a way to change it, what was found, what happened."""
    given = shown(loaded.nomination)
    fields = open_fields(loaded)
    stands = loaded.state in STANDING
    may_edit = given["may_edit"] and stands and fields != frozenset()
    given["may_edit"] = may_edit
    page = render_template(
        "silon/lists/candidate.html",
        candidate=loaded,
        badge=tables.candidate_state,
        parts=parts_of(loaded, may_edit),
        nik=mask_nik(claim_of(loaded).nik),
        reveals=can(current_user, REVEAL, Scope(loaded.region)),
        flag_names=FLAG_NAMES,
        flag_words=FLAG_WORDS,
        replaced=db.session.get(Candidate, loaded.replaces_id) if loaded.replaces_id else None,
        replace_at=_replace_at(loaded) if may_edit else None,
        may_withdraw=may_edit and CANDIDATE.find(loaded.state, "withdraw") is not None,
        events=events_of(loaded),
        words=FIELDS,
        evidence_at=url_for("silon.candidate_links", candidate_id=loaded.id),
        documents_at=url_for("silon.documents", nomination_id=loaded.nomination_id),
        state_label=CANDIDATE.state_label,
        **given,
    )
    return page, 200, PRIVATE
