"""Letters in test: the people of a kab/kota, a decision in words, and its way to a given state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from electsys.ledger import Actor
from modules.jdih.models import Letter
from modules.jdih.operations import drafts, numbering, routing, signing

UNIT = "1201"
DECISION = {
    "menimbang": ["bahwa tempat pemungutan suara perlu ditetapkan."],
    "mengingat": ["Undang-Undang Nomor 7 Tahun 2017 tentang Pemilihan Umum."],
    "diktum": ["Menetapkan lokasi tempat pemungutan suara.", "Keputusan ini mulai berlaku saat ditetapkan."],
    "place": "Pandan",
}
MINUTES = {"opening": "Pada hari ini dilaksanakan rapat pleno.", "paragraphs": ["Rapat dibuka."]}
SURAT = {"place": "Pandan", "paragraphs": ["Dengan hormat kami sampaikan jadwal."]}
SIGNERS = [{"name": "Ketua Uji", "role": "Ketua KPU Kabupaten Tapanuli Tengah"}]


@dataclass
class Staff:
    """Accounts of one satker, one a role, and the same as actors."""

    make: Any
    unit: str = UNIT

    def __post_init__(self) -> None:
        roles = {
            "drafter": "naskah_konseptor",
            "first": "naskah_pemaraf",
            "second": "naskah_pemaraf",
            "signer": "naskah_penandatangan",
            "clerk": "arsiparis",
            "officer": "jdih_pengelola",
        }
        self.accounts = {name: self.make(role=role, region=self.unit) for name, role in roles.items()}

    def __getattr__(self, name: str) -> Actor:
        accounts = self.__dict__.get("accounts", {})
        if name not in accounts:
            raise AttributeError(name)
        return Actor(accounts[name].id, accounts[name].username)

    def id(self, name: str) -> int:
        return int(self.accounts[name].id)


def head(staff: Staff, title: str = "Penetapan Lokasi TPS", **more: Any) -> drafts.Head:
    return drafts.Head(
        title,
        **{"signers": SIGNERS, "signer_id": staff.id("signer"), "class_code": "PP.05", **more},
    )


def draft(staff: Staff, kind: str = "Kpt", data: Any = None, **more: Any) -> Letter:
    data = data or {"Kpt": DECISION, "BA": MINUTES, "SD": SURAT}[kind]
    letter = drafts.draft_letter(
        kind, unit=staff.unit, head=head(staff, **more), data=data, actor=staff.drafter
    )
    steps = [(staff.id("first"), "Kasubbag Hukum"), (staff.id("second"), "Sekretaris")]
    drafts.set_route(letter, steps, actor=staff.drafter)
    return letter


def bring(staff: Staff, state: str, kind: str = "Kpt", **more: Any) -> Letter:
    """A letter, brought by its people to a state on the ordinary way."""
    letter = draft(staff, kind, **more)
    ways = [
        ("paraf_berjenjang", lambda: routing.submit_letter(letter, actor=staff.drafter)),
        ("diparaf", lambda: [routing.initial_letter(letter, actor=a) for a in (staff.first, staff.second)]),
        ("disetujui", lambda: routing.approve_letter(letter, actor=staff.signer)),
        ("bernomor", lambda: numbering.number_letter(letter, actor=staff.clerk)),
        ("ditandatangani", lambda: signing.sign_letter(letter, actor=staff.signer)),
    ]
    if state == "konsep":
        return letter
    for reached, step in ways:
        step()
        if reached == state:
            return letter
    raise ValueError(state)
