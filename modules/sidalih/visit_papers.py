"""Papers of coklit for one polling station: A-Stiker, A-Tanda Bukti, A-Laporan Hasil Coklit (PKPU 7/2022).

None bears a number of a person. The sticker hangs on the door for everybody to read: it names nobody, and
leaves the head of the family to be written by hand; the receipt stays with the family and names its voters.
"""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from electsys.db import db
from electsys.documents.papers import date_text, letterhead, today
from electsys.documents.pdf import render_pdf
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity.models import Account
from electsys.regions import queries as regions
from electsys.regions.models import Tps
from electsys.web.formats import title_region
from modules.sidalih.queries import visits as queries
from modules.sidalih.workflow.voters import VOTER

LABELS = {2: "Provinsi", 4: "Kabupaten/Kota", 6: "Kecamatan", 10: "Desa/Kelurahan"}
#: Rows of A-Laporan Hasil Coklit before those of TMS: key of queries.outcomes_of -> words.
ROWS = (
    ("potensial", "Belum dicoklit"),
    ("sesuai", "Sesuai"),
    ("ubah", "Diubah"),
    ("baru", "Pemilih baru"),
)


def stickers(election: Election, tps: Tps) -> bytes:
    """A-Stiker Coklit for each house, eight a page, in the order of the route."""
    with force_locale("id"):
        return render_pdf(
            "stiker_coklit",
            {
                **_frame(election, tps, "Model A-Stiker Coklit"),
                "houses": [
                    {"number": n, "address": h.address, "rt": h.rt, "rw": h.rw, "voters": _listed(h)}
                    for n, h in enumerate(_houses(election, tps), 1)
                ],
            },
        )


def receipts(election: Election, tps: Tps) -> bytes:
    """A-Tanda Bukti Coklit for each house: its voters and what was found of each."""
    with force_locale("id"):
        return render_pdf(
            "tanda_bukti_coklit",
            {
                **_frame(election, tps, "Model A-Tanda Bukti Coklit"),
                "houses": [
                    {
                        "number": n,
                        "address": h.address,
                        "rt": h.rt,
                        "rw": h.rw,
                        "voters": [
                            [v.name, v.sex, "" if v.state == "potensial" else str(VOTER.state_label(v.state))]
                            for v in h.voters
                        ],
                    }
                    for n, h in enumerate(_houses(election, tps), 1)
                ],
            },
        )


def report(election: Election, tps: Tps) -> bytes:
    """A-Laporan Hasil Coklit: houses and voters of the station by what was found."""
    found = {row.key: row for row in queries.outcomes_of(election.id, tps.code)}
    houses = queries.houses(election.id, tps.code)
    task = queries.visitor_of(election.id, tps.code)
    visitor = db.session.get(Account, task.account_id) if task else None
    struck = {f"tms:{c['kode']}": c for c in queries.codes_of(election.id, "tms") if c["kode"] != "8"}

    def line(key: str, words: str) -> list[Any]:
        row = found.get(key) or queries.Outcome(key, 0, 0)
        return [words, str(row.male), str(row.female), str(row.male + row.female)]

    whole = [row for key, row in found.items() if not key.startswith(("tms:", "non_ktp", "tempat"))]
    with force_locale("id"):
        return render_pdf(
            "laporan_coklit",
            {
                **_frame(election, tps, "Model A-Laporan Hasil Coklit"),
                "houses": len(houses),
                "visited": sum(h.visited for h in houses),
                "outcomes": [line(*row) for row in ROWS],
                "listed": [
                    "Pemilih seluruhnya",
                    str(sum(r.male for r in whole)),
                    str(sum(r.female for r in whole)),
                    str(sum(r.male + r.female for r in whole)),
                ],
                "struck": [line(key, f"{c['kode']}. {c['nama']}") for key, c in struck.items()],
                "others": [
                    line("tempat", "8. Salah penempatan TPS, dipindahkan dalam desa/kelurahan"),
                    line("non_ktp", "Belum memiliki KTP-el"),
                ],
                "visitor": visitor.name if visitor else "",
                "letterhead": letterhead(tps.village_code),
            },
        )


def _listed(house: queries.House) -> int:
    return sum(v.state != "tms" for v in house.voters)


def _houses(election: Election, tps: Tps) -> list[queries.House]:
    found = queries.houses(election.id, tps.code)
    if not found:
        raise Refused("Belum ada pemilih di TPS ini.", hint="Susun TPS, lalu cetak lagi.", status=409)
    return found


def _frame(election: Election, tps: Tps, form: str) -> dict[str, Any]:
    codes = [tps.code[:n] for n in LABELS]
    named = regions.names(codes, election.map_id)
    return {
        "form": form,
        "title": election.name,
        "simulation": election.kind == "simulasi",
        "area": [[LABELS[len(c)], title_region(named.get(c, c))] for c in codes],
        "tps": tps.name,
        "village": title_region(named.get(tps.village_code, tps.village_code)),
        "date": today(tps.code[:4]),
        "printed": date_text(today(tps.code[:4])),
    }
