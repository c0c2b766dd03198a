"""SQL functions about days: those of SQLite know what time it is on the machine, and a world must not."""

import sqlite3
from datetime import datetime, timedelta

__all__ = ["define_functions"]


def define_functions(connection: sqlite3.Connection) -> None:
    """Add `add_days(date, days)` and `days_between(from, to)`; both are NULL for what is no date."""
    connection.create_function("add_days", 2, _add_days, deterministic=True)
    connection.create_function("days_between", 2, _days_between, deterministic=True)


def _add_days(text: object, days: object) -> str | None:
    try:
        moment = datetime.fromisoformat(str(text)) + timedelta(days=int(str(days)))
    except (OverflowError, ValueError):
        return None
    return moment.isoformat() if "T" in str(text) else moment.date().isoformat()


def _days_between(first: object, last: object) -> int | None:
    try:
        return (datetime.fromisoformat(str(last)).date() - datetime.fromisoformat(str(first)).date()).days
    except ValueError:
        return None
