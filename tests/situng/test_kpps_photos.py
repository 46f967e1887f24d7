"""Photos of a KPPS's phone, by pieces: of which form and page each is, and what is refused."""

from __future__ import annotations

import io
import uuid

import pytest
import sqlalchemy as sa
from PIL import Image

from modules.situng.models import FormPhoto
from modules.situng.operations.captures import submit_entry
from tests.situng.conftest import CLEAN, TPS
from tests.situng.phones import OTHER, cat, deliver, form_photo, numbers, say, state
from tests.situng.test_capture import people  # noqa: F401  (a fixture)

pytestmark = pytest.mark.usefixtures("own_files")


def test_a_page_s_photo_is_kept_under_the_page_of_its_qr(session, count, phone):
    assert deliver(phone, form_photo(count, 2), page=1).json["receipt"]["digest"]
    row = session.scalars(sa.select(FormPhoto)).one()
    assert (row.tps_code, row.page, row.seen_tps, row.seen_page) == (TPS, 2, TPS, 2)
    [told] = phone.get("/bekal").json["bundle"]["kontes"][0]["foto"]
    assert (told["h"], told["tps"], told["qr"]) == (2, None, True)


def test_a_cat_is_kept_and_told(session, count, phone):
    assert deliver(phone, cat()).json["receipt"]
    [told] = phone.get("/bekal").json["bundle"]["kontes"][0]["foto"]
    assert (told["h"], told["qr"]) == (1, False)


def test_another_tps_s_photo_is_kept_told_and_keeps_the_form_out(session, contest, count, phone, people):  # noqa: F811
    say(phone, numbers(count))
    assert deliver(phone, form_photo(count, of=OTHER)).json["receipt"]
    [told] = phone.get("/bekal").json["bundle"]["kontes"][0]["foto"]
    assert told["tps"] == OTHER
    row = state(contest)
    submit_entry(row, CLEAN, actor=people[1])
    assert (row.state, row.faults) == ("anomali", ["F.120:qr"])


def test_the_same_photo_for_two_pages_is_refused_for_good(session, count, phone):
    content = cat()
    assert deliver(phone, content, 1).json["receipt"]
    answer = deliver(phone, content, 2)
    assert (answer.status_code, answer.json["code"]) == (422, "foto")
    assert "halaman 1" in answer.json["title"] and "halaman 2" in answer.json["hint"]
    assert deliver(phone, content, 1).json["receipt"]  # again for its own page: nothing new
    assert session.scalar(sa.select(sa.func.count()).select_from(FormPhoto)) == 1


def test_the_same_photo_for_another_tps_is_refused_for_good(session, count, phone, activated, make_account):
    content = cat()
    deliver(phone, content)
    neighbour = activated(make_account(role="kpps_ketua", region=OTHER), OTHER)
    answer = deliver(neighbour, content)
    assert (answer.status_code, answer.json["code"]) == (422, "foto")
    assert TPS in answer.json["title"]


def test_a_form_of_another_election_or_contest_is_refused(session, count, phone, monkeypatch):
    from dataclasses import replace

    answer = deliver(phone, form_photo(replace(count, election_id=count.election_id + 7)))
    assert (answer.status_code, answer.json["title"]) == (422, "Foto ini halaman formulir pemilu lain.")
    answer = deliver(phone, form_photo(replace(count, kind="gubernur")))
    assert (answer.status_code, answer.json["title"]) == (422, "Foto ini halaman formulir pemilihan lain.")
    assert session.scalar(sa.select(sa.func.count()).select_from(FormPhoto)) == 0


def test_a_bomb_of_sixty_megapixels_is_not_unpacked(session, count, phone):
    out = io.BytesIO()
    Image.new("L", (10_000, 6_000)).save(out, "JPEG", quality=30, optimize=True)
    assert len(out.getvalue()) < 500_000
    answer = deliver(phone, out.getvalue())
    assert answer.status_code in (413, 422)
    assert "piksel" in answer.json["title"]
    assert session.scalar(sa.select(sa.func.count()).select_from(FormPhoto)) == 0


def test_a_page_that_the_form_does_not_have(phone):
    answer, _packet = say(phone, {"p": "ppwp", "h": 9}, files=(str(uuid.uuid4()),))
    assert (answer["outcome"], answer["code"]) == ("refused", "halaman")
    answer, _packet = say(phone, {"p": "ppwp", "h": 1})
    assert (answer["outcome"], answer["code"]) == ("refused", "halaman")
