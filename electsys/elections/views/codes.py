"""The code tables of an election."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.elections import forms, operations, queries
from electsys.elections.citations import cite
from electsys.elections.models import CodeEntry, Election
from electsys.elections.views import CODE, READ, ask, bp, crumbs_of, found
from electsys.elections.wording import TABLES
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.web.tables import Column, Table


def load_table(election: str, table: str) -> tuple[tuple[Election, str], Scope]:
    """A code table of an election."""
    row = found(election)
    if table not in TABLES:
        abort(404)
    return (row, table), Scope(election=row.id)


def load_code(election: str, table: str, code: str) -> tuple[tuple[Election, str, CodeEntry], Scope]:
    """One row of a code table."""
    (row, name), scope = load_table(election, table)
    entry = queries.code_entry(row.id, name, code)
    if entry is None:
        abort(404)
    return (row, name, entry), scope


@bp.get("/<election>/kode/<table>")
@requires(READ)
def codes(election: str, table: str) -> Any:
    """The rows of one code table."""
    (row, name), scope = load_table(election, table)
    may_edit = can(current_user, CODE, scope)
    shown = Table(
        queries.codes(row.id).where(CodeEntry.table_code == name),
        [
            Column(
                "kode",
                _l("Kode"),
                "code",
                head=True,
                link=(lambda e: url_for(".change_code", election=row.code, table=name, code=e.code))
                if may_edit
                else None,
            ),
            Column("sebutan", _l("Sebutan"), "label"),
            Column("keterangan", _l("Keterangan"), "detail"),
            Column("dasar", _l("Dasar"), "regulation", cell=lambda row: cite(row.regulation)),
            Column("perlu", _l("Perlu dikonfirmasi"), lambda e: _("ya") if e.to_confirm else ""),
            Column("dipakai", _l("Dipakai"), lambda e: _("ya") if e.active else _("tidak")),
        ],
        caption=TABLES[name],
        empty=_l("Tabel ini belum berisi. Tambah kode pertama."),
        name=f"kode-{name}",
    )
    return shown.download() or render_template(
        "elections/codes.html", election=row, name=name, title=TABLES[name], table=shown
    )


def _code_crumbs(row: Election, name: str) -> tuple[str, list[tuple[str, str]]]:
    back = url_for(".codes", election=row.code, table=name)
    return back, [*crumbs_of(row), (str(TABLES[name]), back)]


@bp.route("/<election>/kode/<table>/tambah", methods=["GET", "POST"])
@requires(CODE, load=load_table)
def add_code(loaded: tuple[Election, str]) -> Any:
    """A new row of a code table."""
    row, name = loaded
    form = forms.CodeForm()
    back, crumbs = _code_crumbs(row, name)
    action = url_for(".add_code", election=row.code, table=name)
    return ask(form, lambda: _save(form, row, name, None), back, _("Tambah kode"), crumbs, action)


@bp.route("/<election>/kode/<table>/<code>/ubah", methods=["GET", "POST"])
@requires(CODE, load=load_code)
def change_code(loaded: tuple[Election, str, CodeEntry]) -> Any:
    """Change a row of a code table, or put it out of use."""
    row, name, entry = loaded
    form = forms.CodeForm(obj=entry, confirmed=not entry.to_confirm)
    del form.code
    back, crumbs = _code_crumbs(row, name)
    action = url_for(".change_code", election=row.code, table=name, code=entry.code)
    title = _("Ubah kode %(code)s", code=entry.code)
    subject = f"code_entry:{entry.id}"
    return ask(form, lambda: _save(form, row, name, entry), back, title, crumbs, action, subject=subject)


def _save(form: forms.CodeForm, row: Election, name: str, entry: CodeEntry | None) -> None:
    operations.save_code(
        row,
        name,
        entry,
        code=entry.code if entry else form.code.data or "",
        label=form.label.data or "",
        detail=form.detail.data or "",
        active=form.active.data,
        regulation=form.regulation.data or "",
        confirmed=form.confirmed.data,
        reason=form.reason.data or "",
        actor=current_actor(),
    )
