"""kill -9 at random points of a mixed load: nothing acknowledged is lost, nothing is half there, all verifies.

Twenty points in the suite; ``make torture`` takes five hundred (HOSHIN_TORTURE=500).
"""

import os
import random
import signal
import time
from pathlib import Path

POINTS = int(os.environ.get("HOSHIN_TORTURE", "20"))
# Every row is held against the ledger after each of so many kills, and after the last.
WHOLE_EVERY = 5 if POINTS <= 20 else 25


def wait_for(file: Path, begun: int) -> None:
    """Until the child has acknowledged something, so that the kill meets it at work and not on its way there."""
    until = time.monotonic() + 10
    while (file.stat().st_size if file.exists() else 0) <= begun and time.monotonic() < until:
        time.sleep(0.002)


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(house):
    chance = random.Random(20261120)
    log = house.home / "acknowledged.log"
    for point in range(1, POINTS + 1):
        begun = log.stat().st_size if log.exists() else 0
        pid = house.start("load:work", log=str(log), seed=point)
        wait_for(log, begun)
        time.sleep(chance.uniform(0, 0.25))
        os.kill(pid, signal.SIGKILL)
        whole = point % WHOLE_EVERY == 0 or point == POINTS
        told = house.call("load:check", log=str(log), whole=whole)
        acknowledged = told.pop("acknowledged")

        assert told == {"lost": [], "half": [], "files": [], "findings": []}, f"after kill {point}"
    print(f"{POINTS} kills, {acknowledged} acknowledged, 0 lost")

    assert acknowledged > 2 * POINTS
