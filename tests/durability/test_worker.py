"""The worker is killed in the middle of a task: it comes back, and nothing is lost or done twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from hoshin.server import worker

RECORDS = 12


@pytest.fixture
def supervisor(house, monkeypatch):
    monkeypatch.setattr(worker, "PAUSE", 0.1)
    for name, value in house.environment.items():
        monkeypatch.setenv(name, value)
    supervisor = worker.Supervisor([sys.executable, "-m", "tests.durability.slow_worker"])
    yield supervisor
    supervisor.stop()


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def test_a_worker_killed_in_the_middle_of_a_task_loses_and_doubles_nothing(house, supervisor):
    house.call("supervised:give", count=RECORDS)
    progress = house.home / "progress"
    supervisor.start()
    wait_until(lambda: progress.exists() and len(progress.read_text().split()) >= 4)
    killed = supervisor.process
    os.kill(killed.pid, signal.SIGKILL)
    assert not house.call("supervised:done")["finished"]
    wait_until(lambda: supervisor.starts == 2 and supervisor.process.pid != killed.pid)
    wait_until(lambda: house.call("supervised:done")["finished"])

    assert house.call("supervised:done") == {"times": {"1": RECORDS}, "finished": True, "error": ""}
    assert house.call("world:findings") == []


def test_no_worker_outlives_its_supervisor(house, supervisor):
    supervisor.start()
    wait_until(lambda: supervisor.process is not None)
    supervisor.stop()

    assert supervisor.process.poll() is not None
    assert not supervisor._thread.is_alive()


def test_a_worker_whose_server_was_killed_goes_too(house):
    script = (
        "import sys, time, django; django.setup(); from hoshin.server.worker import Supervisor; "
        "s = Supervisor([sys.executable, '-m', 'tests.durability.slow_worker']).start(); "
        "time.sleep(0.5); print(s.process.pid, flush=True); time.sleep(60)"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=house.environment, cwd=os.getcwd()
    )
    pid = int(server.stdout.readline())
    time.sleep(2)  # until it works
    server.kill()
    server.wait()

    wait_until(lambda: not is_alive(pid))


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")")[-1].split()[0] != "Z"
    except FileNotFoundError:
        return False
