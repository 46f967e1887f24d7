"""Parts of a document for legal staff: files, relations; and the kinds of documents."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Response, abort, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.db import db
from electsys.documents.views import send_stored
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from electsys.web.tables import Column, Filter, Table
from modules.jdih.forms import register as forms
from modules.jdih.models import LawDocument, LawFile, LawKind, LawRelation
from modules.jdih.operations import files as file_operations
from modules.jdih.operations import kinds as kind_operations
from modules.jdih.operations import relations as relation_operations
from modules.jdih.queries import register as queries
from modules.jdih.views import bp
from modules.jdih.views.manage import ask, load_law
from modules.jdih.wording.register import RELATIONS, TYPES
from modules.jdih.workflow.register import EDIT, PUBLISH

DOCUMENT = "/kelola/dokumen/<int:document_id>"


def load_file(document_id: int, file_id: int) -> tuple[tuple[LawDocument, LawFile], Scope]:
    """A file of a document."""
    document, scope = load_law(document_id)
    row = db.session.get(LawFile, file_id)
    if row is None or row.document_id != document.id:
        abort(404)
    return (document, row), scope


def load_relation(document_id: int, relation_id: int) -> tuple[tuple[LawDocument, LawRelation], Scope]:
    """A relation that starts at a document."""
    document, scope = load_law(document_id)
    row = relation_operations.relation_of(relation_id, document)
    if row is None:
        abort(404)
    return (document, row), scope


def _back(document: LawDocument) -> str:
    return url_for("jdih.law", document_id=document.id)


# --- files ---------------------------------------------------------------------------------------


@bp.route(f"{DOCUMENT}/berkas", methods=["GET", "POST"])
@requires(EDIT, load=load_law)
def attach_law_file(loaded: LawDocument) -> Any:
    """Attach a file."""
    form = forms.file_form(file_operations.purpose(loaded), replace=False)()
    if not form.is_submitted() and any(f.role == "utama" for f in file_operations.files_of(loaded)):
        form._fields["role"].data = "lampiran"

    def do(accepted: Collection[str]) -> None:
        actor = current_actor()
        file_operations.attach_file(
            loaded,
            form._fields["file"].store(actor=actor),
            role=form._fields["role"].data,
            label=form._fields["label"].data or "",
            actor=actor,
            accepted=accepted,
        )

    return ask(
        form,
        do,
        title=_("Pasang berkas"),
        back=_back(loaded),
        said=_("Berkas dipasang; hash-nya tercatat."),
        action=url_for("jdih.attach_law_file", document_id=loaded.id),
        lead=queries.name_of(loaded),
        upload=True,
        button=_("Pasang berkas"),
    )


@bp.get(f"{DOCUMENT}/berkas/<int:file_id>")
@requires(EDIT, load=load_file)
def law_file(loaded: tuple[LawDocument, LawFile]) -> Response:
    """A file, also of a draft."""
    document, row = loaded
    return send_stored(row.file, name=f"{document.stem}-{row.position}" + _ending(row))


def _ending(row: LawFile) -> str:
    from electsys.documents.kinds import ENDINGS

    return ENDINGS[row.file.media_type]


@bp.route(f"{DOCUMENT}/berkas/<int:file_id>/ganti", methods=["GET", "POST"])
@requires(EDIT, load=load_file)
def replace_law_file(loaded: tuple[LawDocument, LawFile]) -> Any:
    """Put another file in its place."""
    document, row = loaded
    form = forms.file_form(file_operations.purpose(document), replace=True)()

    def do(accepted: Collection[str]) -> None:
        actor = current_actor()
        file_operations.replace_file(
            row,
            form._fields["file"].store(actor=actor),
            reason=form._fields["reason"].data,
            actor=actor,
            accepted=accepted,
        )

    return ask(
        form,
        do,
        title=_("Ganti berkas: %(label)s", label=row.label),
        back=_back(document),
        said=_("Berkas diganti; yang lama tetap tercatat dalam versi sebelumnya."),
        action=url_for("jdih.replace_law_file", document_id=document.id, file_id=row.id),
        lead=queries.name_of(document),
        upload=True,
        button=_("Ganti berkas"),
    )


@bp.route(f"{DOCUMENT}/berkas/<int:file_id>/lepas", methods=["GET", "POST"])
@requires(EDIT, load=load_file)
def detach_law_file(loaded: tuple[LawDocument, LawFile]) -> Any:
    """Take a file off."""
    document, row = loaded
    form = forms.ReasonForm()

    def do(_accepted: Collection[str]) -> None:
        file_operations.detach_file(row, reason=form.reason.data, actor=current_actor())

    return ask(
        form,
        do,
        title=_("Lepas berkas: %(label)s", label=row.label),
        back=_back(document),
        said=_("Berkas dilepas; versi sebelumnya tetap menyebutnya."),
        action=url_for("jdih.detach_law_file", document_id=document.id, file_id=row.id),
        lead=queries.name_of(document),
        button=_("Lepas berkas"),
    )


# --- relations -----------------------------------------------------------------------------------


@bp.route(f"{DOCUMENT}/hubungan", methods=["GET", "POST"])
@requires(EDIT, load=load_law)
def relate_law(loaded: LawDocument) -> Any:
    """Record what this document does to another."""
    type = loaded.kind_row.type
    offered = ["menguji"] if type == "putusan" else [k for k in RELATIONS if k != "menguji"]
    if loaded.kind != "uu" and "menetapkan_perppu" in offered:
        offered.remove("menetapkan_perppu")
    form = forms.relation_form(type, offered)()

    def do(accepted: Collection[str]) -> None:
        outcome = form._fields.get("outcome")
        relation_operations.relate(
            loaded,
            form._fields["kind"].data,
            forms.document_of(form),
            note=form._fields["note"].data or "",
            outcome=outcome.data or None if outcome is not None else None,
            actor=current_actor(),
            accepted=accepted,
        )

    return ask(
        form,
        do,
        title=_("Catat hubungan"),
        back=_back(loaded),
        said=_("Hubungan dicatat; status kedua dokumen mengikutinya."),
        action=url_for("jdih.relate_law", document_id=loaded.id),
        lead=queries.name_of(loaded),
        pick=True,
        button=_("Catat hubungan"),
    )


@bp.route(f"{DOCUMENT}/hubungan/<int:relation_id>/hapus", methods=["GET", "POST"])
@requires(EDIT, load=load_relation)
def unrelate_law(loaded: tuple[LawDocument, LawRelation]) -> Any:
    """Remove a relation that was entered by mistake."""
    document, relation = loaded
    other = db.session.get_one(LawDocument, relation.target_id)
    form = forms.ReasonForm()

    def do(_accepted: Collection[str]) -> None:
        relation_operations.unrelate(relation, reason=form.reason.data, actor=current_actor())

    words = f"{RELATIONS[relation.kind][0]} {queries.short_name(other)}"
    return ask(
        form,
        do,
        title=_("Hapus hubungan: %(words)s", words=words),
        back=_back(document),
        said=_("Hubungan dihapus; status mengikutinya."),
        action=url_for("jdih.unrelate_law", document_id=document.id, relation_id=relation.id),
        lead=queries.name_of(document),
        button=_("Hapus hubungan"),
    )


@bp.get("/kelola/cari.json")
@requires(EDIT)
def pick_law() -> Response:
    """Documents that somebody may mean while typing: what the picker asks."""
    found = queries.pick(request.args.get("q", ""))
    return jsonify([{"code": d.stem, "label": forms.words_for(d)} for d in found])


# --- kinds ---------------------------------------------------------------------------------------


def load_kind_row(kind: str) -> tuple[LawKind, Scope]:
    """A kind; the nation's staff keep the table."""
    found = db.session.get(LawKind, kind)
    if found is None:
        abort(404)
    return found, Scope(region="")


