"""The independent verifier: it agrees with what is true and finds what is not."""

from __future__ import annotations

import ast
import hashlib
import shutil
import sys
from fractions import Fraction

import pytest

from bench.mutations import agrees, mutate, verifier
from electsys.db import db
from electsys.ledger import log_keys, log_queries
from electsys.ledger.log_models import LogCheckpoint
from electsys.ledger.receipts import receipt_text
from tests.sirekap.published import ROOT, VILLAGE, A, counted_app, files_of, house, published, verify  # noqa: F401

WAY = f"12/1201/120101/{VILLAGE}"


@pytest.fixture(scope="module")
def program():
    return verifier()


@pytest.fixture
def copy(published, tmp_path):  # noqa: F811
    shutil.copytree(published, tmp_path / "terbitan")
    return tmp_path / "terbitan"


def test_it_imports_nothing_of_ours():
    names = [path.stem for path in (ROOT / "verify").glob("*.py")]
    assert len(names) == 7
    for name in names:
        tree = ast.parse((ROOT / "verify" / f"{name}.py").read_text())
        modules = {
            (node.module or "").partition(".")[0]
            if isinstance(node, ast.ImportFrom)
            else alias.name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert modules <= {*sys.stdlib_module_names, "cryptography", *names}, name


def test_every_flipped_bit_is_found(program, copy):
    assert agrees(program, copy)
    assert mutate(program, copy, 60, seed=20240214) == []
    assert agrees(program, copy)


@pytest.mark.parametrize(
    "path",
    [
        *("log/key", "log/checkpoint", "manifest.json", "manifest/umum.sha256", "index.html"),
        f"data/ppwp/{WAY}.json",
    ],
)
def test_a_missing_file_is_found(program, copy, path):
    (copy / path).unlink()
    assert not agrees(program, copy)


@pytest.mark.parametrize(
    "path", ["tambahan.html", "log/tile/0/999", "log/tile/0/000.p/1000", "log/catatan.txt"]
)
def test_a_file_too_many_is_found(program, copy, path):
    (copy / path).parent.mkdir(parents=True, exist_ok=True)
    (copy / path).write_bytes(b"x")
    assert not agrees(program, copy)


def test_an_older_partial_tile_may_stay_where_it_is_a_beginning(program, copy):
    size = int((copy / "log/checkpoint").read_text().split("\n")[1])
    hashes = (copy / f"log/tile/0/000.p/{size}").read_bytes()
    older = copy / f"log/tile/0/000.p/{size - 1}"
    older.write_bytes(hashes[:-32])
    assert agrees(program, copy)
    older.write_bytes(hashes[32:])
    assert not agrees(program, copy)


def test_a_log_signed_by_another_key_is_found(copy):
    key = (copy / "log/key").read_text().strip()
    assert verify(copy, "--key", key).returncode == 0
    other = "KCEnOyQ1CrSdAhoyOtzpmn5qU3vWxIF0R4wDh9IKDHQ="
    import base64

    raw = b"\x01" + base64.b64decode(other)
    name = key.partition("+")[0]
    digits = hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8]
    done = verify(copy, "--key", f"{name}+{digits}+{base64.b64encode(raw).decode()}")
    assert done.returncode == 1 and "bukan kunci yang Anda berikan" in done.stdout


def told(program, copy, path, change):
    """What the verifier says of a file whose numbers its publisher changed, hashes and all."""
    assert program.check(copy, None) == []
    content = (copy / path).read_bytes()
    assert program.check_numbers(path, content) == []
    assert change(content) != content
    return program.check_numbers(path, change(content))


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("data/ppwp/nasional.csv", b",17,124,9,", b",17,125,9,", "suara_2"),
        ("data/ppwp/12.csv", b",17,124,9,", b",18,124,9,", "jumlah 12: suara_1 tertulis 18"),
        (f"data/ppwp/{WAY}.csv", b",17,124,9", b",17,124,8", f"TPS {A}: suara_3 tertulis 8, dari catatan 9"),
        ("data/ppwp/12/1201.json", b'"dihitung":1', b'"dihitung":2', "hitungan formulir"),
        ("data/ppwp/12/1201.json", b'"2":124', b'"2":624', "jumlah"),
        ("data/ppwp/nasional.json", b'"nomor":1', b'"nomor":2', "daftar peserta"),
        (f"data/ppwp/{WAY}.json", b'"suara_sah":150', b'"suara_sah":151', "150"),
        ("data/papan/12/1201.json", b'"dihitung":1', b'"dihitung":2', "formulir ppwp"),
        ("data/papan/nasional.json", b'"anomali":1', b'"anomali":0', "formulir ppwp"),
        ("pemilu/hhcw/ppwp.json", b'"100026":124', b'"100026":624', "suara"),
        ("pemilu/hhcw/ppwp/12.json", b'"progres":1}', b'"progres":9}', "formulir dihitung"),
        (f"pemilu/hhcw/ppwp/{WAY}/{A}.json", b'"100025":17', b'"100025":18', "suara"),
    ],
)
def test_a_number_that_its_publisher_changed_is_found(program, copy, path, old, new, said):
    found = told(program, copy, path, lambda content: content.replace(old, new, 1))
    assert found and said in " ".join(found), found


