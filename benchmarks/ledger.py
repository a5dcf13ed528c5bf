"""The ledger alone: how fast a bundle is verified, and a record's proof made and checked.

    python -m benchmarks.ledger                    200,000 entries of half a kilobyte in a folder that is removed afterwards
    python -m benchmarks.ledger --entries 20000    fewer

Rates are entries per second of processor time, so of one core, which a busy machine disturbs less than the clock.
"""

import argparse
import datetime as dt
import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hoshin.ledger.bundle import PARTIAL, BundleWriter
from hoshin.ledger.leaf import leaf
from hoshin.ledger.merkle import Frontier, Nodes, leaf_hash
from hoshin.ledger.note import Checkpoint, signed, vkey
from hoshin.ledger.proof import make_proof
from hoshin.ledger.verifier import Report, verify_bundle, verify_proof

ORIGIN = "benchmark.example.org/ledger"
BEGIN = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
VKEY = vkey(ORIGIN, PUBLIC)
CHECKPOINT_EVERY, PROOFS = 1_000, 50


def uid(number: int) -> str:
    return f"0190a1b2-0000-7000-8000-{number:012d}"


def leaves(count: int) -> Iterator[bytes]:
    """Entries as an edit of a nonconformity leaves them."""
    previous = None
    for seq in range(count):
        data = leaf(
            origin=ORIGIN,
            seq=seq,
            previous=previous,
            recorded_at=BEGIN + dt.timedelta(seconds=seq),
            actor={"type": "person", "uid": uid(seq % 40), "role": "quality engineer", "via": "password"},
            action="nonconformity.edited",
            subject={"type": "nonconformity", "uid": uid(seq)},
            record=uid(seq),
            revision=2,
            state=hashlib.sha256(seq.to_bytes(8, "big")).hexdigest(),
        )
        previous = leaf_hash(data)
        yield data


def checkpoint(frontier: Frontier) -> str:
    return signed(Checkpoint(ORIGIN, frontier.size, frontier.root()).body(), ORIGIN, KEY.sign, PUBLIC)


def write(path: Path, entries: list[bytes]) -> None:
    """The bundle, with a signed checkpoint for every thousand entries and one at the end."""
    with BundleWriter(path, ORIGIN, [VKEY], states=PARTIAL) as bundle:
        for number, data in enumerate(entries, 1):
            bundle.add_leaf(data)
            if number % CHECKPOINT_EVERY == 0 or number == len(entries):
                bundle.add_checkpoint(checkpoint(bundle.frontier))


def processor_seconds(work: Callable[[], object], times: int = 1) -> float:
    """The median processor time of some work."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def say(what: str, figure: str, target: str = "") -> None:
    print(f"{what:<58}{figure:>22}" + (f"   target {target}" if target else ""), flush=True)


def require_fine(report: Report) -> None:
    """A rate at which nothing was verified would be worth nothing."""
    if not report.fine:
        raise SystemExit(report.as_text())


def verification(path: Path, entries: list[bytes]) -> None:
    for what, thorough in (("verify the bundle", False), ("the same with the signature of every checkpoint", True)):
        taken = processor_seconds(lambda each=thorough: require_fine(verify_bundle(path, thorough=each)), 3)
        say(what, f"{len(entries) / taken:,.0f} entries/s", "" if thorough else "100,000 entries/s")


def proofs(folder: Path, entries: list[bytes]) -> None:
    """Proofs of records spread over the whole ledger, made and checked."""
    hashes = [leaf_hash(data) for data in entries]
    built = processor_seconds(lambda: Nodes(hashes))
    say("build the tree over all leaf hashes", f"{len(entries) / built:,.0f} entries/s")
    frontier, node = Frontier(), Nodes(hashes)
    frontier.extend(hashes)
    note, files = checkpoint(frontier), []

    def make() -> None:
        for number in range(PROOFS):
            seq = number * len(entries) // PROOFS
            text = make_proof(record=uid(seq), leaves={seq: entries[seq]}, node=node, checkpoint=note, vkey=VKEY)
            files.append(folder / f"{seq}.proof")
            files[-1].write_text(text)

    say("make a record's proof, the tree at hand", f"{processor_seconds(make) / PROOFS * 1e3:.2f} ms")
    taken = processor_seconds(lambda: [require_fine(verify_proof(file)) for file in files])
    say("check a record's proof, signature included", f"{taken / PROOFS * 1e3:.2f} ms")
    say("size of a record's proof", f"{files[-1].stat().st_size:,} B")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=200_000)
    given = parser.parse_args()
    entries = list(leaves(given.entries))
    size = sum(map(len, entries)) / len(entries)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "ledger.hoshin"
        written = processor_seconds(lambda: write(path, entries))
        say(f"write a bundle of {len(entries):,} entries of {size:.0f} B", f"{len(entries) / written:,.0f} entries/s")
        say("size of the bundle", f"{path.stat().st_size / len(entries):,.0f} B an entry")
        verification(path, entries)
        proofs(folder, entries)


if __name__ == "__main__":
    main()