def nation() -> tuple[None, Scope]:
    """What only the nation's staff may do."""
    return None, Scope(region="")


@bp.get("/kelola/jenis")
@requires(PUBLISH, load=nation)
def law_kinds(loaded: None) -> Any:
    """The kinds of documents."""
    table = Table(
        queries.kinds(),
        [
            Column(
                "nama", _l("Jenis"), "name", head=True, link=lambda k: url_for("jdih.law_kind", kind=k.code)
            ),
            Column("singkatan", _l("Singkatan"), "abbreviation", sort=True),
            Column("tipe", _l("Tipe"), lambda k: str(TYPES[k.type])),
            Column("alamat", _l("Dalam alamat"), "stem"),
            Column("naskah", _l("Dari naskah dinas"), lambda k: k.document_kind or ""),
            Column("urutan", _l("Urutan"), "position", kind="number", sort=True),
        ],
        caption=_l("Jenis produk hukum"),
        empty=_l("Belum ada jenis. Tambah yang pertama."),
        search=True,
        filters=[Filter("tipe", _l("Tipe"), list(TYPES.items()), lambda k, v: k.type == v)],
        size=100,
        name="jenis-produk-hukum",
    )
    return table.download() or render_template("jdih/register/kinds.html", table=table)


@bp.route("/kelola/jenis/<kind>", methods=["GET", "POST"])
@requires(PUBLISH, load=load_kind_row)
def law_kind(loaded: LawKind) -> Any:
    """Other words for a kind."""
    form = forms.KindForm(obj=loaded)
    for fixed in ("code", "type", "stem", "unit_digits"):
        del form._fields[fixed]

    def do(_accepted: Collection[str]) -> None:
        kind_operations.change_kind(
            loaded,
            name=form.name.data or "",
            abbreviation=form.abbreviation.data or "",
            aliases=form.aliases.data or [],
            position=form.position.data or 0,
            actor=current_actor(),
        )

    return ask(
        form,
        do,
        title=_("Ubah jenis: %(name)s", name=loaded.name),
        back=url_for("jdih.law_kinds"),
        said=_("Jenis disimpan."),
        action=url_for("jdih.law_kind", kind=loaded.code),
    )


@bp.route("/kelola/jenis-baru", methods=["GET", "POST"])
@requires(PUBLISH, load=nation)
def new_law_kind(loaded: None) -> Any:
    """A new kind."""
    form = forms.KindForm()

    def do(_accepted: Collection[str]) -> None:
        kind_operations.add_kind(
            form.code.data or "",
            type=form.type.data,
            stem=form.stem.data or "",
            unit_digits=[int(n) for n in form.unit_digits.data or []],
            name=form.name.data or "",
            abbreviation=form.abbreviation.data or "",
            aliases=form.aliases.data or [],
            position=form.position.data or 0,
            actor=current_actor(),
        )

    return ask(
        form,
        do,
        title=_("Tambah jenis produk hukum"),
        back=url_for("jdih.law_kinds"),
        said=_("Jenis disimpan."),
        action=url_for("jdih.new_law_kind"),
    )
