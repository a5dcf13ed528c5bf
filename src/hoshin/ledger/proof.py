"""Inclusion proofs: one JSON file that shows that the entries of one record stand in the ledger."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hoshin.ledger.merkle import Node, inclusion_proof
from hoshin.ledger.note import parse
from hoshin.ledger.verifier import FORMAT

__all__ = ["make_proof"]


def make_proof(
    *,
    record: str,
    leaves: Mapping[int, bytes],
    node: Node,
    checkpoint: str,
    vkey: str,
    state: dict | None = None,
    openings: Iterable[tuple[str, bytes, Any]] = (),
) -> str:
    """The proof file, as text, of the record's leaves (exact bytes by seq) under a signed checkpoint.

    `state` is the state document after the last of them that has one; `openings` are (commitment, salt, value).
    """
    size = parse(checkpoint).size
    proof = {
        "checkpoint": checkpoint,
        "format": FORMAT,
        "leaves": [_proven(seq, leaves[seq], size, node) for seq in sorted(leaves)],
        "openings": [{"commitment": digest, "salt": salt.hex(), "value": value} for digest, salt, value in openings],
        "record": record,
        "vkey": vkey,
    }
    if state is not None:
        proof["state"] = state
    return json.dumps(proof, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _proven(seq: int, data: bytes, size: int, node: Node) -> dict:
    path = [sibling.hex() for sibling in inclusion_proof(seq, size, node)]
    return {"leaf": data.decode(), "path": path, "seq": seq}
