"""How much worse a metric may become, and what an interval says about that."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.scoring.catalogue import known_metrics
from wardian.scoring.metric import Direction, Metric
from wardian.scoring.statistics import Estimate
from wardian.specs.names import nearest

__all__ = ["Demand", "Limit", "Ruling", "limits"]

Demand = Literal["not shown", "ruled out"]
Finding = Literal["kept", "open", "broken", "absent"]

ENOUGH_ALIKE: Final = 20
"""Tasks that all moved alike, most often not at all, leave no interval; so many of them are taken at their word."""


class Limit(Frozen):
    """A metric may get worse by `drop` (in its own unit, in whichever direction is worse for it) and no more.

    "not shown": it fails when a larger drop is shown, which is when the whole interval lies beyond the limit.
    "ruled out": it fails unless a larger drop is ruled out, which is when the whole interval lies on this side of it.
    """

    metric: str
    drop: float
    demand: Demand
    better: Direction = "higher"

    def judge(self, arm: str, difference: Estimate | None) -> "Ruling":
        """What `difference` (after minus before) says; without pairs, or without an interval, it says nothing."""
        finding = "open" if difference is None else self._finding(difference)
        passed = finding == "kept" or (finding == "open" and self.demand == "not shown")
        return Ruling(arm=arm, limit=self, finding=finding, passed=passed)

    def unjudged(self, arm: str) -> "Ruling":
        """For an arm of which there is nothing to compare: whoever asks for a limit is not told that all is well."""
        return Ruling(arm=arm, limit=self, finding="absent", passed=False)

    def _finding(self, difference: Estimate) -> Finding:
        low, high = difference.low, difference.high
        if low is None or high is None:
            if difference.tasks < ENOUGH_ALIKE:
                return "open"
            low = high = difference.value
        least, most = (low, high) if self.better == "lower" else (-high, -low)
        if least > self.drop:
            return "broken"
        return "kept" if most <= self.drop else "open"


class Ruling(Frozen):
    """What was found, and whether that passes.

    A limit is kept, broken, open because the interval reaches across it, or there is nothing to compare (`absent`).
    """

    arm: str
    limit: Limit
    finding: Finding
    passed: bool


def limits(words: Iterable[str], demand: Demand, own: Iterable[Metric] = ()) -> tuple[Limit, ...]:
    """Those that are typed as METRIC=AMOUNT; `own` are metrics of users'.

    Raises:
        ConfigError: naming the word that is none.
    """
    judged = {name: metric.better for name, metric in known_metrics(own).items() if metric.better != "neutral"}
    return tuple(_limit(word, demand, judged) for word in words)


def _limit(word: str, demand: Demand, judged: Mapping[str, Direction]) -> Limit:
    name, _, amount = word.partition("=")
    if name not in judged:
        raise ConfigError(f"'{word}': there is no metric '{name}' that could get worse; {nearest(name, judged)}")
    try:
        drop = float(amount)
    except ValueError:
        drop = -1.0
    if not 0 <= drop < float("inf"):
        raise ConfigError(f"'{word}': say METRIC=AMOUNT with an amount from 0, such as success=0.02 for two points")
    return Limit(metric=name, drop=drop, demand=demand, better=judged[name])
