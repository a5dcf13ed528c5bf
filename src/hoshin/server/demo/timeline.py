"""The timeline: what happens when. Events run in the order of their moments, each under the back-dated clock."""

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime

from hoshin.kernel.trail import clock

Event = Callable[[], object]


class Timeline:
    """Events to come. An event may add later ones; what lies beyond the end has not happened yet."""

    def __init__(self, end: datetime):
        self.end = end
        self.now: datetime | None = None
        self._order = itertools.count()
        self._waiting: list[tuple[datetime, int, Event]] = []

    def at(self, moment: datetime, event: Event) -> None:
        if moment >= self.end:
            return
        if self.now is not None and moment < self.now:
            raise ValueError(f"An event of {moment} was added at {self.now}; the ledger's order is that of time.")
        heapq.heappush(self._waiting, (moment, next(self._order), event))

    def run(self, origin: str, told: Callable[[datetime], None] = lambda moment: None) -> None:
        """Let everything happen."""
        while self._waiting:
            self.now, _order, event = heapq.heappop(self._waiting)
            told(self.now)
            with clock.back_dated(self.now, origin):
                event()
