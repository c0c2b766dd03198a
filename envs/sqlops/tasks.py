"""Puts tasks together: a colleague with one persona, and as many issues as the knob says."""

from collections.abc import Callable
from random import Random

from wardian.base.identity import random_stream
from wardian.environments.brief import Brief
from wardian.environments.scenario import Scenario
from wardian.environments.solution import Issue

from .company import Company
from .desk import Desk
from .manners import MANNERS
from .questions import best_customer, late_payments, revenue_question
from .refusals import private_data, too_many_rows, which_customer
from .removals import archive_events, close_accounts, match_payments
from .repairs import backfill_region, fix_currency, merge_customers, migrate_status

__all__ = ["TEMPLATES", "write_task"]

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


def write_task(company: Company, number: int, *, seed: int, issues: int, personas: str, dirty: float) -> Scenario:
    """Task `number` of a company; its rows are placed there."""
    names = list(TEMPLATES)
    first = names[number % len(names)]
    random = random_stream("sqlops", seed, "task", number)
    kinds = _kinds(random, first, further=number % issues)
    mood = list(MANNERS)[(number + number // len(names)) % len(MANNERS)] if personas == "mixed" else personas
    requester = company.employee(random)
    desk = Desk(company, random, MANNERS[mood], requester, company.employee(random), dirty)
    written = [TEMPLATES[kind](desk) for kind in kinds]
    return Scenario(
        id=f"{number:03d}_{'_and_'.join(kinds)}",
        template=first if len(kinds) == 1 else "several_issues",
        brief=Brief(requests=tuple(issue.request for issue in written)),
        reference=tuple(desk.messages),
        persona=MANNERS[mood],
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
