"""The pack's entry point: builds the shop and its tasks, and gives them tools, policy and rules."""

from datetime import datetime, time

from wardian.environments.checks import Check, ConfirmedWrites, RequiredBefore, StateReached
from wardian.environments.packs import PackContext
from wardian.environments.scenario import World
from wardian.environments.simulated_pack import SimulatedPack
from wardian.environments.template import Template

from .distractors import DISTRACTORS, CrowdedShopTools
from .records import TODAY
from .shop import Shop
from .tasks import Knobs, write_task

__all__ = ["open_pack"]

_RULES: tuple[Check, ...] = (
    StateReached(),
    ConfirmedWrites(exempt=("transfer_to_human",)),
    RequiredBefore(
        name="identified_first",
        first=("find_customer_by_email", "find_customer_by_name"),
        then=(
            *("get_customer", "list_orders", "get_order", "cancel_order", "change_address", "return_items"),
            *("exchange_item", "transfer_to_human"),
        ),
    ),
)


def open_pack(context: PackContext) -> SimulatedPack:
    """Build the shop that the knobs ask for."""
    knobs = Knobs.model_validate(context.knobs)
    shop = Shop(context.read_text("catalogue.yaml"), context.read_text("people.yaml"), knobs.seed)
    scenarios = [write_task(shop, number, knobs) for number in range(knobs.tasks)]
    shop.bystanders(knobs.customers, knobs.other_orders)
    extras = DISTRACTORS[: knobs.distractor_tools]
    world = World(
        template=Template(context.read_text("schema.sql"), shop.rows, datetime.combine(TODAY, time(9, 0))),
        toolbox=lambda state: CrowdedShopTools(state, extras),
        policy=context.read_text("policy.md"),
        checks=_RULES,
        ignore=frozenset({"clock", "transactions.id", "handoffs.id", "handoffs.summary"}),
    )
    return SimulatedPack(context, world, scenarios)
