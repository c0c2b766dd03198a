"""Moments and days as agents write them. A calendar has one time zone: its owner's, a fixed distance from UTC."""

from datetime import date, datetime, timedelta, timezone

from wardian.environments.tool import BadArguments

__all__ = ["day_in", "iso", "moment_in"]


def moment_in(text: str, utc_offset_hours: float) -> datetime:
    """A moment in the owner's time, without a zone.

    Args:
        text: ISO, "2026-03-05T14:00" in the owner's time, or with a zone: "2026-03-05T14:00-05:00".
        utc_offset_hours: the owner's zone.

    Raises:
        BadArguments: when it is no moment to the minute.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadArguments(f"'{text[:40]}' is no moment; write it like 2026-03-05T14:00") from error
    if len(text.strip()) <= len("2026-03-05"):
        raise BadArguments(f"'{text[:40]}' lacks the time of day")
    if moment.second or moment.microsecond:
        raise BadArguments("moments are to the minute")
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(timezone(timedelta(hours=utc_offset_hours))).replace(tzinfo=None)
    except OverflowError as error:
        raise BadArguments(f"'{text[:40]}' is out of the calendar") from error


def day_in(text: str) -> date:
    """A day.

    Raises:
        BadArguments: when it is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadArguments(f"'{text[:40]}' is no day; write it like 2026-03-05") from error


def iso(moment: datetime) -> str:
    """A moment as it stands in the state."""
    return moment.isoformat(timespec="minutes")
