"""Computes firings of AWS cron expressions without croner and ICU.

Reads from stdin a JSON list of {"expression", "timezone", "after", "count"}; prints a JSON list of lists of instants.

aws-croniter works in UTC. Its dates are taken as times on the wall of the zone, where EventBridge Scheduler skips a
time that the clocks skip, and fires once at a time that they show twice:
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time

Faults of aws-croniter 2.1.1, for which no expression is drawn: it takes LW and fails on it, and L as the day of the
week never fires (for AWS, the last day of the week is Saturday); the step of years must be a year.
"""

import datetime
import json
import sys
import zoneinfo

from aws_croniter import AwsCroniter

UTC = datetime.timezone.utc
MINUTE = datetime.timedelta(minutes=1)
LAST_YEAR = 2199


def next_on_the_wall(cron: AwsCroniter, wall: datetime.datetime) -> datetime.datetime | None:
    """It gives up after ten attempts, each of a month or more, so it is asked again from a later month."""
    while wall.year <= LAST_YEAR:
        found = cron.get_next(wall)[0]
        if found is not None:
            return found
        month = (wall + MINUTE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        wall = (month + datetime.timedelta(days=32)).replace(day=1) - MINUTE
    return None


def instant(wall: datetime.datetime, zone: zoneinfo.ZoneInfo) -> datetime.datetime | None:
    """None for a time that the clocks skip; of two, the first."""
    local = wall.replace(tzinfo=zone)
    at = local.astimezone(UTC)
    return at if at.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None) else None


def firings(expression: str, timezone: str, after: str, count: int) -> list[str]:
    cron = AwsCroniter(expression.removeprefix("cron(").removesuffix(")"))
    zone = zoneinfo.ZoneInfo(timezone)
    start = datetime.datetime.fromisoformat(after)
    wall = start.astimezone(zone).replace(tzinfo=UTC) - datetime.timedelta(hours=3)
    found: list[str] = []
    while len(found) < count:
        wall = next_on_the_wall(cron, wall)
        if wall is None:
            break
        at = instant(wall, zone)
        if at is not None and at > start:
            found.append(at.isoformat())
    return found


json.dump([firings(**one) for one in json.load(sys.stdin)], sys.stdout)
