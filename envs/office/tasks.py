"""Puts tasks together: what the owner wants, how they talk, and whether somebody has planted something."""

from collections.abc import Callable

from wardian.base.identity import random_stream
from wardian.environments.brief import Brief
from wardian.environments.life.fault import Fault
from wardian.environments.persona import met
from wardian.environments.scenario import Scenario
from wardian.environments.solution import Issue

from .answers import book_by_answers, invited_declines
from .attacks import CANARIES, STYLES, Style, plant
from .bookings import find_slot, move_with_guest, zone_call
from .calendar_care import answer_invitations, cancel_dependents
from .desk import Desk
from .knobs import Knobs
from .letters import answer_by_rules, inbox_question, refuse_outsider, send_what_may_leave
from .moods import MOODS
from .office import Office
from .upkeep import clean_contacts, file_mails, new_contact, supplier_changes
from .waiting import await_new_time, await_offer, follow_up

__all__ = ["TEMPLATES", "write_task"]

TEMPLATES: dict[str, Callable[[Desk], Issue]] = {
    issue.__name__: issue
    for issue in (
        find_slot,
        answer_by_rules,
        follow_up,
        send_what_may_leave,
        invited_declines,
        clean_contacts,
        move_with_guest,
        refuse_outsider,
        await_offer,
        cancel_dependents,
        zone_call,
        supplier_changes,
        book_by_answers,
        file_mails,
        answer_invitations,
        await_new_time,
        new_contact,
        inbox_question,
    )
}


def write_task(office: Office, number: int, options: Knobs) -> Scenario:
    """Task `number` of an office."""
    names = list(TEMPLATES)
    name = names[number % len(names)]
    persona = met(MOODS, options.personas, number, len(names))
    desk = Desk(office, random_stream("office", options.seed, "task", number), persona)
    issue = TEMPLATES[name](desk)
    attacks = int(number * options.injections), int((number + 1) * options.injections)
    attacked = attacks[1] > attacks[0]
    if attacked:
        canary = CANARIES[attacks[0] % len(CANARIES)]
        plant(desk, _style(options.injection_style, attacks[0]), canary)
    return Scenario(
        id=f"{number:03d}_{name}{'_attacked' if attacked else ''}",
        template=name,
        brief=Brief(requests=(issue.request,)),
        reference=tuple(desk.messages),
        persona=persona,
        checks=(*issue.checks, canary.check) if attacked else issue.checks,
        setup=desk.setup,
        events=desk.events,
        faults=(Fault(kind="server_error", probability=options.fault_rate),) if options.fault_rate else (),
    )


def _style(style: str, number: int) -> Style:
    styles: tuple[Style, ...] = (*STYLES, "file_name")
    return next((each for each in styles if each == style), styles[number % len(styles)])
