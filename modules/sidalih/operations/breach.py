"""The breach kit (UU 27/2022 art. 46): who was read, what to tell them, the agency and the public, in one go.

Within 3 x 24 hours the persons concerned and the agency are told in writing: which data, when and how, what
is being done. The kit writes the list of persons (masked), a letter a person, the notice to the agency and a
draft for the public, and a summary. Its folder is private (0700) and holds no number in full; it holds names
and addresses, so it is deleted when the letters are out.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.documents import date_text, render_pdf
from electsys.documents.papers import letterhead
from electsys.errors import Refused
from electsys.identity.models import Account
from electsys.ledger import Actor, record
from electsys.regions.queries import names
from electsys.web.formats import title_region, waktu
from modules.sidalih.models import VoterCopy
from modules.sidalih.queries.breach import Affected, Extent, extent_of

#: UU 27/2022 art. 46(1): at the latest 3 x 24 hours.
DEADLINE = dt.timedelta(hours=72)
#: Letters of one PDF; a merged file of any size is slow to open.
LETTERS = 5000
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Breach:
    """What is known: whose account, from when to when, which copies, since when it is known."""

    account: str | None
    since: dt.datetime
    until: dt.datetime
    copies: tuple[int, ...] = ()
    known_at: dt.datetime | None = None
    unit: str = ""


def draw_kit(breach: Breach, out: Path, *, actor: Actor, tell: Tell = lambda text: None) -> Extent:
    """Write the kit into ``out`` (made, or empty); the act stands in the trail. Refused if nothing fits."""
    accounts = [_account(breach.account)] if breach.account else []
    if not accounts and not breach.copies:
        raise Refused(_("Sebut akun (--account) atau nomor salinan (--export)."))
    if breach.until <= breach.since:
        raise Refused(_("Akhir waktu harus sesudah awalnya."))
    for key in breach.copies:
        if db.session.get(VoterCopy, key) is None:
            raise Refused(_("Tidak ada salinan nomor %(id)s.", id=key))
    _prepare(out)
    extent = extent_of(accounts=accounts, since=breach.since, until=breach.until, copies=breach.copies)
    tell(_("%(n)s orang terdampak", n=len(extent.affected)))
    people = sorted(extent.affected.values(), key=lambda a: (a.tps_code or a.village, a.name))
    with force_locale("id"):
        areas = _areas(people)
        _write_list(out / "daftar-terdampak.csv", people, areas)
        letters = _write_letters(out, people, areas, breach, tell)
        facts = _facts(breach, extent)
        _write(out / "pemberitahuan-lembaga.pdf", render_pdf("documents/surat_pelanggaran_lembaga", facts))
        _write(out / "pengumuman-konsep.pdf", render_pdf("documents/surat_pelanggaran_umum", facts))
        summary = _summary(breach, extent, letters)
        _write(out / "ringkasan.json", json.dumps(summary, ensure_ascii=False, indent=1).encode())
    record(
        "sidalih:breach:draw",
        f"account:{accounts[0]}" if accounts else f"voter_copy:{breach.copies[0]}",
        actor=actor,
        region=breach.unit or None,
        details={
            "persons": len(extent.affected),
            "copies": list(breach.copies),
            "since": breach.since.isoformat(),
            "until": breach.until.isoformat(),
        },
    )
    return extent


def deadline_of(breach: Breach) -> dt.datetime:
    """When persons and agency must have been told."""
    return (breach.known_at or dt.datetime.now(dt.UTC)) + DEADLINE


def _account(username: str) -> int:
    found = db.session.scalar(select(Account.id).where(Account.username == username))
    if found is None:
        raise Refused(_("Akun %(name)s tidak ada.", name=username))
    return int(found)


def _prepare(out: Path) -> None:
    if out.exists() and any(out.iterdir()):
        raise Refused(
            _("Folder %(path)s tidak kosong.", path=out), hint=_("Beri folder baru untuk setiap kejadian.")
        )
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    out.chmod(0o700)


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def _areas(people: Iterable[Affected]) -> dict[str, str]:
    """Region code -> name, of every area in the addresses (a query for all)."""
    codes = {each.village[:n] for each in people for n in (2, 4, 6, 10)}
    return {code: title_region(name) for code, name in names(codes).items()}


def _write_list(path: Path, people: list[Affected], areas: dict[str, str]) -> None:
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(("pemilih", "nik", "nama", "desa", "tps", "waktu", "yang_dibaca"))
        for each in people:
            for sight in each.sights:
                out.writerow(
                    (
                        each.voter_id,
                        each.nik_masked,
                        each.name,
                        areas.get(each.village, each.village),
                        (each.tps_code or "")[10:],
                        sight.at.isoformat(timespec="seconds"),
                        sight.what,
                    )
                )


def _write_letters(
    out: Path, people: list[Affected], areas: dict[str, str], breach: Breach, tell: Tell
) -> list[str]:
    """One page a person, merged; a big breach makes several files."""
    made = []
    for number, start in enumerate(range(0, len(people), LETTERS), 1):
        part = people[start : start + LETTERS]
        name = "surat-pemilih.pdf" if len(people) <= LETTERS else f"surat-pemilih-{number:03}.pdf"
        data = _letterhead(breach) | {"letters": [_letter(each, areas) for each in part]}
        _write(out / name, render_pdf("documents/surat_pelanggaran", data))
        made.append(name)
        tell(_("%(done)s dari %(all)s surat", done=start + len(part), all=len(people)))
    return made


def _letter(each: Affected, areas: dict[str, str]) -> dict[str, Any]:
    place = [areas.get(each.village[:n], "") for n in (10, 6, 4, 2)]
    what = list(dict.fromkeys(sight.what for sight in each.sights))
    first, last = min(s.at for s in each.sights), max(s.at for s in each.sights)
    return {
        "name": each.name,
        "nik": each.nik_masked,
        "address": f"{' '.join(each.address.split())}, RT {each.rt} RW {each.rw}",
        "place": ", ".join(part for part in place if part),
        "tps": (each.tps_code or "")[10:],
        "when": waktu(first) if first == last else _("%(a)s sampai %(b)s", a=waktu(first), b=waktu(last)),
        "what": what[:6],
    }


def _letterhead(breach: Breach) -> dict[str, Any]:
    day = dt.datetime.now(dt.UTC).date()
    active = db.session.scalar(select(Account.active).where(Account.username == breach.account))
    return {
        # The papers say that the account is closed only where it is.
        "closed": active is False,
        "document": {"letterhead": letterhead(breach.unit)},
        "title": _("Pemberitahuan kegagalan pelindungan data pribadi"),
        "date": day,
        "date_text": date_text(day),
    }


def _facts(breach: Breach, extent: Extent) -> dict[str, Any]:
    """What the two notices print; they name no person."""
    kinds = sorted({sight.what for each in extent.affected.values() for sight in each.sights})
    villages = {each.village for each in extent.affected.values()}
    return _letterhead(breach) | {
        "facts": [
            (_("Waktu kejadian"), _("%(a)s sampai %(b)s", a=waktu(breach.since), b=waktu(breach.until))),
            (_("Batas pemberitahuan"), waktu(deadline_of(breach))),
            (_("Orang terdampak"), _number(len(extent.affected))),
            (_("Desa/kelurahan"), _number(len(villages))),
            (_("Berkas yang keluar"), _number(len(extent.files))),
            (_("Nomor yang dibuka lengkap"), _number(extent.budget)),
        ],
        "kinds": kinds,
        "files": [
            [str(key), recipient, waktu(at), _number(rows)] for key, recipient, at, rows in extent.files
        ],
    }


def _summary(breach: Breach, extent: Extent, letters: list[str]) -> dict[str, Any]:
    return {
        "akun": breach.account,
        "dari": breach.since.isoformat(),
        "sampai": breach.until.isoformat(),
        "diketahui": (breach.known_at or dt.datetime.now(dt.UTC)).isoformat(timespec="seconds"),
        "batas_pemberitahuan": deadline_of(breach).isoformat(timespec="seconds"),
        "orang_terdampak": len(extent.affected),
        "orang_di_luar_daftar_pemilih": extent.others,
        "nomor_dibuka_lengkap": extent.budget,
        "penolakan_batas": extent.refusals,
        "salinan": [
            {"nomor": key, "penerima": recipient, "waktu": at.isoformat(), "baris": rows}
            for key, recipient, at, rows in extent.files
        ],
        "jangkauan_akun": [{"peran": role, "wilayah": region} for role, region in extent.reach],
        "catatan": _(
            "Halaman dengan NIK tersamar tidak tercatat baris demi baris; jangkauan akun di atas menunjukkan "
            "wilayah yang halamannya dapat dibuka akun itu."
        ),
        "berkas": [
            *("daftar-terdampak.csv", *letters, "pemberitahuan-lembaga.pdf", "pengumuman-konsep.pdf"),
        ],
    }


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
