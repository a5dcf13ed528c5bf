"""The time zones one can choose."""

from zoneinfo import available_timezones

ZONES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
)
ZONES.insert(0, "UTC")
