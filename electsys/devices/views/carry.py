"""Carrying a packet in for a phone without a network: scanned by the camera, from a picture, or pasted."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from electsys.db import db
from electsys.devices import queries
from electsys.devices.carried import PIECES, Gathered, gather
from electsys.devices.forms import CarryForm
from electsys.devices.operations.carrying import Handed, carry_packet
from electsys.devices.permissions import MANAGE
from electsys.devices.pictures import BYTES, read_codes
from electsys.devices.views import bp
from electsys.devices.views.officers import kind_label
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import requires


@bp.route("/perangkat/titipan", methods=["GET", "POST"])
@requires(MANAGE)
def carry() -> Any:
    """Scan or paste what a phone shows, and hand it in."""
    form = CarryForm()
    handed: list[Handed] = []
    if form.validate_on_submit():
        try:
            handed = _hand_in(form)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    if handed:
        form.text.data = ""
    places = queries.place_names(each.device.region for each in handed)
    page = render_template(
        "devices/carry.html", form=form, handed=handed, places=places, kind_label=kind_label
    )
    return page, form.status


def _hand_in(form: CarryForm) -> list[Handed]:
    """Hand in every whole packet; one that lacks a piece, or is spoilt, is said and keeps what is there."""
    texts = [form.text.data or ""]
    for picture in [f for f in request.files.getlist(form.photos.name) if f.filename][:PIECES]:
        with picture.stream as file:
            codes = read_codes(file.read(BYTES + 1))
        if not codes:
            raise Refused(
                _("Tidak ada kode QR yang terbaca pada %(name)s.", name=picture.filename),
                hint=_("Potret layar ponsel dari dekat, lurus, dan tanpa pantulan cahaya."),
                field="photos",
            )
        texts += codes
    form.text.data = "\n".join(text.strip() for text in texts if text.strip())
    found = gather(texts)
    _complain(found)
    return [carry_packet(packet, actor=current_actor()) for packet in found.whole]


def _complain(found: Gathered) -> None:
    if found.spoilt:
        raise Refused(
            _("Isi kode ini rusak: ada huruf yang berubah atau hilang."),
            hint=_("Pindai atau salin lagi seluruhnya dari ponsel KPPS."),
            field="text",
        )
    if found.missing:
        lacking, of = found.missing[0]
        raise Refused(
            _(
                "Baru sebagian: kode %(missing)s dari %(of)s belum dipindai.",
                missing=", ".join(map(str, lacking)),
                of=of,
            ),
            hint=_("Yang sudah terbaca tetap di kotak ini. Pindai kode berikutnya, lalu kirim lagi."),
            field="text",
        )
    if not found.whole:
        raise Refused(
            _("Tidak ada kiriman KPPS dalam teks atau foto ini."),
            hint=_("Di ponsel KPPS buka pemilihannya, lalu tekan “Tunjukkan QR”."),
            field="text",
        )
