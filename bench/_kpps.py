"""The phones of KPPS for the benches: a device with an account and a grant a station, and signed packets."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench._capture_data import Desk, Values

#: How many different keys the phones share: a verification costs the same whosever key it is.
KEYS = 50


class Phones:
    """The phones of a desk's stations."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(KEYS)]
        self.tokens = {code: uuid4().hex for code in desk.codes}

    def activate(self) -> None:
        """Account, grant and device of each station, in one statement each."""
        from sqlalchemy import text

        from electsys.db import db
        from electsys.devices.signing import token_hash

        points = [
            k.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint) for k in self.keys
        ]
        facts: dict[str, Any] = {
            "codes": self.desk.codes,
            "hashes": [token_hash(self.tokens[code]) for code in self.desk.codes],
            "points": [points[n % KEYS] for n in range(len(self.desk.codes))],
            "election": self.desk.count.election_id,
        }
        for statement in (
            "insert into account (username, email, name, active, must_change_password, fs_uniquifier)"
            " select 'kpps' || t, t || '@bench.invalid', 'KPPS', true, false, 'kpps' || t"
            " from unnest(cast(:codes as text[])) t",
            "insert into account_grant (account_id, role_id, region, election_id, given_by)"
            " select a.id, r.id, substr(a.username, 5), :election, 'bench' from account a"
            " join role r on r.name = 'kpps_operator' where a.username = any(select 'kpps' || t"
            " from unnest(cast(:codes as text[])) t)",
            "insert into device (account_id, kind, region, election_id, label, public_key, token_hash,"
            " protocol, until) select a.id, 'kpps', d.code, :election, 'bench', d.point, d.hash, 2,"
            " now() + interval '9 days' from unnest(cast(:codes as text[]), cast(:hashes as bytea[]),"
            " cast(:points as bytea[])) as d (code, hash, point)"
            " join account a on a.username = 'kpps' || d.code",
        ):
            db.session.execute(text(statement), facts)
        db.session.commit()

    def requests(self, forms: dict[str, Values]) -> dict[str, bytes]:
        """The request of each station's phone with the numbers of its form: signed, ready to be written."""
        from modules.situng.field_bundle import order_of
        from modules.situng.queries.captures import names_of

        names, order = names_of(self.desk.count), order_of(self.desk.count)
        return {
            code: self._request(code, self.keys[n % KEYS], [forms[code].get(name) for name in names], order)
            for n, code in enumerate(self.desk.codes)
        }

    def _request(self, code: str, key: Any, numbers: list[int | None], order: str) -> bytes:
        body = json.dumps({"p": self.desk.count.kind, "b": order, "n": numbers}, separators=(",", ":"))
        packet, made_at = str(uuid4()), dt.datetime.now(dt.UTC).isoformat()
        r, s = decode_dss_signature(key.sign(f"{packet}\n{made_at}\n\n{body}".encode(), ec.ECDSA(SHA256())))
        signature = base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
        sent = {"key": packet, "made_at": made_at, "files": [], "body": body, "signature": signature}
        content = json.dumps({"protocol": 2, "pending": 1, "packets": [sent]}).encode()
        return (
            b"POST /api/perangkat/paket HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Authorization: Bearer %b\r\nContent-Length: %d\r\n\r\n"
        ) % (self.tokens[code].encode(), len(content)) + content
