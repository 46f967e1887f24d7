"""The tree of RFC 6962: the public vectors, and what holds for every tree."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from electsys.ledger import tree

VECTORS = Path(__file__).resolve().parents[3] / "shared/data/standards/merkle_vectors/testdata"


def plain(hashes):
    """The root as RFC 6962 defines it."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + plain(hashes[:k]) + plain(hashes[k:])).digest()


def reader(leaves):
    """Nodes of every level, made from the leaves."""

    def read(level, first, count):
        whole = 256**level
        return [plain(leaves[i * whole : (i + 1) * whole]) for i in range(first, first + count)]

    return read


LEAVES = [tree.leaf_hash(bytes([n % 256, n // 256])) for n in range(600)]


def holds(vector, kind):
    def raw(text):
        return base64.b64decode(text or "")

    proof = [raw(each) for each in vector["proof"] or ()]
    try:
        if kind == "consistency":
            tree.check_consistency(
                vector["size1"], vector["size2"], raw(vector["root1"]), raw(vector["root2"]), proof
            )
        elif kind == "subtreeconsistency":
            tree.check_subtree(
                *(vector[name] for name in ("start", "end", "size")),
                raw(vector["root1"]),
                raw(vector["root2"]),
                proof,
            )
        else:
            size = vector["treeSize"] if kind == "inclusion" else vector["end"]
            tree.check_inclusion(
                vector["leafIdx"],
                size,
                raw(vector["leafHash"]),
                raw(vector["root"]),
                proof,
                start=vector.get("start", 0),
            )
    except tree.ProofError:
        return False
    return True


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the public vectors are not at hand (../shared)")
def test_all_518_vectors_are_judged_as_they_say():
    judged = 0
    for path in VECTORS.rglob("*.json"):
        vector = json.loads(path.read_text())
        kind = path.relative_to(VECTORS).parts[0]
        assert holds(vector, kind) is not vector["wantErr"], path
        judged += 1
    assert judged == 518


def test_the_known_tree_of_eight():
    leaves = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243")]
    leaves += [bytes.fromhex(x) for x in ("5051525354555657", "606162636465666768696a6b6c6d6e6f")]
    root = tree.fold([tree.leaf_hash(each) for each in leaves])
    assert base64.b64encode(root).decode() == "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="


def test_nothing_has_the_hash_of_nothing_and_proves_nothing():
    assert tree.fold([]) == tree.root(reader([]), 0) == hashlib.sha256(b"").digest()
    with pytest.raises(tree.ProofError):
        tree.check_consistency(0, 3, tree.EMPTY, plain(LEAVES[:3]), [])


@given(st.integers(1, 600), st.data())
def test_every_proof_made_is_accepted_and_nothing_near_it(size, data):
    read = reader(LEAVES[:size])
    root = tree.root(read, size)
    assert root == plain(LEAVES[:size])
    index = data.draw(st.integers(0, size - 1))
    proof = tree.prove_inclusion(read, index, size)
    assert len(proof) <= size.bit_length()
    tree.check_inclusion(index, size, LEAVES[index], root, proof)
    older = data.draw(st.integers(1, size))
    growth = tree.prove_consistency(read, older, size)
    tree.check_consistency(older, size, plain(LEAVES[:older]), root, growth)
    for wrong in ([*proof, root], proof[:-1] if proof else [root], proof[::-1] if len(proof) > 1 else [root]):
        if wrong != proof:
            with pytest.raises(tree.ProofError):
                tree.check_inclusion(index, size, LEAVES[index], root, wrong)
    if older < size:
        with pytest.raises(tree.ProofError):
            tree.check_consistency(older, size, root, root, growth)
        with pytest.raises(tree.ProofError):
            tree.check_consistency(older, size, plain(LEAVES[:older]), plain(LEAVES[:older]), growth)


@given(st.integers(1, 80), st.data())
def test_every_subtree_stands_in_its_tree(size, data):
    start = data.draw(st.integers(0, size - 1))
    end = data.draw(st.integers(start + 1, size))
    read = reader(LEAVES[:size])
    if not tree.is_subtree(start, end, size):
        with pytest.raises(ValueError, match="no subtree"):
            tree.prove_subtree(read, start, end, size)
        return
    proof = tree.prove_subtree(read, start, end, size)
    inner, root = tree.subtree(read, start, end), tree.root(read, size)
    tree.check_subtree(start, end, size, inner, root, proof)
    index = data.draw(st.integers(start, end - 1))
    local = tree.prove_inclusion(reader(LEAVES[start:end]), index - start, end - start)
    tree.check_inclusion(index, end, LEAVES[index], inner, local, start=start)


def test_what_does_not_exist_is_not_proved():
    for index, size in ((5, 5), (-1, 3)):
        with pytest.raises(ValueError, match="does not stand"):
            tree.prove_inclusion(reader(LEAVES), index, size)
