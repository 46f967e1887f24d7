"""Administration: how numbers are written, and how large files may be."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from electsys.db import db
from electsys.documents import kinds, queries, rules
from electsys.documents.forms import PLACES, LimitForm, TemplateForm, limits_text
from electsys.documents.models import NumberTemplate
from electsys.documents.operations import settings
from electsys.documents.views import EDIT, bp
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires


def nation() -> tuple[None, Scope]:
    """Settings of the whole country: only who holds the permission there."""
    return None, Scope()


def load_template(template_id: int) -> tuple[NumberTemplate, Scope]:
    """A number template."""
    template = db.session.get(NumberTemplate, template_id)
    if template is None:
        abort(404)
    return template, Scope()


def load_kind(kind: str) -> tuple[kinds.Kind, Scope]:
    """A purpose of files with the limits in force."""
    if kind not in kinds.ALL:
        abort(404)
    return kinds.limits(kind), Scope()


@bp.get("/admin/penomoran")
@requires(EDIT, load=nation)
def number_templates(loaded: None) -> Any:
    """All number templates, with an example each."""
    today = dt.datetime.now(dt.UTC).date()
    rows = [(t, _example(t), t.valid_to is None or t.valid_to >= today) for t in queries.number_templates()]
    return render_template("documents/number_templates.html", rows=rows)


@bp.route("/admin/penomoran/baru", methods=["GET", "POST"])
@requires(EDIT, load=nation)
def new_number_template(loaded: None) -> Any:
    """Add a number template."""
    return _edit(None, TemplateForm())


@bp.route("/admin/penomoran/<int:template_id>", methods=["GET", "POST"])
@requires(EDIT, load=load_template)
def number_template(loaded: NumberTemplate) -> Any:
    """Change a number template."""
    form = TemplateForm(obj=loaded)
    if not form.is_submitted():
        form.unit.data = "0" if loaded.unit == "" else loaded.unit
    return _edit(loaded, form)


def _edit(template: NumberTemplate | None, form: TemplateForm) -> Any:
    if form.validate_on_submit():
        try:
            settings.save_template(
                template,
                number_group=form.number_group.data,
                unit=form.unit_code,
                pattern=form.pattern.data.strip(),
                valid_from=form.valid_from.data,
                valid_to=form.valid_to.data,
                source=form.source.data.strip(),
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Pola penomoran disimpan."), "success")
            return redirect(url_for("documents.number_templates"))
    return render_template(
        "documents/number_template.html", form=form, template=template, places=PLACES
    ), form.status


@bp.get("/admin/batas-berkas")
@requires(EDIT, load=nation)
def file_limits(loaded: None) -> Any:
    """Limits of every purpose, as printed beside its upload fields."""
    rows = [(kinds.limits(name), limits_text(kinds.limits(name))) for name in sorted(kinds.ALL)]
    return render_template("documents/file_limits.html", rows=rows)


@bp.route("/admin/batas-berkas/<kind>", methods=["GET", "POST"])
@requires(EDIT, load=load_kind)
def file_limit(loaded: kinds.Kind) -> Any:
    """Change the limits of one purpose."""
    form = LimitForm(
        max_megabytes=loaded.max_bytes / kinds.MB,
        max_pages=loaded.max_pages,
        max_megapixels=loaded.max_pixels and loaded.max_pixels // 1_000_000,
    )
    if loaded.max_pages is None:
        del form.max_pages
    if loaded.max_pixels is None:
        del form.max_megapixels
    if form.validate_on_submit():
        pages, pixels = form._fields.get("max_pages"), form._fields.get("max_megapixels")
        try:
            settings.set_limit(
                loaded.name,
                max_bytes=int(form.max_megabytes.data * kinds.MB),
                max_pages=pages.data if pages else None,
                max_pixels=pixels.data * 1_000_000 if pixels and pixels.data else None,
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Batas berkas disimpan."), "success")
            return redirect(url_for("documents.file_limits"))
    return render_template("documents/file_limit.html", form=form, kind=loaded), form.status


def _example(template: NumberTemplate) -> str:
    day = min(dt.datetime.now(dt.UTC).date(), template.valid_to or dt.date.max)
    law = template.number_group == "produk_hukum"
    return rules.format_number(
        template.pattern,
        218,
        day,
        {
            "jenis": "Kpt" if law else "BA",
            "klasifikasi": "HK.03.1" if law else "PL.01.8",
            "kode": template.unit or "1201",
            "satker": rules.office_of(template.unit if template.unit is not None else "1201"),
        },
    )
