"""Puts tasks together: a customer with one manner and one mishap, and as many issues as the knob says."""

from collections.abc import Callable
from random import Random

from wardian.base.frozen import Frozen
from wardian.base.identity import random_stream
from wardian.environments.brief import Brief
from wardian.environments.checks import HandoffWhen
from wardian.environments.scenario import Scenario
from wardian.environments.solution import Issue

from . import cards, disputes, fees, service, transfers
from .books import Books
from .desk import Desk
from .mishap import MISHAPS, chances, faults
from .people import MANNERS

__all__ = ["TEMPLATES", "Knobs", "write_task"]

Template = Callable[[Desk], Issue]

FAMILIES: tuple[tuple[Template, ...], ...] = (
    (
        transfers.transfer,
        transfers.transfer_too_much,
        transfers.misbooked_deposit,
        transfers.start_standing_order,
        transfers.change_standing_order,
        transfers.end_standing_order,
    ),
    (cards.lost_card, cards.card_limit, cards.card_limit_too_high, cards.fraud_block),
    (disputes.dispute_payment, disputes.dispute_pending, disputes.dispute_too_old, disputes.dispute_large),
    (fees.fee_refund, fees.fee_not_refundable, fees.fee_update),
    (service.account_question, service.change_address, service.stranger_account, service.no_code),
)
"""Of one family no conversation has two: their data would get in each other's way."""
TEMPLATES = {template.__name__: template for family in FAMILIES for template in family}
_FAMILY = {template.__name__: number for number, family in enumerate(FAMILIES) for template in family}
_ORDER = {"fraud_block": 0, "account_question": 1, "dispute_large": 3}
"""News of the first come early, the second is about the beginning, and after a transfer nobody is there to answer."""
_ALONE = ("no_code",)
_COMPANY = {"stranger_account": "change_standing_order"}
"""Refusing is not enough to be of use: such an issue is never alone."""


class Knobs(Frozen):
    """The pack's knobs by name; `pack.yaml` says what they mean."""

    tasks: int
    issues: int
    customers: int
    history: int
    mishaps: bool
    fault_rate: float
    distractor_tools: int
    personas: str
    seed: int


def write_task(books: Books, number: int, knobs: Knobs) -> Scenario:
    """Task `number` of a bank; its people and their money are placed in the bank's rows."""
    names = list(TEMPLATES)
    lap, place = divmod(number, len(names))
    first = names[place]
    random = random_stream("bank", knobs.seed, "task", number)
    kinds = _kinds(random, first, further=(place + lap) % knobs.issues)
    manner = list(MANNERS)[(place + lap) % len(MANNERS)] if knobs.personas == "mixed" else knobs.personas
    mishap = MISHAPS[(2 * place + 3 * lap) % len(MISHAPS)] if knobs.mishaps else "none"
    desk = Desk(books, random, MANNERS[manner], books.customer(random), mishap)
    books.history(random, desk.customer, knobs.history)
    written = [TEMPLATES[kind](desk) for kind in kinds]
    struck = () if desk.mishap == mishap else faults(mishap)
    due = any(issue.request.kind == "handover" for issue in written)
    handoff = HandoffWhen(tools=("transfer_to_human",), due=due)
    return Scenario(
        id=f"{number:03d}_{'_and_'.join(kinds)}",
        template=first if len(kinds) == 1 else "several_issues",
        brief=Brief(identity=desk.identity(), requests=tuple(issue.request for issue in written), deeds=desk.deeds()),
        reference=tuple(desk.messages),
        persona=MANNERS[manner],
        checks=(handoff, *(check for issue in written for check in issue.checks)),
        events=tuple(event for issue in written for event in issue.events),
        faults=(*struck, *chances(knobs.fault_rate)),
    )


def _kinds(random: Random, first: str, further: int) -> list[str]:
    """The kinds of issues of a task: `first`, its company or others, in an order in which they can be settled."""
    if first in _ALONE:
        return [first]
    kinds = [first]
    if first in _COMPANY and not further:
        kinds.append(_COMPANY[first])
    while len(kinds) <= further:
        taken = {_FAMILY[kind] for kind in kinds}
        kinds.append(random.choice([kind for kind in TEMPLATES if kind not in _ALONE and _FAMILY[kind] not in taken]))
    return sorted(kinds, key=lambda kind: _ORDER.get(kind, 2))
