"""Samples are drawn with a public seed, shared out and closed; what visits find: :mod:`.contacts`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.ledger import Actor, record
from electsys.verification.models import Sample, SampleMember, SampleSeed
from electsys.verification.queries.samples import seed_of
from electsys.verification.rules import sampling as rules
from electsys.verification.sampling import SampleKind, find_kind


def scope_of(sample: Sample) -> Scope:
    """Where a sample lies for the rights of accounts."""
    return Scope(sample.region, sample.party_id, sample.election_id)


def kind_of(sample: Sample) -> SampleKind:
    """The kind of a sample."""
    kind = find_kind(sample.kind)
    if kind is None:
        raise LookupError(f"kind of sample {sample.kind!r} is not registered")
    return kind


def set_seed(kind: SampleKind, election_id: int, *, seed: str, source: str, actor: Actor) -> SampleSeed:
    """Enter the seed that was drawn in public, for every sample of a kind in the nation; once for ever."""
    grants.demand(actor, kind.assign, Scope("", election=election_id))
    seed, source = " ".join(seed.split()), " ".join(source.split())
    for value, field in ((seed, "undian"), (source, "sumber")):
        if not value or len(value) > 200:
            raise Refused(_("Isi paling panjang 200 huruf."), field=field)
    _lock(f"seed:{kind.name}:{election_id}")
    if seed_of(kind.name, election_id) is not None:
        raise Refused(
            _("Bilangan undian pemilu ini sudah ditetapkan."),
            hint=_("Bilangan undian berlaku untuk seluruh sampel dan tidak dapat diganti."),
            status=409,
        )
    row = SampleSeed(election_id=election_id, kind=kind.name, seed=seed, source=source, actor=actor.name)
    db.session.add(row)
    db.session.flush()
    record(
        "verification:seed:set",
        f"verification_seed:{row.id}",
        actor=actor,
        details={"kind": kind.name, "seed": seed},
        election_id=election_id,
    )
    return row


def draw_sample(
    kind: SampleKind,
    frame: Sequence[tuple[int, str]],
    *,
    election_id: int,
    owner: str,
    party_id: int | None,
    region: str,
    round_: int,
    minimum: int,
    actor: Actor,
    alone: bool = True,
) -> Sample:
    """Draw the sample of an owner in an area from its ``frame``: (id, village) in ascending order of ids.

    Refused without a seed, from an empty frame, and where it was drawn before: it is never drawn twice. Drawn
    beside many (``alone`` False) it has no act of its own: whoever draws them writes one for all.
    """
    grants.demand(actor, kind.assign, Scope(region, party_id, election_id))
    _lock(f"sample:{kind.name}:{owner}:{region}:{round_}")
    seed = seed_of(kind.name, election_id)
    if seed is None:
        raise Refused(
            _("Bilangan undian belum ditetapkan."),
            hint=_("KPU RI menetapkannya sekali untuk seluruh sampel, sesudah ditarik terbuka."),
            status=409,
        )
    if db.session.scalar(
        select(Sample.id).where(
            Sample.kind == kind.name, Sample.owner == owner, Sample.region == region, Sample.round == round_
        )
    ):
        raise Refused(_("Sampel ini sudah ditarik; sampel tidak ditarik dua kali."), status=409)
    if not frame:
        raise Refused(_("Tidak ada anggota yang dapat ditarik sebagai sampel."), status=409)
    keys = [key for key, _village in frame]
    if keys != sorted(set(keys)):
        raise ValueError("a frame is in ascending order and names nobody twice")
    label = rules.label_of(db.session.get_one(Election, election_id).code, kind.name, owner, region, round_)
    method = str(settings.value(election_id, kind.method))
    drawn = rules.draw(len(frame), method, rules.number_of(seed.seed, label))
    sample = Sample(
        election_id=election_id,
        kind=kind.name,
        owner=owner,
        party_id=party_id,
        region=region,
        round=round_,
        method=drawn.method,
        seed=seed.seed,
        frame_size=drawn.frame_size,
        size=drawn.size,
        start=drawn.start,
        frame_digest=rules.frame_digest(keys),
        minimum=minimum,
        actor=actor.name,
    )
    db.session.add(sample)
    db.session.flush()
    db.session.add_all(
        SampleMember(
            sample_id=sample.id,
            position=n,
            frame_position=place,
            subject=f"{kind.table}:{frame[place - 1][0]}",
            region=frame[place - 1][1],
        )
        for n, place in enumerate(drawn.places, 1)
    )
    db.session.flush()
    if not alone:
        return sample
    record(
        "verification:sample:draw",
        f"verification_sample:{sample.id}",
        actor=actor,
        details={
            "label": label,
            "method": drawn.method,
            "frame": drawn.frame_size,
            "size": drawn.size,
            "start": drawn.start,
            "digest": sample.frame_digest.hex(),
        },
        region=region,
        election_id=election_id,
    )
    return sample


# --- who goes there ------------------------------------------------------------------------------


def share_evenly(sample: Sample, accounts: Iterable[Account], *, actor: Actor) -> Counter[int]:
    """Share out everybody who still waits, whole villages at a time; account -> how many people."""
    people = {account.id: account for account in accounts}
    _require_sharing(sample, people.values(), actor)
    loads = Counter(
        db.session.scalars(
            select(SampleMember.region).where(
                SampleMember.sample_id == sample.id, SampleMember.state == "menunggu"
            )
        )
    )
    plan = rules.share_out(loads, sorted(people))
    for village, account_id in plan.items():
        _assign(sample, SampleMember.region == village, account_id)
    counts = Counter(dict.fromkeys(people, 0))
    for village, account_id in plan.items():
        counts[account_id] += loads[village]
    _note_sharing(sample, {str(key): n for key, n in counts.items()}, actor)
    return counts


def assign_people(sample: Sample, ids: Iterable[int], account: Account, *, actor: Actor) -> int:
    """Give some people of a sample to one verifier by hand; how many were given."""
    _require_sharing(sample, [account], actor)
    given = _assign(sample, SampleMember.id.in_(list(ids)), account.id)
    _note_sharing(sample, {str(account.id): given}, actor)
    return given


def _require_sharing(sample: Sample, accounts: Iterable[Account], actor: Actor) -> None:
    kind = kind_of(sample)
    grants.demand(actor, kind.assign, scope_of(sample))
    require_open(sample)
    found = list(accounts)
    if not found:
        raise Refused(_("Pilih paling sedikit satu verifikator."), field="akun")
    for account in found:
        if not grants.can(account, kind.visit, scope_of(sample)):
            raise Refused(
                _("%(name)s bukan verifikator di wilayah ini.", name=account.name),
                hint=_("Minta admin memberinya peran verifikator untuk wilayah ini."),
                field="akun",
            )


def _assign(sample: Sample, which: object, account_id: int) -> int:
    result = db.session.execute(
        update(SampleMember)
        .where(SampleMember.sample_id == sample.id, SampleMember.state == "menunggu", which)  # type: ignore[arg-type]
        .values(assigned_to=account_id)
        .execution_options(synchronize_session="fetch")
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _note_sharing(sample: Sample, given: dict[str, int], actor: Actor) -> None:
    record(
        "verification:sample:assign",
        f"verification_sample:{sample.id}",
        actor=actor,
        details={"accounts": given},
        region=sample.region,
        election_id=sample.election_id,
    )


# --- the end -------------------------------------------------------------------------------------


def close_sample(sample: Sample, *, actor: Actor) -> Sample:
    """Close a sample in which everybody is decided: what was found, the projection, what is lacking."""
    kind = kind_of(sample)
    grants.demand(actor, kind.assign, scope_of(sample))
    db.session.refresh(sample, with_for_update=True)
    require_open(sample)
    counts = Counter(
        db.session.scalars(select(SampleMember.state).where(SampleMember.sample_id == sample.id))
    )
    if counts["menunggu"]:
        raise Refused(
            _("Sampel belum dapat ditutup: %(n)s orang belum diputus.", n=counts["menunggu"]),
            hint=_("Catat upaya menemui mereka sampai tuntas."),
            status=409,
        )
    met = counts["ms"]
    sample.found_ms = met
    sample.projection = rules.project(sample.frame_size, met, sample.size, sample.method)
    sample.deficit = rules.lacking(sample.minimum, sample.projection)
    sample.state, sample.closed_at = "ditutup", dt.datetime.now(dt.UTC)
    db.session.flush()
    record(
        "verification:sample:close",
        f"verification_sample:{sample.id}",
        actor=actor,
        details={
            "found": met,
            "size": sample.size,
            "projection": sample.projection,
            "minimum": sample.minimum,
            "deficit": sample.deficit,
        },
        region=sample.region,
        election_id=sample.election_id,
    )
    return sample


def require_open(sample: Sample) -> None:
    """Refused once a sample is closed."""
    if sample.state != "berjalan":
        raise Refused(_("Sampel ini sudah ditutup."), status=409)


def _lock(name: str) -> None:
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 44))))
