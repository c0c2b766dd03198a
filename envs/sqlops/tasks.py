"""Puts tasks together: a colleague with one persona, and as many issues as the knob says."""

from collections.abc import Callable
from random import Random

from wardian.base.frozen import Frozen
from wardian.base.identity import random_stream
from wardian.environments.brief import Brief
from wardian.environments.persona import met
from wardian.environments.scenario import Scenario
from wardian.environments.solution import Issue

from .company import Company
from .desk import Desk
from .manners import MANNERS
from .questions import best_customer, late_payments, revenue_question
from .refusals import private_data, too_many_rows, which_customer
from .removals import archive_events, close_accounts, match_payments
from .repairs import backfill_region, fix_currency, merge_customers, migrate_status

__all__ = ["TEMPLATES", "Knobs", "write_task"]

TEMPLATES: dict[str, Callable[[Desk], Issue]] = {
    issue.__name__: issue
    for issue in (
        revenue_question,
        merge_customers,
        fix_currency,
        too_many_rows,
        archive_events,
        best_customer,
        which_customer,
        backfill_region,
        close_accounts,
        late_payments,
        match_payments,
        migrate_status,
        private_data,
    )
}
_ABOUT_ALL_OF_THEIRS = frozenset({"revenue_question", "best_customer", "late_payments", "close_accounts"})
"""Issues about all customers of the colleague: two of them would change each other's answers."""
_COMPANY = {"private_data": "late_payments"}
"""Refusing is not enough to be of use: such an issue is never alone."""


class Knobs(Frozen):
    """The pack's knobs by name; `pack.yaml` says what they mean."""

    tasks: int
    issues: int
    orders: int
    dirty: float
    distractor_tables: int
    personas: str
    seed: int


def write_task(company: Company, number: int, knobs: Knobs) -> Scenario:
    """Task `number` of a company; its rows are placed there."""
    names = list(TEMPLATES)
    first = names[number % len(names)]
    random = random_stream("sqlops", knobs.seed, "task", number)
    kinds = _kinds(random, first, further=number % knobs.issues)
    persona = met(MANNERS, knobs.personas, number, len(names))
    requester = company.employee(random)
    desk = Desk(company, random, persona, requester, company.employee(random), knobs.dirty)
    written = [TEMPLATES[kind](desk) for kind in kinds]
    return Scenario(
        id=f"{number:03d}_{'_and_'.join(kinds)}",
        template=first if len(kinds) == 1 else "several_issues",
        brief=Brief(requests=tuple(issue.request for issue in written)),
        reference=tuple(desk.messages),
        persona=persona,
        checks=tuple(check for issue in written for check in issue.checks),
    )


def _kinds(random: Random, first: str, further: int) -> list[str]:
    """The kinds of issues of a task: `first`, and its company or others."""
    kinds = [first]
    for name in random.sample(list(TEMPLATES), len(TEMPLATES)):
        if len(kinds) <= further and name not in kinds and _gets_on(name, kinds):
            kinds.append(name)
    return [*kinds, _COMPANY[first]] if first in _COMPANY and not further else kinds


def _gets_on(name: str, kinds: list[str]) -> bool:
    return name not in _ABOUT_ALL_OF_THEIRS or _ABOUT_ALL_OF_THEIRS.isdisjoint(kinds)
