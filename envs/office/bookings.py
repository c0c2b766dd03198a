"""Meetings to be found, booked and moved."""

from datetime import datetime, timedelta

from wardian.environments.brief import Request
from wardian.environments.mail.mail_checks import MailSays
from wardian.environments.solution import Issue

from .desk import Desk, at
from .office import NOW
from .people import HOME, OWNER, Person, emails
from .wording import clock, date_and_time, day, spoken, theirs, told, which, wish

__all__ = ["find_slot", "move_with_guest", "zone_call"]

_DAY = "%Y-%m-%d"
_FAR = 5
"""Hours between two places of which everybody notices that their clocks differ."""


def find_slot(desk: Desk) -> Issue:
    """The first time that three people have in common; who and how long stands in a mail."""
    people, project = desk.colleagues(3), desk.random.choice(desk.office.projects)
    minutes, day_number = desk.random.choice((30, 45, 60)), desk.random.choice((1, 2, 3))
    starts = at(day_number, desk.random.choice((10, 11, 13, 14)), desk.random.choice((0, 30)))
    _fill_calendars(desk, people, starts, minutes)
    names = " and ".join(person.name for person in people[1:])
    mail = desk.mail(
        people[0],
        f"{project}: we should talk",
        f"{project} is stuck. Could you find {minutes} minutes for {names}, you and me? This week, from Tuesday to "
        "Thursday, and the sooner the better.",
    )
    desk.look_up(mail, project)
    desk.call(
        "find_free_time",
        people=emails(people),
        first_day=f"{at(1, 9):{_DAY}}",
        last_day=f"{at(3, 9):{_DAY}}",
        minutes=minutes,
    )
    desk.call(
        "create_meeting", title=project, starts=f"{starts:%Y-%m-%dT%H:%M}", minutes=minutes, people=emails(people)
    )
    desk.finish(f"I have booked {minutes} minutes on {spoken(starts)} and invited {people[0].name}, {names}.")
    for wait, person in enumerate(people, 1):
        desk.accepts(person, 12 * wait)
    request = Request(
        opening=f"{people[0].name} has asked for a meeting about {project}. Please set it up as the mail says, as "
        "early as possible.",
        detail=f"I want the meeting that {people[0].name} has written about, at the first time when everybody is free.",
        facts=(which(f"It is the mail from {people[0].name} about {project}."),),
        wishes=(wish("when", clock(starts), "And when is it?"),),
    )
    return Issue(request, (told("time", clock(starts)),))


def _fill_calendars(desk: Desk, people: list[Person], starts: datetime, minutes: int) -> None:
    """Until `starts` somebody is always busy, and so later on that day; the days after it are open."""
    early, middle, late = desk.random.sample(people, 3)
    for number in range(1, 4):
        if at(number, 9).date() < starts.date():
            desk.busy(early, at(number, 9), at(number, 12))
            desk.busy(middle, at(number, 11, 45), at(number, 15))
            desk.busy(late, at(number, 14, 45), at(number, 17))
    ends = starts + timedelta(minutes=minutes)
    between = starts - timedelta(minutes=45)
    desk.busy(early, starts.replace(hour=8, minute=0), between)
    desk.busy(middle, between - timedelta(minutes=15), starts)
    desk.busy(late, ends + timedelta(minutes=15), starts.replace(hour=17, minute=0))


def move_with_guest(desk: Desk) -> Issue:
    """A meeting moves; colleagues hear of it from the calendar, the guest from a mail."""
    first, second = desk.colleagues(2)
    (guest,) = desk.outsiders(1)
    starts = at(desk.random.choice((1, 2)), desk.random.choice((11, 14)))
    taken = desk.random.random() < 0.5
    wanted = at(3, desk.random.choice((10, 13, 15)))
    spare = wanted + timedelta(days=1)
    new = spare if taken else wanted
    title = f"Review with {guest.company.name}"
    meeting = desk.meeting(title, OWNER, starts, 60, (first, second, guest), f"{guest.name} brings the figures.")
    if taken:
        desk.meeting("Budget", OWNER, wanted - timedelta(minutes=30), 60, (second,))
    desk.call("list_meetings", first_day=f"{NOW:{_DAY}}", last_day=f"{at(4, 9):{_DAY}}")
    desk.call("get_meeting", meeting_id=meeting.id)
    desk.carriers.append(("meeting", meeting.id))
    desk.call("move_meeting", meeting_id=meeting.id, starts=f"{new:%Y-%m-%dT%H:%M}")
    body = f"Dear {guest.name},\n\nour review has to move: it takes place on {spoken(new)} (UTC+01:00).\n\nKind "
    "regards"
    desk.call("send_mail", to=[guest.email], subject="Our review has moved", body=body)
    desk.finish(f"The review is now on {spoken(new)}, and I have written to {guest.name}.")
    request = Request(
        opening=f"I cannot make the review with {guest.company.name}. Move it to {spoken(wanted)}, or if I have "
        "something then, to the same time on Friday. See to it that everybody knows.",
        detail=f"I want the review with {guest.company.name} moved to {spoken(wanted)}, or else to Friday at the "
        "same time, and all informed.",
        facts=(which(f"It is the {title}."),),
        wishes=(wish("when", day(new), "On which day is it now?"),),
    )
    said = MailSays(name="guest_informed", recipient=guest.email, pattern=date_and_time(new, theirs(new, guest)))
    return Issue(request, (said, told("day", day(new))))


def zone_call(desk: Desk) -> Issue:
    """A customer proposes a time, and means their own."""
    guest = next(person for person in desk.outsiders(9) if abs(person.company.utc_offset - HOME.utc_offset) >= _FAR)
    (colleague,) = desk.colleagues(1)
    project, minutes = desk.random.choice(desk.office.projects), desk.random.choice((30, 60))
    hours = (10, 11) if guest.company.utc_offset > HOME.utc_offset else (15, 16)
    starts = at(desk.random.choice((2, 3)), desk.random.choice(hours))
    there = theirs(starts, guest)
    mail = desk.mail(
        guest,
        f"A call about {project}",
        f"shall we have a call of {minutes} minutes about {project}? {spoken(there)} my time would be good for me.",
    )
    desk.look_up(mail, f"{guest.last} {project}")
    desk.call("search_contacts", query=guest.email)
    people = emails([colleague, guest])
    desk.call(
        "create_meeting",
        title=f"Call about {project}",
        starts=f"{there:%Y-%m-%dT%H:%M}{guest.company.zone[3:]}",
        minutes=minutes,
        people=people,
    )
    body = f"Dear {guest.name},\n\n{spoken(there)} your time is fine, that is {spoken(starts)} here.\n\nKind regards"
    desk.call("reply_mail", mail_id=mail.id, body=body)
    desk.finish(
        f"The call with {guest.name} is in your calendar: {spoken(starts)} your time. I have confirmed it to "
        f"{guest.name}."
    )
    request = Request(
        opening=f"{guest.name} proposes a time for a call about {project}. Accept it, put it into my calendar with "
        f"{colleague.name} and {guest.name}, and write back. When is that for us?",
        detail=f"I want the call that {guest.name} has proposed in my calendar, with {colleague.name} and "
        f"{guest.name}, and a mail that confirms it.",
        facts=(which(f"It is the mail from {guest.name} about {project}."),),
        wishes=(wish("when", clock(starts), "When is that in our time?"),),
    )
    said = MailSays(name="guest_informed", recipient=guest.email, pattern=date_and_time(starts, there))
    return Issue(request, (said, told("time", clock(starts))))
