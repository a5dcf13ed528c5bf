"""What a demonstration may do, an organisation's own ledger refuses; and the demonstration's data are as planned."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError

from hoshin.kernel.organization import doors as organization
from hoshin.kernel.organization.models import Person
from hoshin.kernel.records import doors
from hoshin.kernel.records.errors import NotSigned
from hoshin.kernel.records.signatures import DEMONSTRATION, Proved, Signature
from hoshin.kernel.trail.models import Head
from hoshin.server.demo.build import NotBuilt, build_demo, check_may_build
from hoshin.server.demo.properties import PROPERTIES
from hoshin.server.demo.series import series_of, signalling
from hoshin.server.demo.timeline import Timeline
from hoshin.server.demo.workdays import DAYS, Workdays

CHARTED = [place for place, of in enumerate(PROPERTIES) if of.baselines]


@pytest.fixture
def demo_origin(db):
    Head.objects.update(origin="hoshin-demo/test")


@pytest.fixture
def contained(cast):
    """A nonconformity whose disposition waits for a signature."""
    values = {"title": "Leak", "description": "Leaks", "severity": "minor", "unit": cast.north.uid, "quantity": 2}
    rows = doors.create("nonconformity", [values], by=cast.by.ana)
    doors.perform(rows, "contain", by=cast.by.ana, values={"containment": "Held"})
    return rows[0]


def decide(row, cast, proof):
    lines = {"dispositions": [{"decision": "scrap", "quantity": 2}]}
    return doors.perform([row], "decide", by=cast.by.quinn, values=lines, proof=proof)


def test_signing_without_proof_is_refused_outside_a_demonstration(cast, contained):
    with pytest.raises(NotSigned, match="demonstration"):
        decide(contained, cast, Proved(cast.quinn, DEMONSTRATION))

    assert not Signature.objects.exists()


def test_a_demonstration_signs_without_a_password(cast, demo_origin, contained):
    decide(contained, cast, Proved(cast.quinn, DEMONSTRATION))

    assert Signature.objects.get().method == "demonstration"


def test_nobody_signs_for_somebody_else_even_in_a_demonstration(cast, demo_origin, contained):
    with pytest.raises(NotSigned, match="not the one who acts"):
        decide(contained, cast, Proved(cast.ed, DEMONSTRATION))

    assert not Signature.objects.exists()


def test_an_identity_said_to_be_proved_by_password_is_refused_everywhere(cast, demo_origin, contained):
    with pytest.raises(NotSigned):
        decide(contained, cast, Proved(cast.quinn, "password"))

    assert not Signature.objects.exists()


def test_people_share_a_password_in_a_demonstration_only(cast):
    shared = organization.SharedPassword(make_password("flow-and-pressure"))
    with pytest.raises(ValidationError, match="demonstration"):
        organization.add_people([(Person(username="iris", name="Iris"), shared)], by=cast.system)

    assert not Person.objects.filter(username="iris").exists()


def test_a_shared_password_opens_every_account_of_a_demonstration(cast, demo_origin):
    shared = organization.SharedPassword(make_password("flow-and-pressure"))
    people = [Person(username=name, name=name.title()) for name in ("iris", "otto")]
    organization.add_people([(person, shared) for person in people], by=cast.system)

    assert [person.check_password("flow-and-pressure") for person in people] == [True, True]


def test_no_demonstration_is_built_into_a_ledger_of_an_organisation(db):
    with pytest.raises(NotBuilt, match="HOSHIN_HOME"):
        build_demo(say=lambda line: None)

    assert Head.objects.get().size == 0


def test_a_day_to_come_is_refused(demo_origin):
    with pytest.raises(NotBuilt, match="still to come"):
        check_may_build(datetime.now(UTC).date() + timedelta(days=2))


@pytest.mark.parametrize("place", CHARTED, ids=lambda place: PROPERTIES[place].code)
def test_every_characteristic_has_data_that_signal_as_planned_whatever_the_seed(place):
    of = PROPERTIES[place]
    series = series_of(of, 7, place)
    found = series.week[signalling(of, series.values, series.week)]
    planted = np.any([(found >= since) & (found < until) for since, until in of.signals], axis=0)

    assert np.all(planted) or not len(found)
    assert bool(of.signals) == bool(len(found))


def test_the_same_seed_gives_the_same_data():
    one, two = (series_of(PROPERTIES[0], 20, 0).values for _ in range(2))

    assert np.array_equal(one, two)


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2026, 11, 22), date(2026, 11, 23), date(2024, 2, 29)])
def test_two_years_of_working_days_end_before_today(today):
    days = Workdays(today)
    weekend = [day for day in days.days if day.weekday() > 4]

    assert weekend == []
    assert days.day(DAYS - 1) < today <= days.day(DAYS)
    assert days.day(DAYS).weekday() < 5


def test_events_of_the_past_are_not_added_later():
    timeline = Timeline(datetime(2026, 1, 3, tzinfo=UTC))
    late = datetime(2026, 1, 1, tzinfo=UTC)
    timeline.at(datetime(2026, 1, 2, tzinfo=UTC), lambda: timeline.at(late, lambda: None))
    with pytest.raises(ValueError, match="order"):
        timeline.run("hoshin-demo/test")
