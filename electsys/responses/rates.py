"""Rate limits as token buckets in PostgreSQL, the same for every web server.

Keys are keyed fingerprints (:func:`address_key`, :func:`electsys.privacy.indexes.fingerprint`): the table
never learns an address. It is UNLOGGED: a crash forgets a day's counting, which is cheap; writing the log of
every public request is not.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import math

from sqlalchemy import delete, func

from electsys.db import db
from electsys.privacy.indexes import fingerprint
from electsys.responses import hot
from electsys.responses.models import RateBucket, SpentProof

TAKE = (
    "select rate_take(%(bucket)s::text, %(key)s::bytea, %(rate)s::float8, %(burst)s::float8,"
    " %(cost)s::float8, coalesce(%(at)s::timestamptz, clock_timestamp()))"
)
#: How much of a bucket is used: 0 untouched, 1 empty.
LOAD = (
    "select rate_load(%(bucket)s::text, %(key)s::bytea, %(rate)s::float8, %(burst)s::float8,"
    " coalesce(%(at)s::timestamptz, clock_timestamp()))"
)
#: Seconds that are nothing: the fractions of a bucket are floats.
SLIVER = 0.0005


def take(
    bucket: str, key: bytes, *, rate: float, burst: float, cost: float = 1, at: dt.datetime | None = None
) -> bool:
    """Take ``cost`` from a bucket that holds ``burst`` and gains ``rate`` a second; whether there was enough.

    It commits by itself: what a refused request took stays taken. A refused asking takes nothing. ``at`` is
    the time of asking, now by default.
    """
    return wait(bucket, key, rate=rate, burst=burst, cost=cost, at=at) == 0


def wait(
    bucket: str, key: bytes, *, rate: float, burst: float, cost: float = 1, at: dt.datetime | None = None
) -> int:
    """The same as :func:`take`, told in seconds to wait, rounded up; 0 means taken."""
    if not 0 < cost <= burst or rate <= 0:
        raise ValueError(f"bucket {bucket}: a cost of {cost} can never be taken from {burst}")
    values = {"bucket": bucket, "key": key, "rate": rate, "burst": burst, "cost": cost, "at": at}
    row = hot.fetch(TAKE, values)
    return math.ceil(row[0]) if row else 0


def full(bucket: str, key: bytes, *, rate: float, burst: float, at: dt.datetime | None = None) -> int:
    """Seconds until a bucket has room for one, rounded up; 0 where it has some now. It takes nothing."""
    row = hot.fetch(LOAD, {"bucket": bucket, "key": key, "rate": rate, "burst": burst, "at": at})
    left = (1 - float(row[0])) * burst if row else burst
    missing = (1 - left) / rate
    return math.ceil(missing) if missing > SLIVER else 0


def network_of(address: str | None) -> str:
    """What counts as one address: an IPv4 address, or the /64 of an IPv6 one, which is one household."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


def address_key(address: str | None) -> bytes:
    """The key of an address in every bucket: a keyed fingerprint."""
    return fingerprint(f"network {network_of(address)}")


def sweep() -> int:
    """Remove full buckets, which say nothing, and proofs that have expired; return how many rows."""
    gone = 0
    for table, column in ((RateBucket, RateBucket.full_at), (SpentProof, SpentProof.expires_at)):
        rows = db.session.execute(delete(table).where(column < func.now()))
        gone += rows.rowcount  # type: ignore[attr-defined]
    return gone
