"""The demonstration's calendar: two years of working days that end yesterday, and moments at a site's local time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKS = 104
DAYS_A_WEEK = 5
DAYS = WEEKS * DAYS_A_WEEK


class Workdays:
    """Working days numbered from 0; the last one is the newest before ``today``."""

    def __init__(self, today: date):
        self.today = today
        self.days: list[date] = []
        day = today
        while len(self.days) < DAYS:
            day -= timedelta(days=1)
            if day.weekday() < DAYS_A_WEEK:
                self.days.append(day)
        self.days.reverse()

    def day(self, number: int) -> date:
        """The calendar day of a working day; days to come are counted on beyond the last."""
        if number < DAYS:
            return self.days[max(0, number)]
        weeks, rest = divmod(number - DAYS + 1, DAYS_A_WEEK)
        return self.days[-1] + timedelta(days=7 * weeks + rest)

    def ago(self, number: int) -> int:
        """The number of the working day that lies so many working days before today."""
        return DAYS - number

    def moment(self, number: int, hour: float, zone: str) -> datetime:
        """An hour of a working day at a place, in UTC."""
        clock = (datetime.min + timedelta(hours=hour)).time().replace(microsecond=0)
        return datetime.combine(self.day(number), clock, ZoneInfo(zone)).astimezone(UTC)

    def morning(self) -> datetime:
        """Today before work begins, when the state is as it will be shown."""
        return datetime.combine(self.today, time(4, 30), UTC)
