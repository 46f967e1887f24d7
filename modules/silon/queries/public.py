"""What everybody may read of candidates: listings that were announced, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.documents.models import OfficialDocument, StoredFile
from electsys.elections.models import Contest, Election
from electsys.regions.models import Dapil
from modules.jdih import Letter
from modules.silon.models import Listing, ListingEntry, ListingPaper
from modules.silon.portraits import PURPOSE


@dataclass(frozen=True)
class Shown:
    """A version of a list with the place where it stands."""

    listing: Listing
    contest: Contest
    dapil: Dapil | None

    @property
    def code(self) -> str:
        """The place in addresses."""
        return self.dapil.code if self.dapil else (self.listing.region or "nasional")


def in_force() -> Any:
    """Keys of the lists in force: the newest version of the final one, else of the provisional one."""
    return (
        select(Listing.id)
        .ext(distinct_on(Listing.contest_id, Listing.dapil_id, Listing.region))
        .where(Listing.public)
        .order_by(
            Listing.contest_id,
            Listing.dapil_id,
            Listing.region,
            Listing.stage.desc(),  # "dct" after "dcs"
            Listing.version.desc(),
        )
    )


def newest_election() -> Election | None:
    """The newest election of which a list was announced; a rehearsal only where there is no other."""
    return db.session.scalars(
        select(Election)
        .where(select(literal(1)).where(Listing.election_id == Election.id, Listing.public).exists())
        .order_by(Election.kind == "simulasi", Election.voting_day.desc())
        .limit(1)
    ).one_or_none()


def contests(election_id: int) -> Sequence[Any]:
    """The contests of an election with what was announced: lists, names, women, stage."""
    force = in_force().where(Listing.election_id == election_id).subquery()
    entry = aliased(ListingEntry)
    rows = (
        select(
            Contest.kind,
            func.min(Contest.name).label("name"),
            func.count(Listing.id.distinct()).label("lists"),
            func.count(entry.candidate_id).label("names"),
            func.count().filter(entry.sex == "P").label("women"),
            func.min(Listing.stage).label("least"),
            func.max(Listing.stage).label("most"),
            func.max(Listing.at).label("at"),
        )
        .join(Listing, Listing.contest_id == Contest.id)
        .join(force, force.c.id == Listing.id)
        .outerjoin(entry, entry.listing_id == Listing.id)
        .group_by(Contest.kind)
        .order_by(func.min(Contest.id))
    )
    return db.session.execute(rows).all()


def lists(election_id: int, kind: str) -> Any:
    """The lists in force of a kind of contest, with dapil and counts, by their place."""
    counted = (
        select(
            ListingEntry.listing_id,
            func.count().label("names"),
            func.count().filter(ListingEntry.sex == "P").label("women"),
            func.count(ListingEntry.nomination_id.distinct()).label("participants"),
        )
        .group_by(ListingEntry.listing_id)
        .subquery()
    )
    return (
        select(
            Listing,
            Dapil,
            func.coalesce(counted.c.names, 0).label("names"),
            func.coalesce(counted.c.women, 0).label("women"),
            func.coalesce(counted.c.participants, 0).label("participants"),
        )
        .join(Contest, Contest.id == Listing.contest_id)
        .outerjoin(Dapil, Dapil.id == Listing.dapil_id)
        .outerjoin(counted, counted.c.listing_id == Listing.id)
        .where(Listing.id.in_(in_force().where(Listing.election_id == election_id)), Contest.kind == kind)
        .order_by(func.coalesce(Dapil.code, Listing.region))
    )


def province_of() -> ColumnElement[str]:
    """The province of a list, as SQL: a dapil's code begins with it too."""
    return func.left(func.coalesce(Dapil.code, Listing.region), 2)


def shown(
    election_id: int, kind: str, place: str, *, stage: str | None = None, version: int | None = None
) -> Shown | None:
    """A public version of the list of a place; without stage and version the one in force."""
    rows = (
        select(Listing, Contest, Dapil)
        .join(Contest, Contest.id == Listing.contest_id)
        .outerjoin(Dapil, Dapil.id == Listing.dapil_id)
        .where(
            Listing.election_id == election_id,
            Contest.kind == kind,
            Listing.public,
            or_(
                Dapil.code == place,
                and_(Listing.dapil_id.is_(None), Listing.region == ("" if place == "nasional" else place)),
            ),
        )
        .order_by(Listing.stage.desc(), Listing.version.desc())
        .limit(1)
    )
    if stage is not None:
        rows = rows.where(Listing.stage == stage)
    if version is not None:
        rows = rows.where(Listing.version == version)
    found = db.session.execute(rows).first()
    return Shown(*found) if found else None


