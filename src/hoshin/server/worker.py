"""The worker: a child of `hoshin serve` that runs the schedule, and the supervisor that keeps it alive."""

import os
import signal
import subprocess
import sys
import threading
import time

from hoshin.kernel.trail import schedule

from . import jobs  # noqa: F401

TICK = 1.0
# Tells a worker whose child it is, for its parent may be gone before it can look.
SUPERVISOR = "HOSHIN_SUPERVISOR"
# A worker that dies at once is not restarted faster than this.
PAUSE = 1.0
LONGEST_PAUSE = 30.0


def work(stop: threading.Event | None = None) -> None:
    """Run what is due until told to stop, or until whoever started it is gone: two workers would do things twice."""
    stop = stop or _stopped_by_signals()
    starter = int(os.environ.get(SUPERVISOR) or os.getppid())
    schedule.release_leases()
    while not stop.is_set() and os.getppid() == starter:
        schedule.run_due()
        stop.wait(TICK)


def _stopped_by_signals() -> threading.Event:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop


class Supervisor:
    """Starts the worker as a process of its own and starts it again whenever it dies."""

    def __init__(self, command: list[str] | None = None):
        self.command = command or [sys.executable, "-m", "hoshin.server.command", "worker"]
        self.process: subprocess.Popen | None = None
        self.starts = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_alive, name="worker supervisor", daemon=True)

    def start(self) -> "Supervisor":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(10)

    def _keep_alive(self) -> None:
        pause = PAUSE
        while not self._stop.is_set():
            begun = time.monotonic()
            self.process = subprocess.Popen(self.command, env={**os.environ, SUPERVISOR: str(os.getpid())})
            self.starts += 1
            while self.process.poll() is None and not self._stop.wait(0.2):
                pass
            self._end()
            pause = PAUSE if time.monotonic() - begun > 60 else min(2 * pause, LONGEST_PAUSE)
            self._stop.wait(pause)

    def _end(self) -> None:
        """The one place that starts the process also ends it, so none is started behind the back of ``stop``."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
