"""Pages of legal staff: the register of their satker, one document, its files, relations and versions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.web.forms import ButtonForm, Form, demand_button
from electsys.web.tables import Column, Filter, Table
from modules.jdih.forms import register as forms
from modules.jdih.models import LawDocument, LawKind
from modules.jdih.operations import register as operations
from modules.jdih.operations.checking import Doubtful, Exists
from modules.jdih.operations.files import files_of
from modules.jdih.operations.values import office
from modules.jdih.queries import register as queries
from modules.jdih.queries.units import office_name, office_names
from modules.jdih.rules import metadata
from modules.jdih.views import bp
from modules.jdih.wording.register import OUTCOMES, RELATIONS, ROLES, STATES, STATUSES, TYPES
from modules.jdih.workflow.register import DOCUMENT, EDIT, PUBLISH


def load_law(document_id: int) -> tuple[LawDocument, Scope]:
    """A document of the register; it lies in the region of its satker."""
    document = queries.by_id(document_id)
    if document is None:
        abort(404)
    return document, Scope(region=document.unit)


def badge(words: Any, look: str) -> Markup:
    """A state in words and colour."""
    return Markup('<span class="state state-{}">{}</span>').format(look, words)


def _units() -> list[str]:
    return [scope.region or "" for scope in grants.scopes(current_user, EDIT)]


def ask(
    form: Form, do: Callable[[Collection[str]], Any], *, title: str, back: str, said: str, **more: Any
) -> Any:
    """Show a form; when it is right, act. Doubts come back as boxes to tick, a used number with its link.

    ``do`` takes the codes of accepted doubts; what it returns, if anything, is where to go next.
    """
    taken = form._fields.get("accepted")
    doubts, existing = [], None
    if form.validate_on_submit():
        try:
            target = do(taken.data or [] if taken is not None else [])
        except Refused as refusal:
            db.session.rollback()
            if isinstance(refusal, Doubtful):
                doubts = refusal.doubts
                refusal = Refused(refusal.hint or "", field="accepted")
            if isinstance(refusal, Exists):
                existing = (refusal.name, url_for("jdih.law", document_id=refusal.existing))
            form.refuse(refusal)
        else:
            flash(said, "success")
            return redirect(target or back)
    if taken is not None:
        if doubts:
            taken.choices = [(d.code, d.sentence) for d in doubts]
        else:
            del form._fields["accepted"]
    page = render_template(
        "jdih/register/form.html", form=form, title=title, back=back, existing=existing, **more
    )
    return page, form.status


# --- the list ------------------------------------------------------------------------------------


@bp.get("/kelola")
@requires(EDIT)
def law_list() -> Any:
    """Documents of the reader's own satker."""
    kinds = queries.kinds_for(_units())
    table = Table(
        queries.documents_in(grants.scopes(current_user, EDIT)),
        [
            Column("dokumen", _l("Dokumen"), queries.short_name, head=True, link=_link),
            Column("judul", _l("Tentang"), "title", sort=LawDocument.title),
            Column("tahun", _l("Tahun"), lambda d: str(d.year), sort=LawDocument.year),
            Column("satker", _l("Satker"), lambda d: d.unit or "KPU RI", sort=LawDocument.unit),
            Column(
                "status",
                _l("Status hukum"),
                lambda d: str(STATUSES[d.legal_status][0]) if d.legal_status else "",
                cell=lambda d: badge(*STATUSES[d.legal_status]) if d.legal_status else "",
                sort=LawDocument.legal_status,
            ),
            Column(
                "keadaan",
                _l("Keadaan"),
                lambda d: str(STATES[d.state][0]),
                cell=lambda d: badge(*STATES[d.state]),
                sort=LawDocument.state,
            ),
            Column("diubah", _l("Diubah"), "changed_at", kind="moment", sort=LawDocument.changed_at),
            Column("kutipan", _l("Kutipan"), "citation", hidden=True),
            Column("nama-berkas", _l("Nama dalam alamat"), "stem", hidden=True),
        ],
        caption=_l("Register produk hukum"),
        empty=_l("Belum ada dokumen di satker Anda. Catat yang pertama: peraturan, keputusan, atau artikel."),
        empty_action=(_l("Catat dokumen"), url_for("jdih.new_law")),
        search=(LawDocument.title, LawDocument.number, LawDocument.citation, LawDocument.stem),
        search_hint=_l("Cari dokumen"),
        filters=[
            Filter("jenis", _l("Jenis"), [(k.code, k.name) for k in kinds], _by(LawDocument.kind)),
            Filter("keadaan", _l("Keadaan"), _words(STATES), _by(LawDocument.state)),
            Filter("status", _l("Status hukum"), _words(STATUSES), _by(LawDocument.legal_status)),
            Filter(
                "konfirmasi",
                _l("Perlu dikonfirmasi"),
                [("ya", _l("ya")), ("tidak", _l("tidak"))],
                lambda q, v: q.where(LawDocument.to_confirm == (v == "ya")),
            ),
        ],
        name="register-produk-hukum",
    )
    return table.download() or render_template("jdih/register/list.html", table=table)