def versions(of: Listing) -> Sequence[Any]:
    """Every announced version of the list of a place, the newest first, with the number of its minute."""
    return db.session.execute(
        select(Listing, Letter.number, OfficialDocument.token)
        .outerjoin(Letter, Letter.id == Listing.letter_id)
        .outerjoin(OfficialDocument, OfficialDocument.id == Letter.document_id)
        .where(
            Listing.contest_id == of.contest_id,
            Listing.dapil_id.is_not_distinct_from(of.dapil_id),
            Listing.region == of.region,
            Listing.public,
        )
        .order_by(Listing.stage.desc(), Listing.version.desc())
    ).all()


def entries(listing_id: int) -> Sequence[Any]:
    """The names of a version with the address of their portraits, in their order."""
    return db.session.execute(
        select(ListingEntry, StoredFile.sha256.label("photo"))
        .outerjoin(StoredFile, StoredFile.id == ListingEntry.photo_id)
        .where(ListingEntry.listing_id == listing_id)
        .order_by(ListingEntry.position)
    ).all()


def paper(listing_id: int) -> ListingPaper | None:
    """The PDF of a version, once it was made."""
    return db.session.scalars(select(ListingPaper).where(ListingPaper.listing_id == listing_id)).one_or_none()


def candidate(candidate_id: int) -> Any:
    """The newest public entry of a candidate with its list: (entry, listing, contest, dapil, photo)."""
    return db.session.execute(
        select(ListingEntry, Listing, Contest, Dapil, StoredFile.sha256)
        .join(Listing, Listing.id == ListingEntry.listing_id)
        .join(Contest, Contest.id == Listing.contest_id)
        .outerjoin(Dapil, Dapil.id == Listing.dapil_id)
        .outerjoin(StoredFile, StoredFile.id == ListingEntry.photo_id)
        .where(ListingEntry.candidate_id == candidate_id, Listing.public)
        .order_by(Listing.stage.desc(), Listing.version.desc())
        .limit(1)
    ).first()


def is_in_force(listing: Listing) -> bool:
    """Whether no later version of its place was announced."""
    later = (
        select(literal(1))
        .where(
            Listing.public,
            Listing.contest_id == listing.contest_id,
            Listing.dapil_id.is_not_distinct_from(listing.dapil_id),
            Listing.region == listing.region,
            or_(
                Listing.stage > listing.stage,
                and_(Listing.stage == listing.stage, Listing.version > listing.version),
            ),
        )
        .exists()
    )
    return not db.session.scalar(select(later))


def on_provisional(candidate_id: int) -> tuple[Listing, ListingEntry] | None:
    """Where somebody stands on a provisional list that is in force, unless struck."""
    found = candidate(candidate_id)
    if found is None:
        return None
    entry, listing = found[0], found[1]
    if listing.stage != "dcs" or entry.struck or not is_in_force(listing):
        return None
    return listing, entry


def search(election_id: int, words: str, *, kind: str = "", province: str = "") -> Any:
    """Names on the lists in force that hold every word, with their lists."""
    found = (
        select(ListingEntry, Listing, Contest, Dapil)
        .join(Listing, Listing.id == ListingEntry.listing_id)
        .join(Contest, Contest.id == Listing.contest_id)
        .outerjoin(Dapil, Dapil.id == Listing.dapil_id)
        .where(Listing.id.in_(in_force().where(Listing.election_id == election_id)))
        .order_by(ListingEntry.name, ListingEntry.candidate_id)
    )
    for word in words.upper().split()[:6]:
        found = found.where(func.upper(ListingEntry.name).contains(word, autoescape=True))
    if kind:
        found = found.where(Contest.kind == kind)
    if province:
        found = found.where(province_of() == province)
    return found


def portrait(sha256: str) -> StoredFile | None:
    """A portrait by its hash; whatever has that purpose is public."""
    return db.session.scalars(
        select(StoredFile).where(StoredFile.sha256 == sha256, StoredFile.kind == PURPOSE).limit(1)
    ).one_or_none()
