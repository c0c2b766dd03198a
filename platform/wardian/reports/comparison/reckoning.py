"""From pairs to what changed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardian.base.dollars import total_usd
from wardian.reports.comparison.change import ArmChange, Flip, MetricChange, MoneyChange
from wardian.reports.comparison.pairs import Pair, Pairs
from wardian.scoring.catalogue import known_metrics
from wardian.scoring.metric import Metric
from wardian.scoring.outcome import SUCCESS
from wardian.scoring.result import Result
from wardian.scoring.statistics import (
    Estimate,
    Variation,
    bootstrap,
    holm,
    paired_difference,
    paired_p_value,
    worst_case_difference,
)

__all__ = ["arm_change"]

YES_OR_NO: Final = {0.0, 1.0}


def arm_change(before: Iterable[Result], after: Iterable[Result], own: Iterable[Metric] = ()) -> ArmChange | None:
    """What changed from the results of one arm to those of another; None when they share no task and seed.

    `own` says how users' metrics are read.
    """
    pairs = Pairs(before, after)
    if not pairs.tasks:
        return None
    first = next(iter(pairs))
    return ArmChange(
        before=first.before.arm,
        after=first.after.arm,
        pairs=len(pairs),
        tasks=len(pairs.tasks),
        alone=pairs.alone,
        missing=_missing(pairs),
        worst_case=worst_case_difference([_after_first(pair) for pair in task] for task in pairs.tasks.values()),
        across_templates=_across_templates(pairs),
        metrics=_metrics(pairs, known_metrics(own)),
        flips=tuple(_flips(pairs)),
        cost=_cost(pairs),
        variation=Variation.of(_differences(pairs, "success")),
        changed=pairs.changed,
        same_agent=pairs.same_agent,
    )


def _missing(pairs: Pairs) -> tuple[int, int]:
    before = sum(pair.outcomes[0] is None for pair in pairs)
    return before, sum(pair.outcomes[1] is None for pair in pairs)


def _after_first(pair: Pair) -> tuple[float | None, float | None]:
    before, after = pair.outcomes
    return after, before


def _differences(pairs: Pairs, metric: str) -> list[list[float]]:
    return [[after - before for before, after in task] for task in pairs.of(metric).values()]


def _across_templates(pairs: Pairs) -> Estimate | None:
    """The difference of success with templates as clusters; None when there is one only, or each has one task."""
    tasks = [pairs.tasks[task][0].before for task in pairs.of("success")]
    templates = [(task.environment, task.template) for task in tasks]
    if not 1 < len(set(templates)) < len(templates):
        return None
    return paired_difference(_differences(pairs, "success"), clusters=templates)


def _metrics(pairs: Pairs, known: Mapping[str, Metric]) -> tuple[MetricChange, ...]:
    """In the order of those that are known; the others follow by name.

    Success is the question that was asked. The rest is looked through for anything that moved, so it is adjusted.
    """
    shared = pairs.metrics
    names = [name for name in known if name in shared] + sorted(shared - known.keys())
    changes = [change for name in names if (change := _metric(pairs, name, known.get(name)))]
    others = [change for change in changes if change.metric != SUCCESS.name]
    adjusted = holm([change.p_value for change in others])
    by_name = {change.metric: p_value for change, p_value in zip(others, adjusted, strict=True)}
    return tuple(
        change.model_copy(update={"p_value": by_name.get(change.metric, change.p_value)}) for change in changes
    )


def _metric(pairs: Pairs, name: str, metric: Metric | None) -> MetricChange | None:
    tasks = list(pairs.of(name).values())
    if not tasks:
        return None
    differences = _differences(pairs, name)
    plain = all({*values} <= YES_OR_NO for task in tasks for values in task)
    bounds = (-1.0, 1.0) if metric is not None and metric.high == 1.0 else None
    return MetricChange(
        metric=name,
        unit=None if metric is None else metric.unit,
        better="neutral" if metric is None else metric.better,
        before=sum(_mean(task, 0) for task in tasks) / len(tasks),
        after=sum(_mean(task, 1) for task in tasks) / len(tasks),
        difference=paired_difference(differences, graded=not (plain and bounds), bounds=bounds),
        p_value=paired_p_value(differences),
        pairs=sum(map(len, tasks)),
    )


def _mean(task: list[tuple[float, float]], side: int) -> float:
    return sum(values[side] for values in task) / len(task)


def _flips(pairs: Pairs) -> Iterator[Flip]:
    """The tasks whose share of successes is another one, the worst first."""
    flips = [
        Flip(
            environment=environment,
            task=task,
            before=_mean(values, 0),
            after=_mean(values, 1),
            tries=len(values),
            episodes=tuple(pair.episodes for pair in pairs.tasks[environment, task] if pair.flipped),
        )
        for (environment, task), values in pairs.of("success").items()
    ]
    changed = (flip for flip in flips if flip.before != flip.after)
    yield from sorted(changed, key=lambda flip: (flip.after - flip.before, flip.environment, flip.task))


def _cost(pairs: Pairs) -> MoneyChange | None:
    """Missing episodes cost money too."""
    before = [total_usd(pair.before.cost_usd for pair in task) for task in pairs.tasks.values()]
    after = [total_usd(pair.after.cost_usd for pair in task) for task in pairs.tasks.values()]
    first, second = total_usd(before), total_usd(after)
    if first is None or second is None:
        return None
    return MoneyChange(before=first, after=second, ratio=_ratio(np.array([before, after], dtype=float).T))


def _ratio(paid: NDArray[np.float64]) -> Estimate | None:
    """After to before; a resample in which nothing was paid before would have none."""
    if not (paid[:, 0] > 0).all():
        return None
    return bootstrap(paid, lambda sums: sums[..., 1] / sums[..., 0])
