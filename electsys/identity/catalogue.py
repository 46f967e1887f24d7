"""The seeded roles (domain.md 2.2 and 2.3) and the permissions of the ground floor.

Modules that are not built yet have their permissions named in their roles already, so that a role
means the same when the module arrives. Admins edit the sets later; seeding never takes away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

#: Permissions that the ground floor and the built modules ask for, with their labels.
PERMISSIONS: dict[str, Any] = {
    "identity:account:read": _l("Melihat akun"),
    "identity:account:manage": _l("Membuat dan menonaktifkan akun"),
    "identity:grant:manage": _l("Memberi dan mengakhiri hak"),
    "identity:role:manage": _l("Mengubah isi peran"),
    "identity:conflict:resolve": _l("Menyelesaikan benturan identitas"),
    "ledger:act:read": _l("Membaca jejak kegiatan"),
    "jobs:job:read": _l("Melihat semua pekerjaan"),
    "jobs:job:manage": _l("Mengulang dan membatalkan pekerjaan"),
    "elections:election:read": _l("Melihat pengaturan pemilu"),
    "elections:election:edit": _l("Mengubah pemilu dan pemilihan"),
    "elections:stage:edit": _l("Mengubah tahapan"),
    "elections:setting:edit": _l("Mengubah pengaturan hukum"),
    "elections:code:edit": _l("Mengubah tabel kode"),
    "documents:document:read": _l("Melihat dokumen resmi"),
    "documents:template:edit": _l("Mengatur penomoran dan batas berkas"),
    "intake:file:read": _l("Melihat semua berkas unggahan"),
    "privacy:nik:reveal": _l("Membuka NIK lengkap dengan alasan"),
    "privacy:register:read": _l("Membaca daftar penyerahan data pribadi"),
    "privacy:key:rotate": _l("Mengganti kunci data pribadi"),
    "web:metrics:read": _l("Melihat angka kerja server"),
    "jdih:document:edit": _l("Mengelola register produk hukum"),
    "jdih:document:publish": _l("Menerbitkan dan menarik produk hukum"),
    "situng:batch:import": _l("Membawa berkas hasil"),
    "situng:batch:read": _l("Melihat berkas hasil dan anomali"),
    "situng:batch:confirm": _l("Mengonfirmasi berkas hasil sebagai orang kedua"),
    "situng:form:correct": _l("Mengajukan pembetulan formulir"),
    "situng:capture:enter": _l("Memotret dan mengentri C.Hasil"),
    "situng:capture:settle": _l("Memutus selisih dua entri C.Hasil sebagai orang ketiga"),
    "situng:round:open": _l("Membuka PSU, pemungutan susulan atau lanjutan, dan hitung ulang"),
    "situng:form:print": _l("Mencetak formulir C.Hasil"),
    "jdih:letter:read": _l("Membaca naskah dinas dan surat masuk satker"),
    "jdih:letter:draft": _l("Menyusun konsep naskah dinas"),
    "jdih:letter:initial": _l("Memaraf atau mengembalikan konsep naskah dinas"),
    "jdih:letter:approve": _l("Menyetujui naskah dinas dan nomor sisipan"),
    "jdih:letter:number": _l("Memberi dan membatalkan nomor naskah dinas"),
    "jdih:letter:sign": _l("Menandatangani naskah dinas"),
    "jdih:letter:send": _l("Mengirim naskah dinas"),
    "jdih:letter:archive": _l("Mengarsipkan dan mengatur klasifikasi arsip"),
    "jdih:letter:register": _l("Menerima dan meregistrasi surat masuk"),
    "jdih:letter:dispose": _l("Mendisposisikan surat masuk"),
    "sidalih:voter:read": _l("Melihat data pemilih"),
    "sidalih:voter:edit": _l("Mengubah data pemilih"),
    "sidalih:list:read": _l("Melihat angka dan rekapitulasi daftar pemilih"),
    "sidalih:list:compile": _l("Mengimpor dan menyusun daftar pemilih"),
    "sidalih:list:determine": _l("Menetapkan daftar pemilih dalam pleno"),
    "sidalih:household:visit": _l("Mencoklit rumah"),
    "sidalih:household:record": _l("Mencatat coklit dari kertas dan memutus benturannya"),
    "sidalih:household:assign": _l("Membagi tugas coklit dan mengaktifkan gawai"),
    "sidalih:double:read": _l("Melihat pemilih ganda"),
    "sidalih:double:decide": _l("Memutus pemilih ganda"),
    "sidalih:move:issue": _l("Melayani pindah memilih (DPTb)"),
    "sidalih:response:decide": _l("Menindaklanjuti masukan dan tanggapan"),
    "sidalih:copy:request": _l("Meminta salinan daftar pemilih"),
    "sidalih:copy:approve": _l("Menyetujui penyerahan salinan sebagai orang kedua"),
    "sidalih:dapil:propose": _l("Menyusun usulan dapil dan kursi"),
    "sipol:party:read": _l("Melihat data partai"),
    "sipol:party:edit": _l("Mengisi data partai"),
    "sipol:party:submit": _l("Mengajukan pendaftaran dan perbaikan partai"),
    "sipol:party:open": _l("Memberi partai akses Sipol"),
    "sipol:party:receive": _l("Menerima atau mengembalikan pendaftaran partai"),
    "sipol:party:verify": _l("Memverifikasi dokumen dan anggota partai"),
    "sipol:party:conclude": _l("Menyimpulkan verifikasi partai dalam pleno"),
    "sipol:party:determine": _l("Menetapkan peserta dan mengundi nomor urut"),
    "sipol:member:read": _l("Melihat anggota partai"),
    "sipol:member:edit": _l("Mengisi dan menarik anggota partai"),
    "sipol:member:hear": _l("Mendengar klarifikasi anggota ganda"),
    "sipol:factual:assign": _l("Menarik sampel dan membagi tugas verifikasi faktual"),
    "sipol:factual:visit": _l("Mendatangi kantor, pengurus, dan anggota partai"),
    "sipol:response:decide": _l("Memutus tanggapan atas anggota partai"),
    "silon:list:read": _l("Melihat daftar calon"),
    "silon:list:edit": _l("Mengisi daftar calon"),
    "silon:list:submit": _l("Mengajukan calon dan perbaikannya"),
    "silon:list:approve": _l("Menyetujui daftar calon atas nama pimpinan pusat partai"),
    "silon:list:receive": _l("Menerima atau mengembalikan pengajuan calon"),
    "silon:document:verify": _l("Memverifikasi dokumen calon"),
    "silon:list:conclude": _l("Menyimpulkan verifikasi calon dalam pleno"),
    "silon:list:determine": _l("Menetapkan DCS, DCT, dan pasangan calon"),
    "silon:response:decide": _l("Menindaklanjuti tanggapan atas calon"),
    "silon:factual:assign": _l("Menarik sampel pendukung dan membagi tugas"),
    "silon:factual:visit": _l("Mendatangi pendukung calon"),
    "silon:seat:replace": _l("Memproses penggantian antarwaktu"),
    "sirekap:recap:read": _l("Melihat rekapitulasi"),
    "sirekap:recap:enter": _l("Mengisi rekapitulasi"),
    "sirekap:recap:close": _l("Menutup pleno rekapitulasi"),
    "sirekap:objection:file": _l("Mencatat keberatan"),
    "sirekap:result:prepare": _l("Menghitung dan mengajukan hasil ke pleno"),
    "sirekap:result:determine": _l("Menetapkan hasil"),
    "sirekap:audit:run": _l("Menyiapkan dan mengisi audit hasil"),
}


#: What the seeded roles may do in modules that are not built yet: words for the pages of roles. A module that
#: arrives declares its permissions itself.
PLANNED: dict[str, Any] = {
    "situng:capture:confirm": _l("Mengesahkan hasil foto C.Hasil"),
    "situng:form:read": _l("Melihat formulir TPS"),
    "jdih:letter:read": _l("Membaca naskah dinas"),
    "jdih:letter:draft": _l("Membuat konsep naskah dinas"),
    "jdih:letter:initial": _l("Memaraf naskah dinas"),
    "jdih:letter:sign": _l("Menandatangani naskah dinas"),
    "jdih:letter:archive": _l("Mengarsipkan naskah dinas"),
    "jdih:document:edit": _l("Mengelola produk hukum"),
}

#: The rooms and modules that permissions name, as an admin calls them.
MODULES: dict[str, Any] = {
    "documents": _l("Dokumen"),
    "elections": _l("Pemilu"),
    "identity": _l("Akun dan hak"),
    "intake": _l("Berkas impor"),
    "jdih": _l("Naskah dinas dan produk hukum (JDIH)"),
    "jobs": _l("Pekerjaan"),
    "ledger": _l("Jejak kegiatan"),
    "devices": _l("Perangkat lapangan"),
    "privacy": _l("Data pribadi"),
    "responses": _l("Tanggapan masyarakat"),
    "sidalih": _l("Daftar pemilih (Sidalih)"),
    "silon": _l("Pencalonan (Silon)"),
    "sipol": _l("Partai politik (Sipol)"),
    "sirekap": _l("Rekapitulasi (Sirekap)"),
    "situng": _l("Hitung suara (Situng)"),
    "verification": _l("Verifikasi"),
    "web": _l("Server"),
}


@dataclass(frozen=True)
class SeededRole:
    """A role as it is first installed.

    ``region_digits`` are the lengths that the region code of its grants may have (0 is the nation), so
    that nobody gives the operator of a kab/kota the whole country by leaving a field empty.
    """

    name: str
    label: Any
    permissions: frozenset[str]
    region_digits: tuple[int, ...] | None = None
    needs_party: bool = False


READS = frozenset(
    {"elections:election:read", "documents:document:read", "situng:batch:read", "ledger:act:read"}
)
ENTERS = frozenset({"situng:capture:enter"})
COUNTS = frozenset({"situng:batch:import", "situng:form:correct", "situng:form:print"}) | ENTERS | READS
CONFIRMS = frozenset({"situng:batch:confirm", "situng:capture:settle"}) | READS
#: The work of the six systems is none of an admin's, and neither is a NIK.
NOT_ADMINS = ("situng:", "jdih:", "sidalih:", "sipol:", "silon:", "sirekap:", "privacy:nik:reveal")
ADMIN = frozenset(p for p in PERMISSIONS if not p.startswith(NOT_ADMINS))
RECAP = frozenset({"sirekap:recap:read", "sirekap:recap:enter", "sirekap:recap:close"})
#: The office computes and submits a result, the members determine it; both read the paper of an audit.
PREPARES = frozenset({"sirekap:result:prepare", "sirekap:audit:run"})
DECIDES = PREPARES | {"sirekap:result:determine"}
VOTER_READS = frozenset({"sidalih:voter:read", "sidalih:list:read", "sidalih:double:read"})
VOTERS = VOTER_READS | {
    *("sidalih:voter:edit", "sidalih:list:compile", "sidalih:household:assign", "sidalih:double:decide"),
    *("sidalih:move:issue", "sidalih:response:decide", "sidalih:copy:request", "sidalih:dapil:propose"),
    *("responses:response:read", "responses:response:decide", "devices:device:read", "devices:device:manage"),
    "privacy:nik:reveal",
}
PLENARY = VOTER_READS | {"sidalih:list:determine", "sidalih:copy:approve"}
#: PPK and PPS keep the lists of their areas; PPLN those of its city.
LOCAL = VOTER_READS | {
    "sidalih:household:record",
    *("sidalih:voter:edit", "sidalih:household:assign", "sidalih:move:issue", "sidalih:response:decide"),
    *("responses:response:read", "responses:response:decide", "devices:device:read", "devices:device:manage"),
}
PARTY_READS = frozenset({"sipol:party:read", "sipol:member:read"})
#: Who enters for a party, and who alone speaks for its centre.
PUTS_UP = frozenset({"silon:list:read", "silon:list:edit", "silon:list:submit"})
PARTY = PARTY_READS | PUTS_UP | {"sipol:party:edit", "sipol:member:edit"}
CENTRE = PARTY | {"sipol:party:submit", "silon:list:approve"}
VISITS = frozenset({"sipol:factual:visit", "silon:factual:visit"})
#: Whoever reads the queues of verification, and whoever judges there what the permission of a queue allows.
QUEUES = frozenset({"verification:item:read"})
VERIFY = (
    PARTY_READS
    | VISITS
    | QUEUES
    | {
        *("verification:item:judge", "sipol:party:verify", "silon:document:verify", "silon:list:read"),
    }
)
#: The office of a KPU verifies, and prepares what its members conclude in plenary.
CANDIDATES = {
    *("silon:list:receive", "silon:response:decide", "silon:factual:assign", "silon:seat:replace"),
    *("responses:response:read", "responses:response:decide"),
}
PARTIES = VERIFY | CANDIDATES | {"sipol:factual:assign", "sipol:member:hear", "sipol:response:decide"}
HEAD_OFFICE = PARTIES | {"sipol:party:open", "sipol:party:receive"}
CONCLUDE = (
    PARTY_READS
    | QUEUES
    | {"sipol:party:conclude", "silon:list:read", "silon:list:conclude", "silon:list:determine"}
)
OVERSIGHT = (
    READS
    | VOTER_READS
    | PARTY_READS
    | QUEUES
    | {
        "sidalih:copy:request",
        "responses:response:read",
        "devices:device:read",
        "silon:list:read",
        "sirekap:recap:read",
        "sirekap:objection:file",
        "jobs:job:read",
        "privacy:register:read",
    }
)
#: Two members of KPU are needed for a stop of publication: one asks, another orders.
PUBLICATION = frozenset({"sirekap:publication:ask", "sirekap:publication:order"})
WITNESS = frozenset({"situng:form:read", "sirekap:recap:read", "sirekap:objection:file"})
LETTERS = frozenset({"jdih:letter:read"})
JDIH = frozenset({"jdih:document:edit", "jdih:document:publish", "documents:document:read"})
OFFICE = frozenset({"jdih:letter:number", "jdih:letter:send"})
ARCHIVE = OFFICE | {"jdih:letter:archive", "jdih:letter:register", "documents:template:edit"}
LEADS = frozenset({"jdih:letter:initial", "jdih:letter:dispose"})
SIGNS = LEADS | {"jdih:letter:approve", "jdih:letter:sign"}

N, P, K, C, D, T = (0,), (2,), (4,), (6,), (10,), (13,)
ANY = None
ACCOUNTS = frozenset({"identity:account:read", "identity:account:manage", "identity:grant:manage"})

ROLES: tuple[SeededRole, ...] = (
    *(
        SeededRole(name, label, frozenset(permissions), digits)
        for name, label, permissions, digits in (
            ("superadmin_pusdatin", _l("Admin sistem (Pusdatin)"), ADMIN, N),
            ("admin_wilayah", _l("Admin akun wilayah"), ACCOUNTS, P + K),
            ("operator_kpu_ri", _l("Operator KPU RI"), COUNTS | RECAP | VOTERS | HEAD_OFFICE | PREPARES, N),
            (
                "anggota_kpu_ri",
                _l("Anggota KPU RI"),
                CONFIRMS
                | RECAP
                | PLENARY
                | CONCLUDE
                | DECIDES
                | PUBLICATION
                | {"sipol:party:determine", "situng:round:open"},
                N,
            ),
            (
                "operator_kpu_prov",
                _l("Operator KPU Provinsi"),
                COUNTS | RECAP | VOTERS | PARTIES | PREPARES,
                P,
            ),
            (
                "anggota_kpu_prov",
                _l("Anggota KPU Provinsi"),
                CONFIRMS | RECAP | PLENARY | CONCLUDE | DECIDES,
                P,
            ),
            (
                "operator_kpu_kabko",
                _l("Operator KPU Kabupaten/Kota"),
                COUNTS | RECAP | VOTERS | PARTIES | PREPARES | {"sidalih:household:record"},
                K,
            ),
            (
                "anggota_kpu_kabko",
                _l("Anggota KPU Kabupaten/Kota"),
                CONFIRMS | RECAP | VERIFY | PLENARY | CONCLUDE | DECIDES | {"situng:round:open"},
                K,
            ),
            ("verifikator_kabko", _l("Verifikator KPU Kabupaten/Kota"), READS | VERIFY, K),
            ("ppk", _l("Anggota PPK"), CONFIRMS | RECAP | LOCAL, C),
            ("operator_sirekap_ppk", _l("Operator Sirekap PPK"), COUNTS | RECAP, C),
            ("pps", _l("Anggota PPS"), READS | LOCAL, D),
            ("pantarlih", _l("Pantarlih"), {"sidalih:household:visit"}, D + T),
            ("kpps_ketua", _l("Ketua KPPS"), ENTERS | {"situng:capture:confirm"}, T),
            ("kpps_operator", _l("Operator KPPS"), ENTERS, T),
            ("ppln", _l("Anggota PPLN"), CONFIRMS | RECAP | VOTERS | PLENARY, K + C + D),
            ("kppsln", _l("KPPSLN"), ENTERS, T),
            ("lo_calon_dpd", _l("Penghubung calon DPD"), PUTS_UP, P),
            ("lo_paslon", _l("Penghubung pasangan calon"), PUTS_UP, ANY),
            ("saksi", _l("Saksi peserta"), WITNESS, ANY),
            ("bawaslu_n", _l("Bawaslu"), OVERSIGHT, N),
            ("bawaslu_p", _l("Bawaslu Provinsi"), OVERSIGHT, P),
            ("bawaslu_k", _l("Bawaslu Kabupaten/Kota"), OVERSIGHT, K),
            ("panwascam", _l("Panwaslu Kecamatan"), OVERSIGHT, C),
            ("pkd", _l("Panwaslu Kelurahan/Desa"), OVERSIGHT, D),
            ("ptps", _l("Pengawas TPS"), WITNESS, T),
            ("pemantau", _l("Pemantau"), {"sirekap:recap:read"}, ANY),
            ("media", _l("Media"), {"sirekap:recap:read"}, ANY),
            (
                "jdih_pengelola",
                _l("Pengelola JDIH"),
                LETTERS | OFFICE | JDIH | {"jdih:letter:draft"},
                N + P + K,
            ),
            ("naskah_konseptor", _l("Konseptor naskah dinas"), LETTERS | {"jdih:letter:draft"}, ANY),
            ("naskah_pemaraf", _l("Pemaraf naskah dinas"), LETTERS | LEADS, ANY),
            ("naskah_penandatangan", _l("Penanda tangan naskah dinas"), LETTERS | SIGNS, ANY),
            ("arsiparis", _l("Arsiparis"), LETTERS | ARCHIVE, ANY),
        )
    ),
    SeededRole("admin_parpol_pusat", _l("Penghubung partai, pusat"), CENTRE, N, needs_party=True),
    SeededRole("operator_parpol_prov", _l("Operator partai, provinsi"), PARTY, P, needs_party=True),
    SeededRole("operator_parpol_kabko", _l("Operator partai, kabupaten/kota"), PARTY, K, needs_party=True),
)

#: Demo accounts: user name, role, region, party.
DEMO_ACCOUNTS: tuple[tuple[str, str, str, int | None], ...] = (
    ("admin", "superadmin_pusdatin", "", None),
    ("admin.1201", "admin_wilayah", "1201", None),
    ("operator.ri", "operator_kpu_ri", "", None),
    ("anggota.ri", "anggota_kpu_ri", "", None),
    ("operator.12", "operator_kpu_prov", "12", None),
    ("anggota.12", "anggota_kpu_prov", "12", None),
    ("operator.1201", "operator_kpu_kabko", "1201", None),
    ("anggota.1201", "anggota_kpu_kabko", "1201", None),
    ("pps.1201011001", "pps", "1201011001", None),
    ("pantarlih.1201011001", "pantarlih", "1201011001", None),
    ("kpps.1201011001001", "kpps_ketua", "1201011001001", None),
    ("verifikator.1201", "verifikator_kabko", "1201", None),
    ("ppk.120101", "ppk", "120101", None),
    ("operator.120101", "operator_sirekap_ppk", "120101", None),
    ("bawaslu", "bawaslu_n", "", None),
    ("bawaslu.1201", "bawaslu_k", "1201", None),
    ("saksi.1201", "saksi", "1201", None),
    ("partai.pusat", "admin_parpol_pusat", "", 1),
    ("partai.1201", "operator_parpol_kabko", "1201", 1),
    ("jdih", "jdih_pengelola", "", None),
    ("jdih.1201", "jdih_pengelola", "1201", None),
    ("konseptor.1201", "naskah_konseptor", "1201", None),
    ("pemaraf.1201", "naskah_pemaraf", "1201", None),
    ("penandatangan.1201", "naskah_penandatangan", "1201", None),
    ("arsiparis.1201", "arsiparis", "1201", None),
)
