"""Which arm of one run is compared with which of the other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from wardian.base.errors import ConfigError
from wardian.reports.comparison.change import ArmChange, RunComparison
from wardian.reports.comparison.gate import Limit, Ruling
from wardian.reports.comparison.reckoning import arm_change
from wardian.scoring.metric import Metric
from wardian.scoring.outcome import SUCCESS
from wardian.scoring.result import Result
from wardian.specs.names import nearest

__all__ = ["Played", "compare_runs"]


class Played:
    """A run's name and its results, arm by arm; `own` says how its metrics are read that are users'."""

    def __init__(self, run: str, results: Iterable[Result], own: Sequence[Metric] = ()) -> None:
        self.run = run
        self.own = tuple(own)
        self.arms: dict[str, list[Result]] = {}
        for result in results:
            self.arms.setdefault(result.arm, []).append(result)


def compare_runs(before: Played, after: Played, *, arms: Sequence[str], limits: Sequence[Limit]) -> RunComparison:
    """Compare `after` with `before`, and judge it by the limits.

    Args:
        before: what it is compared with.
        after: what is new.
        arms: `NAME`, or `NAME=OTHER` when it has another name in `after`. None of them: all arms of the same name, or
            the only arm of each run.
        limits: how much worse it may be.

    Raises:
        ConfigError: when there is no such arm, or nothing in common.
    """
    chosen = tuple(dict.fromkeys(_chosen(arms, before.arms, after.arms)))
    own = (*before.own, *after.own)
    changes = [(other, arm_change(before.arms[one], after.arms[other], own)) for one, other in chosen]
    shared = tuple(change for _, change in changes if change is not None)
    if not shared:
        raise ConfigError(f"{before.run} and {after.run} share no task and seed; runs of one `seed:` do")
    left = {name for name, change in changes if change is None}
    if not arms:
        left |= (before.arms.keys() - {one for one, _ in chosen}) | (after.arms.keys() - {name for name, _ in chosen})
    return RunComparison(
        before=before.run,
        after=after.run,
        arms=shared,
        unpaired=tuple(sorted(left)),
        rulings=tuple(_ruling(limit, name, change) for name, change in changes for limit in limits),
    )


def _ruling(limit: Limit, arm: str, change: ArmChange | None) -> Ruling:
    if change is None or change.metric(SUCCESS.name) is None:
        return limit.unjudged(arm)
    found = change.metric(limit.metric)
    return limit.judge(arm, None if found is None else found.difference)


def _chosen(
    arms: Sequence[str], before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    if arms:
        yield from (_named(word, before, after) for word in arms)
        return
    same = [name for name in before if name in after]
    if not same and len(before) == len(after) == 1:
        yield next(iter(before)), next(iter(after))
        return
    if not same:
        raise ConfigError("the runs have no arm of the same name; say which with --arm NAME=OTHER")
    yield from ((name, name) for name in sorted(same))


def _named(word: str, before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, str]:
    one, equals, other = word.partition("=")
    other = other if equals else one
    for name, run, known in ((one, "first", before), (other, "second", after)):
        if name not in known:
            raise ConfigError(f"--arm {word}: the {run} run has no arm '{name}'; {nearest(name, known)}")
    return one, other
