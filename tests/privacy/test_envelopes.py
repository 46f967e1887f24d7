"""Sealed values: known vectors, tampering, moving, other keys."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from electsys import privacy
from electsys.privacy import SealError, envelopes, keys
from electsys.privacy.indexes import normalise_name

NIK = "1201014107900001"
ROOT = bytes(range(32))


@pytest.fixture
def ring(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A key file with known keys."""
    content = {
        "index": ROOT.hex(),
        "seal": {"1": {"key": ROOT.hex(), "made": "2024-01-01T00:00:00+00:00"}},
    }
    path = tmp_path / "privacy.json"
    path.write_text(json.dumps(content))
    path.chmod(0o600)
    monkeypatch.setitem(app.config, "KEY_DIR", tmp_path)
    with app.app_context():
        yield keys.keyring()
    app.extensions.pop("electsys.keys", None)


# --- known vectors --------------------------------------------------------------------------------


def test_keys_are_derived_as_rfc_5869_says() -> None:
    theirs = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"electsys seal person").derive(ROOT)
    assert keys.derive(ROOT, "seal person") == theirs
    assert theirs.hex() == "0a7e6355db3b46f014a605671055922324030d3972effee335a5b26d43fd09ad"


def test_an_envelope_is_plain_aes_256_gcm(ring: Any) -> None:
    """Whoever has the key and this page can open it without electsys."""
    envelope = privacy.seal(NIK, table="person", row=12)
    assert envelope[:3] == b"\x01\x00\x01"
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"electsys seal person").derive(ROOT)
    assert AESGCM(key).decrypt(envelope[3:15], envelope[15:], b"person:12") == NIK.encode()


def test_an_envelope_of_yesterday_still_opens(ring: Any) -> None:
    envelope = bytes.fromhex(
        "010001000102030405060708090a0bd09a06736e668fe5b105cef52751493cca2a92f03da679f1bb39a318ef8ec7a3"
    )
    assert privacy.unseal(envelope, table="person", row=12) == NIK


def test_a_blind_index_is_plain_hmac_sha_256(ring: Any) -> None:
    key = keys.derive(ROOT, "index nik")
    assert privacy.blind_index(NIK) == hmac.new(key, NIK.encode(), hashlib.sha256).digest()
    assert (
        privacy.blind_index(NIK).hex() == "90a78cce4e18cc44391b81e947e02a0fa35c33ef4af462f24479f58e333e8985"
    )


# --- tampering ------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text())
def test_what_is_sealed_comes_back(ring: Any, value: str) -> None:
    value = value.encode(errors="ignore").decode()
    assert privacy.unseal(privacy.seal(value, table="t", row=1), table="t", row=1) == value


def test_no_changed_bit_goes_unnoticed(ring: Any) -> None:
    envelope = privacy.seal(NIK, table="person", row=12)
    for position in range(len(envelope)):
        changed = bytearray(envelope)
        changed[position] ^= 1
        with pytest.raises((SealError, keys.KeyFileError)):
            privacy.unseal(bytes(changed), table="person", row=12)


@pytest.mark.parametrize(("table", "row"), [("person", 13), ("voter", 12), ("person", "12x")])
def test_an_envelope_does_not_open_elsewhere(ring: Any, table: str, row: int | str) -> None:
    envelope = privacy.seal(NIK, table="person", row=12)
    with pytest.raises(SealError, match="changed or moved"):
        privacy.unseal(envelope, table=table, row=row)


@pytest.mark.parametrize("envelope", [b"", b"\x01", b"\x02" + bytes(40), b"\x01\x00\x01" + bytes(12)])
def test_what_is_no_envelope_is_said_so(ring: Any, envelope: bytes) -> None:
    with pytest.raises(SealError):
        privacy.unseal(envelope, table="person", row=12)


def test_the_same_number_never_looks_the_same(ring: Any) -> None:
    assert len({privacy.seal(NIK, table="person", row=12) for _ in range(20)}) == 20


def test_fields_come_back_without_the_empty_ones(ring: Any) -> None:
    envelope = privacy.seal_fields({"nik": NIK, "nkk": None, "disability": ""}, table="person", row=1)
    assert privacy.unseal_fields(envelope, table="person", row=1) == {"nik": NIK}


# --- blind indexes --------------------------------------------------------------------------------


