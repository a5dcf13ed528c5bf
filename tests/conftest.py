"""The standing cast of the tests: an organisation with an owner, a manager, a colleague and a stranger."""

import os
from types import SimpleNamespace

import hypothesis
import pytest
from django.test import Client

from hoshin.kernel.organization import doors as organization
from hoshin.kernel.organization.actors import acting
from hoshin.kernel.organization.models import Person, Unit
from hoshin.kernel.trail.actors import system

PASSWORD = "correct horse battery"
pytest_plugins = ["tests.browsing"]

# A busy machine is no falsification: laws are not timed. In CI the same examples are drawn each time.
hypothesis.settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("house")


@pytest.fixture
def cast(db, settings, tmp_path):
    """Two sites; people with one role each. ``cast.ana`` is a Person, ``cast.by.ana`` the actor."""
    settings.HOSHIN_HOME = tmp_path
    by = system("tests")
    root = Unit(name="Meridian", code="ORG", sort=Unit.Sort.ORGANISATION)
    north = Unit(name="North site", code="N", sort=Unit.Sort.SITE, parent=root, timezone="Europe/Berlin")
    south = Unit(name="South site", code="S", sort=Unit.Sort.SITE, parent=root, timezone="America/Sao_Paulo")
    organization.add_units([root, north, south], by=by)
    people = {
        "ana": ("Ana Silva", north, "employee"),
        "max": ("Max Weber", north, "employee"),
        "pat": ("Pat Owen", north, "process owner"),
        "quinn": ("Quinn Meyer", root, "quality manager"),
        "ed": ("Ed Stone", root, "executive"),
        "adi": ("Adi Root", root, "administrator"),
        "sol": ("Sol Cruz", south, "employee"),
    }
    made = {}
    for username, (name, unit, role) in people.items():
        made[username] = Person(username=username, name=name, unit=unit)
        organization.add_people([(made[username], PASSWORD)], by=by)
        organization.grant(made[username], role, unit, by=by)
    stranger = Person(username="stranger", name="Stranger", unit=None)
    organization.add_people([(stranger, PASSWORD)], by=by)
    made["stranger"] = stranger
    actors = SimpleNamespace(**{name: acting(person, via="test") for name, person in made.items()})
    return SimpleNamespace(**made, by=actors, root=root, north=north, south=south, password=PASSWORD, system=by)


@pytest.fixture
def browser_of(cast):
    """A browser in which somebody of the cast has signed in."""

    def signed_in(person: Person) -> Client:
        browser = Client()
        browser.post("/sign-in", {"username": person.username, "password": PASSWORD})
        return browser

    return signed_in
