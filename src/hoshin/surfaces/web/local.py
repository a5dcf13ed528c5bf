"""Times and words as the person reads them: the time zone of their unit, their language."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from django.utils import timezone, translation


class LocalTime:
    """Middleware that sets the time zone and language of the person who asks."""

    def __init__(self, get_response: Callable):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        person = request.person
        if person is None:
            return self.get_response(request)
        if person.language:
            translation.activate(person.language)
            request.LANGUAGE_CODE = person.language
        with timezone.override(zone_of(person)):
            return self.get_response(request)


def zone_of(person) -> ZoneInfo:
    try:
        return ZoneInfo(person.unit.timezone if person.unit else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
