"""Puts tasks together: a customer with one persona, and as many issues as the knob says."""

from collections.abc import Callable
from random import Random

from wardian.base.frozen import Frozen
from wardian.base.identity import random_stream
from wardian.environments.brief import Brief
from wardian.environments.checks import HandoffWhen
from wardian.environments.persona import PERSONAS, met
from wardian.environments.scenario import Scenario
from wardian.environments.solution import Issue

from .changes import cancel_order, cancel_shipped, move_one_of_two, move_order
from .desk import Desk
from .enquiries import missing_parcel, order_question, product_question, stranger_order
from .exchanges import exchange_item, exchange_second_choice
from .returns import return_final_sale, return_item, return_late, return_to_other_card, return_two_items
from .shop import Shop

__all__ = ["TEMPLATES", "Knobs", "write_task"]

TEMPLATES: dict[str, Callable[[Desk], Issue]] = {
    issue.__name__: issue
    for issue in (
        return_item,
        cancel_order,
        exchange_item,
        move_order,
        return_late,
        return_final_sale,
        cancel_shipped,
        exchange_second_choice,
        order_question,
        return_two_items,
        move_one_of_two,
        return_to_other_card,
        product_question,
        stranger_order,
        missing_parcel,
    )
}
_LAST = ("missing_parcel",)
"""After a transfer nobody is there to answer: such an issue comes last."""
_COMPANY = {"stranger_order": "order_question"}
"""Refusing is not enough to be of use: such an issue is never alone."""


class Knobs(Frozen):
    """The pack's knobs by name; `pack.yaml` says what they mean."""

    tasks: int
    issues: int
    customers: int
    other_orders: int
    distractor_tools: int
    personas: str
    seed: int


def write_task(shop: Shop, number: int, knobs: Knobs) -> Scenario:
    """Task `number` of a shop; its people and orders are placed in the shop's rows."""
    names = list(TEMPLATES)
    first = names[number % len(names)]
    random = random_stream("retail", knobs.seed, "task", number)
    kinds = _kinds(random, first, further=number % knobs.issues)
    persona = met(PERSONAS, knobs.personas, number, len(names))
    customer = shop.customer(
        random, plus=random.random() < 0.35, gift_card=first == "return_to_other_card" or random.random() < 0.4
    )
    desk = Desk(shop, random, persona, customer)
    written = [TEMPLATES[kind](desk) for kind in kinds]
    shop.other_orders(random, customer, knobs.other_orders, without=desk.bought)
    due = any(issue.request.kind == "handover" for issue in written)
    handoff = HandoffWhen(tools=("transfer_to_human",), due=due)
    return Scenario(
        id=f"{number:03d}_{'_and_'.join(kinds)}",
        template=first if len(kinds) == 1 else "several_issues",
        brief=Brief(identity=desk.identity(), requests=tuple(issue.request for issue in written)),
        reference=tuple(desk.messages),
        persona=persona,
        checks=(handoff, *(check for issue in written for check in issue.checks)),
    )


def _kinds(random: Random, first: str, further: int) -> list[str]:
    """The kinds of issues of a task: `first`, its company or others, in an order in which they can be settled."""
    others = random.sample([name for name in TEMPLATES if name != first], further)
    company = [_COMPANY[first]] if first in _COMPANY and not others else []
    return sorted([first, *others, *company], key=lambda name: name in _LAST)
