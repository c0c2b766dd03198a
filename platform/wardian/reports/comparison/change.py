"""What changed from one run to another, as values."""

from wardian.base.frozen import Frozen
from wardian.reports.comparison.gate import Ruling
from wardian.scoring.metric import Direction, Unit
from wardian.scoring.statistics import Estimate, Variation

__all__ = ["ArmChange", "Flip", "MetricChange", "MoneyChange", "RunComparison"]


class MetricChange(Frozen):
    """One metric on the pairs to which it applies: means over tasks, and their difference (after minus before).

    `p_value` of success stands for itself; of the others it is adjusted for their number in the arm (Holm).
    """

    metric: str
    unit: Unit | None = None
    better: Direction
    before: float
    after: float
    difference: Estimate
    p_value: float
    pairs: int


class Flip(Frozen):
    """A task that went better or worse: which share of its tries succeeded.

    `episodes` are the keys of those that came out differently, before and after.
    """

    environment: str
    task: str
    before: float
    after: float
    tries: int
    episodes: tuple[tuple[str, str], ...]


class MoneyChange(Frozen):
    """US dollars for the paired episodes; `ratio` is after to before, None when nothing was paid before."""

    before: float
    after: float
    ratio: Estimate | None


class ArmChange(Frozen):
    """One arm of each run, on the tasks and seeds that both played.

    `alone` counts the episodes that only one of them has, `missing` those among the pairs without a score;
    `worst_case` bounds the difference of success whatever the missing ones would have been, `across_templates` is that
    difference with the interval for other templates like these, None when there are no clusters of tasks. `cost` is
    None when a price is unknown, `variation` when there is one task only. `changed` names environments whose files
    or knobs are not the same any more; `same_agent` says that the arms are one and the same, so that all differences
    are chance, or the environment's.
    """

    before: str
    after: str
    pairs: int
    tasks: int
    alone: tuple[int, int]
    missing: tuple[int, int]
    worst_case: tuple[float, float]
    across_templates: Estimate | None
    metrics: tuple[MetricChange, ...]
    flips: tuple[Flip, ...]
    cost: MoneyChange | None
    variation: Variation | None
    changed: tuple[str, ...] = ()
    same_agent: bool = False

    def metric(self, name: str) -> MetricChange | None:
        """The change of one metric; None when no pair has it."""
        return next((each for each in self.metrics if each.metric == name), None)


class RunComparison(Frozen):
    """Two runs, arm by arm, and what the limits say. `unpaired` are arms that share nothing with a counterpart."""

    before: str
    after: str
    arms: tuple[ArmChange, ...]
    unpaired: tuple[str, ...] = ()
    rulings: tuple[Ruling, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every limit is kept."""
        return all(ruling.passed for ruling in self.rulings)
