"""What acts and findings are called on screen. Rooms name their own verbs with :func:`name_verb`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

VERBS: dict[str, Any] = {
    "ledger:batch:seal": _l("Menyegel catatan"),
    "ledger:act:export": _l("Mengekspor jejak kegiatan"),
    "ledger:witness:add": _l("Mendaftarkan saksi log publik"),
    "ledger:witness:cosign": _l("Menyimpan tanda tangan saksi"),
    "backup:archive:make": _l("Membuat cadangan"),
    "backup:archive:restore": _l("Memulihkan cadangan"),
}

FINDINGS: dict[str, Any] = {
    "row_edited": _l("catatan diubah"),
    "row_removed": _l("catatan dihapus"),
    "row_added": _l("catatan disisipkan"),
    "seal_edited": _l("segel diubah"),
    "seal_removed": _l("segel dihapus"),
    "head_unknown": _l("sidik segel yang diberikan tidak ada dalam rantai"),
}

LOG_FINDINGS: dict[str, Any] = {
    "leaf_edited": _l("isi catatan bukan isi yang dimasukkan"),
    "leaf_gap": _l("nomor catatan terputus"),
    "checkpoint_root": _l("akar pohon bukan akar yang ditandatangani"),
    "checkpoint_signature": _l("tanda tangan checkpoint tidak sah"),
    "checkpoint_ahead": _l("checkpoint menyebut catatan yang tidak ada"),
}


#: The fields of an entry of the public log, as readers call them.
FIELDS: dict[str, Any] = {
    "batch": _l("Berkas hasil"),
    "confirmed_by": _l("Disahkan oleh (nama samaran)"),
    "confirmed_by_role": _l("Peran yang mengesahkan"),
    "contest": _l("Pemilihan"),
    "election": _l("Pemilu"),
    "entered_by": _l("Ditulis oleh (nama samaran)"),
    "entered_by_role": _l("Peran yang menulis"),
    "entry1_hash": _l("Sidik isian pertama"),
    "entry2_hash": _l("Sidik isian kedua"),
    "faults": _l("Kesalahan"),
    "form_type": _l("Jenis catatan"),
    "page": _l("Halaman"),
    "photo_sha256": _l("Sidik foto"),
    "prev_leaf": _l("Sidik catatan sebelumnya"),
    "reason_sha256": _l("Sidik alasan"),
    "round": _l("Putaran"),
    "seq": _l("Catatan ke"),
    "status": _l("Keadaan"),
    "tps": _l("Kode TPS"),
    "tps_code": _l("Kode TPS"),
    "ts": _l("Waktu (UTC)"),
    "v": _l("Versi bentuk catatan"),
    "version": _l("Nomor versi formulir"),
    "vote_kind": _l("Jenis pemungutan"),
    "warnings": _l("Peringatan"),
}


def name_verb(verb: str, label: Any) -> None:
    """Give a verb its words, such as ``situng:batch:confirm`` -> "Mengesahkan berkas hasil"."""
    VERBS[verb] = label


#: What the trail's objects are, by table. Rooms and modules name their own with :func:`name_subject`.
SUBJECTS: dict[str, Any] = {
    "act": _l("jejak kegiatan"),
    "act_seal": _l("segel"),
    "log_witness": _l("saksi log publik"),
    "election": _l("pemilu"),
    "contest": _l("pemilihan"),
    "stage": _l("tahapan"),
    "legal_setting": _l("pengaturan hukum"),
    "code_entry": _l("kode"),
    "account": _l("akun"),
    "role": _l("peran"),
    "person": _l("orang"),
    "identity_conflict": _l("benturan identitas"),
    "disclosure": _l("penyerahan data"),
    "job": _l("pekerjaan"),
    "intake_file": _l("berkas impor"),
    "stored_file": _l("berkas"),
    "number_entry": _l("nomor dokumen"),
    "number_template": _l("pola nomor"),
    "official_document": _l("dokumen resmi"),
    "file_limit": _l("batas berkas"),
}

#: Set by the room of workflows: the verbs of their moves and their words, which no room needs to name again.
_moves: list[Callable[[], Mapping[str, Any]]] = []


def moves_with(give: Callable[[], Mapping[str, Any]]) -> None:
    """Let ``give()`` name the verbs of moves."""
    _moves[:] = [give]


def known_verbs() -> dict[str, Any]:
    """Every verb that has words."""
    return {verb: label for give in _moves for verb, label in give().items()} | VERBS


def verb_label(verb: str) -> str:
    """The words for a verb; the code itself where nobody has named it."""
    return str(known_verbs().get(verb, verb))


def verbs_like(words: str) -> tuple[str, ...]:
    """The verbs whose words hold these, in the reader's language."""
    wanted = words.casefold()
    return tuple(verb for verb, label in known_verbs().items() if wanted in str(label).casefold())


def name_subject(table: str, label: Any) -> None:
    """Give the objects of a table a name, such as ``result_batch`` -> "berkas hasil"."""
    SUBJECTS[table] = label


def subject_label(subject: str) -> str:
    """``account:5`` as "akun 5"; what nobody has named as it stands."""
    table, _, key = subject.partition(":")
    return f"{SUBJECTS[table]} {key}".strip() if table in SUBJECTS else subject


def subject_code(words: str) -> str:
    """The object that "akun 5" means, all accounts for "akun"; a code, or what is unknown, as it stands."""
    if ":" in words:
        return words
    for table, label in sorted(SUBJECTS.items(), key=lambda item: -len(str(item[1]))):
        name = str(label).casefold()
        if words.casefold() == name or words.casefold().startswith(f"{name} "):
            return f"{table}:{words[len(name) :].strip()}"
    return words
