"""Numbers from a locked counter by pattern: never twice, and never "the latest plus one"."""

from datetime import datetime

from django.db import models

from .kinds import KindSpec


class Counter(models.Model):
    """How far one series of numbers has come. The row is locked while numbers are taken."""

    series = models.CharField(max_length=80, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)


def take_numbers(spec: KindSpec, at: datetime, count: int) -> list[str]:
    """The next numbers of a kind's series, inside the open unit of work."""
    series = spec.numbering.split("{counter")[0].format(prefix=spec.prefix, year=at.year)
    counter, _made = Counter.objects.select_for_update().get_or_create(series=series)
    first = counter.value + 1
    counter.value += count
    counter.save()
    return [spec.numbering.format(prefix=spec.prefix, year=at.year, counter=n) for n in range(first, first + count)]
