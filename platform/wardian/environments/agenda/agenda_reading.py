"""The tools with which an agent looks at calendars."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar

import orjson
from pydantic import Field

from wardian.environments.agenda.free_time import Span, free_spans, working_days
from wardian.environments.agenda.moments import day_in, iso
from wardian.environments.mail.addresses import address
from wardian.environments.state import Row
from wardian.environments.tool import BadArguments, ToolError, tool
from wardian.environments.toolbox import Toolbox

__all__ = ["AgendaReading", "Minutes"]

Minutes = Annotated[int, Field(ge=5, le=600)]

_MOST_DAYS = 31
_HELD = "status = 'planned' AND answer = 'accepted'"


class AgendaReading(Toolbox):
    """Lists and shows meetings, and finds time. `owner` is whose calendar it is, `utc_offset_hours` where they are."""

    owner: ClassVar[str] = "owner@example.com"
    utc_offset_hours: ClassVar[float] = 0.0
    working_hours: ClassVar[tuple[int, int]] = (9, 17)

    @tool(effect="read")
    def list_meetings(self, first_day: str, last_day: str) -> list[Row]:
        """List the meetings in your calendar, those too that are cancelled or that you have declined.

        Args:
            first_day: Such as "2026-03-05".
            last_day: At most 31 days in all.
        """
        first, last = self._days(first_day, last_day)
        rows = self.state.all(
            "SELECT * FROM meetings WHERE starts >= ? AND starts < ? ORDER BY starts, id",
            *(first.isoformat(), (last + timedelta(1)).isoformat()),
        )
        return [_line(row) for row in rows]

    @tool(effect="read")
    def get_meeting(self, meeting_id: str) -> Row:
        """Look a meeting up: who comes, what they have answered, and the notes.

        Args:
            meeting_id: Such as "E12".
        """
        row = self._meeting(meeting_id)
        answers = self.state.all("SELECT person, answer FROM invitations WHERE meeting = ? ORDER BY person", meeting_id)
        given = {each["person"]: each["answer"] for each in answers}
        return {**_line(row), "organizer": row["organizer"], "answers": given, "notes": row["notes"]}

    @tool(effect="read")
    def find_free_time(self, people: list[str], first_day: str, last_day: str, minutes: Minutes) -> list[Row]:
        """Find when you and all these people are free, within working hours and in your own time.

        Args:
            people: Their addresses; their calendars must be shared with you.
            first_day: Such as "2026-03-05".
            last_day: At most 31 days in all.
            minutes: How long you all need.
        """
        first, last = self._days(first_day, last_day)
        others = sorted({address(person) for person in people} - {self.owner})
        busy = [
            (datetime.min, self.clock.now()),
            *self._held(),
            *(span for each in others for span in self._busy(each)),
        ]
        spans = free_spans(working_days(first, last), self.working_hours, busy, timedelta(minutes=minutes))
        return [{"from": iso(starts), "until": iso(ends)} for starts, ends in spans]

    def _held(self, but_for: str = "") -> list[Span]:
        """When the owner is in a meeting."""
        return _spans(self.state.all(f"SELECT starts, ends FROM meetings WHERE {_HELD} AND id <> ?", but_for))  # noqa: S608  (a constant)

    def _busy(self, person: str) -> list[Span]:
        if self.state.one("SELECT 1 FROM shared_calendars WHERE person = ?", person) is None:
            raise ToolError("not_found", f"{person} shares no calendar with you: ask them when they are free")
        own = self.state.all("SELECT starts, ends FROM busy WHERE person = ?", person)
        invited = (
            "SELECT starts, ends FROM meetings JOIN invitations ON meeting = id AND person = ? "
            "WHERE status = 'planned' AND invitations.answer <> 'declined'"
        )
        return _spans([*own, *self.state.all(invited, person)])

    def _meeting(self, meeting_id: str) -> Row:
        return self.found(f"meeting {meeting_id}", "SELECT * FROM meetings WHERE id = ?", meeting_id)

    def _days(self, first_day: str, last_day: str) -> tuple[date, date]:
        first, last = day_in(first_day), day_in(last_day)
        if not 0 <= (last - first).days < _MOST_DAYS:
            raise BadArguments(f"from {first} to {last} are not 1 to {_MOST_DAYS} days")
        return first, last


def _spans(rows: Sequence[Row]) -> list[Span]:
    return [(datetime.fromisoformat(row["starts"]), datetime.fromisoformat(row["ends"])) for row in rows]


def _line(row: Row) -> Row:
    people = orjson.loads(row["attendees"])
    line = {"meeting_id": row["id"], "title": row["title"], "starts": row["starts"], "ends": row["ends"]}
    return {**line, "attendees": people, "status": row["status"], "your_answer": row["answer"]}
