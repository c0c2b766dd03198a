"""The leaderboard as a value: what is printed, written to disk and sent to trackers."""

from typing import Literal

from wardian.base.errors import Cause
from wardian.base.frozen import Frozen
from wardian.scoring.metric import Metric
from wardian.scoring.statistics import Estimate

__all__ = [
    "Broken",
    "Calibration",
    "Comparison",
    "Dimension",
    "FlipRate",
    "MetricMean",
    "Missing",
    "Reliability",
    "Slice",
    "Standing",
    "Standings",
]

Dimension = Literal["environment", "template", "persona", "difficulty", "fault"]
"""By what success is told apart."""


class Missing(Frozen):
    """Episodes without a score, by who is to blame. `why`: what the first of them said."""

    cause: Cause
    episodes: int
    why: str = ""


class Reliability(Frozen):
    """pass@k (one of k tries succeeds) and pass^k (all of them do), over the tasks with at least k tries."""

    k: int
    any_of: Estimate
    all_of: Estimate


class MetricMean(Frozen):
    """The mean of one metric over the tasks to which it applies."""

    metric: str
    estimate: Estimate


class FlipRate(Frozen):
    """The chance that success comes out differently.

    "tries": when one task is tried again, over the tasks that were tried more than once. "users": when the user behaves
    differently in a task of the same template, over the templates that have several kinds of users.
    """

    over: Literal["tries", "users"]
    rate: Estimate


class Slice(Frozen):
    """Success on a part of the episodes: those of one environment, template, persona or difficulty, or of one fault.

    An episode that several kinds of faults struck is in the slice of each; "none" is that of the others.
    """

    by: Dimension
    name: str
    episodes: int
    tasks: int
    success: Estimate


class Calibration(Frozen):
    """How well a metric tells successes from failures, over the `episodes` of one arm, or of all (`arm` None).

    `auroc` is the chance that a success has the better value of the two (the larger one where none is better), so 0.5
    says nothing. `kin` marks what is success `itself`, or a `part` of it: made of the same checks.
    """

    metric: str
    arm: str | None
    episodes: int
    auroc: Estimate
    kin: Literal["itself", "part"] | None = None


class Broken(Frozen):
    """Episodes that the agent itself has broken off: they count as failed. `why`: what the first of them said."""

    episodes: int
    why: str


class Standing(Frozen):
    """One arm. `success` is None when every episode is missing; `cost_usd` when a price is unknown.

    `worst_case` bounds success whatever the missing episodes would have been; `across_templates` is success with the
    interval for other templates like these, None when there is one only. `metrics` holds the rest of the catalogue,
    `inclusion` that rate of each member of a fusion, as `inclusion_rate.SEAT`, `slices` success by what there are
    several of. `cost_usd` is what the answers cost when they were asked for, `spent_usd` the part that this run paid:
    what came out of the reply cache was free. `broken` are failures of the agent's own program or model; `stochastic`:
    a model spoke for users.
    """

    arm: str
    model: str
    prompt: str
    simulated: bool
    episodes: int
    tasks: int
    success: Estimate | None
    worst_case: tuple[float, float]
    missing: tuple[Missing, ...] = ()
    reliability: tuple[Reliability, ...] = ()
    metrics: tuple[MetricMean, ...] = ()
    inclusion: tuple[MetricMean, ...] = ()
    across_templates: Estimate | None = None
    flips: tuple[FlipRate, ...] = ()
    slices: tuple[Slice, ...] = ()
    broken: Broken | None = None
    stochastic: bool = False
    cost_usd: float | None = None
    spent_usd: float | None = None

    def mean(self, metric: str) -> Estimate | None:
        """The mean of `metric`; None when it applied to no episode."""
        return next((mean.estimate for mean in self.metrics if mean.metric == metric), None)


class Comparison(Frozen):
    """Success of `best` minus success of `other` on the same tasks and seeds.

    `p_value` is adjusted for the number of comparisons (Holm). `worst_case` bounds the difference whatever the missing
    episodes of either arm would have been.
    """

    best: str
    other: str
    difference: Estimate
    pairs: int
    p_value: float
    worst_case: tuple[float, float]


class Standings(Frozen):
    """All arms, the best first, over all environments or one (`environment`).

    `remark` is about the whole run, such as that it is paused. `own` are the metrics of users' scorers.
    `calibration` is over all arms, then over each.
    """

    arms: tuple[Standing, ...]
    comparisons: tuple[Comparison, ...] = ()
    environment: str | None = None
    remark: str = ""
    own: tuple[Metric, ...] = ()
    calibration: tuple[Calibration, ...] = ()

    @property
    def simulated(self) -> bool:
        """Whether any arm was answered by a simulator."""
        return any(arm.simulated for arm in self.arms)
