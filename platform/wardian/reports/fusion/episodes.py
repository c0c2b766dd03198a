"""Fusion of whole episodes: several are played from one opening state, and one of them is selected.

Episodes of one task and seed begin in forks of one world, for environments are pure functions of pack, task, seed and
actions. So a run with `forks` is all that is needed, and which episode would be selected follows from its record.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.reports.calibration import PARTS
from wardian.scoring.metric import Metric
from wardian.scoring.outcome import SUCCESS
from wardian.scoring.result import Result
from wardian.scoring.statistics import Estimate, paired_difference, pass_at, pass_hat, proportion, selected_at
from wardian.specs.names import nearest

__all__ = ["EVERYBODY", "EpisodeFusion", "Selected", "fused_episodes", "selector"]

EVERYBODY: Final = "all arms"

Forks = list[Result]
"""Episodes that began in one state."""


class Selected(Frozen):
    """The best of `k` episodes by a metric, over tasks with so many.

    Args:
        k: how many are played.
        single: success of one episode.
        selected: success of the one that the metric prefers.
        oracle: pass@k, success of one of them: what no selection can surpass.
        all_of: pass^k, success of all of them.
        gain: selected - single, paired by task.
    """

    k: int
    single: Estimate
    selected: Estimate
    oracle: Estimate
    all_of: Estimate
    gain: Estimate

    @property
    def gap(self) -> float:
        """What a perfect selection would add: oracle - selected."""
        return self.oracle.value - self.selected.value

    @property
    def helps(self) -> bool:
        """Whether the interval of the gain is above zero."""
        return self.gain.low is not None and self.gain.low > 0


class EpisodeFusion(Frozen):
    """Selections among the episodes of one arm, or of all arms together.

    Args:
        arm: whose episodes.
        by: the metric by which they are selected.
        part: whether that is made of the same checks as success: then it knows what it should guess.
        best_of: for two episodes, four and so on, to all.
        chosen: the ids of those that are selected among all, one for each opening state.
    """

    arm: str
    by: str
    part: bool
    best_of: tuple[Selected, ...]
    chosen: tuple[str, ...] = ()

    @property
    def tasks(self) -> int:
        """Those with at least two episodes from one state."""
        return self.best_of[0].selected.tasks

    @property
    def telling(self) -> Selected:
        """Of as many episodes as more than half of the tasks have: where a few have more, that tells of those few."""
        return [best for best in self.best_of if 2 * best.selected.tasks > self.tasks][-1]


def selector(name: str, known: Iterable[Metric]) -> Metric:
    """The metric `name`, by which episodes can be selected.

    Raises:
        ConfigError: when there is none, it has no better direction, or it is success itself.
    """
    metrics = {metric.name: metric for metric in known}
    metric = metrics.get(name)
    if metric is None:
        raise ConfigError(f"--by: there is no metric '{name}'; {nearest(name, metrics)}")
    if metric.better == "neutral":
        raise ConfigError(f"--by: neither more nor less of '{name}' is better: it cannot select")
    if name == SUCCESS.name:
        raise ConfigError("--by: success is what is to be found out; the oracle is told anyway")
    return metric


def fused_episodes(results: Iterable[Result], by: Metric) -> tuple[EpisodeFusion, ...]:
    """Selections by `by` among each arm's episodes, and among those of all arms where there are several.

    Episodes without a score take no part. One to which the metric does not apply is selected last.
    """
    arms: dict[str, dict[tuple[str, str], dict[int, Forks]]] = {}
    scored = [result for result in results if result.missing is None]
    several = len({result.arm for result in scored}) > 1
    for result in scored:
        for name in (result.arm, EVERYBODY) if several else (result.arm,):
            task = arms.setdefault(name, {}).setdefault((result.environment, result.task), {})
            task.setdefault(result.seed, []).append(result)
    found = (_fusion(arm, [list(seeds.values()) for seeds in tasks.values()], by) for arm, tasks in arms.items())
    return tuple(fusion for fusion in found if fusion.best_of)


def _fusion(arm: str, tasks: Sequence[Sequence[Forks]], by: Metric) -> EpisodeFusion:
    ordered = [sorted(forks, key=lambda result: (result.repeat, result.arm)) for seeds in tasks for forks in seeds]
    chosen = tuple(max(forks, key=lambda result: _worth(result, by)).episode for forks in ordered)
    return EpisodeFusion(arm=arm, by=by.name, part=by.name in PARTS, best_of=_all(tasks, by), chosen=chosen)


def _all(every: Sequence[Sequence[Forks]], by: Metric) -> tuple[Selected, ...]:
    most = max(len(forks) for seeds in every for forks in seeds)
    powers = [2**power for power in range(1, most.bit_length()) if 2**power < most]
    return tuple(_selected(every, by, k) for k in (*powers, most) if k > 1)


def _selected(tasks: Sequence[Sequence[Forks]], by: Metric, k: int) -> Selected:
    rows = [[forks for forks in seeds if len(forks) >= k] for seeds in tasks]
    kept = [seeds for seeds in rows if seeds]
    single = [[_solved(forks) / len(forks) for forks in seeds] for seeds in kept]
    chosen = [[selected_at(list(_tries(forks, by)), k) for forks in seeds] for seeds in kept]
    gains = ([after - before for after, before in zip(*pair, strict=True)] for pair in zip(chosen, single, strict=True))
    return Selected(
        k=k,
        single=proportion(single),
        selected=proportion(chosen),
        oracle=proportion([pass_at(len(forks), _solved(forks), k) for forks in seeds] for seeds in kept),
        all_of=proportion([pass_hat(len(forks), _solved(forks), k) for forks in seeds] for seeds in kept),
        gain=paired_difference(gains),
    )


def _solved(forks: Forks) -> int:
    return sum(result.values[SUCCESS.name] == 1.0 for result in forks)


def _tries(forks: Forks, by: Metric) -> Iterator[tuple[float, float]]:
    yield from ((_worth(result, by), result.values[SUCCESS.name]) for result in forks)


def _worth(result: Result, by: Metric) -> float:
    """The larger, the better."""
    value = result.values.get(by.name)
    if value is None:
        return -math.inf
    return -value if by.better == "lower" else value
