"""What the public may ask and say: "am I a member of a party?", and "I am none"."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from electsys import responses
from electsys.responses import checks
from electsys.responses.checks import Answer, Question
from electsys.responses.kinds import Field, Reason
from modules.sidalih.public import current_election
from modules.sipol.models.lookup import PAIR
from modules.sipol.operations.objections import decide_objection, receive_objection, subject_of
from modules.sipol.permissions import RESPOND

CHECK = "anggota-partai"
OBJECTION = "sipol_pencatutan"

#: One probe of the projection; a rehearsal answers nobody.
STATEMENT = f"""
select rows, election_id, election from party_lookup_check(substring(%(pair)s::bytea from 1 for {PAIR}))
"""
#: Lengths of the codes of village, kab/kota and province.
LEVELS = (10, 4, 2)


def read(row: tuple[Any, ...], question: Question) -> Answer:
    """The answer: which parties claim the person, under a masked name."""
    rows, election_id, election = row
    data = {
        "pemilu": election,
        "nama": rows[0]["name"],
        "partai": [{"nama": r["party"], "singkatan": r["short"], "disanggah": r["disputed"]} for r in rows],
    }
    open_ = [r for r in rows if not r["disputed"]]
    return Answer(
        data,
        subject=subject_of([r["member"] for r in open_]) if open_ else None,
        choices=tuple((str(r["member"]), r["party"]) for r in open_),
        region=_area([r["village"] for r in open_ or rows]),
        election_id=election_id,
        offers=(OBJECTION,) if open_ else (),
        extra={"waiting": len(rows) - len(open_), "several": len(open_) > 1},
    )


def _area(villages: list[str]) -> str | None:
    """The smallest area that holds all rows: its office decides."""
    return next((villages[0][:n] for n in LEVELS if len({code[:n] for code in villages}) == 1), None)


def join() -> None:
    """Declare the check and the objection."""
    checks.register(
        CHECK,
        label=_l("Cek anggota partai: apakah saya dicatat?"),
        statement=STATEMENT,
        read=read,
        shows="sipol/public/_check.html",
        lead=_l(
            "Isi NIK dan tanggal lahir atau nama Anda. Kami menampilkan partai yang mencatat Anda sebagai "
            "anggota; bila Anda bukan anggota, Anda dapat menyanggah langsung dari hasilnya."
        ),
        nothing=_l(
            "Tidak terdaftar: pasangan NIK dan tanggal lahir atau nama itu tidak ada pada daftar anggota "
            "partai mana pun. Periksa ejaan dan angkanya seperti tertulis di KTP-el."
        ),
        elsewhere=_l("Anda juga dapat bertanya langsung di kantor KPU kabupaten/kota."),
        icon="flag",
        action=_l("Cek keanggotaan"),
    )
    responses.register(
        OBJECTION,
        label=_l("Saya bukan anggota partai ini"),
        permission=RESPOND,
        lead=_l(
            "Sejak tanggapan Anda diterima, nama Anda tidak dihitung sebagai anggota sampai KPU memutusnya. "
            "Partai diberi tahu; Anda mendapat tanda terima."
        ),
        fields=(
            Field(
                "partai",
                _l("Saya bukan anggota partai"),
                "ticks",
                help=_l("Hapus centang partai yang memang Anda ikuti. Satu tanda terima untuk semuanya."),
            ),
        ),
        reasons=(
            Reason("dicoret", _l("Nama Anda sudah dicoret dari daftar anggota partai."), True),
            Reason("terbukti_anggota", _l("Partai menunjukkan bukti bahwa Anda memang anggotanya."), False),
        ),
        prefill={
            "isi": _l(
                "Saya bukan anggota partai ini dan tidak pernah menyetujui dicatat sebagai anggotanya."
            ),
        },
        needs_proof=True,
        asks_region=False,
        setting="hari_pencatutan",
        received=receive_objection,
        decided=decide_objection,
        election=current_election,
    )
