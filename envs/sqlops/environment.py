"""The pack's entry point: builds the company and its tasks, and gives them tools, policy and rules."""

from datetime import datetime, time

from wardian.environments.checks import Check, ConfirmedWrites, RequiredBefore, StateReached
from wardian.environments.packs import PackContext
from wardian.environments.scenario import World
from wardian.environments.simulated_pack import SimulatedPack
from wardian.environments.sql.limits import SqlLimits
from wardian.environments.template import Template

from .company import Company
from .leftovers import leftovers
from .records import TODAY
from .tasks import Knobs, write_task
from .tools import DeskTools

__all__ = ["open_pack"]

_RULES: tuple[Check, ...] = (
    StateReached(),
    ConfirmedWrites(),
    RequiredBefore(name="looked_before_writing", first=("query", "preview"), then=("execute",)),
)
_STEPS = 500_000
_STEPS_PER_ORDER = 100


def open_pack(context: PackContext) -> SimulatedPack:
    """Build the company that the knobs ask for."""
    knobs = Knobs.model_validate(context.knobs)
    company = Company(context.read_text("names.yaml"), knobs.seed)
    scenarios = [write_task(company, number, knobs) for number in range(knobs.tasks)]
    company.bystanders(knobs.orders)
    extra = context.read_text("leftovers.sql").splitlines()[: knobs.distractor_tables]
    schema = "\n".join((context.read_text("schema.sql"), *extra))
    rows = {**company.rows, **leftovers(company, knobs.distractor_tables, knobs.seed)}
    limits = SqlLimits(steps=_STEPS + _STEPS_PER_ORDER * knobs.orders)
    world = World(
        template=Template(schema, rows, datetime.combine(TODAY, time(9, 0))),
        toolbox=lambda state: DeskTools(state, limits),
        policy=context.read_text("policy.md"),
        checks=_RULES,
        ignore=frozenset({"clock", "repair_log.id"}),
    )
    return SimulatedPack(context, world, scenarios)