def test_each_index_has_a_key_of_its_own(ring: Any) -> None:
    born = date(1990, 7, 1)
    three = {
        privacy.blind_index(NIK),
        privacy.blind_index_birth(NIK, born),
        privacy.blind_index_name(NIK, "Siti"),
    }
    assert len(three) == 3
    assert privacy.indexer()(NIK, "1990-07-01", "SITI") == (
        privacy.blind_index(NIK),
        privacy.blind_index_birth(NIK, born),
        privacy.blind_index_name(NIK, "siti"),
    )


def test_an_index_tells_equality_and_nothing_else(ring: Any) -> None:
    assert privacy.blind_index(NIK) == privacy.blind_index(NIK)
    assert privacy.blind_index(NIK) != privacy.blind_index(NIK[:-1] + "2")
    assert privacy.blind_index_birth(NIK, "1990-07-01") != privacy.blind_index_birth(NIK, "1990-07-02")


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("Siti Rahmawati", "SITI RAHMAWATI"),
        ("Drs. H. Muhammad  Syafi'i, S.Pd.", "MUHAMMAD SYAFII"),
        ("Prof. Dr. Ir. José Da-Costa, M.Si", "JOSE DACOSTA"),
        ("HJ NUR AINI", "NUR AINI"),
        ("Nur,Aini", "NUR AINI"),
        ("NUR_AINI", "NURAINI"),
        ("H.", "H"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_names_compare_without_titles_and_signs(name: str, normal: str) -> None:
    assert normalise_name(name) == normal


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(name: str) -> None:
    once = normalise_name(name)
    assert normalise_name(once) == once
    assert once == once.strip()


# --- the key file ---------------------------------------------------------------------------------


def test_a_key_file_is_the_owners_alone(app: Any, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "privacy.json"
    assert keys.add_key(path) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert keys.add_key(path) == 2
    content = json.loads(path.read_text())
    assert len({content["index"], *(v["key"] for v in content["seal"].values())}) == 3


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (None, 0o600, "no key file"),
        ("{}", 0o600, "damaged"),
        ("not json", 0o600, "damaged"),
        (json.dumps({"index": "00", "seal": {}}), 0o600, "damaged"),
        (
            json.dumps({"index": ROOT.hex(), "seal": {"1": {"key": "ff", "made": "2024-01-01"}}}),
            0o600,
            "damaged",
        ),
        ("{}", 0o640, "chmod 600"),
    ],
)
def test_a_bad_key_file_closes_the_door(
    app: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    content: str | None,
    mode: int,
    said: str,
) -> None:
    monkeypatch.setitem(app.config, "KEY_DIR", tmp_path)
    if content is not None:
        (tmp_path / "privacy.json").write_text(content)
        (tmp_path / "privacy.json").chmod(mode)
    with app.app_context(), pytest.raises(keys.KeyFileError, match=said) as problem:
        privacy.blind_index(NIK)
    assert ROOT.hex() not in str(problem.value)
    app.extensions.pop("electsys.keys", None)


def test_a_production_start_without_keys_stops_and_names_the_command(
    app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"KEY_DIR": tmp_path, "TESTING": False, "DEMO": False}.items():
        monkeypatch.setitem(app.config, name, value)
    monkeypatch.setattr("sys.argv", ["gunicorn", "wsgi:app"])
    with pytest.raises(keys.KeyFileError, match="flask privacy new-key"):
        keys.prepare(app)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("sys.argv", ["flask", "privacy", "new-key"])
    keys.prepare(app)
    monkeypatch.setitem(app.config, "DEMO", True)
    keys.prepare(app)
    assert (tmp_path / "privacy.json").exists()
    app.extensions.pop("electsys.keys", None)


def test_a_key_that_was_added_elsewhere_is_seen(ring: Any, app: Any, tmp_path: Path) -> None:
    before = privacy.seal(NIK, table="person", row=1)
    keys.add_key(tmp_path / "privacy.json")
    after = privacy.seal(NIK, table="person", row=1)
    assert [envelopes.key_version(e) for e in (before, after)] == [1, 2]
    assert privacy.unseal(before, table="person", row=1) == privacy.unseal(after, table="person", row=1)


def test_the_command_makes_keys_once(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "KEY_DIR", tmp_path)
    run = app.test_cli_runner().invoke
    assert run(args=["privacy", "new-key"]).exit_code == 0
    first = (tmp_path / "privacy.json").read_text()
    again = run(args=["privacy", "new-key"])
    assert again.exit_code == 1
    assert "rotate" in again.output
    assert (tmp_path / "privacy.json").read_text() == first
    app.extensions.pop("electsys.keys", None)
