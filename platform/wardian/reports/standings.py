"""The leaderboard as a value: what is printed, written to disk and sent to trackers."""

from wardian.base.errors import Cause
from wardian.base.frozen import Frozen
from wardian.scoring.metric import Metric
from wardian.scoring.statistics import Estimate

__all__ = ["Broken", "Comparison", "MetricMean", "Missing", "PersonaMean", "Reliability", "Standing", "Standings"]


class Missing(Frozen):
    """Episodes without a score, by who is to blame."""

    cause: Cause
    episodes: int


class Reliability(Frozen):
    """pass@k (one of k tries succeeds) and pass^k (all of them do), over the tasks with at least k tries."""

    k: int
    any_of: Estimate
    all_of: Estimate


class MetricMean(Frozen):
    """The mean of one metric over the tasks to which it applies."""

    metric: str
    estimate: Estimate


class PersonaMean(Frozen):
    """Success on the tasks whose users behave in one way."""

    persona: str
    tasks: int
    success: Estimate


class Broken(Frozen):
    """Episodes that the agent itself has broken off: they count as failed. `why`: what the first of them said."""

    episodes: int
    why: str


class Standing(Frozen):
    """One arm. `success` is None when every episode is missing; `cost_usd` when a price is unknown.

    `worst_case` bounds success whatever the missing episodes would have been; `metrics` holds the
    rest of the catalogue; `personas` success by the tasks' users, when they are not all alike. `cost_usd` is what the
    answers cost when they were asked for, `spent_usd` the part that this run paid: what came out of the reply cache was
    free. `broken` are failures of the agent's own program or model; `stochastic`: a model spoke for users.
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
    personas: tuple[PersonaMean, ...] = ()
    broken: Broken | None = None
    stochastic: bool = False
    cost_usd: float | None = None
    spent_usd: float | None = None

    def mean(self, metric: str) -> Estimate | None:
        """The mean of `metric`; None when it applied to no episode."""
        return next((mean.estimate for mean in self.metrics if mean.metric == metric), None)


class Comparison(Frozen):
    """Success of `best` minus success of `other` on the same tasks and seeds.

    `p_value` is adjusted for the number of comparisons (Holm).
    """

    best: str
    other: str
    difference: Estimate
    pairs: int
    p_value: float


class Standings(Frozen):
    """All arms, the best first, over all environments or one (`environment`).

    `remark` is about the whole run, such as that it is paused. `own` are the metrics of users' scorers.
    """

    arms: tuple[Standing, ...]
    comparisons: tuple[Comparison, ...] = ()
    environment: str | None = None
    remark: str = ""
    own: tuple[Metric, ...] = ()

    @property
    def simulated(self) -> bool:
        """Whether any arm was answered by a simulator."""
        return any(arm.simulated for arm in self.arms)
