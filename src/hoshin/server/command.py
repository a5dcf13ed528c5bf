"""The `hoshin` command."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hoshin.server.settings")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="hoshin", description="A quality management system that proves its history.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, help: str, where=commands) -> argparse.ArgumentParser:
        return where.add_parser(name, help=help, description=help)

    for name, help in (("serve", "serve your organisation"), ("demo", "build the demo organisation and serve it")):
        command = add(name, help)
        command.add_argument("--host", default="127.0.0.1")
        command.add_argument("--port", type=int, default=8000)
        command.add_argument("--workers", type=int, default=1, help="web processes")
        if name == "demo":
            command.add_argument("--no-serve", action="store_true", help="only build it")
    add("worker", "run the schedule (serve starts this by itself)")
    add("migrate", "bring the database to this version")
    add("doctor", "look for what endangers the data").add_argument("--json", action="store_true")
    verify = add("verify", "hold every row, file and segment against the ledger")
    verify.add_argument("--json", action="store_true")

    texts = add("texts", "write every text into a file for translators (.pot)")
    texts.add_argument("file", type=Path)

    ledger = add("ledger", "the ledger itself").add_subparsers(dest="part", required=True, metavar="PART")
    add("export", "write the whole ledger into a bundle", ledger).add_argument("bundle", type=Path)
    proof = add("proof", "write one record's inclusion proof", ledger)
    proof.add_argument("number")
    proof.add_argument("file", type=Path)
    add("key", "print the log's public key", ledger)

    imports = add("import", "bring data in").add_subparsers(dest="part", required=True, metavar="WHAT")
    measurements = add("measurements", "read a CSV or Excel file of measurements", imports)
    measurements.add_argument("file", type=Path)
    measurements.add_argument("--as", dest="username", required=True, metavar="USERNAME", help="who imports")
    measurements.add_argument("--layout", type=Path, help="a layout as JSON; guessed where it is left out")
    measurements.add_argument("--dry-run", action="store_true", help="say what would come in, write nothing")
    measurements.add_argument("--again", action="store_true", help="even if this file was read before")
    measurements.add_argument("--json", action="store_true")
    return top


def home_of_the_demo(command: str) -> None:
    """The demonstration keeps to a folder of its own, so that it never mixes with an organisation's data."""
    if command == "demo":
        os.environ["HOSHIN_DEMO"] = "1"
        os.environ.setdefault("HOSHIN_HOME", "var/demo")


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    home_of_the_demo(options.command)
    # The settings read the environment when they are imported, so what follows is loaded only now.
    return importlib.import_module("hoshin.server.run").run(options)


if __name__ == "__main__":
    sys.exit(main())
