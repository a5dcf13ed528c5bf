"""The tree against RFC 6962's definition and the published vectors, and its proofs."""

import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.ledger.merkle import (
    EMPTY_ROOT,
    TILE_HEIGHT,
    Frontier,
    Nodes,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The leaves and roots of the reference tests of Certificate Transparency, sizes 1 to 8.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(number.to_bytes(2, "big")) for number in range(512)]


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + defined_root(leaves[:split]) + defined_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size):
    root = root_of(leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:size])

    assert ROOTS[size - 1] == root.hex()


@given(st.lists(st.binary(max_size=3), max_size=40))
def test_the_frontier_has_the_root_of_the_definition_at_every_size(leaves):
    frontier, roots = Frontier(), [EMPTY_ROOT]
    for data in leaves:
        frontier.append(leaf_hash(data))
        roots.append(frontier.root())

    assert [defined_root(leaves[:size]) for size in range(len(leaves) + 1)] == roots


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_frontier_goes_on_from_its_bytes(first, more):
    frontier = Frontier()
    frontier.extend(HASHES[:first])
    again = Frontier.from_bytes(frontier.to_bytes())
    again.extend(HASHES[first : min(512, first + more)])

    assert root_of(HASHES[: min(512, first + more)]) == again.root()


@pytest.mark.parametrize(
    "data", [b"", b"1234567", b"\x00" * 8 + b"x" * 32, (3).to_bytes(8, "big") + b"x" * 32, b"x" * 41]
)
def test_bytes_that_are_no_frontier_are_refused(data):
    with pytest.raises(ValueError, match=r"frontier|subtrees"):
        Frontier.from_bytes(data)


def prove_everything(sizes) -> int:
    """Every inclusion and consistency proof of these sizes verifies; answers how many there are."""
    nodes, count = Nodes(HASHES), 0
    roots = [root_of(HASHES[:size]) for size in range(max(sizes) + 1)]
    for size in sizes:
        for index in range(size):
            count += verify_inclusion(HASHES[index], index, size, inclusion_proof(index, size, nodes), roots[size])
        for old in range(size + 1):
            count += verify_consistency(old, size, consistency_proof(old, size, nodes), roots[old], roots[size])
    return count


def test_all_proofs_up_to_64_leaves_verify():
    expected = sum(size + size + 1 for size in range(65))

    assert expected == prove_everything(range(65))


@pytest.mark.slow
@pytest.mark.skipif("HOSHIN_CAMPAIGN" not in os.environ, reason="a campaign: set HOSHIN_CAMPAIGN to run it")
def test_all_proofs_up_to_512_leaves_verify():
    expected = sum(size + size + 1 for size in range(65, 513))

    assert expected == prove_everything(range(65, 513))


def test_roots_of_tiles_are_enough_with_the_leaves_of_the_ragged_ones():
    known = Nodes(HASHES)

    def tiles_and_leaves(level, index):
        if level == TILE_HEIGHT:
            return known(level, index)
        return known(0, index) if level == 0 and index >= 256 else None

    path = inclusion_proof(300, 400, tiles_and_leaves)

    assert verify_inclusion(HASHES[300], 300, 400, path, root_of(HASHES[:400]))


def test_a_proof_over_unknown_leaves_says_which():
    with pytest.raises(LookupError, match="leaf 2 is not known"):
        inclusion_proof(0, 4, lambda level, index: HASHES[index] if level == 0 and index < 2 else None)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_a_leaf_outside(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, size, Nodes(HASHES))


@st.composite
def mutated(draw, path: list[bytes]) -> list[bytes]:
    """A path that is not `path`."""
    changed = list(path)
    how = draw(st.sampled_from(["flip", "drop", "add", "swap", "cut"]))
    at = draw(st.integers(0, max(len(path) - 1, 0)))
    if how == "add" or not path:
        changed.insert(at, draw(st.sampled_from(HASHES)))
    elif how == "flip":
        number = int.from_bytes(path[at], "big") ^ 1 << draw(st.integers(0, 255))
        changed[at] = number.to_bytes(32, "big")
    elif how == "drop":
        del changed[at]
    elif how == "swap":
        changed = changed[::-1]
    else:
        changed[at] = changed[at][:-1]
    return changed


@given(st.integers(1, 512).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))), st.data())
def test_mutated_inclusion_proofs_are_refused(place, data):
    index, size = place
    path = inclusion_proof(index, size, Nodes(HASHES[:size]))
    other, root = data.draw(mutated(path)), root_of(HASHES[:size])

    assert other == path or not verify_inclusion(HASHES[index], index, size, other, root)


@given(st.integers(1, 512).flatmap(lambda new: st.tuples(st.integers(1, new), st.just(new))), st.data())
def test_mutated_consistency_proofs_are_refused(sizes, data):
    old, new = sizes
    path = consistency_proof(old, new, Nodes(HASHES[:new]))
    other = data.draw(mutated(path))

    assert other == path or not verify_consistency(old, new, other, root_of(HASHES[:old]), root_of(HASHES[:new]))


@given(
    st.integers(2, 200).flatmap(
        lambda size: st.tuples(st.integers(0, size - 1), st.integers(0, size - 1), st.just(size))
    )
)
def test_a_path_proves_no_other_leaf(places):
    index, other, size = places
    path, root = inclusion_proof(index, size, Nodes(HASHES[:size])), root_of(HASHES[:size])

    assert (index == other) == verify_inclusion(HASHES[other], other, size, path, root)
    assert (index == other) == verify_inclusion(HASHES[other], index, size, path, root)


@given(st.integers(2, 200).flatmap(lambda size: st.tuples(st.integers(1, size - 1), st.just(size))))
def test_a_rewritten_prefix_has_no_consistency_proof(sizes):
    old, new = sizes
    path = consistency_proof(old, new, Nodes(HASHES[:new]))
    rewritten = root_of([leaf_hash(b"another"), *HASHES[1:old]])

    assert not verify_consistency(old, new, path, rewritten, root_of(HASHES[:new]))


@pytest.mark.parametrize(("index", "size"), [(1, 1), (0, 2), (-1, 1), (0, 0)])
def test_an_empty_path_proves_only_a_leaf_alone(index, size):
    assert not verify_inclusion(HASHES[0], index, size, [], HASHES[0])


def test_an_empty_path_proves_no_growth():
    assert not verify_consistency(1, 2, [], HASHES[0], HASHES[0])


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 3)])
def test_a_tree_is_no_prefix_of_a_smaller_one(old, new):
    assert not verify_consistency(old, new, [], EMPTY_ROOT, EMPTY_ROOT)
