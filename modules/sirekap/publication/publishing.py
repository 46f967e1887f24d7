"""Publish an election: one state of the log, only what changed, the list of contents last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.ledger import Actor, log, log_keys, log_leaf, record
from electsys.ledger.log_queries import newest_checkpoint, witnesses
from electsys.ledger.tiles import publish_log
from electsys.publishing import Target
from modules.sirekap.publication import nist
from modules.sirekap.publication.ballots import Ballots
from modules.sirekap.publication.boards import write_boards
from modules.sirekap.publication.changes import changes_since
from modules.sirekap.publication.counted import write_count
from modules.sirekap.publication.decisions import write_decisions
from modules.sirekap.publication.feeds import write_feeds
from modules.sirekap.publication.models import Publication
from modules.sirekap.publication.packages import package
from modules.sirekap.publication.recaps import write_recaps
from modules.sirekap.publication.shelf import MANIFEST, Shelf, digest
from modules.sirekap.publication.site import Site, edition
from modules.sirekap.publication.snapshot import Snapshot, logged_contests, snapshot
from modules.sirekap.publication.stops import standing_stop
from modules.sirekap.publication.structure import log_ballots, write_structure

PUBLISHER = Actor.system("publikasi")


@dataclass(frozen=True)
class Outcome:
    """What a publication did."""

    size: int
    #: Leaves that the published numbers rest on.
    as_of: int
    files: int
    written: int
    bytes: int
    #: The notice that went out instead, while publication stands still.
    stopped: str | None = None


def destination() -> tuple[str, str] | None:
    """The election that is published by itself, and where to; None where the settings name none."""
    election, _sign, address = current_app.config["PUBLISH"].partition("=")
    return (election, address) if election and address else None


def publish_election(
    code: str,
    address: str,
    *,
    everything: bool = False,
    region: str | None = None,
    actor: Actor = PUBLISHER,
) -> Outcome:
    """Publish an election to a folder or object store; write only what the target lacks.

    ``region`` begins with the areas of one region and those around it, such as for a rehearsal; every form
    that the log tells of is published all the same, and its totals with it. A target keeps to its region
    until another is named; "" is the nation.
    While a stop is in force only its notice is published, with the log. :class:`Refused` without an
    election, without the key of the log, or where the target belongs to another log. Commits.
    """
    election = db.session.scalar(select(Election).where(Election.code == code))
    if election is None:
        raise Refused(f"Tidak ada pemilu {code}.", status=404)
    log_keys.signer(code)  # without a key nothing is begun
    started = dt.datetime.now(dt.UTC)
    target = Target(address)
    shelf = Shelf(target)
    if shelf.manifest and shelf.manifest["election"] != code:
        raise Refused(
            f"Di sana sudah terbit pemilu {shelf.manifest['election']}; pilih tempat lain.", status=409
        )
    if region is None:
        region = str(shelf.manifest.get("region", ""))
    log_ballots(election.id, logged_contests(election.id), actor=actor)
    stop = standing_stop(election.id)
    with snapshot(code) as taken:
        facts: dict[str, Any] = {"v": 1, "election": code, "as_of": taken.as_of, "edition": edition()}
        facts |= {"region": region} if region else {}
        site = Site(shelf, taken, started)
        if stop is not None:
            facts |= {k: shelf.manifest[k] for k in ("as_of", "edition") if k in shelf.manifest}
            site.style()
            site.page("pemberitahuan.html", "notice", stop=stop)
        else:
            known = (
                None if everything or shelf.manifest.get("edition") != edition() else shelf.manifest["as_of"]
            )
            write_all(site, taken, known, region)
        manifest = shelf.close(facts)
    if manifest != target.read(MANIFEST):
        _announce(election, manifest, facts["as_of"], actor)
    log.integrate()
    try:
        checkpoint = publish_log(db.session, election.id, target)
    except ValueError as problem:
        raise Refused(str(problem), status=409) from None
    if manifest != target.read(MANIFEST):
        target.write(MANIFEST, manifest)
        target.settle()
    size = checkpoint.size if checkpoint else 0
    files = sum(shelf_counts(manifest).values())
    db.session.add(
        Publication(
            election_id=election.id,
            target=address,
            as_of=facts["as_of"],
            size=size,
            manifest_sha256=digest(manifest),
            files=files,
            written=shelf.written,
            started_at=started,
        )
    )
    db.session.commit()
    return Outcome(size, facts["as_of"], files, shelf.written, target.bytes, stop.notice if stop else None)


def shelf_counts(manifest: bytes) -> dict[str, int]:
    """Files by shard, as the list of contents says."""
    import json

    return dict(json.loads(manifest)["counts"])


def write_all(site: Site, taken: Snapshot, known: int | None, region: str = "") -> None:
    """Every file but the log and the lists of contents; ``known`` leaves are published already."""
    shelf = site.shelf
    site.style()
    for gone in ("pemberitahuan.html", "kursi.html"):
        shelf.drop(gone)
    write_structure(shelf, taken, known, region)
    contests = [Ballots(count) for count in taken.counts]
    changed = False
    for ballots in contests:
        count = ballots.common
        if changes := changes_since(taken, count, known, region):
            changed = True
            write_count(site, ballots, changes)
            if not count.by_dapil:
                shelf.put_json(nist.place(count), nist.of_contest(taken, count))
    write_feeds(site, contests, known=known)
    write_recaps(site, taken, known)
    write_decisions(site, known)
    write_boards(site, everything=known is None, region=region)
    site.page(
        "index.html",
        "index",
        recaps=shelf.holds("rekap.html"),
        decided=shelf.holds("terpilih.html"),
        boards=shelf.holds("papan/nasional.html"),
    )
    site.page("bukti.html", "proof", origin=log_keys.origin_of(taken.election.code))
    site.page(
        "infrastruktur.html",
        "infrastructure",
        key=str(log_keys.signer(taken.election.code).verifier),
        witnesses=[witness for witness, _size, _at in witnesses()],
    )
    if changed or not shelf.holds("data/datapackage.json"):
        package(shelf, taken, contests)


def _announce(election: Election, manifest: bytes, as_of: int, actor: Actor) -> None:
    """The list of contents becomes a leaf: what was published when cannot be denied later."""
    checkpoint = newest_checkpoint(election.id)
    log_leaf(
        "manifest",
        election.id,
        {"as_of": as_of, "sha256": digest(manifest), "checkpoint": checkpoint.size if checkpoint else 0},
        subject="manifest",
        actor=actor,
    )
    record(
        "sirekap:publication:publish",
        f"election:{election.id}",
        actor=actor,
        election_id=election.id,
        details={"as_of": as_of, "sha256": digest(manifest)},
    )
    db.session.commit()
