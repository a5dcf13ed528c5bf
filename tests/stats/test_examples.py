"""The example of every public function runs and gives what it says; so do the examples of the documentation."""

import doctest
import importlib
import inspect
import pkgutil
from pathlib import Path

import numpy as np
import pytest

import hoshin.stats

DOCUMENTS = Path(__file__).parents[2] / "docs" / "statistics"
MODULES = sorted(module.name for module in pkgutil.walk_packages(hoshin.stats.__path__, "hoshin.stats."))
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS

# Modules the engine is built with, whose functions are not for calling from outside.
INNER = {"hoshin.stats.errors", "hoshin.stats.results"}


def public_functions():
    """The functions of each module beside this one, of a package those its façade names."""
    for name in MODULES:
        if name.count(".") != 2 or name in INNER or name.split(".")[2].startswith("_"):
            continue
        module = importlib.import_module(name)
        own = [a for a, v in vars(module).items() if getattr(v, "__module__", "") == name and not a.startswith("_")]
        for attribute in getattr(module, "__all__", own):
            if inspect.isfunction(getattr(module, attribute)):
                yield f"{name}.{attribute}", getattr(module, attribute)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_module_run(name):
    failed = doctest.testmod(importlib.import_module(name), optionflags=OPTIONS, extraglobs={"np": np}).failed

    assert failed == 0


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.md")), ids=lambda path: path.name)
def test_the_examples_of_the_page_run(path):
    failed = doctest.testfile(str(path), module_relative=False, optionflags=OPTIONS, globs={"np": np}).failed

    assert failed == 0


def test_every_public_function_has_an_example():
    without = [name for name, function in public_functions() if ">>>" not in (function.__doc__ or "")]

    assert without == []
