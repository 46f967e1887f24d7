"""Scans of members for tests: pictures of cards, stored sealed, attached."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from modules.sipol.models import MemberScan, PartyMember
from modules.sipol.rules.scans import PURPOSE
from tests.sipol import conftest as make
from tests.sipol.entering import store


def card(color: str = "white") -> bytes:
    """A picture as large as words need."""
    out = io.BytesIO()
    Image.new("RGB", (600, 380), color).save(out, "JPEG")
    return out.getvalue()


def card_of(words: list[str]) -> bytes:
    """A picture of a card that says something."""
    image = Image.new("RGB", (1000, 630), "#eef3f8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 980, 610), outline="#28527a", width=6)
    for n, line in enumerate(words):
        draw.text((70, 80 + 90 * n), line, fill="black", font=ImageFont.load_default(44 if n == 0 else 38))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def scanned(name: str = "KTA-1_kta.jpg", actor: Any = make.ACTOR, color: str = "white") -> Any:
    """A stored scan."""
    return store(card(color), name, kind=PURPOSE, actor=actor)


def attached(
    session: Any, member: PartyMember, kind: str = "kta", *, content: bytes | None = None, **more: Any
) -> MemberScan:
    """A scan of a member, as its party attached it."""
    stored = store(content or card(), f"kartu_{kind}.jpg", kind=PURPOSE)
    row = MemberScan(
        member_id=member.id,
        party_id=member.party_id,
        village_code=member.village_code,
        kind=kind,
        file_id=stored.id,
        **more,
    )
    session.add(row)
    session.flush()
    return row
