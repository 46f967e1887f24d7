"""Photos that the desk of entry takes in, and what is told of each."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import requires
from modules.situng.forms import PhotoForm
from modules.situng.operations.captures import open_capture
from modules.situng.operations.photos import add_photo
from modules.situng.views import bp
from modules.situng.views.captures import DESK, Desk, load_desk
from modules.situng.workflow import ENTER


@bp.post(f"{DESK}/<code>/foto")
@requires(ENTER, load=load_desk)
def capture_photo(desk: Desk) -> Any:
    """Take the photo of a page in."""
    form = PhotoForm()
    if not form.validate_on_submit():
        flash(_("Pilih foto C.Hasil dan nomor halamannya."), "danger")
        return redirect(url_for("situng.capture", **desk.here))
    actor = current_actor()
    try:
        row = desk.capture or open_capture(desk.count, desk.form.code, actor=actor)
        added = add_photo(row, form.photo.store(actor=actor), page=form.page.data, actor=actor)
    except Refused as refusal:
        db.session.rollback()
        flash(" ".join(filter(None, (str(refusal.message), str(refusal.hint or "")))), "danger")
        return redirect(url_for("situng.capture", **desk.here))
    if added.again:
        flash(_("Foto ini sudah diterima sebelumnya; tidak disimpan dua kali."), "info")
    elif added.photo.seen_tps not in (None, desk.form.code):
        words = _(
            "QR pada foto ini menunjuk TPS %(code)s, bukan TPS ini. Periksa formulir yang dipotret.",
            code=added.photo.seen_tps,
        )
        flash(words, "danger")
    elif added.photo.seen_tps is None:
        words = _(
            "Foto halaman %(page)s tersimpan, tetapi kode QR formulir tidak terlihat di dalamnya. Pastikan"
            " yang dipotret C.Hasil TPS ini dan seluruh halamannya terlihat; bila bukan, kirim foto yang"
            " benar untuk halaman yang sama.",
            page=added.photo.page,
        )
        flash(words, "warning")
    else:
        flash(_("Foto halaman %(page)s tersimpan.", page=added.photo.page), "success")
    return redirect(url_for("situng.capture", **desk.here))
