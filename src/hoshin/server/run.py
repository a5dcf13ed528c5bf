"""What each command of `hoshin` does."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from hoshin.kernel.access import identity  # noqa: E402
from hoshin.kernel.measuring.models import SegmentRow  # noqa: E402
from hoshin.kernel.measuring.reading import folder  # noqa: E402
from hoshin.kernel.organization.actors import acting  # noqa: E402
from hoshin.kernel.organization.models import Person  # noqa: E402
from hoshin.kernel.organization.names import normalised  # noqa: E402
from hoshin.kernel.records.attachments import Attachment, path_of  # noqa: E402
from hoshin.kernel.records.errors import DoorRefused  # noqa: E402
from hoshin.kernel.records.record import Record  # noqa: E402
from hoshin.kernel.trail import keys, proofs, triggers  # noqa: E402
from hoshin.kernel.trail.checkpoints import make_checkpoint  # noqa: E402
from hoshin.kernel.trail.head import origin  # noqa: E402
from hoshin.kernel.trail.verify import verify  # noqa: E402
from hoshin.measurements.reading import Layout, ReadingError  # noqa: E402
from hoshin.processes.spc.imports import import_measurements_file  # noqa: E402

from . import doctor, texts, worker  # noqa: E402
from .demo.build import build_demo  # noqa: E402

Options = argparse.Namespace


def run(options: Options) -> int:
    name = f"{options.command} {options.part}" if hasattr(options, "part") else options.command
    return COMMANDS[name](options)


def prepare() -> None:
    """Bring the database to this version and refuse to go on where its guards are missing."""
    call_command("migrate", verbosity=0, interactive=False)
    if missing := triggers.missing():
        raise SystemExit(f"The database lacks the guards {', '.join(sorted(missing))}. Run `hoshin doctor`.")


def migrate(options: Options) -> int:
    call_command("migrate", verbosity=1, interactive=False)
    return 0


def serve(options: Options) -> int:
    from granian import Granian
    from granian.constants import Interfaces

    prepare()
    dangers = [finding for finding in doctor.findings() if finding.grave]
    if dangers:
        for finding in dangers:
            print(f"{finding.what}: {finding.why}", file=sys.stderr)
        return 1
    address = f"http://{options.host}:{options.port}/"
    if token := identity.first_token():
        print(f"Nobody has an account yet. Open {address} and give this token: {token}", flush=True)
    print(f"Hoshin serves {settings.HOSHIN_HOME} on {address}", flush=True)
    connection.close()
    supervisor = worker.Supervisor().start()
    try:
        Granian(
            "hoshin.server.wsgi:application",
            address=options.host,
            port=options.port,
            interface=Interfaces.WSGI,
            workers=options.workers,
            blocking_threads=4,
            log_level="warning",
        ).serve()
    finally:
        supervisor.stop()
        make_checkpoint()
    return 0


def run_worker(options: Options) -> int:
    worker.work()
    return 0


def run_doctor(options: Options) -> int:
    found = doctor.findings()
    if options.json:
        print(json.dumps([finding.as_json() for finding in found], indent=1))
    else:
        print("\n".join(str(finding) for finding in found) or "Nothing endangers the data.")
    return int(any(finding.grave for finding in found))


def run_verify(options: Options) -> int:
    report = verify()
    print(json.dumps(report.as_dict(), indent=1) if options.json else report.as_text())
    return 0 if report.fine else 1


def export_ledger(options: Options) -> int:
    files = [path_of(sha256) for sha256 in Attachment.objects.values_list("sha256", flat=True).distinct()]
    segments = [
        folder() / row.segment.name for row in SegmentRow.objects.all() if (folder() / row.segment.name).exists()
    ]
    told = proofs.export_bundle(options.bundle, files=files, segments=segments)
    print(f"{told['entries']} entries of {told['origin']} are in {options.bundle}.")
    print(f"Verify it anywhere: python -m hoshin.ledger verify {options.bundle}")
    print(f"The log's key: {keys.public_line(told['origin'])}")
    return 0


def write_proof(options: Options) -> int:
    record = Record.objects.filter(number=options.number).first()
    if record is None:
        print(f"There is no record {options.number}.", file=sys.stderr)
        return 2
    Path(options.file).write_text(json.dumps(proofs.proof_of(record.uid), indent=1) + "\n")
    print(f"The proof of {record.number} is in {options.file}.")
    return 0


def print_key(options: Options) -> int:
    print(keys.public_line(origin()))
    return 0


def write_texts(options: Options) -> int:
    found = texts.catalogue()
    options.file.write_text(texts.written(found), encoding="utf-8")
    print(f"{len(found)} texts are in {options.file}.")
    return 0


def import_measurements(options: Options) -> int:
    person = Person.objects.filter(username=normalised(options.username), active=True).first()
    if person is None:
        print(f"There is no open account {options.username!r}.", file=sys.stderr)
        return 2
    layout = Layout.from_json(json.loads(options.layout.read_text())) if options.layout else None
    try:
        told = import_measurements_file(
            options.file, by=acting(person, via="command"), layout=layout, again=options.again, dry_run=options.dry_run,
            progress=None if options.json else _show_progress,
        ).as_json()  # fmt: skip
    except (DoorRefused, ReadingError) as refused:
        print(refused, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(told, indent=1))
    else:
        print(
            "\n".join(f"{name}: {value}" for name, value in told.items() if name not in ("layout", "characteristics"))
        )
    return int(bool(told.get("bad_count")))


def _shortly(value: Any) -> str:
    """A long list on a terminal by its length and its beginning."""
    if not isinstance(value, list | dict):
        return str(value)
    shown = ", ".join(str(one) for one in list(value)[:6])
    return f"{len(value)}" + (f" ({shown}{', …' if len(value) > 6 else ''})" if value else "")


def _show_progress(part: float) -> None:
    """One line that grows, on a terminal alone."""
    if sys.stderr.isatty():
        print(f"\r{part:4.0%}", end="" if part < 1 else "\n", file=sys.stderr, flush=True)


def demo(options: Options) -> int:
    prepare()
    build_demo()
    return 0 if options.no_serve else serve(options)


COMMANDS: dict[str, Callable[[Options], int]] = {
    "serve": serve,
    "demo": demo,
    "worker": run_worker,
    "migrate": migrate,
    "doctor": run_doctor,
    "verify": run_verify,
    "ledger export": export_ledger,
    "ledger proof": write_proof,
    "ledger key": print_key,
    "texts": write_texts,
    "import measurements": import_measurements,
}
