"""The pack's entry point: builds the office and its tasks, and gives them tools, policy and rules."""

from wardian.environments.agenda import calendar_rows
from wardian.environments.checks import Check, ConfirmedWrites, StateReached
from wardian.environments.contacts import address_book
from wardian.environments.files import schema as files
from wardian.environments.mail import mailbox
from wardian.environments.packs import PackContext
from wardian.environments.scenario import World
from wardian.environments.simulated_pack import SimulatedPack
from wardian.environments.template import Template

from .knobs import Knobs
from .letters import RULES
from .office import NOW, Office
from .tasks import write_task
from .tools import DISTRACTORS, FREE, OfficeTools

__all__ = ["open_pack"]

_RULES: tuple[Check, ...] = (StateReached(), ConfirmedWrites(exempt=FREE))
_NOBODY_S_BUSINESS = frozenset(
    {
        *("clock", "sent_mails", "deliveries.mail", "invitations"),
        *("meetings.id", "meetings.title", "meetings.notes"),
        *("contacts.id", "contacts.company", "contacts.role"),
    }
)
"""Wording, generated ids, and what others answer."""


def open_pack(context: PackContext) -> SimulatedPack:
    """Build the office that the knobs ask for."""
    knobs = Knobs.model_validate(context.knobs)
    rules = {RULES: context.read_text("sales-conditions.md")}
    office = Office(context.read_text("people.yaml"), rules, knobs.people, knobs.seed)
    scenarios = [write_task(office, number, knobs) for number in range(knobs.tasks)]
    schema = mailbox.SCHEMA + calendar_rows.SCHEMA + address_book.SCHEMA + files.SCHEMA
    extras = DISTRACTORS[: knobs.distractor_tools]
    world = World(
        template=Template(schema, office.rows(knobs.noise_mails), NOW),
        toolbox=lambda state: OfficeTools(state, extras),
        policy=context.read_text("policy.md"),
        checks=_RULES,
        ignore=_NOBODY_S_BUSINESS,
        waits=True,
        turn_min=1.0,
    )
    return SimulatedPack(context, world, scenarios)
