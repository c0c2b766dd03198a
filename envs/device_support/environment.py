"""The pack's entry point: builds the carrier and its tasks, and gives them tools, policy and rules."""

from datetime import datetime

from wardian.environments.checks import Check, ConfirmedWrites, Consulted, Invariant, RequiredBefore, StateReached
from wardian.environments.packs import PackContext
from wardian.environments.scenario import World
from wardian.environments.simulated_pack import SimulatedPack
from wardian.environments.template import Template

from .carrier import Carrier
from .phone_tools import PhoneTools
from .tasks import Knobs, write_task

__all__ = ["open_pack"]

_RULES: tuple[Check, ...] = (
    StateReached(),
    ConfirmedWrites(exempt=("reset_registration", "notify_when_restored", "transfer_to_human")),
    RequiredBefore(
        name="identified_first",
        first=("find_customer",),
        then=(
            *("get_line", "list_bills", "get_access_point", "reset_registration", "refill_data", "enable_roaming"),
            *("resume_line", "block_line", "send_replacement_sim", "notify_when_restored", "transfer_to_human"),
        ),
    ),
    Consulted(name="looked_at_line", tools=("get_line",)),
    Invariant(name="nothing_erased", broken="SELECT line_id FROM phones WHERE erased"),
)


def open_pack(context: PackContext) -> SimulatedPack:
    """Build the carrier that the knobs ask for."""
    knobs = Knobs.model_validate(context.knobs)
    carrier = Carrier(context.read_text("people.yaml"), knobs.seed)
    scenarios = [write_task(carrier, number, knobs) for number in range(knobs.tasks)]
    carrier.bystanders(knobs.customers)
    world = World(
        template=Template(context.read_text("schema.sql"), carrier.rows, datetime(2026, 3, 2, 9)),
        toolbox=PhoneTools,
        policy=context.read_text("policy.md"),
        checks=_RULES,
        ignore=frozenset({"clock", "charges.id", "sim_orders.id", "handoffs.id", "handoffs.summary"}),
    )
    return SimulatedPack(context, world, scenarios)
