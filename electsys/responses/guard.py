"""The guard before every public question: proof of work, device, address; and the question itself.

All of it is one statement (``public_admit``, migration 0019), joined with that of the check where it has one.
"""

from __future__ import annotations

import datetime as dt
import math
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.privacy.keys import keyring
from electsys.responses import hot, rates, work
from electsys.responses.checks import Answer, Check, Question
from electsys.responses.rates import address_key
from electsys.responses.settings import allowance, number

#: The one bucket of all checks: three checks are no three ways to ask about one NIK.
CHECKS = "cek"
RESPONSES = "tanggapan"

ADMIT = (
    "select a.verdict, a.wait{columns} from public_admit(%(bucket)s::text,"
    " coalesce(%(at)s::timestamptz, clock_timestamp()), %(address)s::bytea, %(device)s::bytea,"
    " %(nonce)s::bytea, %(expires)s::timestamptz, %(bits)s::int, %(base)s::int, %(steps)s::int,"
    " %(address_rate)s::float8, %(address_burst)s::float8, %(device_rate)s::float8, %(device_burst)s::float8,"
    " %(plain_rate)s::float8, %(plain_burst)s::float8) a{join}"
)
ALONE = ADMIT.format(columns="", join="")
#: Settings that bound an address, by bucket.
ADDRESS = {CHECKS: "CHECK_ADDRESS", RESPONSES: "RESPONSE"}


@dataclass(frozen=True)
class Visitor:
    """Who asks, as far as the guard knows: fingerprints of the address and, with a cookie, of the device."""

    address: bytes
    device: bytes | None = None

    @classmethod
    def of(cls, address: str | None, device: str | None = None) -> Visitor:
        """From a network address and the value of the device's cookie."""
        from electsys.privacy.indexes import fingerprint

        known = device and len(device) == DEVICE and device.isalnum()
        return cls(address_key(address), fingerprint(f"device {device}") if known else None)


#: Length of a device's number.
DEVICE = 32


def new_device() -> str:
    """A number for a browser: chance, no more than a day, told to nobody else."""
    return secrets.token_hex(DEVICE // 2)


class TooMany(Refused):
    """The limit is reached; ``wait`` seconds from now there is room again."""

    def __init__(self, wait: int, hint: Any = None):
        super().__init__(
            _("Terlalu banyak pertanyaan dari jaringan atau perangkat ini."),
            hint=" ".join(filter(None, (_("Coba lagi %(when)s.", when=in_words(wait)), str(hint or "")))),
            status=429,
        )
        self.wait = wait


def in_words(seconds: int) -> str:
    """How long to wait, in words."""
    if seconds <= 60:
        return _("satu menit lagi")
    if seconds < 5400:
        return _("kira-kira %(n)s menit lagi", n=math.ceil(seconds / 60))
    return _("kira-kira %(n)s jam lagi", n=math.ceil(seconds / 3600))


# --- the proof ------------------------------------------------------------------------------------


def challenge(purpose: str, visitor: Visitor, *, bucket: str = CHECKS) -> dict[str, Any]:
    """A challenge for one purpose; the more the address has asked of late, the harder."""
    room = allowance(ADDRESS[bucket])
    row = hot.fetch(
        rates.LOAD,
        {
            "bucket": f"{bucket}/alamat",
            "key": visitor.address,
            "rate": room.rate,
            "burst": room.burst,
            "at": None,
        },
    )
    bits = number("CHECK_WORK_BITS") + int((row[0] if row else 0) * number("CHECK_WORK_STEPS"))
    seconds = number("CHECK_WORK_SECONDS")
    expires = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
    text = work.issue(_key(), purpose, visitor.address, bits=bits, expires=expires)
    return {"tantangan": text, "bit": bits, "detik": seconds}


def proof_of(purpose: str, visitor: Visitor, given: str | None, answer: str | None) -> work.Proof | None:
    """The proof that came with a question; None without one. :class:`Refused` for one that does not count."""
    if not given:
        return None
    try:
        now = dt.datetime.now(dt.UTC)
        return work.verify(_key(), purpose, visitor.address, given, answer or "", now=now)
    except work.BadProof as bad:
        raise stale(bad.code) from None


def stale(code: str) -> Refused:
    """A proof that does not count, in words; sending the form again makes a new one."""
    said = {
        "kedaluwarsa": _("Pemeriksaan keamanan halaman ini sudah kedaluwarsa."),
        "terpakai": _("Pemeriksaan keamanan halaman ini sudah pernah dipakai."),
        "ringan": _("Jaringan ini perlu pemeriksaan keamanan yang baru."),
    }
    message = said.get(code) or _("Pemeriksaan keamanan halaman ini tidak cocok.")
    return Refused(message, hint=_("Kirim sekali lagi; isian Anda tidak hilang."), status=409)


def _key() -> bytes:
    return keyring().index_key("proof of work")


# --- the gate -------------------------------------------------------------------------------------


def admit(
    bucket: str,
    visitor: Visitor,
    proof: work.Proof | None,
    *,
    elsewhere: Any = None,
    at: dt.datetime | None = None,
) -> None:
    """Let one request of the public pass, or refuse it: :class:`TooMany`, or a stale proof."""
    _judge(hot.fetch(ALONE, _values(bucket, visitor, proof, at)), elsewhere)


def ask(
    check: Check,
    question: Question,
    visitor: Visitor,
    proof: work.Proof | None,
    *,
    at: dt.datetime | None = None,
) -> Answer | None:
    """The answer of a check to who may ask now; None for an unknown NIK and for a wrong pair alike.

    :class:`TooMany` beyond the limits of the address, of the device, or of asking without a proof.
    """
    values = _values(CHECKS, visitor, proof, at)
    if check.statement is None or check.read is None:
        _judge(hot.fetch(ALONE, values), check.elsewhere)
        return check.look(question) if check.look else None
    row = hot.fetch(
        _joined(check.statement), values | {"pair": question.pair, "nik_index": question.nik_index}
    )
    _judge(row, check.elsewhere)
    found = row[2:] if row else ()
    return check.read(found, question) if found and found[0] is not None else None


@lru_cache(64)
def _joined(statement: str) -> str:
    return ADMIT.format(
        columns=", l.*", join=f" left join lateral ({statement}) l on a.verdict = 'boleh' limit 1"
    )


def _judge(row: hot.Row | None, elsewhere: Any) -> None:
    verdict, wait = (row[0], row[1]) if row else ("tunggu", 60.0)
    if verdict == "tunggu":
        raise TooMany(max(1, math.ceil(wait)), elsewhere)
    if verdict != "boleh":
        raise stale(verdict)


def _values(
    bucket: str, visitor: Visitor, proof: work.Proof | None, at: dt.datetime | None
) -> dict[str, Any]:
    address, device, plain = (allowance(name) for name in (ADDRESS[bucket], "CHECK_DEVICE", "CHECK_PLAIN"))
    return {
        "bucket": bucket,
        "at": at,
        "address": visitor.address,
        "device": visitor.device,
        "nonce": proof.nonce if proof else None,
        "expires": proof.expires if proof else None,
        "bits": proof.bits if proof else None,
        "base": number("CHECK_WORK_BITS"),
        "steps": number("CHECK_WORK_STEPS"),
        "address_rate": address.rate,
        "address_burst": address.burst,
        "device_rate": device.rate,
        "device_burst": device.burst,
        "plain_rate": plain.rate,
        "plain_burst": plain.burst,
    }
