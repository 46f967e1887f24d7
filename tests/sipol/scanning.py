"""Scans of members for tests: pictures of cards, stored sealed, attached."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from modules.sipol.models import MemberScan, PartyMember
from modules.sipol.rules.scans import PURPOSE
from tests.sipol import conftest as make
from tests.sipol.entering import store


def card(color: str = "white") -> bytes:
    """A picture as large as words need."""
    out = io.BytesIO()
    Image.new("RGB", (600, 380), color).save(out, "JPEG")
    return out.getvalue()


def scanned(name: str = "KTA-1_kta.jpg", actor: Any = make.ACTOR, color: str = "white") -> Any:
    """A stored scan."""
    return store(card(color), name, kind=PURPOSE, actor=actor)


def attached(session: Any, member: PartyMember, kind: str = "kta", **more: Any) -> MemberScan:
    """A scan of a member, as its party attached it."""
    row = MemberScan(
        member_id=member.id,
        party_id=member.party_id,
        village_code=member.village_code,
        kind=kind,
        file_id=scanned(f"kartu_{kind}.jpg").id,
        **more,
    )
    session.add(row)
    session.flush()
    return row
