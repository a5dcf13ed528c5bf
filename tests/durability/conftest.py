"""A house of its own for the tests that kill: a database on the disk and a process that forks."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


class House:
    """The tests' end of ``server.py``."""

    def __init__(self, home: Path):
        self.home = home
        self.environment = {
            **os.environ, "HOSHIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tests.durability.settings",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.durability.server"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=self.environment,
        )  # fmt: skip
        assert json.loads(self.process.stdout.readline()) == "ready"

    def ask(self, **asked: Any) -> Any:
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def race(self, name: str, times: int = 4, **arguments: Any) -> list[dict]:
        """What each of several processes at once got."""
        return self.ask(call=name, times=times, arguments=arguments)

    def call(self, name: str, **arguments: Any) -> Any:
        (answer,) = self.race(name, 1, **arguments)
        assert "value" in answer, answer
        return answer["value"]

    def start(self, name: str, **arguments: Any) -> int:
        return self.ask(start=name, arguments=arguments)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    opened = House(tmp_path_factory.mktemp("house"))
    opened.call("world:people")
    yield opened
    opened.close()
