"""The way of a nomination to the ballot (domain.md 4.2). A ruling reopens a step by an event.

Lists and persons pass the provisional list; a pair goes from verification to the final one. Both workflows
move the same column: which one a nomination follows is :func:`flow_of`.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.silon.models import Nomination as Row
from modules.silon.permissions import CONCLUDE, DETERMINE, RECEIVE, SUBMIT

LABELS = {
    "persiapan": _l("disiapkan"),
    "diajukan": _l("diajukan"),
    "dikembalikan": _l("dikembalikan"),
    "vermin": _l("verifikasi administrasi"),
    "perbaikan": _l("masa perbaikan"),
    "vermin_perbaikan": _l("verifikasi administrasi perbaikan"),
    "rancangan_dcs": _l("rancangan DCS"),
    "dcs": _l("DCS ditetapkan"),
    "tanggapan": _l("masukan dan tanggapan masyarakat"),
    "klarifikasi": _l("klarifikasi tanggapan"),
    "penggantian": _l("penggantian calon DCS"),
    "rancangan_dct": _l("rancangan DCT"),
    "dct": _l("DCT ditetapkan"),
    "perubahan_dct": _l("DCT diubah"),
    "tms": _l("tidak memenuhi syarat"),
    "ditarik": _l("ditarik"),
}
PAIR_LABELS = LABELS | {
    "rancangan_dct": _l("siap ditetapkan"),
    "dct": _l("pasangan calon ditetapkan"),
    "perubahan_dct": _l("penetapan pasangan calon diubah"),
}
#: Steps that a ruling may send a nomination back to, by action (UU 7/2017 art. 466-471).
REOPENED = {"reopen_entry": "dikembalikan", "reopen_vermin": "vermin", "reopen_dct": "rancangan_dct"}


def _entry(stages: dict[str, str]) -> tuple[Transition, ...]:
    """From the first entry to the end of verification; ``stages`` names the calendar's stages."""
    return (
        *(
            Transition(
                source,
                "submit",
                "diajukan",
                SUBMIT,
                stage=stages["submit"],
                document="TANDA.TERIMA.PENGAJUAN",
                label=_l("Ajukan"),
            )
            for source in ("persiapan", "dikembalikan")
        ),
        Transition("diajukan", "accept", "vermin", RECEIVE, label=_l("Terima: lengkap")),
        Transition(
            "diajukan",
            "return",
            "dikembalikan",
            RECEIVE,
            document="PENGEMBALIAN.PENGAJUAN",
            reason=True,
            label=_l("Kembalikan"),
        ),
        Transition(
            "vermin",
            "defer",
            "perbaikan",
            CONCLUDE,
            stage=stages["vermin"],
            reason=True,
            label=_l("Minta perbaikan"),
        ),
        Transition(
            "perbaikan",
            "repair",
            "vermin_perbaikan",
            SUBMIT,
            stage=stages["repair"],
            label=_l("Ajukan perbaikan"),
        ),
        Transition(
            "perbaikan", "lapse", "vermin_perbaikan", CONCLUDE, reason=True, label=_l("Tidak diperbaiki")
        ),
        Transition(
            "vermin_perbaikan",
            "fail",
            "tms",
            CONCLUDE,
            stage=stages["recheck"],
            reason=True,
            label=_l("Nyatakan tidak memenuhi syarat"),
        ),
        *(
            Transition(source, "withdraw", "ditarik", SUBMIT, reason=True, label=_l("Tarik pencalonan"))
            for source in ("persiapan", "dikembalikan")
        ),
    )


def _reopened(*sources: str) -> tuple[Transition, ...]:
    return tuple(
        Transition(source, action, target, None, label=_l("Dibuka kembali oleh putusan"))
        for source in sources
        for action, target in REOPENED.items()
        if source != target
    )


