"""Browsers of the cast, and a record to look at."""

import pytest
from django.test import Client

from hoshin.kernel.records import doors


def signed_in(person, cast) -> Client:
    client = Client()
    client.post("/sign-in", {"username": person.username, "password": cast.password})
    return client


@pytest.fixture
def ana(cast):
    return signed_in(cast.ana, cast)


@pytest.fixture
def quinn(cast):
    return signed_in(cast.quinn, cast)


@pytest.fixture
def adi(cast):
    return signed_in(cast.adi, cast)


@pytest.fixture
def deviation(cast):
    (row,) = doors.create("deviation", [{"title": "Oven too cold", "impact": "None known"}], by=cast.by.ana)
    return row
