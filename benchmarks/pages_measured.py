"""The measured part of benchmarks/pages.py: loaded once the settings know their folder."""

import itertools
import random
import time

from django.conf import settings
from django.test import Client

from benchmarks.pages import SET, SEVERITIES, TITLES, processor_ms, told
from hoshin.kernel.access.middleware import begin_session
from hoshin.kernel.organization import doors as organization
from hoshin.kernel.organization.actors import acting
from hoshin.kernel.organization.models import Person, Unit
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.record import Record
from hoshin.kernel.trail.actors import system

BY = system("benchmark")
settings.ALLOWED_HOSTS = ["testserver"]


def people() -> list[Person]:
    """Two sites and a handful of people."""
    if Person.objects.exists():
        return list(Person.objects.order_by("id"))
    root = Unit(name="Benchmark", code="ORG", sort=Unit.Sort.ORGANISATION)
    sites = [Unit(name=f"Site {n}", code=f"S{n}", sort=Unit.Sort.SITE, parent=root) for n in (1, 2)]
    organization.add_units([root, *sites], by=BY)
    made = [Person(username=f"person{n}", name=f"Person {n}", unit=sites[n % 2]) for n in range(8)]
    organization.add_people([(person, None) for person in made], by=BY)
    for person in made:
        organization.grant(person, "quality manager", root, by=BY)
    return made


def fill(count: int) -> None:
    """Open nonconformities through the set door until there are as many as asked."""
    owners = people()
    rng = random.Random(1)
    there = Record.objects.count()
    start = time.perf_counter()
    for begin in range(there, count, SET):
        drafts = [
            {
                "title": f"{rng.choice(TITLES)} {begin + n}",
                "description": "Found at final inspection; the part departs from the drawing.",
                "severity": rng.choice(SEVERITIES),
                "owner": rng.choice(owners).uid,
                "unit": rng.choice(owners).unit_id,
                "due_on": f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
            }
            for n in range(min(SET, count - begin))
        ]
        doors.create("nonconformity", drafts, by=BY)
    if count > there:
        print(f"set door: {(count - there) / (time.perf_counter() - start):,.0f} records/s, target 2,000")


def client_of(person: Person) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    session = client.session
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    request = type("Request", (), {"session": session})()
    begin_session(request, person)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def get(client: Client, url: str) -> None:
    answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    if answer.streaming:
        b"".join(answer.streaming_content)


def measure() -> None:
    person = people()[0]
    client = client_of(person)
    middle = Record.objects.order_by("id")[Record.objects.count() // 2]
    told("list page: newest", processor_ms(lambda: get(client, "/nonconformity/")))
    told(
        "list page: filtered by state and sorted by due",
        processor_ms(lambda: get(client, "/nonconformity/?state=open&sort=due_on")),
    )
    told("detail page", processor_ms(lambda: get(client, f"/nonconformity/{middle.number}/")))
    (row,) = registry.typed([middle])
    counter = itertools.count()
    by = acting(person)
    told("change with entry and leaf", processor_ms(lambda: doors.edit([row], {"lot": f"L{next(counter)}"}, by=by)))
    for spec in registry.every():
        get(client, f"/{spec.slug}/")
        get(client, f"/{spec.slug}/new")
    get(client, "/")
    get(client, "/search?q=bore")