def _link(document: LawDocument) -> str:
    return url_for("jdih.law", document_id=document.id)


def _by(column: Any) -> Callable[[Any, str], Any]:
    return lambda query, value: query.where(column == value)


def _words(table: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(code, words) for code, (words, _look) in table.items()]


# --- a new document ------------------------------------------------------------------------------


def load_kind(kind: str) -> tuple[LawKind, Scope]:
    """A kind that the reader's satker issue; where exactly, the operation asks."""
    found = db.session.get(LawKind, kind)
    if found is None:
        abort(404)
    held = [unit for unit in _units() if any(len(unit) <= n for n in found.unit_digits)]
    return found, Scope(region=min(held, key=len) if held else "")


@bp.get("/kelola/baru")
@requires(EDIT)
def new_law() -> Any:
    """Choose the kind of a new document."""
    kinds = queries.kinds_for(_units())
    groups = {type: [k for k in kinds if k.type == type] for type in TYPES}
    return render_template("jdih/register/new.html", groups=groups, types=TYPES)


@bp.route("/kelola/baru/<kind>", methods=["GET", "POST"])
@requires(EDIT, load=load_kind)
def draft_law(loaded: LawKind) -> Any:
    """Register a document of a kind as a draft."""
    units = _units()
    fixed = _only_unit(loaded, units)
    form = forms.law_form(loaded, new=True, choose_unit=fixed is None)()
    if not form.is_submitted():
        unit = fixed if fixed is not None else min(units, key=len, default="")
        heading, place = office(loaded, unit)
        given = {"heading": heading, "place": place, **metadata.DEFAULTS} | (
            {"place": place} if place else {}
        )
        for name, value in given.items():
            if name in form._fields:
                form._fields[name].data = value
        if loaded.type == "putusan":
            form._fields["court"].data = loaded.name.removeprefix("Putusan ")

    def do(accepted: Collection[str]) -> str:
        unit = fixed if fixed is not None else form._fields["unit"].data or ""
        document = operations.draft_document(
            loaded.code,
            forms.law_values(form, loaded),
            unit=unit,
            year=form._fields["year"].data,
            actor=current_actor(),
            accepted=accepted,
            to_confirm=form._fields["to_confirm"].data,
        )
        return _link(document)

    return ask(
        form,
        do,
        title=_("Catat: %(kind)s", kind=loaded.name),
        back=url_for("jdih.law_list"),
        said=_("Konsep dicatat. Pasang berkas dan hubungan, lalu terbitkan."),
        action=url_for("jdih.draft_law", kind=loaded.code),
        lead=_("Satker: %(name)s", name=office_name(fixed)) if fixed is not None else None,
        button=_("Simpan konsep"),
    )


def _only_unit(kind: LawKind, units: list[str]) -> str | None:
    """The satker of a new document where there is no choice."""
    if kind.unit_digits == [0]:
        return ""
    able = {unit for unit in units if len(unit) in kind.unit_digits}
    wider = any(any(len(unit) < n for n in kind.unit_digits) for unit in units)
    return next(iter(able)) if len(able) == 1 and not wider else None


# --- one document --------------------------------------------------------------------------------


@bp.get("/kelola/dokumen/<int:document_id>")
@requires(EDIT, load=load_law)
def law(loaded: LawDocument) -> str:
    """One document as staff see it: metadata, files, relations, what is missing, the next step."""
    type = loaded.kind_row.type
    values = {f.name: getattr(loaded, f.name) for f in metadata.fields_of(type)}
    related = queries.related(loaded, public=False)
    return render_template(
        "jdih/register/law.html",
        law=loaded,
        name=queries.name_of(loaded),
        office=office_name(loaded.unit),
        fields=metadata.fields_of(type),
        type=type,
        missing=metadata.missing(type, values),
        thin=metadata.thin(type, values),
        filled=metadata.completeness(type, values),
        files=files_of(loaded),
        roles=ROLES,
        related=related,
        relation_words=RELATIONS,
        outcomes=OUTCOMES,
        name_of=queries.name_of,
        state=badge(*STATES[loaded.state]),
        status=badge(*STATUSES[loaded.legal_status]) if loaded.legal_status else "",
        statuses=STATUSES,
        offices=office_names(r.other.unit for r in related),
        actions={t.action for t in DOCUMENT.offered(loaded, current_user)},
        may_edit=lambda other: can(current_user, EDIT, Scope(region=other.unit)),
        button=ButtonForm(),
        versions=len(queries.versions_of(loaded)),
    )


