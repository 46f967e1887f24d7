"""A KPPS's phone: the first entry by signed packets, photos by pieces, and everything that can be wrong."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import json
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from electsys.devices import issue_activation
from electsys.devices.carried import gather
from electsys.devices.models import DevicePacket
from electsys.devices.operations.devices import revoke_device
from electsys.ledger import Act, Actor
from modules.situng import field, field_bundle
from modules.situng.demo import clean_form
from modules.situng.models import Capture, FormPhoto, ResultVersion
from modules.situng.operations.captures import submit_entry
from modules.situng.queries.captures import latest_round, names_of
from modules.situng.simulated import photos
from tests.devices.phone import Phone
from tests.situng.conftest import CLEAN
from tests.situng.test_capture import people  # noqa: F401  (a fixture)

TPS, OTHER = "1201011001001", "1201011001002"


@pytest.fixture(autouse=True)
def ground(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))
    monkeypatch.setitem(app.config, "HOME", tmp_path)


@pytest.fixture
def officer(make_account):
    return make_account(role="pps", region=TPS[:10])


@pytest.fixture
def kpps(make_account):
    return make_account(role="kpps_ketua", region=TPS)


@pytest.fixture
def activated(session, client, count, officer):
    """Phones at work, each of an account."""

    def activate(account, region=TPS):
        code = issue_activation(
            field.KIND,
            account,
            region=region,
            election_id=count.election_id,
            until=dt.datetime.now(dt.UTC) + dt.timedelta(days=3),
            actor=Actor(officer.id, officer.username),
        )
        session.commit()
        found = Phone(client)
        assert found.activate(code).status_code == 201
        return found

    return activate


@pytest.fixture
def phone(activated, kpps):
    return activated(kpps)


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
    assert answer["outcome"] == "ok", answer
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


# --- numbers -----------------------------------------------------------------------------------------


def test_numbers_become_the_first_entry_and_nothing_is_public(session, contest, count, phone, kpps):
    answer, packet = say(phone, numbers(count))
    assert (answer["outcome"], answer["values"]) == ("ok", {"p": "ppwp", "ronde": 1})
    assert answer["receipt"]["number"].startswith("TP-")
    row = state(contest)
    assert (row.state, row.first_person, str(row.first_key)) == ("entri_pertama", kpps.id, packet["key"])
    assert dict(zip(names_of(count), [*row.first_cells, *row.first_votes], strict=True)) == CLEAN
    assert session.scalar(sa.select(sa.func.count()).select_from(ResultVersion)) == 0


def test_a_signed_packet_is_small_even_for_the_longest_ballot(session, phone, count):
    """Two kilobytes hold the 24 parties of Aceh with 12 candidates each, all of their votes in two digits."""
    payload = numbers(count) | {"n": [999] * 19 + [27] * (24 * 13), "w": {"W.114:dpt": "Sesuai C.Hasil"}}
    packet = phone.packet(payload)
    packet["body"] = json.dumps(payload, separators=(",", ":"))
    assert len(json.dumps(packet, separators=(",", ":"))) <= 2048
    president = phone.packet(numbers(count))
    assert len(json.dumps(president)) < 700


def test_the_same_packet_twice_is_one_entry(session, contest, count, phone):
    packet = phone.packet(numbers(count))
    first = phone.send(packet).json["answers"][0]
    assert phone.send(packet).json["answers"][0] == first | {"again": True}
    assert session.scalar(sa.select(sa.func.count()).select_from(Capture)) == 1


def test_the_same_numbers_from_another_phone_of_the_account_are_known(contest, count, phone, activated, kpps):
    say(phone, numbers(count))
    first = state(contest).first_key
    answer, _packet = say(activated(kpps), numbers(count))
    assert (answer["outcome"], answer["code"]) == ("ok", "sama")
    assert state(contest).first_key == first


def test_a_correction_after_the_entry_is_for_the_desk(contest, count, phone):
    say(phone, numbers(count))
    answer, _packet = say(phone, numbers(count, CLEAN | {"suara_1": 18}))
    assert (answer["outcome"], answer["code"]) == ("conflict", "terkunci")
    assert "PPS atau PPK" in answer["hint"]
    assert state(contest).first_votes == [17, 124, 9]


def test_a_phone_never_makes_the_second_entry(contest, count, phone, activated, make_account):
    say(phone, numbers(count))
    colleague = activated(make_account(role="kpps_operator", region=TPS))
    answer, _packet = say(colleague, numbers(count))
    assert (answer["outcome"], answer["code"]) == ("conflict", "didahului")
    assert state(contest).state == "entri_pertama"


def test_as_written_though_sums_fail_and_with_reasons(contest, count, phone, kpps):
    wrong = CLEAN | {"suara_1": 99, "disabilitas_l": None}
    answer, _packet = say(
        phone, numbers(count, wrong, w={"W.119:tanpa_tidak_sah": "Sesuai C.Hasil", "X": "y"})
    )
    assert answer["outcome"] == "ok"
    row = state(contest)
    assert row.first_votes[0] == 99
    assert row.first_cells[count.model.index("disabilitas_l")] is None
    assert row.reasons["W.119:tanpa_tidak_sah"]["akun"] == kpps.id
    assert list(row.reasons) == ["W.119:tanpa_tidak_sah"]


def test_then_a_desk_enters_blind_and_the_form_counts(session, contest, count, phone, people):  # noqa: F811
    say(phone, numbers(count))
    assert deliver(phone, form_photo(count)).json["receipt"]
    row = state(contest)
    submit_entry(row, CLEAN, actor=people[1])
    assert row.state == "diterima"
    assert session.scalars(sa.select(ResultVersion.votes)).one() == [17, 124, 9]


@pytest.mark.parametrize(
    "change",
    [
        {"n": []},
        {"n": [1.5]},
        {"n": [-1]},
        {"n": [1_000_000]},
        {"n": ["7"]},
        {"p": "kepala_desa"},
        {"lain": 1},
        {"b": "x"},
        {"w": {"W.114:dpt": "x" * 61}},
    ],
)
def test_what_no_form_can_hold_is_refused_with_words(contest, count, phone, change):
    answer, _packet = say(phone, numbers(count) | change)
    assert (answer["outcome"], answer["code"]) == ("refused", "isian")
    assert answer["hint"]
    assert state(contest) is None


def test_an_empty_form_and_another_order_are_told(contest, count, phone):
    answer, _packet = say(phone, numbers(count, {}))
    assert (answer["outcome"], "Belum ada satu angka pun" in answer["message"]) == ("refused", True)
    answer, _packet = say(phone, numbers(count, b="00000000"))
    assert (answer["outcome"], answer["code"]) == ("conflict", "susunan")
    answer, _packet = say(phone, numbers(count, p="gubernur"))
    assert (answer["outcome"], answer["code"]) == ("refused", "bukan_di_sini")
    assert state(contest) is None


def test_a_clock_two_days_ahead_is_taken_with_the_server_s_time_and_told(contest, count, phone):
    packet = phone.packet(numbers(count))
    packet["made_at"] = (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).isoformat()
    packet["signature"] = phone.sign("\n".join((packet["key"], packet["made_at"], "", packet["body"])))
    answer = phone.send(packet)
    [told] = answer.json["answers"]
    assert (told["outcome"], told["code"]) == ("ok", "jam")
    assert "waktu server" in told["message"]
    assert abs(state(contest).first_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    assert dt.datetime.fromisoformat(answer.json["server_time"])  # by which the phone knows its own clock


def test_a_tampered_packet_changes_nothing(contest, count, phone):
    packet = phone.packet(numbers(count))
    packet["body"] = packet["body"].replace("124", "142")
    [told] = phone.send(packet).json["answers"]
    assert (told["outcome"], told["code"], told["receipt"]) == ("refused", "rusak", None)
    assert "ponsel" in told["hint"]
    assert state(contest) is None


def test_a_revoked_phone_is_told_to_erase_itself(session, contest, count, phone, officer):
    from electsys.devices.models import Device

    device = session.scalars(sa.select(Device)).one()
    revoke_device(device, reason="hilang", actor=Actor(officer.id, officer.username))
    session.commit()
    answer = phone.send(phone.packet(numbers(count)))
    assert (answer.status_code, answer.json["code"]) == (401, "dicabut")
    assert state(contest) is None


def test_outside_the_stage_the_packet_is_kept_for_a_decision(session, contest, count, phone):
    session.execute(
        sa.text("update stage set closes_at = now() - interval '1 day' where code = 'penghitungan'")
    )
    answer, _packet = say(phone, numbers(count))
    assert answer["outcome"] == "conflict"
    assert "sudah ditutup" in answer["message"]


def test_packets_of_the_protocol_before_are_understood(session, client, activated, kpps, contest):
    """Recorded requests of protocol 1: no clock, nothing of photos (NA-11)."""
    old = json.loads((Path(__file__).parent / "kpps_packets_v1.json").read_text())
    phone = activated(kpps)
    phone.key = ec.derive_private_key(int(old["private_key"], 16), ec.SECP256R1())
    session.execute(sa.text("update device set public_key = :key"), {"key": phone.point})
    sent = [p | {"signature": phone.sign(f"{p['key']}\n{p['body']}")} for p in old["packets"]]
    answers = phone.send(*sent, protocol=1).json["answers"]
    assert [a["outcome"] for a in answers] == ["ok", "conflict"]
    assert answers[1]["code"] == "terkunci"
    assert state(contest).first_votes == [17, 124, 9]
    assert phone.send(*sent, protocol=1).json["answers"][0]["again"]


# --- photos --------------------------------------------------------------------------------------------


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


# --- what the phone takes along ------------------------------------------------------------------------


def test_the_bundle_is_small_and_has_the_paper_s_order(count, phone):
    answer = phone.get("/bekal")
    found = answer.json["bundle"]
    assert len(answer.data) < 20_000
    president = found["kontes"][0]
    form = found["formulir"][president["formulir"]]
    cells = [
        f"{name}_{c}" if c else name
        for section in form
        for name, _ref, _label, columns in section["baris"]
        for c in columns
    ]
    assert [*cells, *(line[0] for line in president["suara"])] == names_of(count)
    assert [section["ref"] for section in form] == ["I", "II", "III", "IV", "V"]
    assert (president["halaman"], president["keadaan"]) == (2, "kosong")
    assert {code for code, *_rest in found["aturan"]} >= {"F.101", "F.107", "F.113"}
    assert phone.get("/bekal", **{"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_only_a_tps_s_account_gets_a_phone(session, client, officer, make_account, count):
    from electsys.devices import queries
    from electsys.devices.kinds import KINDS
    from electsys.errors import Refused
    from electsys.identity.access import Scope

    make_account(role="operator_kpu_kabko", region="1201")
    chief = make_account(role="kpps_ketua", region=TPS)
    held = session.scalars(queries.holders(KINDS[field.KIND], [Scope("1201")])).all()
    assert [grant.account_id for grant in held] == [chief.id]
    with pytest.raises(Refused, match="satu TPS"):
        issue_activation(
            field.KIND,
            make_account(role="operator_kpu_kabko", region="1201"),
            region="1201011001",
            election_id=count.election_id,
            until=dt.datetime.now(dt.UTC) + dt.timedelta(days=1),
            actor=Actor(officer.id, officer.username),
        )


# --- carried in as QR ------------------------------------------------------------------------------------


def shown(phone, packet, device, part=560):
    """What the phone shows of a packet (js/kpps/codes.js)."""
    item = {"d": device, "v": 2, "k": packet["key"], "m": packet["made_at"], "f": packet["files"]}
    item |= {"s": packet["signature"], "b": packet["body"]}
    text = base64.urlsafe_b64encode(json.dumps(item).encode()).decode().rstrip("=")
    check = hashlib.sha256(text.encode()).hexdigest()[:8]
    parts = [text[i : i + part] for i in range(0, len(text), part)]
    return [f"EK1.{check}.{n}.{len(parts)}.{each}" for n, each in enumerate(parts, 1)]


@pytest.fixture
def desk(client, officer, login):
    """The officer's page."""
    login(client, officer)
    return client


