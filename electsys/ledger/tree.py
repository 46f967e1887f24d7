"""The Merkle tree of RFC 6962 (the same as of RFC 9162): roots, proofs, and their verification.

Pure functions of bytes. A tree is read through ``nodes(level, first, count)``: the hashes of whole
subtrees of ``256**level`` leaves, the rows of C2SP tlog-tiles; so a proof needs a few short reads,
however large the tree. A proof is a list of 32-byte hashes, lowest first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Nodes = Callable[[int, int, int], Sequence[bytes]]

#: Leaves, or subtrees of the level below, in one full tile; and its number of tree levels.
WIDTH, HEIGHT = 256, 8
EMPTY = hashlib.sha256(b"").digest()


class ProofError(ValueError):
    """A proof that does not prove what it is said to."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over these hashes, in order; of nothing, the hash of nothing."""
    if not hashes:
        return EMPTY
    row = list(hashes)
    while len(row) > 1:
        paired = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        row = paired + row[len(row) & ~1 :]
    return row[0]


def subtree(nodes: Nodes, start: int, end: int) -> bytes:
    """The hash of the leaves ``[start, end)`` where they are a subtree of the tree."""
    size = end - start
    if size <= 0:
        return EMPTY
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        level = height // HEIGHT
        whole = WIDTH**level
        return fold(nodes(level, start // whole, size // whole))
    middle = start + _split(size)
    return node_hash(subtree(nodes, start, middle), subtree(nodes, middle, end))


def root(nodes: Nodes, size: int) -> bytes:
    """The root of the first ``size`` leaves."""
    return subtree(nodes, 0, size)


def prove_inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """That leaf ``index`` stands in the tree of ``size`` leaves."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} does not stand in a tree of {size}")
    return _path(nodes, index, 0, size)


def _path(nodes: Nodes, index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(nodes, index, start, middle), subtree(nodes, middle, end)]
    return [*_path(nodes, index, middle, end), subtree(nodes, start, middle)]


def prove_consistency(nodes: Nodes, first: int, second: int) -> list[bytes]:
    """That the tree of ``second`` leaves begins with the tree of ``first``."""
    return prove_subtree(nodes, 0, first, second)


def prove_subtree(nodes: Nodes, start: int, end: int, size: int) -> list[bytes]:
    """That the subtree ``[start, end)`` stands in the tree of ``size`` leaves."""
    if not is_subtree(start, end, size):
        raise ValueError(f"[{start}, {end}) is no subtree of a tree of {size}")
    return _between(nodes, start, end, 0, size, known=True)


def _between(nodes: Nodes, start: int, end: int, low: int, high: int, *, known: bool) -> list[bytes]:
    if (start, end) == (low, high):
        return [] if known else [subtree(nodes, low, high)]
    middle = low + _split(high - low)
    if end <= middle:
        return [*_between(nodes, start, end, low, middle, known=known), subtree(nodes, middle, high)]
    if start >= middle:
        return [*_between(nodes, start, end, middle, high, known=known), subtree(nodes, low, middle)]
    # A subtree that reaches over the middle begins at ``low``: its left part is whole, and known to nobody.
    return [*_between(nodes, middle, end, middle, high, known=False), subtree(nodes, low, middle)]


def is_subtree(start: int, end: int, size: int) -> bool:
    """Whether ``[start, end)`` can be a subtree: not empty, inside, and aligned to its width."""
    return 0 <= start < end <= size and start % (1 << (end - start - 1).bit_length()) == 0


def check_inclusion(
    index: int, size: int, leaf: bytes, root: bytes, proof: Sequence[bytes], *, start: int = 0
) -> None:
    """Raise :class:`ProofError` unless the proof leads from ``leaf`` to ``root`` (RFC 9162, 2.1.3.2).

    With ``start``, ``root`` is that of the subtree that begins there, and ``size`` its end.
    """
    if not is_subtree(start, size, size) or not start <= index < size or len(leaf) != len(EMPTY):
        raise ProofError(f"leaf {index} does not stand in [{start}, {size})")
    here, last, running = index - start, size - start - 1, leaf
    for part in proof:
        if last == 0:
            raise ProofError("the proof is too long")
        if here & 1 or here == last:
            running = node_hash(part, running)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            running = node_hash(running, part)
        here, last = here >> 1, last >> 1
    if last or running != root:
        raise ProofError("the proof does not lead to the root")


def check_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise :class:`ProofError` unless the larger tree begins with the smaller (RFC 9162, 2.1.4.2).

    A tree of nothing is consistent with every other, proves nothing and is refused.
    """
    if first < 1:
        raise ProofError("a tree of nothing proves nothing")
    check_subtree(0, first, second, first_root, second_root, proof)


def check_subtree(
    start: int, end: int, size: int, subtree_root: bytes, root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise :class:`ProofError` unless the subtree ``[start, end)`` stands in the tree of ``size``."""
    if 0 <= start == end <= size and subtree_root == EMPTY and not proof:
        return  # nothing stands in every tree
    if not is_subtree(start, end, size):
        raise ProofError(f"[{start}, {end}) is no subtree of a tree of {size}")
    low, high, last = start, end - 1, size - 1
    while low != high and (high == last or high & 1):
        low, high, last = low >> 1, high >> 1, last >> 1
    rest = list(proof)
    if low != high and not rest:
        raise ProofError("the proof is too short")
    # The hash of a whole subtree is known; of a ragged one the proof tells its last whole part first.
    inner = outer = subtree_root if low == high else rest.pop(0)
    for part in rest:
        if last == 0:
            raise ProofError("the proof is too long")
        if high & 1 or high == last:
            if low < high:
                inner = node_hash(part, inner)
            outer = node_hash(part, outer)
            while high and not high & 1:
                low, high, last = low >> 1, high >> 1, last >> 1
        else:
            outer = node_hash(outer, part)
        low, high, last = low >> 1, high >> 1, last >> 1
    if last or inner != subtree_root or outer != root:
        raise ProofError("the proof does not lead to both roots")


def _split(size: int) -> int:
    """The largest power of two that is smaller than ``size``."""
    return 1 << (size - 1).bit_length() - 1