@bp.route("/kelola/dokumen/<int:document_id>/ubah", methods=["GET", "POST"])
@requires(EDIT, load=load_law)
def edit_law(loaded: LawDocument) -> Any:
    """Change metadata, with the reason."""
    kind = loaded.kind_row
    form = forms.law_form(kind, new=False)(obj=loaded)
    document_id = loaded.id

    def do(accepted: Collection[str]) -> None:
        operations.edit_document(
            loaded,
            forms.law_values(form, kind),
            reason=form._fields["reason"].data,
            actor=current_actor(),
            accepted=accepted,
            to_confirm=form._fields["to_confirm"].data,
        )

    return ask(
        form,
        do,
        title=_("Ubah metadata"),
        back=url_for("jdih.law", document_id=document_id),
        said=_("Perubahan disimpan sebagai versi baru."),
        action=url_for("jdih.edit_law", document_id=document_id),
        lead=queries.name_of(loaded),
    )


@bp.post("/kelola/dokumen/<int:document_id>/terbitkan")
@requires(PUBLISH, load=load_law)
def publish_law(loaded: LawDocument) -> Any:
    """Publish a draft."""
    demand_button()
    document_id = loaded.id
    try:
        operations.publish_document(loaded, actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        flash(refusal.message, "danger")
    else:
        flash(_("Dokumen terbit: publik dapat membaca dan mencarinya."), "success")
    return redirect(url_for("jdih.law", document_id=document_id))


def _step(loaded: LawDocument, do: Callable[..., None], title: str, said: str, endpoint: str) -> Any:
    form = forms.ReasonForm()
    back = url_for("jdih.law", document_id=loaded.id)
    action = url_for(endpoint, document_id=loaded.id)
    name = queries.name_of(loaded)

    def act(_accepted: Collection[str]) -> None:
        do(loaded, reason=form.reason.data, actor=current_actor())

    return ask(form, act, title=title, back=back, said=said, action=action, lead=name, button=title)


@bp.route("/kelola/dokumen/<int:document_id>/tarik", methods=["GET", "POST"])
@requires(PUBLISH, load=load_law)
def withdraw_law(loaded: LawDocument) -> Any:
    """Take a document off publication."""
    said = _("Dokumen ditarik. Halamannya tetap ada dan menyebut alasannya.")
    return _step(loaded, operations.withdraw_document, _("Tarik dari publikasi"), said, "jdih.withdraw_law")


@bp.route("/kelola/dokumen/<int:document_id>/terbitkan-kembali", methods=["GET", "POST"])
@requires(PUBLISH, load=load_law)
def republish_law(loaded: LawDocument) -> Any:
    """Publish again what was withdrawn."""
    said = _("Dokumen terbit kembali.")
    return _step(loaded, operations.republish_document, _("Terbitkan kembali"), said, "jdih.republish_law")


@bp.get("/kelola/dokumen/<int:document_id>/versi")
@requires(EDIT, load=load_law)
def law_versions(loaded: LawDocument) -> str:
    """Versions of a document, and two of them side by side."""
    versions = queries.versions_of(loaded)
    numbers = {v.version: v for v in versions}
    newest = max(numbers)
    right = numbers.get(request.args.get("baru", newest, type=int)) or numbers[newest]
    left = numbers.get(request.args.get("lama", right.version - 1, type=int))
    type = loaded.kind_row.type
    labels: dict[str, Any] = {f.name: f.label(type) for f in metadata.fields_of(type)} | {
        "state": _("Keadaan"),
        "files": _("Berkas"),
        "relations": _("Hubungan"),
        "year": _("Tahun"),
    }
    return render_template(
        "jdih/register/versions.html",
        law=loaded,
        name=queries.name_of(loaded),
        versions=versions,
        left=left,
        right=right,
        rows=queries.differences(left.snapshot if left else {}, right.snapshot),
        labels=labels,
        relation_words=RELATIONS,
        states=STATES,
        roles=ROLES,
    )
