"""How much worse a metric may become, and what an interval says about that."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.metric import Direction
from wardian.scoring.statistics import Estimate
from wardian.specs.names import nearest

__all__ = ["Demand", "Limit", "Ruling", "limits"]

Demand = Literal["not shown", "ruled out"]
Finding = Literal["kept", "open", "broken"]

DIRECTIONS: Final[Mapping[str, Direction]] = {metric.name: metric.better for metric in CATALOGUE}


class Limit(Frozen):
    """A metric may get worse by `drop` (in its own unit, in whichever direction is worse for it) and no more.

    "not shown": it fails when a larger drop is shown, which is when the whole interval lies beyond the limit.
    "ruled out": it fails unless a larger drop is ruled out, which is when the whole interval lies on this side of it.
    """

    metric: str
    drop: float
    demand: Demand

    def judge(self, arm: str, difference: Estimate | None) -> "Ruling":
        """What `difference` (after minus before) says; without pairs, or without an interval, it says nothing."""
        finding = "open" if difference is None else self._finding(difference)
        passed = finding == "kept" or (finding == "open" and self.demand == "not shown")
        return Ruling(arm=arm, limit=self, finding=finding, passed=passed)

    def _finding(self, difference: Estimate) -> Finding:
        if difference.low is None or difference.high is None:
            return "open"
        lower = DIRECTIONS[self.metric] == "lower"
        least, most = (difference.low, difference.high) if lower else (-difference.high, -difference.low)
        if least > self.drop:
            return "broken"
        return "kept" if most <= self.drop else "open"


class Ruling(Frozen):
    """Whether a limit is kept, broken, or open because the interval reaches across it; and whether that passes."""

    arm: str
    limit: Limit
    finding: Finding
    passed: bool


def limits(words: Iterable[str], demand: Demand) -> tuple[Limit, ...]:
    """Those that are typed as METRIC=AMOUNT.

    Raises:
        ConfigError: naming the word that is none.
    """
    return tuple(_limit(word, demand) for word in words)


def _limit(word: str, demand: Demand) -> Limit:
    name, _, amount = word.partition("=")
    judged = [metric for metric, better in DIRECTIONS.items() if better != "neutral"]
    if name not in judged:
        raise ConfigError(f"'{word}': there is no metric '{name}' that could get worse; {nearest(name, judged)}")
    try:
        drop = float(amount)
    except ValueError:
        drop = -1.0
    if not 0 <= drop < float("inf"):
        raise ConfigError(f"'{word}': say METRIC=AMOUNT with an amount from 0, such as success=0.02 for two points")
    return Limit(metric=name, drop=drop, demand=demand)
