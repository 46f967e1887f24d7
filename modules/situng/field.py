"""C.Hasil from the polling station as a use of phones (electsys.devices): what a KPPS's packets mean.

A packet is the numbers of one form, the first entry of its capture, or the announcement of one photo. Numbers
hold no photo, so that they are through before the first of them. The second entry is made at a desk by
somebody who has not seen the first (PKPU 25/2023; design.md, rule 3).
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import NotFound

from electsys import devices
from electsys.db import db
from electsys.devices import Answer, Attachment, Device, Packet
from electsys.elections import calendar
from electsys.elections.models import Election
from electsys.errors import Refused
from modules.situng import field_bundle
from modules.situng.contest import ContestCount
from modules.situng.models import Capture
from modules.situng.operations.captures import lock_form, open_capture, submit_locked
from modules.situng.operations.photos import add_photo
from modules.situng.operations.values import MOST, arrays
from modules.situng.queries.beside import newest_election
from modules.situng.queries.captures import names_of
from modules.situng.queries.contests import count_for_entry
from modules.situng.workflow import ENTER, STAGE

KIND = "kpps"
#: A phone whose clock is further ahead than this is told.
CLOCK = dt.timedelta(minutes=10)
#: Digits of a TPS code: a phone works for one TPS.
STATION = 13

Kinds = Literal["ppwp", "dpr", "dpd", "dprd_prov", "dprd_kabko", "gubernur", "bupati_walikota"]
Number = Annotated[int, Field(ge=0, le=MOST)] | None


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    #: The contest.
    p: Kinds


class Numbers(_Strict):
    """One packet: every number of a form, its cells and then its votes in the order of the paper.

    ``b`` says for which order they were typed (:func:`field_bundle.order_of`), ``w`` gives a reason for a
    warning. An unwritten number is null.
    """

    b: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    n: Annotated[list[Number], Field(min_length=1, max_length=2000)]
    w: Annotated[dict[str, Annotated[str, Field(max_length=60)]], Field(max_length=20)] = {}


class Picture(_Strict):
    """One packet: the photo of page ``h`` follows."""

    h: Annotated[int, Field(ge=1, le=50)]


def receive(packet: Packet) -> Answer:
    """Take the numbers of a form, or the announcement of a photo; a refusal is the packet's answer."""
    sort = Picture if "h" in packet.payload else Numbers
    try:
        sent = sort.model_validate(packet.payload)
    except ValidationError:
        return Answer.refused(
            "isian",
            _("Ada isian yang tidak dapat dibaca."),
            hint=_("Buka lagi pemilihannya, periksa angkanya, lalu kirim lagi."),
        )
    count = _count_of(packet.device, sent.p)
    if count is None:
        return Answer.refused(
            "bukan_di_sini",
            _("Pemilihan ini tidak diadakan di TPS ini, atau surat suaranya belum ditetapkan."),
            hint=_("Pilih “Perbarui data” pada menu."),
        )
    if isinstance(sent, Picture):
        return _announce(packet, sent, count)
    return _take_numbers(packet, sent, count)


def _take_numbers(packet: Packet, sent: Numbers, count: ContestCount) -> Answer:
    names = names_of(count)
    if sent.b != field_bundle.order_of(count) or len(sent.n) != len(names):
        return Answer.conflict(
            "susunan",
            _("Susunan formulir atau surat suara sudah berubah sejak data tugas diambil."),
            hint=_("Pilih “Perbarui data”, periksa angkanya sekali lagi, lalu kirim."),
        )
    values = dict(zip(names, sent.n, strict=True))
    capture = lock_form(count, packet.device.region)
    told = {"p": sent.p, "ronde": capture.round}
    if capture.state != "kosong" and packet.key != capture.first_key:
        return _too_late(packet, capture, arrays(count, values), told)
    submit_locked(capture, values, actor=packet.actor, key=packet.key, reasons=sent.w, count=count)
    ahead = packet.made_at is not None and packet.made_at - dt.datetime.now(dt.UTC) > CLOCK
    return Answer("ok", *(_clock_words() if ahead else ("", "", "")), told)


