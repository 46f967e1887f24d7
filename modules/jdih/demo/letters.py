"""A few letters for the demo: each of them waits for somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select

from electsys.db import db
from electsys.demo import Demo
from electsys.documents.papers import today
from electsys.identity import actor_named
from electsys.identity.models import Account
from electsys.ledger import Actor
from modules.jdih.models import Incoming, Letter
from modules.jdih.operations import drafts, incoming, numbering, routing, sending, signing

UNIT = "1201"
ROLES = ("konseptor", "pemaraf", "penandatangan", "arsiparis")
SIGNERS = [{"name": "Ketua Contoh", "role": "Ketua KPU Kabupaten Tapanuli Tengah"}]
DECISION = {
    "menimbang": [
        "bahwa lokasi tempat pemungutan suara harus mudah dijangkau pemilih;",
        "bahwa berdasarkan pertimbangan tersebut perlu menetapkan keputusan;",
    ],
    "mengingat": [
        "Undang-Undang Nomor 7 Tahun 2017 tentang Pemilihan Umum;",
        "Peraturan Komisi Pemilihan Umum Nomor 7 Tahun 2022 tentang Penyusunan Daftar Pemilih;",
    ],
    "diktum": [
        "Menetapkan lokasi tempat pemungutan suara di Kabupaten Tapanuli Tengah.",
        "Keputusan ini mulai berlaku pada tanggal ditetapkan.",
    ],
    "place": "Pandan",
}
INVITATION = {
    "place": "Pandan",
    "pembuka": "Dengan hormat kami mengundang Saudara hadir pada rapat koordinasi.",
    "hari": "Senin, 2 Februari 2026",
    "waktu": "09.00 WIB sampai selesai",
    "tempat": "Aula KPU Kabupaten Tapanuli Tengah",
    "acara": "Persiapan pemutakhiran data pemilih",
}
MINUTES = {
    "opening": "Pada hari ini telah dilaksanakan rapat pleno terbuka rekapitulasi daftar pemilih.",
    "paragraphs": ["Rapat dihadiri anggota KPU, Bawaslu, dan wakil partai politik."],
}


def demo_letters(demo: Demo) -> None:
    """Letters of one kab/kota at several steps of their way; nothing where there are some already."""
    if not UNIT.startswith(demo.prefix) and not demo.prefix.startswith(UNIT):
        return
    if db.session.scalar(select(Letter.id).limit(1)) is not None:
        return
    people = {role: actor_named(f"{role}.{UNIT}") for role in ROLES}
    _write(people, "Kpt", "Penetapan Lokasi Tempat Pemungutan Suara", DECISION)
    waiting = _write(people, "Kpt", "Pembentukan Panitia Pemungutan Suara", DECISION)
    routing.submit_letter(waiting, actor=people["konseptor"])
    minutes = _write(people, "BA", "Rekapitulasi Daftar Pemilih Sementara", MINUTES)
    _numbered(minutes, people)
    invitation = _write(
        people, "Und", "Undangan Rapat Koordinasi", INVITATION, to=("12", "Bawaslu Kabupaten")
    )
    _numbered(invitation, people)
    signing.sign_letter(invitation, actor=people["penandatangan"])
    day = today(UNIT)
    outside = {each.id: ("kurir", day) for each in invitation.recipients if each.unit is None}
    sending.send_letter(invitation, outside, actor=people["arsiparis"])
    _received(people)
    demo.say("Naskah dinas contoh: 4 naskah keluar, 1 surat masuk.")


def _write(
    people: dict[str, Actor], kind: str, title: str, data: Mapping[str, object], to: tuple[str, ...] = ()
) -> Letter:
    signer = people["penandatangan"].account_id
    head = drafts.Head(
        title,
        signers=SIGNERS,
        signer_id=signer,
        class_code="HK.03.1" if kind == "Kpt" else "PP.05",
        recipients=[drafts.Addressee(unit=t) if t.isdecimal() else drafts.Addressee(t) for t in to],
    )
    letter = drafts.draft_letter(kind, unit=UNIT, head=head, data=data, actor=people["konseptor"])
    pemaraf = db.session.get_one(Account, people["pemaraf"].account_id)
    drafts.set_route(letter, [(pemaraf.id, "Kepala Subbagian Hukum")], actor=people["konseptor"])
    return letter


def _numbered(letter: Letter, people: dict[str, Actor]) -> None:
    routing.submit_letter(letter, actor=people["konseptor"])
    routing.initial_letter(letter, actor=people["pemaraf"])
    routing.approve_letter(letter, actor=people["penandatangan"])
    numbering.number_letter(letter, actor=people["arsiparis"])


def _received(people: dict[str, Actor]) -> Incoming:
    day = today(UNIT)
    row = incoming.receive_letter(
        UNIT,
        incoming.Received(
            sender="Dinas Kependudukan dan Pencatatan Sipil Kabupaten Tapanuli Tengah",
            number="470/118/DKCS",
            date=day - dt.timedelta(days=2),
            received_on=day,
            title="Permohonan data tempat pemungutan suara",
            urgency="segera",
        ),
        actor=people["arsiparis"],
    )
    incoming.register_letter(row, actor=people["arsiparis"])
    incoming.dispose_letter(
        row,
        [people["pemaraf"].account_id or 0],
        instruction="Siapkan jawaban dan datanya.",
        due_on=day + dt.timedelta(days=3),
        actor=people["penandatangan"],
    )
    return row
