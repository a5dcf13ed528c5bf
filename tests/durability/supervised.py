"""What the worker is given to do, and what it has done."""

from collections import Counter

from hoshin.kernel.records import doors
from hoshin.kernel.records.comments import Comment
from hoshin.kernel.trail.schedule import Schedule

from .world import actor


def give(place: int, count: int) -> None:
    doors.create("deviation", [{"title": f"For the worker {n}"} for n in range(count)], by=actor("ana"))


def done(place: int = 0) -> dict:
    comments = Comment.objects.filter(record__title__startswith="For the worker")
    times = Counter(Counter(comments.values_list("record", flat=True)).values())
    row = Schedule.objects.filter(name="remark").first()
    finished = row is not None and row.last_run_at is not None and row.leased_until is None
    return {"times": dict(times), "finished": finished, "error": row.last_error if row else ""}
