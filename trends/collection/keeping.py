"""Monthly partitions of the observations: made ahead, dropped when they are half a year old.

The app's role can neither create nor drop a table; two functions of the owner do it (migration 0005), for months
within their bounds only. What no partition was made for stands in the default one and is moved when its month comes.
"""

import datetime as dt

from django.db import connection

AHEAD = 2  # months
KEPT = 6  # whole months before the current one
SWEPT = 24  # months looked back for partitions to drop


def keep_partitions(*, today: dt.date) -> tuple[int, int]:
    """Make the partitions to come and drop the old ones; returns how many of each."""
    made = sum(_call("trends_add_partition", month_away(today, step)) for step in range(-1, AHEAD + 1))
    dropped = sum(_call("trends_drop_partition", month_away(today, -step)) for step in range(KEPT + 1, SWEPT + 1))
    return made, dropped


def month_away(day: dt.date, months: int) -> dt.date:
    """Return the first day of the month so many months away."""
    whole = day.year * 12 + day.month - 1 + months
    return dt.date(whole // 12, whole % 12 + 1, 1)


def _call(function: str, month: dt.date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [month])
        return bool(cursor.fetchone()[0])
