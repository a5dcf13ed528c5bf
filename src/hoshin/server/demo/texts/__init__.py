"""The texts of the demonstration, as TOML that people can read and correct."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
STORIES = ("stories_proven", "stories_settled", "stories_open")


def read(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def modes() -> list[dict[str, Any]]:
    """Failure modes of everyday nonconformities."""
    return read("everyday")["mode"]


def signals() -> dict[str, dict[str, Any]]:
    """What people made of each alert, by the characteristic."""
    return read("signals")


def stories() -> list[dict[str, Any]]:
    """Corrective and preventive actions."""
    return [story for name in STORIES for story in read(name)["story"]]
