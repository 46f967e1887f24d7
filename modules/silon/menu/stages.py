"""Silon: stages. Lists as they are announced, what the public says of them, their changes, the ballot."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys import notices, responses
from electsys.events import subscribe
from electsys.ledger.wording import name_subject, name_verb
from electsys.responses.kinds import Reason
from electsys.web import navigation, tasks
from modules.jdih import RulingIssued
from modules.silon import portraits
from modules.silon.operations import amendments, listings, plenaries, replacements
from modules.silon.operations import responses as answering
from modules.silon.permissions import EDIT, READ, RESPOND
from modules.silon.queries.responses import KIND
from modules.silon.views import amendments as _amendments  # noqa: F401  (the pages register)
from modules.silon.views import ballots as _ballots  # noqa: F401
from modules.silon.views import listings as _listings  # noqa: F401
from modules.silon.views import public as _public  # noqa: F401
from modules.silon.views import replacements as _replacements  # noqa: F401
from modules.silon.views.candidate_responses import waiting

VERBS = {
    "silon:listing:keep": _l("Membuat versi daftar calon"),
    "silon:listing:determine": _l("Menetapkan daftar calon dalam pleno"),
    "silon:listing:review": _l("Mencermati rancangan daftar calon atau contoh surat suara"),
    "silon:listing:hear": _l("Menerima putusan tentang daftar calon"),
    "silon:ballot:freeze": _l("Membekukan surat suara"),
    "silon:candidate:leave": _l("Mencatat calon keluar dari DCS"),
    "silon:candidate:conclude": _l("Menyimpulkan verifikasi calon pengganti"),
    "silon:clarification:ask": _l("Meminta klarifikasi partai atas tanggapan masyarakat"),
    "silon:clarification:answer": _l("Menjawab klarifikasi atas tanggapan masyarakat"),
    "silon:response:conclude": _l("Menindaklanjuti tanggapan masyarakat atas calon"),
}


def join(app: Flask) -> None:
    """Register pages, words and what waits."""
    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("contest", _l("pemilihan"))
    name_subject("ballot", _l("surat suara"))
    portraits.declare()
    subscribe(RulingIssued, amendments.hear_ruling)
    responses.register(
        KIND,
        label=_l("Masukan dan tanggapan atas calon sementara (DCS)"),
        permission=RESPOND,
        lead=_l(
            "Tuliskan apa yang Anda ketahui tentang syarat calon ini, dengan buktinya. KPU meminta "
            "klarifikasi partai politik tanpa menyebut siapa Anda, lalu memutus dengan alasan."
        ),
        reasons=(
            Reason(
                "tidak_memenuhi", _l("Calon terbukti tidak memenuhi syarat dan dikeluarkan dari DCS."), True
            ),
            Reason("memenuhi", _l("Hasil klarifikasi menunjukkan bahwa calon memenuhi syarat."), False),
        ),
        asks_region=False,
        days=24,
        about=answering.about,
        decided=answering.decide,
    )
    navigation.entry(_l("Daftar calon (DCS dan DCT)"), "silon.public_start", group="publik", order=24)
    navigation.entry(_l("Penetapan daftar calon"), "silon.listing_bodies", permission=READ, order=62)
    navigation.entry(_l("Tanggapan atas calon"), "silon.candidate_responses", permission=RESPOND, order=63)
    navigation.entry(_l("Klarifikasi tanggapan"), "silon.clarifications", permission=EDIT, order=64)
    tasks.source(EDIT, waiting)
    _notices()


def _notices() -> None:
    for kind, title, text, level in (
        (
            listings.DRAFTED,
            _l("Rancangan daftar calon menunggu pencermatan"),
            _l("Cermati rancangan daftar calon Anda (%(stage)s), lalu nyatakan sesuai atau minta koreksi."),
            "tugas",
        ),
        (
            plenaries.DETERMINED,
            _l("Daftar calon ditetapkan"),
            _l("Daftar calon (%(stage)s) ditetapkan dengan nomor %(number)s."),
            "penting",
        ),
        (
            replacements.LEFT_NOTICE,
            _l("Calon keluar dari DCS"),
            _l("Calon nomor %(number)s keluar dari DCS: %(state)s. Periksa apakah perlu pengganti."),
            "tugas",
        ),
        (
            replacements.CONCLUDED,
            _l("Verifikasi calon pengganti selesai"),
            _l("Calon pengganti nomor %(number)s: %(state)s."),
            "penting",
        ),
        (
            amendments.AMENDED,
            _l("DCT berubah"),
            _l("Calon nomor %(number)s: %(state)s, berita acara nomor %(letter)s."),
            "penting",
        ),
        (
            amendments.RULING,
            _l("Putusan tentang daftar calon"),
            _l("Putusan %(number)s diterbitkan. Periksa apakah daftar calon harus diubah."),
            "tugas",
        ),
        (
            answering.ASKED,
            _l("Klarifikasi atas tanggapan masyarakat"),
            _l("KPU meminta klarifikasi atas calon nomor %(number)s. Jawab sebelum batas waktunya."),
            "tugas",
        ),
        (
            answering.ANSWERED,
            _l("Partai menjawab klarifikasi"),
            _l("Klarifikasi atas calon nomor %(number)s sudah dijawab."),
            "tugas",
        ),
        (
            answering.DECIDED,
            _l("Tanggapan masyarakat diputus"),
            _l("Tanggapan atas calon nomor %(number)s diputus; keadaannya %(state)s."),
            "penting",
        ),
    ):
        notices.kind(kind, title=title, text=text, level=level)
