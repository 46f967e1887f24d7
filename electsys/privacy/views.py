"""Pages of personal data: open a number for a reason, the register of disclosures, the keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, abort, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from electsys import jobs
from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, public, requires
from electsys.ledger.wording import SUBJECTS
from electsys.privacy import keys, operations, queries, rotation
from electsys.privacy.forms import RevealForm, RotateForm
from electsys.privacy.models import Disclosure
from electsys.privacy.sealed import SealedColumn
from electsys.privacy.wording import KINDS
from electsys.web import navigation
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table

REGISTER = operations.REGISTER
ROTATE = "privacy:key:rotate"

bp = Blueprint("privacy", __name__, url_prefix="/admin/privasi")
register_bp = Blueprint("register", __name__)


@dataclass(frozen=True)
class Sought:
    """The row whose number is asked for."""

    sealed: SealedColumn
    row: int


def load_row(table: str, row: int) -> tuple[Sought, Scope]:
    """A row with a sealed number, in the scope of its region."""
    try:
        sealed, _envelope, scope = operations.load_sealed(table, row)
    except Refused:
        abort(404)
    return Sought(sealed, row), scope


@bp.route("/buka/<table>/<int:row>", methods=["GET", "POST"])
@requires(operations.PERMISSION, load=load_row)
def reveal(sought: Sought) -> Any:
    """Ask for the reason, then show the number once; the page is never stored."""
    form = RevealForm()
    number = None
    if form.validate_on_submit():
        try:
            number = operations.reveal(
                sought.sealed.table, sought.row, actor=current_actor(), reason=form.reason.data or ""
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    page = render_template(
        "privacy/reveal.html",
        form=form,
        sought=sought,
        number=number,
        used=operations.used_today(current_user.id),
        limit=operations.daily_limit(),
    )
    return page, form.status, {"Cache-Control": "no-store"}


@bp.get("/penyerahan")
@requires(REGISTER)
def register() -> Any:
    """Who has seen or received personal data."""
    table = Table(
        queries.register(grants.scopes(current_user, REGISTER)),
        [
            Column("waktu", _l("Waktu"), "at", kind="moment"),
            Column("jenis", _l("Jenis"), lambda d: str(KINDS[d.kind])),
            Column("akun", _l("Akun"), "actor"),
            Column("objek", _l("Objek"), "subject"),
            Column("penerima", _l("Penerima"), lambda d: d.recipient or ""),
            Column("keperluan", _l("Keperluan"), "purpose"),
            Column("baris", _l("Baris"), "rows", kind="number"),
            Column(
                "sidik", _l("SHA-256"), lambda d: d.file_sha256.hex() if d.file_sha256 else "", hidden=True
            ),
        ],
        caption=_l("Penyerahan data pribadi"),
        empty=_l("Belum ada data pribadi yang dibuka atau diserahkan."),
        filters=[
            Filter("jenis", _l("Jenis"), list(KINDS.items()), lambda q, kind: q.filter_by(kind=kind)),
        ],
        name="penyerahan",
    )
    return table.download() or render_template("privacy/register.html", table=table)


@register_bp.get("/penyerahan-data")
@public
def public_register() -> Any:
    """Which lists with personal data were handed to whom, when, for what: for everybody, naming no person."""
    table = Table(
        queries.public_register(),
        [
            Column("waktu", _l("Waktu"), "Disclosure.at", kind="moment", sort=Disclosure.at),
            Column(
                "penerima",
                _l("Diserahkan kepada"),
                "Disclosure.recipient",
                sort=Disclosure.recipient,
                head=True,
            ),
            Column("wilayah", _l("Wilayah"), lambda r: _area(r.Disclosure.region, r.name)),
            Column("keperluan", _l("Keperluan"), "Disclosure.purpose"),
            Column("isi", _l("Isi"), lambda r: _kind(r.Disclosure.subject)),
            Column("orang", _l("Orang"), "Disclosure.rows", kind="number", sort=Disclosure.rows),
            Column("sidik", _l("SHA-256 berkas"), lambda r: r.Disclosure.file_sha256.hex(), hidden=True),
        ],
        caption=_l("Penyerahan data pribadi"),
        empty=_l("Belum ada daftar yang diserahkan. Setiap penyerahan tampil di sini pada saat itu juga."),
        search=(Disclosure.recipient, Disclosure.purpose),
        name="penyerahan-data",
    )
    return table.download() or render_template("privacy/public_register.html", table=table)


def _area(code: str | None, name: str | None) -> str:
    """The area whose people a file holds, by name and code."""
    if not code:
        return str(_l("Seluruh Indonesia"))
    return f"{title_region(name)} ({code})" if name else code


def _kind(subject: str) -> str:
    """What kind of list it is, without its number."""
    return str(SUBJECTS.get(subject.partition(":")[0], subject))


@bp.get("/kunci")
@requires(ROTATE)
def show_keys() -> str:
    """The key versions and how many rows need each."""
    ring, uses = keys.keyring(), rotation.uses()
    versions = [
        (
            version,
            keys.fingerprint_of(root),
            ring.made[version],
            uses.get(version, 0),
            version == ring.current,
        )
        for version, root in sorted(ring.seal_roots.items())
    ]
    return render_template("privacy/keys.html", versions=versions, form=RotateForm())


@bp.post("/kunci/ganti")
@requires(ROTATE)
def rotate() -> Response:
    """Make a new key and start the job that seals every row again."""
    form = RotateForm()
    if not form.validate_on_submit():
        abort(400)
    actor = current_actor()
    version = rotation.begin_rotation(actor=actor)
    job = jobs.start("privacy.rotate", actor=actor, subject=f"key:{version}", lock="privacy.rotate")
    return redirect(url_for("jobs.job", job_id=job.id))


def init_app(app: Flask) -> None:
    """Register pages and menu entries."""
    app.register_blueprint(bp)
    app.register_blueprint(register_bp)
    navigation.section("register", _l("Pemilih dan peserta"), group="publik")
    navigation.entry(_l("Penyerahan data pemilih"), "register.public_register", group="publik", order=65)
    navigation.entry(
        _l("Penyerahan data pribadi"), "privacy.register", permission=REGISTER, group="kelola", order=81
    )
    navigation.entry(
        _l("Kunci data pribadi"), "privacy.show_keys", permission=ROTATE, group="kelola", order=82
    )
