"""The verifier keeps its pace; the promised rate itself is measured in the benchmarks."""

import datetime as dt
import hashlib
import time

from hoshin.ledger.bundle import PARTIAL, BundleWriter
from hoshin.ledger.leaf import leaf
from hoshin.ledger.merkle import leaf_hash
from hoshin.ledger.note import Checkpoint, signed
from hoshin.ledger.verifier import verify_bundle
from tests.ledger.ledgers import BEGIN, Ledger, uid

COUNT = 20_000


def write_long_bundle(ledger: Ledger, path, count: int) -> None:
    """A bundle of `count` leaves of half a kilobyte, written as they are made."""
    previous = None
    with BundleWriter(path, ledger.origin, [ledger.vkey], states=PARTIAL) as bundle:
        for seq in range(count):
            data = leaf(
                origin=ledger.origin,
                seq=seq,
                previous=previous,
                recorded_at=BEGIN + dt.timedelta(seconds=seq),
                actor={"type": "person", "uid": uid(seq % 40), "role": "quality engineer", "via": "password"},
                action="nonconformity.edited",
                subject={"type": "nonconformity", "uid": uid(seq)},
                revision=2,
                state=hashlib.sha256(seq.to_bytes(8, "big")).hexdigest(),
            )
            previous = leaf_hash(data)
            bundle.add_leaf(data)
        body = Checkpoint(ledger.origin, count, bundle.frontier.root()).body()
        bundle.add_checkpoint(signed(body, ledger.origin, ledger.key.sign, ledger.public_key))


def test_verification_keeps_at_least_half_the_promised_rate(tmp_path):
    write_long_bundle(Ledger(), tmp_path / "long.zip", COUNT)
    begin = time.process_time()
    report = verify_bundle(tmp_path / "long.zip")
    rate = COUNT / (time.process_time() - begin)

    assert report.fine
    assert rate > 50_000
