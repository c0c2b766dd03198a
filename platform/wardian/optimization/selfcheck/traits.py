"""Rules of a prompt whose effects are known: what makes a simulated campaign a measurement."""

import re
from collections.abc import Mapping
from typing import Final

from wardian.base.bundle import SYSTEM, Bundle
from wardian.base.frozen import Frozen

__all__ = ["CHAMPION", "TRAITS", "Trait", "habits", "rule"]


class Trait(Frozen):
    """What one rule does to the agent that follows it.

    Args:
        success: added to the chance of success in the tasks that it touches.
        templates: the share of templates that it touches, from the first on.
        judged: added to the chance that a judge takes a failed episode for a good one.
        invents: added to the chance that an episode has made-up values.
        breaks: added to the chance that an episode breaks a rule.
        cost: relative change of an episode's price.
        turns: relative change of an episode's turns.
    """

    success: float = 0.0
    templates: float = 1.0
    judged: float = 0.0
    invents: float = 0.0
    breaks: float = 0.0
    cost: float = 0.0
    turns: float = 0.0


TRAITS: Final[Mapping[str, Trait]] = {
    "empty": Trait(),
    "mends": Trait(success=0.6, templates=0.3),
    "helps": Trait(success=0.1),
    "harms": Trait(success=-0.1),
    "spoils": Trait(success=-0.3, templates=0.4),
    "flatters": Trait(success=-0.1, judged=0.4),
    "dares": Trait(success=0.1, breaks=0.15),
    "invents": Trait(success=0.1, invents=0.15),
}
"""By name. `empty` changes nothing. `mends` undoes the defect of a world that has one: 18 points over all tasks.
`harms` and `spoils` lose 10 and 8 points. `flatters` wins over a judge and loses 10 points. `dares` and `invents` gain
10 points and break rules, or make values up, in 15 more episodes of 100."""

HABIT = re.compile(r"^- \[(\w+) \d+\]", re.MULTILINE)

CHAMPION: Final = Bundle(agent="support", texts={SYSTEM: "You help customers.\n"})
"""The version that every simulated campaign begins with."""


def rule(trait: str, number: int) -> str:
    """A line that gives a prompt a trait; `number` tells it from others that do the same."""
    return f"- [{trait} {number}] Always do what is called {trait}.\n"


def habits(bundle: Bundle) -> frozenset[str]:
    """The traits of a version. To be told the same twice changes nothing."""
    return frozenset(HABIT.findall(bundle.texts.get(SYSTEM, "")))
