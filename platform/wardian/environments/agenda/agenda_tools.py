"""The tools with which an agent makes, moves and cancels meetings."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

import orjson

from wardian.environments.agenda.agenda_reading import AgendaReading, Minutes
from wardian.environments.agenda.moments import iso, moment_in
from wardian.environments.mail.addresses import addresses
from wardian.environments.mail.mailbox import listed
from wardian.environments.state import Row
from wardian.environments.tool import ToolError, tool

__all__ = ["AgendaTools"]


class AgendaTools(AgendaReading):
    """A calendar to work in: what does not fit into it is refused as a `conflict`.

    New meetings are called N1, N2, …: no meeting that is there at the beginning may be.
    """

    @tool(effect="write")
    def create_meeting(self, title: str, starts: str, minutes: Minutes, people: list[str], notes: str = "") -> Row:
        """Put a meeting into your calendar and invite people to it.

        Args:
            title: What it is called.
            starts: Such as "2026-03-05T14:00", in your own time; "2026-03-05T14:00-05:00" is in another zone.
            minutes: How long it takes.
            people: Addresses of all who are invited, without your own.
            notes: What they should know.
        """
        begins, ends = self._slot(starts, minutes)
        invited = [each for each in addresses(people) if each != self.owner] if people else []
        meeting_id = self._new_id()
        values = (meeting_id, title, self.owner, iso(begins), iso(ends), listed(invited), notes)
        self.state.run("INSERT INTO meetings VALUES (?, ?, ?, ?, ?, ?, ?, 'planned', 'accepted')", *values)
        self._ask(meeting_id, invited)
        return self.get_meeting(meeting_id)

    @tool(effect="write")
    def move_meeting(self, meeting_id: str, starts: str) -> Row:
        """Move a meeting that you organize to another time; it takes as long as before. All are asked again.

        Args:
            meeting_id: Such as "E12".
            starts: Such as "2026-03-05T14:00", in your own time; "2026-03-05T14:00-05:00" is in another zone.
        """
        meeting = self._own(meeting_id)
        length = datetime.fromisoformat(meeting["ends"]) - datetime.fromisoformat(meeting["starts"])
        begins, ends = self._slot(starts, length // timedelta(minutes=1), but_for=meeting_id)
        self.state.run("UPDATE meetings SET starts = ?, ends = ? WHERE id = ?", iso(begins), iso(ends), meeting_id)
        self.state.run("UPDATE invitations SET answer = 'open' WHERE meeting = ?", meeting_id)
        return self.get_meeting(meeting_id)

    @tool(effect="write")
    def cancel_meeting(self, meeting_id: str) -> Row:
        """Cancel a meeting that you organize.

        Args:
            meeting_id: Such as "E12".
        """
        self._own(meeting_id)
        self.state.run("UPDATE meetings SET status = 'cancelled' WHERE id = ?", meeting_id)
        return self.get_meeting(meeting_id)

    @tool(effect="write")
    def invite(self, meeting_id: str, people: list[str]) -> Row:
        """Invite more people to a meeting that you organize.

        Args:
            meeting_id: Such as "E12".
            people: Addresses of those who are not invited yet.
        """
        there = orjson.loads(self._own(meeting_id)["attendees"])
        newcomers = [each for each in addresses(people) if each not in (*there, self.owner)]
        if not newcomers:
            raise ToolError("conflict", "all of them are invited already")
        attendees = listed((*there, *newcomers))
        self.state.run("UPDATE meetings SET attendees = ? WHERE id = ?", attendees, meeting_id)
        self._ask(meeting_id, newcomers)
        return self.get_meeting(meeting_id)

    @tool(effect="write")
    def answer_invitation(self, meeting_id: str, answer: Literal["accepted", "declined", "tentative"]) -> Row:
        """Answer an invitation of somebody else.

        Args:
            meeting_id: Such as "E12".
            answer: What you say.
        """
        meeting = self._planned(meeting_id)
        if meeting["organizer"] == self.owner:
            raise ToolError("not_allowed", "you organize this meeting yourself")
        if answer == "accepted":
            starts, ends = (datetime.fromisoformat(meeting[name]) for name in ("starts", "ends"))
            self._require_free(starts, ends, but_for=meeting_id)
        self.state.run("UPDATE meetings SET answer = ? WHERE id = ?", answer, meeting_id)
        return self.get_meeting(meeting_id)

    def _slot(self, text: str, minutes: int, but_for: str = "") -> tuple[datetime, datetime]:
        starts = moment_in(text, self.utc_offset_hours)
        ends = starts + timedelta(minutes=minutes)
        if starts < self.clock.now():
            raise ToolError("not_allowed", f"{iso(starts)} is in the past")
        self._require_free(starts, ends, but_for)
        return starts, ends

    def _require_free(self, starts: datetime, ends: datetime, but_for: str) -> None:
        for begun, over in self._held(but_for):
            if begun < ends and starts < over:
                raise ToolError("conflict", f"you have a meeting from {iso(begun)} to {iso(over)}")

    def _own(self, meeting_id: str) -> Row:
        meeting = self._planned(meeting_id)
        if meeting["organizer"] != self.owner:
            raise ToolError("not_allowed", f"{meeting['organizer']} organizes this meeting: only they can change it")
        return meeting

    def _planned(self, meeting_id: str) -> Row:
        meeting = self._meeting(meeting_id)
        if meeting["status"] != "planned":
            raise ToolError("conflict", f"meeting {meeting_id} is {meeting['status']}")
        return meeting

    def _ask(self, meeting_id: str, people: Iterable[str]) -> None:
        for person in people:
            self.state.run("INSERT INTO invitations VALUES (?, ?, 'open')", meeting_id, person)

    def _new_id(self) -> str:
        return f"N{self.state.next_number('meetings', 'id', 'N')}"
