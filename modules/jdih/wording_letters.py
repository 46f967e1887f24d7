"""What the acts of letters are called in the trail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.ledger.wording import VERBS
from modules.jdih.workflow import BACKDATE, INCOMING, LETTER

VERBS.update(
    {
        "jdih:letter:draft": _l("Menyusun konsep"),
        "jdih:letter:edit": _l("Mengubah konsep"),
        "jdih:letter:route": _l("Menentukan pemaraf"),
        "jdih:letter:attach": _l("Melampirkan berkas"),
        "jdih:letter:print": _l("Mencetak untuk ditandatangani"),
        "jdih:letter:add-scan": _l("Melampirkan pindaian"),
        "jdih:backdate:ask": _l("Meminta nomor sisipan"),
        "jdih:incoming:receive": _l("Menerima surat"),
        "jdih:incoming:attach": _l("Melampirkan pindaian"),
        "jdih:incoming:hand-on": _l("Meneruskan disposisi"),
        "jdih:incoming:report": _l("Melaporkan tindak lanjut"),
        "jdih:archive:edit": _l("Mengubah klasifikasi arsip"),
        "jdih:kind:edit": _l("Mengubah pengaturan jenis naskah"),
        **{flow.verb(t.action): t.label for flow in (LETTER, BACKDATE, INCOMING) for t in flow.transitions},
    }
)
