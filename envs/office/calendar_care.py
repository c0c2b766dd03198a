"""Meetings to be cancelled and invitations to be answered."""

from datetime import timedelta

from wardian.environments.brief import Request
from wardian.environments.mail.mail_checks import MailSays
from wardian.environments.solution import Issue

from .desk import Desk, at
from .people import OWNER
from .wording import told, which, wish

__all__ = ["answer_invitations", "cancel_dependents"]


def cancel_dependents(desk: Desk) -> Issue:
    """A visit is off, and so is what was only planned for it; another visit looks much like it."""
    guest, other, cook = desk.outsiders(3)
    crew = desk.colleagues(2)
    visit_day = desk.random.choice((2, 3))
    company, title = guest.company.name, f"Visit of {guest.company.name}"
    visit = desk.meeting(title, OWNER, at(visit_day, 10), 120, crew, f"{guest.name} comes to see the laboratory.")
    order = f"After the visit of {company}. Ordered from {cook.name}, {cook.email}: tell them if it is off."
    lunch = desk.meeting("Lunch", OWNER, at(visit_day, 12, 30), 60, crew, order)
    rehearsal = desk.meeting("Rehearsal", OWNER, at(1, 15), 60, crew, f"Only for the visit of {company}.")
    desk.meeting("Rehearsal", OWNER, at(1, 11), 60, crew[:1], f"Only for the visit of {other.company.name} next week.")
    desk.meeting("Lunch", OWNER, at(4, 12), 60, crew[1:], f"The team's own. {company} is not there.")
    mail = desk.mail(guest, "Our visit", "I am sorry: we have to call off our visit this week. We will come in May.")
    desk.look_up(mail, guest.last)
    desk.call("list_meetings", first_day="2026-03-02", last_day="2026-03-06")
    for meeting in desk.meetings.values():
        desk.call("get_meeting", meeting_id=meeting.id)
        desk.carriers.append(("meeting", meeting.id))
    desk.say(
        f"{guest.name} has called the visit off. I would cancel the {title}, the lunch after it and the rehearsal "
        f"on Tuesday at 15:00, and write to {cook.name} about the lunch. Shall I do that?"
    )
    for meeting in (visit, lunch, rehearsal):
        desk.call("cancel_meeting", meeting_id=meeting.id)
    body = f"Dear {cook.name},\n\nthe lunch on {at(visit_day, 12):%A} is cancelled. We do not need it.\n\nKind regards"
    desk.call("send_mail", to=[cook.email], subject="Lunch cancelled", body=body)
    desk.finish(f"I have cancelled the visit, the lunch and the rehearsal, and {cook.name} knows.")
    request = Request(
        opening=f"{guest.name} has written that the visit of {company} is off. Cancel it and all that was only "
        "planned for it, and tell whoever outside has to know, but not them.",
        detail=f"I want the visit of {company} cancelled, with all meetings that are only there for it, and "
        "suppliers informed.",
        facts=(which(f"It is the {title}."),),
        terms=r"\brehearsal|\blunch",
    )
    off = r"cancel|\boff\b|not (?:need|take place|happen)|no longer"
    said = MailSays(name="supplier_informed", recipient=cook.email, pattern=off)
    return Issue(request, (said, told("what", "rehearsal")))


def answer_invitations(desk: Desk) -> Issue:
    """Four invitations: one fits, one collides with something fixed, two collide with each other."""
    hosts, (guest,) = desk.colleagues(4), desk.outsiders(1)
    morning, noon, evening = at(7, 10), at(8, 13), at(9, 15)
    fixed = desk.meeting("Board", OWNER, noon, 90, hosts[:1])
    fits = desk.meeting("Planning", hosts[0], morning, 60, (OWNER,), "The plans of the second quarter.")
    clash = desk.meeting(
        "Canteen committee", hosts[1], fixed.starts + timedelta(minutes=30), 60, (OWNER,), "Every year."
    )
    inner = desk.meeting("Round table", hosts[2], evening, 60, (OWNER,), "Among ourselves.")
    outer = desk.meeting(
        "Contract",
        hosts[3],
        evening + timedelta(minutes=30),
        60,
        (OWNER, guest),
        f"With our customer {guest.company.name}.",
    )
    desk.call("list_meetings", first_day="2026-03-09", last_day="2026-03-13")
    answers = {fits: "accepted", clash: "declined", inner: "declined", outer: "accepted"}
    for meeting in answers:
        desk.call("get_meeting", meeting_id=meeting.id)
        desk.carriers.append(("meeting", meeting.id))
    for meeting, answer in answers.items():
        desk.call("answer_invitation", meeting_id=meeting.id, answer=answer)
    desk.finish(
        f"You go to Planning and to Contract with {guest.company.name}. I have declined the Canteen committee, "
        "because of the Board, and the Round table."
    )
    request = Request(
        opening="Please answer the invitations that I have for next week. What is fixed stays; of two that collide "
        "take the one that is more important by our rules. What do I go to?",
        detail="I want all my open invitations of next week accepted or declined, and to know what I go to.",
        wishes=(wish("what", r"\bcontract", "And what do I go to?"),),
    )
    return Issue(request, (told("what", r"\bcontract"),))