def device_id(session):
    from electsys.devices.models import Device

    return session.scalars(sa.select(Device.id)).first()


def test_pieces_in_any_order_and_wrapped_by_a_messenger(session, phone, count):
    pieces = shown(phone, phone.packet(numbers(count)), 7, part=100)
    wrapped = "\n".join(p[:40] + "\n" + p[40:] for p in reversed(pieces))
    found = gather([wrapped, pieces[0]])
    assert (len(found.whole), found.missing, found.spoilt) == (1, (), 0)
    assert found.whole[0].device == 7
    found = gather(pieces[:-1])
    assert (found.whole, found.missing) == ((), (((len(pieces),), len(pieces)),))
    assert gather([pieces[0][:-3] + "xxx", *pieces[1:]]).spoilt == 1
    assert gather(["halo"]).whole == ()


def test_a_carried_packet_is_the_phone_s_own(session, contest, count, phone, desk, officer, kpps):
    packet = phone.packet(numbers(count))
    text = "\n".join(shown(phone, packet, device_id(session)))
    page = desk.post("/perangkat/titipan", data={"text": text})
    row = session.scalars(sa.select(DevicePacket)).one()
    assert row.receipt in page.text
    assert state(contest).first_person == kpps.id
    assert "142" not in page.text  # nothing of what it holds is shown to whoever may enter it a second time
    act = session.scalars(sa.select(Act).where(Act.verb == "devices:packet:carry")).one()
    assert (act.actor, act.details["outcome"]) == (officer.username, "ok")
    assert "tidak dicatat dua kali" in desk.post("/perangkat/titipan", data={"text": text}).text
    again = phone.send(packet).json["answers"][0]
    assert (again["again"], again["receipt"]["number"]) == (True, row.receipt)
    assert session.scalar(sa.select(sa.func.count()).select_from(Capture)) == 1


