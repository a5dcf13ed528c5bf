"""The Merkle tree of RFC 6962 and RFC 9162: growing it, and proofs of inclusion and consistency."""

from collections.abc import Callable, Iterable

from hoshin.ledger import verifier
from hoshin.ledger.verifier import EMPTY_ROOT, leaf_hash, node_hash, verify_consistency, verify_inclusion

__all__ = [
    "EMPTY_ROOT",
    "TILE_HEIGHT",
    "Frontier",
    "Nodes",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "root_of",
    "verify_consistency",
    "verify_inclusion",
]

# A tile is a complete subtree of 2^8 leaves; its root is the node at level 8 that a database may keep.
TILE_HEIGHT = 8

Node = Callable[[int, int], bytes | None]


class Frontier(verifier.Frontier):
    """The right edge of a growing tree, which a database can keep in a column."""

    def to_bytes(self) -> bytes:
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        peaks = data[8:]
        if len(data) < 8 or len(peaks) % 32:
            raise ValueError(f"{len(data)} bytes are not a frontier: expected 8 and a multiple of 32")
        return cls(int.from_bytes(data[:8], "big"), tuple(peaks[at : at + 32] for at in range(0, len(peaks), 32)))


class Nodes:
    """Access to the complete subtrees over leaf hashes in memory."""

    def __init__(self, leaf_hashes: Iterable[bytes]):
        self.levels = [list(leaf_hashes)]
        while len(self.levels[-1]) > 1:
            below = iter(self.levels[-1])
            self.levels.append([node_hash(left, right) for left, right in zip(below, below, strict=False)])

    def __call__(self, level: int, index: int) -> bytes | None:
        if level < len(self.levels) and index < len(self.levels[level]):
            return self.levels[level][index]
        return None


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root of the tree over these leaf hashes."""
    frontier = Frontier()
    frontier.extend(hashes)
    return frontier.root()


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """The path from leaf `index` to the root of the first `size` leaves.

    `node(level, index)` is the root of the leaves from index·2^level on, 2^level of them, or None where only the
    levels below are known; leaf hashes (level 0) must be known.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(middle, end, node))
            end = middle
        else:
            path.append(_subtree(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """The path that shows the tree of `old` leaves to be a prefix of the tree of `new`; `node` as above."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves has no prefix of {old}")
    if old in (0, new):
        return []
    start, end, path = 0, new, []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_subtree(middle, end, node))
            end = middle
        else:
            path.append(_subtree(start, middle, node))
            start = middle
    # A verifier that starts at the old root itself knows it already.
    return path[::-1] if start == 0 else [_subtree(start, end, node), *path[::-1]]


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _subtree(start: int, end: int, node: Node) -> bytes:
    count = end - start
    if count & (count - 1) == 0:
        return _complete(count.bit_length() - 1, start // count, node)
    middle = start + _split(count)
    return node_hash(_subtree(start, middle, node), _subtree(middle, end, node))


def _complete(level: int, index: int, node: Node) -> bytes:
    known = node(level, index)
    if known is not None:
        return known
    if level == 0:
        raise LookupError(f"the hash of leaf {index} is not known")
    return node_hash(_complete(level - 1, 2 * index, node), _complete(level - 1, 2 * index + 1, node))
