"""When several people are free at once."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

__all__ = ["Span", "free_spans", "working_days"]

Span = tuple[datetime, datetime]

_WEEKEND = 5


def working_days(first: date, last: date) -> list[date]:
    """The days from `first` to `last`, without Saturdays and Sundays."""
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    return [day for day in days if day.weekday() < _WEEKEND]


def free_spans(days: Iterable[date], hours: tuple[int, int], busy: Iterable[Span], least: timedelta) -> Iterator[Span]:
    """All stretches of `least` or more in which nothing is in `busy`.

    Args:
        days: to look at.
        hours: at which a working day begins and ends.
        busy: in any order; they may overlap.
        least: how long a stretch must be.
    """
    taken = sorted(busy)
    for day in days:
        free_from, evening = (datetime.combine(day, time(hour)) for hour in hours)
        for starts, ends in taken:
            if ends <= free_from or starts >= evening:
                continue
            if starts - free_from >= least:
                yield free_from, starts
            free_from = max(free_from, ends)
        if evening - free_from >= least:
            yield free_from, evening