def test_a_carried_packet_as_pictures_of_the_screen(session, contest, count, phone, desk):
    import segno

    files = []
    for n, piece in enumerate(shown(phone, phone.packet(numbers(count)), device_id(session), part=300)):
        out = io.BytesIO()
        segno.make(piece, error="l", micro=False).save(out, kind="png", scale=5, border=4)
        out.seek(0)
        files.append((out, f"{n}.png"))
    assert len(files) > 1
    desk.post("/perangkat/titipan", data={"photos": files}, content_type="multipart/form-data")
    assert state(contest).state == "entri_pertama"


@pytest.mark.parametrize("wrong", ["nothing", "part", "spoilt", "signature", "device", "cat", "text", "bomb"])
def test_what_cannot_be_carried_in_is_told(session, contest, count, phone, desk, wrong):
    packet = phone.packet(numbers(count))
    if wrong == "signature":
        packet["body"] = packet["body"].replace("124", "142")
    pieces = shown(phone, packet, device_id(session) + (wrong == "device"), part=300)
    sent = {
        "nothing": ({"text": "Selamat sore"}, "Tidak ada kiriman KPPS"),
        "part": ({"text": pieces[0]}, "belum dipindai"),
        "spoilt": ({"text": "\n".join(pieces).replace("A", "B")}, "rusak"),
        "signature": ({"text": "\n".join(pieces)}, "tidak diterima"),
        "device": ({"text": "\n".join(pieces)}, "bukan dari ponsel yang dikenal"),
        "cat": ({"photos": [(io.BytesIO(cat()), "kucing.jpg")]}, "kucing.jpg"),
        "text": ({"photos": [(io.BytesIO(b"bukan foto"), "a.jpg")]}, "bukan foto yang dapat dibaca"),
        "bomb": ({"photos": [(_bomb(), "besar.jpg")]}, "juta piksel"),
    }
    data, words = sent[wrong]
    page = desk.post("/perangkat/titipan", data=data, content_type="multipart/form-data")
    assert words in page.text
    assert state(contest) is None