def _clock_words() -> tuple[str, str, str]:
    return (
        "jam",
        _("Angka diterima. Jam ponsel ini terlalu maju; yang dicatat waktu server."),
        _("Atur jam ponsel ke waktu otomatis bila sempat."),
    )


def _too_late(packet: Packet, capture: Capture, sent: tuple[Any, ...], told: dict[str, Any]) -> Answer:
    """The form has its first entry: nothing that stands is changed from a phone."""
    if capture.first_person != packet.actor.account_id:
        return Answer.conflict(
            "didahului",
            _("Angka pemilihan ini sudah dientri akun lain untuk TPS Anda."),
            hint=_("Foto tetap dapat dikirim. Bila angkanya keliru, beri tahu PPS atau PPK."),
            **told,
        )
    if sent == (capture.first_cells, capture.first_votes, capture.first_sums):
        return Answer(
            "ok", "sama", _("Angka yang sama sudah diterima sebelumnya; tidak dicatat dua kali."), values=told
        )
    return Answer.conflict(
        "terkunci",
        _("Angka pertama sudah diterima KPU dan tidak dapat diganti dari ponsel."),
        hint=_(
            "Operator mengentri sekali lagi dari foto; bila berbeda, orang ketiga yang memutus."
            " Beri tahu PPS atau PPK angka yang benar."
        ),
        **told,
    )


def _announce(packet: Packet, sent: Picture, count: ContestCount) -> Answer:
    if len(packet.files) != 1 or sent.h > field_bundle.pages_of_form(count, packet.device.region):
        return Answer.refused(
            "halaman",
            _("Formulir ini tidak mempunyai halaman %(n)s.", n=sent.h),
            hint=_("Pilih “Perbarui data”, lalu potret halamannya lagi."),
        )
    capture = open_capture(count, packet.device.region, actor=packet.actor)
    return Answer.ok(p=sent.p, h=sent.h, kontes=count.contest_id, ronde=capture.round)


def attach(photo: Attachment) -> None:
    """The photo of a page has arrived. A refusal says why and is final for that photo."""
    place = (photo.device.region[:2], photo.values["kontes"], photo.device.region, photo.values["ronde"])
    capture = db.session.get_one(Capture, place)
    added = add_photo(capture, photo.file, page=photo.values["h"], actor=photo.actor)
    if added.again and added.photo.page != photo.values["h"]:
        raise Refused(
            _("Foto ini sama persis dengan foto halaman %(n)s.", n=added.photo.page),
            hint=_("Potret halaman %(n)s, lalu kirim fotonya.", n=photo.values["h"]),
            field="foto",
        )


def bundle(device: Device) -> dict[str, Any]:
    """What the phone needs for its TPS: forms, ballots, DPT, rules, and what KPU has of it already."""
    election = db.session.get_one(Election, _election_of(device))
    return field_bundle.carried(election, device.region)


def _count_of(device: Device, kind: str) -> ContestCount | None:
    """The contest with the ballot of the phone's TPS; None where it is not held there."""
    try:
        return count_for_entry(_election_of(device), kind, device.region)
    except NotFound:
        return None


def _election_of(device: Device) -> int:
    if device.election_id is not None:
        return device.election_id
    election_id = newest_election()
    if election_id is None:
        raise Refused(_("Belum ada pemilu yang dihitung."), status=409)
    return election_id


def ends(region: str, election_id: int | None) -> dt.datetime | None:
    """The end of the count in a region."""
    if election_id is None:
        election_id = newest_election()
    if election_id is None:
        return None
    return calendar.window(calendar.stage(election_id, STAGE), region).closes


def join() -> None:
    """Offer the page of KPPS at ``/lapangan/kpps/``."""
    devices.register(  # noqa: S604  (the name of a template)
        KIND,
        label=_l("C.Hasil KPPS"),
        permission=ENTER,
        receive=receive,
        bundle=bundle,
        shell="situng/kpps.html",
        assets=("js/kpps/", "css/kpps.css"),
        attach=attach,
        ends=ends,
        digits=(STATION,),
        carried=True,
    )
