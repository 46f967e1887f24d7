"""What the acts of letters are called in the trail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

VERBS = {
    "jdih:letter:draft": _l("Menyusun konsep"),
    "jdih:letter:edit": _l("Mengubah konsep"),
    "jdih:letter:route": _l("Menentukan pemaraf"),
    "jdih:letter:attach": _l("Melampirkan berkas"),
    "jdih:letter:submit": _l("Mengajukan konsep"),
    "jdih:letter:initial": _l("Memaraf"),
    "jdih:letter:return": _l("Mengembalikan untuk diperbaiki"),
    "jdih:letter:withdraw": _l("Menarik kembali konsep"),
    "jdih:letter:approve": _l("Menyetujui"),
    "jdih:letter:decline": _l("Meminta perbaikan"),
    "jdih:letter:cancel": _l("Membatalkan konsep"),
    "jdih:letter:number": _l("Memberi nomor"),
    "jdih:letter:backdate": _l("Mengizinkan nomor sisipan"),
    "jdih:letter:void": _l("Membatalkan nomor"),
    "jdih:letter:print": _l("Mencetak untuk ditandatangani"),
    "jdih:letter:sign": _l("Menandatangani"),
    "jdih:letter:scan": _l("Melampirkan pindaian bertanda tangan"),
    "jdih:letter:add-scan": _l("Melampirkan pindaian"),
    "jdih:letter:issue": _l("Menerbitkan naskah"),
    "jdih:letter:send": _l("Mengirim"),
    "jdih:letter:archive": _l("Mengarsipkan"),
    "jdih:letter:revoke": _l("Menarik naskah"),
    "jdih:backdate:ask": _l("Meminta nomor sisipan"),
    "jdih:backdate:allow": _l("Mengizinkan nomor sisipan"),
    "jdih:backdate:refuse": _l("Menolak nomor sisipan"),
    "jdih:incoming:receive": _l("Menerima surat"),
    "jdih:incoming:attach": _l("Melampirkan pindaian"),
    "jdih:incoming:register": _l("Mengagendakan surat"),
    "jdih:incoming:dispose": _l("Mendisposisikan surat"),
    "jdih:incoming:hand-on": _l("Memberi disposisi"),
    "jdih:incoming:report": _l("Melaporkan tindak lanjut"),
    "jdih:incoming:follow": _l("Menindaklanjuti surat"),
    "jdih:incoming:close": _l("Menyelesaikan surat"),
    "jdih:archive:edit": _l("Mengubah klasifikasi arsip"),
    "jdih:kind:edit": _l("Mengubah pengaturan jenis naskah"),
}