def _bomb():
    out = io.BytesIO()
    Image.new("L", (10_000, 6_000)).save(out, "JPEG", quality=30, optimize=True)
    out.seek(0)
    return out


def test_nobody_carries_for_a_phone_outside_their_area(
    session, contest, count, phone, client, make_account, login
):
    login(client, make_account(role="pps", region="1201011002"))
    text = "\n".join(shown(phone, phone.packet(numbers(count)), device_id(session)))
    client.post("/perangkat/titipan", data={"text": text}, check=False)
    assert state(contest) is None


def test_every_word_that_the_scripts_say_is_on_the_page(app, client):
    import re

    from electsys.web import assets

    text = client.get("/lapangan/kpps/").text
    known = set(re.findall(r"&#34;(\w+)&#34;: &#34;|\"(\w+)\":", text.replace("&quot;", '"')))
    known = {name for pair in known for name in pair if name}
    for path in (assets.OWN / "js/kpps").glob("*.js"):
        source = path.read_text()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", source), path
        said = set(re.findall(r"\bsay\(\"(\w+)\"", source)) - set(
            re.findall(r"field\.say\(\"(\w+)\"", source)
        )
        assert said <= known, (path.name, said - known)
    stands = ("belum", "aman", "dikirim", "diterima", "ditolak")
    assert {f"{part}_{each}" for part in "np" for each in stands} <= known


def test_the_task_list_of_a_pps_says_how_many_phones_to_activate(client, officer, kpps, activated, login):
    login(client, officer)
    page = client.get("/").text
    assert "Aktifkan ponsel KPPS" in page
    activated(kpps)
    assert "Aktifkan ponsel KPPS" not in client.get("/").text