def test_a_region_that_is_not_published_is_found(program):
    count = program.Contest("dpr")
    count.sums = {"": {}, "12": {}, "1201": {}}
    count.add_ballot({"dapil": "1202", "areas": ["1201"], "lines": []})
    program.CONTESTS.clear()
    program.CONTESTS["dpr"] = count
    known = {"data/dpr/nasional.json", "data/dpr/12.json"}
    said = list(program.missing(known))
    program.CONTESTS.clear()
    assert said == [
        f"data/dpr/{way}.json: ada dalam log tetapi tidak diterbitkan" for way in ("12/1201", "dapil/1202")
    ]


VOTES = {"1": 53000, "2": 24000, "3": 23000}


@pytest.mark.parametrize(
    ("votes", "seats", "drawn", "won", "rivals"),
    [
        (VOTES, 7, [], {"1": 3, "2": 2, "3": 2}, []),  # the published example of Stark and Teague
        ({"1": 100, "2": 100}, 2, [], {"1": 1, "2": 1}, []),  # equal, and a seat for both: no tie
        ({"1": 100, "2": 100}, 1, [], {}, ["2", "1"]),
        ({"1": 100, "2": 100}, 1, ["2"], {"2": 1}, []),
        ({"1": 100, "2": 100, "3": 1}, 1, ["3"], {}, ["2", "1"]),  # who does not tie may not be drawn
        ({"1": 100, "2": 100}, 3, ["1"], {"1": 2, "2": 1}, []),
    ],
)
def test_seats_are_counted_again(program, votes, seats, drawn, won, rivals):
    assert program.elected.allocate(votes, seats, drawn) == (won, rivals)


def test_the_threshold_and_the_closest_pair(program):
    reaching = program.elected.reaching
    assert reaching([{"1": 4, "2": 96}], Fraction(4, 100)) == ["1", "2"], "at least, not more than"
    assert reaching([{"1": 4, "2": 97}], Fraction(4, 100)) == ["2"]
    # 3 holds the last seat with 23000/3; 1 needs more than 7 times that, 2 more than 5 times.
    assert program.elected.closest(VOTES, {"1": 3, "2": 2, "3": 2}) == ("3", "1", 667)


def test_a_receipt_is_checked_with_and_without_the_log(house, copy, tmp_path):  # noqa: F811
    election = db.session.query(LogCheckpoint.election_id).distinct().scalar()
    (place,) = log_queries.places(election, f"C.Hasil:ppwp:{A}")
    receipt = tmp_path / "bukti.txt"
    text = receipt_text(log_queries.receipt(election, place.index))
    db.session.rollback()
    receipt.write_text(text)
    key = str(log_keys.signer("pemilu-2024").verifier)
    done = verify("--receipt", receipt, "--key", key)
    assert done.returncode == 0 and "SAH: catatan nomor" in done.stdout and A in done.stdout
    assert verify("--receipt", receipt, copy).returncode == 0
    assert verify("--receipt", receipt).returncode == 1
    receipt.write_text(receipt_text(log_queries.receipt(election, place.index), short=True))
    done = verify("--receipt", receipt, copy)
    assert done.returncode == 0 and "sidik catatan" in done.stdout, "the receipt of a QR holds the hash alone"
    db.session.rollback()
    lines = text.split("\n")
    for n in (1, 2, 3, len(lines) - 2):
        wrong = list(lines)
        wrong[n] = wrong[n][:-6] + ("AAAA" if wrong[n][-6:-2] != "AAAA" else "BBBB") + wrong[n][-2:]
        receipt.write_text("\n".join(wrong))
        assert verify("--receipt", receipt, "--key", key).returncode == 1, wrong[n]
    receipt.write_text("bukan bukti")
    assert verify("--receipt", receipt, "--key", key).returncode == 1


def test_wrong_usage_ends_with_two(tmp_path):
    assert verify().returncode == 2
    assert verify(tmp_path / "tidak-ada").returncode == 2
    assert verify(tmp_path, "--key", "x").returncode == 2
    assert verify(tmp_path).returncode == 1, "an empty folder is no publication"
