"""A worker with one slow job, to be killed in the middle of it: it comments every record that has no comment yet."""

import os
import time
from pathlib import Path

import django

django.setup()

from hoshin.kernel.records import registry  # noqa: E402
from hoshin.kernel.records.comments import Comment, comment  # noqa: E402
from hoshin.kernel.trail import schedule  # noqa: E402
from hoshin.kernel.trail.actors import system  # noqa: E402
from hoshin.server import worker  # noqa: E402

TEXT = "Seen by the worker"


@schedule.every(3600, "remark")
def remark() -> None:
    for row in registry.get("deviation").rows().filter(title__startswith="For the worker").order_by("pk"):
        if not Comment.objects.filter(record=row.uid, text=TEXT).exists():
            comment(row, TEXT, by=system("worker"))
        with Path(os.environ["HOSHIN_HOME"], "progress").open("a") as progress:
            progress.write(f"{row.pk}\n")
        time.sleep(0.1)


if __name__ == "__main__":
    worker.work()
