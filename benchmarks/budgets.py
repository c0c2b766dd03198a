"""Whether budgets are kept: random interleavings of calls, lost answers, vanishing workers and killed drivers.

`python benchmarks/client.py --only budget` runs it. What counts is the bill of a simulated provider, which may report
another usage than it bills; time is virtual. Each interleaving follows from its number.
"""

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from goals import Goal

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from support.budget_world import Interleaving, World, play

from wardian.models.budgets.amount import PICODOLLARS

CALM = Interleaving(seed=0, usd=2.0, workers=8, at_once=4, calls=2_000)
"""Nobody dies and nobody lies: then the budget should be used up."""


async def budget(quick: bool, quiet: bool) -> Iterable[Goal]:
    """What was spent beyond a budget, and how much of one is used."""
    del quiet
    return await asyncio.to_thread(_goals, 100 if quick else 1_000)


def _goals(interleavings: int) -> list[Goal]:
    exceeded = reached = requests = 0
    for seed in range(interleavings):
        plan = Interleaving.random(seed)
        world = _played(plan)
        exceeded += bool(world.exceeded(plan))
        reached += world.over_budget > 0
        requests += world.total.requests
    used = _played(CALM).total.picodollars / (CALM.usd or 1.0) / PICODOLLARS
    return [
        Goal("interleavings", interleavings, "runs"),
        Goal("in which a budget was reached", reached, "runs"),
        Goal("requests in them", requests, "requests"),
        Goal("in which more than a budget was spent", exceeded, "runs", 0),
        Goal("of a budget used, 8 workers, nobody dies", 100 * used, "%", 95, "at least"),
    ]


def _played(plan: Interleaving) -> World:
    with TemporaryDirectory() as folder:
        return play(plan, Path(folder))
