"""A process that has Django loaded and forks: what the tests ask for runs in children that may be killed.

It reads a JSON request a line and answers with a JSON line. ``call`` runs a function in as many processes at once as
asked for and answers with what each returned or refused with; ``start`` lets one run on its own and answers its pid.
"""

import importlib
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402


def function(name: str) -> Callable[..., Any]:
    module, _, called = name.partition(":")
    return getattr(importlib.import_module(f"tests.durability.{module}"), called)


def outcome(name: str, place: int, arguments: dict) -> dict:
    try:
        return {"value": function(name)(place=place, **arguments)}
    except Exception as refused:
        return {"refused": type(refused).__name__, "words": str(refused)}


def call(name: str, times: int, arguments: dict) -> list[dict]:
    """All children wait until the last one is there, then begin together."""
    gate_out, gate_in = os.pipe()
    answers = []
    for place in range(times):
        out, into = os.pipe()
        if os.fork() == 0:
            os.close(gate_in)
            function(name)
            os.read(gate_out, 1)
            with os.fdopen(into, "w") as told:
                json.dump(outcome(name, place, arguments), told)
            os._exit(0)
        os.close(into)
        answers.append(os.fdopen(out))
    os.close(gate_out)
    os.close(gate_in)
    return [json.loads(answer.read() or '{"refused": "Died"}') for answer in answers]


def start(name: str, arguments: dict) -> int:
    pid = os.fork()
    if pid == 0:
        function(name)(place=0, **arguments)
        os._exit(0)
    return pid


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # killed children are not kept
    call_command("migrate", verbosity=0)
    for module in ("world", "races", "load"):
        importlib.import_module(f"tests.durability.{module}")
    connections.close_all()  # a connection must not be shared with children
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            answer: Any = start(asked["start"], asked["arguments"])
        else:
            answer = call(asked["call"], asked["times"], asked["arguments"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
