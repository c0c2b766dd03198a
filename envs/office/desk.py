"""Where a task is written: what lies on the desk, what will happen, and the assistant's part of a perfect day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from wardian.environments.agenda.calendar_rows import Meeting, answering
from wardian.environments.contacts.address_book import Contact
from wardian.environments.files.schema import tree_rows
from wardian.environments.insertion import insertion
from wardian.environments.life.event import Conditional, Effect, Event, Once
from wardian.environments.mail.mailbox import Mail, arrival
from wardian.environments.persona import Persona
from wardian.environments.solution import Solution
from wardian.environments.template import SqlValue

from .office import NOW, Office
from .people import OWNER, Person

__all__ = ["Desk", "at"]

_FOLDERS = ("projects", "attachments", "rules")
_WRITTEN_TO = "SELECT 1 FROM deliveries WHERE recipient = :sender GROUP BY recipient HAVING count(*) >= :times"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment; day 0 is the Monday on which everything begins."""
    return NOW.replace(hour=hour, minute=minute) + timedelta(days=day)


@dataclass
class Desk(Solution):
    """Collects a task: `say` and `call` are the reference's messages in order."""

    office: Office
    random: Random
    persona: Persona
    mails: dict[str, Mail] = field(default_factory=dict)
    """All that somebody may write into, by id; those that arrive later too."""
    meetings: dict[str, Meeting] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    carriers: list[tuple[str, str]] = field(default_factory=list)
    """What the reference reads: the kind (mail, meeting, file) and the id or path."""
    _sent: dict[str, datetime] = field(default_factory=dict)
    _rows: list[tuple[str, dict[str, SqlValue]]] = field(default_factory=list)
    _notes: list[tuple[str, tuple[SqlValue, ...]]] = field(default_factory=list)
    _events: list[Callable[[], Event]] = field(default_factory=list)

    def finish(self, text: str) -> None:
        """The assistant reports and asks for more."""
        self.say(f"Done. {text} Is there anything else?")

    def look_up(self, mail: Mail, query: str) -> None:
        """The assistant finds a mail and reads it."""
        self.call("search_mails", query=query)
        self.read(mail)

    def read(self, mail: Mail) -> None:
        """The assistant reads a mail."""
        self.call("read_mail", mail_id=mail.id)
        self.carriers.append(("mail", mail.id))

    def colleagues(self, count: int) -> list[Person]:
        """So many colleagues, without the one who holds the stand-up."""
        return self.random.sample(self.office.colleagues[1:], count)

    def outsiders(self, count: int) -> list[Person]:
        """So many people of different companies."""
        people = self.random.sample(self.office.outsiders, len(self.office.outsiders))
        return list({person.company: person for person in people}.values())[:count]

    def draft(self, sender: Person, subject: str, body: str, files: Sequence[str] = (), thread: str = "") -> Mail:
        """A mail to the owner that is not there yet."""
        mail = Mail(
            id=self.office.register.number(self.random, "M"),
            sender=sender.email,
            subject=subject,
            body=f"Hello Nora,\n\n{body}\n\n{sender.signature}",
            recipients=(OWNER.email,),
            thread=thread,
            attachments=tuple(files),
        )
        self.mails[mail.id] = mail
        return mail

    def mail(self, sender: Person, subject: str, body: str, files: Sequence[str] = (), thread: str = "") -> Mail:
        """A mail that came in before everything began."""
        mail = self.draft(sender, subject, body, files, thread)
        self._sent[mail.id] = NOW - timedelta(minutes=280 - 20 * len(self._sent) - self.random.randrange(15))
        return mail

    def arrival(self, mail: Mail, sender: Person) -> tuple[Effect, ...]:
        """What happens when a draft comes in."""
        return arrival(self.mails[mail.id], sender.name)

    def event(self, event: Callable[[], Event]) -> None:
        """Something happens later; it is asked for when all mails are written."""
        self._events.append(event)

    def comes(self, mail: Mail, sender: Person, when: Once) -> None:
        """A draft comes in at its time."""
        self._events.append(lambda: Event(name=mail.id, when=when, effects=self.arrival(mail, sender)))

    def answers(self, mail: Mail, sender: Person, after_min: float, times: int = 1) -> None:
        """A draft comes in so many minutes after its sender has got their first mail of the owner, or their second."""
        when, values = Conditional(sql=_WRITTEN_TO, after_min=after_min), {"sender": sender.email, "times": times}
        self._events.append(lambda: Event(name=mail.id, when=when, effects=self.arrival(mail, sender), values=values))

    def accepts(self, person: Person, after_min: float, starts: str = "") -> None:
        """A colleague accepts the first invitation, or the first to what starts then."""
        self._events.append(lambda: answering(person.email, person.name, "accepted", after_min, starts=starts))

    def meeting(
        self, title: str, organizer: Person, starts: datetime, minutes: int, people: Sequence[Person], notes: str = ""
    ) -> Meeting:
        """A meeting in the owner's calendar; an open invitation when somebody else organizes it."""
        own = organizer is OWNER
        meeting = Meeting(
            id=self.office.register.number(self.random, "E"),
            title=title,
            organizer=organizer.email,
            starts=starts,
            ends=starts + timedelta(minutes=minutes),
            attendees=tuple(person.email for person in people),
            notes=notes,
            answer="accepted" if own else "open",
        )
        self.meetings[meeting.id] = meeting
        guests = people if own else ()
        self._rows += [
            ("invitations", {"meeting": meeting.id, "person": person.email, "answer": "accepted"}) for person in guests
        ]
        return meeting

    def busy(self, person: Person, starts: datetime, ends: datetime) -> None:
        """A colleague is not free."""
        times = {"starts": starts.isoformat(timespec="minutes"), "ends": ends.isoformat(timespec="minutes")}
        self._rows.append(("busy", {"person": person.email, **times}))

    def contact(self, entry: Contact) -> None:
        """An entry of the address book that only this task has."""
        self._rows.append(("contacts", entry.row))

    def note(self, person: Person, text: str) -> None:
        """The address book says something about somebody."""
        self._notes.append(("UPDATE contacts SET note = ? WHERE id = ?", (text, person.contact)))

    @property
    def setup(self) -> tuple[tuple[str, tuple[SqlValue, ...]], ...]:
        """The statements that put everything on the desk."""
        mails = [("mails", mail.row(self._sent[key])) for key, mail in self.mails.items() if key in self._sent]
        meetings = [("meetings", meeting.row) for meeting in self.meetings.values()]
        files = [("files", row) for row in tree_rows(self.files) if row["path"] not in _FOLDERS]
        rows = (*self._rows, *mails, *meetings, *files)
        return (*self._notes, *(insertion(table, row) for table, row in rows))

    @property
    def events(self) -> tuple[Event, ...]:
        """What will happen."""
        return tuple(event() for event in self._events)
