"""Patterns for what the owner and the checks want to hear, and the facts that the owner knows."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from wardian.environments.brief import Fact, Wish
from wardian.environments.checks import Communicated

from .people import HOME, Person

__all__ = ["clock", "date_and_time", "day", "number", "other_days"]
__all__ += ["spoken", "theirs", "told", "which", "wish"]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOON = 12


def spoken(moment: datetime) -> str:
    """A moment as the assistant says it."""
    return f"{_DAYS[moment.weekday()]}, {moment.day} March, at {moment:%H:%M}"


def theirs(moment: datetime, person: Person) -> datetime:
    """A moment of the office on the clocks of somebody else."""
    return moment + timedelta(hours=person.company.utc_offset - HOME.utc_offset)


def day(moment: datetime) -> str:
    """A pattern for a day as people write it: Thursday, 5 March, March 5th, 2026-03-05."""
    written = rf"\b{moment.day}(?:st|nd|rd|th)? (?:of )?Mar|\bMar(?:ch)? {moment.day}\b|{moment:%Y-%m-%d}"
    name = _DAYS[moment.weekday()][:3]
    return rf"\b{name}(?:[a-z]*day|r?s)?\b|{written}|\b0?{moment.day}[./]0?3\b"


def clock(moment: datetime) -> str:
    """A pattern for a time of day as people write it: 14:00, 2 pm, 2:00pm, 14h."""
    hour, minute = moment.hour, f"{moment.minute:02d}"
    short = (hour - 1) % _NOON + 1
    half = "p" if hour >= _NOON else "a"
    minutes = rf"[:.]{minute}" if moment.minute else r"(?:[:.]00)?"
    sharp = "" if moment.minute else rf"|\b{hour} ?(?:h\b|o'clock)"
    return rf"\b0?{hour}[:.]{minute}\b|\b{short}{minutes} ?{half}\.?m\b{sharp}"


def number(value: int) -> str:
    """A pattern for a number as people write it, never a part of another one."""
    digits = f"{value:,}".replace(",", "[,. ]?")
    return rf"(?<![\d.,]){digits}(?:[.,]00?)?(?!\d|[.,]\d)"


def other_days(moment: datetime, dates: Iterable[datetime]) -> str:
    """A pattern for the days of all dates but this one."""
    return "|".join(day(date) for date in dates if date != moment)


def date_and_time(*moments: datetime) -> str:
    """A pattern for a text with the day of the first moment and the time of any of them, here or in another zone."""
    times = "|".join(clock(moment) for moment in moments)
    return rf"\A(?s:(?=.*(?:{day(moments[0])}))(?=.*(?:{times})))"


def told(name: str, pattern: str) -> Communicated:
    """The owner was told."""
    return Communicated(name=f"told_{name}", pattern=pattern)


def wish(name: str, pattern: str, ask: str) -> Wish:
    """The owner wants to hear it."""
    return Wish(name=name, said=pattern, ask=ask)


def which(answer: str) -> Fact:
    """What the owner says when asked what exactly it is about."""
    asked = r"\b(?:which|what|whose|who)\b.*\b(?:mail|message|meeting|project|person|contact|thread|one|about|from)\b"
    return Fact(name="which", asked=asked, answer=answer)
