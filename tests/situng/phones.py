"""What a KPPS's phone sends in tests: numbers of a form, photos by pieces."""

from __future__ import annotations

import io
import uuid

from PIL import Image

from modules.situng import field_bundle
from modules.situng.demo import clean_form
from modules.situng.queries.captures import latest_round, names_of
from modules.situng.simulated import photos
from tests.situng.conftest import CLEAN, TPS

OTHER = "1201011001002"


def numbers(count, values=CLEAN, **more):
    """The payload of a form's numbers."""
    return {
        "p": count.kind,
        "b": field_bundle.order_of(count),
        "n": [values.get(name) for name in names_of(count)],
        "w": {},
    } | more


def say(phone, payload, **more):
    """Send one packet; the answer to it, and the packet."""
    packet = phone.packet(payload, **more)
    [answer] = phone.send(packet).json["answers"]
    return answer, packet


def announce(phone, page=1, kind="ppwp"):
    """Announce a photo: keys of the packet and of the photo."""
    photo = str(uuid.uuid4())
    answer, packet = say(phone, {"p": kind, "h": page}, files=(photo,))
    assert answer["outcome"] == "ok", answer["message"] + answer["hint"]
    return packet["key"], photo


def deliver(phone, content, page=1, kind="ppwp"):
    packet, photo = announce(phone, page, kind)
    at, answer = 0, None
    while at < len(content) or answer is None:
        answer = phone.put(photo, packet, content, at, content[at : at + 60_000])
        if answer.status_code != 200:
            return answer
        at = answer.json["offset"]
    return answer


def form_photo(count, page=1, code=TPS, **more):
    """A page of the form as a phone sends it: JPEG under the limit of a field photo."""
    content = photos(count, code, clean_form(count, code), **more)[page - 1]
    image = Image.open(io.BytesIO(content)).convert("L")
    image.thumbnail((1600, 1600))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()


def cat():
    out = io.BytesIO()
    Image.effect_noise((300, 200), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def state(contest):
    return latest_round(contest.id, TPS)
