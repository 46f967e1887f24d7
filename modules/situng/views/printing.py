"""Forms to print: one TPS at once, a region by a job; what was printed, as PDFs and one ZIP."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.documents import StoredFile, open_file
from electsys.documents.views import send_stored
from electsys.elections.models import Contest, Election
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, requires
from electsys.jobs.queries import of_subject
from electsys.regions import queries as regions
from modules.situng import print_tables
from modules.situng.forms import PrintForm, PrintOneForm
from modules.situng.models import FormPrint, FormPrintPart
from modules.situng.operations import printing as operations
from modules.situng.queries import printing as queries
from modules.situng.queries.people import widest
from modules.situng.views import bp
from modules.situng.workflow import PRINT

CHUNK = 1 << 18


def load_print(print_id: int) -> tuple[FormPrint, Scope]:
    """The print job of a URL with its scope; 404 where there is none."""
    row = db.session.get(FormPrint, print_id)
    if row is None:
        abort(404)
    return row, Scope(row.region, election=row.election_id)


def load_part(print_id: int, position: int) -> tuple[FormPrintPart, Scope]:
    """One PDF of a print job with its scope; 404 where there is none."""
    row, scope = load_print(print_id)
    part = db.session.get(FormPrintPart, (row.id, position))
    if part is None:
        abort(404)
    return part, scope


@bp.route("/hasil/cetak", methods=["GET", "POST"])
@requires(PRINT)
def prints() -> Any:
    """What to print, and what was printed in the caller's regions."""
    elections = queries.elections_to_print()
    chosen = next((e for e in elections if e.code == request.args.get("pemilu")), None)
    election = chosen or next(iter(elections), None)
    own = [scope.region or "" for scope in grants.scopes(current_user, PRINT)]
    table = print_tables.prints_table(queries.prints_in(own))
    if download := table.download():
        return download
    if election is None:
        return render_template("situng/prints.html", table=table, election=None, elections=())
    contests = queries.Law.of(election).contests_in(widest(own))
    whole, one = _forms(contests, widest(own))
    if request.method == "POST":
        asked = one if "tps" in request.form else whole
        if asked.validate_on_submit():
            try:
                return _print(asked, election, contests)
            except Refused as refusal:
                db.session.rollback()
                asked.refuse(refusal)
    return render_template(
        "situng/prints.html", table=table, election=election, elections=elections, whole=whole, one=one
    ), max(whole.status, one.status)


def _forms(contests: list[Contest], region: str) -> tuple[PrintForm, PrintOneForm]:
    """Both forms of the page; each reads only what was sent to it."""
    sent = request.form if request.method == "POST" else None
    for_one = bool(sent) and "tps" in request.form
    whole = PrintForm(
        formdata=None if for_one else sent,
        region=region if len(region) >= 4 else "",
        contests=[c.id for c in contests],
        prefix="",
    )
    whole.contests.choices = [(c.id, c.name) for c in contests]
    one = PrintOneForm(formdata=sent if for_one else None)
    one.contest.choices = [(str(c.id), c.name) for c in contests]
    return whole, one


def _print(form: PrintForm | PrintOneForm, election: Election, contests: list[Contest]) -> Any:
    actor = current_actor()
    if isinstance(form, PrintOneForm):
        contest = next(c for c in contests if str(c.id) == form.contest.data)
        content = operations.print_one(election, contest, form.tps.data, actor=actor)
        name = f"{contest.kind}_{form.tps.data}.pdf"
        return Response(
            content,
            mimetype="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    wanted = [c for c in contests if c.id in form.contests.data]
    row = operations.start_print(election, wanted, form.region.data, actor=actor)
    flash(_("Pencetakan dimulai. Halaman ini boleh ditutup; berkasnya tersimpan di sini."), "success")
    return redirect(url_for("situng.print_job", print_id=row.id))


@bp.get("/hasil/cetak/<int:print_id>")
@requires(PRINT, load=load_print)
def print_job(loaded: FormPrint) -> Any:
    """One print job: progress, its PDFs, and what could not be filled in."""
    parts = queries.parts_of(loaded.id)
    table = print_tables.print_parts_table(loaded, parts)
    return table.download() or render_template(
        "situng/print.html",
        row=loaded,
        election=db.session.get_one(Election, loaded.election_id),
        place=regions.names([loaded.region]).get(loaded.region, loaded.region),
        contests=[db.session.get_one(Contest, c).name for c in loaded.contests],
        table=table,
        forms=sum(part.forms for part, *_rest in parts),
        pages=sum(part.pages for part, *_rest in parts),
        without_dpt=sum(part.without_dpt for part, *_rest in parts),
        job=next(iter(of_subject(f"form_print:{loaded.id}")), None),
    )


@bp.get("/hasil/cetak/<int:print_id>/<int:position>/unduh")
@requires(PRINT, load=load_part)
def print_part(loaded: FormPrintPart) -> Any:
    """One PDF."""
    stored = db.session.get_one(StoredFile, loaded.file_id)
    return send_stored(stored, name=stored.name)


@bp.get("/hasil/cetak/<int:print_id>/unduh")
@requires(PRINT, load=load_print)
def print_zip(loaded: FormPrint) -> Any:
    """Every PDF of a finished print in one ZIP, made as it is sent."""
    parts = queries.parts_of(loaded.id)
    if sum(part.forms for part, *_rest in parts) < loaded.forms:
        flash(_("Pencetakan ini belum selesai; unduh ZIP sesudah semua berkasnya ada."), "warning")
        return redirect(url_for("situng.print_job", print_id=loaded.id))
    files = [
        (f"{contest.kind}/", db.session.get_one(StoredFile, part.file_id)) for part, contest, _n in parts
    ]
    response = Response(_zipped([(folder + f.name, open_file(f)) for folder, f in files]))
    response.mimetype = "application/zip"
    response.headers["Content-Disposition"] = (
        f'attachment; filename="c-hasil_{loaded.region}_{loaded.id}.zip"'
    )
    return response


class _Outlet:
    """Takes what the ZIP writer writes, until it is sent on."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        pieces, self.pieces = b"".join(self.pieces), []
        return pieces


def _zipped(files: list[tuple[str, Any]]) -> Iterator[bytes]:
    """A ZIP of open files, piece by piece: memory stays bounded whatever the size."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for name, file in files:
            with file, archive.open(name, "w", force_zip64=True) as entry:
                while piece := file.read(CHUNK):
                    entry.write(piece)
                    yield outlet.taken()
    yield outlet.taken()
