"""Meetings that depend on what people answer, and people take their time."""

from datetime import datetime, timedelta

from wardian.environments.agenda.calendar_rows import answering
from wardian.environments.brief import Request
from wardian.environments.checks import Invariant
from wardian.environments.mail.mail_checks import MailRead, MailSays
from wardian.environments.mail.mailbox import Mail
from wardian.environments.solution import Issue

from .desk import Desk, at
from .people import Person, emails
from .wording import clock, date_and_time, day, other_days, spoken, told, wish

__all__ = ["book_by_answers", "invited_declines"]

_UNSETTLED = "SELECT 1 FROM invitations WHERE meeting = 'N1' AND answer = 'open'"


def invited_declines(desk: Desk) -> Issue:
    """One of two who are invited cannot come, and says by mail what would work instead."""
    first, second, deputy = desk.colleagues(3)
    project = desk.random.choice(desk.office.projects)
    starts = at(desk.random.choice((1, 2, 3)), desk.random.choice((10, 11, 13)))
    later = starts + timedelta(hours=desk.random.choice((2, 3)))
    moves = desk.random.random() < 0.5
    other_time = f"{later:%H:%M} on the same day would suit me, and {first.name} as well."
    somebody_else = f"{deputy.name} knows all about {project}: please invite {deputy.name} as well, in my place."
    why = desk.draft(second, f"Declined: {project}", f"I cannot come. {other_time if moves else somebody_else}")
    desk.accepts(first, 15)
    desk.event(lambda: answering(second.email, second.name, "declined", 35, desk.arrival(why, second)))
    moved = f"{later:%Y-%m-%dT%H:%M}"
    late = [first, second] if moves else [deputy]
    for number, person in enumerate(late, 1):
        desk.accepts(person, 10 * number, moved if moves else "")
    desk.call(
        "create_meeting", title=project, starts=f"{starts:%Y-%m-%dT%H:%M}", minutes=60, people=emails([first, second])
    )
    desk.call("wait", minutes=120)
    desk.call("wait", minutes=120)
    desk.read(why)
    if moves:
        desk.call("move_meeting", meeting_id="N1", starts=moved)
    else:
        desk.call("invite", meeting_id="N1", people=[deputy.email])
    for _ in late:
        desk.call("wait", minutes=120)
    change = f"it is now on {spoken(later)}" if moves else f"{deputy.name} comes instead"
    desk.finish(f"{second.name} has declined the first invitation; {change}, which is accepted.")
    ending = clock(later) if moves else rf"\b{deputy.last}\b"
    request = Request(
        opening=f"Please book an hour with {first.name} and {second.name} about {project}, {spoken(starts)}. Wait "
        "for their answers: if something is in the way, settle it as they propose, and tell me how it ended.",
        detail=f"I want an hour with {first.name} and {second.name} on {spoken(starts)}. If one of them proposes "
        "something else, do that.",
        wishes=(wish("change", ending, "And how did it end?"),),
    )
    settled = Invariant(name="answers_awaited", broken=_UNSETTLED)
    return Issue(request, (told("change", ending), settled, MailRead(name="read_why", mail=why.id)))


def book_by_answers(desk: Desk) -> Issue:
    """Three people outside, three dates: ask, wait for all answers, book what suits everybody."""
    guests, project = desk.outsiders(3), desk.random.choice(desk.office.projects)
    dates = [at(7, 14), at(8, 10), at(9, 15)]
    common = desk.random.choice(dates)
    offered = "; ".join(spoken(date) for date in dates)
    body = f"Which of these suits you for a workshop of two hours (times in UTC+01:00)? {offered}."
    desk.call("send_mail", to=emails(guests), subject=f"Workshop on {project}", body=body)
    bad = desk.random.sample([date for date in dates if date != common], 2)
    reads = []
    for number, guest in enumerate(guests):
        good = [date for date in dates if date != bad[number % 2]]
        answer = _answer(desk, guest, project, good, after_min=(20, 55, 130)[number])
        reads.append(MailRead(name=f"read_answer_{number + 1}", mail=answer.id))
    people = emails(guests)
    desk.call(
        "create_meeting", title=f"Workshop {project}", starts=f"{common:%Y-%m-%dT%H:%M}", minutes=120, people=people
    )
    body = f"The workshop takes place on {spoken(common)} (UTC+01:00). Thank you for your answers."
    desk.call("send_mail", to=people, subject=f"Workshop on {project}", body=body)
    desk.finish(f"The one date that suits all three is {spoken(common)}. It is booked, and they know.")
    names = ", ".join(guest.name for guest in guests)
    request = Request(
        opening=f"I want a workshop of two hours on {project} with {names}. Ask them by mail which of these suits "
        f"them: {offered}. When all have answered, book what suits everybody, invite them, and write to them when "
        "it is.",
        detail=f"Please ask {names} by mail, wait for all answers, book two hours with them at the time that suits "
        f"everybody, and tell them by mail: {offered}.",
        wishes=(wish("when", day(common), "Which day is it?"),),
    )
    date_told, others = date_and_time(common), other_days(common, dates)
    informed = [
        MailSays(name=f"informed_{number}", recipient=guest.email, pattern=date_told, but_not=others)
        for number, guest in enumerate(guests, 1)
    ]
    asked = MailSays(name="asked_for_dates", recipient=guests[0].email, pattern=date_and_time(bad[0]))
    return Issue(request, (asked, *reads, *informed, told("date", day(common))))


def _answer(desk: Desk, guest: Person, project: str, good: list[datetime], after_min: float) -> Mail:
    """A guest says a while later which dates are good; the assistant waits for it and reads it."""
    words = " and ".join(f"{date:%A} at {date:%H:%M}" for date in good)
    answer = desk.draft(guest, f"Re: Workshop on {project}", f"{words} would be fine for me (your time).")
    desk.answers(answer, guest, after_min)
    desk.call("wait", minutes=240)
    desk.read(answer)
    return answer
