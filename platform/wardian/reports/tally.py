"""What has been counted of one arm so far."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from wardian.base.dollars import total_usd
from wardian.base.errors import Cause
from wardian.reports.standings import Broken, MetricMean, Missing, PersonaMean, Reliability, Standing
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.metric import Metric
from wardian.scoring.outcome import SUCCESS
from wardian.scoring.result import Result
from wardian.scoring.statistics import Estimate, clustered_mean, pass_at, pass_hat, proportion, worst_case

__all__ = ["ArmTally", "TaskTally"]

Try = tuple[int, int]
"""Seed and repeat: what two arms have in common on one task."""


class TaskTally:
    """One arm on one task: the outcome of every try, and sums of everything else."""

    def __init__(self) -> None:
        self.outcomes: dict[Try, float] = {}
        self.missing: dict[Try, Cause] = {}
        self.sums: dict[str, float] = {}
        self.counts: Counter[str] = Counter()
        self.persona = ""

    def add(self, result: Result) -> None:
        """Count `result`; a score replaces an earlier absence."""
        self.persona = result.persona
        attempt = (result.seed, result.repeat)
        if result.missing is not None:
            self.missing[attempt] = result.missing
            return
        self.missing.pop(attempt, None)
        self.outcomes[attempt] = result.values["success"]
        for metric, value in result.values.items():
            self.sums[metric] = self.sums.get(metric, 0.0) + value
            self.counts[metric] += 1

    def knows(self, result: Result) -> bool:
        """Whether this try has an outcome already."""
        return (result.seed, result.repeat) in self.outcomes

    def mean(self, metric: str) -> float | None:
        """The mean over the tries to which `metric` applied."""
        return self.sums[metric] / self.counts[metric] if self.counts[metric] else None

    @property
    def tries(self) -> tuple[int, int]:
        """How many tries have an outcome, and how many of them succeeded."""
        return len(self.outcomes), sum(outcome == 1.0 for outcome in self.outcomes.values())


class ArmTally:
    """One arm on all tasks; tasks are told apart by environment and id."""

    def __init__(self, first: Result) -> None:
        self._first = first
        self._simulated = False
        self._stochastic = False
        self._broken: dict[str, Broken] = {}
        self._costs: dict[str, float | None] = {}
        self._spent: dict[str, float | None] = {}
        self.tasks: dict[tuple[str, str], TaskTally] = {}

    def add(self, result: Result) -> None:
        """Count `result`; one that comes twice counts once. Money is spent on missing episodes too."""
        task = self.tasks.setdefault((result.environment, result.task), TaskTally())
        if task.knows(result):
            return
        task.add(result)
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

    def standing(self, environment: str | None = None, own: Sequence[Metric] = ()) -> Standing:
        """The arm in numbers, with intervals; `own` are the metrics of users' scorers."""
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
            missing=_missing(tasks),
            reliability=_reliability([task.tries for task in tasks]),
            metrics=tuple(_means(tasks, (*CATALOGUE, *own))),
            personas=tuple(_by_persona(tasks)),
            broken=self._broken_in(environment),
            stochastic=self._stochastic,
            cost_usd=_total(self._costs, environment),
            spent_usd=_total(self._spent, environment),
        )

    def _broken_in(self, environment: str | None) -> Broken | None:
        found = [each for name, each in self._broken.items() if environment in (None, name)]
        return Broken(episodes=sum(each.episodes for each in found), why=found[0].why) if found else None

    def _broke_off(self, environment: str, why: str) -> None:
        known = self._broken.get(environment, Broken(episodes=0, why=why))
        self._broken[environment] = known.model_copy(update={"episodes": known.episodes + 1})


def _total(sums: Mapping[str, float | None], environment: str | None) -> float | None:
    """The sum of `environment`, or of all; None when a part is unknown."""
    return total_usd(dollars for name, dollars in sums.items() if environment in (None, name))


def _missing(tasks: Iterable[TaskTally]) -> tuple[Missing, ...]:
    causes = Counter(cause for task in tasks for cause in task.missing.values())
    return tuple(Missing(cause=cause, episodes=count) for cause, count in causes.most_common())


def _means(tasks: Sequence[TaskTally], metrics: Iterable[Metric]) -> Iterable[MetricMean]:
    for metric in metrics:
        if metric is SUCCESS:
            continue  # stands by itself, with an interval made for proportions
        means = [mean for task in tasks if (mean := task.mean(metric.name)) is not None]
        if means:
            bounds = (metric.low, float("inf") if metric.high is None else metric.high)
            yield MetricMean(metric=metric.name, estimate=clustered_mean(means, bounds=bounds))


def _by_persona(tasks: Sequence[TaskTally]) -> Iterable[PersonaMean]:
    """One for each way in which users behave; nothing when they are all alike."""
    names = sorted({task.persona for task in tasks})
    for name in names if len(names) > 1 else ():
        outcomes = [list(task.outcomes.values()) for task in tasks if task.persona == name and task.outcomes]
        if outcomes:
            yield PersonaMean(persona=name, tasks=len(outcomes), success=proportion(outcomes))


def _reliability(tries: Sequence[tuple[int, int]]) -> tuple[Reliability, ...]:
    """For k = 1, 2, 4, … and the most tries that a task has."""
    most = max((n for n, _ in tries), default=0)
    ks = sorted({2**power for power in range(most.bit_length()) if 2**power <= most} | {most} - {0})
    return tuple(_reliability_at(k, [(n, c) for n, c in tries if n >= k]) for k in ks)


def _reliability_at(k: int, tries: Sequence[tuple[int, int]]) -> Reliability:
    def over_tasks(values: Iterable[float]) -> Estimate:
        return proportion([value] for value in values)

    return Reliability(
        k=k,
        any_of=over_tasks(pass_at(n, successes, k) for n, successes in tries),
        all_of=over_tasks(pass_hat(n, successes, k) for n, successes in tries),
    )
