"""Photos that everybody may see: those of rounds whose numbers are published."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import text

from electsys.db import db
from modules.situng.contest import ContestCount
from modules.situng.queries.forms import Version


@dataclass(frozen=True)
class PublicPhoto:
    """A photo of a page of a form: where it is shown, and its hash as it is kept."""

    round: int
    page: int
    sha256: str
    address: str


_PUBLIC = text(
    """
    select p.tps_code, p.round, p.page, p.sha256, p.province, p.id
    from form_photo p
    join capture c on c.province = p.province and c.contest_id = p.contest_id and c.tps_code = p.tps_code
         and c.round = p.round and c.version_id is not null
    where p.province = :province and p.contest_id = :contest
      and p.tps_code >= :prefix and p.tps_code < :prefix || '~'
    order by p.tps_code, p.round, p.page, p.id
    """
)


def public_photos(count: ContestCount, prefix: str) -> dict[str, list[PublicPhoto]]:
    """The photos of every published form of a region, by TPS; of a page the newest comes last.

    ``prefix`` is the code of a region below the nation, or of a TPS.
    """
    facts = {"province": prefix[:2], "contest": count.contest_id, "prefix": prefix}
    addresses = current_app.url_map.bind("")
    base = current_app.config["BASE_URL"]
    found: dict[str, list[PublicPhoto]] = {}
    for row in db.session.execute(_PUBLIC, facts):
        way = addresses.build("situng.photo", {"province": row.province, "photo_id": row.id})
        found.setdefault(row.tps_code, []).append(PublicPhoto(row.round, row.page, row.sha256, base + way))
    return found


def photos_beside(version: Version | None, photos: list[PublicPhoto]) -> list[PublicPhoto]:
    """Those that belong beside the numbers of a version: of its own round, else of the newest."""
    if version is None or not photos:
        return []
    own = version.capture_round or max(photo.round for photo in photos)
    return [photo for photo in photos if photo.round == own]
