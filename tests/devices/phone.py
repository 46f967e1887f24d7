"""A phone as the server sees it: a key pair, a token, signed packets."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import uuid
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

API = "/api/perangkat"


class Phone:
    """What the client modules do, in Python."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.token = ""

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def sign(self, text: str) -> str:
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(SHA256())))
        return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def activate(self, code: str, **changed: Any) -> Any:
        asked = {
            "code": code,
            "label": "ponsel  uji",
            "public_key": base64.b64encode(self.point).decode(),
            "proof": self.sign(f"aktivasi\n{code}"),
            "protocol": 2,
        } | changed
        answer = self.client.post(f"{API}/aktivasi", json=asked, csrf=False)
        if answer.status_code == 201:
            self.token = answer.json["token"]
        return answer

    def packet(self, payload: Any, *, key: str | None = None, files: tuple[str, ...] = ()) -> dict[str, Any]:
        key = key or str(uuid.uuid4())
        made_at = dt.datetime.now(dt.UTC).isoformat()
        body = json.dumps(payload)
        signature = self.sign("\n".join((key, made_at, ",".join(files), body)))
        return {"key": key, "made_at": made_at, "files": list(files), "body": body, "signature": signature}

    def send(self, *packets: dict[str, Any], protocol: Any = 2, pending: int = 0) -> Any:
        sent = {"protocol": protocol, "pending": pending, "packets": list(packets)}
        return self.client.post(f"{API}/paket", json=sent, headers=self.headers, csrf=False)

    def say(self, isi: str = "rumah 1", **more: Any) -> dict[str, Any]:
        """Send one packet; the answer to it."""
        answer = self.send(self.packet({"isi": isi} | more))
        assert answer.status_code == 200, answer.text
        return answer.json["answers"][0]

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(API + path, headers=self.headers | headers, check=False)

    def put(self, key: str, packet: str, content: bytes, offset: int, piece: bytes, **changed: str) -> Any:
        headers = self.headers | {
            "Content-Type": "application/octet-stream",
            "Packet-Key": packet,
            "Upload-Length": str(len(content)),
            "Upload-SHA256": hashlib.sha256(content).hexdigest(),
        }
        return self.client.put(
            f"{API}/berkas/{key}?offset={offset}", data=piece, headers=headers | changed, csrf=False
        )
