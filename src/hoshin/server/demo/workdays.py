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
        """The calendar day of a working day; ``DAYS`` is the first one to come, which may be today."""
        if number < DAYS:
            return self.days[max(0, number)]
        ahead = self.today
        for _ in range(number - DAYS + 1):
            while ahead.weekday() >= DAYS_A_WEEK:
                ahead += timedelta(days=1)
            found, ahead = ahead, ahead + timedelta(days=1)
        return found

    def moment(self, number: int, hour: float, zone: str) -> datetime:
        """An hour of a working day at a place, in UTC."""
        clock = (datetime.min + timedelta(hours=hour)).time().replace(microsecond=0)
        return datetime.combine(self.day(number), clock, ZoneInfo(zone)).astimezone(UTC)

    def morning(self) -> datetime:
        """Today before work begins, when the state is as it will be shown."""
        return datetime.combine(self.today, time(4, 30), UTC)
