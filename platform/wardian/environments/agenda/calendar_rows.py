"""The tables of a calendar, what stands in it, and how others answer invitations."""

from datetime import datetime
from typing import Literal

from wardian.base.frozen import Frozen
from wardian.environments.life.event import Conditional, Effect, Event, Mutation, News
from wardian.environments.mail.mailbox import listed
from wardian.environments.template import SqlValue

__all__ = ["SCHEMA", "Answer", "Meeting", "answering"]

SCHEMA = """
CREATE TABLE meetings(
  id TEXT PRIMARY KEY, title TEXT NOT NULL, organizer TEXT NOT NULL, starts TEXT NOT NULL, ends TEXT NOT NULL,
  attendees TEXT NOT NULL, notes TEXT NOT NULL, status TEXT NOT NULL, answer TEXT NOT NULL
);
CREATE INDEX meetings_by_start ON meetings(starts);
CREATE TABLE invitations(meeting TEXT, person TEXT, answer TEXT NOT NULL, PRIMARY KEY (meeting, person));
CREATE TABLE shared_calendars(person TEXT PRIMARY KEY);
CREATE TABLE busy(person TEXT, starts TEXT, ends TEXT NOT NULL, PRIMARY KEY (person, starts));
"""
"""To be part of a pack's schema. Moments are ISO texts to the minute, in the time zone of the calendar's owner.

`meetings` are those of the owner: `status` is planned or cancelled, `answer` the owner's own (accepted where they are
the organizer); `attendees` is JSON, sorted, without the organizer. What attendees answer is in `invitations`,
because it is their doing. `busy` is what the owner sees of other people's calendars, of those in `shared_calendars`.
"""

_INVITED = """
SELECT 1 FROM invitations WHERE person = :person AND answer = 'open'
AND meeting IN (SELECT id FROM meetings WHERE :starts IN ('', starts))
"""
_ANSWERS = """
UPDATE invitations SET answer = :answer WHERE person = :person AND answer = 'open'
AND meeting IN (SELECT id FROM meetings WHERE :starts IN ('', starts))
"""

Answer = Literal["accepted", "declined", "tentative", "open"]


class Meeting(Frozen):
    """A meeting in the owner's calendar."""

    id: str
    title: str
    organizer: str
    starts: datetime
    ends: datetime
    attendees: tuple[str, ...] = ()
    notes: str = ""
    status: Literal["planned", "cancelled"] = "planned"
    answer: Answer = "accepted"

    @property
    def row(self) -> dict[str, SqlValue]:
        """The row of the table `meetings`."""
        times = {name: getattr(self, name).isoformat(timespec="minutes") for name in ("starts", "ends")}
        return {**vars(self), **times, "attendees": listed(self.attendees)}


def answering(
    person: str, name: str, answer: Answer, after_min: float, more: tuple[Effect, ...] = (), starts: str = ""
) -> Event:
    """Somebody answers when the owner has invited them.

    Args:
        person: their address.
        name: of theirs, for the notification.
        answer: what they say.
        after_min: how long they take, in virtual minutes.
        more: what else happens then, such as the arrival of a mail that says why.
        starts: answers only an invitation to what starts at this moment; any when empty.
    """
    news = News(text=f"{name} <{person}> answers your invitation: {answer}.")
    return Event(
        name=f"{person} {answer} {starts}",
        when=Conditional(sql=_INVITED, after_min=after_min),
        effects=(Mutation(sql=(_ANSWERS,)), news, *more),
        values={"person": person, "answer": answer, "starts": starts},
    )
