"""A small world with a mailbox, a calendar and an address book."""

from datetime import datetime
from typing import Any

import orjson

from wardian.base.messages import ToolCall
from wardian.environments.agenda import calendar_rows
from wardian.environments.agenda.agenda_tools import AgendaTools
from wardian.environments.agenda.calendar_rows import Meeting
from wardian.environments.contacts import address_book
from wardian.environments.contacts.address_book import Contact
from wardian.environments.contacts.contact_tools import ContactTools
from wardian.environments.mail import mailbox
from wardian.environments.mail.mail_tools import MailTools
from wardian.environments.mail.mailbox import Mail, folder_rows
from wardian.environments.observation import Observation
from wardian.environments.state import State
from wardian.environments.template import Template

__all__ = ["ME", "NOW", "TEMPLATE", "Desk", "called", "desk", "error", "result"]

ME = "me@home.example"
NOW = datetime(2026, 3, 2, 9)

MAILS = (
    (
        Mail(
            id="M1",
            sender="ann@home.example",
            subject="Plans",
            body="See here.",
            recipients=(ME,),
            attachments=("a.txt",),
        ),
        8,
    ),
    (Mail(id="M2", sender="bo@away.example", subject="Offer", body="10 euros", recipients=(ME, "cy@home.example")), 7),
    (Mail(id="M3", sender="ann@home.example", subject="Old", body="'Quoted'", recipients=(ME,), folder="archive"), 6),
)
MEETINGS = (
    Meeting(
        id="E1",
        title="Own",
        organizer=ME,
        starts=NOW.replace(hour=10),
        ends=NOW.replace(hour=11),
        attendees=("ann@home.example",),
    ),
    Meeting(
        id="E2",
        title="Theirs",
        organizer="ann@home.example",
        starts=NOW.replace(hour=10, minute=30),
        ends=NOW.replace(hour=12),
        answer="open",
    ),
    Meeting(
        id="E3",
        title="Later",
        organizer="ann@home.example",
        starts=NOW.replace(hour=15),
        ends=NOW.replace(hour=16),
        answer="open",
    ),
)

TEMPLATE = Template(
    mailbox.SCHEMA + calendar_rows.SCHEMA + address_book.SCHEMA,
    {
        "folders": folder_rows("alder"),
        "mails": [mail.row(NOW.replace(hour=hour)) for mail, hour in MAILS],
        "meetings": [meeting.row for meeting in MEETINGS],
        "invitations": [{"meeting": "E1", "person": "ann@home.example", "answer": "accepted"}],
        "shared_calendars": [{"person": "ann@home.example"}, {"person": "cy@home.example"}],
        "busy": [{"person": "cy@home.example", "starts": "2026-03-02T13:00", "ends": "2026-03-02T16:00"}],
        "contacts": [
            Contact(id="C1", name="Ann Abel", email="ann@home.example", phone="+491", company="Home").row,
            Contact(id="C2", name="Bo Brand", email="bo@away.example", zone="UTC-05:00", bank_account="DE1").row,
        ],
    },
    NOW,
)


class Desk(MailTools, AgendaTools, ContactTools):
    """All three kits."""

    owner = ME
    utc_offset_hours = 1.0


def desk() -> Desk:
    """A fresh world's tools."""
    return Desk(State(TEMPLATE))


def called(tools: Desk, tool_name: str, /, **arguments: object) -> Observation:
    """What a call gives."""
    return tools.call(ToolCall(id="c", name=tool_name, arguments=orjson.dumps(arguments).decode()))


def result(tools: Desk, tool_name: str, /, **arguments: object) -> Any:
    """The answer of a call that must succeed."""
    seen = called(tools, tool_name, **arguments)
    assert seen.error is None, seen.text
    return orjson.loads(seen.text)


def error(tools: Desk, tool_name: str, /, **arguments: object) -> str:
    """The code of a call that must fail, and that changes nothing."""
    seen = called(tools, tool_name, **arguments)
    assert seen.changes == ()
    return seen.error or ""
