"""A KPPS's phone: the first entry by signed packets, photos by pieces, and everything that can be wrong."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec

from electsys.devices import issue_activation
from electsys.devices.operations.devices import revoke_device
from electsys.ledger import Actor
from modules.situng import field
from modules.situng.models import Capture, ResultVersion
from modules.situng.operations.captures import submit_entry
from modules.situng.queries.captures import latest_round, names_of
from tests.situng.conftest import CLEAN, TPS
from tests.situng.phones import announce, deliver, form_photo, numbers, say, state
from tests.situng.test_capture import people  # noqa: F401  (a fixture)

pytestmark = pytest.mark.usefixtures("own_files")


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


def test_the_numbers_of_a_ballot_of_the_dapil(session, contest, phone):
    """The DPR: the order of parties and candidates is that of the ballot of the TPS's dapil."""
    from modules.situng.queries.contests import contest_by_code, contest_count
    from tests.journeys.test_situng_kpps import long_ballot

    long_ballot(session)
    dpr = contest_count(contest_by_code("pemilu-2024", "dpr").id, TPS)
    told = [each["p"] for each in phone.get("/bekal").json["bundle"]["kontes"]]
    assert told == ["ppwp", "dpr"]
    values = {name: n % 3 for n, name in enumerate(names_of(dpr))}
    answer, packet = say(phone, numbers(dpr, values))
    assert answer["outcome"] == "ok", answer["message"] + answer["hint"]
    row = latest_round(dpr.contest_id, TPS)
    assert [*row.first_cells, *row.first_votes, *row.first_sums] == list(values.values())
    assert len(json.dumps(packet | {"body": packet["body"].replace(", ", ",")})) <= 2048
    assert announce(phone, 9, "dpr")
