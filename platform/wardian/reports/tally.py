"""What has been counted of one arm so far."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from wardian.base.dollars import total_usd
from wardian.base.errors import Cause
from wardian.reports.background import Background
from wardian.reports.calibration import EpisodeValues
from wardian.reports.reliability import flip_rates, reliability
from wardian.reports.slices import slices
from wardian.reports.standings import Broken, MetricMean, Missing, Standing
from wardian.reports.task_tally import TaskTally
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.metric import Metric
from wardian.scoring.outcome import SUCCESS
from wardian.scoring.panels import INCLUSION_RATE
from wardian.scoring.result import Result
from wardian.scoring.statistics import Estimate, clustered_mean, proportion, worst_case

__all__ = ["ArmTally"]


class ArmTally:
    """One arm on all tasks; tasks are told apart by environment and id."""

    def __init__(self, first: Result) -> None:
        self._first = first
        self._simulated = False
        self._stochastic = False
        self._broken: dict[str, Broken] = {}
        self._reasons: dict[tuple[str, Cause], str] = {}
        self._costs: dict[str, float | None] = {}
        self._spent: dict[str, float | None] = {}
        self.tasks: dict[tuple[str, str], TaskTally] = {}
        self.values = EpisodeValues()

    def add(self, result: Result) -> None:
        """Count `result`; one that comes twice counts once. Money is spent on missing episodes too."""
        key = (result.environment, result.task)
        task = self.tasks.get(key)
        if task is None:
            task = self.tasks[key] = TaskTally(result)
        if task.knows(result):
            return
        task.add(result)
        if result.missing is None:
            self.values.add(result)
        elif result.failure is not None:
            self._reasons.setdefault((result.environment, result.missing), result.failure.message)
        self._simulated |= result.simulated
        self._stochastic |= result.stochastic
        if result.failure is not None and result.missing is None:
            self._broke_off(result.environment, f"{result.task}: {result.failure.message}")
        for sums, dollars in ((self._costs, result.cost_usd), (self._spent, result.spent_usd)):
            before = sums.get(result.environment, 0.0)
            sums[result.environment] = total_usd((before, dollars))

    def within(self, environment: str | None) -> dict[tuple[str, str], TaskTally]:
        """The tasks of `environment`, or all."""
        return {key: task for key, task in self.tasks.items() if environment in (None, key[0])}

    def standing(self, environment: str | None, background: Background) -> Standing:
        """The arm in numbers, with intervals."""
        tasks = list(self.within(environment).values())
        outcomes = [list(task.outcomes.values()) for task in tasks]
        return Standing(
            arm=self._first.arm,
            model=self._first.model,
            prompt=self._first.prompt,
            simulated=self._simulated,
            episodes=sum(map(len, outcomes)),
            tasks=len(tasks),
            success=proportion(outcomes) if any(outcomes) else None,
            worst_case=worst_case((list(task.outcomes.values()), len(task.missing)) for task in tasks),
            missing=tuple(self._missing(tasks)),
            across_templates=_across_templates(tasks),
            reliability=reliability([task.tries for task in tasks]),
            flips=flip_rates(tasks),
            metrics=tuple(_means(tasks, (*CATALOGUE, *background.own))),
            inclusion=tuple(_inclusion(tasks)),
            slices=slices(tasks, background.levels),
            broken=self._broken_in(environment),
            stochastic=self._stochastic,
            cost_usd=_total(self._costs, environment),
            spent_usd=_total(self._spent, environment),
        )

    def _missing(self, tasks: Iterable[TaskTally]) -> Iterator[Missing]:
        causes = Counter(cause for task in tasks for cause in task.missing.values())
        worlds = {task.environment for task in tasks}
        for cause, count in causes.most_common():
            told = (why for (world, blamed), why in self._reasons.items() if blamed == cause and world in worlds)
            yield Missing(cause=cause, episodes=count, why=next(told, ""))

    def _broken_in(self, environment: str | None) -> Broken | None:
        found = [each for name, each in self._broken.items() if environment in (None, name)]
        return Broken(episodes=sum(each.episodes for each in found), why=found[0].why) if found else None

    def _broke_off(self, environment: str, why: str) -> None:
        known = self._broken.get(environment, Broken(episodes=0, why=why))
        self._broken[environment] = known.model_copy(update={"episodes": known.episodes + 1})


def _total(sums: Mapping[str, float | None], environment: str | None) -> float | None:
    """The sum of `environment`, or of all; None when a part is unknown."""
    return total_usd(dollars for name, dollars in sums.items() if environment in (None, name))


def _means(tasks: Sequence[TaskTally], metrics: Iterable[Metric]) -> Iterable[MetricMean]:
    for metric in metrics:
        if metric is SUCCESS:
            continue  # stands by itself, with an interval made for proportions
        yield from _mean(tasks, metric.name, metric)


def _inclusion(tasks: Sequence[TaskTally]) -> Iterable[MetricMean]:
    for name in sorted({name for task in tasks for name in task.members}):
        yield from _mean(tasks, name, INCLUSION_RATE)


def _mean(tasks: Sequence[TaskTally], name: str, metric: Metric) -> Iterable[MetricMean]:
    """The mean of what is called `name`, within the bounds of `metric`; nothing where it never applied."""
    means = [mean for task in tasks if (mean := task.mean(name)) is not None]
    if means:
        yield MetricMean(metric=name, estimate=clustered_mean(means, bounds=_bounds(metric, means)))


def _bounds(metric: Metric, means: Sequence[float]) -> tuple[float, float]:
    """Those of the metric; none on a side where users' values lie beyond what they declared."""
    high = float("inf") if metric.high is None or max(means) > metric.high else metric.high
    return float("-inf") if min(means) < metric.low else metric.low, high


def _across_templates(tasks: Sequence[TaskTally]) -> Estimate | None:
    """Success with templates as clusters; None when there is only one of them, or each has one task."""
    played = [task for task in tasks if task.outcomes]
    templates = [(task.environment, task.template) for task in played]
    if not 1 < len(set(templates)) < len(templates):
        return None
    return proportion([list(task.outcomes.values()) for task in played], templates)