#: Lists of parties, and persons for the DPD (PKPU 10/2023; PKPU 11/2023).
LIST = Workflow(
    "silon_nomination",
    Row,
    "state",
    (
        *_entry(
            {
                "submit": "pengajuan_calon",
                "vermin": "vermin_calon",
                "repair": "perbaikan_calon",
                "recheck": "vermin_perbaikan_calon",
            }
        ),
        *(
            Transition(
                source, "clear", "rancangan_dcs", CONCLUDE, stage=stage, label=_l("Susun rancangan DCS")
            )
            for source, stage in (("vermin", "vermin_calon"), ("vermin_perbaikan", "vermin_perbaikan_calon"))
        ),
        Transition(
            "rancangan_dcs",
            "announce",
            "dcs",
            DETERMINE,
            stage="penetapan_dcs",
            document="BA.PENETAPAN.DCS",
            label=_l("Tetapkan DCS"),
        ),
        Transition(
            "dcs",
            "open_responses",
            "tanggapan",
            CONCLUDE,
            stage="tanggapan_dcs",
            label=_l("Buka masukan masyarakat"),
        ),
        Transition("tanggapan", "clarify", "klarifikasi", CONCLUDE, label=_l("Mulai klarifikasi")),
        Transition("klarifikasi", "open_replacement", "penggantian", CONCLUDE, label=_l("Buka penggantian")),
        Transition("penggantian", "draft", "rancangan_dct", CONCLUDE, label=_l("Susun rancangan DCT")),
        Transition(
            "rancangan_dct",
            "determine",
            "dct",
            DETERMINE,
            stage="penetapan_dct",
            document="BA.PENETAPAN.DCT",
            label=_l("Tetapkan DCT"),
        ),
        *(
            Transition(
                source,
                "amend",
                "perubahan_dct",
                DETERMINE,
                reason=True,
                document="BA.PERUBAHAN.DCT",
                label=_l("Ubah DCT"),
            )
            for source in ("dct", "perubahan_dct")
        ),
        # Nobody is left of whom the plenary could make a list.
        *(
            Transition(
                source, "exclude", "tms", DETERMINE, reason=True, label=_l("Keluarkan: tidak ada calon lagi")
            )
            for source in ("rancangan_dcs", "rancangan_dct")
        ),
        *_reopened("dikembalikan", "tms", "ditarik"),
    ),
    scope=lambda row: Scope(region=row.region, party=row.party_id, election=row.election_id),
    scope_clause=within(region=Row.region, party=Row.party_id, election=Row.election_id),
    place=lambda: (Row.election_id, Row.region),
    label=_l("Pencalonan"),
    labels=LABELS,
)

#: Pairs for president and regional head (PKPU 19/2023; PKPU 8/2024).
PAIR = Workflow(
    "silon_pair",
    Row,
    "state",
    (
        *_entry(
            {
                "submit": "pendaftaran_pasangan",
                "vermin": "vermin_pasangan",
                "repair": "perbaikan_pasangan",
                "recheck": "vermin_pasangan",
            }
        ),
        *(
            Transition(source, "clear", "rancangan_dct", CONCLUDE, label=_l("Siapkan penetapan"))
            for source in ("vermin", "vermin_perbaikan")
        ),
        Transition(
            "rancangan_dct",
            "determine",
            "dct",
            DETERMINE,
            stage="penetapan_pasangan",
            document="BA.PENETAPAN.PASANGAN",
            label=_l("Tetapkan pasangan calon"),
        ),
        *(
            Transition(
                source,
                "amend",
                "perubahan_dct",
                DETERMINE,
                reason=True,
                document="BA.PERUBAHAN.PASANGAN",
                label=_l("Ubah penetapan"),
            )
            for source in ("dct", "perubahan_dct")
        ),
        *_reopened("dikembalikan", "tms", "ditarik"),
    ),
    scope=lambda row: Scope(region=row.region, party=row.party_id, election=row.election_id),
    scope_clause=within(region=Row.region, party=Row.party_id, election=Row.election_id),
    place=lambda: (Row.election_id, Row.region),
    label=_l("Pasangan calon"),
    labels=PAIR_LABELS,
)


def flow_of(row: Row) -> Workflow:
    """The workflow that a nomination follows."""
    return PAIR if row.kind == "pasangan" else LIST
